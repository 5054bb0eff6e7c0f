"""Send large files' contents to where the Hub wants them, whole or in parts, and have them verified.

Addresses expire, and a storage may forget an upload that was begun: then the Hub is asked for new addresses, and
what has arrived under an address that is still the same does not travel again, also not in a later process.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..client.errors import HfHubHTTPError
from ..client.lfs import complete_parts, put_body, verify_upload
from .content import FileContent, was_changed
from .content_body import ContentBody
from .part_journal import PartJournal, part_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..client.hub import HubClient
    from ..client.lfs import LfsObject, UploadAction
    from .content import Content
    from .job import Transfer
    from .workers import Workers

_ADDRESS_IS_OF_NO_USE = {400, 401, 403, 404, 410}
_LARGE_BYTES = 4 << 20
_PACE_AFTER_S = 0.15
_FAST_BYTES_PER_S = 300e6
_PARTS_AT_FIRST = 2
_WAITS_WITHOUT_PROGRESS_S = (0.0, 0.2, 1.0, 4.0)
"""Before each new question that changes nothing: somebody else may be bringing this object to its end just now."""


class ObjectSender:
    """Gives the work to `senders`, a part each; whoever sends the last one joins them and has the Hub verify the whole.

    At first an object travels a part after the other, or two: a Hub that is near hashes what comes in order while it
    arrives, and reads back what does not. Where that turns out to be slow, its parts travel side by side.

    Parameters
    ----------
    ask
        Asks the Hub where an object goes; None says that it has it.
    most_connections
        As many may send where it is slow.
    """

    def __init__(
        self,
        hub: HubClient,
        transfer: Transfer[Any],
        senders: Workers,
        parts: PartJournal,
        ask: Callable[[LfsObject], UploadAction | None],
        most_connections: int,
    ) -> None:
        self.hub, self.transfer, self.senders = hub, transfer, senders
        self.parts, self.ask = parts, ask
        self._most_connections = most_connections
        self._lock = threading.Lock()
        self._uploads: set[_Upload] = set()
        self._spread = False
        self._sent, self._since_s = 0, math.inf

    def send(self, action: UploadAction, content: Content, path: str) -> None:
        """Begin to send one object; `path` is the file's in the repository, under which its bytes are counted."""
        self.transfer.counters.begin(path)
        upload = _Upload(self, action, content, path)
        if action.part_urls:
            with self._lock:
                self._uploads.add(upload)
        upload.begin()

    def parts_at_once(self) -> int:
        """Say how many parts of one object may travel side by side."""
        with self._lock:
            return self._most_connections if self._spread else max(1, _PARTS_AT_FIRST // max(1, len(self._uploads)))

    def ended(self, upload: _Upload) -> None:
        """Forget an object that is there."""
        with self._lock:
            self._uploads.discard(upload)
            rest = list(self._uploads)
        for other in rest:  # there may be room for more of its parts now
            other.go_on()

    def count(self, sent: int) -> None:
        """Take note that bytes of large objects left, and how fast that goes."""
        with self._lock:
            now = time.monotonic()
            self._since_s = min(self._since_s, now)
            self._sent += sent
            elapsed_s = now - self._since_s
            if self._spread or elapsed_s < _PACE_AFTER_S:
                return
            self._spread = self._sent / elapsed_s < _FAST_BYTES_PER_S
            self._sent, self._since_s = 0, now
            rest = list(self._uploads) if self._spread else []
        if rest:
            self.senders.allow(self._most_connections)
        for upload in rest:
            upload.go_on()


@dataclass(frozen=True)
class _Part:
    number: int
    url: str
    key: str
    start: int
    end: int


class _Upload:
    """One object on its way."""

    def __init__(self, sender: ObjectSender, action: UploadAction, content: Content, path: str) -> None:
        self._sender = sender
        self._content = content
        self._path = path
        self._lock = threading.Lock()
        self._action = action
        self._parts = _parts_of(action, content.size)
        self._etags: dict[str, str] = {}
        """What the storage called each part that it has, by the part's key."""
        self._waiting: deque[_Part] = deque()
        self._busy: set[str] = set()
        """Parts that travel or wait for it, by key."""
        self._round = 0
        self._stuck = 0
        self._joining = False
        self._sent_anew = False

    def begin(self) -> None:
        """Submit what has to be sent."""
        counters = self._sender.transfer.counters
        if self._action.part_urls:
            for part in self._parts:
                etag = self._sender.parts.etag(part.key)
                if etag is not None:
                    self._etags[part.key] = etag
                    counters.kept(self._path, part.end - part.start)
        self._submit_missing()

    def _submit_missing(self) -> None:
        """Have everything sent that the storage lacks."""
        with self._lock:
            missing = [part for part in self._parts if part.key not in self._etags and part.key not in self._busy]
            self._busy.update(part.key for part in missing)
            self._waiting.extend(missing)
            # Nothing is missing and nobody sends: all had arrived before.
            join = not missing and not self._busy and not self._joining
            self._joining = self._joining or join
        self.go_on()
        if join:
            self._sender.senders.submit(self._join, self._kind)
        elif not self._parts:
            self._sender.ended(self)

    def go_on(self) -> None:
        """Submit as many parts as may travel at once."""
        most = self._sender.parts_at_once()
        with self._lock:
            chosen: list[_Part] = []
            while self._waiting and len(self._busy) - len(self._waiting) < most:
                chosen.append(self._waiting.popleft())
            number = self._round
        for part in chosen:
            self._sender.senders.submit(self._sending(part, number), self._kind)

    @property
    def _kind(self) -> str:
        return "large" if self._content.size >= _LARGE_BYTES else "small"

    def _sending(self, part: _Part, number: int) -> Callable[[], None]:
        return lambda: self._send(part, number)

    def _send(self, part: _Part, number: int) -> None:
        try:
            etag = self._put(part)
        except HfHubHTTPError as error:
            if error.status_code not in _ADDRESS_IS_OF_NO_USE:
                raise self._explained(error) from None
            with self._lock:
                self._busy.discard(part.key)
                self._ask_again(error, number)
            self._submit_missing()
            return
        if self._action.part_urls and etag:
            self._sender.parts.remember(part.key, etag)
        with self._lock:
            self._busy.discard(part.key)
            self._etags[part.key] = etag
            self._stuck = 0
            whole = all(needed.key in self._etags for needed in self._parts)
            join = whole and not self._joining
            self._joining = self._joining or join
        if join:
            self._join()
        else:
            self.go_on()

    def _ask_again(self, error: HfHubHTTPError, number: int) -> None:
        """Get new addresses, unless another part of this object just did."""
        if number != self._round:
            return
        if self._stuck == len(_WAITS_WITHOUT_PROGRESS_S):
            raise self._explained(error) from None
        self._sender.transfer.stop.wait(_WAITS_WITHOUT_PROGRESS_S[self._stuck])
        self._sender.transfer.checkpoint()
        action = self._sender.ask(self._action.target)
        self._round += 1
        self._stuck += 1
        self._busy.difference_update(part.key for part in self._waiting)
        self._waiting.clear()
        if action is None:  # somebody else brought it meanwhile
            self._parts, self._etags, self._joining = [], {}, True
            self._sender.transfer.counters.end(self._path, "skipped")
            return
        parts = _parts_of(action, self._content.size)
        self._forget_all_but({part.key for part in parts})
        self._action, self._parts = action, parts

    def _forget_all_but(self, keys: set[str]) -> None:
        """Count parts as not sent that the storage does not have any more."""
        gone = [part for part in self._parts if part.key in self._etags and part.key not in keys]
        for part in gone:
            del self._etags[part.key]
            self._sender.transfer.counters.lost(self._path, part.end - part.start)

    def _join(self) -> None:
        self._sender.transfer.checkpoint()
        hub, action = self._sender.hub, self._action
        keys = [part.key for part in self._parts]
        try:
            if action.part_urls:
                complete_parts(hub, action, [self._etags[key] for key in keys])
            verify_upload(hub, action)
        except HfHubHTTPError as error:
            self._begin_anew(error, keys)
            return
        if action.part_urls:
            self._sender.parts.forget(keys)
        self._sender.transfer.counters.end(self._path, "done")
        self._sender.ended(self)

    def _begin_anew(self, error: HfHubHTTPError, keys: list[str]) -> None:
        """Send everything once more where the storage does not have what it said it had."""
        if error.status_code is None or not 400 <= error.status_code < 500:
            raise error
        self._sender.parts.forget(keys)
        if self._sent_anew or self._was_changed():
            raise self._explained(error) from None
        with self._lock:
            self._sent_anew = True
            self._joining = False
            self._forget_all_but(set())
            self._ask_again(error, self._round)
        self._submit_missing()

    def _was_changed(self) -> bool:
        return isinstance(self._content, FileContent) and self._content.changed()

    def _explained(self, error: HfHubHTTPError) -> Exception:
        """Where the file is not what was hashed any more, that is why the Hub refused it."""
        return was_changed(self._content) if self._was_changed() else error

    def _put(self, part: _Part) -> str:
        transfer, path = self._sender.transfer, self._path
        counters, is_large = transfer.counters, self._kind == "large"
        bodies: list[ContentBody] = []

        def body() -> ContentBody:
            if bodies:  # a second try: what the first one sent has to travel again
                counters.lost(path, bodies[-1].sent)
                bodies[-1].close()

            def on_bytes(count: int) -> None:
                counters.moved(path, count)
                if is_large:
                    self._sender.count(count)

            bodies.append(ContentBody(self._content, part.start, part.end, transfer, on_bytes))
            return bodies[-1]

        try:
            return put_body(self._sender.hub, part.url, body)
        except BaseException:
            if bodies:
                counters.lost(path, bodies[-1].sent)
            raise
        finally:
            for sent in bodies:
                sent.close()


def _parts_of(action: UploadAction, size: int) -> list[_Part]:
    if not action.part_urls:
        return [_Part(0, action.href, part_key(action.href), 0, size)]
    step = action.part_bytes
    return [
        _Part(number, url, part_key(url), number * step, min((number + 1) * step, size))
        for number, url in enumerate(action.part_urls)
    ]
