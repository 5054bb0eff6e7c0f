"""Sends questions to models, and waits for those that are still being loaded.

Other than the rest of this room it talks to many hosts: the Hub's router, providers, a server of one's own. Whoever
makes a `Question` has decided which token may go to its address; on a redirect to another host it stays behind.
"""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urljoin, urlsplit

import requests

from .errors import BadRequestError, HfHubHTTPError, HFValidationError, HubUnreachableError, OfflineModeIsEnabled
from .errors import TransferCancelled as Cancelled
from .http import MAX_REDIRECTS, Http, asked_wait_s, origin_of, reason_of, user_agent_of
from .inference_errors import InferenceTimeoutError, text_generation_error_class
from .redact import redact
from .session import send, shared_session
from .status import server_message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .settings import Settings

CONNECT_TIMEOUT_S = 10.0
LONGEST_LOADING_S = 600.0
"""How long a model that is being loaded is waited for where the caller names no timeout."""
_TRIES_IF_OVERLOADED = 3
_LONGEST_WAIT_S = 8.0
_READ_BYTES = 64 << 10


@dataclass(frozen=True)
class Question:
    """One request to a model.

    Parameters
    ----------
    token
        What is sent as ``Authorization``, already decided on for this address.
    task
        What is asked for, e.g. ``text-classification``; errors name it.
    model
        Which model, for the error's text.
    """

    url: str
    task: str
    model: str | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    token: str | None = field(default=None, repr=False)
    method: str = "POST"


