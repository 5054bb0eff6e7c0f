"""Every error, under the names programs catch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .lazy import lazy_names

if TYPE_CHECKING:
    from .cache.inventory import CorruptedCacheException as CorruptedCacheException
    from .cache.scan import CacheNotFound as CacheNotFound
    from .client.errors import BadRequestError as BadRequestError
    from .client.errors import DisabledRepoError as DisabledRepoError
    from .client.errors import EntryNotFoundError as EntryNotFoundError
    from .client.errors import FileMetadataError as FileMetadataError
    from .client.errors import FolderError as FolderError
    from .client.errors import GatedRepoError as GatedRepoError
    from .client.errors import HfHubHTTPError as HfHubHTTPError
    from .client.errors import HFValidationError as HFValidationError
    from .client.errors import HubError as HubError
    from .client.errors import HubUnreachableError as HubUnreachableError
    from .client.errors import IntegrityError as IntegrityError
    from .client.errors import LocalEntryNotFoundError as LocalEntryNotFoundError
    from .client.errors import LocalTokenNotFoundError as LocalTokenNotFoundError
    from .client.errors import OfflineModeIsEnabled as OfflineModeIsEnabled
    from .client.errors import RemoteEntryNotFoundError as RemoteEntryNotFoundError
    from .client.errors import RepositoryNotFoundError as RepositoryNotFoundError
    from .client.errors import RevisionNotFoundError as RevisionNotFoundError
    from .client.errors import TransferCancelled as TransferCancelled
    from .client.inference_errors import GenerationError as GenerationError
    from .client.inference_errors import IncompleteGenerationError as IncompleteGenerationError
    from .client.inference_errors import InferenceTimeoutError as InferenceTimeoutError
    from .client.inference_errors import OverloadedError as OverloadedError
    from .client.inference_errors import TextGenerationError as TextGenerationError
    from .client.inference_errors import UnknownError as UnknownError
    from .client.inference_errors import ValidationError as ValidationError
    from .client.safetensors import NotASafetensorsRepoError as NotASafetensorsRepoError
    from .client.safetensors import SafetensorsParsingError as SafetensorsParsingError

_HOMES: dict[str, tuple[str, ...]] = {
    "hubnb.cache.inventory": ("CorruptedCacheException",),
    "hubnb.cache.scan": ("CacheNotFound",),
    "hubnb.client.errors": (
        "BadRequestError", "DisabledRepoError", "EntryNotFoundError", "FileMetadataError", "FolderError",
        "GatedRepoError", "HFValidationError", "HfHubHTTPError", "HubError", "HubUnreachableError", "IntegrityError",
        "LocalEntryNotFoundError", "LocalTokenNotFoundError", "OfflineModeIsEnabled", "RemoteEntryNotFoundError",
        "RepositoryNotFoundError", "RevisionNotFoundError", "TransferCancelled",
    ),
    "hubnb.client.inference_errors": (
        "GenerationError", "IncompleteGenerationError", "InferenceTimeoutError", "OverloadedError",
        "TextGenerationError", "UnknownError", "ValidationError",
    ),
    "hubnb.client.safetensors": ("NotASafetensorsRepoError", "SafetensorsParsingError"),
}  # fmt: skip
__getattr__ = lazy_names(__name__, _HOMES)
__all__ = sorted(name for names in _HOMES.values() for name in names)
