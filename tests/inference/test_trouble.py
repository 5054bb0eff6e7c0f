"""Models that load, servers that refuse, answers that don't come."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import pytest

from hubnb.client.errors import HfHubHTTPError, HubUnreachableError, OfflineModeIsEnabled
from hubnb.inference import InferenceClient, InferenceTimeoutError
from hubnb.inference.dialects import read_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubnb.server import LocalHub

CANARY = "hf_canarycanarycanary"
LOADING = "Model me/x is currently loading"


@pytest.fixture
def model(models: Callable[[str], str]) -> str:
    return models("text-classification")


def test_a_model_that_is_being_loaded_is_waited_for(client: InferenceClient, here: LocalHub, model: str) -> None:
    here.faults.fail("POST *", 503, times=2, headers={"Retry-After": "0"}, message=LOADING)
    assert client.text_classification("hello", model=model)
    assert [one.status for one in here.requests if one.method == "POST"] == [503, 503, 200]


def test_a_model_that_loads_too_long_is_a_timeout(here: LocalHub, model: str) -> None:
    here.faults.fail("POST *", 503, headers={"Retry-After": "5"}, message=LOADING)
    with pytest.raises(InferenceTimeoutError, match="was not ready within 2 s") as raised:
        InferenceClient(timeout=2).text_classification("hello", model=model)
    assert isinstance(raised.value, TimeoutError)
    assert raised.value.server_message == LOADING


def test_an_overloaded_server_is_asked_three_times(client: InferenceClient, here: LocalHub, model: str) -> None:
    here.faults.fail("POST *", 503, headers={"Retry-After": "0"}, message="No capacity")
    with pytest.raises(HfHubHTTPError, match=r"failed to answer.*No capacity"):
        client.text_classification("hello", model=model)
    assert len([one for one in here.requests if one.method == "POST"]) == 3


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "did not accept this token"),
        (402, "credits of this account are used up"),
        (403, "Allow it calls to Inference Providers"),
        (404, "does not serve model"),
        (422, "does not fit the task"),
        (424, "failed at"),
        (429, "too many requests"),
        (500, "Try again later"),
        (504, "took longer than"),
    ],
)
def test_an_error_says_what_to_do_and_what_the_server_said(
    client: InferenceClient, here: LocalHub, model: str, status: int, said: str
) -> None:
    here.faults.fail("POST *", status, message="the provider's own words")
    with pytest.raises(HfHubHTTPError, match=said) as raised:
        client.text_classification("hello", model=model)
    assert "the provider's own words" in str(raised.value)
    assert raised.value.status_code == status
    assert len([one for one in here.requests if one.method == "POST"]) == 1


def test_no_answer_in_time_is_a_timeout(here: LocalHub, model: str) -> None:
    client = InferenceClient(timeout=0.3)
    client.destination("text-classification", model)  # so that only the model is slow
    here.faults.stall("POST *")
    with pytest.raises(InferenceTimeoutError, match=r"did not answer within 0\.3 s"):
        client.text_classification("hello", model=model)


def test_nobody_there_is_said(here: LocalHub) -> None:
    with pytest.raises(HubUnreachableError, match="connection refused"):
        InferenceClient("http://127.0.0.1:9/models/x").fill_mask("[MASK]")


def test_offline_nothing_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(OfflineModeIsEnabled, match=r"nothing was sent to example\.test"):
        InferenceClient("http://example.test").fill_mask("[MASK]")


def test_an_answer_that_is_none_is_said() -> None:
    with pytest.raises(HfHubHTTPError, match=r"is not what hf-inference should give.*It begins with '<html>"):
        read_answer(b"<html>sign in</html>", "fill-mask", "hf-inference")


def test_a_token_is_in_no_error_and_no_repr(here: LocalHub, model: str) -> None:
    client = InferenceClient(model, provider="hf-inference", token=CANARY)
    with pytest.raises(HfHubHTTPError) as raised:
        client.text_classification("hello")
    shown = "".join(traceback.TracebackException.from_exception(raised.value, capture_locals=True).format())
    assert CANARY not in shown + repr(client) + repr(vars(raised.value.response.request))


def test_a_redirect_to_another_host_loses_the_token(here: LocalHub, model: str) -> None:
    import http.server
    import threading

    seen: list[str | None] = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.append(self.headers.get("Authorization"))
            if self.server.server_port == first.server_port:
                self.send_response(307)
                self.send_header("Location", f"http://localhost:{second.server_port}/there")
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"[]")

        def log_message(self, *_: object) -> None: ...

    first, second = (http.server.HTTPServer(("127.0.0.1", 0), Answer) for _ in range(2))
    threads = [threading.Thread(target=one.serve_forever) for one in (first, second)]
    for thread in threads:
        thread.start()
    try:
        client = InferenceClient(f"http://127.0.0.1:{first.server_port}/here", token="secret-key")
        assert client.fill_mask("[MASK]") == []
    finally:
        for one in (first, second):
            one.shutdown()
            one.server_close()
        for thread in threads:
            thread.join()
    assert seen == ["Bearer secret-key", None]
