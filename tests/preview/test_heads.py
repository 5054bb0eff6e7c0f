"""Looks into files of every kind, and what each costs."""

from __future__ import annotations

import json
import pickle
import struct
import zlib
from typing import TYPE_CHECKING

import pytest

from hubnb.client.hub import HubClient
from hubnb.client.repo_id import RepoId
from hubnb.preview import CachedSource, HubSource, preview_file
from hubnb.preview.gguf import LIMIT_BYTES
from hubnb.preview.tables import MissingReaderError
from hubnb.preview.tensors import UnreadableHeadError, read_safetensors_head

if TYPE_CHECKING:
    from pathlib import Path

    import hubnb

FIVE_GB = 5_000_000_000


class Bytes:
    """A file whose start is given, and whose rest is zeros that nobody should ask for."""

    def __init__(self, start: bytes, size: int | None = None) -> None:
        self._start = start
        self.size = len(start) if size is None else size
        self.bytes_read = 0

    def read(self, start: int, end: int) -> bytes:
        end = min(end, self.size)
        self.bytes_read += max(0, end - start)
        return (self._start[start:end]).ljust(max(0, end - start), b"\0")


def safetensors(tensors: dict[str, tuple[str, list[int], int]], **metadata: str) -> bytes:
    """Header of a safetensors file; each tensor is type, shape and bytes."""
    header: dict[str, object] = {"__metadata__": metadata} if metadata else {}
    offset = 0
    for name, (dtype, shape, size) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    body = json.dumps(header).encode()
    return struct.pack("<Q", len(body)) + body


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def gguf(pairs: list[bytes], tensors: list[bytes]) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs)) + b"".join(pairs) + b"".join(tensors)


def words(key: str, count: int) -> bytes:
    """A list of words, as tokenizers are kept."""
    return text(key) + struct.pack("<IIQ", 9, 8, count) + text("word") * count


