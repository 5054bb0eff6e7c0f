"""The files of a commit, found by what it changed: the same as if all had been read."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from hubnb.server.folder import Folder
from hubnb.server.gitrepo import GitRepo
from hubnb.server.pointers import Pointer
from hubnb.server.snapshot import Snapshot

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ["a", "a.txt", "a-b", "a0", "b", "é", "x.bin", "Z"]


@pytest.mark.parametrize("seed", range(20))
def test_what_is_derived_is_what_is_there(tmp_path: Path, seed: int):
    dice = random.Random(seed)
    git = GitRepo.create(tmp_path / "r.git")
    tree = Folder(git).write_root([])
    derived = Snapshot(git.walk_tree(tree))
    for _ in range(30):
        root = Folder(git, tree)
        for _ in range(dice.randrange(1, 6)):
            path = "/".join(dice.choice(NAMES) for _ in range(dice.randrange(1, 4)))
            if dice.random() < 0.3:
                root.remove(path)
            else:
                root.put(path, git.write_blob(dice.choice([b"1", b"2", Pointer("0" * 64, 5).text()])))
        changed = root.write_root([])
        if dice.random() < 0.5:
            assert len(derived.entries) == len(derived), "to ask for the order in between must not matter"
        derived = derived.changed(*git.changes(tree, changed))
        tree = changed
        whole = Snapshot(git.walk_tree(tree))
        assert derived.entries == whole.entries
        assert derived.endings == whole.endings
        assert derived.under("a", recursive=True) == whole.under("a", recursive=True)
        assert derived.under("a", recursive=False) == whole.under("a", recursive=False)
        assert len(derived) == len(whole)
    git.close()
