"""Two people changed one card: what fits together is joined, what does not is a conflict, as data.

Metadata is joined by key (and lists of words by word), Markdown by lines. Nothing is written into the text that
is not somebody's: there are no conflict marks, `Merge.finish` takes a decision for every conflict.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Literal

from . import front_matter, yaml_text
from .front_matter import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Choice = Literal["mine", "theirs", "both"]


@dataclass(frozen=True)
class Conflict:
    """A place that both changed, each in another way.

    Parameters
    ----------
    part
        ``"metadata"`` or ``"text"``.
    key
        The metadata key; empty for text.
    line
        Where it begins in my version, counted from 1.
    base, mine, theirs
        The lines as they were, and as each made them; with their line endings.
    """

    part: str
    key: str
    line: int
    base: str
    mine: str
    theirs: str


@dataclass
class Merge:
    """Two versions joined as far as they fit.

    Parameters
    ----------
    pieces
        Text that is decided, and conflicts, in their order.
    joined
        How many changes of the others came in by themselves.
    """

    pieces: list[str | Conflict] = field(default_factory=list)
    joined: int = 0

    @property
    def conflicts(self) -> list[Conflict]:
        """What somebody has to decide."""
        return [piece for piece in self.pieces if isinstance(piece, Conflict)]

    def finish(self, choices: Sequence[Choice | Mapping[str, str]] = ()) -> str:
        """Give the merged text.

        Parameters
        ----------
        choices
            For each conflict ``"mine"``, ``"theirs"``, ``"both"`` (mine first), or ``{"edit": text}``.

        Raises
        ------
        ValueError
            There are more or fewer choices than conflicts, or one that is none.
        """
        left = list(choices)
        if len(left) != len(self.conflicts):
            msg = f"There are {len(self.conflicts)} conflicts and {len(left)} choices."
            raise ValueError(msg)
        return "".join(piece if isinstance(piece, str) else _chosen(piece, left.pop(0)) for piece in self.pieces)


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Join two versions of a card that both began from `base`."""
    if mine == theirs or base == theirs:
        return Merge([mine])
    if base == mine:
        return Merge([theirs], 1)
    old, my, their = (front_matter.split(text) for text in (base, mine, theirs))
    result = Merge()
    if my.has_block and their.has_block:
        _merge_block(result, old, my, their)
    else:
        _merge_lines(result, *(_head(one) for one in (old, my, their)), part="metadata", line=1)
    first = mine[: len(mine) - len(my.body)].count("\n") + 1
    _merge_lines(result, old.body, my.body, their.body, part="text", line=first)
    return _checked(result, base, mine, theirs)


def _head(pieces: front_matter.CardText) -> str:
    return pieces.lead + pieces.opening + pieces.yaml + pieces.closing


def _chosen(conflict: Conflict, choice: Any) -> str:
    if choice in ("mine", "theirs"):
        return getattr(conflict, choice)
    if choice == "both":
        first = conflict.mine
        return first + ("\n" if first and not first.endswith("\n") and conflict.theirs else "") + conflict.theirs
    if isinstance(choice, dict) and isinstance(choice.get("edit"), str):
        text = choice["edit"]
        ends = conflict.mine.endswith("\n") or conflict.theirs.endswith("\n")
        return text + "\n" if ends and text and not text.endswith("\n") else text
    msg = f"A conflict is decided by 'mine', 'theirs', 'both' or {{'edit': text}}, not by {choice!r}."
    raise ValueError(msg)


def _checked(result: Merge, base: str, mine: str, theirs: str) -> Merge:
    """Make sure that what came together by itself is still a card; else the whole block is the conflict."""
    if result.conflicts or _readable(result.finish()) or not (_readable(mine) and _readable(theirs)):
        return result
    old, my, their = (front_matter.split(text) for text in (base, mine, theirs))
    again = Merge([Conflict("metadata", "", 1, _head(old), _head(my), _head(their))], result.joined)
    first = mine[: len(mine) - len(my.body)].count("\n") + 1
    _merge_lines(again, old.body, my.body, their.body, part="text", line=first)
    return again


def _readable(text: str) -> bool:
    try:
        yaml_text.parse(front_matter.split(text).yaml)
    except FrontMatterError:
        return False
    return True


# --- metadata, by key ---


