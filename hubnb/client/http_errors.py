"""The errors that are `requests` errors too, because users catch them as such; `errors` shows them as its own."""

from __future__ import annotations

from typing import Any

import requests

from .errors import HubError


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
