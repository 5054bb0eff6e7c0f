"""Small helpers that programs import from here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..lazy import lazy_names
from . import logging as logging

if TYPE_CHECKING:
    from ..cache.assets import cached_assets_path as cached_assets_path
    from ..cache.delete import DeleteCacheStrategy as DeleteCacheStrategy
    from ..cache.inventory import CachedFileInfo as CachedFileInfo
    from ..cache.inventory import CachedIncompleteFileInfo as CachedIncompleteFileInfo
    from ..cache.inventory import CachedRepoInfo as CachedRepoInfo
    from ..cache.inventory import CachedRevisionInfo as CachedRevisionInfo
    from ..cache.inventory import CorruptedCacheException as CorruptedCacheException
    from ..cache.inventory import HFCacheInfo as HFCacheInfo
    from ..cache.scan import CacheNotFound as CacheNotFound
    from ..cache.scan import scan_cache_dir as scan_cache_dir
    from ..client.dates import parse_datetime as parse_datetime
    from ..client.errors import BadRequestError as BadRequestError
    from ..client.errors import DisabledRepoError as DisabledRepoError
    from ..client.errors import EntryNotFoundError as EntryNotFoundError
    from ..client.errors import FileMetadataError as FileMetadataError
    from ..client.errors import GatedRepoError as GatedRepoError
    from ..client.errors import HfHubHTTPError as HfHubHTTPError
    from ..client.errors import HFValidationError as HFValidationError
    from ..client.errors import LocalEntryNotFoundError as LocalEntryNotFoundError
    from ..client.errors import LocalTokenNotFoundError as LocalTokenNotFoundError
    from ..client.errors import OfflineModeIsEnabled as OfflineModeIsEnabled
    from ..client.errors import RemoteEntryNotFoundError as RemoteEntryNotFoundError
    from ..client.errors import RepositoryNotFoundError as RepositoryNotFoundError
    from ..client.errors import RevisionNotFoundError as RevisionNotFoundError
    from ..client.progress_bars import are_progress_bars_disabled as are_progress_bars_disabled
    from ..client.progress_bars import disable_progress_bars as disable_progress_bars
    from ..client.progress_bars import enable_progress_bars as enable_progress_bars
    from ..client.repo_id import validate_repo_id as validate_repo_id
    from ..client.requests_tools import build_hf_headers as build_hf_headers
    from ..client.requests_tools import get_session as get_session
    from ..client.requests_tools import get_token_to_send as get_token_to_send
    from ..client.requests_tools import hf_raise_for_status as hf_raise_for_status
    from ..client.requests_tools import http_backoff as http_backoff
    from ..client.requests_tools import paginate as paginate
    from ..client.requests_tools import send_telemetry as send_telemetry
    from ..client.safetensors import NotASafetensorsRepoError as NotASafetensorsRepoError
    from ..client.safetensors import SafetensorsFileMetadata as SafetensorsFileMetadata
    from ..client.safetensors import SafetensorsParsingError as SafetensorsParsingError
    from ..client.safetensors import SafetensorsRepoMetadata as SafetensorsRepoMetadata
    from ..client.safetensors import TensorInfo as TensorInfo
    from ..client.session import configure_http as configure_http
    from ..client.tokens import get_token as get_token
    from ..utils.bars import tqdm as tqdm
    from ..utils.filters import DEFAULT_IGNORE_PATTERNS as DEFAULT_IGNORE_PATTERNS
    from ..utils.filters import filter_repo_objects as filter_repo_objects
    from ..utils.folders import SoftTemporaryDirectory as SoftTemporaryDirectory
    from ..utils.folders import WeakFileLock as WeakFileLock
    from ..utils.installed import get_hf_hub_version as get_hf_hub_version
    from ..utils.installed import get_python_version as get_python_version
    from ..utils.installed import get_torch_version as get_torch_version
    from ..utils.installed import is_fastai_available as is_fastai_available
    from ..utils.installed import is_google_colab as is_google_colab
    from ..utils.installed import is_jinja_available as is_jinja_available
    from ..utils.installed import is_notebook as is_notebook
    from ..utils.installed import is_numpy_available as is_numpy_available
    from ..utils.installed import is_package_available as is_package_available
    from ..utils.installed import is_pillow_available as is_pillow_available
    from ..utils.installed import is_safetensors_available as is_safetensors_available
    from ..utils.installed import is_tensorboard_available as is_tensorboard_available
    from ..utils.installed import is_tf_available as is_tf_available
    from ..utils.installed import is_torch_available as is_torch_available
    from ..utils.validators import validate_hf_hub_args as validate_hf_hub_args

_HOMES: dict[str, tuple[str, ...]] = {
    "hubnb.cache.delete": ("DeleteCacheStrategy",),
    "hubnb.cache.assets": ("cached_assets_path",),
    "hubnb.cache.inventory": (
        "CachedFileInfo", "CachedIncompleteFileInfo", "CachedRepoInfo", "CachedRevisionInfo", "CorruptedCacheException",
        "HFCacheInfo",
    ),
    "hubnb.cache.scan": ("CacheNotFound", "scan_cache_dir"),
    "hubnb.client.dates": ("parse_datetime",),
    "hubnb.client.errors": (
        "BadRequestError", "DisabledRepoError", "EntryNotFoundError", "FileMetadataError", "GatedRepoError",
        "HFValidationError", "HfHubHTTPError", "LocalEntryNotFoundError", "LocalTokenNotFoundError",
        "OfflineModeIsEnabled", "RemoteEntryNotFoundError", "RepositoryNotFoundError", "RevisionNotFoundError",
    ),
    "hubnb.client.progress_bars": ("are_progress_bars_disabled", "disable_progress_bars", "enable_progress_bars"),
    "hubnb.client.repo_id": ("validate_repo_id",),
    "hubnb.client.requests_tools": (
        "build_hf_headers", "get_session", "get_token_to_send", "hf_raise_for_status", "http_backoff", "paginate",
        "send_telemetry",
    ),
    "hubnb.client.safetensors": (
        "NotASafetensorsRepoError", "SafetensorsFileMetadata", "SafetensorsParsingError", "SafetensorsRepoMetadata",
        "TensorInfo",
    ),
    "hubnb.client.session": ("configure_http",),
    "hubnb.client.tokens": ("get_token",),
    "hubnb.utils.bars": ("tqdm",),
    "hubnb.utils.folders": ("SoftTemporaryDirectory", "WeakFileLock"),
    "hubnb.utils.filters": ("DEFAULT_IGNORE_PATTERNS", "filter_repo_objects"),
    "hubnb.utils.installed": (
        "get_hf_hub_version", "get_python_version", "get_torch_version", "is_fastai_available", "is_google_colab",
        "is_jinja_available", "is_notebook", "is_numpy_available", "is_package_available", "is_pillow_available",
        "is_safetensors_available", "is_tensorboard_available", "is_tf_available", "is_torch_available",
    ),
    "hubnb.utils.validators": ("validate_hf_hub_args",),
}  # fmt: skip
__getattr__ = lazy_names(__name__, _HOMES)
__all__ = sorted(name for names in _HOMES.values() for name in names)
