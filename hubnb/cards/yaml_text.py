"""The YAML of a card: read it, write it, and change some of its keys without touching the rest.

Why not simply dump the whole mapping again: even a round-trip dumper re-indents lists, re-spaces inline
collections and folds long lines, so one changed licence would show as a diff of forty lines. Here the text of
every top-level key that did not change stays as it is, byte for byte; a key that did change is written anew,
with the comments inside it kept where the value allows.

Cards are strangers' text. The loader builds plain values only, and a block whose aliases expand to more than
`MOST_NODES` values is refused.
"""

from __future__ import annotations

import contextlib
import datetime
import io
import itertools
import re
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, CommentedSet, TaggedScalar
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.scalarstring import (
    DoubleQuotedScalarString,
    LiteralScalarString,
    ScalarString,
    SingleQuotedScalarString,
)

from .front_matter import FrontMatterError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_NODES = 200_000
"""Values a block may expand to; far beyond any real card, far below what hurts."""

_MOST_OPEN_BRACKETS = 500

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|\Z)")
_STRANGE_BREAKS = ("\x85", "\u2028", "\u2029")
_INDENTED_LIST = re.compile(r"^(?P<key> *)[^\s#\-][^\n]*:[ ]*\n(?P<dash> *)- ", re.MULTILINE)
# Plain words that YAML 1.1 readers (PyYAML among them) take for a boolean or a number; quoted, all agree.
_AMBIGUOUS = re.compile(
    r"y|n|yes|no|on|off|true|false|null|~"
    r"|[-+]?0b[01_]+|[-+]?\d[\d_]*|[-+]?\d[\d_]*(:[0-5]?\d)+(\.\d*)?|[-+]?[\d_]*\.[\d_]*(e[-+]?\d+)?",
    re.IGNORECASE,
)


def parse(text: str) -> dict[str, Any]:
    """Read a block as plain Python values.

    Raises
    ------
    FrontMatterError
        It is not YAML, not a mapping, or not one a card may hold; with the line in the block.
    """
    return {str(key): value for key, value in _plain(_load(text)).items()}


def dump(data: dict[str, Any], newline: str = "\n") -> str:
    """Write plain values as YAML, in their order; an empty mapping is an empty text."""
    return _to_text(_writable(data), indented_lists=False).replace("\n", newline) if data else ""


def edit(text: str, before: dict[str, Any], after: dict[str, Any], newline: str = "\n") -> str:
    """Change a block so that it says `after`, touching only what differs from `before`.

    Parameters
    ----------
    text
        The block as it is.
    before
        What the caller understood of it. Keys of the text that are not in here are none of the caller's
        business and stay.
    after
        What it shall say. New keys come last, in their order.
    """
    if before == after:
        return text
    node = _load(text)
    indented_lists = _indents_lists(text)
    lines = [match.group() for match in _LINE.finditer(text) if match.group()]
    blocks = None if any(mark in text for mark in _STRANGE_BREAKS) else _blocks(node, lines)
    if blocks is not None:
        # A key whose value is an alias of another key's can't be edited alone; the check finds that out.
        with contextlib.suppress(YAMLError, FrontMatterError):
            changed = _edit_blocks(blocks, before, after, indented_lists, newline)
            if _says(changed, after):
                return changed
    _replace_keys(node, before, after)
    return _to_text(node, indented_lists=indented_lists).replace("\n", newline) if node else ""


