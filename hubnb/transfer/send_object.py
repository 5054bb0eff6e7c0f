"""Send one large file's content to where the Hub wants it, whole or in parts, and have it verified."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from ..client.lfs import complete_parts, put_body, verify_upload
from .content import ContentBody

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..client.hub import HubClient
    from ..client.lfs import UploadAction
    from .content import Content
    from .job import Transfer
    from .workers import Workers


def send_object(
    hub: HubClient, transfer: Transfer[Any], senders: Workers, action: UploadAction, content: Content, path: str
) -> None:
    """Give the work to `senders`, a part each; the last of them joins the parts and has the Hub verify the whole.

    Parameters
    ----------
    path
        The file's path in the repository, under which its bytes are counted.
    """
    transfer.counters.begin(path)
    sending = _Sending(hub, transfer, action, content, path)
    for number in range(max(len(action.part_urls), 1)):
        senders.submit(sending.part(number))


class _Sending:
    def __init__(
        self, hub: HubClient, transfer: Transfer[Any], action: UploadAction, content: Content, path: str
    ) -> None:
        self._hub = hub
        self._transfer = transfer
        self._action = action
        self._content = content
        self._path = path
        self._etags = [""] * max(len(action.part_urls), 1)
        self._left = len(self._etags)
        self._lock = threading.Lock()

    def part(self, number: int) -> Callable[[], None]:
        """Make the task that sends one part."""
        action, size = self._action, self._content.size
        if not action.part_urls:
            return lambda: self._send(0, action.href, 0, size)
        start = number * action.part_bytes
        end = min(start + action.part_bytes, size)
        return lambda: self._send(number, action.part_urls[number], start, end)

    def _send(self, number: int, url: str, start: int, end: int) -> None:
        self._etags[number] = self._put(url, start, end)
        with self._lock:
            self._left -= 1
            if self._left:
                return
        if self._action.part_urls:
            complete_parts(self._hub, self._action, self._etags)
        verify_upload(self._hub, self._action)
        self._transfer.counters.end(self._path, "done")

    def _put(self, url: str, start: int, end: int) -> str:
        counters, path = self._transfer.counters, self._path
        bodies: list[ContentBody] = []

        def body() -> ContentBody:
            if bodies:  # a second try: what the first one sent has to travel again
                counters.lost(path, bodies[-1].sent)
            bodies.append(
                ContentBody(self._content, start, end, self._transfer, lambda count: counters.moved(path, count))
            )
            return bodies[-1]

        try:
            return put_body(self._hub, url, body)
        finally:
            for sent in bodies:
                sent.close()
