"""`hubnb.edit_card()`: the editor in a notebook, the problems as text elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..cards import RepoCard, lint
from ..client.errors import HFValidationError
from ..client.repo_id import validate_repo_type
from .card_fill import card_of
from .card_home import FileHome, RepoHome
from .frontend import FrontEnd, front_end

if TYPE_CHECKING:
    from .card import CardPanel
    from .card_home import Home

_PATIENCE_IN_BATCH_S = 5.0


def edit_card(
    target: Any,
    *,
    repo_id: str | None = None,
    repo_type: str | None = None,
    revision: str | None = None,
    endpoint: str | None = None,
    token: str | bool | None = None,
) -> CardPanel | None:
    """Write a card: form, text, live preview, problems with fixes, changes, push and undo.

    Parameters
    ----------
    target
        A repository (``"ns/name"``), a README or the folder of one, a model object or a card.
    repo_id
        Where the card of a model object shall go.
    repo_type
        ``"model"`` (the default), ``"dataset"`` or ``"space"``.
    revision
        Branch or pull request to begin from and to push to; the main branch by default.
    endpoint
        Base URL of the Hub; by default what the environment says.
    token
        As everywhere; better left out.

    Returns
    -------
    CardPanel or None
        In a notebook the panel, which shows itself as the last line of a cell. Its `content` can be observed and
        set. In a terminal nothing; the card's problems are printed.

    Raises
    ------
    HFValidationError
        If an argument can't be right.
    """
    kind = validate_repo_type(repo_type)
    home, text, title = _home_of(target, repo_id, kind, revision, token, endpoint)
    if front_end() is FrontEnd.NONE:
        _print(home, text, kind)
        return None
    from .card import CardPanel

    panel = CardPanel(home, text=text, title=title, endpoint=endpoint)
    if front_end() is FrontEnd.BATCH:
        panel.settle(_PATIENCE_IN_BATCH_S)
    return panel


def _home_of(
    target: Any,
    repo_id: str | None,
    kind: str,
    revision: str | None,
    token: Any,
    endpoint: str | None,
) -> tuple[Home | None, str | None, str]:
    """Give the card's home, the text to begin with if it is not the home's, and a name."""
    path = _path_of(target)
    if path is not None:
        return FileHome(path, kind), None, path.name
    if isinstance(target, str):
        return RepoHome(target, kind, revision, token, endpoint), None, target
    if target is None or isinstance(target, (int, float, bytes, dict, list)):
        msg = f"A card is that of a repository, a file, a model or a card object, not of {type(target).__name__}."
        raise HFValidationError(msg)
    name = repo_id or getattr(target, "_hub_mixin_repo_id", None)
    text = target.content if isinstance(target, RepoCard) else card_of(target, name).content
    home = RepoHome(name, kind, revision, token, endpoint) if name else None
    return home, text, name or type(target).__name__


def _path_of(target: Any) -> Path | None:
    """Give the README that `target` means, if it means a file."""
    if not isinstance(target, (str, Path)):
        return None
    path = Path(target)
    if path.is_dir():
        # "me/digits" is a repository even where a folder of that name lies around without a README
        return path / "README.md" if isinstance(target, Path) or (path / "README.md").is_file() else None
    if isinstance(target, Path) or path.is_absolute() or path.suffix == ".md":
        return path
    return None


def _print(home: Home | None, text: str | None, kind: str) -> None:
    text = text if text is not None or home is None else home.read().text
    problems = lint(text or "", kind)
    lines = [str(one) for one in problems] or ["No problems."]
    sys.stdout.write("".join(f"{line}\n" for line in lines))
