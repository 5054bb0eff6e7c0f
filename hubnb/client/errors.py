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
    ├── FileMetadataError  (OSError)           the Hub did not say what a file is
    ├── IntegrityError                         bytes that don't match their hash
    ├── FolderError  (OSError)                 a folder that can't be written to
    │   └── DiskFullError
    └── TransferCancelled                      somebody pressed Cancel
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy_names

if TYPE_CHECKING:
    from .http_errors import BadRequestError as BadRequestError
    from .http_errors import DisabledRepoError as DisabledRepoError
    from .http_errors import EntryNotFoundError as EntryNotFoundError
    from .http_errors import GatedRepoError as GatedRepoError
    from .http_errors import HfHubHTTPError as HfHubHTTPError
    from .http_errors import HubUnreachableError as HubUnreachableError
    from .http_errors import LocalEntryNotFoundError as LocalEntryNotFoundError
    from .http_errors import RemoteEntryNotFoundError as RemoteEntryNotFoundError
    from .http_errors import RepositoryNotFoundError as RepositoryNotFoundError
    from .http_errors import RevisionNotFoundError as RevisionNotFoundError

# Their parents are classes of `requests`, which takes longer to load than most of what is done without a network.
__getattr__ = lazy_names(__name__, {"hubnb.client.http_errors": (
    "BadRequestError",
    "DisabledRepoError",
    "EntryNotFoundError",
    "GatedRepoError",
    "HfHubHTTPError",
    "HubUnreachableError",
    "LocalEntryNotFoundError",
    "RemoteEntryNotFoundError",
    "RepositoryNotFoundError",
    "RevisionNotFoundError",
)})  # fmt: skip


class HubError(Exception):
    """Base of every error hubnb raises on purpose; its text is safe to show."""


class OfflineModeIsEnabled(HubError, ConnectionError):  # noqa: N818 - upstream's name
    """A request was about to leave although `HF_HUB_OFFLINE` is set."""


class LocalTokenNotFoundError(HubError, OSError):
    """`token=True` was asked for, and no token is stored on this machine."""


class HFValidationError(HubError, ValueError):
    """An argument that can't be right; nothing was sent."""


class FileMetadataError(HubError, OSError):
    """The Hub did not say what a file is: its commit or its hash is missing from the answer."""


class IntegrityError(HubError):
    """Bytes did not match the hash the Hub names for them, twice in a row; they were thrown away."""


class FolderError(HubError, OSError):
    """A folder can't be written to: no permission, not a folder, a disk that fails."""

    def __str__(self) -> str:
        return str(self.args[-1])  # without the number an OSError puts before it


class DiskFullError(FolderError):
    """There is not enough room for what was asked."""


class TransferCancelled(HubError):  # noqa: N818 - an outcome, not a fault
    """The transfer was cancelled by its owner; what had arrived is kept for the next try."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or "The transfer was cancelled. What had moved is kept: run it again to go on.")

    def _render_traceback_(self) -> list[str]:
        """Give what IPython shows: somebody pressed Cancel, and a page of engine frames would say no more."""
        return [f"{type(self).__name__}: {self}"]
