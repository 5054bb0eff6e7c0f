"""The cache panel against a real cache folder."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from hubnb.cache.scan import scan_cache_dir
from hubnb.panels.cache import CachePanel
from hubnb.panels.cache_pins import read_pins

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "a" * 40, "b" * 40


def put(root: Path, repo: str, commit: str, files: dict[str, bytes], ref: str | None = None) -> None:
    folder = root / f"models--{repo.replace('/', '--')}"
    for name, content in files.items():
        blob = folder / "blobs" / hashlib.sha256(content).hexdigest()
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
        link = folder / "snapshots" / commit / name
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(f"../../blobs/{blob.name}")
    if ref:
        (folder / "refs").mkdir(exist_ok=True)
        (folder / "refs" / ref).write_text(commit)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    put(tmp_path, "me/two", OLD, {"w.bin": b"o" * 1000, "c.json": b"{}"})
    put(tmp_path, "me/two", NEW, {"w.bin": b"n" * 3000, "c.json": b"{}"}, "main")
    put(tmp_path, "me/one", "c" * 40, {"w.bin": b"x" * 500}, "main")
    return tmp_path


@pytest.fixture
def panel(root: Path):
    shown = CachePanel(root)
    shown.settle(30)
    yield shown
    shown.close()


def test_rows_tell_what_each_revision_alone_would_free(panel: CachePanel) -> None:
    two = panel.repos[0]
    assert (two["id"], two["size"], panel.totals["size"]) == ("me/two", 4002, 4502)
    assert {row["commit"]: row["frees"] for row in two["revisions"]} == {OLD: 1000, NEW: 3000}
    assert panel.totals["repos"] == 2


def test_deletion_frees_what_its_plan_said_and_shared_files_stay(panel: CachePanel, root: Path, wire) -> None:
    browser = wire(panel)
    plan = browser.ask("plan", commits=[OLD])["result"]
    assert (plan["frees"], plan["shared"], plan["rows"][0]["stays"]) == (1000, 2, ["main"])
    assert browser.ask("delete", commits=[OLD])["result"] == {"freed": 1000}
    assert (root / "models--me--two" / "snapshots" / NEW / "c.json").read_text() == "{}"
    assert not (root / "models--me--two" / "snapshots" / OLD).exists()
    assert panel.result == {"kind": "freed", "size": 1000, "left": 3502}


def test_both_revisions_free_the_shared_file_once(panel: CachePanel, wire) -> None:
    assert wire(panel).ask("plan", commits=[OLD, NEW])["result"]["frees"] == 4002


def test_what_is_not_there_any_more_is_not_deleted(panel: CachePanel, wire) -> None:
    error = wire(panel).ask("delete", commits=["d" * 40])["error"]
    assert "not in the cache any more" in error["title"]
    assert len(panel.repos) == 2


def test_pin_outlives_the_panel_and_other_scans_do_not_see_it(panel: CachePanel, root: Path, wire) -> None:
    wire(panel).ask("pin", key="model/me/one", pinned=True)
    assert [row["pinned"] for row in panel.repos] == [False, True]
    assert read_pins(root) == {"model/me/one"}
    assert scan_cache_dir(root).warnings == []
    import huggingface_hub

    assert huggingface_hub.scan_cache_dir(root).warnings == []


def test_room_is_made_of_what_was_used_longest_ago_and_never_of_pins(panel: CachePanel, wire) -> None:
    browser = wire(panel)
    browser.ask("pin", key="model/me/two", pinned=True)
    room = browser.ask("make_room", size=10**12)["result"]
    assert room == {"commits": ["c" * 40], "frees": 500}


def test_check_finds_a_flipped_byte_and_names_the_file(panel: CachePanel, root: Path, wire) -> None:
    blob = (root / "models--me--two" / "snapshots" / NEW / "w.bin").resolve()
    blob.write_bytes(b"N" + blob.read_bytes()[1:])
    wire(panel).ask("verify")
    panel.settle(30)
    assert panel.damaged == [{"id": "me/two", "path": "w.bin", "size": 3000}]
    assert panel.result["damaged"] == 1
    assert next(row for row in panel.repos if row["id"] == "me/two")["damaged"] == 1


def test_whole_cache_is_said_to_be_whole(panel: CachePanel, wire) -> None:
    wire(panel).ask("verify", keys=["model/me/two"])
    panel.settle(30)
    assert (panel.result["kind"], panel.result["files"], panel.damaged) == ("verified", 3, [])


def test_unfinished_files_are_counted_and_removed(root: Path, wire) -> None:
    (root / "models--me--one" / "blobs" / "abc.incomplete").write_bytes(b"h" * 8192)
    shown = CachePanel(root)
    shown.settle(30)
    assert shown.totals["unfinished"] == 8192
    wire(shown).ask("prune")
    assert shown.totals["unfinished"] == 0
    assert shown.result["kind"] == "pruned"
    shown.close()


def test_empty_cache_is_said_to_be_empty(tmp_path: Path) -> None:
    shown = CachePanel(tmp_path / "none")
    shown.settle(30)
    assert (shown.repos, shown.phase) == ([], "ready")
    assert shown.record().text().startswith("hubnb: the cache is empty")
    shown.close()


@pytest.mark.parametrize(
    "code",
    [
        "import hubnb; hubnb.cache(); from hubnb.cache import scan_cache_dir; hubnb.cache(); hubnb.cache.RepoCache",
        "from hubnb.cache import scan_cache_dir; import hubnb; hubnb.cache()",
        "import hubnb.cache; hubnb.cache(); from hubnb import cache; cache(); cache.HFCacheInfo",
        "from hubnb import cache; cache(); import hubnb.cache.scan; cache()",
    ],
)
def test_the_room_is_also_the_call(code: str, root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], env={"HF_HUB_CACHE": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "me/two" in done.stdout


def test_record_names_the_largest(panel: CachePanel) -> None:
    html = panel.record().html("x")
    assert "me/two" in html
    assert json.dumps(html)
