"""What every test stands on: a real embedded Hub, a home folder of its own, and no way out to the network."""

from __future__ import annotations

import os
import socket
import uuid
from typing import TYPE_CHECKING

import pytest

import hubnb
from hubnb.client import tokens
from hubnb.server import LocalHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_OURS = ("HF_", "HUGGING", "HUBNB_", "TRANSFORMERS_", "ANYWIDGET_")


def pytest_configure() -> None:
    for name in list(os.environ):
        if name.startswith(_OURS):
            del os.environ[name]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run browser tests last: Playwright keeps an event loop in this thread, beside which asyncio.run() refuses."""
    items.sort(key=lambda item: "e2e" in item.path.parts)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh HF_HOME, and no token left over in this process."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HF_HOME", str(folder))
    tokens.set_session_token(None)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _no_way_out() -> Iterator[None]:
    """Fail any test that tries to reach another machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            msg = f"a test tried to reach {address[0]}"
            raise AssertionError(msg)
        connect(self, address)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()


@pytest.fixture(scope="session")
def shared_hub() -> Iterator[LocalHub]:
    with LocalHub() as hub:
        yield hub


@pytest.fixture
def hub(shared_hub: LocalHub) -> Iterator[LocalHub]:
    """The embedded Hub, behaving; faults of a test end with it."""
    shared_hub.faults.clear()
    shared_hub.requests.clear()
    yield shared_hub
    shared_hub.faults.clear()


@pytest.fixture
def api(hub: LocalHub) -> hubnb.HfApi:
    """A client of that Hub, signed in as its user."""
    return hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)


@pytest.fixture
def repo_id(api: hubnb.HfApi) -> str:
    """A fresh, empty model repository."""
    return str(api.create_repo(f"me/r-{uuid.uuid4().hex[:8]}").repo_id)
