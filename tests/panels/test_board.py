"""What a cell's transfers add up to, and what is worth a line."""

from __future__ import annotations

import time

import pytest

from hubnb.panels.board import MAX_ROWS, Board
from hubnb.transfer.progress import FileProgress, TransferSnapshot, TransferState

ENDPOINT = "https://hub.test"


def snapshot(state: str = "running", **changes) -> TransferSnapshot:
    now = time.time()
    given = {
        "id": "1", "kind": "pull", "repo_id": "me/x", "repo_type": "model", "revision": "main", "endpoint": ENDPOINT,
        "state": TransferState(state), "files_total": 2, "bytes_total": 1000, "bytes_done": 500, "bytes_moved": 500,
        "started_at": now - 3, "ended_at": now if TransferState(state).finished else None,
    }  # fmt: skip
    return TransferSnapshot(**(given | changes))


def board_of(*snapshots: TransferSnapshot) -> Board:
    board = Board()
    for one in snapshots:
        board.update(object(), one)
    return board


def test_pull_that_moves_bytes_is_worth_showing() -> None:
    assert board_of(snapshot()).worth_showing()


def test_pull_that_has_moved_nothing_yet_is_shown_after_a_second() -> None:
    fresh = snapshot("planning", bytes_moved=0, bytes_done=0, started_at=time.time())
    assert not board_of(fresh).worth_showing()
    assert board_of(snapshot("planning", bytes_moved=0, started_at=time.time() - 1.5)).worth_showing()


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_pull_that_ends_at_once_without_moving_anything_leaves_no_row(state: str) -> None:
    now = time.time()
    board = board_of(snapshot(state, bytes_moved=0, started_at=now - 0.2, ended_at=now))
    assert board.jobs() == []
    assert board.totals()["jobs"] == 0


def test_push_is_shown_even_if_nothing_had_to_move() -> None:
    now = time.time()
    done = snapshot("done", kind="push", bytes_moved=0, started_at=now - 0.2, ended_at=now)
    assert board_of(done).worth_showing()


def test_totals_add_up() -> None:
    totals = board_of(
        snapshot(speed_bytes_per_s=100.0),
        snapshot("done", id="2", bytes_done=1000),
        snapshot("failed", id="3", kind="push"),
    ).totals()
    assert (totals["jobs"], totals["pulls"], totals["active"], totals["failed"]) == (3, 2, 1, 1)
    assert (totals["bytes_total"], totals["bytes_done"]) == (3000, 2000)
    assert totals["eta_s"] == 5.0


def test_rows_are_limited_and_what_runs_or_failed_is_among_them() -> None:
    many = [snapshot("done", id=f"d{index}", bytes_done=1000) for index in range(100)]
    board = board_of(snapshot("failed", id="bad"), *many, snapshot(id="live"))
    ids = [job["id"] for job in board.jobs()]
    assert len(ids) == MAX_ROWS
    assert {"bad", "live", "d99"} <= set(ids)
    assert board.totals()["jobs"] == 102


def test_files_sent_to_the_browser_are_limited() -> None:
    files = tuple(FileProgress(f"f{index}", 10, 10, "done") for index in range(50))
    jobs = board_of(*[snapshot(id=str(index), files=files) for index in range(MAX_ROWS)]).jobs()
    assert sum(len(job["files"]) for job in jobs) <= 2 * MAX_ROWS


def test_verified_is_said_only_if_a_hash_was_compared() -> None:
    plain = FileProgress("a", 10, 10, "done")
    hashed = FileProgress("b", 10, 10, "done", "ab" * 32)
    skipped = FileProgress("b", 10, 10, "skipped", "ab" * 32)
    for files, verified in (((plain,), False), ((plain, hashed), True), ((skipped,), False)):
        assert board_of(snapshot("done", files=files)).jobs()[0]["verified"] is verified
        assert ("sha-256 verified" in board_of(snapshot("done", files=files)).record().text()) is verified


def test_record_of_a_push_names_commit_and_files() -> None:
    done = snapshot(
        "done", kind="push", files_total=4, bytes_moved=91_400_000, bytes_skipped=3_100_000_000,
        commit_oid="9f3c2ab" + "0" * 33, commit_url=f"{ENDPOINT}/me/x/commit/9f3c2ab",
        files=(FileProgress("model.safetensors", 90_900_000, 90_900_000, "done", "1f0c" + "0" * 56 + "9be2"),),
    )  # fmt: skip
    record = board_of(done).record()
    assert record.text().startswith("hubnb: pushed 4 files to me/x, main, as 9f3c2ab\n  91.4 MB in 3 s")
    assert "3.10 GB skipped (already on the Hub)" in record.text()
    html = record.html("s")
    assert f'<a href="{ENDPOINT}/me/x/commit/9f3c2ab"><code>9f3c2ab</code></a>' in html
    assert "sha256:1f0c…9be2" in html


def test_record_of_a_push_that_changed_nothing_says_so() -> None:
    same = snapshot("done", kind="push", bytes_moved=0, note="nothing changed, no commit was needed")
    assert (
        board_of(same)
        .record()
        .text()
        .startswith(
            "hubnb: nothing to push to me/x, main\n  1.00 kB already on the Hub; nothing changed, no commit was needed."
        )
    )


def test_note_of_a_push_is_kept_in_its_record() -> None:
    done = snapshot("done", kind="push", commit_oid="9f" * 20, note="2 left out by the repository's .gitignore")
    assert "; 2 left out by the repository's .gitignore." in board_of(done).record().text()


def test_record_of_a_pull_names_the_commit_it_got() -> None:
    text = board_of(snapshot("done", commit_oid="9f3c2ab" + "0" * 33)).record().text()
    assert text.startswith("hubnb: pulled 2 files from me/x, main, at 9f3c2ab")


def test_record_of_a_failure_gives_the_reason() -> None:
    failed = snapshot("failed", error="The connection broke three times. Nothing was committed.")
    text = board_of(failed).record().text()
    assert text.startswith("hubnb: stopped: pull of me/x at 50 %")
    assert "The connection broke three times. Nothing was committed." in text


def test_record_of_what_still_runs_says_so() -> None:
    text = board_of(snapshot()).record().text()
    assert text.startswith("hubnb: running when saved: pull of me/x")
    assert "The result is not in this file." in text


def test_record_of_several_counts_them() -> None:
    board = board_of(snapshot("done", bytes_done=1000), snapshot("cancelled", id="2", repo_id="me/y"))
    assert board.record().text().startswith("hubnb: stopped: 1 of 2 pulls")
    assert "me/y" in board.record().html("s")


def test_dataset_is_linked_to_its_own_page() -> None:
    html = board_of(snapshot("done", repo_type="dataset")).record().html("s")
    assert f'href="{ENDPOINT}/datasets/me/x"' in html
