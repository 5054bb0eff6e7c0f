"""How every client asks: find where, write the body, send, read the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..client.inference import InferenceHttp, LineStream, Question
from ..client.settings import Settings
from .calls import IMAGE_ANSWERS
from .dialects import read_answer, write_body
from .routing import Destination, Router

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping

    from .calls import TaskCall


class Asking:
    """What the tasks of a client stand on; holds no token in anything that can be printed."""

    model: str | None
    provider: str | None
    timeout: float | None
    headers: dict[str, str]
    cookies: dict[str, str] | None

    _token: str | None
    _stop: threading.Event | None = None
    _on_loading: Callable[[float | None], object] | None = None

    def ask(self, call: TaskCall, model: str | None = None) -> Any:
        """Ask, and give the answer: bytes for tasks that make a file, else JSON in the classic shape."""
        destination = self._find(call.task, model)
        body = self._http().ask(self._question(call, destination))
        return read_answer(body, call.task, destination.provider)

    def ask_stream(self, call: TaskCall, model: str | None = None) -> LineStream:
        """Ask, and give the lines of the answer as they come."""
        return self._http().stream(self._question(call, self._find(call.task, model)))

    def destination(self, task: str, model: str | None = None) -> Destination:
        """Say where a call of `task` would go; the model is not asked, the Hub may be."""
        return self._find(task, model)

    def _find(self, task: str, model: str | None) -> Destination:
        return self._router().find(task, model or self.model)

    def _router(self) -> Router:
        return Router(Settings.from_env(), self._token, self.provider)

    def _http(self) -> InferenceHttp:
        return InferenceHttp(Settings.from_env(), timeout_s=self.timeout, stop=self._stop, on_loading=self._on_loading)

    def _question(self, call: TaskCall, destination: Destination) -> Question:
        body, content_type = write_body(call, destination.provider, destination.provider_id)
        headers = {"Content-Type": content_type} if content_type else {}
        if call.task in IMAGE_ANSWERS:
            headers["Accept"] = "image/png"
        headers.update(self._own_headers())
        token = destination.token
        if token and destination.provider == "fal-ai" and not token.startswith("hf_"):
            headers["Authorization"], token = f"Key {token}", None  # its keys are no bearer tokens
        if any(name.lower() == "authorization" for name in headers):
            token = None
        return Question(destination.url, call.task, destination.model, body, headers, token)

    def _own_headers(self) -> Mapping[str, str]:
        if not self.cookies:
            return self.headers
        return {**self.headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
