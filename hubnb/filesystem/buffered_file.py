"""An open file of a repository: read through a cache that brings ranges early, or written and committed on close."""

# fsspec declares no types, so checkers take its defaults for them.
# pyright: reportIncompatibleMethodOverride=false, reportIncompatibleVariableOverride=false

from __future__ import annotations

import hashlib
import io
import sys
import tempfile
import warnings
from contextlib import suppress
from dis import opmap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fsspec.spec import AbstractBufferedFile

from ..transfer.operations import CommitOperationAdd
from ..transfer.push_journal import remember_written_file
from .listing import etag_of
from .read_ahead import BLOCK_BYTES, ReadAheadCache
from .remote_file import FileChangedError, RemoteFile

if TYPE_CHECKING:
    from .hf_filesystem import HfFileSystem
    from .staging import Staging

_KEPT_IN_MEMORY_BYTES = 16 << 20
_LINE_BYTES = 8 << 10
_LEAVING_WITH = opmap.get("WITH_EXCEPT_START", -1)


class HfFileSystemFile(AbstractBufferedFile):
    """What `HfFileSystem.open` gives; parameters as fsspec's files have them.

    Parameters
    ----------
    revision
        Branch, tag or commit, unless the path names one.
    commit_message, commit_description
        Of the commit that closing a written file makes.
    """

    DEFAULT_BLOCK_SIZE = BLOCK_BYTES
    fs: HfFileSystem
    kwargs: dict[str, Any]

    def __init__(
        self, fs: HfFileSystem, path: str, mode: str = "rb", revision: str | None = None, **kwargs: Any
    ) -> None:
        self._closed = True  # until it is open: an error on the way leaves nothing to close
        self._size: int | None = None
        self._spool: Any = None
        self._digest: Any = None
        self._began_under = sys.exc_info()[1]
        self.resolved_path = fs.parse_path(path, revision)
        name = self.resolved_path.unresolve()
        if mode == "rb":
            self._open_for_reading(fs, name, kwargs)
        else:
            self._check_target(fs, name, mode)
        super().__init__(fs, name, mode=mode, **kwargs)
        self._size_told = False

    def _open_for_reading(self, fs: HfFileSystem, name: str, kwargs: dict[str, Any]) -> None:
        kwargs.setdefault("cache_type", ReadAheadCache.name)
        info = fs.info(name)
        if info["type"] == "directory":
            msg = f"{name} is a folder; ls() lists what is in it."
            raise IsADirectoryError(msg)
        self._details = info
        self._remote = RemoteFile(fs.hub(), self.resolved_path, etag_of(info))

    def _check_target(self, fs: HfFileSystem, name: str, mode: str) -> None:
        if not self.resolved_path.path_in_repo:
            msg = f"{name} is a repository; add the path of a file in it."
            raise IsADirectoryError(msg)
        fs.check_revision(self.resolved_path)
        if mode == "xb" and fs.exists(name):
            msg = f"{name} exists already."
            raise FileExistsError(msg)

    # Reading

    @property
    def size(self) -> int | None:
        """Bytes of the file."""
        self._size_told = True
        return self._size

    @size.setter
    def size(self, value: int | None) -> None:
        self._size = value

    def read(self, length: int | None = -1) -> bytes:
        """Give up to `length` bytes, or all that are left."""
        if self.closed or self.mode != "rb":
            return super().read(0)  # says what is wrong
        end = self._size if length is None or length < 0 else self.loc + length
        try:
            out = self._bytes_until(end)
        except FileChangedError:
            if self.loc or self._size_told:
                raise  # the caller has seen something of the old file
            self._look_again()
            out = self._bytes_until(self._size if length is None or length < 0 else length)
        self.loc += len(out)
        return out

    def _bytes_until(self, end: int | None) -> bytes:
        if self.loc == 0 and end == self._size and end:  # all of it, at once: nothing is left to keep for later
            return self._fetch_range(0, end)
        return self.cache._fetch(self.loc, end)  # noqa: SLF001 - fsspec's name for it

    def _look_again(self) -> None:
        """Open the file as it is now."""
        info = self.fs.info(self.path, refresh=True)
        self._details, self._size = info, info["size"]
        self._remote = RemoteFile(self.fs.hub(), self.resolved_path, etag_of(info))
        self.cache = ReadAheadCache(int(self.blocksize), self._fetch_range, info["size"])

    def _fetch_range(self, start: int, end: int) -> bytes:
        try:
            return self._remote.read_range(start, end)
        except FileChangedError:
            self.fs.forget(self.resolved_path)
            raise

    def readline(self, size: int | None = -1) -> bytes:
        """Give one line with its end, or the part of it that fits into `size` bytes."""
        if size is None or size < 0:
            return self.readuntil(b"\n", blocks=_LINE_BYTES)
        start = self.loc
        line = self.readuntil(b"\n", blocks=max(1, min(size, _LINE_BYTES))) if size else b""
        if len(line) > size:
            self.seek(start + size)
        return line[:size]

    def url(self) -> str:
        """Give the address of the file's bytes."""
        return self.fs.url(self.path)

    # Writing

    def _initiate_upload(self) -> None:
        self._spool = io.BytesIO()
        self._digest = hashlib.sha256()

    def _upload_chunk(self, final: bool = False) -> bool:
        with self.buffer.getbuffer() as block:
            if isinstance(self._spool, io.BytesIO) and self._spool.tell() + len(block) > _KEPT_IN_MEMORY_BYTES:
                kept = self._spool.getbuffer()
                self._spool = tempfile.NamedTemporaryFile(prefix="hubnb-", delete=False)  # noqa: SIM115
                self._spool.write(kept)
            self._spool.write(block)
            self._digest.update(block)
        if final and self.autocommit:
            self.commit()
        return True

    def stage(self, staging: Staging) -> None:
        """Let what was written become part of a commit."""
        if self._spool is None:
            return
        if isinstance(self._spool, io.BytesIO):
            content: Any = self._spool.getvalue()
        else:
            self._spool.close()
            content = Path(self._spool.name)
            staging.remove_later(content)
            # It was hashed while it was written: the push need not read it for that.
            remember_written_file(content, self._digest.hexdigest(), home_dir=self.fs.hub().settings.home_dir)
        self._spool = None
        staging.add(
            self.resolved_path, CommitOperationAdd(self.resolved_path.path_in_repo, content),
            commit_message=self.kwargs.get("commit_message"),
            commit_description=self.kwargs.get("commit_description"),
        )  # fmt: skip

    def commit(self) -> None:
        """Put what was written into the repository, in one commit."""
        with self.fs.one_commit() as staging:
            self.stage(staging)

    def discard(self) -> None:
        """Throw away what was written."""
        spool, self._spool = self._spool, None
        if spool is not None and not isinstance(spool, io.BytesIO):
            spool.close()
            with suppress(OSError):
                Path(spool.name).unlink()

    def close(self) -> None:
        """Commit what was written - unless a `with` block is being left by an error - and let go."""
        if self.closed:
            return
        if self.mode != "rb" and self._is_left_by_error():
            self._give_up()
        elif self.mode == "rb":
            super().close()
        else:
            try:
                if not self.forced:
                    self.flush(force=True)
            except BaseException:
                self.discard()
                raise
            finally:
                self.closed = True

    def _give_up(self) -> None:
        self.closed = True
        self.discard()

    def _is_left_by_error(self) -> bool:
        """Whether a `with` up the stack is on its way out by an error that began after this file was opened.

        `with fsspec.open(...)`, text files and pandas close the file they hold without saying why.
        """
        error = sys.exc_info()[1]
        if error is None or error is self._began_under:
            return False
        frame = sys._getframe(2)  # noqa: SLF001
        while frame is not None:
            if frame.f_lasti >= 0 and frame.f_code.co_code[frame.f_lasti] == _LEAVING_WITH:
                return True
            frame = frame.f_back
        return False

    def __exit__(self, *details: object) -> None:
        if details and details[0] is not None and self.mode != "rb":
            self._give_up()
        else:
            self.close()

    def __del__(self) -> None:
        if not getattr(self, "closed", True) and self.mode != "rb":
            self._give_up()
            warnings.warn(f"{self.path} was never closed, so nothing was committed.", ResourceWarning, stacklevel=2)
