"""What the Hub asks of the places where it keeps things: the seam for running it on more than one machine.

Three kinds of things are kept, each behind a few methods:

- **Large files**: `hubnb.server.largefiles.LargeStore`. There are two: the data folder, and the bucket of an object
  store.
- **Metadata** (accounts, tokens, repositories, links, discussions): `Metadata` below. There is one: SQLite.
- **Git objects**: `GitObjects` below, and refs. There is one: a bare repository on disk.

What it takes for several instances that keep nothing of their own, over one PostgreSQL and one bucket:

- `Metadata` on a pool of connections. The statements are plain SQL with ``?`` for values; ``INSERT OR IGNORE``,
  ``INSERT OR REPLACE`` and ``COLLATE NOCASE`` have other names there. `Metadata.remember` may keep an answer only as
  long as nobody, in any instance, has written: ask for a counter that each transaction raises, or remember nothing.
- `GitObjects` in a table of id, kind and content, or in the bucket; refs in a table, moved with ``UPDATE ... WHERE
  sha = <what it was>``. Clone and push need dulwich's `BaseObjectStore` and `RefsContainer` over the same tables.
- `GitRepo.writing`, which orders the commits of one repository, as an advisory lock of the database; `GitRepo.head`
  without its memory.
- Uploads in parts (`hubnb.server.parts`) in the scratch folder of one instance: send the parts of one upload to the
  same one, by the upload's identity in their path.

`hubnb.server.links` needs nothing more: processes beside each other, which it was made for, meet in the database only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from contextlib import AbstractContextManager

_T = TypeVar("_T")


@runtime_checkable
class Metadata(Protocol):
    """Rows. Implemented by `hubnb.server.database.Database`."""

    def all(self, sql: str, *values: Any) -> list[Any]:
        """Return every row of a query; columns are reached by name."""
        ...

    def one(self, sql: str, *values: Any) -> Any:
        """Return the first row of a query, or None."""
        ...

    def write(self, sql: str, *values: Any) -> int:
        """Run one statement, durably; return the number of rows it changed."""
        ...

    def transaction(self) -> AbstractContextManager[Any]:
        """Write all or nothing, durably, one after the other: what is read inside stays true until the end."""
        ...

    def remember(self, key: Hashable, ask: Callable[[], _T]) -> _T:
        """Return what `ask` finds, from memory at most while nothing has been written."""
        ...

    def remembers(self, key: Hashable) -> bool:
        """Say whether `remember` would answer at once."""
        ...

    def setting(self, key: str) -> str | None:
        """Return a value kept for the Hub itself."""
        ...

    def keep_setting(self, key: str, value: str) -> None:
        """Keep a value for the Hub itself."""
        ...

    def signing_key(self) -> bytes:
        """Return the secret that signs upload addresses, the same in every instance."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


@runtime_checkable
class GitObjects(Protocol):
    """Git objects by their id. Implemented by `hubnb.server.loose.LooseObjects`."""

    def read(self, oid: bytes) -> tuple[bytes, bytes] | None:
        """Return kind (``blob``, ``tree`` ...) and content, None if it is not here."""
        ...

    def start(self, oid: bytes, count: int) -> tuple[int, bytes] | None:
        """Return the size and the first `count` bytes of an object."""
        ...

    def chunks(self, oid: bytes, start: int, end: int) -> Iterator[bytes] | None:
        """Return a slice of an object in pieces."""
        ...

    def write(self, kind: bytes, content: bytes) -> bytes:
        """Store an object and return its id; twice is as good as once."""
        ...

    def sync(self, oids: Iterable[bytes]) -> None:
        """Make objects durable; called before a ref may lead to them."""
        ...
