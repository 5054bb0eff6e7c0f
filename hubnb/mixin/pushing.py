"""One push of a model: what belongs to it, what the repository has of it, and one commit for the difference.

Weights are pushed from memory: they are hashed and sent as they stand in the model, and touch no disk. Only a push
in the background keeps a copy of them, because the model may be trained on meanwhile; and of those alone that the
Hub doesn't have.
"""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubnb.client.errors import RepositoryNotFoundError, RevisionNotFoundError
from hubnb.client.settings import Settings
from hubnb.transfer import (
    CommitOperationAdd,
    CommitOperationDelete,
    PushPlan,
    create_commit,
)
from hubnb.transfer.patterns import as_list, filter_paths
from hubnb.transfer.push_journal import remember_written_file

from . import card_values, config_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .hub_mixin import ModelHubMixin

_CARD = "README.md"
_WEIGHTS_NAMES = ("model.safetensors", "model-?????-of-?????.safetensors", "model.safetensors.index.json")


@dataclass
class ModelPush:
    """What a caller asked `push_to_hub` for."""

    model: ModelHubMixin
    repo_id: str
    config: Any = None
    commit_message: str = ""
    private: bool | None = None
    token: str | None = None
    branch: str | None = None
    create_pr: bool | None = None
    allow_patterns: list[str] | str | None = None
    ignore_patterns: list[str] | str | None = None
    delete_patterns: list[str] | str | None = None
    model_card_kwargs: dict[str, Any] = field(default_factory=dict[str, Any])
    endpoint: str | None = None
    max_shard_size: int | str | None = None

    def run(self) -> Any:
        """Push, and give the commit."""
        with self._staged() as files:
            self._make_repo(files)
            return self._commit(self._operations(files))

    def run_verified(self, example_inputs: Any, *, run_as_future: bool) -> Any:
        """Push, then load the commit in a clean process and compare."""
        if not hasattr(self.model, "_hub_mixin_module"):
            msg = f"verify=True compares torch modules, and {type(self.model).__name__} is none."
            raise ValueError(msg)
        from .verifying import Expectation, VerifiedPush

        expected = Expectation.of(self.model, example_inputs)  # pyright: ignore[reportArgumentType] - it is one

        def check(commit: Any) -> None:
            expected.check(commit, token=self.token, endpoint=self.endpoint)

        if run_as_future:
            return VerifiedPush(self.start(), check)
        commit = self.run()
        check(commit)
        return commit

    def start(self) -> Any:
        """Keep what is to be pushed as it is now, and give the transfer that does the rest."""
        kept = contextlib.ExitStack()
        with kept:
            files = kept.enter_context(self._staged())
            self._make_repo(files)
            folder = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="hubnb-push-")))
            self._keep(files, folder)
            transfer = self._commit(self._operations(files), run_as_future=True)
            later = kept.pop_all()
        transfer.add_done_callback(lambda _: later.close())
        return transfer

    def preview(self) -> PushPlan:
        """Say what would be pushed; nothing is sent, and no repository is made."""
        from hubnb.client.auth import whoami

        with self._staged() as files:
            if "/" not in self.repo_id:
                self._rename(f"{whoami(token=self.token, endpoint=self.endpoint)['name']}/{self.repo_id}", files)
            try:
                self._keep_card_of_repo(files)
                return self._commit(self._operations(files), dry_run=True)
            except RepositoryNotFoundError:
                return self._plan_of_new_repo(files)

    # --- what there is to push ---

    @contextlib.contextmanager
    def _staged(self) -> Iterator[dict[str, Any]]:
        """Give the files of the model by name, as paths, bytes or contents."""
        model = self.model
        own_way = "save_pretrained" in vars(model) or type(model).save_pretrained is not _plain_save()
        contents = None if own_way else model._hub_mixin_contents(self.max_shard_size)  # noqa: SLF001 - its own room
        with contextlib.ExitStack() as stack:
            if contents is None:
                folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hubnb-push-")))
                yield self._saved_in(folder)
                return
            values = model._hub_mixin_config_to_save(self.config)  # noqa: SLF001 - the same
            text = config_file.to_text(values)
            self._name_repo(self.repo_id)
            card = model.generate_model_card(**self.model_card_kwargs).content.encode()
            yield {**contents, **({config_file.NAME: text.encode()} if values else {}), _CARD: card}

    def _saved_in(self, folder: Path) -> dict[str, Any]:
        """Let the model save itself its own way."""
        extra: dict[str, Any] = {} if self.max_shard_size is None else {"max_shard_size": self.max_shard_size}
        self.model.save_pretrained(
            folder, config=self.config, repo_id=self.repo_id, model_card_kwargs=self.model_card_kwargs, **extra
        )
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        return {path.relative_to(folder).as_posix(): path for path in paths}

    def _name_repo(self, repo_id: str) -> None:
        object.__setattr__(self.model, "_hub_mixin_repo_id", repo_id)

    # --- the repository ---

    def _make_repo(self, files: dict[str, Any]) -> None:
        from hubnb.client.repos import create_repo

        made = create_repo(self.repo_id, token=self.token, private=self.private, exist_ok=True, endpoint=self.endpoint)
        if made.repo_id != self.repo_id:
            self._rename(made.repo_id, files)
        self._keep_card_of_repo(files)

    def _rename(self, repo_id: str, files: dict[str, Any]) -> None:
        """Take in the repository's full name; a generated card says it too."""
        before = self.model.generate_model_card(**self.model_card_kwargs).content.encode()
        self.repo_id = repo_id
        self._name_repo(repo_id)
        if _bytes_of(files.get(_CARD)) == before:
            files[_CARD] = self.model.generate_model_card(**self.model_card_kwargs).content.encode()

    def _keep_card_of_repo(self, files: dict[str, Any]) -> None:
        """Keep the text of a card somebody wrote, unless the caller says something new for it."""
        if self.model_card_kwargs or _CARD not in files:
            return
        new = (_bytes_of(files[_CARD]) or b"").decode()
        joined = card_values.joined_with_card_of(self.repo_id, new, self.branch, self.token, self.endpoint)
        if joined is None:
            del files[_CARD]
        else:
            files[_CARD] = joined.encode()

    # --- the commit ---

    def _operations(self, files: dict[str, Any]) -> list[Any]:
        """Add what the patterns choose; remove what they name, and shards that the new weights replace."""
        chosen = self._chosen(files)
        stale = sorted(self._stale(files, chosen))
        return [
            *(CommitOperationDelete(name, is_folder=False) for name in stale),
            *(_addition(name, files[name]) for name in chosen),
        ]

    def _chosen(self, files: dict[str, Any]) -> list[str]:
        return filter_paths(files, allow_patterns=self.allow_patterns, ignore_patterns=self.ignore_patterns)

    def _stale(self, files: dict[str, Any], chosen: list[str]) -> set[str]:
        weights = filter_paths(files, allow_patterns=_WEIGHTS_NAMES)
        replaced = list(_WEIGHTS_NAMES) if weights and set(weights) <= set(chosen) else []
        unwanted = [*(as_list(self.delete_patterns) or ()), *replaced]
        if not unwanted:
            return set()
        # The Hub keeps .gitattributes itself; a broad pattern must not take it away.
        kept = {*chosen, *weights, ".gitattributes"} if replaced else {*chosen, ".gitattributes"}
        return set(filter_paths(self._remote(), allow_patterns=unwanted)) - kept

    def _remote(self) -> dict[str, Any]:
        """List the files of the repository; none where the branch has no commit."""
        from hubnb.client.tree import RepoFile, list_repo_tree

        try:
            tree = list_repo_tree(
                self.repo_id, recursive=True, revision=self.branch, token=self.token, endpoint=self.endpoint
            )
            return {entry.path: entry for entry in tree if isinstance(entry, RepoFile)}
        except RevisionNotFoundError:
            return {}

    def _commit(self, operations: list[Any], **how: Any) -> Any:
        return create_commit(
            self.repo_id,
            operations,
            commit_message=self.commit_message,
            token=self.token,
            revision=self.branch,
            create_pr=self.create_pr,
            endpoint=self.endpoint,
            **how,
        )

    def _keep(self, files: dict[str, Any], folder: Path) -> None:
        """Copy weights in memory to a folder; what the Hub has is not copied, and not pushed again."""
        from .weights.safetensors_file import write

        there = self._remote()
        for number, (name, content) in enumerate(list(files.items())):
            if not hasattr(content, "blocks"):
                continue
            remote, digest = there.get(name), None
            if remote is not None and remote.size == content.size and remote.lfs is not None:
                digest = content.sha256()
                if digest == remote.lfs.sha256:
                    del files[name]
                    continue
            path = folder / f"{number}.safetensors"
            digest = write(content, path, hashed=digest is None) or digest
            if digest is not None:  # the push need not read it again for that
                remember_written_file(path, digest, home_dir=Settings.from_env().home_dir)
            files[name] = path

    def _plan_of_new_repo(self, files: dict[str, Any]) -> PushPlan:
        """Plan for a repository that is yet to be made: everything travels."""
        from hubnb.client.repo_id import RepoId
        from hubnb.transfer.push_plan import PlannedFile

        sizes = {name: _addition(name, files[name]).content.size for name in self._chosen(files)}
        planned = tuple(PlannedFile(name, "added", size, size) for name, size in sizes.items())
        return PushPlan(RepoId.parse(self.repo_id, None), self.branch or "main", None, planned)


def _plain_save() -> Any:
    from .hub_mixin import ModelHubMixin

    return ModelHubMixin.save_pretrained


def _addition(name: str, source: Any) -> CommitOperationAdd:
    if isinstance(source, (bytes, Path)):
        return CommitOperationAdd(name, source)
    operation = CommitOperationAdd(name, b"")
    operation.content = source
    return operation


def _bytes_of(source: Any) -> bytes | None:
    return source.read_bytes() if isinstance(source, Path) else source
