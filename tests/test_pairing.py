"""The two halves of a panel: `js/<panel>/model.ts` names exactly the traits that `hubnb/panels/<panel>.py` syncs."""

from __future__ import annotations

import importlib
import inspect
import re
from pathlib import Path

import pytest

from hubnb.panels.base import Panel

JS = Path(__file__).parent.parent / "js"
PANELS = sorted(path.parent.name for path in JS.glob("*/model.ts") if path.parent.name != "shared")
HOST_TRAITS = {"layout", "tabbable", "tooltip"}


def panel_class(name: str) -> type[Panel]:
    module = importlib.import_module(f"hubnb.panels.{name}")
    (found,) = [
        one
        for one in vars(module).values()
        if inspect.isclass(one) and issubclass(one, Panel) and one.__module__ == module.__name__
    ]
    assert found.kind == name
    return found


def synced_traits(cls: type[Panel]) -> set[str]:
    names = set(cls.class_trait_names(sync=True))
    return {name for name in names - HOST_TRAITS if not name.startswith("_")}


def keys_of(path: Path, interface: str) -> set[str]:
    body = re.search(rf"export interface {interface}\b[^{{]*\{{(.*?)\n\}}", path.read_text(), re.DOTALL)
    assert body, f"{path} has no interface {interface}"
    return set(re.findall(r"^  (\w+)\??:", body.group(1), re.MULTILINE))


def test_every_panel_folder_has_its_module_and_the_other_way_round() -> None:
    modules = {path.stem for path in Path(inspect.getfile(Panel)).parent.glob("*.py") if "(Panel)" in path.read_text()}
    assert set(PANELS) == modules


def test_base_traits_are_named_alike() -> None:
    assert keys_of(JS / "shared" / "model.ts", "PanelModel") == synced_traits(Panel)


@pytest.mark.parametrize("name", PANELS)
def test_traits_are_named_alike(name: str) -> None:
    own = synced_traits(panel_class(name)) - synced_traits(Panel)
    assert keys_of(JS / name / "model.ts", f"{name.title().replace('_', '')}Model") == own


@pytest.mark.parametrize("name", PANELS)
def test_every_action_of_the_view_is_a_handler(name: str) -> None:
    source = "".join(path.read_text() for path in (JS / name).glob("*.tsx"))
    asked = set(re.findall(r"ask\('(\w+)'", source)) | set(re.findall(r"act\(job, '(\w+)'", source))
    handlers = {key for key, one in vars(panel_class(name)).items() if hasattr(one, "__hubnb_handler__")}
    assert asked <= handlers
    assert asked


def test_every_job_and_total_is_what_the_model_names() -> None:
    from hubnb.panels.board import Board, _job
    from hubnb.transfer.progress import FileProgress, TransferSnapshot, TransferState

    model = JS / "progress" / "model.ts"
    file = FileProgress("config.json", 10, 10, "done")
    snapshot = TransferSnapshot("1", "pull", "me/x", "model", "main", "http://h", TransferState.DONE, files=(file,))
    job = _job(snapshot, 5)
    assert set(job) == keys_of(model, "Job")
    assert set(job["files"][0]) == keys_of(model, "FileRow")
    assert set(Board().totals()) == keys_of(model, "Totals")
