"""A Hub that misbehaves on request, for tests of programs that talk to a Hub."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hubnb.server.local import LocalHub

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES = "*/resolve/*"


class ChaosHub(LocalHub):
    """A `LocalHub` with the faults that clients meet, one word each.

    Every fault takes `path`, a shell pattern over the decoded path of a request, perhaps with a method before it
    (``"PUT /api/lfs/*"``); `after`, the number of matching requests that pass unharmed before; and `times`, how many
    are hit then (None: all, until `calm`). `requests` tells afterwards what the client did. For finer things see
    `faults`.

    Examples
    --------
    >>> chaos_hub.fail("429", after=3, times=2)
    >>> chaos_hub.cut(after_bytes=1_000_000)
    """

    def fail(
        self,
        status: int | str = 503,
        *,
        after: int = 0,
        times: int | None = None,
        path: str = "*",
        retry_after_s: float | None = None,
        headers: Mapping[str, str] | None = None,
        message: str = "The Hub was told to fail.",
    ) -> None:
        """Answer with an error.

        Parameters
        ----------
        status
            HTTP status, ``429`` or ``"429"``.
        retry_after_s
            What ``Retry-After`` says, in seconds; without it a 429 says 0, which lets a polite client go on at once.
        headers
            Further headers, e.g. ``X-Error-Code``.

        Raises
        ------
        ValueError
            If `status` is no HTTP error.
        """
        number = int(status)
        if not 400 <= number <= 599:
            message = f"{status!r} is no HTTP error: 400 to 599."
            raise ValueError(message)
        found = dict(headers or {})
        if retry_after_s is not None or number == 429:
            found.setdefault("Retry-After", f"{retry_after_s or 0:g}")
        self.faults.fail(path, number, times=times, skip=after, headers=found, message=message)

    def cut(self, *, after_bytes: int = 0, after: int = 0, times: int | None = 1, path: str = FILES) -> None:
        """Drop the connection after some bytes of an answer's body, or of a request's body for PUT and POST."""
        self.faults.cut(path, after_bytes, times=times, skip=after)

    def slow(self, bytes_per_s: float, *, after: int = 0, times: int | None = None, path: str = FILES) -> None:
        """Let bodies pass at this rate only, in both directions."""
        self.faults.slow(path, bytes_per_s, times=times, skip=after)

    def stall(
        self, *, after_bytes: int | None = None, after: int = 0, times: int | None = 1, path: str = FILES
    ) -> None:
        """Stop answering, at once or in the middle of a body, until `calm`."""
        self.faults.stall(path, after_bytes=after_bytes, times=times, skip=after)

    def flip(self, offset: int = 0, *, after: int = 0, times: int | None = 1, path: str = FILES) -> None:
        """Flip a bit of the byte at `offset` of a file, as a broken disk or proxy does."""
        self.faults.flip(path, offset, times=times, skip=after)

    def limit_rate(self, requests: int, window_s: float = 300, *, path: str = "*") -> None:
        """Tell every answer's reader what is left of a quota, in ``RateLimit`` headers; 429 once it is used up."""
        self.faults.limit_rate(path, requests=requests, window_s=window_s)

    def expire_tokens(self, *, after: int = 0, times: int | None = None, path: str = "*") -> None:
        """Refuse every token as if it had been revoked or had ended."""
        self.faults.expire_tokens(path, times=times, skip=after)

    def lose_answer(self, path: str, *, after: int = 0, times: int | None = 1) -> None:
        """Do what was asked, then drop the connection instead of saying so."""
        self.faults.lose_answer(path, times=times, skip=after)

    def calm(self) -> None:
        """Behave again; what stalls goes on."""
        self.faults.clear()
