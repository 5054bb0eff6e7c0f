"""Requests and replies, and what a panel refuses."""

from __future__ import annotations

import logging

import ipywidgets
import pytest

from hubnb.client.errors import HubUnreachableError
from hubnb.panels import base
from hubnb.panels.base import Core, Panel, handler
from hubnb.panels.frontend import FrontEnd
from hubnb.panels.record import Record


class Probe(Panel):
    """A panel with one action of each kind."""

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


def test_bundle_is_only_in_the_core(probe: Probe) -> None:
    assert len(probe.get_state()["_esm"]) < 1000
    assert len(Core.shared().get_state()["_esm"]) > 10_000


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
