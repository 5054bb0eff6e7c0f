"""A panel without a browser: what it sends is recorded, what the browser sends is handed in."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from hubnb.panels.base import Panel


class Wire:
    """The browser's end of one panel."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.sent: list[Any] = []
        self.buffers: list[Any] = []
        """What travelled beside messages, as raw bytes."""
        self._arrived = threading.Condition()
        panel._send = self._record

    def _record(self, msg: Any, buffers: Any = None) -> None:
        with self._arrived:
            self.sent.append(msg)
            if buffers:
                self.buffers.append(buffers)
            self._arrived.notify_all()

    def wait_for_reply(self, request_id: str, timeout_s: float = 30) -> dict[str, Any]:
        """Wait for the reply of a `slow_handler`."""
        with self._arrived:
            found = self._arrived.wait_for(lambda: [r for r in self.replies if r.get("id") == request_id], timeout_s)
        (reply,) = found
        return reply

    @property
    def replies(self) -> list[dict[str, Any]]:
        """Replies so far, oldest first."""
        return [one["content"] for one in self.sent if one.get("method") == "custom"]

    @property
    def states(self) -> list[dict[str, Any]]:
        """State messages so far."""
        return [one["state"] for one in self.sent if one.get("method") == "update"]

    def ask(self, method: Any, **params: Any) -> dict[str, Any]:
        """Ask as the browser does; give the one reply."""
        request_id = uuid.uuid4().hex
        request = {"hubnb": "request", "id": request_id, "method": method, "params": params}
        self._panel._handle_custom_msg(request, [])
        return self.wait_for_reply(request_id)


@pytest.fixture
def wire():
    """Connect a panel to a browser that isn't there."""
    return Wire
