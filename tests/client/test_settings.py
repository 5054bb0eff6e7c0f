from __future__ import annotations

from pathlib import Path

import pytest

from hubnb.client import Settings


def test_environment_is_read_at_call_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://one:1/")
    assert Settings.from_env().endpoint == "http://one:1"
    monkeypatch.setenv("HF_ENDPOINT", "http://two:2")
    assert Settings.from_env().endpoint == "http://two:2"
    assert Settings.from_env(endpoint="http://three:3/").endpoint == "http://three:3"


def test_without_variables_everything_is_where_upstream_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("HF_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    settings = Settings.from_env()
    assert settings.endpoint == "https://huggingface.co"
    assert settings.cache_dir == tmp_path / "huggingface" / "hub"
    assert settings.token_path == tmp_path / "huggingface" / "token"


@pytest.mark.parametrize(
    ("names", "attribute"),
    [
        (("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"), "cache_dir"),
        (("HF_ASSETS_CACHE", "HUGGINGFACE_ASSETS_CACHE"), "assets_dir"),
    ],
)
def test_new_name_beats_old_name_beats_home(
    names: tuple[str, str], attribute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, old = names
    monkeypatch.setenv(old, "/old")
    assert getattr(Settings.from_env(), attribute) == Path("/old")
    monkeypatch.setenv(new, "/new")
    assert getattr(Settings.from_env(), attribute) == Path("/new")


def test_staging_overrides_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://one:1")
    monkeypatch.setenv("HUGGINGFACE_CO_STAGING", "1")
    assert Settings.from_env().endpoint == "https://hub-ci.huggingface.co"


def test_token_is_not_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", " hf_canary\n")
    settings = Settings.from_env()
    assert settings.env_token == "hf_canary"
    assert "canary" not in repr(settings)
