"""The modules programs import from besides `hubnb` itself, and settings that are assigned."""

from __future__ import annotations

import importlib
import warnings
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
import requests

import hubnb
from hubnb import HfApi, constants, hf_api, utils
from hubnb.client import Settings
from hubnb.client.dates import parse_datetime
from hubnb.client.settings import hub_cache_dir


@pytest.mark.parametrize("module", ["hubnb.utils", "hubnb.errors", "hubnb.file_download", "hubnb.community"])
def test_every_name_resolves_and_is_documented(module: str) -> None:
    found = importlib.import_module(module)
    assert found.__all__
    for name in found.__all__:
        value = getattr(found, name)
        assert value.__doc__ or not callable(value), name


def test_objects_and_functions_are_found_beside_the_api() -> None:
    names = [
        "ModelInfo",
        "RepoFile",
        "BlobLfsInfo",
        "LFSFileInfo",
        "RepoSibling",
        "CommitInfo",
        "RepoUrl",
        "list_models",
    ]
    assert [name for name in names if not hasattr(hf_api, name)] == []
    assert hf_api.HfApi is HfApi
    with pytest.raises(AttributeError):
        _ = hf_api.nonsense


def test_constants_are_what_the_environment_says_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", "/one")
    assert (constants.HF_HUB_CACHE, constants.HUGGINGFACE_HUB_CACHE, constants.default_cache_path) == ("/one",) * 3
    monkeypatch.setenv("HF_ENDPOINT", "http://two:2")
    assert constants.HUGGINGFACE_CO_URL_HOME == "http://two:2/"
    assert str(Path(constants.HF_TOKEN_PATH).parent / "stored_tokens") == constants.HF_STORED_TOKENS_PATH
    assert constants.HF_HUB_DISABLE_XET is False
    with pytest.raises(AttributeError, match="NONSENSE"):
        _ = constants.NONSENSE


def test_assigned_constant_wins_over_the_environment_until_it_is_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_CACHE", "/one")
    constants.HF_HUB_CACHE = "/assigned"
    constants.HF_HUB_OFFLINE = True
    try:
        assert (Settings.from_env().cache_dir, hub_cache_dir()) == (Path("/assigned"), "/assigned")
        assert (constants.HF_HUB_CACHE, Settings.from_env().offline) == ("/assigned", True)
        assert Settings.from_env(cache_dir="/given").cache_dir == Path("/given")
    finally:
        del constants.HF_HUB_CACHE
        del constants.HF_HUB_OFFLINE
    assert (constants.HF_HUB_CACHE, Settings.from_env().offline) == ("/one", False)


def test_bars_are_switched_off_by_group_and_the_environment_has_the_last_word(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not hubnb.are_progress_bars_disabled()
    hubnb.disable_progress_bars("a.b")
    off = [name for name in ("a", "a.b", "a.b.c", None) if hubnb.are_progress_bars_disabled(name)]
    assert off == ["a.b", "a.b.c"]
    hubnb.disable_progress_bars()
    assert hubnb.are_progress_bars_disabled("a")
    assert Settings.from_env().disable_progress_bars is True
    hubnb.enable_progress_bars()
    assert not hubnb.are_progress_bars_disabled("a.b")
    assert Settings.from_env().disable_progress_bars is None
    with hubnb.disable_progress_bars("x"):
        assert hubnb.are_progress_bars_disabled("x")
    assert not hubnb.are_progress_bars_disabled("x")
    monkeypatch.setenv("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    with pytest.warns(UserWarning, match="environment wins"):
        hubnb.enable_progress_bars()
    assert hubnb.are_progress_bars_disabled()
    with warnings.catch_warnings():
        assert utils.tqdm(total=1).disable


def test_headers_say_who_asks_and_carry_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_ambient")
    headers = utils.build_hf_headers(library_name="mine", library_version="2", user_agent={"file": "model"})
    assert headers["authorization"] == "Bearer hf_ambient"
    assert headers["user-agent"].startswith("mine/2; hubnb/")
    assert headers["user-agent"].endswith("file/model")
    assert "authorization" not in utils.build_hf_headers(token=False)


def test_api_says_who_asks_and_sends_its_headers_to_the_hub(hub: hubnb.LocalHub) -> None:
    seen: list[Any] = []

    class Noting(requests.Session):
        def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
            seen.append(dict(request.headers))
            return super().send(request, **kwargs)

    hubnb.configure_http(Noting)
    try:
        HfApi(hub.endpoint, hub.token, "mine", "2", {"file": "model"}, {"X-Team": "blue"}).whoami()
        HfApi(hub.endpoint, hub.token).whoami()
    finally:
        hubnb.configure_http(None)
    assert seen[0]["User-Agent"].startswith("mine/2; hubnb/")
    assert "file/model" in seen[0]["User-Agent"]
    assert seen[0]["X-Team"] == "blue"
    assert "mine" not in seen[1]["User-Agent"]
    assert "X-Team" not in seen[1]


def test_answers_of_the_hub_become_the_errors_they_are(hub: hubnb.LocalHub) -> None:
    session = utils.get_session()
    response = session.get(f"{hub.endpoint}/api/datasets/me/none", timeout=10)
    with pytest.raises(hubnb.utils.RepositoryNotFoundError, match="dataset 'me/none'"):
        utils.hf_raise_for_status(response)
    assert utils.http_backoff("GET", f"{hub.endpoint}/api/models").status_code == 200


def test_arguments_are_checked_before_a_function_runs() -> None:
    @utils.validate_hf_hub_args
    def use(repo_id: str, *, to_id: str | None = None) -> str:
        return repo_id

    assert use("me/x") == use(repo_id="me/x") == "me/x"
    for call in (lambda: use("a/b/c"), lambda: use("me/x", to_id="-bad")):
        with pytest.raises(utils.HFValidationError):
            call()


def test_objects_are_chosen_by_pattern(tmp_path: Path) -> None:
    items = [Path("a.txt"), Path("sub/b.bin")]
    assert list(utils.filter_repo_objects(items, allow_patterns="*.txt")) == [Path("a.txt")]
    assert list(utils.filter_repo_objects([1, 2], ignore_patterns="2*", key=str)) == [1]
    with pytest.raises(ValueError, match="key="):
        list(utils.filter_repo_objects([1]))
    with utils.WeakFileLock(tmp_path / "deep" / "x.lock", timeout=1), utils.SoftTemporaryDirectory() as folder:
        assert Path(folder).is_dir()
    assert not Path(folder).exists()


def test_dates_need_their_time_zone() -> None:
    assert parse_datetime("2024-01-02T03:04:05.1Z") == datetime(2024, 1, 2, 3, 4, 5, 100_000, timezone.utc)
    assert parse_datetime("2024-01-02T03:04:05+00:00") == datetime(2024, 1, 2, 3, 4, 5, 0, timezone.utc)
    assert parse_datetime("2024-01-02T03:04:05.123456789Z") is not None
    for wrong in ("2024-01-02T03:04:05", "yesterday", "2024-01-02 03:04:05.123Z+6:00"):
        with pytest.raises(ValueError, match="Cannot parse"):
            parse_datetime(wrong)
