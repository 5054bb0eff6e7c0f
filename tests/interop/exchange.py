"""A folder in which each client writes what every other one reads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from environments import CLIENTS, last_line, need_git_lfs, npm_client, python_of, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass
class Exchange:
    """One repository and the clients that meet there."""

    endpoint: str
    token: str
    stock: Callable[..., dict[str, str]]
    folder: Path
    repo: str = "alice/exchange"

    def python(self, client: str, do: str, *, xet: bool = True, script: str = "exchange.py") -> Any:
        name = f"{client}-{'xet' if xet else 'lfs'}"
        return last_line(run(python_of(client), CLIENTS / script, do, self.repo, name, environment=self.stock(xet=xet)))

    def javascript(self, do: str) -> Any:
        command = ("node", CLIENTS / "exchange.mjs", do, self.repo, "js", npm_client(), self.endpoint, self.token)
        return last_line(run(*command))

    def git(self, do: str) -> Any:
        need_git_lfs()
        work = self.folder / f"git-{do}"
        git = ("git", "-c", "user.name=alice", "-c", "user.email=alice@example.org")
        environment = {**self.stock(), "GIT_TERMINAL_PROMPT": "0", "GIT_CONFIG_NOSYSTEM": "1"}
        environment["HOME"] = environment["HF_HOME"]  # a git configuration of its own
        run("git", "lfs", "install", environment=environment)
        host = urlsplit(self.endpoint).netloc
        run(*git, "clone", "-q", f"http://alice:{self.token}@{host}/{self.repo}", work, environment=environment)
        if do == "write":
            (work / "from").mkdir(exist_ok=True)
            (work / "from" / "git.bin").write_bytes(b"git" * 100_000)
            (work / "from" / "git.txt").write_bytes(b"git")
            run(*git, "add", "-A", cwd=work, environment=environment)
            run(*git, "commit", "-qm", "From git", cwd=work, environment=environment)
            run(*git, "push", "-q", cwd=work, environment=environment)
            return {}
        return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (work / "from").iterdir()}


def written_by(*names: str) -> dict[str, str]:
    """Return what must lie in the folder after these have written."""
    found = {}
    for name in names:
        found[f"{name}.bin"] = hashlib.sha256((name * 100_000).encode()).hexdigest()
        found[f"{name}.txt"] = hashlib.sha256(name.encode()).hexdigest()
    return found
