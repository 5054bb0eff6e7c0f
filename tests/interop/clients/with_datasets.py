"""datasets: tables go there and come back, whole and as a stream."""

from __future__ import annotations

from datasets import Dataset, DatasetDict, get_dataset_config_names, load_dataset
from huggingface_hub import HfApi

api = HfApi()
target = "alice/pushed-table"
api.delete_repo(target, repo_type="dataset", missing_ok=True)
train = Dataset.from_dict({"a": list(range(1000)), "b": [str(number) for number in range(1000)]})
table = DatasetDict({"train": train, "test": Dataset.from_dict({"a": [1], "b": ["x"]})})
table.push_to_hub(target, max_shard_size="4KB")
found = load_dataset(target)
assert found["train"][:] == train[:]
assert found["test"].num_rows == 1
assert len([path for path in api.list_repo_files(target, repo_type="dataset") if path.endswith(".parquet")]) > 2
assert sum(row["a"] for row in load_dataset(target, split="train", streaming=True)) == sum(range(1000))
train.push_to_hub(target, "second", split="train")
assert load_dataset(target, "second")["train"].num_rows == 1000
assert get_dataset_config_names(target) == ["default", "second"]
api.upload_file(repo_id=target, repo_type="dataset", path_or_fileobj=b"x,y\n1,2\n", path_in_repo="csv/one.csv")
assert load_dataset(target, data_files="csv/*.csv")["train"][0] == {"x": 1, "y": 2}
train.push_to_hub(target, "proposed", create_pr=True)
assert [item.status for item in api.get_repo_discussions(target, repo_type="dataset")] == ["open"]
