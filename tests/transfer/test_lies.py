"""Pulls from a Hub whose answers are not what was asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from torture import lying_hub
from torture.lying_hub import REPO_ID, LyingHub

import hubnb
from hubnb.client.errors import HubUnreachableError, IntegrityError
from hubnb.transfer import fetch, fetch_file

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1 << 20
NAME = "model.safetensors"
CONTENT = os.urandom(3 * MIB + 12345)


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut a few megabytes into as many ranges as a few gigabytes would be."""
    monkeypatch.setattr(fetch, "RANGE_BYTES", MIB // 2)
    monkeypatch.setattr(fetch, "PIECE_BYTES", 64 * 1024)
    monkeypatch.setattr(fetch_file, "PIECE_BYTES", 64 * 1024)
    monkeypatch.setattr(fetch_file, "_RETRY_WAIT_S", 0.02)


@pytest.fixture
def liar() -> Iterator[LyingHub]:
    with LyingHub({NAME: CONTENT}, large={NAME}) as hub:
        yield hub


def pull(liar: LyingHub) -> bytes:
    job = hubnb.snapshot_download(REPO_ID, endpoint=liar.endpoint, token=False, run_as_future=True)
    return (Path(job.result(60)) / NAME).read_bytes()


def test_whole_body_that_resets_leaves_no_range_behind(liar: LyingHub) -> None:
    """The first answers ignore Range and break off with an error; the others keep to what was asked."""

    def lie(answer: lying_hub.Answer, dice: lying_hub.random.Random) -> None:
        if liar.gets <= 3:
            lying_hub.ignore_range(answer, dice)
            answer.body, answer.hang_up, answer.reset = answer.body[: MIB // 4], True, True

    liar.lie = lambda _: lie
    assert pull(liar) == CONTENT


def test_whole_body_that_always_breaks_at_the_same_byte_is_given_up(liar: LyingHub) -> None:
    def lie(answer: lying_hub.Answer, dice: lying_hub.random.Random) -> None:
        lying_hub.ignore_range(answer, dice)
        answer.body, answer.hang_up = answer.body[:MIB], True

    liar.lie = lambda _: lie
    with pytest.raises(HubUnreachableError, match=NAME):
        pull(liar)


@pytest.mark.parametrize("lie", [lying_hub.wrong_total, lying_hub.web_page, lying_hub.no_content_range])
def test_answer_about_something_else_is_forgiven_once_but_not_for_ever(liar: LyingHub, lie: object) -> None:
    liar.lie = lambda _: lie  # type: ignore[assignment, return-value]
    with pytest.raises(IntegrityError, match=NAME):
        pull(liar)
    before = liar.gets
    liar.lie = lambda _: lie if liar.gets == before + 1 else None  # type: ignore[assignment, return-value]
    assert pull(liar) == CONTENT


def test_part_of_a_file_of_unsaid_size_is_taken(liar: LyingHub) -> None:
    liar.lie = lambda _: lying_hub.unknown_total
    assert pull(liar) == CONTENT


def test_connections_that_break_together_count_once(liar: LyingHub) -> None:
    def lie(answer: lying_hub.Answer, dice: lying_hub.random.Random) -> None:
        answer.body, answer.hang_up = b"", True

    liar.lie = lambda _: lie if liar.gets <= 8 else None
    assert pull(liar) == CONTENT


def test_range_that_is_refused_once_is_asked_for_again(liar: LyingHub) -> None:
    def lie(answer: lying_hub.Answer, dice: lying_hub.random.Random) -> None:
        if liar.gets == 2:
            answer.status, answer.body, answer.headers = 416, b"", {"Content-Length": "0"}

    liar.lie = lambda _: lie
    assert pull(liar) == CONTENT


def test_ranges_that_are_always_refused_are_an_error(liar: LyingHub) -> None:
    def lie(answer: lying_hub.Answer, dice: lying_hub.random.Random) -> None:
        answer.status, answer.body, answer.headers = 416, b"", {"Content-Length": "0"}

    liar.lie = lambda _: lie
    with pytest.raises(IntegrityError, match="no bytes where the file should have some"):
        pull(liar)
