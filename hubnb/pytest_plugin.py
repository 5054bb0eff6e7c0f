"""Fixtures for the tests of programs that talk to a Hub: `hub` and `chaos_hub`.

pytest loads this module in every project of an environment that has hubnb installed, so it imports nothing but pytest;
the server loads with the first test that asks for a fixture. Both fixtures are made anew for each test: a Hub starts in
some 10 ms, and tests that share none can't disturb each other. A suite that wants one for longer makes it itself:
``with hubnb.LocalHub() as hub: yield hub``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubnb.server import LocalHub
    from hubnb.server.chaos import ChaosHub


@pytest.fixture
def hub() -> Iterator[LocalHub]:
    """Give a fresh Hub on this machine: `hub.endpoint`, `hub.token` (of the user `hub.user`), `hub.requests`."""
    from hubnb.server import LocalHub

    with LocalHub() as running:
        yield running


@pytest.fixture
def chaos_hub() -> Iterator[ChaosHub]:
    """Give a fresh Hub that fails, cuts, slows, flips bits and expires tokens on request."""
    from hubnb.server.chaos import ChaosHub

    with ChaosHub() as running:
        yield running
