"""A panel without a browser: what it sends is recorded, what the browser sends is handed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from hubnb.panels.base import Panel


class Wire:
    """The browser's end of one panel."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self.sent: list[Any] = []
        panel._send = self._record

    def _record(self, msg: Any, buffers: Any = None) -> None:
        self.sent.append(msg)

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
        before = len(self.replies)
        request = {"hubnb": "request", "id": f"r{before}", "method": method, "params": params}
        self._panel._handle_custom_msg(request, [])
        (reply,) = self.replies[before:]
        assert reply["id"] == f"r{before}"
        return reply


@pytest.fixture
def wire():
    """Connect a panel to a browser that isn't there."""
    return Wire
