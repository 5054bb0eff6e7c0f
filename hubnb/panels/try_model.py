"""The panel that tries a model: give it something, see what it makes of it.

What a person types and what the model answers travel in messages and are never part of the widget's state. Every run is
a worker's; a newer one, or Stop, makes the answer of an older one void.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from ..client.errors import HFValidationError, TransferCancelled
from ..client.settings import Settings
from ..inference import InferenceClient
from ..inference.mapping import forget_mappings
from .base import Buffers, MuteComm, Panel, handler
from .login import _endpoint_view
from .record import Link, Record
from .try_code import code_of
from .try_files import Files, read_variable, set_variable, variables
from .try_places import KERNEL, KernelModel, look_up
from .try_tasks import CHAT, TASKS, Shown, arguments_of, json_text, shown, shown_freely
from .try_trouble import trouble_of
from .worker import Coalescer, start_worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PIECE_INTERVAL_S = 0.1
TIMEOUT_S = 120.0
_OWN = "own"
_FREE_FIELDS = {"image": ("image",), "audio": ("audio",), "table": ("table",)}


class TryPanel(Panel):
    """Try a model of the Hub, or a function of your own.

    Parameters
    ----------
    model
        Id of a model on the Hub, or anything that can be called with what a person gives.
    task
        Task to ask for; by default the model's own. For a function: ``text``, ``image``, ``audio``, ``table``, or the
        name of a task.
    provider
        Where the model runs at first; can be changed in the panel.
    token
        Token of the Hub; None takes the one you are signed in with.
    """

    kind: ClassVar[str] = "try_model"

    model = traitlets.Dict(read_only=True).tag(sync=True)
    """What is tried: ``id``, ``own`` (a function of the notebook)."""
    task = traitlets.Unicode(None, allow_none=True, read_only=True).tag(sync=True)
    """Name of the task, None until it is known."""
    fields = traitlets.List(traitlets.Unicode(), read_only=True).tag(sync=True)
    """What a person has to give, e.g. ``question`` and ``context``."""
    places = traitlets.List(traitlets.Dict(), read_only=True).tag(sync=True)
    """Where it can run: ``id``, ``off``, ``bytes`` to fetch, ``missing`` packages."""
    place = traitlets.Unicode(read_only=True).tag(sync=True)
    """Where it runs."""
    phase = traitlets.Enum(["asking", "ready", "running", "lost"], "asking", read_only=True).tag(sync=True)
    """What the panel does: ask the Hub about the model, wait for a person, run; or it could not find the model."""
    endpoint = traitlets.Dict(read_only=True).tag(sync=True)
    """The hub: ``host``, ``local``, ``offline``."""
    trouble = traitlets.Dict(default_value=None, allow_none=True, read_only=True).tag(sync=True)
    """Why the model could not be found; see `hubnb.panels.try_trouble`."""

    def __init__(
        self,
        model: str | Callable[..., Any],
        task: str | None = None,
        provider: str | None = None,
        token: str | None = None,
        **kwargs: Any,
    ) -> None:
        self._token, self._wanted_task, self._wanted_place = token, task, provider
        self._function = None if isinstance(model, str) else model
        self._repo_id = model if isinstance(model, str) else ""
        self._state_lock = threading.RLock()
        self._number, self._stop = -1, threading.Event()
        self._close_stream: Callable[[], object] | None = None
        self._files, self._kernel_model = Files(), None
        self._answer_value: Any = None
        self._last: tuple[dict[str, Any], list[bytes]] | None = None
        self._given: dict[str, Any] = {}
        self._outcome = ""
        self._worker: threading.Thread | None = None
        self.set_trait("endpoint", _endpoint_view(Settings.from_env()))
        if self._function is None:
            self.set_trait("model", {"id": self._repo_id, "own": False})
        else:
            self._take_function(self._function)
        super().__init__(**kwargs)
        if self._function is None:
            self._start(self._look, "look")

    def _take_function(self, function: Callable[..., Any]) -> None:
        if not callable(function):
            msg = f"Give the id of a model or something to call, not {type(function).__name__}."
            raise HFValidationError(msg)
        task = self._wanted_task or "text"
        name = getattr(function, "__name__", type(function).__name__)
        self.set_trait("model", {"id": name, "own": True})
        self.set_trait("task", task)
        self.set_trait("fields", list(TASKS[task].fields if task in TASKS else _FREE_FIELDS.get(task, ("text",))))
        self.set_trait("places", [{"id": _OWN, "off": False, "bytes": None, "missing": ""}])
        self.set_trait("place", _OWN)
        self.set_trait("phase", "ready")

    def record(self) -> Record:
        """Say what was tried; never what was typed."""
        name = self.model["id"]
        link = Link(name) if self.model["own"] else Link(name, f"{Settings.from_env().endpoint}/{name}")
        call = f"hubnb.try_model({name})" if self.model["own"] else f'hubnb.try_model("{name}")'
        again = f"Run `{call}` to try it."
        if isinstance(self.comm, MuteComm):
            again = "No panel can be used in this run."
        facts = (self.task or "").replace("-", " ")
        return Record(
            "Tried" if self._outcome else "To try:", [" ", link], f"{facts} {self._outcome}".strip(), again=again
        )

    @handler
    def run(self, given: dict[str, Any], number: int) -> dict[str, Any]:
        """Ask the model; the answer comes as a message that carries `number`."""
        task = self._task()
        arguments = arguments_of(task, given, self._files.kept)
        with self._changing():
            self._end_run()
            self._number, self._stop = number, threading.Event()
            self._given, self._last = dict(given), None
            self.set_trait("phase", "running")
            place, stop = self.place, self._stop
        self._start(lambda: self._run(number, place, arguments, stop), "run")
        return {"number": number}

    @handler
    def stop(self) -> None:
        """Stop waiting for the answer; what a chat has said so far stays."""
        with self._changing():
            self._end_run()
            self._number = -1
            if self.phase == "running":
                self.set_trait("phase", "ready")

    @handler
    def choose_place(self, place: str) -> None:
        """Run somewhere else from now on."""
        known = {one["id"]: one for one in self.places}
        if place not in known or known[place]["off"]:
            msg = f"The model can't run at {place!r}."
            raise HFValidationError(msg)
        with self._changing():
            self.set_trait("place", place)

    @handler
    def look_again(self) -> None:
        """Ask the Hub about the model once more."""
        forget_mappings()
        with self._changing():
            self.set_trait("trouble", None)
            self.set_trait("phase", "asking")
        self._start(self._look, "look")

    @handler
    def put_file(self, field: str, data: str, first: bool, last: bool) -> int:
        """Take a part of a file as base64; files come in parts because a large message is lost on its way."""
        return self._files.take(field, data, first=first, last=last)

    @handler
    def drop_file(self, field: str) -> None:
        """Forget a file."""
        self._files.forget(field)

    @handler
    def list_variables(self, field: str) -> list[str]:
        """Name variables of the notebook that could be given."""
        return variables(field)

    @handler
    def use_variable(self, field: str, name: str) -> Buffers:
        """Take a variable of the notebook; give it back to be shown."""
        value = read_variable(field, name)
        self._files.kept[field] = value
        if isinstance(value, bytes):
            return Buffers({"name": name}, [value])
        return Buffers({"name": name, "columns": list(value), "rows": len(next(iter(value.values()), []))}, [])

    @handler
    def into_variable(self, name: str) -> str:
        """Put the last answer into a variable of the notebook."""
        if self._answer_value is None:
            msg = "There is no answer yet. Run the model first."
            raise HFValidationError(msg)
        set_variable(name, self._answer_value)
        return name

    @handler
    def write_code(self, given: dict[str, Any]) -> str:
        """Give the lines that do in a cell what the panel does."""
        return code_of(self.model, self.task or "", self._task(), self.place, given)

    @handler
    def recall(self) -> Buffers:
        """Give the last question and its answer to a page that was loaded anew."""
        with self._state_lock:
            news, buffers = self._last or (None, [])
            return Buffers({"given": self._given, "number": self._number, "news": news}, buffers)

    def settle(self, timeout_s: float) -> None:
        """Wait until what was started last has ended, at most `timeout_s` seconds."""
        if self._worker is not None:
            self._worker.join(timeout_s)

    def _task(self) -> Any:
        from .try_tasks import Task

        if self.task in TASKS:
            return TASKS[self.task]
        if self._function is not None:
            return Task("", tuple(self.fields), "")
        msg = "It is not known what this model is for. Its card needs a pipeline_tag, or pass task=."
        raise HFValidationError(msg)

    def _look(self) -> None:
        try:
            found = look_up(self._repo_id, self._token)
        except Exception as error:  # a worker has nobody above it to tell
            with self._changing():
                self.set_trait("trouble", trouble_of(error, "", []))
                self.set_trait("phase", "lost")
            return
        task = self._wanted_task or found["task"]
        usable = [one["id"] for one in found["places"] if not one["off"]]
        with self._changing():
            self.set_trait("task", task)
            self.set_trait("fields", list(TASKS[task].fields) if task in TASKS else [])
            self.set_trait("places", found["places"])
            wanted = self._wanted_place
            self.set_trait("place", wanted if wanted in usable else next(iter(usable), ""))
            self.set_trait("trouble", None)
            self.set_trait("phase", "ready")
        self.update_record(final=True)

    def _run(self, number: int, place: str, arguments: list[Any], stop: threading.Event) -> None:
        started = time.monotonic()
        try:
            if self.task == CHAT and place not in (KERNEL, _OWN):
                made, told = self._talk(number, place, arguments[0], stop)
            else:
                answer = self._ask(number, place, arguments, stop)
                self._answer_value = answer if number == self._number else self._answer_value
                view = TASKS[self.task].shows if self.task in TASKS else ""
                given = self._given
                made = shown(answer, view, given) if view and place != _OWN else shown_freely(answer, given)
                told = {}
        except TransferCancelled:
            return
        except Exception as error:  # whatever a model or a function of the notebook throws, a person must see it
            self._tell(number, "trouble", {"trouble": trouble_of(error, place, self.places)}, done=True)
            return
        took_ms = round(1000 * (time.monotonic() - started))
        content = {"view": made.view, "data": made.data, "json": made.json, "ms": took_ms, "place": place, **told}
        if number == self._number:
            self._outcome = f"at {place}, {took_ms:,} ms"
        self._tell(number, "answer", content, made.files, done=True)
        self.update_record(final=True)

    def _ask(self, number: int, place: str, arguments: list[Any], stop: threading.Event) -> Any:
        if self._function is not None:
            return self._function(*arguments)
        if place == KERNEL:
            if self._kernel_model is None:
                self._kernel_model = KernelModel(self._repo_id, self.task or "", self._token)
            if not self._kernel_model.ready:
                self._tell(number, "loading", {"expected_s": None, "place": place})
                self._kernel_model.load()
            return self._kernel_model.ask(arguments)
        client = self._client(number, place, stop)
        return getattr(client, self._task().method)(*arguments)

    def _client(self, number: int, place: str, stop: threading.Event) -> Any:
        client: Any = InferenceClient(self._repo_id, provider=place, token=self._token, timeout=TIMEOUT_S)  # pyright: ignore[reportArgumentType]
        client._stop = stop  # noqa: SLF001
        client._on_loading = lambda expected_s: self._tell(  # noqa: SLF001
            number, "loading", {"expected_s": expected_s, "place": place}
        )
        return client

    def _talk(self, number: int, place: str, messages: Any, stop: threading.Event) -> tuple[Shown, dict[str, Any]]:
        """Stream a chat's answer: some messages a second with all that was said so far."""
        started, first_ms, text, count = time.monotonic(), None, "", 0
        stream = self._client(number, place, stop).chat_completion(messages, stream=True, max_tokens=1024)
        with self._state_lock:
            if number != self._number:
                stream.close()
                raise TransferCancelled
            self._close_stream = stream.close

        def send() -> None:
            self._tell(number, "piece", {"text": text, "first_ms": first_ms, "per_s": _rate(count, started, first_ms)})

        sender = Coalescer(send, PIECE_INTERVAL_S, "try-piece")
        for piece in stream:
            said = piece.choices[0].delta.content if piece.choices else None
            if not said:
                continue
            if first_ms is None:
                first_ms = round(1000 * (time.monotonic() - started))
            text, count = text + said, count + 1
            sender.poke()
        if stop.is_set():
            raise TransferCancelled
        answer = {"role": "assistant", "content": text}
        self._answer_value = text
        rate = _rate(count, started, first_ms)
        return Shown("chat", text, json_text(answer)), {"first_ms": first_ms, "per_s": rate}

    def _tell(
        self, number: int, what: str, content: dict[str, Any], files: list[bytes] | None = None, *, done: bool = False
    ) -> None:
        """Send news of a run, unless a newer one began."""
        with self._changing():
            if number != self._number:
                return
            message = {"hubnb": "try", "number": number, "what": what, **content}
            if done:
                self._last = (message, files or [])
                self.set_trait("phase", "ready")
                self._close_stream = None
            self.send(message, files or [])

    def _end_run(self) -> None:
        self._stop.set()
        if self._close_stream is not None:
            self._close_stream()
            self._close_stream = None

    def _start(self, work: Callable[[], object], name: str) -> None:
        self._worker = start_worker(work, f"try-{name}")

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change several traits as one: one message, and no other thread in between."""
        with self._state_lock, self.hold_sync():
            yield


def _rate(count: int, started: float, first_ms: int | None) -> float | None:
    """Pieces a second, once there are enough to say so."""
    since_first = time.monotonic() - started - (first_ms or 0) / 1000
    return round(count / since_first, 1) if count > 4 and since_first > 0.05 else None


def try_model(
    model: str | Callable[..., Any],
    *,
    task: str | None = None,
    provider: str | None = None,
    token: str | None = None,
) -> TryPanel:
    """Show a panel in which a model can be tried.

    Parameters
    ----------
    model
        Id of a model on the Hub, or anything that can be called with what a person gives.
    task
        Task to ask for; by default the model's own. For a function: ``text`` (the default), ``image``, ``audio``,
        ``table``, or the name of a task.
    provider
        Where the model runs at first; can be changed in the panel.
    token
        Token of the Hub; None takes the one you are signed in with.

    Returns
    -------
    TryPanel
        The panel; the last expression of a cell shows it.

    Examples
    --------
    >>> hubnb.try_model("acme/ticket-router")
    >>> hubnb.try_model(lambda text: {"length": len(text)})
    """
    return TryPanel(model, task=task, provider=provider, token=token)
