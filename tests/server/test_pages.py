"""What a person sees who opens an address in a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hub_people import file

HOSTILE = b"""---
license: mit
---
# Hi <script>alert(1)</script>

<img src=x onerror=alert(1)> <svg onload=alert(1)> <iframe src="//evil.example"></iframe>
<a href="javascript:alert(1)">a</a> [b](javascript:alert(1)) [c](data:text/html,x) ![d](http://evil.example/pixel.png)
<style>body { display: none }</style> <form action="//evil.example"><input name=token></form>
<p style="position:fixed" class="top" id="main" onclick="x()">styled</p> <base href="//evil.example">
<img alt="a><script>alert(1)</script>" src="http://evil.example/x.png"> <a title="<img>">t</a>
<img alt="&lt;img src=x onerror=alert(1)&gt;">
<meta http-equiv="refresh" content="0;url=//evil.example"> <object data=x></object> <math><mi xlink:href="javascript:x">
"""


class Reader(HTMLParser):
    """Collects the elements of a page, and what is wrong with its nesting."""

    VOID = frozenset({"meta", "img", "br", "hr", "input", "link"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == [], "elements are left open"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag


def links_of(text: str) -> list[str]:
    return [found["href"] for tag, found in Reader(text).elements if tag == "a" and "href" in found]


def assert_harmless(answer) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "script-src" not in policy
    for tag, attributes in Reader(answer.text).elements:
        assert tag not in {"script", "iframe", "object", "embed", "svg", "math", "base"}, tag
        assert not any(name.startswith("on") or name == "style" for name in attributes), attributes
        if tag == "meta":
            assert "http-equiv" not in attributes
        for name in ("href", "src", "action"):
            address = attributes.get(name) or ""
            assert not re.match(r"\s*(javascript|data|vbscript):", address, re.IGNORECASE), address
            if name != "href":
                assert not re.match(r"(https?:)?//", address), address
    assert answer.text.count("<style>") == 1


@pytest.fixture
def repo(alice) -> str:
    repo = alice.create()
    alice.put(repo, {"README.md": HOSTILE, "d/<img src=x onerror=alert(1)>.txt": b"<script>x</script>\n"})
    return repo


def test_every_address_that_answers_name_is_a_harmless_page(alice, nobody, repo):
    made = alice.commit(
        repo,
        file("a.txt", b"<b>new</b>"),
        description="<i>why</i><script>x</script>",
        summary='"><script>alert(1)</script>',
    ).json()
    pulled = alice.commit(repo, ("deletedFile", {"path": "a.txt"}), revision="main?create_pr=1").json()
    talk = alice.post(
        f"/api/models/{repo}/discussions", json={"title": "<u>Why</u>", "description": HOSTILE.decode()}
    ).json()
    alice.post(f"/api/models/{repo}/branch/%3Cb%3E", json={})
    addresses = ["/", "/models", "/datasets", "/?search=%22%3E%3Cscript%3E", "/alice", "/acme", f"/{repo}"]
    addresses += [f"/{repo}/tree/main", f"/{repo}/tree/main/d", f"/{repo}/commits/main", f"/{repo}/discussions"]
    addresses += [f"/{repo}/blob/main/d/%3Cimg%20src=x%20onerror=alert(1)%3E.txt", f"/{repo}/blob/main/README.md"]
    for address in (
        *addresses,
        made["commitUrl"],
        pulled["pullRequestUrl"],
        talk["url"],
        "/oauth/device?user_code=%22x",
    ):
        answer = nobody.get(address)
        assert answer.status_code == 200, (address, answer.text)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert_harmless(answer)


def test_every_link_of_a_repository_leads_somewhere(alice, nobody, repo):
    alice.put_large(repo, "w/big.bin", b"x" * 100)
    alice.put(repo, {"ü %20#?.txt": b"odd", "p.png": b"\x89PNG"})
    alice.post(f"/api/models/{repo}/branch/dev/one", json={})
    alice.post(f"/api/models/{repo}/tag/main", json={"tag": "v1"})
    alice.post(f"/api/models/{repo}/discussions", json={"title": "Why?", "description": "see [it](d)"})
    alice.commit(repo, file("n", b"1"), revision="main?create_pr=1")
    seen, waiting = set(), [f"/{repo}"]
    while waiting:
        address = waiting.pop().partition("#")[0]
        if not address.startswith("/") or address in seen or (f"/{repo}" not in address and len(seen) > 3):
            continue
        seen.add(address)
        answer = nobody.get(address)
        if answer.status_code == 302:
            waiting.append(answer.headers["Location"])
            continue
        assert answer.status_code == 200, address
        if answer.headers["Content-Type"].startswith("text/html"):
            waiting += links_of(answer.text)
    for part in ("/tree/dev%2Fone", "/blob/main/w/big.bin", "/commits/v1", "/discussions/2", "/resolve/main/"):
        assert any(part in address for address in seen), part


def test_a_card_is_shown_as_it_is_meant(alice, nobody):
    repo = alice.create()
    card = "---\nlicense: mit\n---\n# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n`code` **bold** [doc](docs/a.md#x)"
    card += " ![pic](img/p.png)"
    card += " ![badge](https://example.org/b.svg) [out](https://example.org) ~~gone~~\n\n"
    card += "<details><summary>More</summary>text</details>\n"
    alice.put(repo, {"README.md": card.encode(), "docs/a.md": b"A", "img/p.png": b"\x89PNG"})
    text = nobody.get(f"/{repo}").text
    for part in ("<h1>Title</h1>", "<td>1</td>", "<strong>bold</strong>", "<s>gone</s>", "<summary>More</summary>"):
        assert part in text
    assert "license: mit" not in text
    assert f'href="/{repo}/blob/main/docs/a.md#x"' in text
    assert f'src="/{repo}/resolve/main/img/p.png"' in text
    assert "<q>badge</q>" in text, "a picture from elsewhere is not loaded"
    assert 'href="https://example.org" rel="nofollow noopener noreferrer"' in text


@pytest.mark.parametrize("text", ["[" * 50_000, "> " * 3000, "*a_ " * 20_000, "<div>" * 5000, "![a](" * 9000])
def test_a_card_made_to_hang_the_hub_is_answered(alice, nobody, text):
    repo = alice.create()
    alice.put(repo, {"README.md": text.encode()})
    assert nobody.get(f"/{repo}").status_code == 200


def test_what_is_private_is_on_no_page(alice, nobody):
    repo = alice.create(private=True)
    for address in ("/", "/models", f"/?search={repo}", "/alice"):
        assert repo.partition("/")[2] not in nobody.get(address).text.replace(f"search={repo}", "").replace(repo, "", 3)
    browser = {"Accept": "text/html,*/*"}
    missing, hidden = nobody.get("/alice/none", headers=browser), nobody.get(f"/{repo}", headers=browser)
    assert missing.status_code == hidden.status_code == 404
    assert missing.text == hidden.text
    assert "text/html" in hidden.headers["Content-Type"]


def test_what_a_gate_keeps_is_on_no_page(alice, nobody, repo):
    alice.put(repo, {"README.md": b"# The-secret-card", "s.txt": b"The-secret-file"})
    pull = alice.commit(repo, file("p.txt", b"The-secret-proposal"), revision="main?create_pr=1").json()
    alice.ask("PUT", f"/api/models/{repo}/settings", json={"gated": "auto"})
    assert "You need access" in nobody.get(f"/{repo}").text
    for address in (f"/{repo}", f"/{repo}/tree/main", pull["pullRequestUrl"]):
        answer = nobody.get(address)
        assert (answer.status_code, "The-secret" in answer.text) == (200, False)
    for address in ("blob/main/s.txt", "commit/main", "commits/main", "discussions/1/files.diff"):
        assert nobody.get(f"/{repo}/{address}").status_code == 401


def test_a_pull_request_can_be_applied_from_its_diff(alice, nobody, repo):
    detail = alice.commit(repo, file("n.txt", b"new line\n"), revision="main?create_pr=1").json()
    answer = nobody.get(f"{detail['pullRequestUrl']}/files.diff")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert "+new line" in answer.text


def test_lists_come_in_pages_and_searches_find(alice, nobody):
    names = [alice.create(f"paged-{number:02}", type="dataset") for number in range(51)]
    first = nobody.get("/datasets?search=paged").text
    second = nobody.get("/datasets?search=paged&p=1").text
    assert "Older" in first
    assert "Newer" in second
    assert all(name.partition("/")[2] in first + second for name in names)
    assert "paged-00" not in nobody.get("/?search=no-such-name").text
