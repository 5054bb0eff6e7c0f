"""Chat: a conversation in the schema that all providers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, TypedDict, overload

from .asking import Asking
from .calls import TaskCall
from .providers import is_web_address
from .results.chat import (
    ChatCompletionInputGrammarType,
    ChatCompletionInputStreamOptions,
    ChatCompletionInputTool,
    ChatCompletionInputToolChoiceClass,
    ChatCompletionInputToolChoiceEnum,
    ChatCompletionOutput,
    ChatCompletionStreamOutput,
)
from .streams import AnswerStream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from typing_extensions import Unpack


class ChatOptions(TypedDict, total=False):
    """Parameters of `ChatTasks.chat_completion` that don't decide what it returns."""

    model: str | None
    frequency_penalty: float | None
    logit_bias: list[float] | None
    logprobs: bool | None
    max_tokens: int | None
    n: int | None
    presence_penalty: float | None
    response_format: ChatCompletionInputGrammarType | Mapping[str, Any] | None
    seed: int | None
    stop: list[str] | None
    stream_options: ChatCompletionInputStreamOptions | Mapping[str, Any] | None
    temperature: float | None
    tool_choice: ChatCompletionInputToolChoiceClass | ChatCompletionInputToolChoiceEnum | None
    tool_prompt: str | None
    tools: Sequence[ChatCompletionInputTool | Mapping[str, Any]] | None
    top_logprobs: int | None
    top_p: float | None
    extra_body: dict[str, Any] | None


class ChatTasks(Asking):
    """Talk with a model."""

    @overload
    def chat_completion(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        stream: Literal[False] = False,
        **options: Unpack[ChatOptions],
    ) -> ChatCompletionOutput: ...

    @overload
    def chat_completion(
        self, messages: Sequence[Mapping[str, Any]], *, stream: Literal[True], **options: Unpack[ChatOptions]
    ) -> AnswerStream[ChatCompletionStreamOutput]: ...

    @overload
    def chat_completion(
        self, messages: Sequence[Mapping[str, Any]], *, stream: bool = False, **options: Unpack[ChatOptions]
    ) -> ChatCompletionOutput | AnswerStream[ChatCompletionStreamOutput]: ...

    def chat_completion(
        self,
        messages: Sequence[Mapping[str, Any]],
        *,
        model: str | None = None,
        stream: bool = False,
        frequency_penalty: float | None = None,
        logit_bias: list[float] | None = None,
        logprobs: bool | None = None,
        max_tokens: int | None = None,
        n: int | None = None,
        presence_penalty: float | None = None,
        response_format: ChatCompletionInputGrammarType | Mapping[str, Any] | None = None,
        seed: int | None = None,
        stop: list[str] | None = None,
        stream_options: ChatCompletionInputStreamOptions | Mapping[str, Any] | None = None,
        temperature: float | None = None,
        tool_choice: ChatCompletionInputToolChoiceClass | ChatCompletionInputToolChoiceEnum | None = None,
        tool_prompt: str | None = None,
        tools: Sequence[ChatCompletionInputTool | Mapping[str, Any]] | None = None,
        top_logprobs: int | None = None,
        top_p: float | None = None,
        extra_body: dict[str, Any] | None = None,
    ) -> ChatCompletionOutput | AnswerStream[ChatCompletionStreamOutput]:
        """Give the model's next message.

        Parameters
        ----------
        messages
            The conversation so far: ``{"role": "user", "content": "…"}``; content may be a list of texts and images.
        stream
            Whether to give pieces as they come.
        max_tokens
            Where to stop at the latest.
        n
            How many answers.
        response_format
            ``{"type": "json_schema", "json_schema": {"name": …, "schema": …}}`` for JSON of a given shape.
        tools, tool_choice, tool_prompt
            Functions the model may ask for, and whether it must.
        extra_body
            Further parameters of the provider.

        Returns
        -------
        ChatCompletionOutput or an iterator of ChatCompletionStreamOutput
            The text is in ``choices[0].message.content``, or ``choices[0].delta.content`` in a stream.

        Examples
        --------
        >>> answer = client.chat_completion([{"role": "user", "content": "What is the capital of Norway?"}])
        >>> answer.choices[0].message.content
        'Oslo.'
        """
        parameters: dict[str, Any] = {
            "model": model or self.model,
            "frequency_penalty": frequency_penalty,
            "logit_bias": logit_bias,
            "logprobs": logprobs,
            "max_tokens": max_tokens,
            "n": n,
            "presence_penalty": presence_penalty,
            "response_format": response_format,
            "seed": seed,
            "stop": stop,
            "temperature": temperature,
            "tool_choice": tool_choice,
            "tool_prompt": tool_prompt,
            "tools": tools,
            "top_logprobs": top_logprobs,
            "top_p": top_p,
            "stream": stream,
            "stream_options": stream_options,
            **(extra_body or {}),
        }
        call = TaskCall("conversational", messages, parameters)
        # A client of one server asks there, whatever the model's name in the request.
        where = self.model if is_web_address(self.model) else model
        if stream:
            return AnswerStream(self.ask_stream(call, where), _read, call.task)
        return ChatCompletionOutput.parse_obj_as_instance(self.ask(call, where))


def _read(data: dict[str, Any]) -> ChatCompletionStreamOutput:
    return ChatCompletionStreamOutput.parse_obj_as_instance(data)
