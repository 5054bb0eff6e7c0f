"""Chat and text generation: whole, in pieces, with tools and schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from hubnb.client.inference_errors import IncompleteGenerationError, ValidationError
from hubnb.inference import InferenceClient

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server import LocalHub

HELLO = [{"role": "user", "content": "hello"}]
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}},
    },
}


@pytest.fixture
def chat_model(models: Callable[[str], str]) -> str:
    return models("text-generation")


def test_a_chat_answers_whole(client: InferenceClient, chat_model: str) -> None:
    answer = client.chat_completion(HELLO, model=chat_model)
    assert "hello" in (answer.choices[0].message.content or "")
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_the_path_of_openai_leads_to_the_same_place(client: InferenceClient, chat_model: str) -> None:
    answer = client.chat.completions.create(model=chat_model, messages=HELLO, max_tokens=3)
    assert answer.choices[0].finish_reason == "length"


def test_a_streamed_chat_says_the_same_in_pieces(client: InferenceClient, chat_model: str) -> None:
    whole = client.chat_completion(HELLO, model=chat_model).choices[0].message.content
    options = {"include_usage": True}
    pieces = list(client.chat_completion(HELLO, model=chat_model, stream=True, stream_options=options))
    assert "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices) == whole
    assert pieces[-1].usage is not None
    assert pieces[-2].choices[0].finish_reason == "stop"


def test_a_tool_is_asked_for_with_arguments_that_fit(client: InferenceClient, chat_model: str) -> None:
    asked = client.chat_completion(HELLO, model=chat_model, tools=[TOOL], tool_choice="required")
    (call,) = asked.choices[0].message.tool_calls or []
    assert (call.function.name, json.loads(call.function.arguments)) == ("weather", {"city": "sample", "days": 1})
    first = next(iter(client.chat_completion(HELLO, model=chat_model, tools=[TOOL], stream=True)))
    assert (first.choices[0].delta.tool_calls or [])[0].function.name == "weather"


@pytest.mark.parametrize("provider", ["hf-inference", "auto"])
def test_an_answer_follows_a_json_schema(here: LocalHub, chat_model: str, provider: Any) -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
    wanted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
    client = InferenceClient(chat_model, provider=provider)
    assert json.loads(client.chat_completion(HELLO, response_format=wanted).choices[0].message.content or "") == {
        "n": 1
    }


@pytest.mark.parametrize("end", ["", "/", "/v1", "/v1/chat/completions"])
def test_a_server_of_ones_own_is_asked_at_its_chat_address(here: LocalHub, chat_model: str, end: str) -> None:
    client = InferenceClient(base_url=f"{here.endpoint}/api/inference/models/{chat_model}{end}", api_key=here.token)
    assert client.chat_completion(HELLO).choices[0].message.role == "assistant"


def test_text_goes_on_whole_and_token_by_token(here: LocalHub, chat_model: str) -> None:
    client = InferenceClient(chat_model, provider="hf-inference")
    text = client.text_generation("Once", max_new_tokens=5)
    assert "".join(client.text_generation("Once", max_new_tokens=5, stream=True)) == text
    details = client.text_generation("Once", max_new_tokens=5, details=True)
    assert details.details is not None
    assert (details.generated_text, details.details.generated_tokens) == (text, 5)
    *_, last = client.text_generation("Once", max_new_tokens=5, details=True, stream=True)
    assert (last.generated_text, last.details and last.details.finish_reason) == (text, "length")


def test_the_servers_own_reason_is_the_error(here: LocalHub, chat_model: str) -> None:
    client = InferenceClient(chat_model, provider="hf-inference")
    with pytest.raises(ValidationError, match="max_new_tokens must be a number above 0"):
        client.text_generation("Once", max_new_tokens=-1)


def test_a_stream_that_was_closed_gives_nothing_more(here: LocalHub, chat_model: str) -> None:
    client = InferenceClient(chat_model, provider="hf-inference")
    stream = client.text_generation("Once", max_new_tokens=50, stream=True)
    assert next(stream)
    stream.close()
    assert list(stream) == []


def test_parameters_a_server_does_not_know_are_left_out_with_a_warning(here: LocalHub, chat_model: str) -> None:
    client = InferenceClient(chat_model, provider="hf-inference")
    said = "The following `model_kwargs` are not used by the model: ['watermark', 'seed']"
    here.faults.fail("POST *", 400, times=1, message=said)
    with pytest.warns(UserWarning, match="ignores seed, watermark"):
        assert client.text_generation("Once", max_new_tokens=2, watermark=True, seed=3)


def test_an_error_in_a_stream_is_raised() -> None:
    from hubnb.inference.streams import AnswerStream

    class Lines:
        closed = False

        def __init__(self, *lines: str) -> None:
            self._lines = iter(lines)

        def __iter__(self) -> Any:
            return self._lines

        def close(self) -> None:
            self.closed = True

    lines = Lines(
        "", ": comment", 'data: {"a": 1}', 'data:{"error": "cut hf_secretsecret", "error_type": "overloaded"}'
    )
    stream = AnswerStream(lines, dict, "text-generation")  # pyright: ignore[reportArgumentType]
    assert next(stream) == {"a": 1}
    with pytest.raises(Exception, match=r"The server says: cut \*\*\*") as raised:
        next(stream)
    assert type(raised.value).__name__ == "OverloadedError"
    assert lines.closed
    with pytest.raises(IncompleteGenerationError):
        next(AnswerStream(Lines("data: {oh"), dict, "chat"))  # pyright: ignore[reportArgumentType]
