"""First rows of CSV and Parquet files."""

from __future__ import annotations

import csv
import importlib.util
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client.errors import HubError
from .source import ReadLimitError, SeekableSource
from .tensors import UnreadableHeadError

if TYPE_CHECKING:
    from .source import FileSource

MOST_ROWS = 50
_CSV_BYTES = 200_000
_PARQUET_LIMIT_BYTES = 24 << 20
_READ_AHEAD_BYTES = 64 << 10
_MOST_CELL_CHARS = 300
_MOST_COLUMNS = 200


class MissingReaderError(HubError):
    """A package that reads this kind of file is not installed."""


@dataclass(frozen=True)
class TableHead:
    """First rows of a table, as text."""

    columns: tuple[tuple[str, str], ...]
    """Name and type of each."""
    rows: tuple[tuple[str, ...], ...]
    total_rows: int | None = None
    """How many the file has, where it says so."""
    total_columns: int = 0
    note: str = ""
    whole: bool = False
    """Whether these are all rows."""


def read_csv_head(source: FileSource, path: str) -> TableHead:
    """Read the first rows of a file of separated values, and guess the types of its columns."""
    body = source.read(0, _CSV_BYTES)
    text = body.decode("utf-8-sig", "replace")
    cut = len(body) < source.size
    sample = text[:20_000]
    try:
        dialect: Any = csv.Sniffer().sniff(sample, "\t" if path.endswith(".tsv") else ",;\t|")
    except csv.Error:
        dialect = "excel-tab" if path.endswith(".tsv") else "excel"
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), dialect)
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MOST_ROWS + 1:
                break
    except csv.Error:
        if len(rows) < 2:
            msg = "This file can't be read as a table of separated values."
            raise UnreadableHeadError(msg) from None
    whole = not cut and len(rows) <= MOST_ROWS + 1
    if cut and len(rows) <= MOST_ROWS + 1 and len(rows) > 1:
        rows.pop()  # its last row is cut in two
    if not rows:
        msg = "This file is empty."
        raise UnreadableHeadError(msg)
    names, data = rows[0][:_MOST_COLUMNS], rows[1 : MOST_ROWS + 1]
    kinds = [_kind_of([row[index] for row in data if index < len(row)]) for index in range(len(names))]
    shown = tuple(tuple(_cell(value) for value in row[:_MOST_COLUMNS]) for row in data)
    return TableHead(
        tuple(zip(names, kinds, strict=True)), shown, len(data) if whole else None, len(rows[0]), whole=whole
    )


def read_parquet_head(source: FileSource) -> TableHead:
    """Read the first rows of a Parquet file: its footer, and the pages of the first row group that hold them.

    Raises
    ------
    MissingReaderError
        If pyarrow is not installed.
    """
    if importlib.util.find_spec("pyarrow") is None:
        msg = "Parquet files are read with pyarrow, which is not installed here. Run: %pip install pyarrow"
        raise MissingReaderError(msg)
    import pyarrow as pa  # pyright: ignore[reportMissingImports] - optional
    import pyarrow.parquet as pq  # pyright: ignore[reportMissingImports]

    file = io.BufferedReader(SeekableSource(source, _PARQUET_LIMIT_BYTES), _READ_AHEAD_BYTES)
    try:
        table = pq.ParquetFile(pa.PythonFile(file, mode="r"), buffer_size=_READ_AHEAD_BYTES, pre_buffer=False)
        schema, meta = table.schema_arrow, table.metadata
        names = list(schema.names[:_MOST_COLUMNS])
        batches = table.iter_batches(batch_size=MOST_ROWS, columns=names, use_threads=False)
        rows = next(batches, None)
        columns = [] if rows is None else [column.to_pylist() for column in rows.columns]
    except ReadLimitError:
        raise
    except (pa.ArrowException, OSError) as error:
        if isinstance(error, HubError):
            raise
        msg = f"This Parquet file can't be read: {str(error).splitlines()[0][:200]}"
        raise UnreadableHeadError(msg) from None
    kinds = [str(schema.field(index).type).split("<")[0] for index in range(len(names))]
    cells = tuple(tuple(_cell(value) for value in row) for row in zip(*columns, strict=True))
    codec = meta.row_group(0).column(0).compression.lower() if meta.num_row_groups and meta.num_columns else ""
    return TableHead(
        tuple(zip(names, kinds, strict=True)), cells, meta.num_rows, len(schema.names), codec,
        whole=len(cells) == meta.num_rows,
    )  # fmt: skip


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"{len(value):,} bytes"
    if isinstance(value, dict) and isinstance(value.get("bytes"), bytes):
        return f"{len(value['bytes']):,} bytes"
    text = str(value)
    return text if len(text) <= _MOST_CELL_CHARS else f"{text[:_MOST_CELL_CHARS]}…"


def _kind_of(values: list[str]) -> str:
    said = [value.strip() for value in values if value.strip()]
    for kind, reads in (("int", int), ("float", float)):
        if said and all(_reads(value, reads) for value in said):
            return kind
    return "text"


def _reads(value: str, reads: Any) -> bool:
    try:
        reads(value)
    except ValueError:
        return False
    return True
