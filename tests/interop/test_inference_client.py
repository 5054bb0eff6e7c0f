"""One script, two imports: the reference's `InferenceClient` and ours ask the embedded Hub and get the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import hubnb
    from hubnb.server import LocalHub

pytestmark = pytest.mark.interop

# The reference's router is a constant; only its own process is told where ours is.
REFERENCE = """
import os
from huggingface_hub import constants
router = os.environ["HF_ENDPOINT"] + "/api/inference"
constants.INFERENCE_PROXY_TEMPLATE = router + "/{provider}"
from huggingface_hub.inference import _providers
_providers.CONVERSATIONAL_AUTO_ROUTER.base_url = router
from huggingface_hub import InferenceClient, AsyncInferenceClient
"""
OURS = "from hubnb import InferenceClient, AsyncInferenceClient\n"
SCRIPT = """
import asyncio, io, json, sys
from PIL import Image

buffer = io.BytesIO()
Image.new("RGB", (40, 20), "red").save(buffer, "PNG")
png, wav = buffer.getvalue(), b"RIFF" + bytes(32000)
table = {"City": ["Oslo", "Rome"], "People": ["1", "2"]}
hello = [{"role": "user", "content": "hello"}]
schema = {"type": "object", "properties": {"n": {"type": "integer"}}}
tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
formatted = {"type": "json_schema", "json_schema": {"name": "x", "schema": schema}}
calls = {
    "audio_classification": [wav],
    "audio_to_audio": [wav],
    "automatic_speech_recognition": [wav],
    "document_question_answering": [png, "What is the total?"],
    "feature_extraction": [["one", "two"]],
    "fill_mask": ["A [MASK] day."],
    "image_classification": [png],
    "image_segmentation": [png],
    "image_to_image": [png, "blue"],
    "image_to_text": [png],
    "object_detection": [png],
    "question_answering": ["Where is Ada?", "Ada is in Oslo. Bob is not."],
    "sentence_similarity": ["a b", ["a b c", "d"]],
    "summarization": ["One. Two."],
    "table_question_answering": [table, "People in Rome?"],
    "tabular_classification": [table],
    "text_classification": ["I like you"],
    "text_to_image": ["hills"],
    "text_to_speech": ["hello"],
    "token_classification": ["Ada met Bob"],
    "translation": ["Ja"],
    "visual_question_answering": [png, "Is it red?"],
    "zero_shot_classification": ["rain", ["weather", "food"]],
    "zero_shot_image_classification": [png, ["red", "blue"]],
}

def plain(value):
    if hasattr(value, "tobytes"):
        return value.tobytes().hex()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if key not in ("id", "created")}
    return value

client = InferenceClient(provider="hf-inference")
found = {}
for name, inputs in calls.items():
    model = "me/for-" + name.replace("_", "-")
    found[name] = plain(getattr(client, name)(*inputs, model=model))
chat = "me/for-text-generation"
found["text"] = client.text_generation("Once", model=chat, max_new_tokens=4)
found["tokens"] = list(client.text_generation("Once", model=chat, max_new_tokens=4, stream=True))
found["details"] = plain(client.text_generation("Once", model=chat, max_new_tokens=4, details=True))
found["chat"] = plain(client.chat_completion(hello, model=chat))
found["json"] = client.chat_completion(hello, model=chat, response_format=formatted).choices[0].message.content
found["tool"] = plain(client.chat_completion(hello, model=chat, tools=[tool]).choices[0].message.tool_calls)
found["pieces"] = [plain(one) for one in client.chat_completion(hello, model=chat, stream=True)]
found["auto"] = plain(InferenceClient(chat).chat.completions.create(messages=hello))

async def main():
    client = AsyncInferenceClient(provider="hf-inference")
    pieces = [one async for one in await client.text_generation("Once", model=chat, max_new_tokens=4, stream=True)]
    return pieces, plain(await client.text_classification("I like you", model="me/for-text-classification"))

found["awaited"] = asyncio.run(main())
print(json.dumps(found))
"""


def run(hub: LocalHub, head: str) -> Any:
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_TOKEN": hub.token}
    command = [sys.executable, "-c", head + SCRIPT]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_both_clients_get_the_same_answers(hub: LocalHub, api: hubnb.HfApi) -> None:
    tasks = [line.split('"')[1] for line in SCRIPT.splitlines() if line.startswith('    "')]
    for task in [*(name.replace("_", "-") for name in tasks), "text-generation"]:
        repo_id = f"me/for-{task}"
        api.create_repo(repo_id, exist_ok=True)
        card = f"---\npipeline_tag: {task}\ntags: [feature-extraction, sentence-similarity]\n---\n".encode()
        api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=repo_id)
    ours, reference = run(hub, OURS), run(hub, REFERENCE)
    assert set(ours) == set(reference)
    assert {name for name in ours if ours[name] != reference[name]} == set()
