"""`hubnb.transfers()` and `hubnb.plan_push()`: the panel in a notebook, text elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..client.errors import HFValidationError
from ..transfer.unfinished import unfinished_transfers
from .frontend import FrontEnd, front_end
from .words import part_words

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..transfer.push_plan import PushPlan
    from ..transfer.upload_options import FolderOptions
    from .transfers import TransfersPanel

_PATIENCE_IN_BATCH_S = 30.0


def transfers() -> TransfersPanel | None:
    """Show every push and pull of this kernel: pause, resume, cancel, try again, undo, limit the bandwidth.

    Transfers that an earlier kernel left unfinished are offered too.

    Returns
    -------
    TransfersPanel or None
        In a notebook the panel, which shows itself as the last line of a cell. In a terminal nothing; the list is
        printed.
    """
    if front_end() is FrontEnd.NONE:
        _print()
        return None
    from .transfers import TransfersPanel

    return TransfersPanel()


def plan_push(folder_path: str | Path, repo_id: str, **options: Unpack[FolderOptions]) -> TransfersPanel | PushPlan:
    """See what a push would change before a byte leaves, and push it with one click.

    The push is made on the commit that the plan was made on: if somebody commits in between, nothing is pushed.

    Parameters
    ----------
    folder_path, repo_id, **options
        As in `upload_folder`.

    Returns
    -------
    TransfersPanel or PushPlan
        In a notebook the panel with the plan; in a terminal the plan, to be printed.

    Raises
    ------
    HFValidationError
        If there is no such folder.
    """
    folder = Path(folder_path).expanduser()
    if not folder.is_dir():
        msg = f"{str(folder)!r} is not a folder, so there is nothing to plan."
        raise HFValidationError(msg)
    if front_end() is FrontEnd.NONE:
        from ..transfer.upload import upload_folder

        return upload_folder(repo_id=repo_id, folder_path=folder, dry_run=True, **options)
    from .transfers import TransfersPanel
    from .transfers_plan import Planned

    given: dict[str, Any] = dict(options)
    panel = TransfersPanel(Planned(folder, repo_id, given))
    if front_end() is FrontEnd.BATCH:
        panel.settle(_PATIENCE_IN_BATCH_S)
    return panel


def _print() -> None:
    from .transfers_jobs import rows, visible_transfers

    active, ended, more = rows(visible_transfers())
    lines = [
        f"{row['kind']} {row['repo_id']}: {row['state']}, {part_words(row['bytes_done'], row['bytes_total'])}"
        for row in [*active, *ended]
    ]
    lines += [f"… {more} more, ended"] if more else []
    lines += [f"left by an earlier process: {one}" for one in unfinished_transfers()]
    sys.stdout.write("".join(f"{line}\n" for line in lines or ["No transfers in this process."]))
