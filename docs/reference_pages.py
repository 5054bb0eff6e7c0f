"""Write the pages of the reference: every public name once, by the room it lives in."""

from __future__ import annotations

import inspect
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import hubnb

if TYPE_CHECKING:
    from pathlib import Path

ROOMS = {
    "api": "HfApi",
    "transfer": "Transfers",
    "client": "Asking the Hub",
    "cache": "Cache",
    "cards": "Cards",
    "mixin": "Mixin",
    "inference": "Inference",
    "filesystem": "Files by hf://",
    "repository": "Repositories through git",
    "scheduler": "Commits on a schedule",
    "constants": "Constants",
    "utils": "Small helpers",
    "panels": "Panels",
    "server": "The embedded Hub",
}
HOMES = hubnb._HOMES  # noqa: SLF001 - where each public name is written
MORE = {
    "client": ["hubnb.client.errors", "hubnb.client.http_errors"],
    "cards": ["hubnb.cards.lint", "hubnb.cards.problems"],
    "mixin": ["hubnb.mixin.doctor"],
    "panels": ["hubnb.magics.hub_magic"],
    "server": ["hubnb.server.faults", "hubnb.pytest_plugin"],
}
"""Modules of a room that are worth reading as a whole, beside its public names."""


def write(folder: Path) -> None:
    """Write one page a room and their contents into `folder`."""
    pages: dict[str, list[str]] = defaultdict(list)
    for name in sorted(hubnb.__all__, key=str.lower):
        if not name.startswith("_") and name != "load_ipython_extension":
            pages[_room(name)].append(_directive(name))
    folder.mkdir(exist_ok=True)
    for room, title in ROOMS.items():
        directives = [*pages.pop(room, []), *(f".. automodule:: {module}" for module in MORE.get(room, []))]
        body = "\n\n".join(f"```{{eval-rst}}\n{directive}\n```" for directive in directives)
        _write(folder / f"{room}.md", f"# {title}\n\n{body}\n")
    if pages:
        msg = f"The reference has no page for the rooms {', '.join(pages)}: add them to ROOMS."
        raise LookupError(msg)
    rooms = "\n".join(ROOMS)
    _write(folder / "index.md", f"# Reference\n\n```{{toctree}}\n:maxdepth: 1\n\n{rooms}\n```\n")


def _room(name: str) -> str:
    home = next((home for home, names in HOMES.items() if name in names), "")
    room = home.split(".")[1] if home.count(".") else ""
    return room if room in ROOMS else str(_module(getattr(hubnb, name))).split(".")[1]


def _module(value: Any) -> str:
    return getattr(value, "__module__", None) or type(value).__module__


def _directive(name: str) -> str:
    value = getattr(hubnb, name)
    path = f"hubnb.{name}"
    if inspect.isclass(value):
        members = "\n   :inherited-members: object" if name == "HfApi" else ""
        return f".. autoclass:: {path}\n   :members:{members}"
    return f".. autofunction:: {path}" if callable(value) else f".. autodata:: {path}\n   :no-value:"


def _write(path: Path, text: str) -> None:
    """Leave a file alone that says this already: Sphinx reads again what is newer."""
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
