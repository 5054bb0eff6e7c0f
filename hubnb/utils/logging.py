"""How much hubnb says in the log: `set_verbosity_info()` and its like, or `HF_HUB_VERBOSITY`."""

from __future__ import annotations

import logging
import os
from logging import CRITICAL as CRITICAL
from logging import DEBUG as DEBUG
from logging import ERROR as ERROR
from logging import FATAL as FATAL
from logging import INFO as INFO
from logging import NOTSET as NOTSET
from logging import WARNING as WARNING

WARN = WARNING
_ROOT = "hubnb"
log_levels = {"debug": DEBUG, "info": INFO, "warning": WARNING, "error": ERROR, "critical": CRITICAL}


def get_logger(name: str | None = None) -> logging.Logger:
    """Give a logger; by default that of the whole library."""
    _set_up()
    return logging.getLogger(name or _ROOT)


def get_verbosity() -> int:
    """Give the level in use, as `logging` counts them."""
    return get_logger().getEffectiveLevel()


def set_verbosity(verbosity: int) -> None:
    """Say from which level on messages are shown."""
    get_logger().setLevel(verbosity)


def set_verbosity_debug() -> None:
    """Show everything."""
    set_verbosity(DEBUG)


def set_verbosity_info() -> None:
    """Show what happens."""
    set_verbosity(INFO)


def set_verbosity_warning() -> None:
    """Show what may be wrong."""
    set_verbosity(WARNING)


def set_verbosity_error() -> None:
    """Show errors only."""
    set_verbosity(ERROR)


def disable_propagation() -> None:
    """Keep messages from the program's own handlers."""
    get_logger().propagate = False


def enable_propagation() -> None:
    """Hand messages to the program's own handlers."""
    get_logger().propagate = True


def _set_up() -> None:
    """Give the library's logger a level, once, unless somebody did."""
    root = logging.getLogger(_ROOT)
    if root.level == NOTSET:
        root.setLevel(log_levels.get(os.environ.get("HF_HUB_VERBOSITY", "").lower(), WARNING))
