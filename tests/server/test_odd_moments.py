"""The worst moments: a deletion during a download, a clock that jumps, a repository put out of memory."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

import pytest

from hubnb.cli import main
from hubnb.server import hub as hub_module


def body_of(client: socket.socket, known: bytes) -> bytes:
    """Read an answer to its end; return its body."""
    pieces = [known]
    while piece := client.recv(1 << 16):
        pieces.append(piece)
    return b"".join(pieces).partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("large", [True, False], ids=["large", "small"])
def test_who_is_downloading_gets_all_of_a_file_that_is_deleted_meanwhile(own_hub, me, large: bool):
    content = bytes(range(256)) * (100_000 if large else 40_000)
    repo = me.create()
    if large:
        me.put_large(repo, "f.bin", content)
    else:
        me.put(repo, {"f.bin": content})
    place = urlsplit(own_hub.endpoint)
    with socket.create_connection((place.hostname, place.port), timeout=30) as client:
        head = f"GET /{repo}/resolve/main/f.bin HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        client.sendall(head.encode())
        first = client.recv(1 << 16)
        deleted = me.ask("DELETE", "/api/repos/delete", json={"name": repo.partition("/")[2]})
        assert deleted.status_code == 200
        assert me.read(repo, "f.bin").status_code == 404
        assert body_of(client, first) == content
    again = me.create(repo.partition("/")[2])
    assert me.read(again, "f.bin").status_code == 404, "the new one of this name has nothing of the old one"


def test_a_repository_put_out_of_memory_while_it_is_used_is_not_opened_twice(own_hub, me, monkeypatch):
    hub = own_hub._hub
    monkeypatch.setattr(hub_module, "_MAX_OPEN_REPOS", 1)
    used, others = me.create(), [me.create() for _ in range(3)]
    used_id = hub.database.one("SELECT id FROM repos WHERE name = ?", used.partition("/")[2])["id"]
    held = hub.git(used_id)
    for other in others:
        me.put(other, {"a": b"1"})
    assert used_id not in hub._repos
    assert hub.git(used_id) is held, "two would not know each other's locks and refs"
    new = me.put(used, {"a": b"1"})
    assert held.head("refs/heads/main") == new


def test_a_clock_that_jumps_loses_nothing(own_hub, me, tmp_path, capsys, monkeypatch):
    real, shift = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + shift[0])
    repo, content = me.create(), b"large " * 1000
    commits = [me.put(repo, {"a": b"1"}), me.put_large(repo, "kept.bin", b"kept " * 1000)]
    value = {"path": "w.bin", **me.upload(repo, content)}
    shift[0] = 30 * 24 * 3600.0
    assert main(["gc", "--data", str(tmp_path / "data")]) == 0
    assert "Removed 1 large files" in capsys.readouterr().out, "what nobody committed for a month"
    assert me.commit(repo, ("lfsFile", value)).status_code == 400
    commits.append(me.put_large(repo, "w.bin", content))
    shift[0] = -365 * 24 * 3600.0
    commits += [me.put(repo, {"b": b"2"}), me.put_large(repo, "late.bin", b"late " * 1000)]
    assert main(["gc", "--data", str(tmp_path / "data"), "--older-than", "1h"]) == 0
    listed = [commit["id"] for commit in me.get(f"/api/models/{repo}/commits/main").json()]
    assert listed[: len(commits)] == commits[::-1], "children before parents, whatever the clock said"
    shift[0] = 0.0
    for path, expected in (("kept.bin", b"kept " * 1000), ("w.bin", content), ("late.bin", b"late " * 1000)):
        assert me.read(repo, path).content == expected
    assert [found["id"] for found in me.get("/api/models?author=me").json()] == [repo]
    assert main(["fsck", "--data", str(tmp_path / "data"), "--full"]) == 0