def _merge_block(
    result: Merge,
    old: front_matter.CardText,
    my: front_matter.CardText,
    their: front_matter.CardText,
) -> None:
    blocks = [_keys(one.yaml) for one in (old, my, their)]
    result.pieces.append(my.lead + my.opening)
    if any(one is None for one in blocks):
        _merge_lines(result, old.yaml, my.yaml, their.yaml, part="metadata", line=my.lines_before_yaml + 1)
    else:
        base, mine, theirs = (one or {} for one in blocks)
        lines = _first_lines(mine, my.lines_before_yaml + 1)
        # their order, for it is what the Hub shows; what only I added comes after the key it follows in mine
        for key in _order(theirs, mine):
            _merge_key(result, key, base.get(key, ""), mine.get(key, ""), theirs.get(key, ""), lines.get(key, 1))
    result.pieces.append(my.closing)


def _keys(block: str) -> dict[str, str] | None:
    """Cut a block into the text of its keys; None where it can't be."""
    try:
        return yaml_text.by_key(block)
    except FrontMatterError:
        return None


def _first_lines(texts: Mapping[str, str], line: int) -> dict[str, int]:
    found = {}
    for key, text in texts.items():
        found[key] = line
        line += text.count("\n")
    return found


def _order(theirs: Mapping[str, str], mine: Mapping[str, str]) -> list[str]:
    order = list(theirs)
    before = None
    for key in mine:
        if key not in theirs:
            order.insert(order.index(before) + 1 if before in order else len(order), key)
        before = key
    return order


def _merge_key(result: Merge, key: str, base: str, mine: str, theirs: str, line: int) -> None:
    if mine == theirs or base == theirs:
        result.pieces.append(mine)
    elif base == mine:
        result.pieces.append(theirs)
        result.joined += 1
    elif (words := _merged_words(key, base, mine, theirs)) is not None:
        result.pieces.append(words)
        result.joined += 1
    else:
        _merge_lines(result, base, mine, theirs, part="metadata", line=line, key=key)


def _merged_words(key: str, base: str, mine: str, theirs: str) -> str | None:
    """Join two lists of words: what either added is there, what either removed is not."""
    try:
        values = [yaml_text.parse(text).get(key) for text in (base, mine, theirs)]
    except FrontMatterError:
        return None
    if not all(isinstance(one, list) and all(isinstance(word, str) for word in one) for one in values):
        return None
    old, my, their = (one or [] for one in values)
    words = [word for word in their if word in my or word not in old]
    words += [word for word in my if word not in old and word not in words]
    return yaml_text.edit(theirs, {key: their}, {key: words}, "\r\n" if "\r\n" in theirs else "\n")


# --- text, by lines ---


def _merge_lines(
    result: Merge,
    base: str,
    mine: str,
    theirs: str,
    *,
    part: str,
    line: int,
    key: str = "",
) -> None:
    olds, mys, theirs_ = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    to_mine, to_theirs = _matches(olds, mys), _matches(olds, theirs_)
    at, my, their = 0, 0, 0
    while at < len(olds) or my < len(mys) or their < len(theirs_):
        if to_mine(at) == my and to_theirs(at) == their:
            result.pieces.append(olds[at])
            at, my, their = at + 1, my + 1, their + 1
            continue
        end = at
        while end < len(olds) and (to_mine(end) is None or to_theirs(end) is None):
            end += 1
        my_end = len(mys) if end == len(olds) else _known(to_mine(end))
        their_end = len(theirs_) if end == len(olds) else _known(to_theirs(end))
        was, mine_now, theirs_now = (
            "".join(lines) for lines in (olds[at:end], mys[my:my_end], theirs_[their:their_end])
        )
        if theirs_now in (mine_now, was):
            result.pieces.append(mine_now)
        elif was == mine_now:
            result.pieces.append(theirs_now)
            result.joined += 1
        else:
            result.pieces.append(Conflict(part, key, line + my, was, mine_now, theirs_now))
        at, my, their = end, my_end, their_end


def _matches(olds: Sequence[str], news: Sequence[str]) -> Callable[[int], int | None]:
    """Tell where each old line is now, None where it is gone."""
    places: dict[int, int] = {}
    for block in SequenceMatcher(None, olds, news, autojunk=False).get_matching_blocks():
        places |= {block.a + step: block.b + step for step in range(block.size)}
    return places.get


def _known(place: int | None) -> int:
    if place is None:
        msg = "a line that both kept has a place in both"
        raise AssertionError(msg)
    return place
