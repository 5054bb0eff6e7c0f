"""A file while it arrives: what the journal promises is there, and nothing else is promised."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from hubnb.transfer import partial as partial_module
from hubnb.transfer.partial import Partial, PartialClosedError, Ranges

if TYPE_CHECKING:
    from pathlib import Path

SIZE = 1000


def make(tmp_path: Path, name: str = "etag", size: int = SIZE) -> Partial:
    partial = Partial(tmp_path / "blob", name, size)
    partial.open()
    return partial


def test_ranges_agree_with_a_set_of_offsets() -> None:
    dice = random.Random(7)
    for _ in range(200):
        ranges, offsets = Ranges(), set[int]()
        for _ in range(dice.randrange(12)):
            start = dice.randrange(60)
            end = start + dice.randrange(20)
            new = ranges.add(start, end)
            before = len(offsets)
            offsets |= set(range(start, end))
            assert new == len(offsets) - before
        gaps = {offset for start, end in ranges.gaps(0, 50) for offset in range(start, end)}
        assert gaps == set(range(50)) - offsets
        prefix = ranges.prefix()
        assert set(range(prefix)) <= offsets
        assert prefix not in offsets


def test_what_was_written_is_continued(tmp_path: Path) -> None:
    first = make(tmp_path)
    first.write(100, b"a" * 50)
    first.write(0, b"b" * 100)
    first.close()
    second = make(tmp_path)
    assert second.prefix() == 150
    assert second.ranges.gaps(0, SIZE) == [(150, SIZE)]
    buffer = memoryview(bytearray(10))
    assert second.read_into(buffer, 95) == 10
    assert bytes(buffer) == b"b" * 5 + b"a" * 5
    second.write(150, b"c" * 850)
    assert second.complete()
    second.finish()
    assert (tmp_path / "blob").read_bytes() == b"b" * 100 + b"a" * 50 + b"c" * 850
    assert sorted(path.name for path in tmp_path.iterdir()) == ["blob"]


def test_longest_possible_name_has_room_while_it_arrives(tmp_path: Path) -> None:
    partial = Partial(tmp_path / ("n" * 255), "etag", 3)
    partial.open()
    partial.write(0, b"abc")
    partial.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["n" * 255]


def test_torn_last_line_is_not_believed(tmp_path: Path) -> None:
    first = make(tmp_path)
    first.write(0, b"a" * 100)
    first.close()
    with first.journal_path.open("a") as journal:
        journal.write("100 9")
    assert make(tmp_path).ranges.total() == 100


@pytest.mark.parametrize(
    "spoil",
    [
        lambda partial: partial.journal_path.write_text("garbage"),
        lambda partial: partial.journal_path.write_bytes(b"\xff\xfe\n"),
        lambda partial: partial.partial_path.write_bytes(b"short"),
        lambda partial: partial.partial_path.unlink(),
        lambda partial: partial.journal_path.unlink(),
    ],
)
def test_spoiled_leftovers_are_started_anew(tmp_path: Path, spoil: object) -> None:
    first = make(tmp_path)
    first.write(0, b"a" * 100)
    first.close()
    spoil(first)
    assert make(tmp_path).ranges.total() == 0


def test_leftover_of_another_content_is_not_continued(tmp_path: Path) -> None:
    first = make(tmp_path, "one")
    first.write(0, b"a" * 100)
    first.close()
    assert make(tmp_path, "two").ranges.total() == 0
    assert make(tmp_path, "one", SIZE + 1).ranges.total() == 0


def test_bytes_that_are_there_are_never_written_over(tmp_path: Path) -> None:
    """They may have been hashed already: a second, wrong copy must not slip in behind the hash."""
    partial = make(tmp_path)
    assert partial.write(100, b"a" * 100) == 100
    assert partial.write(50, b"b" * 200) == 100
    buffer = memoryview(bytearray(200))
    partial.read_into(buffer, 50)
    assert bytes(buffer) == b"b" * 50 + b"a" * 100 + b"b" * 50
    partial.close()


def test_closed_partial_takes_no_more_bytes(tmp_path: Path) -> None:
    partial = make(tmp_path)
    partial.close()
    with pytest.raises(PartialClosedError):
        partial.write(0, b"late")


def test_partial_let_go_of_while_it_is_made_durable_gets_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a cancel its lock is free: the next pull may have it open already."""
    partial = make(tmp_path)
    partial.write(0, b"a" * SIZE)
    monkeypatch.setattr(partial_module.os, "fsync", lambda _: partial.close())
    with pytest.raises(PartialClosedError):
        partial.finish()
    assert not (tmp_path / "blob").exists()
    assert make(tmp_path).complete()
