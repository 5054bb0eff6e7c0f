"""`hubnb.browse()`: the panel in a notebook, a few lines of text elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..client.hub import HubClient
from ..client.repo_id import RepoId, validate_repo_type
from ..client.settings import Settings
from .browse_search import Query, Results
from .frontend import FrontEnd, front_end
from .words import size_words

if TYPE_CHECKING:
    from .browse import BrowsePanel

_PATIENCE_IN_BATCH_S = 5.0
_MOST_LINES = 200
_PREFIXES = {"models": "model", "datasets": "dataset", "spaces": "space"}


def browse(
    query: str | None = None,
    *,
    repo_type: str | None = None,
    revision: str | None = None,
    endpoint: str | None = None,
    token: str | bool | None = None,
) -> BrowsePanel | None:
    """Browse a Hub in a panel: search, look into files without pulling them, choose and pull.

    Parameters
    ----------
    query
        A repository to open (``"ns/name"``, ``"datasets/ns/name"``), or what to search for; filters can be part of it:
        ``"ticket routing task:text-classification library:onnx license:mit language:en sort:likes in:cache"``.
    repo_type
        ``"model"`` (the default), ``"dataset"`` or ``"space"``.
    revision
        Branch, tag, pull request (``refs/pr/3``) or commit to open.
    endpoint
        Base URL of the Hub; by default what the environment says.
    token
        As everywhere; better left out.

    Returns
    -------
    BrowsePanel or None
        In a notebook the panel, which shows itself as the last line of a cell. Its `selected`, `repo_id` and
        `revision` can be observed and set. In a terminal nothing; what was found is printed.

    Raises
    ------
    HFValidationError
        If an argument can't be right.
    """
    text = (query or "").strip()
    prefix, _, rest = text.partition("/")
    if repo_type is None and prefix in _PREFIXES and "/" in rest:
        repo_type, text = _PREFIXES[prefix], rest
    kind = validate_repo_type(repo_type)
    repo_id = _repo_id_in(text)
    if front_end() is FrontEnd.NONE:
        _print(HubClient.from_env(token, endpoint), text, repo_id, kind, revision)
        return None
    from .browse import BrowsePanel

    panel = BrowsePanel(
        "" if repo_id else text,
        repo_id=repo_id,
        repo_type=kind,
        revision=revision or "main",
        endpoint=endpoint,
        token=token,
    )
    if front_end() is FrontEnd.BATCH:
        # Nobody clicks, and news that comes after the cell has ended would not get into the saved file.
        panel.look_ahead()
        panel.settle(_PATIENCE_IN_BATCH_S)
    return panel


def _repo_id_in(text: str) -> str | None:
    """Give the repository that `text` names, or None if it is something to search for."""
    if "/" not in text or any(map(str.isspace, text)) or ":" in text:
        return None
    return RepoId.parse(text).repo_id


def _print(hub: HubClient, text: str, repo_id: str | None, kind: str, revision: str | None) -> None:
    lines = _search_lines(hub, text, kind) if repo_id is None else _file_lines(hub, RepoId(repo_id, kind), revision)
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _search_lines(hub: HubClient, text: str, kind: str) -> list[str]:
    page = Results(hub, kind, Query.parse(text)).page()
    rows = page["rows"]
    width = max((len(row["id"]) for row in rows), default=0)
    lines = [f"{row['id']:<{width}}  {_facts(row)}".rstrip() for row in rows]
    host = Settings.from_env(endpoint=hub.endpoint).endpoint
    if not lines:
        return [f"Nothing on {host} for {text!r}."]
    return [*lines, "More: add words or filters, e.g. task:text-classification."] if page["more"] else lines


def _facts(row: dict[str, object]) -> str:
    parts = [row[name] for name in ("task", "library", "license") if row[name]]
    if isinstance(row["size"], int):
        parts.append(size_words(row["size"]))
    return " · ".join(map(str, parts))


def _file_lines(hub: HubClient, repo: RepoId, revision: str | None) -> list[str]:
    from ..client.tree import RepoFile, fetch_tree

    files = [one for one in fetch_tree(hub, repo, revision or "main") if isinstance(one, RepoFile)]
    lines = [f"{size_words(one.size):>10}  {one.path}" for one in files[:_MOST_LINES]]
    if len(files) > _MOST_LINES:
        lines.append(f"{'':>10}  … {len(files) - _MOST_LINES:,} more")
    total = sum(one.size for one in files)
    return [f"{repo} at {revision or 'main'}: {len(files):,} files, {size_words(total)}", *lines]
