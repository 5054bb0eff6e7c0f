"""What a person sees and what the notebook keeps when signing in."""

# ruff: noqa: RUF001 - the words of the panel, with the apostrophe they have there

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    import hubnb

    from .conftest import OpenNotebook
    from .notebook_page import Notebook

LOGIN = "import hubnb\nhubnb.login()"
CANARY = "hf_CanaryCanaryCanaryCanaryCanary00"


def panel(notebook: Notebook, index: int = 0):
    return notebook.out(index).locator(".hubnb-panel")


def sign_in(notebook: Notebook, token: str, index: int = 0) -> None:
    field = panel(notebook, index).get_by_label("Token", exact=True)
    field.fill(token)
    field.press("Enter")


@pytest.mark.parametrize("app", ["lab", "notebook"])
def test_typed_token_signs_in_and_is_in_no_frame_and_no_file(
    app: str, open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str
) -> None:
    notebook = open_notebook([setup + LOGIN], app=app)
    notebook.run_cell(0)
    sign_in(notebook, hub.token)
    expect(panel(notebook).get_by_role("heading", name="Account")).to_be_visible()
    expect(panel(notebook).get_by_text("in use", exact=True)).to_have_count(1)
    assert notebook.kernel_eval("hubnb.get_token()") == hub.token
    assert notebook.meter.received_with(hub.token) == []
    expect(notebook.out(0).locator(".hubnb-rec")).to_contain_text("Signed in")
    saved = notebook.save()
    assert hub.token not in saved
    assert f"as {hub.user}" in saved


def test_token_that_is_typed_but_not_sent_is_not_saved(open_notebook: OpenNotebook, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN])
    notebook.run_cell(0)
    panel(notebook).get_by_label("Token", exact=True).fill(CANARY)
    assert CANARY not in notebook.save()
    assert notebook.meter.received_with(CANARY) == []


def test_refused_token_is_put_back_selected_and_says_why(open_notebook: OpenNotebook, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN])
    notebook.run_cell(0)
    sign_in(notebook, CANARY)
    alert = panel(notebook).get_by_role("alert")
    expect(alert).to_contain_text("did not accept this token")
    expect(alert).to_contain_text("Nothing was stored")
    field = panel(notebook).get_by_label("Token", exact=True)
    expect(field).to_have_value(CANARY)
    expect(field).to_be_focused()
    assert field.evaluate("e => e.selectionEnd - e.selectionStart") == len(CANARY)
    assert notebook.meter.received_with(CANARY) == []
    assert CANARY not in notebook.save()


def test_unreachable_hub_is_said_with_its_name(open_notebook: OpenNotebook, setup: str) -> None:
    notebook = open_notebook([setup + "import hubnb\nhubnb.login(endpoint='http://127.0.0.1:9')"])
    notebook.run_cell(0)
    sign_in(notebook, CANARY)
    expect(panel(notebook).get_by_role("alert")).to_contain_text("Can’t reach 127.0.0.1:9")


def test_signing_out_shows_the_form_again(open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN])
    notebook.run_cell(0)
    sign_in(notebook, hub.token)
    panel(notebook).get_by_role("button", name="Sign out").click()
    expect(panel(notebook).get_by_role("heading", name="Sign in", exact=True)).to_be_visible()
    assert notebook.kernel_eval("hubnb.get_token()") is None


def test_second_panel_costs_less_than_8_kilobytes(open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN, "hubnb.login()"])
    notebook.run_cell(0)
    sign_in(notebook, hub.token)
    expect(panel(notebook).get_by_role("heading", name="Account")).to_be_visible()
    notebook.meter.reset()
    notebook.run_cell(1)
    expect(panel(notebook, 1).get_by_role("heading", name="Account")).to_be_visible()
    assert notebook.meter.bytes_received() < 8000


@pytest.mark.parametrize("app", ["lab", "notebook"])
@pytest.mark.parametrize("target", ["button", "field"])
def test_notebook_shortcuts_pressed_in_the_panel_leave_the_cells_alone(
    app: str, target: str, open_notebook: OpenNotebook, setup: str
) -> None:
    notebook = open_notebook([setup + LOGIN, "1 + 1", "2 + 2"], app=app)
    notebook.run_cell(0)
    focus = {"button": panel(notebook).get_by_role("button", name="Look again")}
    focus["field"] = panel(notebook).get_by_label("Token", exact=True)
    focus[target].focus()
    for key in ["a", "b", "x", "d", "d", "ArrowDown", "ArrowUp", "Shift+M", "Control+Enter", "Shift+Enter"]:
        notebook.page.keyboard.press(key)
    expect(focus[target]).to_be_focused()
    assert notebook.cell_count() == 3
    assert notebook.outputs(1) == []


