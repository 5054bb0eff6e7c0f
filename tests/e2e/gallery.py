"""What the pictures of the panels show: for each panel the cells that bring it into its states."""

from __future__ import annotations

from dataclasses import dataclass, field

SEEDED = "me/ticket-router"
LONG = "me/support-tickets"

TRANSFERS = f"""
import time, pathlib
pulled = hubnb.snapshot_download({SEEDED!r})
job = hubnb.snapshot_download({LONG!r}, run_as_future=True)
held = hubnb.snapshot_download({LONG!r}, allow_patterns='README.md', force_download=True, run_as_future=True)
pushed = hubnb.upload_file(path_or_fileobj=os.urandom(200_000), path_in_repo='extra.bin', repo_id={SEEDED!r})
try: hubnb.snapshot_download('me/not-there')
except Exception: pass
folder = pathlib.Path(tempfile.mkdtemp())
(folder / 'adapter_model.safetensors').write_bytes(os.urandom(3_000_000))
(folder / 'README.md').write_text('# Ticket router, with an adapter')
"""
CACHE = f"""
one = hubnb.snapshot_download({SEEDED!r})
hubnb.upload_file(path_or_fileobj=b'# Changed', path_in_repo='README.md', repo_id={SEEDED!r})
two = hubnb.snapshot_download({SEEDED!r})
three = hubnb.snapshot_download({LONG!r}, ignore_patterns='*.safetensors')
"""


@dataclass(frozen=True)
class Gallery:
    """One panel's pictures: a first cell that prepares, then a cell for each state."""

    name: str
    prepare: str
    states: list[str]
    unfold: list[str] = field(default_factory=list)
    """Buttons to press, by their names, so that the picture shows more."""
    tick: list[str] = field(default_factory=list)
    """Boxes to tick, by their names."""


GALLERIES = [
    Gallery(
        "transfers", TRANSFERS,
        ["hubnb.transfers()", f"hubnb.plan_push(folder, {SEEDED!r}, commit_message='Add an adapter')"],
        unfold=[f"Show the files of {LONG}"],
    ),
    Gallery("cache", CACHE, ["hubnb.cache()"], unfold=[f"Revisions of {SEEDED}"], tick=[f"Choose {LONG}"]),
    Gallery("app", f"p = hubnb.snapshot_download({SEEDED!r})", ["hubnb.app('transfers')", "hubnb.app('browse')"]),
    Gallery("browse", "", ["hubnb.browse('ticket')", f"hubnb.browse({SEEDED!r})"]),
    Gallery("card", "", [f"hubnb.edit_card({SEEDED!r})"]),
    Gallery("try_model", "", [f"hubnb.try_model({SEEDED!r}, task='text-classification')"]),
]  # fmt: skip
