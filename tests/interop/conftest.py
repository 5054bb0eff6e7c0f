"""A Hub for other people's clients, and environments that know its address only."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from interop_seed import SEED, TOKEN, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of `hubnb serve`."""
    with serving(tmp_path_factory.mktemp("served"), SEED) as address:
        yield address


@pytest.fixture
def stock(served: str, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Make the environment variables of a client that knows where the Hub is and nothing else of it."""
    home = tmp_path / "home"
    home.mkdir()

    def environment(*, token: str = TOKEN, xet: bool = True) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "SYSTEMROOT")}
        quiet = {"HF_HUB_DISABLE_PROGRESS_BARS": "1", "TQDM_DISABLE": "1"}
        off = {} if xet else {"HF_HUB_DISABLE_XET": "1"}
        return {**kept, **quiet, **off, "HF_ENDPOINT": served, "HF_TOKEN": token, "HF_HOME": str(home)}

    return environment
