"""What a scan tells, judged by the reference client's answer on the same cache."""

from __future__ import annotations

import copy
import os
import pickle
import shutil
import time
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import huggingface_hub
import pytest

import hubnb
from hubnb.cache import scan
from hubnb.cache.scan import CacheNotFound, scan_cache_dir

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.interop

ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40


class Cache:
    """A cache made by hand, so that it can be wrong in every way."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(exist_ok=True)

    def repo(self, name: str = "models--org--name", **refs: str) -> Path:
        folder = self.root / name
        for part in ("blobs", "snapshots", "refs"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        for ref, commit in refs.items():
            self.ref(folder, ref, commit)
        return folder

    def ref(self, repo: Path, name: str, commit: str) -> None:
        (repo / "refs" / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / "refs" / name).write_text(commit)

    def file(self, repo: Path, commit: str, path: str, etag: str, content: bytes = b"content") -> Path:
        blob = repo / "blobs" / etag
        if not blob.exists():
            blob.write_bytes(content)
        pointer = repo / "snapshots" / commit / path
        pointer.parent.mkdir(parents=True, exist_ok=True)
        pointer.symlink_to(os.path.relpath(blob, pointer.parent))
        return pointer


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def plain(value: Any) -> Any:
    """Fields by name, all the way down."""
    if is_dataclass(value):
        return tuple((field.name, plain(getattr(value, field.name))) for field in fields(value))
    return frozenset(map(plain, value)) if isinstance(value, frozenset) else value


def both(root: Path) -> tuple[Any, Any]:
    """Scan with both clients, check that the answers are the same, and give them."""
    ours, theirs = scan_cache_dir(root), huggingface_hub.scan_cache_dir(root)
    assert len(ours.warnings) == len(theirs.warnings)
    assert [field.name for field in fields(ours)] == [field.name for field in fields(theirs)]
    for name in ("size_on_disk", "repos", "incomplete_files", "cache_dir"):
        assert plain(getattr(ours, name)) == plain(getattr(theirs, name)), name
    return ours, theirs


def only(values: Any) -> Any:
    (value,) = values
    return value


def make_ordinary(cache: Cache) -> None:
    repo = cache.repo(main=TWO)
    cache.ref(repo, "refs/pr/1", ONE)
    cache.ref(repo, "v1", ONE)
    for commit in (ONE, TWO):
        cache.file(repo, commit, "config.json", "a" * 40, b"x" * 1234)
        cache.file(repo, commit, "deep/er/same.json", "a" * 40)
    cache.file(repo, TWO, "onnx/model.bin", "b" * 64, b"y" * 50_000)
    data = cache.repo("datasets--org--with--dashes", main=ONE)
    cache.file(data, ONE, "data/ünï c.csv", "c" * 40)
    cache.file(cache.repo("spaces--org--app"), THREE, "app.py", "d" * 40)
    cache.file(cache.repo("models--gpt2", main=ONE), ONE, "config.json", "e" * 40)
    os.utime(repo / "blobs" / ("a" * 40), (1_000_000_000, 1_100_000_000))
    (cache.root / "CACHEDIR.TAG").write_text("Signature")
    (cache.root / ".locks" / "models--org--name").mkdir(parents=True)


@pytest.mark.parametrize("by_descriptor", [True, False])
def test_ordinary_cache_has_the_reference_answer(
    cache: Cache, by_descriptor: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "_CAN_OPEN_FOLDERS", by_descriptor)
    make_ordinary(cache)
    ours, _ = both(cache.root)
    assert len(ours.repos) == 4
    assert not ours.warnings


def test_properties_and_tables_have_the_reference_answer(cache: Cache) -> None:
    make_ordinary(cache)
    ours, theirs = both(cache.root)
    assert ours.export_as_table() == theirs.export_as_table()
    assert ours.export_as_table(verbosity=1) == theirs.export_as_table(verbosity=1)
    assert ours.size_on_disk_str == theirs.size_on_disk_str
    mine, reference = ({repo.repo_path: repo for repo in info.repos} for info in (ours, theirs))
    for path, repo in mine.items():
        other = reference[path]
        assert {name: plain(one) for name, one in repo.refs.items()} == {
            name: plain(one) for name, one in other.refs.items()
        }
        assert (repo.cache_id, repo.last_accessed_str) == (other.cache_id, other.last_accessed_str)
        assert sorted(one.nb_files for one in repo.revisions) == sorted(one.nb_files for one in other.revisions)
        assert sorted(str(one.size_on_disk_str) for one in repo.revisions) == sorted(
            one.size_on_disk_str for one in other.revisions
        )


@pytest.mark.parametrize(
    "age_s", [0, 19, 21, 59, 61, 3500, 3700, 80_000, 90_000, 6e5, 7e5, 4e6, 5e6, 2.7e7, 3e7, 4e7, 9e7]
)
def test_ages_are_told_as_the_reference_tells_them(age_s: float) -> None:
    from huggingface_hub.utils._parsing import format_timesince

    from hubnb.cache.inventory import age_for_people

    then = time.time() - age_s - 0.25
    assert age_for_people(then) == format_timesince(then)


@pytest.mark.parametrize("size", [0, 999, 1000, 123_456, 10**9, 10**26])
def test_sizes_are_told_as_the_reference_tells_them(size: int) -> None:
    from huggingface_hub.utils._cache_manager import _format_size

    from hubnb.cache.inventory import size_for_people

    assert size_for_people(size) == _format_size(size)


def break_dangling(cache: Cache) -> None:
    repo = cache.repo(main=ONE)
    cache.file(repo, ONE, "config.json", "a" * 40)
    (repo / "blobs" / ("a" * 40)).unlink()


def break_no_snapshots(cache: Cache) -> None:
    shutil.rmtree(cache.repo() / "snapshots")


def break_unknown_commit(cache: Cache) -> None:
    cache.file(cache.repo(main=TWO), ONE, "a", "a" * 40)


def break_ref_with_line_end(cache: Cache) -> None:
    cache.file(cache.repo(main=f"{ONE}\n"), ONE, "a", "a" * 40)


def break_file_among_snapshots(cache: Cache) -> None:
    (cache.repo() / "snapshots" / "stray").write_text("")


def break_refs_is_a_file(cache: Cache) -> None:
    repo = cache.repo()
    (repo / "refs").rmdir()
    (repo / "refs").write_text("")


def break_stray_file(cache: Cache) -> None:
    (cache.root / "notes--mine.txt").write_text("")


def break_stray_folder(cache: Cache) -> None:
    (cache.root / "version-1").mkdir()


def break_store_without_marker(cache: Cache) -> None:
    (cache.root / "blobs").mkdir()


def break_unknown_type(cache: Cache) -> None:
    cache.repo("things--org--name")


def break_link_to_itself(cache: Cache) -> None:
    repo = cache.repo(main=ONE)
    (repo / "snapshots" / ONE).mkdir()
    (repo / "snapshots" / ONE / "loop").symlink_to("loop")


BREAKERS = [value for name, value in sorted(globals().items()) if name.startswith("break_")]


@pytest.mark.parametrize("break_it", BREAKERS)
def test_corrupted_entry_is_a_warning_that_names_it_and_the_rest_is_told(cache: Cache, break_it: Any) -> None:
    cache.file(cache.repo("models--org--good", main=ONE), ONE, "a", "a" * 40)
    break_it(cache)
    ours, _ = both(cache.root)
    assert only(ours.repos).repo_id == "org/good"
    assert str(cache.root) in str(only(ours.warnings))


def test_what_makes_the_reference_fail_is_a_warning_too(cache: Cache) -> None:
    cache.file(cache.repo("models--org--good", main=ONE), ONE, "a", "a" * 40)
    (cache.repo("models--org--binary") / "refs" / "main").write_bytes(b"\xff\xfe")
    (cache.repo("models--org--dangling") / "refs" / "main").symlink_to("nowhere")
    (cache.repo("models--org--gone") / "snapshots" / ONE).symlink_to("nowhere")
    info = scan_cache_dir(cache.root)
    assert only(info.repos).repo_id == "org/good"
    assert len(info.warnings) == 3


def odd_real_files(cache: Cache) -> None:
    repo = cache.repo(main=ONE)
    (repo / "snapshots" / ONE / "blobs").mkdir(parents=True)
    (repo / "snapshots" / ONE / "blobs" / "moved.bin").write_bytes(b"no links here")


def odd_links(cache: Cache) -> None:
    repo = cache.repo(main=ONE)
    pointer = cache.file(repo, ONE, "plain", "a" * 40)
    (pointer.parent / "absolute").symlink_to(repo / "blobs" / ("a" * 40))
    (pointer.parent / "detour").symlink_to("../../blobs/../blobs/./" + "a" * 40)
    (pointer.parent / "neighbour").symlink_to("plain")
    (pointer.parent / "folder-of-blobs").symlink_to("../../blobs")
    (pointer.parent / "itself").symlink_to(".")


def odd_links_out(cache: Cache) -> None:
    outside = cache.root.parent / "outside.bin"
    outside.write_bytes(b"o" * 77)
    for name in ("models--a--a", "models--b--b"):
        repo = cache.repo(name, main=ONE)
        cache.file(repo, ONE, "own", "a" * 40)
        (repo / "snapshots" / ONE / "out").symlink_to(outside)
    (repo / "snapshots" / ONE / "other").symlink_to(cache.root / "models--a--a" / "blobs" / ("a" * 40))


def odd_linked_revision(cache: Cache) -> None:
    repo, elsewhere = cache.repo(main=ONE), cache.root.parent / "elsewhere"
    (elsewhere / "revision").mkdir(parents=True)
    (elsewhere / "revision" / "file").write_bytes(b"real")
    (elsewhere / "sibling").mkdir()
    (elsewhere / "revision" / "to-a-folder").symlink_to("../sibling")
    (repo / "snapshots" / ONE).symlink_to(elsewhere / "revision")


def odd_empty_things(cache: Cache) -> None:
    repo = cache.repo(main=ONE)
    (repo / "snapshots" / ONE / "empty").mkdir(parents=True)
    cache.repo("datasets--none--yet")
    shutil.rmtree(cache.repo("models--no--refs") / "refs")


def odd_leftovers(cache: Cache) -> None:
    repo = cache.repo(main=ONE)
    cache.file(repo, ONE, "a", "a" * 40)
    for name in ("x.incomplete", "y.1234abcd.incomplete", "z.hubnb-partial", "z.hubnb-journal", ".DS_Store"):
        (repo / "blobs" / name).write_bytes(b"left")
    for folder in (cache.root, repo, repo / "refs", repo / "snapshots", repo / "snapshots" / ONE):
        (folder / ".DS_Store").write_bytes(b"litter")
    (repo / ".no_exist" / ONE).mkdir(parents=True)
    (repo / ".no_exist" / ONE / "adapter.json").touch()


def odd_shared_store(cache: Cache) -> None:
    store = cache.root / "blobs"
    (store / "ab").mkdir(parents=True)
    (store / ".huggingface-shared-blobs").write_text("1\n")
    for name, size in (("ab" + "0" * 62, 500), ("ab" + "1" * 62, 9)):
        (store / "ab" / name).write_bytes(b"s" * size)
    (store / "ab" / ("ab" + "0" * 62 + ".refs")).write_text("{}")
    for name in ("models--a--a", "models--b--b"):
        repo = cache.repo(name, main=ONE)
        cache.file(repo, ONE, "own", "c" * 40, b"mine")
        (repo / "blobs" / ("d" * 64)).symlink_to("../../blobs/ab/ab" + "0" * 62)
        cache.file(repo, ONE, "shared", "d" * 64)


ODDITIES = [value for name, value in sorted(globals().items()) if name.startswith("odd_")]


@pytest.mark.parametrize("make", ODDITIES)
def test_odd_but_sound_cache_has_the_reference_answer(cache: Cache, make: Any) -> None:
    make(cache)
    ours, _ = both(cache.root)
    assert not ours.warnings


def test_what_hubnb_pulled_has_the_reference_answer(api: hubnb.HfApi, repo_id: str, home: Path) -> None:
    commits = []
    for number in range(2):
        api.upload_file(path_or_fileobj=b"%d" % number, path_in_repo="sub/a.txt", repo_id=repo_id)
        commits.append(api.upload_file(path_or_fileobj=b"same", path_in_repo="b.txt", repo_id=repo_id).oid)
        api.snapshot_download(repo_id)
    ours, _ = both(home / "hub")
    assert {revision.commit_hash for revision in only(ours.repos).revisions} >= {commits[-1]}
    assert plain(hubnb.scan_cache_dir()) == plain(ours)


def test_records_are_values(cache: Cache) -> None:
    make_ordinary(cache)
    one, two = scan_cache_dir(cache.root), scan_cache_dir(cache.root)
    assert one == two
    assert one.repos == two.repos
    assert pickle.loads(pickle.dumps(one)) == one
    assert copy.deepcopy(one) == one
    with pytest.raises(AttributeError):
        next(iter(one.repos)).repo_id = "other"
    with pytest.raises(AttributeError, match="nonsense"):
        next(iter(next(iter(one.repos)).revisions)).nonsense  # noqa: B018


def test_records_tell_what_was_there_when_scanned(cache: Cache) -> None:
    make_ordinary(cache)
    info = scan_cache_dir(cache.root)
    shutil.rmtree(cache.root)
    files = [file for repo in info.repos for revision in repo.revisions for file in revision.files]
    assert len(files) == 8


def test_missing_folder_and_file_are_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(CacheNotFound, match="no cache at") as caught:
        scan_cache_dir(tmp_path / "nowhere")
    assert caught.value.cache_dir == tmp_path / "nowhere"
    assert isinstance(caught.value, hubnb.client.errors.HubError)
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match="is a file"):
        scan_cache_dir(tmp_path / "file")


def files_below(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir()}


def freed(root: Path, *revisions: str) -> int:
    """Delete, check the promise, and give the bytes."""
    before = scan_cache_dir(root).size_on_disk
    strategy = scan_cache_dir(root).delete_revisions(*revisions)
    strategy.execute()
    after = scan_cache_dir(root)
    assert not after.warnings
    assert before - after.size_on_disk == strategy.expected_freed_size
    return strategy.expected_freed_size


@pytest.mark.parametrize("revisions", [(ONE,), (TWO,), (THREE,), (TWO, THREE)])
def test_plan_is_the_reference_plan(cache: Cache, revisions: tuple[str, ...]) -> None:
    repo = cache.repo(main=TWO, old=ONE)
    for commit in (ONE, TWO):
        cache.file(repo, commit, "shared", "a" * 40, b"x" * 10)
        cache.file(repo, commit, "own", commit, b"y" * 100)
    cache.file(cache.repo("spaces--org--app"), THREE, "app.py", "d" * 40)
    ours, theirs = both(cache.root)
    mine, reference = ours.delete_revisions(*revisions), theirs.delete_revisions(*revisions)
    for field in fields(mine):
        assert getattr(mine, field.name) == getattr(reference, field.name), field.name
    assert mine.expected_freed_size_str == reference.expected_freed_size_str


def test_revision_goes_with_what_only_it_needs(cache: Cache) -> None:
    repo = cache.repo(main=TWO, old=ONE)
    for commit in (ONE, TWO):
        cache.file(repo, commit, "shared", "a" * 40, b"x" * 10)
        cache.file(repo, commit, "sub/own", commit, b"y" * 100)
        (repo / ".no_exist" / commit).mkdir(parents=True)
        (repo / ".no_exist" / commit / "none").touch()
    assert freed(cache.root, ONE) == 100
    left = {"shared", "sub/own"}
    assert files_below(repo) == {
        "refs/main",
        f".no_exist/{TWO}/none",
        f"blobs/{'a' * 40}",
        f"blobs/{TWO}",
        *(f"snapshots/{TWO}/{name}" for name in left),
    }


def test_last_revision_takes_the_repository_along(cache: Cache) -> None:
    make_ordinary(cache)
    freed(cache.root, TWO, ONE)
    assert {repo.repo_id for repo in scan_cache_dir(cache.root).repos} == {"org/app"}
    assert not (cache.root / "models--org--name").exists()


def test_files_outside_the_repository_are_never_deleted(cache: Cache) -> None:
    odd_links_out(cache)
    outside = cache.root.parent / "outside.bin"
    repo = cache.root / "models--b--b"
    cache.file(repo, TWO, "own", "a" * 40)
    assert scan_cache_dir(cache.root).delete_revisions(ONE).expected_freed_size == 7
    scan_cache_dir(cache.root).delete_revisions(ONE).execute()
    assert outside.read_bytes() == b"o" * 77
    assert (repo / "snapshots" / TWO / "own").read_bytes() == b"content"
    assert not (cache.root / "models--a--a").exists()


def test_unknown_revision_warns_and_deletes_nothing(cache: Cache) -> None:
    make_ordinary(cache)
    before = files_below(cache.root)
    with pytest.warns(UserWarning, match="Not in the cache"):
        strategy = scan_cache_dir(cache.root).delete_revisions("f" * 40)
    strategy.execute()
    assert strategy.expected_freed_size == 0
    assert files_below(cache.root) == before