class InferenceHttp:
    """Asks models.

    Parameters
    ----------
    timeout_s
        Longest time between two signs of life, in seconds, and for a model to be loaded; None waits.
    stop
        When set, waiting ends with `TransferCancelled`.
    on_loading
        Told, before each wait, for how many seconds the server expects to load the model (None: it doesn't say).
    """

    def __init__(
        self,
        settings: Settings,
        *,
        timeout_s: float | None = None,
        stop: threading.Event | None = None,
        on_loading: Callable[[float | None], object] | None = None,
    ) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._stop = stop or threading.Event()
        self._on_loading = on_loading
        self._routes = Http(settings, None)

    def ask(self, question: Question) -> bytes:
        """Send a question and give the body of its answer.

        Raises
        ------
        InferenceTimeoutError
            No answer in time.
        HfHubHTTPError
            The server answered with an error; its own words are in the message.
        HubUnreachableError
            Nobody answers at that address.
        """
        return self.answer(question).content

    def stream(self, question: Question) -> LineStream:
        """Send a question and give its answer line by line, as it comes."""
        return LineStream(self.answer(question, stream=True), question)

    def status(self, question: Question) -> int:
        """Send a question and give only the status of its answer."""
        response = self._send(question, stream=False)
        return response.status_code

    def answer(self, question: Question, *, stream: bool = False) -> requests.Response:
        """Give a good answer whole, after waiting for a model that is being loaded; see `ask`."""
        started, waits = time.monotonic(), 0
        while True:
            response = self._send(question, stream=stream)
            if response.status_code < 400:
                return response
            if response.status_code != 503 or not self._wait_for_model(response, question, started, waits):
                raise _error(response, question)
            waits += 1
            if waits == 1:  # classic servers then hold the request until the model is there
                question = replace(question, headers={**question.headers, "X-wait-for-model": "1"})

    def _wait_for_model(self, response: requests.Response, question: Question, started: float, waits: int) -> bool:
        """Wait before another try; say False where waiting makes no sense any more."""
        loading = _estimated_s(response)
        asked = asked_wait_s(response)
        if loading is None and waits + 1 >= _TRIES_IF_OVERLOADED:
            return False
        wait_s = asked if asked is not None else min(2.0**waits, _LONGEST_WAIT_S, loading or _LONGEST_WAIT_S)
        waited_s = time.monotonic() - started
        limit_s = LONGEST_LOADING_S if self._timeout_s is None else self._timeout_s
        if waited_s + wait_s > limit_s:
            expected = f" It is expected to take {loading:.0f} s." if loading else ""
            msg = (
                f"{_subject(question)} was not ready within {limit_s:g} s.{expected} "
                "Try again later, or give the client a longer timeout=."
            )
            raise InferenceTimeoutError(msg, response=response, server_message=server_message(response))
        if self._on_loading is not None:
            self._on_loading(loading)
        response.close()
        if self._stop.wait(wait_s):
            raise Cancelled(_STOPPED)
        return True

    def _send(self, question: Question, *, stream: bool) -> requests.Response:
        if self._settings.offline:
            msg = f"Offline mode is on (HF_HUB_OFFLINE), so nothing was sent to {_host(question.url)}."
            raise OfflineModeIsEnabled(msg)
        if self._stop.is_set():
            raise Cancelled(_STOPPED)
        try:
            return self._follow(question, stream=stream)
        except requests.ReadTimeout:
            raise _no_answer_in(self._timeout_s, question) from None
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            if isinstance(error, requests.ConnectionError) and "timed out" in str(error).lower():
                raise _no_answer_in(self._timeout_s or CONNECT_TIMEOUT_S, question) from None
            raise _unreachable(error, question) from None
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, ValueError) as error:
            msg = f"{redact(question.url, question.token)!r} can't be asked: {redact(str(error), question.token)}."
            raise HFValidationError(msg) from None

    def _follow(self, question: Question, *, stream: bool) -> requests.Response:
        session = shared_session()
        url, token, headers = question.url, question.token, dict(question.headers)
        headers.setdefault("User-Agent", user_agent_of(self._settings))
        connect_s = min(self._timeout_s or CONNECT_TIMEOUT_S, CONNECT_TIMEOUT_S)
        for _ in range(MAX_REDIRECTS):
            route: dict[str, Any] = {} if session.trust_env else self._routes.route(url)
            response = send(
                session, question.method, url, token, headers=headers, data=question.body,
                stream=stream, timeout=(connect_s, self._timeout_s), **route,
            )  # fmt: skip
            location = response.headers.get("Location")
            if not location or response.status_code not in (307, 308):
                return response
            response.close()
            target = urljoin(url, location)
            if origin_of(target) != origin_of(url):
                token = None
                headers = {name: one for name, one in headers.items() if name.lower() not in _SECRET_HEADERS}
            url = target
        msg = f"{_host(url)} redirected {MAX_REDIRECTS} times without an end."
        raise HubUnreachableError(msg)


_SECRET_HEADERS = {"authorization", "cookie", "x-api-key"}
_STOPPED = "It was stopped. The model's answer was not waited for."


class LineStream:
    """The lines of an answer that comes bit by bit.

    Nothing is read ahead: who takes no lines holds the server back. `close` may be called from any thread, also
    while another one waits for a line.
    """

    def __init__(self, response: requests.Response, question: Question) -> None:
        self._response = response
        self._question = question
        self._closed = False
        self._lines = self._read()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._lines)

    def close(self) -> None:
        """End the answer and let its connection go."""
        self._closed = True
        raw = self._response.raw
        shut = getattr(raw, "shutdown", None)
        if shut is not None:
            with contextlib.suppress(OSError, ValueError, RuntimeError):  # it may have ended by itself
                shut()
        self._response.close()

    def _read(self) -> Iterator[str]:
        rest = b""
        try:
            while True:
                block = self._response.raw.read1(_READ_BYTES, decode_content=True)
                if not block:
                    break
                *lines, rest = (rest + block).split(b"\n")
                for line in lines:
                    yield line.rstrip(b"\r").decode("utf-8", "replace")
            if rest:
                yield rest.decode("utf-8", "replace")
        except Exception as error:  # urllib3's own, and what a closed file raises
            if self._closed:
                return
            if "timed out" in str(error).lower():
                raise _no_answer_in(None, self._question) from None
            raise _unreachable(error, self._question) from None
        finally:
            self._response.close()


