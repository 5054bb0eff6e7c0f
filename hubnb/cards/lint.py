"""Lint of a card's metadata: what the Hub would refuse, and what it or a reader will stumble over.

It asks nobody. Positions come from the YAML nodes themselves, so a problem names the word that is wrong, and a
fix replaces that word and nothing else.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import yaml

from . import front_matter, vocabulary, yaml_text
from .eval_results import model_index_to_eval_results
from .front_matter import FrontMatterError
from .lint_text import text_problems
from .problems import Edit, Fix, Problem
from .vocabulary import Guess, guess

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from yaml.nodes import MappingNode, Node, ScalarNode

    from .problems import Severity

_LICENSE_NAME = re.compile(r"[a-z0-9.\-]+")
_REPO_ID = re.compile(r"[A-Za-z0-9_.\-]{1,96}(/[A-Za-z0-9_.\-]{1,96})?")
_MOST_DESCRIPTION = 60
_STR = "tag:yaml.org,2002:str"
_BOOL = "tag:yaml.org,2002:bool"
_NULL = "tag:yaml.org,2002:null"
_INDEX_STEP = re.compile(r"\.?([\w-]+)|\[(\d+)\]")
_OF_WORDS = {
    "model": ("language", "license", "tags", "datasets", "metrics", "base_model", "library_name", "pipeline_tag"),
    "dataset": ("language", "license", "tags", "task_categories", "task_ids", "size_categories", "pretty_name"),
    "space": ("title", "emoji", "sdk", "license", "tags", "models", "datasets", "app_file"),
}
_REPOSITORIES = {"datasets": "dataset", "base_model": "model", "models": "model", "source_datasets": "dataset"}


def lint(text: str, repo_type: str = "model", *, files: Collection[str] | None = None) -> list[Problem]:
    """Find what is wrong with a README, in the order of its lines.

    Parameters
    ----------
    text
        The whole README.
    repo_type
        The kind of repository it is for.
    files
        Paths in the repository, where they are known: links to others are hints.
    """
    pieces = front_matter.split(text)
    metadata = metadata_problems(pieces.lead + pieces.opening, pieces.yaml, repo_type)
    if not pieces.has_block and repo_type != "space":
        metadata = (Problem("no_metadata", {}, "hint", 1, 1, 1),)
    before = len(text) - len(pieces.body)
    return sorted([*metadata, *text_problems(text, before, files)], key=lambda one: (one.line, one.column))


def repositories(text: str) -> dict[str, list[tuple[str, int, int]]]:
    """Find the repositories that the metadata names: kind of repository to ids with line and column."""
    pieces = front_matter.split(text)
    found: dict[str, list[tuple[str, int, int]]] = {"model": [], "dataset": []}
    root = _compose(pieces.yaml)
    lines = pieces.lines_before_yaml
    for key, node in _pairs(root):
        kind = _REPOSITORIES.get(key.value)
        if kind is None:
            continue
        for one in _items(node):
            if _REPO_ID.fullmatch(one.value):
                found[kind].append((one.value, one.start_mark.line + lines + 1, one.start_mark.column + 1))
    return found


@lru_cache(maxsize=8)
def metadata_problems(before: str, block: str, repo_type: str) -> tuple[Problem, ...]:
    """Find the problems of a metadata block; remembered, for a person mostly types below it.

    Parameters
    ----------
    before
        What comes before the block in the file.
    """
    lint_ = _Metadata(before, block)
    try:
        root = _compose(block)
        yaml_text.parse(block)  # says what a card may not hold, e.g. a list for a mapping
    except FrontMatterError as error:
        lint_.unreadable(error)
        return tuple(lint_.found)
    lint_.check(root, repo_type)
    return tuple(lint_.found)


def _compose(block: str) -> MappingNode | None:
    """Read the block as nodes, which know their places; nothing is constructed."""
    if yaml_text.is_too_deep(block):
        raise FrontMatterError("it is nested too deeply")  # noqa: EM101
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(block, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError):
        node = None  # yaml_text says it better
    return node if isinstance(node, yaml.MappingNode) else None


class _Metadata:
    """One block under inspection."""

    def __init__(self, before: str, block: str) -> None:
        self._lines_before = len(re.findall(r"\r\n|\n|\r", before))
        self._before = len(before)
        self._block = block
        self.found: list[Problem] = []

    # --- reporting ---

    def add(
        self,
        code: str,
        node: Node,
        severity: Severity = "hint",
        fixes: Sequence[Fix] = (),
        **values: Any,
    ) -> None:
        start, end = node.start_mark, node.end_mark
        last = end.column + 1 if end.line == start.line else start.column + 2
        line = start.line + self._lines_before + 1
        self.found.append(Problem(code, values, severity, line, start.column + 1, last, tuple(fixes)))

    def unreadable(self, error: FrontMatterError) -> None:
        line = (error.line or 1) + self._lines_before
        column = error.column or 1
        values = {"reason": error.problem}
        self.found.append(Problem("yaml", values, "error", line, column, column + 1))

    def replace(self, node: Node, value: str, code: str = "use", *, sure: bool = False) -> Fix:
        """Make the fix that writes `value` in the place of a word."""
        written = yaml_text.scalar(value)
        edit = Edit(self._before + node.start_mark.index, self._before + node.end_mark.index, written)
        return Fix(code, {"value": value}, (edit,), sure)

    def guesses(self, node: ScalarNode, found: Guess) -> list[Fix]:
        return [self.replace(node, word, sure=found.sure) for word in found.words]

    # --- checking ---

    def check(self, root: MappingNode | None, repo_type: str) -> None:
        if root is None:
            return
        self._keys(root, repo_type)
        nodes = {key.value: node for key, node in _pairs(root)}
        for key in _OF_WORDS[repo_type]:
            if key in nodes:
                self._words(key, nodes[key])
        self._each(nodes, "license", self._license)
        self._each(nodes, "language", self._language)
        for key in ("base_model", "datasets", "models"):
            self._each(nodes, key, self._repository)
        self._one_of(nodes, "license_name", "license_name", lambda word: _LICENSE_NAME.fullmatch(word) is not None)
        self._repeated(nodes.get("tags"))
        if repo_type != "space" and "license" not in nodes:
            self.add("license_missing", root)
        {"model": self._model, "dataset": self._dataset, "space": self._space}[repo_type](nodes)

    def _keys(self, root: MappingNode, repo_type: str) -> None:
        known = vocabulary.KEYS[repo_type]
        seen: set[str] = set()
        there = {key.value for key, _ in _pairs(root)}
        for key, _ in _pairs(root):
            if key.value in seen:
                self.add("duplicate_key", key, "error", key=key.value)
            seen.add(key.value)
            if key.value in known:
                continue
            meant = guess(key.value, known)
            words = [word for word in meant.words if word not in there]
            if meant.sure or _is_typo(key.value, words):
                edit = (
                    Edit(self._before + key.start_mark.index, self._before + key.end_mark.index, words[0])
                    if words
                    else None
                )
                fixes = [Fix("rename", {"value": words[0]}, (edit,), sure=True)] if edit else []
                self.add("key_typo", key, "hint", fixes, key=key.value)

    def _words(self, key: str, node: Node) -> None:
        """Check that a value is a word or a list of words."""
        for item in _nodes(node):
            if not isinstance(item, yaml.ScalarNode):
                self.add("not_text", item, "error", key=key, value="a list or a mapping")
            elif item.tag == _BOOL and key == "language" and item.value.lower() == "no":
                quote = [self.replace(item, "no", "quote", sure=True)]
                self.add("language_no", item, "hint", quote)
            elif item.tag not in (_STR, _NULL):
                quote = [self.replace(item, item.value, "quote", sure=True)]
                self.add("not_text", item, "error", quote, key=key, value=item.value)

    def _each(self, nodes: Mapping[str, Node], key: str, check: Callable[[ScalarNode], None]) -> None:
        if key in nodes:
            for item in _items(nodes[key]):
                check(item)

    def _license(self, node: ScalarNode) -> None:
        if node.value not in vocabulary.licenses():
            fixes = self.guesses(node, vocabulary.guess_license(node.value))
            self.add("license_unknown", node, "error", fixes, value=node.value)

    def _language(self, node: ScalarNode) -> None:
        if node.tag != _BOOL and not vocabulary.is_language(node.value):
            fixes = self.guesses(node, vocabulary.guess_language(node.value))
            self.add("language_unknown", node, "error", fixes, value=node.value)

    def _repository(self, node: ScalarNode) -> None:
        if _REPO_ID.fullmatch(node.value):
            return
        address = re.fullmatch(r"https?://[^/]+/(?:datasets/|spaces/)?([\w.\-]+/[\w.\-]+)/?", node.value)
        fixes = [self.replace(node, address[1], sure=True)] if address else []
        self.add("repo_id", node, "hint", fixes, value=node.value)

    def _one_of(self, nodes: Mapping[str, Node], key: str, code: str, good: Callable[[str], bool]) -> None:
        node = nodes.get(key)
        if isinstance(node, yaml.ScalarNode) and node.tag != _NULL and not good(node.value):
            slug = re.sub(r"[^a-z0-9.\-]+", "-", node.value.lower()).strip("-")
            self.add(code, node, "error", [self.replace(node, slug, sure=True)] if slug else [])

    def _repeated(self, tags: Node | None) -> None:
        seen: set[str] = set()
        if not isinstance(tags, yaml.SequenceNode):
            return
        for item in _items(tags):
            if item.value in seen:
                self.add("duplicate_tag", item, "hint", self._removal(tags, item), value=item.value)
            seen.add(item.value)

    def _removal(self, node: yaml.SequenceNode, item: ScalarNode) -> list[Fix]:
        """Take an item's line out of a list in block style; one in brackets is left to a person."""
        if node.flow_style:
            return []
        start = self._block.rfind("\n", 0, item.start_mark.index) + 1
        end = self._block.find("\n", item.end_mark.index) + 1 or len(self._block)
        return [Fix("remove", {"value": item.value}, (Edit(self._before + start, self._before + end, ""),), sure=True)]

    def _choice(self, nodes: Mapping[str, Node], key: str, choices: Sequence[str]) -> None:
        node = nodes.get(key)
        if isinstance(node, yaml.ScalarNode) and node.tag != _NULL and node.value not in choices:
            self.add(
                "not_choice", node, "error", self.guesses(node, guess(node.value, choices)), key=key, value=node.value
            )

    def _vocabulary(self, node: Node | None, code: str, known: Mapping[str, str] | Sequence[str]) -> None:
        for item in _items(node) if node is not None else ():
            if item.value not in known:
                self.add(code, item, "hint", self.guesses(item, guess(item.value, known)), value=item.value)

    def _model(self, nodes: Mapping[str, Node]) -> None:
        self._choice(nodes, "base_model_relation", vocabulary.RELATIONS)
        self._vocabulary(nodes.get("pipeline_tag"), "task_unknown", vocabulary.tasks())
        self._vocabulary(nodes.get("library_name"), "library_unknown", vocabulary.libraries())
        if "model-index" in nodes:
            self._index(nodes["model-index"])

    def _index(self, node: Node) -> None:
        value = yaml_text.parse(self._block).get("model-index")
        try:
            name, _ = model_index_to_eval_results(value)
            if not name:
                raise FrontMatterError("model-index[0] has no `name`")  # noqa: EM101
        except FrontMatterError as error:
            self.add("model_index", _at(node, error.problem), "error", reason=error.problem)

    def _dataset(self, nodes: Mapping[str, Node]) -> None:
        self._vocabulary(nodes.get("task_categories"), "task_unknown", vocabulary.tasks())
        self._vocabulary(nodes.get("size_categories"), "size_unknown", vocabulary.SIZE_CATEGORIES)
        configs = nodes.get("configs")
        if configs is None:
            return
        if not isinstance(configs, yaml.SequenceNode):
            self.add("configs", configs, "error", place="configs[0].config_name")
            return
        for number, config in enumerate(configs.value):
            if "config_name" not in {key.value for key, _ in _pairs(config)}:
                self.add("configs", config, "error", place=f"configs[{number}].config_name")

    def _space(self, nodes: Mapping[str, Node]) -> None:
        self._choice(nodes, "sdk", vocabulary.SDKS)
        for key in ("colorFrom", "colorTo"):
            self._choice(nodes, key, vocabulary.COLORS)
        node = nodes.get("short_description")
        if isinstance(node, yaml.ScalarNode) and len(node.value) > _MOST_DESCRIPTION:
            values = {"key": "short_description", "most": _MOST_DESCRIPTION, "count": len(node.value)}
            self.add("too_long", node, "error", **values)


def _is_typo(key: str, words: Sequence[str]) -> bool:
    return bool(words) and len(key) > 4 and vocabulary.likeness(key, words[0]) > 0.8


def _pairs(node: Node | None) -> Iterator[tuple[ScalarNode, Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                yield key, value


def _nodes(node: Node) -> list[Node]:
    return node.value if isinstance(node, yaml.SequenceNode) else [node]


def _items(node: Node) -> Iterator[ScalarNode]:
    """Go through the words of a value, be it one or a list."""
    for item in _nodes(node):
        if isinstance(item, yaml.ScalarNode) and item.tag != _NULL:
            yield item


def _at(node: Node, problem: str) -> Node:
    """Find the node that a sentence such as `model-index[0].results[2] has no …` is about."""
    path = problem.split(" ", 1)[0].removeprefix("model-index")
    for name, number in _INDEX_STEP.findall(path):
        children = {key.value: value for key, value in _pairs(node)}
        if name and name in children:
            node = children[name]
        elif number and isinstance(node, yaml.SequenceNode) and int(number) < len(node.value):
            node = node.value[int(number)]
        else:
            return node
    return node
