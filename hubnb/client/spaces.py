"""Spaces: how they run, and their secrets and variables."""

from __future__ import annotations

import time
import warnings
from typing import Any

from .errors import HFValidationError
from .hub import HubClient
from .repo_id import RepoId
from .space import (
    SpaceHardware,
    SpaceRuntime,
    SpaceSecret,
    SpaceStage,
    SpaceVariable,
    read_secrets,
    read_variables,
)
from .status import read_json

_UNDER_WAY = {
    SpaceStage.BUILDING, SpaceStage.RUNNING_BUILDING, SpaceStage.APP_STARTING, SpaceStage.RUNNING_APP_STARTING,
}  # fmt: skip


def _ask(
    method: str,
    repo_id: str,
    what: str,
    token: str | bool | None,
    endpoint: str | None,
    *,
    body: dict[str, Any] | None = None,
    params: dict[str, Any] | None = None,
) -> Any:
    repo = RepoId.parse(repo_id, "space")
    hub = HubClient.from_env(token, endpoint)
    response = hub.http.request(method, f"{repo.api}/{what}", json=body, params=params, repo=repo)
    return read_json(response) if response.content else {}


def get_space_runtime(repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None) -> SpaceRuntime:
    """Give stage and hardware of a Space."""
    return SpaceRuntime.from_json(_ask("GET", repo_id, "runtime", token, endpoint))


def request_space_hardware(
    repo_id: str,
    hardware: SpaceHardware | str,
    *,
    token: str | bool | None = None,
    sleep_time: int | None = None,
    endpoint: str | None = None,
) -> SpaceRuntime:
    """Ask for other hardware.

    Parameters
    ----------
    sleep_time
        Seconds without a visitor after which it sleeps; -1 for never.
    """
    body: dict[str, Any] = {"flavor": str(hardware)}
    if sleep_time is not None:
        body["sleepTimeSeconds"] = sleep_time
    _warn_of_free_hardware(hardware, sleep_time)
    return SpaceRuntime.from_json(_ask("POST", repo_id, "hardware", token, endpoint, body=body))


def set_space_sleep_time(
    repo_id: str, sleep_time: int, *, token: str | bool | None = None, endpoint: str | None = None
) -> SpaceRuntime:
    """Say after how many seconds without a visitor a Space sleeps; -1 for never."""
    answer = _ask("POST", repo_id, "sleeptime", token, endpoint, body={"seconds": sleep_time})
    runtime = SpaceRuntime.from_json(answer)
    _warn_of_free_hardware(runtime.requested_hardware or runtime.hardware, sleep_time)
    return runtime


def _warn_of_free_hardware(hardware: SpaceHardware | str | None, sleep_time: int | None) -> None:
    if hardware == SpaceHardware.CPU_BASIC and sleep_time is not None:
        text = f"Free hardware ({hardware}) sleeps when the Hub says so; a sleep time has an effect on paid one only."
        warnings.warn(text, stacklevel=3)


def pause_space(repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None) -> SpaceRuntime:
    """Stop a Space until its owner starts it again; meanwhile it costs nothing."""
    return SpaceRuntime.from_json(_ask("POST", repo_id, "pause", token, endpoint))


def restart_space(
    repo_id: str, *, token: str | bool | None = None, factory_reboot: bool = False, endpoint: str | None = None
) -> SpaceRuntime:
    """Start a Space again, with `factory_reboot` from nothing."""
    params = {"factory": "true"} if factory_reboot else None
    return SpaceRuntime.from_json(_ask("POST", repo_id, "restart", token, endpoint, params=params))


def wait_for_space(
    repo_id: str,
    *,
    timeout: float | None = None,
    poll_interval: float = 1.0,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> SpaceRuntime:
    """Wait until a Space is neither being built nor started.

    Parameters
    ----------
    timeout, poll_interval
        Seconds to wait at most (None: as long as it takes), and between two questions.

    Raises
    ------
    TimeoutError
        It was still under way.
    """
    if timeout is not None and timeout < 0:
        msg = f"timeout is a number of seconds, not {timeout!r}."
        raise HFValidationError(msg)
    ends_at = None if timeout is None else time.monotonic() + timeout
    while True:
        runtime = get_space_runtime(repo_id, token=token, endpoint=endpoint)
        if runtime.stage not in _UNDER_WAY:
            return runtime
        if ends_at is not None and time.monotonic() >= ends_at:
            msg = f"The space {repo_id!r} was still {runtime.stage} after {timeout} s."
            raise TimeoutError(msg)
        time.sleep(poll_interval)


def enable_space_dev_mode(
    repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None
) -> SpaceRuntime:
    """Let editors connect to a running Space."""
    return SpaceRuntime.from_json(_ask("POST", repo_id, "dev-mode", token, endpoint, body={"enabled": True}))


def disable_space_dev_mode(
    repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None
) -> SpaceRuntime:
    """End `enable_space_dev_mode`."""
    return SpaceRuntime.from_json(_ask("POST", repo_id, "dev-mode", token, endpoint, body={"enabled": False}))


def get_space_variables(
    repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None
) -> dict[str, SpaceVariable]:
    """Give the variables of a Space, by key."""
    return read_variables(_ask("GET", repo_id, "variables", token, endpoint))


def add_space_variable(
    repo_id: str,
    key: str,
    value: str,
    *,
    description: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> dict[str, SpaceVariable]:
    """Set a variable of a Space, which everybody may read; gives all of them."""
    return read_variables(_ask("POST", repo_id, "variables", token, endpoint, body=_setting(key, value, description)))


def delete_space_variable(
    repo_id: str, key: str, *, token: str | bool | None = None, endpoint: str | None = None
) -> dict[str, SpaceVariable]:
    """Remove a variable of a Space; gives those that are left."""
    return read_variables(_ask("DELETE", repo_id, "variables", token, endpoint, body={"key": key}))


def get_space_secrets(
    repo_id: str, *, token: str | bool | None = None, endpoint: str | None = None
) -> dict[str, SpaceSecret]:
    """Say which secrets a Space has; their values stay there."""
    return read_secrets(_ask("GET", repo_id, "secrets", token, endpoint))


def add_space_secret(
    repo_id: str,
    key: str,
    value: str,
    *,
    description: str | None = None,
    token: str | bool | None = None,
    endpoint: str | None = None,
) -> None:
    """Set a secret of a Space, which its program reads from the environment."""
    _ask("POST", repo_id, "secrets", token, endpoint, body=_setting(key, value, description))


def delete_space_secret(
    repo_id: str, key: str, *, token: str | bool | None = None, endpoint: str | None = None
) -> None:
    """Remove a secret of a Space."""
    _ask("DELETE", repo_id, "secrets", token, endpoint, body={"key": key})


def _setting(key: str, value: str, description: str | None) -> dict[str, str]:
    return {"key": key, "value": value, **({"description": description} if description is not None else {})}
