"""What a card looks like, and how little is rendered again."""

from __future__ import annotations

import random

import pytest

from hubnb.cards import markup
from hubnb.cards.markup import CardRenderer, place_of, render_card


def render(text: str, **kwargs: str) -> str:
    return render_card(text, repo_id="ns/name", endpoint="https://hub.test", **kwargs)


def test_metadata_block_is_not_shown() -> None:
    assert render("---\nlicense: mit\n---\n# Title\n") == '<h1 id="card-title">Title</h1>\n'


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("| a | b |\n|---|--:|\n| 1 | 2 |", "<td>1</td>"),
        ("- [x] done\n- [ ] open", '<span class="task done">☑</span> done'),
        ("text\n- a list right after it", "<li>a list right after it</li>"),
        ("- one\n  - two", "<ul>\n<li>two"),
        ("~~gone~~", "<s>gone</s>"),
        ("see https://a.test/x.", '<a href="https://a.test/x"'),
        ("> [!NOTE]\n> mind", '<div class="markdown-alert markdown-alert-note">'),
        ("```python\nx = 1\n```", '<span class="mi">1</span>'),
        ("```nonsense\nx < 1\n```", "x &lt; 1"),
        ("$a < b$", '<span class="math inline">a &lt; b</span>'),
        ("$$\na^2\n$$", '<div class="math block">'),
        ("<kbd>F6</kbd>", "<kbd>F6</kbd>"),
    ],
)
def test_what_a_card_of_the_hub_needs_is_there(markdown: str, html: str) -> None:
    assert html in render(markdown)


def test_markdown_inside_of_details_stays_inside() -> None:
    html = render("<details><summary>more</summary>\n\n**bold**\n\n</details>\n\nafter")
    assert html.index("<details>") < html.index("<strong>bold</strong>") < html.index("</details>")
    assert html.index("</details>") < html.index("after")


def test_relative_links_lead_into_the_repository() -> None:
    html = render("[a](docs/a b.md) [up](../../../x)".replace(" b", "%20b"), revision="refs/pr/1")
    assert 'href="https://hub.test/ns/name/blob/refs%2Fpr%2F1/docs/a%20b.md"' in html
    assert 'href="https://hub.test/ns/name/blob/refs%2Fpr%2F1/x"' in html


def test_dataset_links_lead_to_the_dataset() -> None:
    assert "https://hub.test/datasets/ns/name/blob/main/x.csv" in render("[x](x.csv)", repo_type="dataset")


@pytest.mark.parametrize(
    "source",
    ["figs/a.png", "./figs/a.png", "https://hub.test/ns/name/resolve/main/figs/a.png", "/ns/name/raw/main/figs/a.png"],
)
def test_pictures_of_the_repository_are_named_and_not_loaded(source: str) -> None:
    assert render(f"![loss]({source})") == '<p><img alt="loss" data-hubnb-path="figs/a.png"></p>\n'


def test_pictures_from_elsewhere_become_their_words() -> None:
    html = render("![a badge](https://img.test/x.svg)")
    assert "<img" not in html
    assert "a badge" in html


def test_link_within_the_card_leads_to_its_heading_and_opens_no_tab() -> None:
    html = render("[go](#how-to-use)\n\n# How to use")
    assert '<a href="#card-how-to-use" rel="nofollow noopener noreferrer">' in html
    assert '<h1 id="card-how-to-use">' in html


def test_headings_of_one_name_are_told_apart() -> None:
    html = render("# Use\n\n# Use\n\n# Use")
    assert [f'id="card-use{end}"' in html for end in ("", "-1", "-2")] == [True] * 3


def test_footnotes_are_numbered_as_they_are_referred_to() -> None:
    html = render("b [^b] a [^a] b [^b]\n\n[^a]: The a\n\n[^b]: The b, see [^c]\n\n[^c]: The c\n\n[^d]: nobody")
    assert html.index("The b") < html.index("The a") < html.index("The c")
    assert "nobody" not in html
    assert html.count('href="#card-fn-1"') == 2


def test_reference_links_find_their_address_in_another_block() -> None:
    renderer = CardRenderer(place_of("ns/name", endpoint="https://hub.test"))
    text = "see [the audit][1]\n\nmore\n\n[1]: https://a.test\n"
    assert "https://a.test" in renderer.render(text)[0].html
    assert "https://b.test" in renderer.render(text.replace("a.test", "b.test"))[0].html
    assert "<a" not in renderer.render(text.replace("[1]:", "1:"))[0].html


def test_only_changed_blocks_are_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    cleaned: list[str] = []
    monkeypatch.setattr(markup, "clean", lambda html, place: cleaned.append(html) or html)
    renderer = CardRenderer()
    paragraphs = [f"Paragraph {number} with *words*." for number in range(100)]
    renderer.render("\n\n".join(paragraphs))
    cleaned.clear()
    paragraphs[50] += " More"
    renderer.render("\n\n".join(paragraphs))
    assert cleaned == ["<p>Paragraph 50 with <em>words</em>. More</p>\n"]


SCRAPS = (
    "# Title\n\n",
    "words and *more*\n",
    "\n",
    "- item\n",
    "  - nested\n",
    "    indented\n",
    "```python\n",
    "```\n",
    "| a | b |\n",
    "|---|---|\n",
    "> quote\n",
    "[^1]: note\n",
    "see [^1] and [x]\n",
    "[x]: https://a.test\n",
    "<details>\n",
    "</details>\n",
    "<!-- comment\n",
    "-->\n",
    "===\n",
    "$$\n",
    "---\n",
)


@pytest.mark.parametrize("seed", range(30))
def test_changed_text_renders_as_if_it_were_new(seed: int) -> None:
    chance = random.Random(seed)
    scraps = [chance.choice(SCRAPS) for _ in range(60)]
    renderer = CardRenderer()
    renderer.render("".join(scraps))
    for _ in range(40):
        place = chance.randrange(len(scraps))
        if chance.random() < 0.5:
            scraps.insert(place, chance.choice(SCRAPS))
        else:
            del scraps[place]
        text = "".join(scraps)
        assert renderer.render(text) == CardRenderer().render(text)


HANGS = {"brackets": "[", "stars": "*a", "quotes": ">", "links": "[a](", "tags": "<a ", "dollars": "$", "ticks": "`a"}


@pytest.mark.timeout(30)  # such text can cost a parser minutes and more
@pytest.mark.parametrize("scrap", HANGS.values(), ids=HANGS)
def test_text_made_to_hang_a_parser_does_not(scrap: str) -> None:
    assert render_card(scrap * 10_000)


def test_attribute_can_not_carry_a_mark_or_a_tag_into_the_page() -> None:
    html = render('<a title="\n\n# x\n\n<img><img src=y onerror=z>">w</a>\n\n<b id="<img>">v</b>')
    assert "onerror=" not in html.replace("onerror=z&gt;", "")
    assert html.count("<img") <= 1
