"""`InferenceClient`: ask a model, on the Hub or at an address of your own."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Literal, overload

from ..client.errors import HFValidationError
from ..client.inference import Question
from .audio_tasks import AudioTasks
from .calls import json_body
from .chat_tasks import ChatTasks
from .content import read_content
from .deployment import Deployment
from .generation_tasks import GenerationTasks
from .image_tasks import ImageTasks
from .making_tasks import MakingTasks
from .providers import is_web_address
from .streams import RawLines
from .table_tasks import TableTasks
from .text_tasks import TextTasks

if TYPE_CHECKING:
    from types import TracebackType

    from .content import ContentT
    from .providers import PROVIDER_OR_POLICY_T

_BILL_TO = "X-HF-Bill-To"


class InferenceClient(
    TextTasks, GenerationTasks, ChatTasks, ImageTasks, MakingTasks, AudioTasks, TableTasks, Deployment
):
    """Ask models: one method a task.

    Parameters
    ----------
    model
        Id of a model on the Hub, or address of a server. Without one the Hub's recommendation for the task is used.
    provider
        Who is to serve it; None and ``auto`` take the first that does, in the order of your settings.
    token
        Token of the Hub, or a provider's own key. None takes the token you are signed in with.
    timeout
        Longest time between two signs of life, in seconds, and for a model to be loaded. None waits.
    headers, cookies
        Sent with every call.
    bill_to
        Organisation that pays.
    base_url, api_key
        Other names for `model` and `token`, as OpenAI's client has them.

    Examples
    --------
    >>> client = InferenceClient("acme/ticket-router")
    >>> client.text_classification("My parcel has not come.")[0].label
    'delivery'
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        provider: PROVIDER_OR_POLICY_T | None = None,
        token: str | None = None,
        timeout: float | None = None,
        headers: dict[str, str] | None = None,
        cookies: dict[str, str] | None = None,
        bill_to: str | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
    ) -> None:
        if model is not None and base_url is not None:
            msg = "model and base_url name the same thing: pass one of them. With base_url only chat adds a path."
            raise HFValidationError(msg)
        if token is not None and api_key is not None:
            msg = "token and api_key name the same thing: pass one of them."
            raise HFValidationError(msg)
        key = token if token is not None else api_key
        if isinstance(key, bool):  # pyright: ignore[reportUnnecessaryIsInstance] - people did so once
            msg = "token must be a text or None; None takes the token you are signed in with."
            raise TypeError(msg)
        self.model = base_url or model
        self.provider = provider
        self.timeout = timeout
        self.cookies = cookies
        self.headers = _billed(dict(headers or {}), bill_to, key)
        self._token = key

    def __repr__(self) -> str:
        return f"<InferenceClient(model={self.model or ''!r}, timeout={self.timeout})>"

    def __enter__(self) -> InferenceClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Do nothing: connections belong to the process. Here because other clients have it."""

    @property
    def token(self) -> str | None:
        """The token that was passed in."""
        return self._token

    @property
    def chat(self) -> Chat:
        """``client.chat.completions.create(…)``, for who comes from OpenAI's client."""
        return Chat(self)

    @overload
    def post(
        self,
        *,
        json: Any = None,
        data: ContentT | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: Literal[False] = False,
    ) -> bytes: ...

    @overload
    def post(
        self,
        *,
        json: Any = None,
        data: ContentT | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: Literal[True],
    ) -> RawLines: ...

    def post(
        self,
        *,
        json: Any = None,
        data: ContentT | None = None,
        model: str | None = None,
        task: str | None = None,
        stream: bool = False,
    ) -> bytes | RawLines:
        """Send a request of your own making to the Hub's service, or to the server at `model`.

        Parameters
        ----------
        json, data
            What is sent; one of the two.
        task
            Which task's address to use where a model has several, and whose recommended model where none is named.
        stream
            Whether to give lines as they come.

        Raises
        ------
        ValueError
            If `json` and `data` are both given, or neither a model nor a task.
        """
        if json is not None and data is not None:
            msg = "json and data can't be sent together: pass one of them."
            raise HFValidationError(msg)
        body, kind = None, None
        if json is not None:
            body, kind = (json.encode(), "application/json") if isinstance(json, str) else json_body(json)
        elif data is not None:
            content = read_content(data)
            body, kind = content.data, content.media_type
        question = self._own_question(body, kind, model or self.model, task)
        if stream:
            return RawLines(self._http().stream(question))
        return self._http().ask(question)

    def _own_question(self, body: bytes | None, kind: str | None, model: str | None, task: str | None) -> Question:
        router = self._router()
        if model is None:
            if task is None:
                msg = "Name a model or a task: without either nobody knows where to send this."
                raise HFValidationError(msg)
            model = router.find(task, None).provider_id
        url = model if is_web_address(model) else router.classic_url(model, task)
        headers = {**({"Content-Type": kind} if kind else {}), **self._own_headers()}
        return Question(url, task or "unknown", model, body, headers, router.token_for(url))


class Chat:
    """The path of OpenAI's client to `InferenceClient.chat_completion`."""

    def __init__(self, client: Any) -> None:
        self.completions = Completions(client)


class Completions:
    """Has `create`."""

    def __init__(self, client: Any) -> None:
        self.create = client.chat_completion


def _billed(headers: dict[str, str], bill_to: str | None, key: str | None) -> dict[str, str]:
    if bill_to is None:
        return headers
    if headers.get(_BILL_TO, bill_to) != bill_to:
        warnings.warn(f"headers name {headers[_BILL_TO]!r} to bill; bill_to={bill_to!r} replaces it.", stacklevel=3)
    if key is not None and not key.startswith("hf_"):
        warnings.warn(
            "A provider's own key was given: the provider bills its owner, and bill_to does nothing.", stacklevel=3
        )
    return {**headers, _BILL_TO: bill_to}
