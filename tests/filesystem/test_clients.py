"""pandas, pyarrow, DuckDB and worker processes read and write hf:// through fsspec, as their users write it."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from typing import TYPE_CHECKING

import duckdb
import fsspec
import pandas as pd
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from hubnb.filesystem import HfFileSystem

if TYPE_CHECKING:
    from collections.abc import Iterator

FRAME = pd.DataFrame({"label": [0, 1, 2] * 1000, "text": ["a", "b", None] * 1000})


@pytest.fixture(autouse=True)
def _ours_behind_hf(fs: HfFileSystem) -> Iterator[None]:
    """huggingface_hub is installed here as well; which of the two fsspec finds first is not ours to say."""
    fsspec.register_implementation("hf", HfFileSystem, clobber=True)
    HfFileSystem.clear_instance_cache()
    yield
    HfFileSystem.clear_instance_cache()


def test_pandas_reads_what_it_wrote(data: str) -> None:
    FRAME.to_csv(f"hf://{data}/t.csv", index=False)
    FRAME.to_parquet(f"hf://{data}/t.parquet")
    FRAME.to_json(f"hf://{data}/t.jsonl.gz", orient="records", lines=True)

    assert pd.read_csv(f"hf://{data}/t.csv")["label"].sum() == 3000
    assert pd.read_parquet(f"hf://{data}/t.parquet", columns=["text"])["text"].isna().sum() == 1000
    assert len(pd.read_json(f"hf://{data}/t.jsonl.gz", lines=True)) == 3000


def test_pyarrow_reads_and_writes_partitioned_datasets(fs: HfFileSystem, data: str) -> None:
    with fs.transaction:
        pq.write_to_dataset(ds.dataset(_table()).to_table(), f"{data}/parts", partition_cols=["label"], filesystem=fs)
    found = ds.dataset(f"{data}/parts", filesystem=fs, partitioning="hive").to_table(filter=ds.field("label") == 1)

    assert found.num_rows == 1000
    assert len(fs.glob(f"{data}/parts/**/*.parquet")) == 3


def _table() -> object:
    import pyarrow as pa

    return pa.Table.from_pandas(FRAME)


def test_duckdb_queries_and_exports(fs: HfFileSystem, data: str) -> None:
    FRAME.to_parquet(f"hf://{data}/t/1.parquet")
    FRAME.to_parquet(f"hf://{data}/t/2.parquet")
    with duckdb.connect() as connection:
        connection.register_filesystem(fs)
        rows = connection.sql(f"SELECT label, count(*) FROM 'hf://{data}/t/*.parquet' GROUP BY 1 ORDER BY 1").fetchall()
        connection.sql(f"COPY (SELECT 42 AS answer) TO 'hf://{data}/answer.parquet'")

    assert rows == [(0, 2000), (1, 2000), (2, 2000)]
    assert pd.read_parquet(f"hf://{data}/answer.parquet")["answer"].tolist() == [42]


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_worker_processes_read_through_the_same_filesystem(fs: HfFileSystem, data: str, method: str) -> None:
    with fs.open(f"{data}/big.bin") as file:
        file.read(2_000_000)  # threads and connections are in use when the workers start
        file.read(2_000_000)
    with multiprocessing.get_context(method).Pool(2) as pool:
        found = pool.starmap(_first_bytes, [(fs, f"{data}/big.bin"), (fs, f"{data}/data/a.txt")])

    assert found == [fs.head(f"{data}/big.bin", 8), b"one\ntwo\n"]


def _first_bytes(fs: HfFileSystem, path: str) -> bytes:
    with fs.open(path) as file:
        return file.read(8)


def test_fsspec_finds_it_without_huggingface_hub(data: str) -> None:
    code = (
        "import sys, fsspec; sys.modules['huggingface_hub'] = None\n"
        "fsspec.register_implementation('hf', 'hubnb.filesystem.HfFileSystem', clobber=True)\n"
        f"with fsspec.open('hf://{data}/data/a.txt') as file: print(file.read())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == r"b'one\ntwo\n'"


def test_the_package_names_it_to_fsspec() -> None:
    from importlib.metadata import entry_points

    ours = [point for point in entry_points(group="fsspec.specs") if point.value.startswith("hubnb")]

    assert [point.name for point in ours] == ["hf"]
    assert ours[0].load() is HfFileSystem
