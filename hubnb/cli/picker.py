"""Choosing what to delete from the cache: a list in the terminal, or a text file in an editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .verb import count, format_bytes, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from prompt_toolkit.application import Application
    from prompt_toolkit.formatted_text import StyleAndTextTuples

    from ..cache import CachedRepoInfo, CachedRevisionInfo, HFCacheInfo

_ORDERS: dict[str | None, Callable[[Any], Any]] = {
    None: lambda repo: -repo.size_on_disk,
    "size": lambda repo: -repo.size_on_disk,
    "alphabetical": lambda repo: repo.cache_id.lower(),
    "lastUpdated": lambda repo: -repo.last_modified,
    "lastUsed": lambda repo: -repo.last_accessed,
}


def _choices(info: HFCacheInfo, order: str | None) -> list[tuple[CachedRepoInfo, list[CachedRevisionInfo]]]:
    newest_first = lambda repo: sorted(repo.revisions, key=lambda revision: -revision.last_modified)  # noqa: E731
    return [(repo, newest_first(repo)) for repo in sorted(info.repos, key=_ORDERS[order])]


def _line(revision: CachedRevisionInfo) -> str:
    refs = ", ".join(sorted(revision.refs)) or "(detached)"
    return f"{revision.commit_hash[:8]}  {format_bytes(revision.size_on_disk):>9}  {printable(refs)}"


def pick_in_terminal(info: HFCacheInfo, order: str | None = None) -> set[str]:
    """Show a list to tick; gives the commits that were ticked, none if it was left.

    Raises
    ------
    HFValidationError
        If this is no terminal.
    """
    from ..client.errors import HFValidationError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        msg = "There is no terminal to choose in. Use --disable-tui, or `hubnb cache rm NAME --yes`."
        raise HFValidationError(msg)
    return Picker(info, order).application().run() or set()


class Picker:
    """The list in the terminal: what stands where, and what each key does."""

    def __init__(self, info: HFCacheInfo, order: str | None = None) -> None:
        self._info = info
        self._rows = [(repo, revision) for repo, revisions in _choices(info, order) for revision in revisions]
        self._at = 0
        self.chosen: set[str] = set()
        """Commits that are ticked."""

    def move(self, steps: int) -> None:
        """Go down, or up; the ends hold."""
        self._at = max(0, min(len(self._rows) - 1, self._at + steps))

    def tick(self) -> None:
        """Choose the revision under the cursor, or leave it."""
        self.chosen ^= {self._rows[self._at][1].commit_hash}

    def tick_repo(self) -> None:
        """Choose all revisions of its repository, or leave them all."""
        here = self._rows[self._at][0]
        whole = {revision.commit_hash for repo, revision in self._rows if repo is here}
        self.chosen = self.chosen - whole if whole <= self.chosen else self.chosen | whole

    def lines(self) -> StyleAndTextTuples:
        """Draw the list."""
        shown: StyleAndTextTuples = []
        for index, (repo, revision) in enumerate(self._rows):
            if index == 0 or self._rows[index - 1][0] is not repo:
                size = format_bytes(repo.size_on_disk)
                shown.append(("bold", f"{printable(repo.cache_id)} ({size}, used {repo.last_accessed_str})\n"))
            here = index == self._at
            mark = "[x]" if revision.commit_hash in self.chosen else "[ ]"
            if here:
                shown.append(("[SetCursorPosition]", ""))
            shown.append(("reverse" if here else "", f"  {mark} {_line(revision)}\n"))
        return shown

    def foot(self) -> str:
        """Say what is chosen and which keys there are."""
        frees = self._info.delete_revisions(*self.chosen).expected_freed_size if self.chosen else 0
        what = f"{count(len(self.chosen), 'revision')} chosen, frees {format_bytes(frees)}"
        return f"{what} · Space choose · a all of it · Enter go on · q leave"

    def application(self, **terminal: Any) -> Application[set[str]]:
        """Make what runs in the terminal; `terminal` may hand in another input and output."""
        from prompt_toolkit.application import Application
        from prompt_toolkit.key_binding import KeyBindings
        from prompt_toolkit.layout import HSplit, Layout, Window
        from prompt_toolkit.layout.controls import FormattedTextControl

        keys = KeyBindings()
        for names, action in (
            (("up", "k"), lambda _: self.move(-1)),
            (("down", "j"), lambda _: self.move(1)),
            (("pageup",), lambda _: self.move(-10)),
            (("pagedown",), lambda _: self.move(10)),
            (("space",), lambda _: self.tick()),
            (("a",), lambda _: self.tick_repo()),
            (("enter",), lambda event: event.app.exit(self.chosen)),
            (("q", "c-c"), lambda event: event.app.exit(set())),
        ):
            for name in names:
                keys.add(name)(action)
        keys.add("escape", eager=True)(lambda event: event.app.exit(set()))
        body = Window(FormattedTextControl(self.lines, focusable=True))
        foot = Window(FormattedTextControl(self.foot), height=1, style="reverse")
        return Application(Layout(HSplit([body, foot])), key_bindings=keys, full_screen=True, **terminal)


def pick_in_editor(info: HFCacheInfo, order: str | None = None) -> set[str]:
    """Write the choices into a file and open the person's editor; what was uncommented is chosen."""
    with tempfile.NamedTemporaryFile("w", prefix="hubnb-cache-", suffix=".txt", delete=False) as file:
        file.write(choices_text(info, order))
    path = Path(file.name)
    try:
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
        if editor:
            subprocess.run([*shlex.split(editor), str(path)], check=True)  # noqa: S603 - the person's own editor
        else:
            sys.stdout.write(f"Take the # away before each revision to delete in:\n  {path}\nEnter goes on. ")
            sys.stdout.flush()
            sys.stdin.readline()
        return chosen_in_text(path.read_text(encoding="utf-8"), info)
    finally:
        path.unlink(missing_ok=True)


def choices_text(info: HFCacheInfo, order: str | None = None) -> str:
    """Write every revision as a comment."""
    lines = ["# Take the # away before each revision to delete, save, and go on.", "#"]
    for repo, revisions in _choices(info, order):
        lines += ["", f"# {printable(repo.cache_id)} ({format_bytes(repo.size_on_disk)})"]
        lines += [f"#    {revision.commit_hash} # {_line(revision)}" for revision in revisions]
    return "\n".join(lines) + "\n"


def chosen_in_text(text: str, info: HFCacheInfo) -> set[str]:
    """Read back which revisions stand without a #."""
    known = {revision.commit_hash for repo in info.repos for revision in repo.revisions}
    first_words = {line.split("#", 1)[0].strip() for line in text.splitlines()}
    return first_words & known
