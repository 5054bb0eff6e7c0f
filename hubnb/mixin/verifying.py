"""A push that proves itself: load the commit in a clean process, and compare it with the model that was pushed.

The process starts with an empty cache and none of this one's memory: everything it has, it has from the Hub. What
it needs to know comes through its standard input, so neither token nor data show in its arguments.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubnb.client.errors import HubError
from hubnb.client.settings import Settings
from hubnb.client.tokens import get_token

from .pytorch import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from hubnb.transfer import CommitInfo

    from .likeness import Portrait
    from .torch_mixin import PyTorchModelHubMixin

_CHILD = "from hubnb.mixin.verifying import _answer_as_child; _answer_as_child()"


class VerificationError(HubError):
    """What was pushed doesn't come back as it was; `differences` says how, a sentence each."""

    def __init__(self, commit: CommitInfo, differences: list[str]) -> None:
        self.commit = commit
        self.differences = differences
        listed = "\n".join(f"  - {difference}" for difference in differences)
        super().__init__(
            f"The commit {commit.oid[:8]} of {commit.repo_url.repo_id} is not the model that was pushed:\n{listed}\n"
            "It stays on the Hub; hubnb.undo_push(error.commit) takes it back."
        )


@dataclass(frozen=True)
class _Order:
    """What the clean process is told."""

    model_class: bytes
    repo_id: str
    commit: str
    example_inputs: bytes
    seed: int


@dataclass(frozen=True)
class Expectation:
    """What a model is now: configuration, every tensor and, with inputs, the outputs."""

    portrait: Portrait
    unsaved: list[str]
    model_class: bytes
    example_inputs: bytes
    seed: int

    @classmethod
    def of(cls, model: PyTorchModelHubMixin, example_inputs: Any = None) -> Expectation:
        """Look at a model.

        Parameters
        ----------
        example_inputs
            What the model is called with: one input, a tuple of them, or a dict by name.
        """
        from .likeness import Portrait

        dumps = require_cloudpickle().dumps
        seed = torch.initial_seed() % (1 << 31)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            portrait = Portrait.of(model, example_inputs)
        unsaved = [
            f"The argument `{one.name}` ({one.type_name}) could not be stored: {one.why}."
            for one in model._hub_mixin_unsaved  # noqa: SLF001 - its own room
        ]
        return cls(portrait, unsaved, dumps(type(model)), dumps(_on_cpu(example_inputs)), seed)

    def check(self, commit: CommitInfo, *, token: str | bool | None = None, endpoint: str | None = None) -> None:
        """Load a commit in a clean process and compare.

        Raises
        ------
        VerificationError
            It isn't the same model.
        """
        from .likeness import differences

        found = list(self.unsaved)
        order = _Order(self.model_class, commit.repo_url.repo_id, commit.oid, self.example_inputs, self.seed)
        there = _ask_child(order, token=token, endpoint=endpoint)
        if isinstance(there, str):
            found.append(there)
        else:
            found += [says for _, _, says in differences(self.portrait, there)]
        if found:
            raise VerificationError(commit, found)


class VerifiedPush:
    """A push in the background that is done once what it pushed was loaded again and compared.

    It is the `Transfer` it was made from, to pause, cancel and watch; its result comes later.
    """

    def __init__(self, transfer: Any, check: Callable[[CommitInfo], object]) -> None:
        self._transfer = transfer
        self._check = check
        self._verified: Future[CommitInfo] = Future()
        # A process of its own takes seconds: not on the thread that ends transfers.
        thread = threading.Thread(target=self._follow, name="hubnb-verify", daemon=True)
        thread.start()

    def _follow(self) -> None:
        try:
            commit = self._transfer.result()
            self._check(commit)
        except BaseException as error:
            self._verified.set_exception(error)
        else:
            self._verified.set_result(commit)

    def done(self) -> bool:
        """Whether the push was verified, or failed."""
        return self._verified.done()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; whether it is done."""
        return bool(wait([self._verified], timeout).done)

    def result(self, timeout: float | None = None) -> CommitInfo:
        """Give the commit once it was verified.

        Raises
        ------
        VerificationError
            What was pushed doesn't come back as it was.
        """
        return self._verified.result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Give what went wrong."""
        return self._verified.exception(timeout)

    def add_done_callback(self, callback: Callable[[Future[CommitInfo]], object]) -> None:
        """Call back when it is done."""
        self._verified.add_done_callback(callback)

    def __await__(self) -> Generator[Any, None, CommitInfo]:
        return asyncio.wrap_future(self._verified).__await__()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transfer, name)

    def __repr__(self) -> str:
        return f"VerifiedPush({self._transfer!r})"


def require_cloudpickle() -> Any:
    """Give the package that hands a class to a process which can't import it (from a notebook or script).

    Raises
    ------
    ImportError
        It is not installed.
    """
    try:
        import cloudpickle
    except ImportError as error:
        msg = "verify=True needs cloudpickle to hand the class to a clean process. Run: pip install 'hubnb[torch]'"
        raise ImportError(msg) from error
    return cloudpickle


def _on_cpu(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        return value.detach().cpu()
    if isinstance(value, dict):
        return {key: _on_cpu(item) for key, item in value.items()}
    return type(value)(map(_on_cpu, value)) if type(value) in (list, tuple) else value


def _ask_child(order: _Order, *, token: str | bool | None, endpoint: str | None) -> Any:
    """Give the portrait of what came back, or a sentence that says why nothing did."""
    with tempfile.TemporaryDirectory(prefix="hubnb-verify-") as home:
        environment = {**os.environ, "HF_HOME": home, "HF_ENDPOINT": endpoint or Settings.from_env().endpoint}
        for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_TOKEN", "HF_TOKEN_PATH", "HF_HUB_OFFLINE"):
            environment.pop(name, None)
        environment["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
        environment["PYTHONPATH"] = os.pathsep.join(path or str(Path.cwd()) for path in sys.path)
        secret = token if isinstance(token, str) else get_token() if token is not False else None
        answer_path = Path(home) / "answer"
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", _CHILD],
            input=pickle.dumps((order, secret, str(answer_path))),
            env=environment,
            capture_output=True,
            check=False,
        )
        if done.returncode == 0 and answer_path.is_file():
            return pickle.loads(answer_path.read_bytes())  # noqa: S301 - our own process wrote it
    last = done.stderr.decode(errors="replace").strip().splitlines()
    return f"A clean process can't load it: {last[-1] if last else 'it ended without a word'}"


def _answer_as_child() -> None:
    """Do what the standard input says; runs in the clean process."""
    order, token, answer_path = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from the process that started us
    try:
        answer: Any = _portrait(order, token)
    except Exception as error:  # whatever the class raises is the answer
        answer = f"It can't be loaded in a clean process: {type(error).__name__}: {error}"
    Path(answer_path).write_bytes(pickle.dumps(answer))


def _portrait(order: _Order, token: str | None) -> Any:
    from .likeness import Portrait

    cloudpickle = require_cloudpickle()
    model_class = cloudpickle.loads(order.model_class)
    model = model_class.from_pretrained(order.repo_id, revision=order.commit, token=token if token else False)
    torch.manual_seed(order.seed)
    return Portrait.of(model, cloudpickle.loads(order.example_inputs))
