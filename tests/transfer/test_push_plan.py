"""What a plan says of tensors: names and forms from headers, contents from what this machine has."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from hubnb.transfer import tensors
from hubnb.transfer.tensors import TensorDigester, compare, parse_header

if TYPE_CHECKING:
    from pathlib import Path

    import hubnb
    from hubnb.server import LocalHub
    from hubnb.transfer import PushPlan


def save(path: Path, **values: tuple[str, list[int], bytes]) -> None:
    """Write the format by hand, as its page describes it."""
    path.parent.mkdir(exist_ok=True)
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, (dtype, shape, data) in values.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + len(data)]}
        end += len(data)
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + b"".join(data for _, _, data in values.values()))


def floats(count: int, fill: int) -> tuple[str, list[int], bytes]:
    return "F32", [count], bytes([fill]) * 4 * count


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "m" / "model.safetensors", same=floats(9, 1), gone=floats(3, 1), new_numbers=floats(9, 1),
         wider=floats(4, 1))  # fmt: skip
    return tmp_path / "m"


def change(folder: Path) -> None:
    save(folder / "model.safetensors", same=floats(9, 1), new_numbers=floats(9, 2), wider=floats(8, 1),
         added=floats(2, 1))  # fmt: skip


def planned(api: hubnb.HfApi, repo_id: str, folder: Path) -> tuple[PushPlan, dict[str, str]]:
    plan = api.upload_folder(repo_id=repo_id, folder_path=folder, dry_run=True)
    (file,) = plan.files
    return plan, {tensor.name: tensor.change for tensor in file.tensors}


EXPECTED = {"same": "same", "new_numbers": "contents", "wider": "form", "added": "added", "gone": "removed"}


def test_after_a_push_the_next_plan_says_which_tensors_changed(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path
) -> None:
    _, first = planned(api, repo_id, folder)
    assert set(first.values()) == {"added"}
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    change(folder)
    hub.requests.clear()
    plan, changes = planned(api, repo_id, folder)
    assert changes == EXPECTED
    text = str(plan)
    assert "~ wider  F32 [4] → F32 [8]" in text
    assert "1 with other contents" in text
    downloads = [request for request in list(hub.requests) if "/resolve/" in request.path]
    assert len(downloads) == 1  # the header


def test_contents_are_compared_with_the_cached_file(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, home: Path
) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    shutil.rmtree(home / "hubnb")
    api.hf_hub_download(repo_id, "model.safetensors")
    change(folder)
    hub.requests.clear()
    assert planned(api, repo_id, folder)[1] == EXPECTED
    assert not [request for request in list(hub.requests) if "/resolve/" in request.path]


def test_contents_nobody_can_compare_are_said_to_be_unknown(
    api: hubnb.HfApi, repo_id: str, folder: Path, home: Path
) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    shutil.rmtree(home / "hubnb")
    change(folder)
    plan, changes = planned(api, repo_id, folder)
    assert changes == {**EXPECTED, "same": "unknown", "new_numbers": "unknown"}
    assert "contents not compared" in str(plan)


def test_file_that_is_no_safetensors_is_planned_all_the_same(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    folder = tmp_path / "x"
    folder.mkdir()
    for content in (b"", b"1234567", b"\xff" * 100, (1 << 40).to_bytes(8, "little") + b"{}", b"\2" + b"\0" * 7 + b"[]"):
        (folder / "odd.safetensors").write_bytes(content)
        plan, changes = planned(api, repo_id, folder)
        assert changes == {}
        assert len(plan.files) == 1
        api.upload_folder(repo_id=repo_id, folder_path=folder)


def test_before_there_is_a_repository_everything_is_new(api: hubnb.HfApi, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"1234")
    (tmp_path / "b.bin").write_bytes(b"\0" * 20_000)
    plan = api.upload_folder(repo_id="me/not-made-yet", folder_path=tmp_path, dry_run=True)
    assert sorted((file.path, file.change) for file in plan.files) == [("a.txt", "added"), ("b.bin", "added")]
    assert (plan.head, plan.bytes_to_send) == (None, 20_004)
    assert "no such repository yet" in str(plan)
    assert not api.repo_exists("me/not-made-yet")


def test_table_escapes_names_of_strangers(api: hubnb.HfApi, repo_id: str, tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    for fill in (1, 2):
        save(tmp_path / "m" / "model.safetensors", **{evil: floats(3, fill), "line\nbreak": floats(1, fill)})
        (tmp_path / "m" / "<b>&.txt").write_text(str(fill))
        plan = api.upload_folder(repo_id=repo_id, folder_path=tmp_path / "m", dry_run=True)
        api.upload_folder(repo_id=repo_id, folder_path=tmp_path / "m")
    html = plan._repr_html_()
    assert "<img" not in html
    assert "<b>" not in html
    assert "&lt;img" in html
    assert "line\nbreak" not in str(plan)


@pytest.mark.parametrize("block", [1, 7, 64, 10_000])
def test_checksums_do_not_depend_on_how_the_bytes_come(tmp_path: Path, block: int) -> None:
    save(tmp_path / "m" / "x.safetensors", a=floats(100, 1), b=floats(0, 1), c=floats(37, 3))
    data = (tmp_path / "m" / "x.safetensors").read_bytes()
    digester = TensorDigester(len(data))
    for start in range(0, len(data), block):
        digester.update(memoryview(data)[start : start + block])
    found = parse_header(data[8 : 8 + int.from_bytes(data[:8], "little")], len(data))
    assert found is not None
    assert digester.digests() == {name: tensors.crc32(data[t.begin : t.end]) for name, t in found.items()}


@pytest.mark.parametrize(
    "fields",
    [{}, {"dtype": "F32", "shape": [1], "data_offsets": [0, 400]}, {"dtype": "F32", "shape": 1, "data_offsets": [0, 4]},
     {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}, []],
)  # fmt: skip
def test_header_that_lies_is_no_header(fields: Any) -> None:
    text = json.dumps({"x": fields}).encode()
    assert parse_header(text, len(text) + 20) is None
    assert compare({}, {}, lambda _: None) == ()
