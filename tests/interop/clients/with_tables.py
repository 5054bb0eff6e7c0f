"""pandas and DuckDB: tables are written and read in place, through ``hf://``."""

from __future__ import annotations

import duckdb
import pandas as pd
from huggingface_hub import HfApi, HfFileSystem

target = "alice/tables"
HfApi().create_repo(target, repo_type="dataset", exist_ok=True)
place = f"hf://datasets/{target}"
frame = pd.DataFrame({"a": range(100_000), "b": [str(number) for number in range(100_000)]})
frame.to_parquet(f"{place}/t.parquet", row_group_size=10_000)
frame.to_csv(f"{place}/t.csv", index=False)
assert pd.read_parquet(f"{place}/t.parquet").equals(frame)
assert pd.read_parquet(f"{place}/t.parquet", columns=["a"])["a"].sum() == frame["a"].sum()
assert pd.read_csv(f"{place}/t.csv")["a"].sum() == frame["a"].sum()
database = duckdb.connect()
database.register_filesystem(HfFileSystem())
assert database.sql(f"SELECT sum(a) FROM '{place}/*.parquet'").fetchall() == [(int(frame["a"].sum()),)]
assert database.sql(f"SELECT count(*) FROM '{place}/t.parquet' WHERE a > 99998").fetchall() == [(1,)]
database.sql(f"COPY (SELECT 42 AS z) TO '{place}/z.parquet'")
assert pd.read_parquet(f"{place}/z.parquet")["z"].tolist() == [42]
