"""What goes into a chat and comes out of it, in the schema that all providers share."""

from __future__ import annotations

from typing import Any, Literal

from .base import TypedAnswer, typed

ChatCompletionInputToolChoiceEnum = Literal["auto", "none", "required"]
ChatCompletionInputMessageChunkType = Literal["text", "image_url"]


@typed
class ChatCompletionInputURL(TypedAnswer):
    """Where an image is: a web address or a ``data:`` URL."""

    url: str


@typed
class ChatCompletionInputMessageChunk(TypedAnswer):
    """A piece of a message: text or an image."""

    type: ChatCompletionInputMessageChunkType
    image_url: ChatCompletionInputURL | None = None
    text: str | None = None


@typed
class ChatCompletionInputFunctionDefinition(TypedAnswer):
    """A function the model may ask for."""

    name: str
    parameters: Any
    """JSON schema of its arguments."""
    description: str | None = None


@typed
class ChatCompletionInputToolCall(TypedAnswer):
    """A call the model asked for earlier."""

    function: ChatCompletionInputFunctionDefinition
    id: str
    type: str


@typed
class ChatCompletionInputMessage(TypedAnswer):
    """One message of the conversation so far."""

    role: str
    content: list[ChatCompletionInputMessageChunk] | str | None = None
    name: str | None = None
    tool_calls: list[ChatCompletionInputToolCall] | None = None


@typed
class ChatCompletionInputTool(TypedAnswer):
    """A tool the model may use."""

    function: ChatCompletionInputFunctionDefinition
    type: str


@typed
class ChatCompletionInputFunctionName(TypedAnswer):
    """Name of a function."""

    name: str


@typed
class ChatCompletionInputToolChoiceClass(TypedAnswer):
    """The one tool the model must use."""

    function: ChatCompletionInputFunctionName


@typed
class ChatCompletionInputStreamOptions(TypedAnswer):
    """What a stream carries besides text."""

    include_usage: bool | None = None


@typed
class ChatCompletionInputJSONSchema(TypedAnswer):
    """A schema the answer must follow."""

    name: str
    description: str | None = None
    schema: dict[str, object] | None = None
    strict: bool | None = None


@typed
class ChatCompletionInputResponseFormatText(TypedAnswer):
    """Answer in plain text."""

    type: Literal["text"]


@typed
class ChatCompletionInputResponseFormatJSONSchema(TypedAnswer):
    """Answer in JSON that follows a schema."""

    type: Literal["json_schema"]
    json_schema: ChatCompletionInputJSONSchema


@typed
class ChatCompletionInputResponseFormatJSONObject(TypedAnswer):
    """Answer in JSON of any shape."""

    type: Literal["json_object"]


ChatCompletionInputGrammarType = (
    ChatCompletionInputResponseFormatText
    | ChatCompletionInputResponseFormatJSONSchema
    | ChatCompletionInputResponseFormatJSONObject
)


@typed
class ChatCompletionOutputTopLogprob(TypedAnswer):
    """A token that could have come instead."""

    logprob: float
    token: str


@typed
class ChatCompletionOutputLogprob(TypedAnswer):
    """How likely a token was."""

    logprob: float
    token: str
    top_logprobs: list[ChatCompletionOutputTopLogprob]


@typed
class ChatCompletionOutputLogprobs(TypedAnswer):
    """How likely each token was."""

    content: list[ChatCompletionOutputLogprob]


@typed
class ChatCompletionOutputFunctionDefinition(TypedAnswer):
    """The call the model asks for."""

    arguments: str
    """Arguments, as JSON text."""
    name: str
    description: str | None = None


@typed
class ChatCompletionOutputToolCall(TypedAnswer):
    """A tool the model wants used."""

    function: ChatCompletionOutputFunctionDefinition
    id: str
    type: str


@typed
class ChatCompletionOutputMessage(TypedAnswer):
    """The model's message."""

    role: str
    content: str | None = None
    reasoning: str | None = None
    tool_call_id: str | None = None
    tool_calls: list[ChatCompletionOutputToolCall] | None = None


@typed
class ChatCompletionOutputComplete(TypedAnswer):
    """One of the answers that were asked for."""

    finish_reason: str
    index: int
    message: ChatCompletionOutputMessage
    logprobs: ChatCompletionOutputLogprobs | None = None


@typed
class ChatCompletionOutputUsage(TypedAnswer):
    """What the call cost, in tokens."""

    completion_tokens: int
    prompt_tokens: int
    total_tokens: int


@typed
class ChatCompletionOutput(TypedAnswer):
    """A whole answer."""

    choices: list[ChatCompletionOutputComplete]
    created: int
    """When, in seconds since 1970."""
    id: str
    model: str
    system_fingerprint: str
    usage: ChatCompletionOutputUsage


@typed
class ChatCompletionStreamOutputFunction(TypedAnswer):
    """A piece of a call the model asks for."""

    arguments: str
    name: str | None = None


@typed
class ChatCompletionStreamOutputDeltaToolCall(TypedAnswer):
    """A piece of a tool the model wants used."""

    function: ChatCompletionStreamOutputFunction
    id: str
    index: int
    type: str


@typed
class ChatCompletionStreamOutputDelta(TypedAnswer):
    """What came since the last chunk."""

    role: str
    content: str | None = None
    reasoning: str | None = None
    tool_call_id: str | None = None
    tool_calls: list[ChatCompletionStreamOutputDeltaToolCall] | None = None


@typed
class ChatCompletionStreamOutputTopLogprob(TypedAnswer):
    """A token that could have come instead."""

    logprob: float
    token: str


@typed
class ChatCompletionStreamOutputLogprob(TypedAnswer):
    """How likely a token was."""

    logprob: float
    token: str
    top_logprobs: list[ChatCompletionStreamOutputTopLogprob]


@typed
class ChatCompletionStreamOutputLogprobs(TypedAnswer):
    """How likely each token was."""

    content: list[ChatCompletionStreamOutputLogprob]


@typed
class ChatCompletionStreamOutputChoice(TypedAnswer):
    """One of the answers that were asked for, as it grows."""

    delta: ChatCompletionStreamOutputDelta
    index: int
    finish_reason: str | None = None
    logprobs: ChatCompletionStreamOutputLogprobs | None = None


@typed
class ChatCompletionStreamOutputUsage(TypedAnswer):
    """What the call cost, in tokens."""

    completion_tokens: int
    prompt_tokens: int
    total_tokens: int


@typed
class ChatCompletionStreamOutput(TypedAnswer):
    """A piece of an answer."""

    choices: list[ChatCompletionStreamOutputChoice]
    created: int
    id: str
    model: str
    system_fingerprint: str
    usage: ChatCompletionStreamOutputUsage | None = None
