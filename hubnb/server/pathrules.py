"""What ``.gitattributes`` and ``.gitignore`` say of a path: the files of every folder above it, the nearest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubnb.server.pointers import Attributes, ignore_rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from dulwich.ignore import IgnoreFilter


class PathRules:
    """The rules of one revision.

    Parameters
    ----------
    read
        Returns the content of a file of the revision, None if there is none.
    attributes, ignore
        Rules to take in place of those at the root: what a client is about to upload there.
    """

    def __init__(
        self, read: Callable[[str], bytes | None], *, attributes: str | None = None, ignore: str | None = None
    ) -> None:
        self._read = read
        self._attributes: dict[str, Attributes | None] = {}
        self._ignore: dict[str, IgnoreFilter | None] = {}
        if attributes is not None:
            self._attributes[""] = Attributes(attributes.encode("utf-8", "replace"))
        if ignore is not None:
            self._ignore[""] = ignore_rules(ignore.encode("utf-8", "replace"))

    def is_large(self, path: str) -> bool | None:
        """Return True or False where a rule decides, None where none speaks of `path`."""
        for folder, rest in _folders(path):
            if folder not in self._attributes:
                content = self._read(f"{folder}.gitattributes")
                self._attributes[folder] = None if content is None else Attributes(content)
            rules = self._attributes[folder]
            decided = None if rules is None else rules.is_large(rest)
            if decided is not None:
                return decided
        return None

    def is_ignored(self, path: str) -> bool:
        """Say whether git would leave out `path`, or a folder that it lies in."""
        parts = path.split("/")
        places = ["/".join(parts[:count]) + "/" for count in range(1, len(parts))]
        return any(self._decides(place) for place in [*places, path])

    def _decides(self, path: str) -> bool:
        for folder, rest in _folders(path.rstrip("/")):
            if folder not in self._ignore:
                content = self._read(f"{folder}.gitignore")
                self._ignore[folder] = None if content is None else ignore_rules(content)
            rules = self._ignore[folder]
            decided = None if rules is None else rules.is_ignored(rest + ("/" if path.endswith("/") else ""))
            if decided is not None:
                return decided
        return False


def _folders(path: str) -> Iterator[tuple[str, str]]:
    """Yield each folder above `path`, the nearest first, with a slash behind it; and what is left of `path` there."""
    cut = path.rfind("/")
    while cut >= 0:
        yield path[: cut + 1], path[cut + 1 :]
        cut = path.rfind("/", 0, cut)
    yield "", path
