"""Seed files: what they make, what they refuse, and that they never overwrite."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
import requests
from hub_people import Person, sha256

from hubnb.server import LocalHub

if TYPE_CHECKING:
    from pathlib import Path

USER = {"name": "u", "tokens": [{"token": "hf_uuuu"}]}


def write(folder: Path, **content: Any) -> Path:
    path = folder / "seed.json"
    path.write_text(json.dumps({"format": "hub-seed/1", **content}))
    return path


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "sub" / "__pycache__").mkdir(parents=True)
    (folder / "README.md").write_text("---\nlicense: mit\n---\nHi\n")
    (folder / "sub" / "w.bin").write_bytes(b"weights")
    (folder / "sub" / "__pycache__" / "x.pyc").write_bytes(b"x")
    (folder / "unnamed").write_bytes(b"\0\1\2")
    (folder / "ü n.txt").write_text("x")
    return folder


def test_a_folder_becomes_a_repo_by_the_rules_of_uploads(tmp_path, files):
    repos = [
        {"id": "u/model", "folder": "files", "private": True, "gated": "manual"},
        {"id": "u/data", "type": "dataset"},
    ]
    seed = write(tmp_path, users=[USER], repos=repos)
    with LocalHub(seed=seed) as hub, requests.Session() as session:
        person = Person(hub.endpoint, "hf_uuuu", "u", session)
        info = person.get("/api/models/u/model?blobs=true").json()
        assert (info["private"], info["gated"], info["cardData"]) == (True, "manual", {"license": "mit"})
        found = {item["rfilename"]: item for item in info["siblings"]}
        assert sorted(found) == [".gitattributes", "README.md", "sub/w.bin", "unnamed", "ü n.txt"]
        assert found["sub/w.bin"]["lfs"]["sha256"] == sha256(b"weights")
        assert "lfs" in found["unnamed"]
        assert "lfs" not in found["README.md"]
        assert "unnamed filter=lfs" in person.read("u/model", ".gitattributes").text
        assert person.read("u/model", "sub/w.bin").content == b"weights"
        assert person.get("/api/datasets/u/data").json()["id"] == "u/data"


def test_seeding_again_changes_nothing_that_is_there(tmp_path, files):
    seed = write(tmp_path, users=[USER], repos=[{"id": "u/model", "folder": "files"}])
    with LocalHub(seed=seed, data_dir=tmp_path / "data") as hub, requests.Session() as session:
        person = Person(hub.endpoint, "hf_uuuu", "u", session)
        head = person.put("u/model", {"README.md": b"mine now"})
    (files / "new.txt").write_text("new")
    more = {"id": "u/second"}
    seed = write(tmp_path, users=[USER], repos=[{"id": "u/model", "folder": "files"}, more])
    with LocalHub(seed=seed, data_dir=tmp_path / "data") as hub, requests.Session() as session:
        person = Person(hub.endpoint, "hf_uuuu", "u", session)
        assert person.head("u/model") == head
        assert person.read("u/model", "README.md").content == b"mine now"
        assert person.get("/api/models/u/second").status_code == 200


REFUSED = [
    ({"users": 3}, r"seed\.users"),
    ({"user": []}, "unknown key 'user'"),
    ({"users": [{}]}, r"seed\.users\[0\].*'name'"),
    ({"users": [{"name": "a--b"}]}, r"seed\.users\[0\]\.name"),
    ({"users": [{"name": "datasets"}]}, "reserved"),
    ({"users": [{"name": "a", "nick": "b"}]}, "unknown key 'nick'"),
    ({"users": [{"name": "a", "tokens": [{"token": "x"}]}]}, r"users\[0\]\.tokens\[0\]\.token"),
    ({"users": [{"name": "a", "tokens": [{"token": "hf_a", "role": "god"}]}]}, r"tokens\[0\]\.role.*\"read\""),
    ({"users": [{"name": "a"}, {"name": "A"}]}, "given twice"),
    ({"users": [USER, {"name": "b", "tokens": USER["tokens"]}]}, "two tokens are the same"),
    ({"organizations": [{"name": "o", "default_repo_visibility": "secret"}]}, "default_repo_visibility"),
    ({"organizations": [{"name": "o", "members": [{"user": "ghost"}]}]}, r"members\[0\].*no user 'ghost'"),
    ({"organizations": [{"name": "o", "members": [{"user": "u", "role": "king"}]}]}, r"members\[0\]\.role"),
    ({"repos": [{"id": "x"}]}, r"repos\[0\]\.id"),
    ({"repos": [{"id": "ghost/x"}]}, r"repos\[0\].*'ghost'"),
    ({"repos": [{"id": "u/x", "type": "bucket"}]}, r"repos\[0\]\.type"),
    ({"repos": [{"id": "u/x", "private": "yes"}]}, r"repos\[0\]\.private"),
    ({"repos": [{"id": "u/x", "gated": "maybe"}]}, r"repos\[0\]\.gated"),
    ({"repos": [{"id": "u/x", "gated": 1}]}, r"repos\[0\]\.gated"),
    ({"repos": [{"id": "u/x", "folder": "nowhere"}]}, r"repos\[0\]\.folder"),
    ({"format": "hub-seed/2"}, r"seed\.format"),
]


@pytest.mark.parametrize(("content", "place"), REFUSED, ids=range(len(REFUSED)))
def test_a_fault_is_refused_and_its_place_named(tmp_path, content, place):
    seed = write(tmp_path, **{"users": [USER], **content})
    with pytest.raises(ValueError, match=place) as caught:
        LocalHub(seed=seed).start()
    assert "hf_uuuu" not in str(caught.value)


def test_a_file_that_is_no_json_is_refused(tmp_path):
    path = tmp_path / "seed.json"
    path.write_text("{")
    with pytest.raises(ValueError, match="not valid JSON"):
        LocalHub(seed=path).start()
    with pytest.raises(OSError, match=r"gone\.json"):
        LocalHub(seed=tmp_path / "gone.json").start()


@pytest.mark.parametrize("target", ["../secret.txt", "/etc/hostname", ".."])
def test_a_link_that_leaves_the_folder_is_refused(tmp_path, files, target):
    (tmp_path / "secret.txt").write_text("secret")
    (files / "link").symlink_to(target)
    seed = write(tmp_path, users=[USER], repos=[{"id": "u/model", "folder": "files"}])
    with pytest.raises(ValueError, match="link that leaves"):
        LocalHub(seed=seed).start()


def test_a_link_inside_the_folder_is_followed(tmp_path, files):
    (files / "link.md").symlink_to("README.md")
    seed = write(tmp_path, users=[USER], repos=[{"id": "u/model", "folder": "files"}])
    with LocalHub(seed=seed) as hub, requests.Session() as session:
        person = Person(hub.endpoint, "hf_uuuu", "u", session)
        assert person.read("u/model", "link.md").content == (files / "README.md").read_bytes()
