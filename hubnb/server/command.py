"""``hubnb serve``: a Hub in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from hubnb.server.local import LocalHub
from hubnb.server.patience import raise_file_limit

if TYPE_CHECKING:
    import argparse


def default_data_dir() -> Path:
    """Return where the Hub keeps its data unless told otherwise."""
    base = os.environ.get("XDG_DATA_HOME") or ""
    folder = Path(base) if base.startswith("/") else Path.home() / ".local" / "share"
    return folder / "hubnb" / "hub"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hubnb serve`` takes."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="0 takes a free one (default: %(default)s)")
    parser.add_argument("--data", metavar="DIR", help="data folder (default: ~/.local/share/hubnb/hub)")
    parser.add_argument("--seed", metavar="FILE", help="users, organisations and repositories to start with (JSON)")
    parser.add_argument("--samples", action="store_true", help="add repositories to play with")
    parser.add_argument("--read-only", action="store_true", help="serve what is there and refuse every change")
    parser.add_argument(
        "--blobs", metavar="URL", help="keep large files in a bucket, e.g. s3://models/hub (needs hubnb[buckets])"
    )
    parser.add_argument("--blobs-moved", action="store_true", help="the large files were copied to --blobs already")
    parser.add_argument(
        "--private-webhooks",
        action="store_true",
        help="let webhooks name addresses in this machine's network (they may if only this machine is let in)",
    )
    parser.add_argument("--faults", action="store_true", help="let this machine's tests inject faults over HTTP")


def run(args: argparse.Namespace) -> int:
    """Serve until SIGTERM or SIGINT; return 0, or 2 if it can't start."""
    raise_file_limit()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        hub = LocalHub(
            data_dir=args.data or default_data_dir(),
            seed=args.seed,
            host=args.host,
            port=args.port,
            samples=args.samples,
            fault_route=args.faults,
            read_only=args.read_only,
            blobs=args.blobs,
            blobs_moved=args.blobs_moved,
            private_webhooks=args.private_webhooks,
        )
        hub.start()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"hubnb serve: {_one_line(error)}\n")
        return 2
    sys.stdout.write(f"Hub at {hub.endpoint}\n")
    if hub.token_file is not None:
        sys.stdout.write(f"Token of {hub.user} in {hub.token_file}\n")
    sys.stdout.flush()
    # A wait with a timeout lets Python run the signal handlers on every system.
    while not stop.wait(1.0):
        pass
    hub.close()
    return 0


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None and error.strerror:
        return f"{error.filename}: {error.strerror}."
    text = str(error.args[1] if isinstance(error, OSError) and len(error.args) > 1 else error)
    return " ".join(text.split())