def test_five_gigabytes_of_tensors_cost_less_than_200_kilobytes() -> None:
    each = FIVE_GB // 700
    head = safetensors({f"model.layers.{n}.weight": ("BF16", [each // 2], each) for n in range(700)}, format="pt")
    source = Bytes(head, FIVE_GB)
    look = preview_file(source, "model.safetensors")
    assert (look.kind, look.body["count"]) == ("tensors", 700)
    assert look.body["parameters"] == 700 * (each // 2)
    assert look.body["metadata"] == {"format": "pt"}
    assert source.bytes_read <= 200_000


def test_memory_is_what_the_tensors_take_and_half_of_it_where_floats_are_long() -> None:
    look = preview_file(Bytes(safetensors({"a": ("F32", [2, 3], 24), "b": ("I64", [2], 16)})), "x.safetensors")
    assert (look.body["memory_bytes"], look.body["half_bytes"]) == (40, 28)
    assert look.body["tensors"] == [["a", "F32", [2, 3]], ["b", "I64", [2]]]


@pytest.mark.parametrize(
    "body",
    [b"", b"abc", b"\xff" * 40, struct.pack("<Q", 2) + b"[]", struct.pack("<Q", 20) + b'{"a": {"dtype": "F32"}}'],
)
def test_what_is_no_safetensors_file_says_so(body: bytes) -> None:
    with pytest.raises(UnreadableHeadError):
        read_safetensors_head(Bytes(body))
    look = preview_file(Bytes(body or b"x"), "x.safetensors")
    assert look.kind == "none"
    assert look.body["why"]


def test_header_of_a_gguf_file_is_read_past_a_long_list_of_words() -> None:
    pairs = [text("general.name") + struct.pack("<I", 8) + text("tiny"), words("tokenizer.ggml.tokens", 50_000)]
    pairs.append(text("x.y") + struct.pack("<IIQ", 9, 6, 3) + struct.pack("<3f", 1, 2, 3))
    tensor = text("blk.0.attn.weight") + struct.pack("<IQQIQ", 2, 64, 4, 12, 0)
    look = preview_file(Bytes(gguf(pairs, [tensor]), 4_000_000_000), "m.gguf")
    assert look.body["tensors"] == [["blk.0.attn.weight", "Q4_K", [4, 64]]]
    assert look.body["metadata"]["general.name"] == "tiny"
    assert look.body["metadata"]["tokenizer.ggml.tokens"] == {"count": 50_000, "first": ["word"] * 8}
    assert look.body["complete"]


def test_gguf_header_without_an_end_stops_at_the_limit_and_says_so() -> None:
    source = Bytes(gguf([words("tokenizer.ggml.tokens", 900_000)] * 2, []), 4_000_000_000)
    look = preview_file(source, "m.gguf")
    assert look.body["complete"] is False
    assert source.bytes_read <= LIMIT_BYTES + (1 << 20)


def test_rows_of_a_csv_file_come_with_the_types_of_their_columns() -> None:
    body = b'queue,n,f1\nbilling,1204,0.934\n"a, b",987,0.902\n'
    look = preview_file(Bytes(body), "eval.csv")
    assert look.body["columns"] == [["queue", "text"], ["n", "int"], ["f1", "float"]]
    assert look.body["rows"][1] == ["a, b", "987", "0.902"]
    assert look.body["total_rows"] == 2


def test_long_csv_shows_fifty_whole_rows_and_does_not_claim_to_know_how_many_there_are() -> None:
    source = Bytes(b"a,b\n" + b"1,2\n" * 100_000)
    look = preview_file(source, "x.csv")
    assert len(look.body["rows"]) == 50
    assert look.body["total_rows"] is None
    assert source.bytes_read <= 200_000


def test_parquet_without_pyarrow_says_what_to_install(monkeypatch) -> None:
    monkeypatch.setattr("hubnb.preview.tables.importlib.util.find_spec", lambda _: None)
    look = preview_file(Bytes(b"PAR1" * 10), "x.parquet")
    assert "pip install pyarrow" in look.body["why"]
    assert issubclass(MissingReaderError, Exception)


@pytest.mark.parametrize("name", ["model.bin", "x.PT", "optimizer.pth", "a.pkl", "b.joblib", "c.ckpt"])
def test_pickle_is_never_opened(name: str) -> None:
    source = Bytes(pickle.dumps({"a": 1}))
    assert preview_file(source, name).kind == "pickle"
    assert source.bytes_read == 0


def test_image_is_known_by_its_bytes_and_not_by_its_name() -> None:
    png = b"\x89PNG\r\n\x1a\n" + zlib.compress(b"x" * 1000)
    look = preview_file(Bytes(png), "a.png")
    assert (look.kind, look.body["mime"], look.buffers) == ("image", "image/png", [png])
    assert preview_file(Bytes(b"<svg onload=alert(1)>" * 10), "a.png").kind == "none"
    assert preview_file(Bytes(b"<svg onload=alert(1)>" * 10), "a.svg").kind == "text"


@pytest.mark.parametrize(
    ("name", "body", "kind"),
    [
        ("README.md", b"# Hi", "markdown"),
        ("config.json", b"{}", "json"),
        ("notes", "æøå \U0001f917".encode(), "text"),
        ("weights.dat", b"\x00\x01\x02" * 100, "none"),
        ("latin.txt", b"caf\xe9 " * 900, "none"),
        (".gitattributes", b"*.bin filter=lfs", "text"),
    ],
)
def test_kind_follows_from_name_and_content(name: str, body: bytes, kind: str) -> None:
    assert preview_file(Bytes(body), name).kind == kind


def test_text_of_megabytes_is_read_to_200_kilobytes() -> None:
    source = Bytes(b"word " * 1_000_000)
    look = preview_file(source, "long.txt")
    assert (len(look.body["text"]), look.body["whole"]) == (200_000, False)
    assert source.bytes_read == 200_000


def test_character_cut_in_two_at_the_end_does_not_make_a_text_binary() -> None:
    look = preview_file(Bytes("é".encode() * 150_000 + b"x"), "long.txt")
    assert look.kind == "text"


def test_only_the_asked_range_travels_from_a_hub(api: hubnb.HfApi, repo_id: str) -> None:
    body = bytes(range(256)) * 4000
    api.upload_file(path_or_fileobj=body, path_in_repo="model.bin", repo_id=repo_id)
    info = api.model_info(repo_id)
    hub = HubClient.from_env(api.token, api.endpoint)
    source = HubSource(hub, RepoId(repo_id), info.sha, "model.bin", len(body))
    assert source.read(1000, 1300) == body[1000:1300]
    assert source.read(len(body) - 5, len(body) + 99) == body[-5:]
    assert source.read(len(body), len(body) + 1) == b""
    assert source.bytes_read == 305


def test_file_in_the_cache_is_read_there(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'{"a": 1}')
    source = CachedSource(tmp_path / "a.json")
    assert preview_file(source, "a.json").body["text"] == '{"a": 1}'


def test_first_rows_of_a_large_parquet_file_cost_a_part_of_it() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = list(range(300_000))
    table = pa.table(
        {
            "n": numbers,
            "text": [f"row {n} {n * 7919 % 1_000_003}" for n in numbers],
            "f": pa.array(numbers, pa.float32()),
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd", row_group_size=150_000)
    body = sink.getvalue().to_pybytes()
    source = Bytes(body)
    look = preview_file(source, "train.parquet")
    assert look.kind == "table"
    assert look.body["columns"] == [["n", "int64"], ["text", "string"], ["f", "float"]]
    assert (len(look.body["rows"]), look.body["total_rows"], look.body["note"]) == (50, 300_000, "zstd")
    assert look.body["rows"][1][0] == "1"
    assert source.bytes_read < len(body) / 2


@pytest.mark.parametrize("body", [b"PAR1 and then nothing of the kind PAR1", b"x" * 100])
def test_what_is_no_parquet_file_says_so(body: bytes) -> None:
    assert "can't be read" in preview_file(Bytes(body), "x.parquet").body["why"]


def test_cells_that_hold_bytes_or_long_text_are_told_short() -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"image": [{"bytes": b"\x89" * 5000, "path": None}], "text": ["x" * 5000], "none": [None]})
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    (row,) = preview_file(Bytes(sink.getvalue().to_pybytes()), "x.parquet").body["rows"]
    assert (row[0], len(row[1]), row[2]) == ("5,000 bytes", 301, "")
