"""The awaited client: the same methods, streams that can be held back and given up."""

from __future__ import annotations

import asyncio
import inspect
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from hubnb.inference import AsyncInferenceClient, InferenceClient
from hubnb.inference.async_client import METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server import LocalHub

ROOT = Path(__file__).parent.parent.parent


def test_it_has_every_method_awaited_with_the_same_parameters() -> None:
    for name in METHODS:
        method = getattr(AsyncInferenceClient, name)
        assert inspect.iscoroutinefunction(method), name
        assert inspect.signature(method) == inspect.signature(getattr(InferenceClient, name)), name
    assert {"text_to_image", "chat_completion", "post", "health_check"} <= set(METHODS)


def test_its_types_are_those_the_tasks_have() -> None:
    stub = runpy.run_path(str(ROOT / "scripts" / "inference_stub.py"))["stub"]()
    assert stub == (ROOT / "hubnb" / "inference" / "async_client.pyi").read_text()


def test_calls_run_side_by_side(here: LocalHub, models: Callable[[str], str]) -> None:
    model = models("text-classification")

    async def main() -> list[Any]:
        client = AsyncInferenceClient(model, timeout=20)
        return await asyncio.gather(*(client.text_classification(f"text {n}") for n in range(50)))

    assert len({repr(answer) for answer in asyncio.run(main())}) == 50


def test_a_stream_is_iterated_and_chat_has_openais_path(here: LocalHub, models: Callable[[str], str]) -> None:
    model = models("text-generation")

    async def main() -> tuple[str, str | None]:
        async with AsyncInferenceClient(model, provider="hf-inference") as client:
            pieces = [piece async for piece in await client.text_generation("Once", max_new_tokens=4, stream=True)]
            messages = [{"role": "user", "content": "hello"}]
            answer = await client.chat.completions.create(messages=messages)
            return "".join(pieces), answer.choices[0].message.content

    text, said = asyncio.run(main())
    assert text == InferenceClient(model, provider="hf-inference").text_generation("Once", max_new_tokens=4)
    assert "hello" in (said or "")


def test_a_cancelled_wait_for_a_piece_returns_at_once_and_closes_the_stream(
    here: LocalHub, models: Callable[[str], str]
) -> None:
    model = models("text-generation")

    async def main() -> list[str]:
        client = AsyncInferenceClient(model, provider="hf-inference")
        await client.text_generation("Once", max_new_tokens=1)  # the Hub has been asked what it serves
        here.faults.stall("POST *", after_bytes=300)
        stream = await client.text_generation("Once", max_new_tokens=50, stream=True)
        taken: list[str] = []

        async def take() -> None:
            async for piece in stream:
                taken.append(piece)

        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(take(), 0.5)
        return taken

    assert asyncio.run(main())


def test_a_cancelled_call_returns_at_once(here: LocalHub, models: Callable[[str], str]) -> None:
    model = models("text-classification")

    async def main() -> None:
        client = AsyncInferenceClient(model)
        await client.text_classification("first")
        here.faults.stall("POST *")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.text_classification("hello"), 0.2)
        here.faults.clear()  # lets the abandoned thread end

    asyncio.run(main())


def test_its_settings_are_those_of_the_client_within() -> None:
    client = AsyncInferenceClient("me/x", timeout=3)
    client.timeout = 5
    assert (client.model, client.timeout, repr(client)) == (
        "me/x",
        5,
        "<AsyncInferenceClient(model='me/x', timeout=5)>",
    )
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        client.nonsense  # noqa: B018 # pyright: ignore[reportAttributeAccessIssue]
