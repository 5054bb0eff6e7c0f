"""Requests and replies, and what a panel refuses."""

from __future__ import annotations

import logging
import threading

import ipywidgets
import pytest

from hubnb.client.errors import HubUnreachableError
from hubnb.panels import base
from hubnb.panels.base import Buffers, Bundle, Core, Panel, handler, slow_handler
from hubnb.panels.frontend import FrontEnd
from hubnb.panels.language import set_language
from hubnb.panels.record import Record

GATES: dict[object, threading.Event] = {}


class Probe(Panel):
    """A panel with one action of each kind."""

    kind = "progress"
    later = ("login",)

    @handler
    def picture(self) -> Buffers:
        return Buffers({"type": "image/png"}, [b"\x89PNG"])

    @slow_handler
    def ask_the_hub(self, gate: object) -> str:
        return f"answered after {GATES[gate].wait(30)}"

    @handler
    def double(self, number: int) -> int:
        return 2 * number

    @handler
    def unreachable(self) -> None:
        raise HubUnreachableError("Can't reach hub.test. The name is not known. Check HF_ENDPOINT.")

    @handler
    def broken(self) -> None:
        raise ValueError("hf_secretsecretsecret")

    def unmarked(self) -> None:
        raise AssertionError("must not be reachable")


@pytest.fixture
def probe() -> Probe:
    return Probe()


def test_handler_answers_once_with_its_result(probe: Probe, wire) -> None:
    assert wire(probe).ask("double", number=21)["result"] == 42


def test_error_of_hubnb_is_the_reply_in_its_own_words(probe: Probe, wire) -> None:
    error = wire(probe).ask("unreachable")["error"]
    assert error == {"title": "Can't reach hub.test", "text": "The name is not known. Check HF_ENDPOINT."}


def test_unexpected_error_is_a_plain_sentence_and_is_logged(probe: Probe, wire, caplog) -> None:
    with caplog.at_level(logging.ERROR):
        reply = wire(probe).ask("broken")
    assert "result" not in reply
    assert "secret" not in str(reply)
    assert reply["error"]["title"] == "Something in hubnb went wrong"
    assert caplog.records[0].exc_info


@pytest.mark.parametrize("method", ["unmarked", "close", "_call", "record", "__init__", "nothing", None, 7, ["x"]])
def test_only_handlers_can_be_called(probe: Probe, wire, method) -> None:
    assert "error" in wire(probe).ask(method)
    assert probe.comm is not None


def test_wrong_parameters_are_answered_with_an_error(probe: Probe, wire) -> None:
    assert "error" in wire(probe).ask("double", wrong=1)
    assert "error" in wire(probe).ask("double")


@pytest.mark.parametrize("message", ["text", None, {"other": 1}, {"hubnb": "reply", "id": "1"}])
def test_messages_of_others_are_left_alone(probe: Probe, wire, message) -> None:
    browser = wire(probe)
    probe._handle_custom_msg(message, [])
    assert browser.sent == []


def test_unknown_argument_of_a_panel_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"has no colour\. It takes: .*layout"):
        Probe(colour="red")


def test_panels_share_one_core() -> None:
    assert Probe().core is Probe().core


def test_core_is_made_again_after_all_widgets_were_closed() -> None:
    first = Core.shared()
    first.close()
    assert Core.shared() is not first
    assert Core.shared().comm is not None


def test_code_is_only_in_the_core_and_in_one_widget_of_each_kind(probe: Probe) -> None:
    assert len(probe.get_state()["_esm"]) < 1000
    assert len(Core.shared().get_state()["_esm"]) > 10_000
    assert probe.bundle is Probe().bundle is Bundle.shared("progress")
    assert Bundle.shared("login") is not probe.bundle
    probe.bundle.close()
    assert Bundle.shared("progress").comm is not None


def test_bytes_travel_beside_the_reply(probe: Probe, wire) -> None:
    browser = wire(probe)
    assert browser.ask("picture")["result"] == {"type": "image/png"}
    assert browser.buffers == [[b"\x89PNG"]]


def test_slow_handler_holds_nobody_up(probe: Probe, wire) -> None:
    browser = wire(probe)
    GATES["slow"] = threading.Event()
    probe._handle_custom_msg({"hubnb": "request", "id": "s", "method": "ask_the_hub", "params": {"gate": "slow"}}, [])
    assert browser.ask("double", number=2)["result"] == 4
    GATES["slow"].set()
    assert browser.wait_for_reply("s")["result"] == "answered after True"
    probe._handle_custom_msg({"hubnb": "request", "id": "e", "method": "ask_the_hub", "params": {"gate": "none"}}, [])
    assert "error" in browser.wait_for_reply("e")


def test_code_that_comes_later_is_only_what_the_panel_lists(probe: Probe, wire) -> None:
    assert wire(probe).ask("code", name="login")["result"] == base.bundle("login.js")
    assert "error" in wire(probe).ask("code", name="../../secrets")
    assert "error" in wire(probe).ask("code", name="core")


def test_language_is_that_of_all_panels_now_and_later(monkeypatch) -> None:
    monkeypatch.setattr("hubnb.panels.language._chosen", None)
    core = Core.shared()
    set_language("de")
    assert core.language == "de"
    core.close()
    assert Core.shared().language == "de"
    set_language(None)
    assert Core.shared().language == ""
    with pytest.raises(ValueError, match=r"don't speak 'tlh'\. They speak: en, fr, de, zh"):
        set_language("tlh")


def test_panel_sends_no_setting_of_ipywidgets_that_is_not_set(probe: Probe) -> None:
    assert not {"tooltip", "tabbable", "_view_count"} & set(probe.get_state())
    assert "width" not in probe.layout.get_state()


def test_layout_can_be_set_and_the_panel_put_into_a_box(probe: Probe) -> None:
    probe.layout.width = "50%"
    assert probe.layout.get_state()["width"] == "50%"
    assert ipywidgets.VBox([probe]).children == (probe,)


def test_missing_bundle_says_how_to_build_it(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(base, "_STATIC", tmp_path)
    with pytest.raises(FileNotFoundError, match="npm --prefix js run build"):
        base.bundle("core.js")


def test_panel_where_nobody_looks_opens_no_comm_and_a_box_holds_plain_html(monkeypatch) -> None:
    monkeypatch.setattr(base, "front_end", lambda: FrontEnd.BATCH)
    monkeypatch.setattr(base.Core, "_shared", None)
    monkeypatch.setattr(Probe, "record", lambda self: Record("Probed"))
    probe = Probe()
    assert isinstance(probe.comm, base.MuteComm)
    assert isinstance(probe.layout.comm, base.MuteComm)
    assert isinstance(probe.core.comm, base.MuteComm)
    box = ipywidgets.VBox([probe])
    (reference,) = box.get_state()["children"]
    assert reference == f"IPY_MODEL_{probe._stand_in.model_id}"
    assert "Probed" in probe._stand_in.value


def test_news_that_come_while_the_panel_is_displayed_reach_the_record(monkeypatch) -> None:
    shown: list[dict] = []
    outcome = ["Checking"]

    def display_while_a_worker_finishes(data: dict, **_kwargs) -> None:
        shown.append(data)
        outcome[0] = "Signed in"
        probe.update_record(final=True)

    monkeypatch.setattr(Probe, "record", lambda self: Record(outcome[0]))
    monkeypatch.setattr("hubnb.panels.record.display", display_while_a_worker_finishes)
    monkeypatch.setattr("hubnb.panels.record.update_display", lambda data, **_kwargs: shown.append(data))
    probe = Probe()
    probe._ipython_display_()
    assert "signed in" in shown[-1]["text/plain"]