def test_control_s_in_the_panel_saves_the_notebook(open_notebook: OpenNotebook, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN])
    notebook.run_cell(0)
    panel(notebook).get_by_role("button", name="Look again").focus()
    notebook.page.keyboard.press("Control+s")
    notebook.poll("return !panel.context.model.dirty", "saved")
    assert "hubnb-rec" in notebook.path.read_text()


def test_escape_gives_the_focus_back_to_the_cell(open_notebook: OpenNotebook, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN])
    notebook.run_cell(0)
    panel(notebook).get_by_role("button", name="Look again").focus()
    notebook.page.keyboard.press("Escape")
    notebook.poll("return !document.activeElement.closest('.hubnb-panel')", "focus left the panel")


def test_kernel_restart_is_said_on_the_next_click(open_notebook: OpenNotebook, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN])
    notebook.run_cell(0)
    panel(notebook).get_by_role("button", name="Look again").wait_for()
    notebook.restart_kernel()
    panel(notebook).get_by_role("button", name="Look again").click()
    expect(panel(notebook).get_by_role("alert")).to_contain_text("The kernel was restarted")
    expect(panel(notebook).get_by_role("heading", name="Paste a token")).to_be_visible()


def test_exception_in_a_handler_is_shown_in_the_panel(open_notebook: OpenNotebook, setup: str) -> None:
    breaks = (
        "from hubnb.panels.login import LoginPanel\n"
        "def broken(self): raise ValueError('not for the eyes of users')\n"
        "LoginPanel._look = broken"
    )
    notebook = open_notebook([setup + LOGIN, breaks])
    notebook.run_cell(0)
    notebook.run_cell(1)
    panel(notebook).get_by_role("button", name="Look again").click()
    alert = panel(notebook).get_by_role("alert")
    expect(alert).to_contain_text("Something in hubnb went wrong")
    expect(alert).not_to_contain_text("not for the eyes of users")


def test_login_answers_while_another_cell_runs(open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN, "import time\nwhile not hubnb.get_token(): time.sleep(0.05)"])
    notebook.run_cell(0)
    panel(notebook).get_by_label("Token", exact=True).wait_for()
    notebook.start_cell(1)
    sign_in(notebook, hub.token)
    expect(panel(notebook).get_by_role("heading", name="Account")).to_be_visible()
    notebook.wait_cell(1)


def test_panel_survives_a_page_reload(open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN], own_page=True)
    notebook.run_cell(0)
    sign_in(notebook, hub.token)
    expect(panel(notebook).get_by_role("heading", name="Account")).to_be_visible()
    notebook.save()
    notebook.reload()
    notebook.wait_kernel()
    expect(panel(notebook).get_by_role("heading", name="Account")).to_be_visible()
    panel(notebook).get_by_role("button", name="Sign out").click()
    expect(panel(notebook).get_by_role("heading", name="Sign in", exact=True)).to_be_visible()


def test_panel_works_inside_a_box_of_ipywidgets(open_notebook: OpenNotebook, hub: hubnb.LocalHub, setup: str) -> None:
    box = (
        "import ipywidgets\nfrom hubnb.panels.login import LoginPanel\npanel = LoginPanel()\nseen = []\n"
        "panel.observe(lambda change: seen.append(change.new), 'user')\n"
        "ipywidgets.HBox([ipywidgets.Label('beside'), panel])"
    )
    notebook = open_notebook([setup + box])
    notebook.run_cell(0)
    sign_in(notebook, hub.token)
    expect(panel(notebook).get_by_role("heading", name="Account")).to_be_visible()
    assert panel(notebook).bounding_box()["width"] > 500
    assert notebook.kernel_eval("(seen[-1], setattr(panel.layout, 'width', '300px'))[0]") == hub.user
    expect(panel(notebook)).to_have_css("width", "300px")
    models = json.loads(notebook.save())["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]
    assert not [one for one in models["state"].values() if one["model_module"] == "anywidget"]


def test_login_returns_at_once(open_notebook: OpenNotebook, setup: str) -> None:
    notebook = open_notebook([setup + LOGIN, "'next'"])
    notebook.run_cell(0)
    notebook.run_cell(1)
    assert notebook.text(1) == "'next'"
