"""Sample answers that are text: going on with a prompt, and talking, whole or piece by piece."""

from __future__ import annotations

import json
import time
import uuid
from typing import TYPE_CHECKING, Any

from hubnb.server.inference import refuse, share

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = [
    "and",
    "then",
    "the",
    "small",
    "boat",
    "went",
    "on",
    "over",
    "the",
    "quiet",
    "water",
    "until",
    "the",
    "evening",
    "came",
    "with",
    "a",
    "warm",
    "light",
]
_MAX_TOKENS = 512


def generated_tokens(prompt: str, parameters: dict[str, Any]) -> tuple[list[str], str]:
    """Return the tokens that go on with a prompt, and why they end."""
    limit = parameters.get("max_new_tokens") or parameters.get("max_tokens") or 20
    if not isinstance(limit, int) or limit < 1:
        refuse("max_new_tokens must be a number above 0.")
    start = int(len(_WORDS) * share(prompt, parameters.get("seed")))
    tokens: list[str] = []
    for place in range(min(limit, _MAX_TOKENS)):
        tokens.append(" " + _WORDS[(start + place) % len(_WORDS)])
        stop = next((one for one in parameters.get("stop") or [] if one in "".join(tokens)), None)
        if stop is not None:
            return tokens, "stop_sequence"
    return tokens, "length"


def generation(prompt: str, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the whole continuation."""
    tokens, reason = generated_tokens(prompt, parameters)
    text = "".join(tokens)
    answer: dict[str, Any] = {"generated_text": prompt + text if parameters.get("return_full_text") else text}
    if parameters.get("details"):
        prefill = [
            {"id": 100 + place, "text": word, "logprob": None if place == 0 else -1.0}
            for place, word in enumerate(prompt.split())
        ]
        answer["details"] = {
            "finish_reason": reason,
            "generated_tokens": len(tokens),
            "seed": parameters.get("seed"),
            "prefill": prefill if parameters.get("decoder_input_details") else [],
            "tokens": [_token(token) for token in tokens],
        }
    return [answer]


def generation_events(prompt: str, parameters: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the continuation token by token."""
    tokens, reason = generated_tokens(prompt, parameters)
    for place, token in enumerate(tokens):
        last = place == len(tokens) - 1
        details = {
            "finish_reason": reason,
            "generated_tokens": len(tokens),
            "input_length": len(prompt.split()),
            "seed": parameters.get("seed"),
        }
        yield {
            "index": place + 1,
            "token": _token(token),
            "generated_text": "".join(tokens) if last else None,
            "details": details if last else None,
        }


def _token(text: str) -> dict[str, Any]:
    return {"id": int(30_000 * share(text)), "text": text, "logprob": round(-share(text), 6), "special": False}


def chat(body: dict[str, Any]) -> dict[str, Any]:
    """Return a whole answer of a chat."""
    message, reason, used = _next_message(body)
    choices = [
        {"index": place, "message": message, "finish_reason": reason, "logprobs": None}
        for place in range(int(body.get("n") or 1))
    ]
    return {**_head(body, "chat.completion"), "choices": choices, "usage": used}


def chat_events(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield an answer of a chat piece by piece."""
    message, reason, used = _next_message(body)
    head = _head(body, "chat.completion.chunk")

    def piece(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return {**head, "choices": [choice], "usage": None}

    if message.get("tool_calls"):
        calls = [{"index": place, **call} for place, call in enumerate(message["tool_calls"])]
        yield piece({"role": "assistant", "content": None, "tool_calls": calls})
    for place, word in enumerate(_pieces(message.get("content") or "")):
        yield piece({"role": "assistant", "content": word} if place == 0 else {"content": word})
    yield piece({}, reason)
    if (body.get("stream_options") or {}).get("include_usage"):
        yield {**head, "choices": [], "usage": used}


def _pieces(text: str) -> list[str]:
    words = text.split(" ")
    return [word if place == 0 else f" {word}" for place, word in enumerate(words)] if text else []


def _head(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{uuid.uuid4().hex[:12]}",
        "object": kind,
        "created": int(time.time()),
        "model": str(body.get("model") or ""),
        "system_fingerprint": "sample",
    }


def _next_message(body: dict[str, Any]) -> tuple[dict[str, Any], str, dict[str, int]]:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages or not all(isinstance(one, dict) for one in messages):
        refuse("messages must be a list of messages.")
    asked = _text_of(messages[-1].get("content"))
    before = sum(len(_text_of(one.get("content")).split()) for one in messages)
    tools = body.get("tools") or []
    if tools and body.get("tool_choice") != "none" and messages[-1].get("role") != "tool":
        calls = [_tool_call(_chosen(tools, body.get("tool_choice"), asked), asked)]
        return {"role": "assistant", "content": None, "tool_calls": calls}, "tool_calls", _usage(before, 1)
    text = _reply(asked, len(messages), body.get("response_format"))
    words = text.split(" ")
    limit = body.get("max_tokens")
    reason = "stop"
    if isinstance(limit, int) and len(words) > limit:
        text, reason = " ".join(words[:limit]), "length"
    return {"role": "assistant", "content": text}, reason, _usage(before, len(text.split()))


def _reply(asked: str, turns: int, response_format: Any) -> str:
    kind = response_format.get("type") if isinstance(response_format, dict) else None
    if kind == "json_schema":
        return json.dumps(_example((response_format.get("json_schema") or {}).get("schema") or {}))
    if kind in {"json_object", "json", "grammar"}:
        return json.dumps(_example(response_format.get("value") or {"type": "object"}))
    return f"You said “{asked}”. This is a sample answer of a local hub, turn {(turns + 1) // 2}: no model is running."


def _example(schema: Any) -> Any:
    """Return the plainest value that follows a JSON schema."""
    if not isinstance(schema, dict):
        return None
    if schema.get("enum"):
        return schema["enum"][0]
    kind = schema.get("type") or ("object" if "properties" in schema else "string")
    if kind == "object":
        return {name: _example(part) for name, part in (schema.get("properties") or {}).items()}
    if kind == "array":
        return [_example(schema.get("items") or {"type": "string"})]
    plain: dict[str, Any] = {"string": "sample", "integer": schema.get("minimum", 1), "number": 1.5, "boolean": True}
    return plain.get(str(kind))


def _chosen(tools: list[Any], choice: Any, asked: str) -> dict[str, Any]:
    functions = [tool.get("function") or {} for tool in tools if isinstance(tool, dict)]
    name = (choice.get("function") or {}).get("name") if isinstance(choice, dict) else None
    named = next((one for one in functions if one.get("name") == name), None)
    mentioned = next((one for one in functions if str(one.get("name")) in asked), None)
    return named or mentioned or functions[0]


def _tool_call(function: dict[str, Any], asked: str) -> dict[str, Any]:
    arguments = json.dumps(_example(function.get("parameters") or {"type": "object"}))
    called = {"name": function.get("name"), "arguments": arguments, "description": None}
    return {"id": f"call_{int(1e6 * share(asked))}", "type": "function", "function": called}


def _text_of(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(str(part.get("text") or "[image]") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _usage(before: int, after: int) -> dict[str, int]:
    return {"prompt_tokens": before, "completion_tokens": after, "total_tokens": before + after}
