"""A folder pushed four ways, by hubnb and by huggingface_hub: new, known, unchanged, and with 1 % changed.

Known means that the client pushed these files before, and the Hub has lost them: every byte has to travel again, and
whoever remembers the hashes need not read the files for them.

The folder holds a few large files of random bytes and 200 small ones. Each client has a copy, a repository and a home
of its own, so what one remembers never helps the other.

Usage: python benchmarks/push.py [--mib 2048] [--large 4] [--files 200] [--runs 3] [--only new]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness import PYTHON, Contestant, Served, race, random_file, report, served

import hubnb

if TYPE_CHECKING:
    from pathlib import Path

PUSH = """
import sys
from {package} import HfApi
HfApi().upload_folder(repo_id=sys.argv[1], folder_path=sys.argv[2])
"""


@dataclass
class Pusher:
    """One client, with what it pushes and where to."""

    package: str
    hub: Served
    folder: Path
    turn: int = 0

    @property
    def home(self) -> Path:
        """Folder of what the client remembers."""
        return self.hub.folder / f"home-{self.package}"

    def contestant(self, prepare: str) -> Contestant:
        """Give the push as it is run in this race."""
        code = f"import os; os.environ['HF_HOME'] = {str(self.home)!r}\n{PUSH.format(package=self.package)}"
        command = [PYTHON, "-c", code, f"me/{self.package}", str(self.folder)]
        return Contestant(self.package, command, getattr(self, prepare))

    def forget(self) -> None:
        """Make everything new: other bytes in the large files, and nothing known of any."""
        self.turn += 1
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.rmtree(self.folder / ".cache", ignore_errors=True)
        for path in sorted(self.folder.rglob("*")):
            if path.is_file():
                mark(path)

    def lose(self) -> None:
        """Have the Hub forget everything that was pushed, and the client nothing."""
        api = hubnb.HfApi(endpoint=self.hub.endpoint, token=self.hub.token)
        api.delete_repo(f"me/{self.package}")
        api.create_repo(f"me/{self.package}")
        for stored in (self.hub.folder / "hub" / "lfs").rglob("*"):
            if stored.is_file():
                stored.unlink()

    def keep(self) -> None:
        """Leave everything as it is."""

    def change_some(self) -> None:
        """Change one file in a hundred, none of the large ones."""
        small = sorted((self.folder / "small").iterdir())
        for path in random.Random(self.turn).sample(small, max(1, len(small) // 100)):
            mark(path)
        self.turn += 1


def mark(path: Path) -> None:
    """Change the first bytes, so that it is another content."""
    with path.open("r+b") as file:
        file.write(os.urandom(16))


def main() -> None:
    """Run the races."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--large", type=int, default=4)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", help="new, known, unchanged or changed; default: all of them")
    args = parser.parse_args()
    with served() as hub:
        pushers = [Pusher(package, hub, hub.folder / package) for package in ("hubnb", "huggingface_hub")]
        api = hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)
        for pusher in pushers:
            (pusher.folder / "small").mkdir(parents=True)
            for number in range(args.large):
                random_file(pusher.folder / f"model-{number}.safetensors", (args.mib << 20) // args.large)
            dice = random.Random(0)
            for number in range(args.files):
                (pusher.folder / "small" / f"{number:05}.txt").write_bytes(dice.randbytes(dice.randrange(1000, 20_000)))
            api.create_repo(f"me/{pusher.package}")
        size = f"{args.mib} MiB in {args.large} files and {args.files} small ones"
        races = {
            "new": (f"Push {size}, all new", "forget"),
            "known": (f"Push {size}, known to the client, lost by the Hub", "lose"),
            "unchanged": (f"Push {size}, nothing changed", "keep"),
            "changed": (f"Push {size}, 1 % of the small files changed", "change_some"),
        }
        for name, (title, prepare) in races.items():
            if args.only not in (None, name):
                continue
            contestants = [pusher.contestant(prepare) for pusher in pushers]
            race(contestants, hub.environment, runs=args.runs)
            report(title, contestants)


if __name__ == "__main__":
    main()
