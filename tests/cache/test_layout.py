"""The cache on disk: names that are safe, links that are whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock, Timeout

import hubnb
from hubnb.cache import RepoCache
from hubnb.cache.layout import _CACHED_NO_EXIST
from hubnb.cache.locks import try_lock
from hubnb.client import RepoId
from hubnb.client.errors import HFValidationError

COMMIT = "a" * 40
ETAG = "b" * 64


@pytest.fixture
def cache(tmp_path: Path) -> RepoCache:
    return RepoCache(tmp_path / "hub", RepoId("me/digits"))


def put_blob(cache: RepoCache, content: bytes = b"x") -> None:
    cache.prepare()
    cache.blob(ETAG).write_bytes(content)


def test_layout_is_upstreams(cache: RepoCache) -> None:
    put_blob(cache)
    pointer = cache.link(ETAG, COMMIT, "a/b/model.bin")
    cache.write_ref("refs/pr/1", COMMIT)
    assert pointer == cache.cache_dir / "models--me--digits" / "snapshots" / COMMIT / "a" / "b" / "model.bin"
    assert pointer.readlink() == Path("../../../../blobs") / ETAG
    assert (cache.folder / "refs" / "refs" / "pr" / "1").read_text() == COMMIT
    assert (cache.cache_dir / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")


@pytest.mark.parametrize("etag", ["", "../../evil", "a/b", "..", ".hidden", "x" * 300, "a\0b"])
def test_hash_that_is_no_file_name_is_refused(cache: RepoCache, etag: str) -> None:
    with pytest.raises(HFValidationError):
        cache.blob(etag)


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", "a\\..\\x"])
def test_path_that_climbs_is_refused(cache: RepoCache, path: str) -> None:
    with pytest.raises(HFValidationError):
        cache.pointer(COMMIT, path)


def test_revision_that_climbs_is_refused(cache: RepoCache) -> None:
    with pytest.raises(HFValidationError):
        cache.write_ref("../../evil", COMMIT)


def test_without_symlinks_the_file_itself_is_in_the_snapshot(tmp_path: Path) -> None:
    cache = RepoCache(tmp_path / "hub", RepoId("me/digits"), symlinks=False)
    put_blob(cache, b"content")
    pointer = cache.link(ETAG, COMMIT, "model.bin")
    assert not pointer.is_symlink()
    assert pointer.read_bytes() == b"content"
    assert list(cache.blobs.iterdir()) == []


def test_lookup_knows_here_missing_and_unknown(cache: RepoCache) -> None:
    put_blob(cache)
    cache.link(ETAG, COMMIT, "here.txt")
    cache.write_ref("main", COMMIT)
    cache.mark_missing(COMMIT, "missing.txt")

    def look(name: str) -> object:
        return hubnb.try_to_load_from_cache("me/digits", name, cache_dir=cache.cache_dir)

    assert look("here.txt") == str(cache.pointer(COMMIT, "here.txt"))
    assert look("missing.txt") is _CACHED_NO_EXIST
    assert look("unknown.txt") is None


def test_a_lock_is_held_once(tmp_path: Path) -> None:
    lock = try_lock(tmp_path / "locks" / "one.lock")
    assert lock is not None
    assert try_lock(tmp_path / "locks" / "one.lock") is None
    lock.release()
    again = try_lock(tmp_path / "locks" / "one.lock")
    assert again is not None
    again.release()


def test_a_lock_is_seen_by_filelock_and_the_other_way_round(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    ours = try_lock(path)
    assert ours is not None
    theirs = FileLock(path, timeout=0)
    with pytest.raises(Timeout):
        theirs.acquire()
    ours.release()
    with theirs:
        assert try_lock(path) is None


def test_a_lock_file_that_was_deleted_is_not_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    first = try_lock(path)
    assert first is not None
    path.unlink()
    second = try_lock(path)
    assert second is not None
    first.release()
    assert try_lock(path) is None
    second.release()
