"""A dataset of a few files, and the filesystem that sees it."""

from __future__ import annotations

import random
import uuid
from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.filesystem import HfFileSystem

if TYPE_CHECKING:
    from hubnb.server import LocalHub

BIG = random.Random(0).randbytes(9_000_000)


@pytest.fixture
def fs(hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> HfFileSystem:
    """A filesystem of its own, which finds the Hub by the environment as a person's does."""
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    fs = HfFileSystem(skip_instance_cache=True)
    fs.invalidate_cache()
    return fs


@pytest.fixture
def data(api: hubnb.HfApi) -> str:
    """Path of a dataset with a text below `data` and 9 MB of noise."""
    repo_id = f"me/d-{uuid.uuid4().hex[:8]}"
    api.create_repo(repo_id, repo_type="dataset")
    files = {"data/a.txt": b"one\ntwo\n", "data/deep/b.txt": b"b", "big.bin": BIG}
    operations = [hubnb.CommitOperationAdd(path, content) for path, content in files.items()]
    api.create_commit(repo_id, operations, commit_message="files", repo_type="dataset")
    return f"datasets/{repo_id}"


def titles(api: hubnb.HfApi, data: str, **options: str) -> list[str]:
    """Commits since the fixture's own, oldest first."""
    commits = api.list_repo_commits(data.removeprefix("datasets/"), repo_type="dataset", **options)
    return [commit.title for commit in commits][-3::-1]
