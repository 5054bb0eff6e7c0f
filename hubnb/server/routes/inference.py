"""Asking models: the router of providers, as far as a Hub without machines can be one.

``/api/inference/hf-inference/…`` gives sample answers for every task (see `hubnb.server.inference`),
``/api/inference/local/…`` runs the repository's own weights (see `hubnb.server.inference_models`). Paths below are
those of the public router, so a client needs only another base.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from hubnb.server.bodies import read_body
from hubnb.server.call import Call, guarded, route
from hubnb.server.inference import CHAT_TASKS, TASKS, Made, Question, refuse, sample_answer
from hubnb.server.inference_chat import chat, chat_events, generation, generation_events
from hubnb.server.inference_models import TASKS as RUN_TASKS
from hubnb.server.inference_models import LoadedModels, missing_packages
from hubnb.server.repositories import Repository
from hubnb.server.wire import HubProblem, json_response

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.requests import Request

_MAX_BYTES = 32 << 20
_SAMPLE = {"X-Compute-Type": "sample"}
_PERMISSION = "inference.serverless.write"
_FILE_TASKS = ("image", "audio", "automatic", "object", "visual", "document", "zero-shot-image")
_loaded = LoadedModels()


def check_permission(call: Call) -> None:
    """Refuse a fine-grained token whose owner did not tick the box for inference."""
    caller = call.caller
    if caller.scopes is not None and not caller.scopes.allows({_PERMISSION}, caller.name or ""):
        message = "This token does not have sufficient permissions to call Inference Providers on behalf of its user."
        raise HubProblem(403, message)


def task_of(call: Call) -> str | None:
    """Return the task of the model in the path."""
    return call.hub.description(call.repo, call.git.resolve("main")).get("pipeline_tag")


def mapping_of(repo_id: str, pipeline_tag: str | None, *, runnable: bool) -> dict[str, Any]:
    """Return who serves a model here, as an info answer has it."""
    if pipeline_tag not in TASKS:
        return {}
    task = "conversational" if pipeline_tag in CHAT_TASKS else pipeline_tag
    entry = {"status": "live", "providerId": repo_id, "task": task}
    local = runnable and pipeline_tag in RUN_TASKS and not missing_packages()
    return {"hf-inference": entry, **({"local": entry} if local else {})}


def _asked(call: Call, content: bytes, task: str) -> Question:
    kind = call.request.headers.get("content-type", "")
    body: Any = None
    if content[:1] in (b"{", b"[") or "json" in kind:
        try:
            body = json.loads(content)
        except (ValueError, RecursionError):
            if "json" in kind:
                refuse("The body is not valid JSON.")  # else it is a file that begins like JSON
    if not isinstance(body, dict):
        return Question(task, data=content or None, labels=_labels(call))
    parameters = body.get("parameters") or {}
    if not isinstance(parameters, dict):
        refuse("parameters must be an object.")
    inputs = body.get("inputs")
    return Question(task, inputs, parameters, _file_in(body, inputs, task), body, _labels(call))


def _file_in(body: dict[str, Any], inputs: Any, task: str) -> bytes | None:
    found = inputs.get("image") if isinstance(inputs, dict) else body.get("image") or inputs
    if not isinstance(found, str) or not task.startswith(_FILE_TASKS):
        return None
    try:
        return base64.b64decode(found.partition(",")[2] if found.startswith("data:") else found, validate=True)
    except (ValueError, binascii.Error):
        refuse("The file must be base64.")


def _labels(call: Call) -> list[str]:
    """Return the labels that the model's config names."""
    commit = call.git.resolve("main")
    entry = call.snapshot(commit).file("config.json")
    if entry is None or entry.pointer is not None or entry.size > 1 << 20:
        return []
    try:
        config = json.loads(call.git.blob(entry.oid))
    except (ValueError, RecursionError):
        return []
    named = config.get("id2label") if isinstance(config, dict) else None
    return [str(label) for label in named.values()] if isinstance(named, dict) else []


def _respond(call: Call, content: bytes) -> Response:
    check_permission(call)
    call.repo_for_reading()
    task = call.parameters.get("task") or task_of(call)
    if task is None:
        raise HubProblem(400, f"{call.repo.full_name} does not say what task it is for: its card needs a pipeline_tag.")
    if call.parameters.get("provider") == "local":
        body = _asked(call, content, task).body
        return json_response(_loaded.answer(call, task, body), headers={"X-Compute-Type": "cpu"})
    question = _asked(call, content, task)
    if task in {*CHAT_TASKS, "text2text-generation"}:
        prompt = question.text()
        if question.body.get("stream"):
            return _events(generation_events(prompt, question.parameters), done=False)
        return json_response(generation(prompt, question.parameters), headers=_SAMPLE)
    answer = sample_answer(question)
    if isinstance(answer, Made):
        return Response(answer.content, media_type=answer.media_type, headers=_SAMPLE)
    return json_response(answer, headers=_SAMPLE)


