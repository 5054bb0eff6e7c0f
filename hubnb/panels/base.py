"""What every panel is: a few lines that mount a view from the one shared bundle, and answer its questions.

anywidget sends a widget's code once per instance. So what all panels share travels in one hidden `Core` widget
per kernel, the view of each kind in one hidden `Bundle`, and a `Panel` carries a stub that joins the two: a second
panel costs some kilobytes, not the code again.

A view asks by a message ``{"hubnb": "request", "id", "method", "params"}`` and gets exactly one ``{"hubnb":
"reply", "id", "result" | "error"}``. Only methods marked with `handler` can be asked for. One thread serves the
messages of all widgets of a notebook, so a handler returns quickly, or says that it works in the background.
"""

from __future__ import annotations

import logging
import threading
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import anywidget
import comm
import ipywidgets
import traitlets
from IPython.display import display

from ..client.errors import HubError
from .frontend import FrontEnd, front_end
from .language import chosen_language
from .record import Record, RecordOutput
from .worker import start_worker

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

_STATIC = Path(__file__).parent.parent / "static"
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
_HOST_TRAITS = {*ipywidgets.DOMWidget.class_trait_names(), *ipywidgets.Layout.class_trait_names()}
_UNSET: tuple[Any, ...] = (None, [], ())
_Method = TypeVar("_Method", bound="Callable[..., Any]")


def bundle(name: str) -> str:
    """Give the text of a built bundle.

    Raises
    ------
    FileNotFoundError
        If it was never built: an installed wheel always has it, a source checkout builds it.
    """
    path = _STATIC / name
    if not path.is_file():
        msg = (
            f"{name} is missing in hubnb/{_STATIC.name}: the JavaScript was not built. "
            "Run: npm --prefix js ci && npm --prefix js run build"
        )
        raise FileNotFoundError(msg)
    return path.read_text(encoding="utf-8")


def handler(method: _Method) -> _Method:
    """Let the browser call `method` by its name; what it returns (JSON or `Buffers`) or raises is the reply.

    It must return quickly: until then no widget of the notebook is answered.
    """
    method.__hubnb_handler__ = "at once"  # pyright: ignore[reportFunctionMemberAccess]
    return method


def slow_handler(method: _Method) -> _Method:
    """Let the browser call `method` like a `handler`, but run it on a thread of its own, for it asks the Hub or a disk.

    Several may run at once and end in another order; the view drops the answers it no longer wants.
    """
    method.__hubnb_handler__ = "on a worker"  # pyright: ignore[reportFunctionMemberAccess]
    return method


@dataclass(frozen=True)
class Buffers:
    """A handler's answer that carries bytes, e.g. an image; see ``requestBuffers`` in ``js/shared/request.ts``."""

    result: Any
    buffers: list[bytes]


def problem_of(error: Exception) -> dict[str, str]:
    """Put `error` into words: an error of hubnb in its own, anything else in a plain sentence."""
    if isinstance(error, HubError):
        title, _, text = str(error).partition(". ")
        return {"title": title.rstrip("."), "text": text}
    logger.error("Unexpected error in a panel.", exc_info=error)
    return {
        "title": "Something in hubnb went wrong",
        "text": f"It was not done ({type(error).__name__}). The kernel's log holds the details.",
    }


def _as_the_header_says(data: Any, default: Any) -> Any:  # noqa: ARG001 - ipykernel's signature
    return default


class MuteComm(comm.DummyComm):
    """A comm that nobody hears."""


class _QuietComm:
    """Widgets that open no comm where nobody could use them, and send nothing that says nothing.

    See `hubnb.panels.frontend`.
    """

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> dict[str, Any]:
        """Give the state for the browser; ipywidgets' own settings only where they are set."""
        state = super().get_state(key, drop_defaults)  # pyright: ignore[reportAttributeAccessIssue]
        if key is not None:
            return state
        return {name: one for name, one in state.items() if name not in _HOST_TRAITS or one not in _UNSET}

    def open(self) -> None:
        """Open the comm, or a mute one."""
        widget: Any = self
        if widget.comm is None and front_end() is FrontEnd.BATCH:
            widget.comm = MuteComm(target_name="jupyter.widget")
        else:
            super().open()  # pyright: ignore[reportAttributeAccessIssue] - mixed into a Widget


class PanelLayout(_QuietComm, ipywidgets.Layout):
    """Layout of a panel, as quiet as the panel."""


class _Quiet(_QuietComm, anywidget.AnyWidget):
    """A widget of ours: quiet where nobody looks, and answered even while the cell that updates it runs."""

    @traitlets.default("layout")
    def _default_layout(self) -> ipywidgets.Layout:
        return PanelLayout()

    def open(self) -> None:
        """Open the comm."""
        super().open()
        if self.comm is not None:
            # ipykernel 7.4 hands a message to the (sub)shell that last published on its comm: a Cancel button
            # would wait for the very cell it is to cancel. Let the message go where its header says.
            self.comm._reply_subshell_for = _as_the_header_says  # noqa: SLF001 # pyright: ignore[reportAttributeAccessIssue]


class Core(_Quiet):
    """Holds the code that all panels of this kernel share; never shown."""

    language = traitlets.Unicode().tag(sync=True)
    """Language of all panels; empty means the browser's."""

    _shared: ClassVar[Core | None] = None
    _lock: ClassVar[threading.Lock] = threading.Lock()

    @property
    def _esm(self) -> str:
        return bundle("core.js")

    @classmethod
    def shared(cls) -> Core:
        """Give this kernel's Core; made on first use, and again if somebody closed all widgets."""
        with cls._lock:
            if cls._shared is None or cls._shared.comm is None:
                cls._shared = cls(language=chosen_language())
            return cls._shared

    @classmethod
    def speak(cls, language: str) -> None:
        """Change the language of the panels that are there."""
        with cls._lock:
            if cls._shared is not None:
                cls._shared.language = language


