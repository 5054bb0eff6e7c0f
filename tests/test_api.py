"""`HfApi` itself; what its methods do is tested where they live."""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import hubnb

if TYPE_CHECKING:
    import pytest


def test_background_calls_run_one_after_the_other_and_give_their_results() -> None:
    api = hubnb.HfApi()
    gate = threading.Event()
    order: list[str] = []
    first = api.run_as_future(lambda: gate.wait(10) and order.append("first"))
    second = api.run_as_future(lambda word: (order.append(word), word)[1], "second")
    assert not second.done()
    gate.set()
    assert second.result(10) == "second"
    first.result(10)
    assert order == ["first", "second"]


def test_api_that_works_in_the_background_can_be_copied_to_another_process() -> None:
    api = hubnb.HfApi(endpoint="http://localhost:1", token="hf_secret")
    api.run_as_future(lambda: None).result(10)
    copy = pickle.loads(pickle.dumps(api))
    assert (copy.endpoint, copy.token) == ("http://localhost:1", "hf_secret")


def test_token_of_the_object_reaches_functions_that_hand_their_keywords_on(
    hub: hubnb.LocalHub, api: hubnb.HfApi, repo_id: str
) -> None:
    api.update_repo_settings(repo_id, private=True)
    api.upload_file(path_or_fileobj=b"x", path_in_repo="folder/x.txt", repo_id=repo_id)
    api.delete_file("folder/x.txt", repo_id)
    assert api.list_repo_files(repo_id) == [".gitattributes"]
    assert api.whoami(hub.token)["name"] == "me"
    assert hubnb.HfApi(hub.endpoint, token=False).whoami(hub.token)["name"] == "me"


def test_methods_can_be_replaced_and_are_loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubnb.HfApi, "get_webhook", lambda self, name: name)
    assert hubnb.HfApi().get_webhook("mine") == "mine"
    monkeypatch.undo()
    assert hubnb.HfApi.get_webhook is hubnb.HfApi.get_webhook
    assert "Give one webhook" in (hubnb.HfApi.get_webhook.__doc__ or "")


def test_api_is_there_before_its_rooms_are_loaded() -> None:
    code = "import sys; from hubnb import HfApi; HfApi(); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"requests", "urllib3", "hubnb.client.http", "hubnb.transfer"} & set(loaded)
