"""Questions that take a while: accepted at once, answered once, from a worker.

The browser asks with a ticket; the handler returns at once, and the answer comes as a message of its own,
``{"hubnb": "answer", "ticket", "result" | "error" | "stale"}``, with bytes beside it where there are some. A newer
question on the same topic ends the older one, whose answer is then only ``stale``.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .worker import start_worker

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Answer:
    """What is sent: plain values, and bytes."""

    result: Any
    buffers: list[bytes] = field(default_factory=list[bytes])


class Question:
    """One question while it is worked on."""

    def __init__(self, ticket: str, send: Callable[[dict[str, Any], list[bytes]], None]) -> None:
        self.ticket = ticket
        self.stop = threading.Event()
        """Set once nobody waits for the answer: pass it to whoever waits for a Hub."""
        self._send = send

    def tell(self, part: Answer) -> None:
        """Send a first part of the answer; the whole follows."""
        if not self.stop.is_set():
            self._send({"ticket": self.ticket, "part": True, "result": part.result}, part.buffers)


class _Work(Protocol):
    def __call__(self, question: Question, /) -> Any: ...


class Answers:
    """Answers the questions of one panel.

    Parameters
    ----------
    send
        Sends a message and its bytes to the browser.
    explain
        Puts an error into words.
    """

    def __init__(
        self,
        send: Callable[[dict[str, Any], list[bytes]], None],
        explain: Callable[[Exception], dict[str, Any]],
    ) -> None:
        self._send_message = send
        self._explain = explain
        self._lock = threading.Lock()
        self._latest: dict[str, Question] = {}
        self._threads: list[threading.Thread] = []

    def ask(self, ticket: str, topic: str, work: _Work) -> None:
        """Work on a question in the background; returns at once."""
        question = Question(ticket, self._send)
        with self._lock:
            before = self._latest.get(topic)
            self._latest[topic] = question
            self._threads = [one for one in self._threads if one.is_alive()]
        if before is not None:
            before.stop.set()
        thread = start_worker(lambda: self._answer(topic, question, work), f"browse-{topic}")
        with self._lock:
            self._threads.append(thread)

    def drop(self, *topics: str) -> None:
        """End the questions on these topics (on all, if none is named)."""
        with self._lock:
            dropped = [self._latest.pop(topic) for topic in topics or list(self._latest) if topic in self._latest]
        for question in dropped:
            question.stop.set()

    def settle(self, timeout_s: float) -> None:
        """Wait until all that was asked is answered."""
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(timeout_s)

    def _answer(self, topic: str, question: Question, work: _Work) -> None:
        message: dict[str, Any] = {"ticket": question.ticket}
        buffers: list[bytes] = []
        try:
            answer = work(question)
            answer = answer if isinstance(answer, Answer) else Answer(answer)
            message["result"], buffers = answer.result, answer.buffers
        except Exception as error:  # whatever it is, the person who asked must see it
            message["error"] = self._explain(error)
        with self._lock:
            if self._latest.get(topic) is question:
                del self._latest[topic]
        if question.stop.is_set():
            message, buffers = {"ticket": question.ticket, "stale": True}, []
        self._send(message, buffers)

    def _send(self, message: dict[str, Any], buffers: list[bytes]) -> None:
        self._send_message({"hubnb": "answer", **message}, buffers)