class Bundle(_Quiet):
    """Holds the view's code of one kind of panel; never shown."""

    _shared: ClassVar[dict[str, Bundle]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, kind: str) -> None:
        self._kind = kind
        super().__init__()

    @property
    def _esm(self) -> str:
        return bundle(f"{self._kind}.js")

    @classmethod
    def shared(cls, kind: str) -> Bundle:
        """Give this kernel's bundle of `kind`; made on first use, and again if somebody closed all widgets."""
        with cls._lock:
            made = cls._shared.get(kind)
            if made is None or made.comm is None:
                made = cls._shared[kind] = cls(kind)
            return made


class Panel(_Quiet):
    """Base of all panels.

    A subclass sets `kind`, its traits, its `handler` methods and `record()`. It is an ordinary ipywidget:
    put it into a `VBox`, observe its traits.
    """

    kind: ClassVar[str]
    """Which view to mount: the name of the module, here and in ``js/``."""
    later: ClassVar[tuple[str, ...]] = ()
    """Bundles that the view may ask for when somebody needs them; see ``loadLater`` in ``js/shared/later.ts``."""

    core = anywidget.WidgetTrait().tag(sync=True)
    """The widget that holds what all panels share."""
    bundle = anywidget.WidgetTrait().tag(sync=True)
    """The widget that holds the view's code."""
    sid = traitlets.Unicode(read_only=True).tag(sync=True)
    """Names this panel's static record, which the live view hides."""

    @property
    def _esm(self) -> str:
        return bundle("panel.js")

    def __init__(self, **kwargs: Any) -> None:
        unknown = sorted(set(kwargs) - set(self.trait_names()))
        if unknown:
            names = sorted(name for name in self.trait_names() if not name.startswith("_"))
            msg = f"{type(self).__name__} has no {', '.join(unknown)}. It takes: {', '.join(names)}."
            raise TypeError(msg)
        self.set_trait("sid", uuid.uuid4().hex[:12])
        self._record_output: RecordOutput | None = None
        self._stand_in: ipywidgets.HTML | None = None
        self._made = False
        kwargs.setdefault("core", Core.shared())
        kwargs.setdefault("bundle", Bundle.shared(self.kind))
        super().__init__(**kwargs)
        self.on_msg(self._on_message)
        self._made = True

    def record(self) -> Record:
        """Say what happened, for the saved notebook."""
        raise NotImplementedError

    def update_record(self, *, final: bool = False) -> None:
        """Bring the saved record up to date: within a second, or at once if this is the last word."""
        if self._record_output is not None:
            self._record_output.update(final=final)
        if self._stand_in is not None:
            self._stand_in.value = self.record().html(self.sid)

    @property
    def model_id(self) -> str:
        """Id by which another widget holds this one.

        A box that a program's run saves can't hold a panel that opened no comm, so it holds the record
        as plain HTML instead.
        """
        if self._made and isinstance(self.comm, MuteComm) and self._stand_in is None:
            self._stand_in = ipywidgets.HTML(self.record().html(self.sid))
        return super().model_id if self._stand_in is None else self._stand_in.model_id

    def close(self) -> None:
        """Take the panel off the page; its record stays."""
        layout = self.layout
        super().close()
        if isinstance(layout, PanelLayout):
            layout.close()

    def _ipython_display_(self, **_kwargs: Any) -> None:
        """Show the live view, and below it the record that a reopened notebook shows instead."""
        if self.comm is not None and front_end() is FrontEnd.LIVE:
            display({_WIDGET_VIEW: self._view_reference(), "text/plain": ""}, raw=True)
        self._record_output = RecordOutput(self.sid, self.record)
        self._record_output.catch_up()  # a worker may have finished in between

    def _view_reference(self) -> dict[str, Any]:
        return {"version_major": 2, "version_minor": 0, "model_id": self.model_id}

    def _on_message(self, _widget: Any, content: Any, _buffers: Any) -> None:
        if not isinstance(content, dict) or content.get("hubnb") != "request":
            return
        name = content.get("method")
        method = getattr(type(self), name, None) if isinstance(name, str) else None
        if getattr(method, "__hubnb_handler__", None) == "on a worker":
            start_worker(lambda: self._answer(content, method), f"{self.kind}-{name}")
        else:
            self._answer(content, method)

    def _answer(self, content: dict[str, Any], method: Callable[..., Any] | None) -> None:
        """Call `method` and send its one reply."""
        reply: dict[str, Any] = {"hubnb": "reply", "id": content.get("id")}
        buffers: list[bytes] = []
        try:
            if not hasattr(method, "__hubnb_handler__") or method is None:
                msg = f"This panel has no action called {content.get('method')!r}"
                raise LookupError(msg)
            result = method(self, **(content.get("params") or {}))
            if isinstance(result, Buffers):
                result, buffers = result.result, result.buffers
            reply["result"] = result
        except Exception as error:  # whatever it is, the person who clicked must see it
            reply["error"] = problem_of(error)
        self.send(reply, buffers)

    @handler
    def code(self, name: str) -> str:
        """Give the text of a bundle that the view needs only now."""
        if name not in self.later:
            msg = f"This panel has no part called {name!r}"
            raise LookupError(msg)
        return bundle(f"{name}.js")
