"""The card editor: a form, the text, what it looks like, what is wrong with it, and the push.

The text lives in the browser and here: every change comes in one message and is answered with the preview and
the problems of exactly that text. Whatever is typed is kept in a draft file two seconds after the last key, so a
reload, a restarted kernel or a closed tab loses nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Any

import traitlets

from ..cards.changes import changes
from ..cards.drafts import Draft, DraftFile
from ..cards.form import choices, form, remove_result, set_field, set_result
from ..cards.merge import Merge, merge
from ..cards.problems import apply
from ..client.errors import HubError, OfflineModeIsEnabled
from ..client.settings import Settings
from .base import Buffers, Panel, handler, problem_of, slow_handler
from .card_fill import candidates, filled
from .card_home import FileHome, Version, is_refusal, move_conflicts
from .card_pictures import picture_type
from .card_record import record_of
from .card_view import CardView
from .login import _endpoint_view as endpoint_view
from .worker import start_worker

if TYPE_CHECKING:
    from ..cards.merge import Choice
    from .card_home import Home
    from .record import Record

logger = logging.getLogger(__name__)

_REMEMBERED_VERSIONS = 20
DRAFT_AFTER_S = 2.0
"""How long after the last key the draft is saved, in seconds."""


class CardPanel(Panel):
    """Write the card of a repository or of a file.

    Parameters
    ----------
    home
        Where the card lives; None for a card without a repository yet.
    text
        What to begin with instead of what is there, e.g. a card written from a model.
    title
        What to call a card without a home.

    Attributes
    ----------
    content
        The whole README as it is in the editor. Observe it, or set it.
    """

    kind = "card"
    later = ("editor",)

    content = traitlets.Unicode()
    """The whole README; it travels by message, not as a synced trait."""

    phase = traitlets.Enum(["loading", "editing", "failed"], "loading", read_only=True).tag(sync=True)
    """What the panel shows."""
    endpoint = traitlets.Dict(read_only=True).tag(sync=True)
    """The hub: ``host``, ``local``, ``offline``."""
    home = traitlets.Dict(read_only=True).tag(sync=True)
    """Where the card is: ``id``, ``type``, ``revision``, ``file``, ``commit``, ``fixed``."""
    version = traitlets.Int(0, read_only=True).tag(sync=True)
    """Counts how often the text was set here; the browser fetches it then."""
    looked = traitlets.Int(0, read_only=True).tag(sync=True)
    """Counts what came in from the Hub meanwhile; the browser asks for the problems again."""
    trouble = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """Why the card could not be read: ``title``, ``text``."""
    draft = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """A draft that was found: ``saved_at``, ``added``, ``removed``."""
    saved_at = traitlets.Unicode(read_only=True).tag(sync=True)
    """When the draft was saved last; empty if it was not."""
    permission = traitlets.Dict(read_only=True).tag(sync=True)
    """``may``: ``push``, ``pull_request``, ``nothing`` or empty while unknown; ``user``."""
    pushed = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """The last push: ``commit``, ``url``, ``pull_request``, ``revision``, ``same``, ``undone``."""
    conflict = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """The Hub moved on: who changed what, how much came together, and the conflicts."""

    def __init__(
        self,
        home: Home | None,
        *,
        text: str | None = None,
        title: str = "",
        endpoint: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._state_lock = threading.RLock()
        self._home = home
        self._given = text
        self._repo_type = "model" if home is None else home.view()["type"]
        self._view = CardView(home, self._repo_type)
        self._base = Version("", None, exists=False)
        self._before = self._base
        self._given_out: dict[int, str] = {}
        self._typing = False
        self._merge: tuple[Merge, str, Version] | None = None
        self._draft_file = DraftFile(*(home.names if home else ("unnamed", title)))
        self._found: Draft | None = None
        self._timer: threading.Timer | None = None
        self._worker: threading.Thread | None = None
        settings = Settings.from_env(endpoint=endpoint)
        self.set_trait("endpoint", endpoint_view(settings))
        view = home.view() if home else {"id": "", "type": "model", "revision": "", "file": "README.md", "fixed": False}
        self.set_trait("home", {**view, "title": title, "local": isinstance(home, FileHome), "commit": ""})
        self.set_trait("permission", {"may": "", "user": ""})
        super().__init__(**kwargs)
        self._open()

    def record(self) -> Record:
        """Say what became of the card."""
        return record_of(self.home, self.phase, self.trouble, self.pushed, changes(self._base.text, self.content))

    def settle(self, timeout_s: float) -> None:
        """Wait until the card was read, at most `timeout_s` seconds."""
        if self._worker is not None:
            self._worker.join(timeout_s)

    # --- opening ---

    @handler
    def reopen(self) -> None:
        """Read the card again."""
        self._open()

    @handler
    def choices(self) -> dict[str, list[list[str]]]:
        """Give the words that the form's fields choose from."""
        return choices()

    @handler
    def text(self) -> dict[str, Any]:
        """Give the text as it is here, with its preview."""
        with self._state_lock:
            self._given_out[self.version] = self.content
            return {"text": self.content, "base": self._base.text, **self._answer_for(self.content, 0)}

    @handler
    def continue_draft(self) -> None:
        """Go on with the draft that was found, on the text it began from."""
        with self._state_lock:
            if self._found is not None:
                commit = self._found.base_commit
                self._base = Version(self._found.base, commit, exists=bool(self._found.base or commit))
                self._set_text(self._found.text)
            self._forget_found()

    @handler
    def discard_draft(self) -> None:
        """Throw away the draft that was found."""
        self._draft_file.discard()
        self._forget_found()

    @handler
    def draft_changes(self) -> dict[str, Any]:
        """Compare the draft that was found with what is on the Hub."""
        found = self._found
        return changes(self._base.text, found.text if found else self._base.text).as_json()

    def _open(self) -> None:
        with self._state_lock, self.hold_sync():
            self.set_trait("phase", "loading")
            self.set_trait("trouble", None)
        self._worker = start_worker(self._read, "card")

    def _read(self) -> None:
        try:
            base = self._home.read() if self._home else Version("", None, exists=False)
        except Exception as error:  # the panel is where a person can see it
            with self._state_lock, self.hold_sync():
                self.set_trait("trouble", problem_of(error))
                self.set_trait("phase", "failed")
            self.update_record(final=True)
            return
        with self._state_lock, self.hold_sync():
            self._base = base
            self._found = self._draft_file.load()
            if self._found is not None and self._found.text not in (base.text, self._given):
                difference = changes(base.text, self._found.text)
                view = {"saved_at": self._found.saved_at, "added": difference.added, "removed": difference.removed}
                self.set_trait("draft", view)
            else:
                self._found = None
            self.set_trait("home", {**self.home, "commit": base.commit or "", "exists": base.exists})
            self._set_text(base.text if self._given is None else self._given)
            self.set_trait("phase", "editing")
        self.update_record()
        self._look_around()

    def _look_around(self) -> None:
        """Ask the Hub what helps and is not needed at once: permission, files, whether named repositories exist."""
        home = self._home
        if home is None:
            return
        try:
            self.set_trait("permission", home.permission())
            self._view.files = home.files() if self._base.exists or self._base.commit else None
            self._view.look_up(self.content)
        except (HubError, OSError) as error:
            if not isinstance(error, OfflineModeIsEnabled):
                logger.info("The card editor could not look around: %s", error)
        self.set_trait("looked", self.looked + 1)

    def _forget_found(self) -> None:
        self._found = None
        self.set_trait("draft", None)

    # --- typing ---

    @handler
    def edit(self, text: str, version: int, sequence: int = 0) -> dict[str, Any]:
        """Take what was typed; give its preview and problems.

        A text that was typed while the program changed it, too, is joined with that, and comes back.
        """
        with self._state_lock:
            typed = text
            text = self._joined(text, version)
            self._take(text)
            answer = self._answer_for(text, sequence)
            return {**answer, "text": text} if text != typed else answer

    @handler
    def keep(self) -> str:
        """Save the draft now."""
        self._save_draft()
        return self.saved_at

    @handler
    def fix(self, text: str, code: str, line: int, column: int, choice: int) -> str:
        """Give the text with one problem put right."""
        for problem in self._view.problems(text):
            if (problem.code, problem.line, problem.column) == (code, line, column) and choice < len(problem.fixes):
                return apply(text, problem.fixes[choice])
        return text

    @handler
    def fix_all(self, text: str) -> str:
        """Give the text with every problem put right that has exactly one answer."""
        return self._view.fixed(text)

    @handler
    def set_field(self, text: str, key: str, value: str | list[str]) -> str:
        """Give the text with one field of the form changed."""
        return set_field(text, key, value, self._repo_type)

    @handler
    def set_result(self, text: str, place: list[int] | None, field: str, value: str) -> str:
        """Give the text with one cell of the evaluation table changed."""
        return set_result(text, place, field, value)

    @handler
    def remove_result(self, text: str, place: list[int]) -> str:
        """Give the text without one row of the evaluation table."""
        return remove_result(text, place)

    @handler
    def changes(self, text: str) -> dict[str, Any]:
        """Compare with what the text began from."""
        return changes(self._base.text, text).as_json()

    @handler
    def candidates(self) -> list[dict[str, str]]:
        """Name what is in the notebook that the card could be filled from."""
        return candidates()

    @handler
    def fill(self, text: str, name: str) -> str:
        """Give the text filled from a variable of the notebook."""
        return filled(text, name, self.home["id"])

    @slow_handler
    def picture(self, path: str) -> Buffers:
        """Give a picture of the repository."""
        if self._home is None:
            msg = "This card belongs to no repository yet. Its pictures can't be shown."
            raise HubError(msg)
        data = self._home.picture(path)
        return Buffers({"type": picture_type(path, data)}, [data])

    @traitlets.observe("content")
    def _content_changed(self, _change: Any) -> None:
        if not self._typing:
            self._next_version()
            self._rest_later()

    def _set_text(self, text: str) -> None:
        """Set the text from here: the browser fetches it."""
        self._typing = True
        try:
            self.content = text
        finally:
            self._typing = False
        self._next_version()

    def _next_version(self) -> None:
        """Say that the text was set here; remember what the browser has of the last few, for what it types on them."""
        with self._state_lock:
            self._given_out.pop(self.version - _REMEMBERED_VERSIONS, None)
            self.set_trait("version", self.version + 1)

    def _take(self, text: str) -> None:
        """Take the text from the browser, which has it already."""
        self._given_out[self.version] = text
        if text == self.content:
            return
        self._typing = True
        try:
            self.content = text
        finally:
            self._typing = False
        self._rest_later()

    def _joined(self, text: str, version: int) -> str:
        """Join what was typed with what a program set meanwhile; where both changed, what was typed stays."""
        if version == self.version or text == self.content:
            return text
        both = merge(self._given_out.get(version, self.content), text, self.content)
        return both.finish(_all_mine(both))

    def _answer_for(self, text: str, sequence: int) -> dict[str, Any]:
        began = time.perf_counter()
        answer = {**self._view.answer(text), "form": form(text, self._repo_type)}
        took_ms = (time.perf_counter() - began) * 1000
        changed = text != self._base.text
        return {**answer, "ms": took_ms, "sequence": sequence, "version": self.version, "changed": changed}

    # --- drafts ---

    def _rest_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(DRAFT_AFTER_S, self._rest)
        self._timer.daemon = True
        self._timer.start()

    def _rest(self) -> None:
        start_worker(self._rested, "card-rest")

    def _rested(self) -> None:
        self._save_draft()
        self.update_record()
        try:
            news = self._view.look_up(self.content)
        except (HubError, OSError):
            return
        if news:
            self.set_trait("looked", self.looked + 1)

    def _save_draft(self) -> None:
        with self._state_lock:
            text, base = self.content, self._base
        if self._found is not None:
            return  # a person has yet to say what becomes of the older draft
        if text == base.text:
            self._draft_file.discard()
            return
        draft = Draft.now(text, base.text, base.commit)
        self._draft_file.save(draft)
        self.set_trait("saved_at", draft.saved_at)

    # --- pushing ---

    @slow_handler
    def push(self, text: str, version: int, message: str, as_pull_request: bool) -> None:
        """Commit the card, unless it has errors or the Hub moved on; then nothing is pushed."""
        home = self._home
        if home is None:
            msg = "This card belongs to no repository yet. Pass repo_id to hubnb.edit_card."
            raise HubError(msg)
        with self._state_lock:
            text = self._joined(text, version)
            self._take(text)
        errors = [one for one in self._view.problems(text) if one.severity == "error"]
        if errors:
            msg = f"The card has errors. First: {errors[0].message} (line {errors[0].line}). Nothing was pushed."
            raise HubError(msg)
        self._save_draft()
        now = home.read()
        if now.text != self._base.text and now.text != text and not as_pull_request:
            self._show_conflict(text, now)
            return
        try:
            done = home.write(text, message, parent=now.commit, as_pull_request=as_pull_request)
        except HubError as error:
            if move_conflicts(error) and (later := home.read()).text != now.text:
                self._show_conflict(text, later)
                return
            if is_refusal(error):
                may = "nothing" if as_pull_request else "pull_request"
                self.set_trait("permission", {**self.permission, "may": may})
            raise
        with self._state_lock, self.hold_sync():
            self._before = now
            if not as_pull_request:
                self._base = Version(text, done["commit"] or None)
                self.set_trait("home", {**self.home, "commit": done["commit"], "exists": True})
            self._forget_found()
            self.set_trait("conflict", None)
            self.set_trait("pushed", {**done, "undone": False})
            self.set_trait("saved_at", "")
        self._draft_file.discard()
        self.update_record(final=True)

    @slow_handler
    def undo_push(self) -> None:
        """Take the last push back; what is in the editor stays."""
        if self._home is None or self.pushed is None or self.pushed["undone"]:
            return
        commit = self._home.take_back(self.pushed, self._before)
        with self._state_lock, self.hold_sync():
            self.set_trait("pushed", {**self.pushed, "undone": True})
            if not self.pushed["pull_request"]:
                self._base = Version(self._before.text, commit, self._before.exists)
                self.set_trait("home", {**self.home, "commit": commit or "", "exists": self._before.exists})
        self._save_draft()
        self.update_record(final=True)

    @handler
    def close_result(self) -> None:
        """Take the notice of the last push away."""
        self.set_trait("pushed", None)

    @handler
    def cancel_merge(self) -> None:
        """Leave the conflict; the text stays as it was typed, and nothing was pushed."""
        self._merge = None
        self.set_trait("conflict", None)

    @handler
    def resolve(self, choices: list[Any]) -> None:
        """Take a decision for every conflict; the merged text is what is being edited then."""
        with self._state_lock:
            if self._merge is None:
                return
            both, mine, theirs = self._merge
            text = both.finish(choices)
            if self.content != mine:  # a program changed it while the conflict was shown
                later = merge(mine, self.content, text)
                text = later.finish(_all_mine(later))
            self._base = theirs
            self._merge = None
            with self.hold_sync():
                self.set_trait("home", {**self.home, "commit": theirs.commit or "", "exists": theirs.exists})
                self.set_trait("conflict", None)
                self._set_text(text)
        self._save_draft()

    def _show_conflict(self, text: str, theirs: Version) -> None:
        home = self._home
        both = merge(self._base.text, text, theirs.text)
        try:
            change = home.last_change() if home else {}
        except HubError:
            change = {"author": "", "when": "", "commit": theirs.commit or "", "message": ""}
        self._merge = (both, text, theirs)
        conflicts = [
            {"part": one.part, "key": one.key, "line": one.line, "mine": one.mine, "theirs": one.theirs}
            for one in both.conflicts
        ]
        self.set_trait("conflict", {**change, "joined": both.joined, "conflicts": conflicts})


def _all_mine(both: Merge) -> list[Choice]:
    """Decide every conflict for what was typed."""
    return ["mine" for _ in both.conflicts]
