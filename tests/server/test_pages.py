"""What a person sees who opens an address in a browser."""

from __future__ import annotations

import pytest


@pytest.fixture
def repo(alice) -> str:
    repo = alice.create()
    alice.put(repo, {"README.md": b"# Hi <script>alert(1)</script>", "d/<img src=x onerror=alert(1)>.txt": b"x"})
    return repo


def test_every_address_that_answers_name_is_a_page(alice, nobody, repo):
    made = alice.commit(repo, ("file", {"path": "a.txt", "content": "<b>new</b>"}), description="<i>why</i>").json()
    pulled = alice.commit(repo, ("deletedFile", {"path": "a.txt"}), revision="main?create_pr=1").json()
    talk = alice.post(f"/api/models/{repo}/discussions", json={"title": "<u>Why</u>", "description": "<u>?</u>"}).json()
    for address in ("/", f"/{repo}", f"/{repo}/tree/main/d", made["commitUrl"], pulled["pullRequestUrl"], talk["url"]):
        answer = nobody.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for markup in ("<script", "<img", "<b>new", "<i>", "<u>"):
            assert markup not in answer.text, (address, markup)
    assert "&lt;script&gt;" in nobody.get(f"/{repo}").text
    assert repo in nobody.get("/").text


def test_the_page_of_a_file_leads_to_the_file(nobody, repo):
    answer = nobody.get(f"/{repo}/blob/main/README.md")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/{repo}/resolve/main/README.md")


def test_what_is_private_is_on_no_page(alice, nobody):
    repo = alice.create(private=True)
    assert repo not in nobody.get("/").text
    browser = {"Accept": "text/html,*/*"}
    missing, hidden = nobody.get("/alice/none", headers=browser), nobody.get(f"/{repo}", headers=browser)
    assert missing.status_code == hidden.status_code == 404
    assert missing.text == hidden.text
    assert "text/html" in hidden.headers["Content-Type"]


def test_a_gated_readme_is_not_shown(alice, nobody, repo):
    alice.ask("PUT", f"/api/models/{repo}/settings", json={"gated": "auto"})
    assert "alert(1)" not in nobody.get(f"/{repo}").text.replace("onerror=alert(1)", "")
    assert nobody.get(f"/{repo}/commit/main").status_code == 401


def test_links_lead_to_the_files(nobody, alice):
    repo = alice.create()
    alice.put(repo, {"d/ü %20#?.txt": b"odd"})
    import re

    (href,) = re.findall(r'href="([^"]*resolve[^"]*)"', nobody.get(f"/{repo}/tree/main/d").text)
    assert nobody.get(href.replace("&amp;", "&")).content == b"odd"
