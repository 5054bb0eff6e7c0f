"""Drafts survive, are private, and are never half written."""

from __future__ import annotations

import stat

from hubnb.cards.changes import changes
from hubnb.cards.drafts import Draft, DraftFile


def test_draft_is_found_again_and_readable_by_its_owner_only(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HF_ASSETS_CACHE", str(tmp_path))
    DraftFile("http://h", "model", "me/x").save(Draft.now("text", "base", "abc"))
    file = DraftFile("http://h", "model", "me/x")
    draft = file.load()
    assert draft is not None
    assert (draft.text, draft.base, draft.base_commit) == ("text", "base", "abc")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert file.path.is_relative_to(tmp_path)
    assert DraftFile("http://h", "model", "me/y").load() is None
    file.discard()
    assert file.load() is None


def test_broken_draft_is_none(tmp_path) -> None:
    file = DraftFile("x", folder=tmp_path)
    file.path.write_text('{"text": ')
    assert file.load() is None


def test_changes_are_counted_placed_and_marked() -> None:
    old = "---\nlicense: apache2\nlanguage: en\n---\n# T\n\nF1 is 0.9.\n"
    new = "---\nlicense: apache-2.0\nlanguage: en\n---\n# T\n\nF1 is 0.9.\nMore\n"
    found = changes(old, new)
    assert (found.added, found.removed) == (2, 1)
    assert [hunk.part for hunk in found.hunks] == ["metadata", "text"]
    removed, added = (line for line in found.hunks[0].lines if line.kind != "same")
    assert removed.parts == (("license: ", False), ("apache2", True))
    assert (added.old, added.new) == (None, 2)
    assert "-license: apache2\n+license: apache-2.0" in str(found)
