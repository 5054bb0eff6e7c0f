"""Trying models: what the panel sends, what it keeps to itself, and how it says what went wrong."""

from __future__ import annotations

import base64
import io
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

import hubnb
from hubnb.inference.mapping import forget_mappings
from hubnb.panels import try_files
from hubnb.panels.try_model import TryPanel
from hubnb.panels.try_tasks import TASKS, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server import LocalHub

CANARY = "canary sentence nobody else may read"


@pytest.fixture
def model(hub: LocalHub, api: hubnb.HfApi, repo_id: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Make a model of a task, on the Hub that the environment names."""
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    monkeypatch.setenv("HF_TOKEN", hub.token)
    forget_mappings()

    def make(task: str) -> str:
        card = f"---\npipeline_tag: {task}\n---\n".encode()
        api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=repo_id)
        return repo_id

    return make


def ready(repo_id: Any, **options: Any) -> TryPanel:
    panel = TryPanel(repo_id, **options)
    panel.settle(30)
    return panel


def run(panel: TryPanel, browser: Any, number: int = 1, **given: Any) -> list[dict[str, Any]]:
    """Run, wait for the end, and give the news of that run."""
    reply = browser.ask("run", given=given, number=number)
    assert reply.get("result") == {"number": number}, reply
    panel.settle(30)
    return [one for one in browser.replies if one.get("hubnb") == "try" and one["number"] == number]


def test_the_hub_says_what_to_give_and_where_it_runs(model: Any) -> None:
    panel = ready(model("question-answering"))
    assert (panel.phase, panel.task, panel.fields) == ("ready", "question-answering", ["question", "context"])
    assert (panel.place, [one["id"] for one in panel.places]) == ("hf-inference", ["hf-inference", "kernel"])
    assert panel.endpoint["local"]


def test_what_is_typed_is_in_messages_only(model: Any, wire: Any) -> None:
    panel = ready(model("text-classification"))
    browser = wire(panel)
    (news,) = run(panel, browser, text=CANARY)
    assert (news["what"], news["view"], news["place"]) == ("answer", "labels", "hf-inference")
    assert {row["label"] for row in news["data"]} == {"POSITIVE", "NEGATIVE"}
    assert json.loads(news["json"]) == news["data"]
    assert news["ms"] > 0
    assert CANARY not in json.dumps(browser.states) + json.dumps(panel.get_state(), default=str)
    assert CANARY not in panel.record().html() + panel.record().text()
    assert "at hf-inference" in panel.record().text()


def test_a_chat_comes_in_pieces_and_says_how_fast(model: Any, wire: Any) -> None:
    panel = ready(model("text-generation"))
    assert (panel.task, panel.fields, panel.place) == ("conversational", ["messages"], "hf-inference")
    browser = wire(panel)
    *pieces, last = run(panel, browser, messages=[{"role": "user", "content": CANARY}])
    assert last["view"] == "chat"
    assert CANARY in last["data"]
    assert all(last["data"].startswith(piece["text"]) for piece in pieces)
    assert last["first_ms"] is not None


def test_stop_answers_at_once_and_the_late_answer_is_not_shown(model: Any, wire: Any, hub: LocalHub) -> None:
    panel = ready(model("text-generation"))
    browser = wire(panel)
    hub.faults.stall("POST *", after_bytes=600)
    browser.ask("run", given={"messages": [{"role": "user", "content": "hi"}]}, number=7)
    assert panel.phase == "running"
    assert browser.ask("stop")["result"] is None
    assert panel.phase == "ready"
    panel.settle(30)  # the connection was closed, so the worker has ended though the Hub has not
    assert not [one for one in browser.replies if one.get("what") in ("answer", "trouble")]


@pytest.mark.parametrize(
    ("task", "given", "said"),
    [
        ("text-classification", {"text": "  "}, "There is no text yet"),
        ("zero-shot-classification", {"text": "a", "labels": "one"}, "at least 2 labels"),
        ("image-classification", {}, "There is no image yet"),
        ("table-question-answering", {"table": "a,b", "question": "x"}, "A table needs a line with the names"),
        ("sentence-similarity", {"sentence": "a", "sentences": ""}, "at least 1 sentence"),
    ],
)
def test_what_is_missing_is_said_before_anything_is_sent(
    model: Any, wire: Any, hub: LocalHub, task: str, given: dict[str, str], said: str
) -> None:
    panel = ready(model(task), task=task)
    reply = wire(panel).ask("run", given=given, number=1)
    assert said in f"{reply['error']['title']}. {reply['error']['text']}"
    assert panel.phase == "ready"
    assert not [one for one in hub.requests if one.path.startswith("/api/inference")]


def test_a_file_comes_in_parts_and_is_what_the_model_gets(model: Any, wire: Any) -> None:
    panel = ready(model("image-classification"))
    browser = wire(panel)
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), "red").save(buffer, "PNG")
    parts = [buffer.getvalue()[:50], buffer.getvalue()[50:]]
    for at, part in enumerate(parts):
        data = base64.b64encode(part).decode()
        browser.ask("put_file", field="image", data=data, first=at == 0, last=at == 1)
    (news,) = run(panel, browser)
    assert news["view"] == "labels"
    assert browser.ask("drop_file", field="image")["result"] is None
    assert "There is no image" in browser.ask("run", given={}, number=2)["error"]["title"]


def test_a_file_that_is_too_large_is_refused(model: Any, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(try_files, "MAX_FILE_BYTES", 1000)
    browser = wire(ready(model("image-classification")))
    data = base64.b64encode(b"x" * 1001).decode()
    assert "larger than" in browser.ask("put_file", field="image", data=data, first=True, last=True)["error"]["title"]


def test_an_image_that_was_made_travels_as_bytes_and_into_a_variable(
    model: Any, wire: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    space: dict[str, Any] = {}
    monkeypatch.setattr(try_files, "_namespace", lambda: space)
    panel = ready(model("text-to-image"))
    browser = wire(panel)
    (news,) = run(panel, browser, prompt="hills")
    assert (news["view"], news["data"]["width"]) == ("image", 64)
    assert browser.buffers[-1][0].startswith(b"\x89PNG")
    assert browser.ask("into_variable", name="picture")["result"] == "picture"
    assert space["picture"].size == (64, 64)
    assert "can't name a variable" in browser.ask("into_variable", name="no name")["error"]["title"]


def test_variables_that_fit_are_offered_and_taken(model: Any, wire: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    space = {"photo": Image.new("RGB", (2, 2)), "text": "x", "table": {"a": [1, 2]}, "_hidden": Image.new("L", (1, 1))}
    monkeypatch.setattr(try_files, "_namespace", lambda: space)
    browser = wire(ready(model("image-classification")))
    assert browser.ask("list_variables", field="image")["result"] == ["photo"]
    assert browser.ask("list_variables", field="table")["result"] == ["table"]
    assert browser.ask("use_variable", field="image", name="photo")["result"] == {"name": "photo"}
    assert browser.buffers[-1][0].startswith(b"\x89PNG")
    assert browser.ask("use_variable", field="table", name="table")["result"]["rows"] == 2
    assert "no variable 'text'" in browser.ask("use_variable", field="image", name="text")["error"]["title"]


@pytest.mark.parametrize(
    ("status", "kind"), [(401, "token"), (402, "credits"), (403, "permission"), (404, "not_served"), (500, "failed")]
)
def test_what_went_wrong_has_a_kind_and_a_way_out(model: Any, wire: Any, hub: LocalHub, status: int, kind: str) -> None:
    panel = ready(model("text-classification"))
    hub.faults.fail("POST *", status, message="the provider's own words")
    (news,) = run(panel, wire(panel), text="hello")
    assert (news["what"], news["trouble"]["kind"], panel.phase) == ("trouble", kind, "ready")
    assert "the provider's own words" in news["trouble"]["details"]


def test_a_model_that_is_being_loaded_is_said_so(model: Any, wire: Any, hub: LocalHub) -> None:
    panel = ready(model("text-classification"))
    hub.faults.fail("POST *", 503, times=1, headers={"Retry-After": "0"}, message="Model is currently loading")
    loading, answer = run(panel, wire(panel), text="hello")
    assert (loading["what"], loading["expected_s"], answer["what"]) == ("loading", 20.0, "answer")


def test_a_model_that_is_not_there_is_said_and_looked_for_again(model: Any, wire: Any, hub: LocalHub) -> None:
    there = model("fill-mask")
    panel = ready("me/no-such-model")
    assert (panel.phase, panel.trouble and panel.trouble["kind"]) == ("lost", "missing")
    panel = TryPanel(there)
    hub.faults.fail("*/api/models/*", 404, times=1)
    panel.settle(30)
    wire(panel).ask("look_again")
    panel.settle(30)
    assert panel.phase == "ready"


def test_a_page_that_was_loaded_anew_gets_the_last_answer(model: Any, wire: Any) -> None:
    panel = ready(model("text-classification"))
    browser = wire(panel)
    (news,) = run(panel, browser, text="hello")
    again = browser.ask("recall")["result"]
    assert (again["given"], again["number"], again["news"]) == ({"text": "hello"}, 1, news)


def test_the_code_does_what_the_panel_does(model: Any, wire: Any) -> None:
    repo_id = model("text-classification")
    browser = wire(ready(repo_id))
    code = browser.ask("write_code", given={"text": 'say "hi"'})["result"]
    names: dict[str, Any] = {}
    *lines, last = code.splitlines()
    exec("\n".join(lines), names)
    assert last == 'client.text_classification("say \\"hi\\"")'
    assert eval(last, names)[0].label in ("POSITIVE", "NEGATIVE")


def test_a_function_of_ones_own_is_tried_in_this_kernel(wire: Any) -> None:
    def count(text: str) -> dict[str, float]:
        return {"words": 0.5, "letters": len(text) / 100}

    panel = ready(count)
    assert (panel.model, panel.fields, panel.phase) == ({"id": "count", "own": True}, ["text"], "ready")
    browser = wire(panel)
    (news,) = run(panel, browser, text="hello")
    assert (news["view"], news["data"][0]["label"]) == ("labels", "words")
    assert browser.ask("write_code", given={"text": "hello"})["result"] == 'count("hello")'
    assert "hubnb.try_model(count)" in panel.record().text()


def test_an_error_in_a_function_is_shown_and_the_panel_goes_on(wire: Any) -> None:
    def broken(text: str) -> str:
        message = "the vocabulary is missing"
        raise KeyError(message)

    panel = ready(broken)
    (news,) = run(panel, wire(panel), text="hello")
    assert (news["trouble"]["title"], "the vocabulary is missing" in news["trouble"]["text"]) == ("KeyError", True)
    assert panel.phase == "ready"


def test_a_newer_run_makes_an_older_answer_void(wire: Any) -> None:
    may_end = threading.Event()

    def slow(text: str) -> str:
        if text == "first":
            may_end.wait(30)
        return text

    panel = ready(slow)
    browser = wire(panel)
    browser.ask("run", given={"text": "first"}, number=1)
    older = panel._worker
    run(panel, browser, number=2, text="second")
    may_end.set()
    assert older is not None
    older.join(30)
    assert [one["data"] for one in browser.replies if one.get("what") == "answer"] == ["second"]


def test_what_is_neither_a_model_nor_a_function_is_refused() -> None:
    with pytest.raises(ValueError, match="not int"):
        TryPanel(3)  # pyright: ignore[reportArgumentType]


def test_every_task_has_a_method_and_an_answer_that_looks_odd_is_shown_as_json() -> None:
    for task in TASKS.values():
        assert hasattr(hubnb.InferenceClient, task.method)
    assert shown([{"nonsense": 1}], "labels", {}).view == "json"
