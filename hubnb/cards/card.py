"""Cards: the README of a repository as an object with metadata (`data`) and Markdown (`text`).

A card that was read and not changed is written back byte for byte. A changed field changes its own lines
only; comments, order, quoting and keys that hubnb does not know stay (see `yaml_text`).
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from hubnb.client.repo_id import validate_path_in_repo

from . import front_matter, hub, template, yaml_text
from .checks import problems
from .data import CardData, DatasetCardData, ModelCardData, SpaceCardData
from .front_matter import FrontMatterError
from .lint import lint
from .sections import Section, headings

if TYPE_CHECKING:
    from collections.abc import Collection

    from hubnb.client.commits import CommitInfo

    from .problems import Problem

AnyCard = TypeVar("AnyCard", bound="RepoCard")


class RepoCard:
    """The card of a repository of any kind.

    Parameters
    ----------
    content
        The whole README.
    ignore_metadata_errors
        Leave evaluation results that can't be read out of `data`, with a warning. Their text stays.

    Raises
    ------
    FrontMatterError
        The metadata block is not a YAML mapping; the error has the line in the file. It is a `ValueError`.
    """

    card_data_class: ClassVar[type[CardData]] = CardData
    repo_type: ClassVar[str] = "model"

    data: CardData
    text: str

    def __init__(self, content: str, ignore_metadata_errors: bool = False) -> None:
        self.ignore_metadata_errors = ignore_metadata_errors
        self.attachments: dict[str, bytes] = {}
        self.content = content

    # --- text and data ---

    @property
    def content(self) -> str:
        """The whole README: block and Markdown."""
        changed = yaml_text.edit(self._pieces.yaml, self._before, self.data.to_dict(), self._pieces.newline)
        return front_matter.join(front_matter.with_yaml(replace(self._pieces, body=self.text), changed))

    @content.setter
    def content(self, content: str) -> None:
        pieces = front_matter.split(content)
        try:
            found = yaml_text.parse(pieces.yaml)
            data = self.card_data_class.from_dict(found, ignore_metadata_errors=self.ignore_metadata_errors)
        except FrontMatterError as error:
            raise error.moved(pieces.lines_before_yaml) from None
        self._pieces = pieces
        self._before = data.to_dict()
        self.data = data
        self.text = pieces.body

    def __str__(self) -> str:
        return self.content

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.data.to_dict())} keys, {len(self.text)} characters of Markdown)"

    # --- sections ---

    def section(self, title: str, level: int = 2) -> Section:
        """Give the section under the heading `title`, to read it, set it, or add a table or a plot.

        Parameters
        ----------
        title
            The heading's words, in any case.
        level
            The level of the heading, where the section is new.

        Examples
        --------
        >>> card = ModelCard("# Digits")
        >>> card.section("Usage").set("Run it.").table({"accuracy": 0.97})
        Section('Usage', 55 characters)
        """
        return Section(self, title, level)

    @property
    def sections(self) -> list[str]:
        """The headings, in their order."""
        return [one.title for one in headings(self.text)]

    # --- files ---

    def save(self, filepath: Path | str) -> None:
        """Write the card to a file, with the line endings it has; a failure leaves the old file.

        Pictures added by `Section.plot` are written beside it.
        """
        path = Path(filepath)
        content = self.content.encode()
        for name, picture in self.attachments.items():
            target = path.parent / validate_path_in_repo(name)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(picture)
        write(path, content)

    @classmethod
    def load(
        cls: type[AnyCard],
        repo_id_or_path: str | Path,
        repo_type: str | None = None,
        token: str | bool | None = None,
        ignore_metadata_errors: bool = False,
        *,
        revision: str | None = None,
        endpoint: str | None = None,
    ) -> AnyCard:
        """Read a card from a file, from a folder with a ``README.md``, or from a repository.

        Raises
        ------
        FileNotFoundError
            There is no such file.
        EntryNotFoundError
            The repository has no README.
        FrontMatterError
            See the class.
        """
        path = Path(repo_id_or_path)
        if path.is_dir() and (path / "README.md").is_file():
            path = path / "README.md"
        if path.is_file():
            content, name = path.read_bytes(), str(path)
        elif isinstance(repo_id_or_path, Path) or str(repo_id_or_path).endswith(".md") or path.is_absolute():
            msg = f"There is no card at {str(repo_id_or_path)!r}."
            raise FileNotFoundError(msg)
        else:
            name = f"README.md of {repo_id_or_path}"
            content = hub.read_readme(
                str(repo_id_or_path),
                repo_type=repo_type or cls.repo_type,
                revision=revision,
                token=token,
                endpoint=endpoint,
            )
        return cls(decode(content, name), ignore_metadata_errors=ignore_metadata_errors)

    # --- the Hub ---

    def lint(self, repo_type: str | None = None, *, files: Collection[str] | None = None) -> list[Problem]:
        """Find what is wrong with the card; nobody is asked.

        Parameters
        ----------
        repo_type
            The kind of repository it is for; by default the card's own.
        files
            Paths in the repository, where they are known: links to others are hints.

        Returns
        -------
        Problems in the order of their lines. One of severity ``"error"`` would be refused by the Hub.
        """
        return lint(self.content, repo_type or self.repo_type, files=files)

    def validate(
        self,
        repo_type: str | None = None,
        *,
        offline: bool = False,
        endpoint: str | None = None,
    ) -> None:
        """Check the metadata here, and then ask the Hub what it thinks of it.

        Parameters
        ----------
        repo_type
            The kind of repository it is for; by default the card's own.
        offline
            Check here only; nothing is sent.

        Raises
        ------
        ValueError
            The card would be refused; the text lists every problem.
        """
        repo_type = repo_type or self.repo_type
        found = problems(self.data.to_dict(), repo_type)
        if not found and offline:  # what the vocabulary knows; a hub may know more words
            found = [
                f"{one.message} (line {one.line})" for one in lint(self.content, repo_type) if one.severity == "error"
            ]
        elif not found:
            found = hub.ask_about(self.content, repo_type=repo_type, endpoint=endpoint)
        if found:
            msg = "This card's metadata is not valid:\n" + "\n".join(f"- Error: {problem}" for problem in found)
            raise ValueError(msg)

    def push_to_hub(
        self,
        repo_id: str,
        token: str | bool | None = None,
        repo_type: str | None = None,
        commit_message: str | None = None,
        commit_description: str | None = None,
        revision: str | None = None,
        create_pr: bool | None = None,
        parent_commit: str | None = None,
        *,
        endpoint: str | None = None,
    ) -> CommitInfo:
        """Validate the card and commit it as ``README.md``; gives the commit, which is an address as a string.

        Raises
        ------
        ValueError
            The card is not valid; nothing was committed.
        """
        repo_type = repo_type or self.repo_type
        self.validate(repo_type, endpoint=endpoint)
        return hub.commit_readme(
            repo_id,
            self.content,
            repo_type=repo_type,
            token=token,
            commit_message=commit_message or "Update README.md",
            commit_description=commit_description,
            revision=revision,
            create_pr=create_pr,
            parent_commit=parent_commit,
            endpoint=endpoint,
            attachments=self.attachments,
        )

    # --- new cards ---

    @classmethod
    def from_template(
        cls: type[AnyCard],
        card_data: CardData,
        template_path: str | Path | None = None,
        template_str: str | None = None,
        **template_kwargs: Any,
    ) -> AnyCard:
        """Make a new card.

        Parameters
        ----------
        card_data
            Its metadata.
        template_path, template_str
            A Jinja template of your own; ``{{ card_data }}`` in it stands for the metadata. Without one, the
            card is written from what `template_kwargs` says and nothing else.
        **template_kwargs
            Values for the template.
        """
        if template_path is not None:
            template_str = Path(template_path).read_text(encoding="utf-8")
        if template_str is not None:
            card = cls(template.render(template_str, card_data, **template_kwargs))
            if not card.data.to_dict():  # the template forgot the metadata
                card.data = card_data
            return card
        return cls(cls._default_text(card_data, **template_kwargs))

    @classmethod
    def _default_text(cls, card_data: CardData, **values: Any) -> str:
        return template.default_model_card(card_data, **values)


class ModelCard(RepoCard):
    """The card of a model."""

    card_data_class = ModelCardData
    data: ModelCardData  # type: ignore[assignment]


class DatasetCard(RepoCard):
    """The card of a dataset."""

    card_data_class = DatasetCardData
    repo_type = "dataset"
    data: DatasetCardData  # type: ignore[assignment]

    @classmethod
    def _default_text(cls, card_data: CardData, **values: Any) -> str:
        return template.default_dataset_card(card_data, **values)


class SpaceCard(RepoCard):
    """The card of a Space: metadata that configures it, and a few words."""

    card_data_class = SpaceCardData
    repo_type = "space"
    data: SpaceCardData  # type: ignore[assignment]

    @classmethod
    def _default_text(cls, card_data: CardData, **values: Any) -> str:  # noqa: ARG003 - a Space has no sections
        title = card_data.get("title") or "Space"
        return f"---\n{card_data.to_yaml()}\n---\n\n# {title}\n"


def decode(content: bytes, name: str) -> str:
    """Text of a README; a byte order mark is dropped.

    Raises
    ------
    FrontMatterError
        It is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        msg = f"{name} is not UTF-8 text (byte {error.start}); save it as UTF-8"
        raise FrontMatterError(msg, line) from None


def write(path: Path, content: bytes) -> None:
    """Write a card's file; a failure leaves the old one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
