"""A Hub with a few people, and requests in their names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import requests
from hub_people import LARGE, SEED, Person

from hubnb.server import LocalHub

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def seed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("seed") / "seed.json"
    path.write_text(json.dumps(SEED))
    return path


@pytest.fixture(scope="module")
def hub(seed_file: Path) -> Iterator[LocalHub]:
    with LocalHub(seed=seed_file) as hub:
        yield hub


@pytest.fixture(autouse=True)
def _well_behaved(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "hub" in request.fixturenames:
        request.getfixturevalue("hub").faults.clear()


@pytest.fixture
def own_hub(tmp_path: Path) -> Iterator[LocalHub]:
    """A Hub that one test has for itself, in the folder ``data``."""
    with LocalHub(data_dir=tmp_path / "data") as hub:
        yield hub


@pytest.fixture
def me(own_hub: LocalHub) -> Iterator[Person]:
    """The one user of that Hub."""
    yield from _person(own_hub, own_hub.token, "me")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with a repository that has a bit of everything."""
    folder = tmp_path / "data"
    with LocalHub(data_dir=folder) as hub:
        me = Person(hub.endpoint, hub.token, "me")
        repo = me.create("whole")
        me.put(repo, {"README.md": b"# Hello\n", "a/b/c.txt": b"deep"})
        me.put_large(repo, "model.bin", LARGE)
        me.put(repo, {"README.md": b"# Hello again\n"})
        me.post(f"/api/models/{repo}/branch/other", json={})
        me.post(f"/api/models/{repo}/tag/main", json={"tag": "v1", "message": "first"})
        me.create("second")
    return folder


def _person(hub: LocalHub, token: str | None, name: str | None) -> Iterator[Person]:
    with requests.Session() as session:
        yield Person(hub.endpoint, token, name, session)


@pytest.fixture
def alice(hub: LocalHub) -> Iterator[Person]:
    yield from _person(hub, "hf_alice_write", "alice")


@pytest.fixture
def alice_reading(hub: LocalHub) -> Iterator[Person]:
    yield from _person(hub, "hf_alice_read", "alice")


@pytest.fixture
def alice_fine(hub: LocalHub) -> Iterator[Person]:
    yield from _person(hub, "hf_alice_fine", "alice")


@pytest.fixture
def bob(hub: LocalHub) -> Iterator[Person]:
    yield from _person(hub, "hf_bob_write", "bob")


@pytest.fixture
def carol(hub: LocalHub) -> Iterator[Person]:
    yield from _person(hub, "hf_carol_write", "carol")


@pytest.fixture
def dave(hub: LocalHub) -> Iterator[Person]:
    yield from _person(hub, "hf_dave_write", "dave")


@pytest.fixture
def nobody(hub: LocalHub) -> Iterator[Person]:
    yield from _person(hub, None, None)
