"""`HfApi` itself; what its methods do is tested where they live."""

from __future__ import annotations

import pickle
import threading

import hubnb


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
