"""Every error hubnb raises on purpose, in one place.

Names and parents are those `huggingface_hub` users catch; the additions are ours::

    HubError                                   anything hubnb raises on purpose
    ├── HfHubHTTPError  (requests.HTTPError)   the Hub answered with an error
    │   ├── RepositoryNotFoundError
    │   │   └── GatedRepoError
    │   ├── RevisionNotFoundError
    │   ├── EntryNotFoundError
    │   │   ├── RemoteEntryNotFoundError
    │   │   └── LocalEntryNotFoundError  (FileNotFoundError)
    │   ├── DisabledRepoError
    │   └── BadRequestError  (ValueError)
    ├── HubUnreachableError  (ConnectionError) no answer: DNS, refused, timed out
    ├── OfflineModeIsEnabled  (ConnectionError)
    ├── LocalTokenNotFoundError  (OSError)
    ├── HFValidationError  (ValueError)        a repo id, path or argument that can't be right
    ├── IntegrityError                         bytes that don't match their hash
    ├── DiskFullError  (OSError)
    └── TransferCancelled                      somebody pressed Cancel
"""

from __future__ import annotations

from typing import Any

import requests


class HubError(Exception):
    """Base of every error hubnb raises on purpose; its text is safe to show."""


class HfHubHTTPError(HubError, requests.HTTPError):
    """The Hub answered, and the answer is an error.

    Parameters
    ----------
    message
        What happened, why, what to do next; already free of secrets.
    response
        The answer, or None where the error was found without asking.
    server_message
        The Hub's own words, if it gave any.
    """

    def __init__(
        self,
        message: str,
        *,
        response: requests.Response | None = None,
        server_message: str | None = None,
    ) -> None:
        # No `request=`: a prepared request holds the Authorization header, and tracebacks print attributes.
        super().__init__(message)
        self.response: Any = response
        self.server_message = server_message

    @property
    def status_code(self) -> int | None:
        """HTTP status of the answer, or None."""
        return None if self.response is None else self.response.status_code

    @property
    def request_id(self) -> str | None:
        """The Hub's id of the request, to quote when asking for help."""
        return None if self.response is None else self.response.headers.get("x-request-id")


class RepositoryNotFoundError(HfHubHTTPError):
    """There is no such repository, or this token may not see it."""


class GatedRepoError(RepositoryNotFoundError):
    """The repository exists, but its files need access that this token does not have."""


class DisabledRepoError(HfHubHTTPError):
    """The Hub has closed this repository."""


class RevisionNotFoundError(HfHubHTTPError):
    """The repository has no such branch, tag or commit."""


class EntryNotFoundError(HfHubHTTPError):
    """The repository has no such file or folder at that revision."""


class RemoteEntryNotFoundError(EntryNotFoundError):
    """The Hub says the file is not there."""


class LocalEntryNotFoundError(EntryNotFoundError, FileNotFoundError):
    """The file is not in the cache, and the Hub could not or should not be asked."""


class BadRequestError(HfHubHTTPError, ValueError):
    """The Hub refused the request as malformed (400)."""


class HubUnreachableError(HubError, requests.ConnectionError):
    """No answer from the Hub: name not found, refused, cut off or timed out.

    Its parent `requests.ConnectionError` is an `OSError`, as in `huggingface_hub` 0.x.
    """


class OfflineModeIsEnabled(HubError, ConnectionError):  # noqa: N818 - upstream's name
    """A request was about to leave although `HF_HUB_OFFLINE` is set."""


class LocalTokenNotFoundError(HubError, OSError):
    """`token=True` was asked for, and no token is stored on this machine."""


class HFValidationError(HubError, ValueError):
    """An argument that can't be right; nothing was sent."""


class IntegrityError(HubError):
    """Bytes did not match the hash the Hub names for them, twice in a row; they were thrown away."""


class DiskFullError(HubError, OSError):
    """There is not enough room for what was asked; nothing was started."""


class TransferCancelled(HubError):  # noqa: N818 - an outcome, not a fault
    """The transfer was cancelled by its owner; what had arrived is kept for the next try."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or "The transfer was cancelled. What had moved is kept: run it again to go on.")

    def _render_traceback_(self) -> list[str]:
        """Give what IPython shows: somebody pressed Cancel, and a page of engine frames would say no more."""
        return [f"{type(self).__name__}: {self}"]
