"""A Space as it runs: its stage, hardware, secrets and variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from .dates import parse_datetime
from .keyed import part

if TYPE_CHECKING:
    from datetime import datetime


class _Word(str, Enum):
    """A word of the Hub's; equal to the plain string, and shown as it."""

    def __str__(self) -> str:
        return self.value

    @classmethod
    def _missing_(cls, value: object) -> _Word | None:
        """Take words the Hub has learnt since: a new kind of hardware is no reason to fail."""
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value.upper().replace("-", "_")
        member._value_ = value
        return member


class SpaceStage(_Word):
    """What a Space is doing."""

    NO_APP_FILE = "NO_APP_FILE"
    CONFIG_ERROR = "CONFIG_ERROR"
    BUILDING = "BUILDING"
    BUILD_ERROR = "BUILD_ERROR"
    RUNNING = "RUNNING"
    RUNNING_BUILDING = "RUNNING_BUILDING"
    RUNTIME_ERROR = "RUNTIME_ERROR"
    DELETING = "DELETING"
    STOPPED = "STOPPED"
    PAUSED = "PAUSED"
    SLEEPING = "SLEEPING"
    APP_STARTING = "APP_STARTING"
    RUNNING_APP_STARTING = "RUNNING_APP_STARTING"


class SpaceHardware(_Word):
    """What a Space runs on."""

    CPU_BASIC = "cpu-basic"
    CPU_UPGRADE = "cpu-upgrade"
    CPU_PERFORMANCE = "cpu-performance"
    CPU_XL = "cpu-xl"
    ZERO_A10G = "zero-a10g"
    T4_SMALL = "t4-small"
    T4_MEDIUM = "t4-medium"
    L4X1 = "l4x1"
    L4X4 = "l4x4"
    L40SX1 = "l40sx1"
    L40SX4 = "l40sx4"
    L40SX8 = "l40sx8"
    A10G_SMALL = "a10g-small"
    A10G_LARGE = "a10g-large"
    A10G_LARGEX2 = "a10g-largex2"
    A10G_LARGEX4 = "a10g-largex4"
    A100_LARGE = "a100-large"
    H100 = "h100"
    H100X8 = "h100x8"


class SpaceStorage(_Word):
    """Disk that a Space keeps over restarts."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"


@dataclass
class SpaceRuntime:
    """How a Space runs now; `sleep_time` in seconds (-1: never), `raw` is the whole answer."""

    stage: SpaceStage
    hardware: SpaceHardware | None = None
    requested_hardware: SpaceHardware | None = None
    sleep_time: int | None = None
    storage: SpaceStorage | None = None
    dev_mode: bool = False
    volumes: list[dict[str, Any]] | None = None
    raw: dict[str, Any] = field(default_factory=dict[str, Any], repr=False)

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> SpaceRuntime:
        """Read the Hub's answer."""
        said: Any = body.get("hardware")
        hardware = {"current": said} if isinstance(said, str) else part(body, "hardware")  # some lists give a word
        storage: Any = body.get("storage")
        if isinstance(storage, dict):
            storage = part(body, "storage").get("current") or part(body, "storage").get("requested")
        current, requested = hardware.get("current"), hardware.get("requested")
        return cls(
            stage=SpaceStage(body["stage"]),
            hardware=SpaceHardware(current) if current else None,
            requested_hardware=SpaceHardware(requested) if requested else None,
            sleep_time=body.get("gcTimeout"),
            storage=SpaceStorage(storage) if isinstance(storage, str) else None,
            dev_mode=bool(body.get("devMode")),
            volumes=body.get("volumes"),
            raw=body,
        )


@dataclass
class SpaceVariable:
    """A setting of a Space that everybody may read."""

    key: str
    value: str
    description: str | None = None
    updated_at: datetime | None = None


@dataclass
class SpaceSecret:
    """That a Space has a secret; the Hub never gives its value back."""

    key: str
    description: str | None = None
    updated_at: datetime | None = None


def read_variables(body: dict[str, Any]) -> dict[str, SpaceVariable]:
    """Read the Hub's answer about variables."""
    return {
        key: SpaceVariable(key, item["value"], item.get("description"), parse_datetime(item.get("updatedAt")))
        for key, item in body.items()
    }


def read_secrets(body: dict[str, Any]) -> dict[str, SpaceSecret]:
    """Read the Hub's answer about secrets."""
    return {
        key: SpaceSecret(key, item.get("description"), parse_datetime(item.get("updatedAt")))
        for key, item in body.items()
    }
