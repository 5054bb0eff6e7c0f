"""Keywords that other libraries pass along when they pull."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from tqdm import tqdm

import hubnb


def test_callers_class_draws_the_progress_and_the_hub_is_told_who_asks(
    hub: hubnb.LocalHub, api: hubnb.HfApi, repo_id: str, tmp_path: Path
) -> None:
    api.upload_file(path_or_fileobj=b"x" * 5000, path_in_repo="x.txt", repo_id=repo_id)
    bars: list[Any] = []
    agents: list[str] = []

    class Bar(tqdm):
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs, disable=True)
            bars.append(self)

    class Noting(requests.Session):
        def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            agents.append(str(request.headers["User-Agent"]))
            return super().send(request, **kwargs)

    asked: dict[str, Any] = {
        "token": hub.token, "endpoint": hub.endpoint, "tqdm_class": Bar,
        "library_name": "mine", "library_version": "2", "user_agent": {"file_type": "config"}, "headers": {"X-A": "b"},
    }  # fmt: skip
    hubnb.configure_http(Noting)
    try:
        path = hubnb.hf_hub_download(repo_id, "x.txt", **asked)
        folder = hubnb.snapshot_download(repo_id, local_dir=tmp_path, **asked)
        url = hubnb.hf_hub_url(repo_id, "x.txt", endpoint=hub.endpoint)
        del asked["tqdm_class"]
        assert hubnb.get_hf_file_metadata(url, retry_on_errors=True, **asked).size == 5000
    finally:
        hubnb.configure_http(None)
    assert Path(path).read_text() == Path(folder, "x.txt").read_text() == "x" * 5000
    assert len(bars) == 2
    assert {agent.split(";")[0] for agent in agents} == {"mine/2"}
    assert all("file_type/config" in agent for agent in agents)