def replace_scalar(text: str, path: Sequence[str | int], value: Any) -> str | None:
    """Write another single value in the place of one, and touch nothing else; None where that can't be done.

    Parameters
    ----------
    path
        Keys and positions that lead to the value.
    """
    import yaml

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node: Any = None if is_too_deep(text) else yaml.compose(text, Loader=loader)
    except (yaml.YAMLError, ValueError):
        return None
    for step in path:
        if isinstance(node, yaml.MappingNode):
            node = next((one for key, one in node.value if key.value == step), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            return None
    if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
        return None
    start, end = node.start_mark.index, node.end_mark.index
    changed = f"{text[:start]}{' ' * (start == end)}{scalar(value)}{text[end:]}"
    expected = parse(text)
    target: Any = expected
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    with contextlib.suppress(FrontMatterError):
        return changed if parse(changed) == expected else None
    return None


def scalar(value: Any) -> str:
    """Write one word as it has to stand in a block, quoted where it must be."""
    return _to_text({"k": _writable(value)}, indented_lists=False)[3:].rstrip("\n")


def is_too_deep(text: str) -> bool:
    """Whether a block is nested deeper than a card can sensibly be."""
    return _open_brackets(text) > _MOST_OPEN_BRACKETS


def by_key(text: str) -> dict[str, str] | None:
    """Cut a block into the text that belongs to each top-level key, with the comments after it.

    What comes before the first key stands under the empty name. None where keys don't own their lines, as in
    ``{a: 1, b: 2}``.
    """
    lines = [match.group() for match in _LINE.finditer(text) if match.group()]
    if any(mark in text for mark in _STRANGE_BREAKS):
        return None
    blocks = _blocks(_load(text), lines)
    return None if blocks is None else {key: own + following for key, own, following in blocks}


# --- reading ---


def _load(text: str) -> CommentedMap:
    if is_too_deep(text):  # the parser takes quadratic time to find that out
        raise FrontMatterError("it is nested too deeply")  # noqa: EM101
    try:
        node = _yaml().load(_line_feeds(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise FrontMatterError(_words(str(error.problem or error.context)), *place) from None
    except YAMLError as error:
        raise FrontMatterError(_words(str(error))) from None
    except RecursionError:
        raise FrontMatterError("it is nested too deeply") from None  # noqa: EM101
    except (ValueError, OverflowError) as error:  # e.g. a date with a thirteenth month
        raise FrontMatterError(f"a value is impossible ({error})") from None  # noqa: EM102
    if node is None:
        return CommentedMap()
    if not isinstance(node, CommentedMap):
        kind = "a list" if isinstance(node, CommentedSeq) else "a single value"
        msg = f"it is {kind}; it must be a mapping, lines like `license: mit`"
        raise FrontMatterError(msg, 1)
    for key in node:
        if not isinstance(key, str):
            msg = f"the key {key!r} is not text; put it between quotes"
            raise FrontMatterError(msg, node.lc.key(key)[0] + 1)
    _refuse_bombs(node)
    return node


def _open_brackets(text: str) -> int:
    """Count how many brackets are open at once, at most; those inside of text values count too."""
    steps = (1 if character in "[{" else -1 for character in text if character in "[]{}")
    return max(itertools.accumulate(steps), default=0)


def _words(problem: str) -> str:
    """Say the parser's problem in words that fit a sentence."""
    words = " ".join(problem.split()).rstrip(".")
    if "another document" in words:
        return "there is a second YAML document"
    if "duplicate key" in words:
        return words.split(" with value")[0].replace("found", "there is a")
    return words


def _refuse_bombs(root: CommentedMap) -> None:
    """Refuse aliases that refer to themselves or that expand to more values than a card can sensibly hold."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()

    def size(node: Any) -> int:
        if not isinstance(node, (dict, list)):
            return 1
        if id(node) in open_nodes:
            raise FrontMatterError("an alias contains itself")  # noqa: EM101
        if id(node) not in sizes:
            open_nodes.add(id(node))
            children = node.values() if isinstance(node, dict) else node
            sizes[id(node)] = 1 + sum(size(child) for child in children)
            open_nodes.discard(id(node))
        if sizes[id(node)] > MOST_NODES:
            msg = f"it holds more than {MOST_NODES} values"
            raise FrontMatterError(msg)
        return sizes[id(node)]

    try:
        size(root)
    except RecursionError:
        raise FrontMatterError("it is nested too deeply") from None  # noqa: EM101


def _plain(value: Any) -> Any:
    """Give the same value without the round-trip classes."""
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    if isinstance(value, CommentedSet):
        return [_plain(item) for item in value]
    if isinstance(value, (list, tuple)):
        items = [_plain(item) for item in value]
        return tuple(items) if isinstance(value, tuple) else items
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, TaggedScalar):
        return str(value.value)
    if value is None or isinstance(value, bool):
        return value
    if hasattr(value, "yaml_anchor") and type(value).__name__ == "ScalarBoolean":
        return bool(value)
    for kind in (str, int, float):
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, datetime.datetime):
        return datetime.datetime.combine(value.date(), value.timetz())
    return value


# --- writing ---


def _yaml(*, indented_lists: bool = False) -> YAML:
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 10**9  # never fold: a folded line is a changed line
    yaml.allow_unicode = True
    if indented_lists:
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml


def _to_text(node: Any, *, indented_lists: bool) -> str:
    stream = io.StringIO()
    try:
        _yaml(indented_lists=indented_lists).dump(node, stream)
    except YAMLError as error:
        msg = f"a value can't be written as YAML ({' '.join(str(error).split())})"
        raise FrontMatterError(msg) from None
    return stream.getvalue()


def _writable(value: Any) -> Any:
    """Turn plain values into what the dumper writes well: ambiguous words quoted, long texts as blocks."""
    if isinstance(value, dict):
        return CommentedMap((_writable(key), _writable(item)) for key, item in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        items = sorted(value, key=str) if isinstance(value, (set, frozenset)) else value
        return CommentedSeq(_writable(item) for item in items)
    if isinstance(value, str) and not isinstance(value, ScalarString):
        if _AMBIGUOUS.fullmatch(value):
            return SingleQuotedScalarString(value)
        if any(mark in value for mark in _STRANGE_BREAKS):
            return DoubleQuotedScalarString(value)
        if "\n" in value and value.strip() and not value.startswith((" ", "\n")) and _is_block_text(value):
            return LiteralScalarString(value)
        return value
    if type(value).__module__.partition(".")[0] in ("numpy", "torch") and not isinstance(value, ScalarString):
        return _writable(value.item())
    return value


def _is_block_text(value: str) -> bool:
    """Whether a block scalar holds this text exactly: printable, and no line that ends in blanks."""
    return all(line.isprintable() and line == line.rstrip() for line in value.split("\n"))


def _indents_lists(text: str, otherwise: bool = False) -> bool:
    found = _INDENTED_LIST.search(_line_feeds(text))
    return otherwise if found is None else len(found["dash"]) > len(found["key"])


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _says(text: str, wanted: dict[str, Any]) -> bool:
    """Whether the text, read again, holds what it was written for."""
    found = parse(text)
    return _holds(found, _plain(_writable(wanted)))


def _holds(found: Any, wanted: Any) -> bool:
    """Whether `found` says all that `wanted` says; it may say more, which is what others wrote."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        return all(key in found and _holds(found[key], value) for key, value in wanted.items())
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(_holds, found, wanted))
    return found == wanted or (found != found and wanted != wanted)


# --- editing ---

_Block = tuple[str, str, str]
"""A top-level key, the text of its value, and the comments and blank lines that follow it."""


def _blocks(node: CommentedMap, lines: list[str]) -> list[_Block] | None:
    """Cut the block at its top-level keys; None where these don't own their lines, as in ``{a: 1, b: 2}``."""
    if any(key not in (node.lc.data or {}) for key in node):  # came in by a merge key, `<<`
        return None
    starts = [(node.lc.key(key), key) for key in node]
    if any(column != 0 for (_, column), _ in starts) or len({line for (line, _), _ in starts}) != len(starts):
        return None
    first = starts[0][0][0] if starts else len(lines)
    blocks: list[_Block] = [("", "", "".join(lines[:first]))]
    for index, ((start, _), key) in enumerate(starts):
        if lines[start].startswith(("?", "<<", "!", "&")):
            return None
        end = starts[index + 1][0][0] if index + 1 < len(starts) else len(lines)
        own_end = end
        while own_end > start + 1 and _is_between(lines[own_end - 1]):
            own_end -= 1
        blocks.append((str(key), "".join(lines[start:own_end]), "".join(lines[own_end:end])))
    return blocks


def _is_between(line: str) -> bool:
    """Whether a line after a value belongs to no key: blank, or a comment at the margin."""
    return not line.strip() or line.startswith("#")


def _edit_blocks(
    blocks: list[_Block],
    before: dict[str, Any],
    after: dict[str, Any],
    indented_lists: bool,
    newline: str,
) -> str:
    pieces: list[str] = []
    there = set()
    for key, own, following in blocks:
        there.add(key)
        if key in before and key not in after:
            own = ""
        elif key in after and (key not in before or before[key] != after[key]):
            node = _yaml().load(_line_feeds(own))
            node[key] = _merged(node[key], before.get(key), after[key])
            # one card may hold lists in both styles: each key keeps its own
            own = _to_text(node, indented_lists=_indents_lists(own, indented_lists)).replace("\n", newline)
        pieces += [own, following]
    added = {key: value for key, value in after.items() if key not in there}
    text = "".join(pieces)
    if added:
        if text and not text.endswith(("\n", "\r")):
            text += newline
        text += _to_text(_writable(added), indented_lists=indented_lists).replace("\n", newline)
    return text


def _replace_keys(node: CommentedMap, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Change top-level keys as a whole: what lies below may be shared with another key by an alias."""
    for key in [key for key in before if key in node and key not in after]:
        del node[key]
    for key, value in after.items():
        if key not in node or key not in before or before[key] != value:
            node[key] = _writable(value)


def _merged(node: Any, before: Any, after: Any) -> Any:
    """Change the parsed `node` so that it says `after`, in place where it can; give what to write."""
    if before == after and type(before) is type(after):
        return node
    if isinstance(node, CommentedMap) and isinstance(before, dict) and isinstance(after, dict):
        for key in [key for key in before if key in node and key not in after]:
            del node[key]
        for key, value in after.items():
            known = key in node and key in before
            node[key] = _merged(node[key], before[key], value) if known else _writable(value)
        return node
    if isinstance(node, CommentedSeq) and isinstance(before, list) and isinstance(after, list):
        return _merged_list(node, before, after)
    return _writable(after)


def _merged_list(node: CommentedSeq, before: list[Any], after: list[Any]) -> Any:
    if len(node) != len(before):  # the caller saw the list in another shape, e.g. without its repeated items
        return _writable(after)
    shared = min(len(before), len(after))
    for index in range(shared):
        node[index] = _merged(node[index], before[index], after[index])
    del node[shared:]
    for value in after[shared:]:
        node.append(_writable(value))
    return node
