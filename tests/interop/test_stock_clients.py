"""Clients of other makers, as their makers publish them, against `hubnb serve` with nothing set but its address.

The short form of ``make interop``: both lines of huggingface_hub with and without Xet, the JavaScript client, git
with git-lfs, curl.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from environments import CLIENTS, last_line, need_git_lfs, npm_client, python_of, run
from exchange import Exchange, written_by
from interop_seed import TOKEN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Stock = Callable[..., dict[str, str]]

pytestmark = [pytest.mark.interop, pytest.mark.timeout(600)]


@pytest.mark.parametrize("xet", [True, False], ids=["xet", "lfs"])
@pytest.mark.parametrize("line", ["hub1", "hub2"])
def test_every_call_of_the_official_client_works(stock: Stock, tmp_path: Path, line: str, xet: bool) -> None:
    command = (python_of(line), CLIENTS / "every_call.py", f"{line}-{'xet' if xet else 'lfs'}", tmp_path)
    report = last_line(run(*command, environment=stock(xet=xet)))
    assert report["version"].startswith("1." if line == "hub1" else "2.")


def test_every_call_of_the_javascript_client_works(served: str, tmp_path: Path) -> None:
    report = last_line(run("node", CLIENTS / "every_call.mjs", npm_client(), served, TOKEN, "npm", cwd=tmp_path))
    assert report == {"repo": "alice/npm-js"}


def test_each_reads_what_another_wrote(served: str, stock: Stock, tmp_path: Path) -> None:
    exchange = Exchange(served, TOKEN, stock, tmp_path)
    made = 'import huggingface_hub as h, sys; print(h.create_repo(sys.argv[1]).repo_id and "{}")'
    run(python_of("hub2"), "-c", made, exchange.repo, environment=stock())
    for line in ("hub1", "hub2"):
        for xet in (True, False):
            exchange.python(line, "write", xet=xet)
    exchange.javascript("write")
    exchange.git("write")
    wanted = written_by("hub1-xet", "hub1-lfs", "hub2-xet", "hub2-lfs", "js", "git")
    assert exchange.python("hub1", "read") == wanted
    assert exchange.python("hub2", "read") == wanted
    assert exchange.javascript("read") == wanted
    assert exchange.git("read") == wanted


def test_curl_goes_on_where_it_stopped(served: str, stock: Stock, tmp_path: Path) -> None:
    content = bytes(range(256)) * 8000
    (tmp_path / "w.bin").write_bytes(content)
    upload = "import huggingface_hub as h, sys; h.create_repo(sys.argv[1]);"
    upload += "h.upload_file(repo_id=sys.argv[1], path_in_repo='w.bin', path_or_fileobj=sys.argv[2])"
    run(python_of("hub2"), "-c", upload, "alice/curl", tmp_path / "w.bin", environment=stock())
    part = tmp_path / "part.bin"
    part.write_bytes(content[:700_000])
    run("curl", "-sSfL", "-C", "-", "-o", part, f"{served}/alice/curl/resolve/main/w.bin")
    assert hashlib.sha256(part.read_bytes()).digest() == hashlib.sha256(content).digest()


def test_git_lfs_locks_and_branches(served: str, stock: Stock, tmp_path: Path) -> None:
    need_git_lfs()
    made = "import huggingface_hub as h, sys; h.create_repo('alice/locked', repo_type='dataset')"
    run(python_of("hub2"), "-c", made, environment=stock())
    environment = {**stock(), "GIT_TERMINAL_PROMPT": "0", "HOME": str(tmp_path)}
    remote = f"http://alice:{TOKEN}@{served.removeprefix('http://')}/datasets/alice/locked"
    work = tmp_path / "work"

    def git(*words: str, cwd: Path | None = work) -> str:
        return run("git", "-c", "user.name=a", "-c", "user.email=a@b", *words, cwd=cwd, environment=environment)

    git("lfs", "install", cwd=tmp_path)
    git("clone", "-q", remote, str(work), cwd=tmp_path)
    (work / "big.bin").write_bytes(b"large" * 1000)
    git("add", "-A")
    git("commit", "-qm", "Large")
    git("push", "-q", "origin", "HEAD:main", "HEAD:refs/heads/side", "HEAD:refs/tags/v1")
    git("lfs", "lock", "big.bin")
    assert "big.bin" in git("lfs", "locks")
    stranger = tmp_path / "stranger"
    git("clone", "-q", remote.replace(f"alice:{TOKEN}", "bob:hf_bob_write"), str(stranger), cwd=tmp_path)
    assert (stranger / "big.bin").read_bytes() == b"large" * 1000
    assert "alice" in git("lfs", "locks", cwd=stranger)
    git("lfs", "unlock", "big.bin")
    assert "big.bin" not in git("lfs", "locks")