def _error(response: requests.Response, question: Question) -> HfHubHTTPError:
    """Put an error answer into words, with the server's own."""
    status, said = response.status_code, server_message(response)
    body = _json_of(response)
    error_type = body.get("error_type")
    response.close()
    if isinstance(error_type, str) and question.task in ("text-generation", "conversational"):
        text = redact(f"{_host(question.url)} could not generate: {said or error_type}", question.token)
        return text_generation_error_class(error_type)(text, response=response, server_message=said)
    what = _what_happened(status, question)
    tail = f" {_host(question.url)} says: {said}" if said else ""
    error_class = BadRequestError if status == 400 else InferenceTimeoutError if status == 504 else HfHubHTTPError
    return error_class(redact(f"{what}{tail}", question.token), response=response, server_message=said)


def _what_happened(status: int, question: Question) -> str:
    host, subject = _host(question.url), _subject(question)
    token = "this token" if question.token else "a request without a token"
    if status == 504:
        hint = " With stream=True tokens come as they are made." if question.task == "conversational" else ""
        return f"{subject} took longer than {host} waits (504).{hint}"
    if status >= 500:
        return f"{host} failed to answer for {subject} ({status}). Try again later."
    sentences = {
        400: f"{host} refused the request to {subject} as malformed (400).",
        401: f"{host} did not accept {token} (401). Sign in with hubnb.login(), or pass token=.",
        402: f"The credits of this account are used up, or {subject} needs some (402).",
        403: f"{host} does not let {token} ask {subject} (403). Allow it calls to Inference Providers in its settings.",
        404: f"{host} does not serve {subject} (404). Check the name, or choose another provider=.",
        413: f"What was sent to {subject} is larger than {host} takes (413).",
        422: f"{host} can't use what {subject} was asked (422): an input or parameter does not fit the task.",
        424: f"{subject} failed at {host} (424).",
        429: f"{host} asked us to slow down: too many requests (429). Wait a minute; signing in raises the limit.",
    }
    return sentences.get(status, f"{host} answered {status} for {subject}.")


def stream_error(data: Mapping[str, Any], task: str) -> HfHubHTTPError:
    """Make the error that a stream reports in its middle."""
    said: Any = data.get("error")
    if isinstance(said, dict):
        said = cast("dict[str, Any]", said).get("message", said)
    text = redact(f"The {task} stream broke off. The server says: {said}")
    return text_generation_error_class(data.get("error_type"))(text, server_message=redact(str(said)))


def _subject(question: Question) -> str:
    if question.model and "://" not in question.model:
        return f"model {question.model!r}"
    return "the model"


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2]


def _no_answer_in(timeout_s: float | None, question: Question) -> InferenceTimeoutError:
    within = f" within {timeout_s:g} s" if timeout_s else " in time"
    msg = (
        f"{_subject(question).capitalize() if not question.model else _subject(question)} did not answer{within} "
        f"({_host(question.url)}). Give the client a longer timeout=, or try again."
    )
    return InferenceTimeoutError(redact(msg, question.token))


def _unreachable(error: Exception, question: Question) -> HubUnreachableError:
    msg = (
        f"Can't reach {_host(question.url)}: {reason_of(error)}. "
        "Check the address, the network and the proxy, then try again."
    )
    return HubUnreachableError(redact(msg, question.token))


def _estimated_s(response: requests.Response) -> float | None:
    """Seconds until the model is loaded, as classic servers say; None where nothing is being loaded."""
    body = _json_of(response)
    estimate = body.get("estimated_time")
    if isinstance(estimate, (int, float)):
        return max(0.0, float(estimate))
    return 20.0 if "loading" in str(body.get("error", "")).lower() else None


def _json_of(response: requests.Response) -> dict[str, Any]:
    try:
        body: object = response.json()
    except (ValueError, OSError, RuntimeError):
        return {}
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}
