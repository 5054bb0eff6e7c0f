"""``hubnb fsck`` and ``hubnb gc``: what keeps a data folder in order, in a shell."""

from __future__ import annotations

import re
import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from hubnb.server.command import default_data_dir
from hubnb.server.fsck import Check, repair
from hubnb.server.garbage import DEFAULT_GRACE_S, collect
from hubnb.server.visit import Visit
from hubnb.server.wire import HubProblem

if TYPE_CHECKING:
    import argparse

    from hubnb.server.fsck import Report

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 24 * 3600}


def add_fsck_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hubnb fsck`` takes."""
    parser.add_argument("--data", metavar="DIR", help="data folder (default: ~/.local/share/hubnb/hub)")
    parser.add_argument("--full", action="store_true", help="also read large files and compare their sha-256")
    parser.add_argument("--repair", action="store_true", help="mend what can be mended without losing anything")


def add_gc_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what ``hubnb gc`` takes."""
    parser.add_argument("--data", metavar="DIR", help="data folder (default: ~/.local/share/hubnb/hub)")
    parser.add_argument(
        "--older-than",
        metavar="TIME",
        type=seconds,
        default=DEFAULT_GRACE_S,
        help="spare what is younger, e.g. 12h or 30d (default: 7d; at least 1h while a Hub serves the folder)",
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")


def seconds(text: str) -> float:
    """Read a length of time such as ``90s``, ``12h`` or ``7d``.

    Raises
    ------
    ValueError
        If it is none.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smhd])", text)
    if match is None:
        message = f"{text!r} is no time such as 12h or 7d"
        raise ValueError(message)
    return float(match[1]) * _UNITS_S[match[2]]


def run_fsck(args: argparse.Namespace) -> int:
    """Check a data folder; return 0 if nothing is damaged, 1 if something is, 2 if it can't be checked."""
    try:
        with Visit(_folder(args), writes=args.repair) as visit:
            report = Check(visit, full=args.full).run()
            if args.repair:
                repaired = repair(report)
                if repaired:
                    report = Check(visit, full=args.full).run()
                    sys.stdout.write(f"Repaired {repaired}; this is what is left:\n")
    except (OSError, HubProblem) as error:
        sys.stderr.write(f"hubnb fsck: {error}\n")
        return 2
    except sqlite3.DatabaseError as error:
        sys.stderr.write(f"hubnb fsck: hub.sqlite is damaged ({error}). Stop the Hub and restore it from a backup.\n")
        return 1
    sys.stdout.write(_told(report))
    return 1 if report.damages else 0


def _told(report: Report) -> str:
    lines = []
    for finding in report.findings:
        lines.append(f"{'DAMAGED' if finding.is_damage else 'leftover'}: {finding.what}.")
        lines.append(f"    What to do: {finding.remedy}.")
    counts = report.counts
    lines.append(
        f"Checked {counts['repositories']} repositories, {counts['git objects']} git objects and"
        f" {counts['large files']} large files ({counts['bytes of large files']} bytes):"
        f" {len(report.damages)} damaged, {len(report.findings) - len(report.damages)} leftovers."
    )
    return "\n".join(lines) + "\n"


def run_gc(args: argparse.Namespace) -> int:
    """Collect garbage; return 0, or 2 if it can't be done."""
    try:
        with Visit(_folder(args), writes=not args.dry_run) as visit:
            found = collect(visit, older_than_s=args.older_than, dry_run=args.dry_run)
    except (OSError, ValueError, HubProblem, sqlite3.Error) as error:
        sys.stderr.write(f"hubnb gc: {error}\n")
        return 2
    verb = "Would remove" if args.dry_run else "Removed"
    sys.stdout.write(
        f"{verb} {found.files} large files ({found.bytes} bytes), {found.links} links that no commit uses, and"
        f" {found.uploads} unfinished uploads.\n"
    )
    for name in found.spared:
        sys.stdout.write(f"{name} is damaged, so nothing of it was removed; see hubnb fsck.\n")
    return 0


def _folder(args: argparse.Namespace) -> Path:
    return Path(args.data).expanduser() if args.data else default_data_dir()