def _respond_chat(call: Call, content: bytes) -> Response:
    check_permission(call)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        refuse("The body must be a JSON object.")
    if "name" not in call.parameters:  # the router names the model in the body: owner/name:provider
        namespace, _, name = str(body.get("model") or "").partition(":")[0].partition("/")
        call.parameters.update(namespace=namespace, name=name)
    if task_of_visible(call) not in CHAT_TASKS:
        raise HubProblem(400, f"{call.repo.full_name} is not a chat model.")
    if body.get("stream"):
        return _events(chat_events(body), done=True)
    return json_response(chat(body), headers=_SAMPLE)


def task_of_visible(call: Call) -> str | None:
    """Return the task of a model that the caller may read."""
    call.repo_for_reading()
    return task_of(call)


def _events(events: Iterator[dict[str, Any]], *, done: bool) -> Response:
    first = next(events, None)  # a refusal shows before the status is sent

    def lines() -> Iterator[str]:
        if first is not None:
            yield f"data:{json.dumps(first)}\n\n"
        for event in events:
            yield f"data:{json.dumps(event)}\n\n"
        if done:
            yield "data: [DONE]\n\n"

    headers = {**_SAMPLE, "Cache-Control": "no-cache"}
    return StreamingResponse(lines(), media_type="text/event-stream", headers=headers)


def _asking(respond: Any) -> Any:
    async def handle(request: Request) -> Response:
        call = Call(request)
        content = await read_body(request, _MAX_BYTES)
        return await run_in_threadpool(respond, call, content)

    return guarded(handle)


def models(call: Call) -> dict[str, Any]:
    """List the chat models, as OpenAI's API does."""
    rows = call.hub.database.all("SELECT * FROM repos WHERE type = 'model' AND private = 0 ORDER BY id LIMIT 1000")
    found = []
    for repo in map(Repository.of, rows):
        commit = repo.described_sha
        if commit and call.hub.description(repo, commit).get("pipeline_tag") in CHAT_TASKS:
            found.append({"id": repo.full_name, "object": "model", "owned_by": repo.namespace})
    return {"object": "list", "data": found}


def info(call: Call) -> dict[str, Any]:
    """Say what stands behind an address."""
    task = task_of_visible(call)
    return {"model_id": call.repo.full_name, "model_pipeline_tag": task, "version": "sample", "sha": None}


def health(call: Call) -> Response:
    """Say that a model answers."""
    task_of_visible(call)
    return Response(b"", 200)


def tasks(call: Call) -> dict[str, Any]:
    """Name a model for each task: the one changed last."""
    rows = call.hub.database.all(
        "SELECT * FROM repos WHERE type = 'model' AND private = 0 ORDER BY modified_at DESC LIMIT 1000"
    )
    found: dict[str, dict[str, Any]] = {task: {"id": task, "widgetModels": []} for task in TASKS}
    for repo in map(Repository.of, rows):
        task = call.hub.description(repo, repo.described_sha).get("pipeline_tag") if repo.described_sha else None
        if task in found and not found[task]["widgetModels"]:
            found[task]["widgetModels"].append(repo.full_name)
    return found


_BASE = "/api/inference"
_MODEL = "models/{namespace:part}/{name:part}"
ROUTES = [
    Route("/api/tasks", route(tasks)),
    Route(f"{_BASE}/v1/models", route(models)),
    Route(f"{_BASE}/v1/chat/completions", _asking(_respond_chat), methods=["POST"]),
    Route(f"{_BASE}/pipeline/{{task:part}}/{{namespace:part}}/{{name:part}}", _asking(_respond), methods=["POST"]),
    *(
        entry
        for start in (_BASE, f"{_BASE}/{{provider:part}}")
        for entry in (
            Route(f"{start}/{_MODEL}", _asking(_respond), methods=["POST"]),
            Route(f"{start}/{_MODEL}/pipeline/{{task:part}}", _asking(_respond), methods=["POST"]),
            Route(f"{start}/{_MODEL}/v1/chat/completions", _asking(_respond_chat), methods=["POST"]),
            Route(f"{start}/{_MODEL}/info", route(info)),
            Route(f"{start}/{_MODEL}/health", route(health)),
        )
    ),
    Route(f"{_BASE}/{{provider:part}}/v1/chat/completions", _asking(_respond_chat), methods=["POST"]),
]
