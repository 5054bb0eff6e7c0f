"""``python -m hubnb.server``: the same as ``hubnb serve``."""

from __future__ import annotations

import argparse
import sys

from hubnb.server.command import add_arguments, run


def main() -> int:
    """Read the arguments and serve until a signal comes."""
    parser = argparse.ArgumentParser(prog="hubnb serve", description="Run a Hub on this machine.")
    add_arguments(parser)
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
