"""The Hub, inside the notebook.

Public names are resolved on first use (PEP 562), so `import hubnb` costs a few milliseconds and loads no
notebook package, no HTTP client and no torch.
"""

from __future__ import annotations

import importlib
import sys

from .lazy import joints, lazy_names

# Type checkers take this name for true. Importing `typing` for it would cost more than the rest of this file.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    # The same names as in `_HOMES` below, for type checkers and editors; a test keeps the two alike.
    from IPython.core.interactiveshell import InteractiveShell

    from .api import HfApi as HfApi
    from .api import run_as_future as run_as_future
    from .cache import HFCacheInfo as HFCacheInfo
    from .cache import scan_cache_dir as scan_cache_dir
    from .cache import try_to_load_from_cache as try_to_load_from_cache
    from .cache.assets import cached_assets_path as cached_assets_path
    from .cache.checksums import verify_repo_checksums as verify_repo_checksums
    from .cache.delete import DeleteCacheStrategy as DeleteCacheStrategy
    from .cache.inventory import CachedFileInfo as CachedFileInfo
    from .cache.inventory import CachedIncompleteFileInfo as CachedIncompleteFileInfo
    from .cache.inventory import CachedRepoInfo as CachedRepoInfo
    from .cache.inventory import CachedRevisionInfo as CachedRevisionInfo
    from .cache.inventory import CorruptedCacheException as CorruptedCacheException
    from .cache.layout import _CACHED_NO_EXIST as _CACHED_NO_EXIST
    from .cache.scan import CacheNotFound as CacheNotFound
    from .cards import CardData as CardData
    from .cards import DatasetCard as DatasetCard
    from .cards import DatasetCardData as DatasetCardData
    from .cards import EvalResult as EvalResult
    from .cards import EvalResultEntry as EvalResultEntry
    from .cards import ModelCard as ModelCard
    from .cards import ModelCardData as ModelCardData
    from .cards import RepoCard as RepoCard
    from .cards import SpaceCard as SpaceCard
    from .cards import SpaceCardData as SpaceCardData
    from .cards import eval_result_entries_to_yaml as eval_result_entries_to_yaml
    from .cards import metadata_eval_result as metadata_eval_result
    from .cards import metadata_load as metadata_load
    from .cards import metadata_save as metadata_save
    from .cards import metadata_update as metadata_update
    from .cards import parse_eval_result_entries as parse_eval_result_entries
    from .client import HubClient as HubClient
    from .client import RepoUrl as RepoUrl
    from .client import Settings as Settings
    from .client import configure_http as configure_http
    from .client.access_requests import AccessRequest as AccessRequest
    from .client.access_requests import accept_access_request as accept_access_request
    from .client.access_requests import cancel_access_request as cancel_access_request
    from .client.access_requests import grant_access as grant_access
    from .client.access_requests import list_accepted_access_requests as list_accepted_access_requests
    from .client.access_requests import list_pending_access_requests as list_pending_access_requests
    from .client.access_requests import list_rejected_access_requests as list_rejected_access_requests
    from .client.access_requests import reject_access_request as reject_access_request
    from .client.auth import auth_check as auth_check
    from .client.auth import get_full_repo_name as get_full_repo_name
    from .client.auth import get_token_permission as get_token_permission
    from .client.auth import whoami as whoami
    from .client.collection import Collection as Collection
    from .client.collection import CollectionItem as CollectionItem
    from .client.collections import add_collection_item as add_collection_item
    from .client.collections import create_collection as create_collection
    from .client.collections import delete_collection as delete_collection
    from .client.collections import delete_collection_item as delete_collection_item
    from .client.collections import get_collection as get_collection
    from .client.collections import list_collections as list_collections
    from .client.collections import update_collection_item as update_collection_item
    from .client.collections import update_collection_metadata as update_collection_metadata
    from .client.discussion import Discussion as Discussion
    from .client.discussion import DiscussionComment as DiscussionComment
    from .client.discussion import DiscussionCommit as DiscussionCommit
    from .client.discussion import DiscussionEvent as DiscussionEvent
    from .client.discussion import DiscussionStatusChange as DiscussionStatusChange
    from .client.discussion import DiscussionTitleChange as DiscussionTitleChange
    from .client.discussion import DiscussionWithDetails as DiscussionWithDetails
    from .client.discussions import change_discussion_status as change_discussion_status
    from .client.discussions import comment_discussion as comment_discussion
    from .client.discussions import create_discussion as create_discussion
    from .client.discussions import create_pull_request as create_pull_request
    from .client.discussions import edit_discussion_comment as edit_discussion_comment
    from .client.discussions import get_discussion_details as get_discussion_details
    from .client.discussions import get_repo_discussions as get_repo_discussions
    from .client.discussions import hide_discussion_comment as hide_discussion_comment
    from .client.discussions import merge_pull_request as merge_pull_request
    from .client.discussions import rename_discussion as rename_discussion
    from .client.duplicates import duplicate_repo as duplicate_repo
    from .client.duplicates import duplicate_space as duplicate_space
    from .client.files import HfFileMetadata as HfFileMetadata
    from .client.files import file_exists as file_exists
    from .client.files import get_hf_file_metadata as get_hf_file_metadata
    from .client.files import hf_hub_url as hf_hub_url
    from .client.inference_errors import InferenceTimeoutError as InferenceTimeoutError
    from .client.info import dataset_info as dataset_info
    from .client.info import model_info as model_info
    from .client.info import repo_exists as repo_exists
    from .client.info import repo_info as repo_info
    from .client.info import revision_exists as revision_exists
    from .client.info import space_info as space_info
    from .client.lfs_inventory import list_lfs_files as list_lfs_files
    from .client.lfs_inventory import permanently_delete_lfs_files as permanently_delete_lfs_files
    from .client.likes import UserLikes as UserLikes
    from .client.likes import like as like
    from .client.likes import list_liked_repos as list_liked_repos
    from .client.likes import list_repo_likers as list_repo_likers
    from .client.likes import unlike as unlike
    from .client.listing import list_datasets as list_datasets
    from .client.listing import list_models as list_models
    from .client.listing import list_spaces as list_spaces
    from .client.people import Organization as Organization
    from .client.people import RepoStorageInfo as RepoStorageInfo
    from .client.people import User as User
    from .client.people import get_organization_overview as get_organization_overview
    from .client.people import get_user_overview as get_user_overview
    from .client.people import list_organization_followers as list_organization_followers
    from .client.people import list_organization_members as list_organization_members
    from .client.people import list_user_followers as list_user_followers
    from .client.people import list_user_following as list_user_following
    from .client.people import list_user_repos as list_user_repos
    from .client.progress_bars import are_progress_bars_disabled as are_progress_bars_disabled
    from .client.progress_bars import disable_progress_bars as disable_progress_bars
    from .client.progress_bars import enable_progress_bars as enable_progress_bars
    from .client.refs import GitCommitInfo as GitCommitInfo
    from .client.refs import GitRefInfo as GitRefInfo
    from .client.refs import GitRefs as GitRefs
    from .client.refs import create_branch as create_branch
    from .client.refs import create_tag as create_tag
    from .client.refs import delete_branch as delete_branch
    from .client.refs import delete_tag as delete_tag
    from .client.refs import list_repo_commits as list_repo_commits
    from .client.refs import list_repo_refs as list_repo_refs
    from .client.refs import super_squash_history as super_squash_history
    from .client.repo_facts import DatasetInfo as DatasetInfo
    from .client.repo_facts import ModelInfo as ModelInfo
    from .client.repo_facts import SpaceInfo as SpaceInfo
    from .client.repos import create_repo as create_repo
    from .client.repos import delete_repo as delete_repo
    from .client.repos import move_repo as move_repo
    from .client.repos import update_repo_settings as update_repo_settings
    from .client.repos import update_repo_visibility as update_repo_visibility
    from .client.requests_tools import get_session as get_session
    from .client.requests_tools import hf_raise_for_status as hf_raise_for_status
    from .client.safetensors import get_local_safetensors_metadata as get_local_safetensors_metadata
    from .client.safetensors import get_safetensors_metadata as get_safetensors_metadata
    from .client.safetensors import get_sharded_safetensors_metadata as get_sharded_safetensors_metadata
    from .client.safetensors import parse_local_safetensors_file_metadata as parse_local_safetensors_file_metadata
    from .client.safetensors import parse_safetensors_file_metadata as parse_safetensors_file_metadata
    from .client.settings import is_offline_mode as is_offline_mode
    from .client.space import SpaceHardware as SpaceHardware
    from .client.space import SpaceRuntime as SpaceRuntime
    from .client.space import SpaceSecret as SpaceSecret
    from .client.space import SpaceStage as SpaceStage
    from .client.space import SpaceStorage as SpaceStorage
    from .client.space import SpaceVariable as SpaceVariable
    from .client.spaces import add_space_secret as add_space_secret
    from .client.spaces import add_space_variable as add_space_variable
    from .client.spaces import delete_space_secret as delete_space_secret
    from .client.spaces import delete_space_variable as delete_space_variable
    from .client.spaces import disable_space_dev_mode as disable_space_dev_mode
    from .client.spaces import enable_space_dev_mode as enable_space_dev_mode
    from .client.spaces import get_space_runtime as get_space_runtime
    from .client.spaces import get_space_secrets as get_space_secrets
    from .client.spaces import get_space_variables as get_space_variables
    from .client.spaces import pause_space as pause_space
    from .client.spaces import request_space_hardware as request_space_hardware
    from .client.spaces import restart_space as restart_space
    from .client.spaces import set_space_sleep_time as set_space_sleep_time
    from .client.spaces import wait_for_space as wait_for_space
    from .client.tags import get_dataset_tags as get_dataset_tags
    from .client.tags import get_model_tags as get_model_tags
    from .client.tokens import auth_list as auth_list
    from .client.tokens import auth_switch as auth_switch
    from .client.tokens import get_token as get_token
    from .client.tokens import logout as logout
    from .client.tree import RepoFile as RepoFile
    from .client.tree import RepoFolder as RepoFolder
    from .client.tree import get_paths_info as get_paths_info
    from .client.tree import list_repo_files as list_repo_files
    from .client.tree import list_repo_tree as list_repo_tree
    from .client.webhooks import WebhookInfo as WebhookInfo
    from .client.webhooks import WebhookWatchedItem as WebhookWatchedItem
    from .client.webhooks import create_webhook as create_webhook
    from .client.webhooks import delete_webhook as delete_webhook
    from .client.webhooks import disable_webhook as disable_webhook
    from .client.webhooks import enable_webhook as enable_webhook
    from .client.webhooks import get_webhook as get_webhook
    from .client.webhooks import list_webhooks as list_webhooks
    from .client.webhooks import update_webhook as update_webhook
    from .constants import CONFIG_NAME as CONFIG_NAME
    from .constants import FLAX_WEIGHTS_NAME as FLAX_WEIGHTS_NAME
    from .constants import HUGGINGFACE_CO_URL_HOME as HUGGINGFACE_CO_URL_HOME
    from .constants import HUGGINGFACE_CO_URL_TEMPLATE as HUGGINGFACE_CO_URL_TEMPLATE
    from .constants import PYTORCH_WEIGHTS_NAME as PYTORCH_WEIGHTS_NAME
    from .constants import REPO_TYPE_DATASET as REPO_TYPE_DATASET
    from .constants import REPO_TYPE_MODEL as REPO_TYPE_MODEL
    from .constants import REPO_TYPE_SPACE as REPO_TYPE_SPACE
    from .constants import TF2_WEIGHTS_NAME as TF2_WEIGHTS_NAME
    from .constants import TF_WEIGHTS_NAME as TF_WEIGHTS_NAME
    from .filesystem import HfFileSystem as HfFileSystem
    from .filesystem import HfFileSystemFile as HfFileSystemFile
    from .filesystem import HfFileSystemStreamFile as HfFileSystemStreamFile
    from .filesystem import HubCheckpointReader as HubCheckpointReader
    from .filesystem import HubCheckpointWriter as HubCheckpointWriter
    from .filesystem import consolidate_checkpoint as consolidate_checkpoint
    from .filesystem import hffs as hffs
    from .inference.async_client import AsyncInferenceClient as AsyncInferenceClient
    from .inference.classic_api import InferenceApi as InferenceApi
    from .inference.client import InferenceClient as InferenceClient
    from .inference.deployment import ModelStatus as ModelStatus
    from .inference.results.chat import ChatCompletionInputFunctionDefinition as ChatCompletionInputFunctionDefinition
    from .inference.results.chat import ChatCompletionInputFunctionName as ChatCompletionInputFunctionName
    from .inference.results.chat import ChatCompletionInputJSONSchema as ChatCompletionInputJSONSchema
    from .inference.results.chat import ChatCompletionInputMessage as ChatCompletionInputMessage
    from .inference.results.chat import ChatCompletionInputMessageChunk as ChatCompletionInputMessageChunk
    from .inference.results.chat import (
        ChatCompletionInputResponseFormatJSONObject as ChatCompletionInputResponseFormatJSONObject,
    )
    from .inference.results.chat import (
        ChatCompletionInputResponseFormatJSONSchema as ChatCompletionInputResponseFormatJSONSchema,
    )
    from .inference.results.chat import ChatCompletionInputResponseFormatText as ChatCompletionInputResponseFormatText
    from .inference.results.chat import ChatCompletionInputStreamOptions as ChatCompletionInputStreamOptions
    from .inference.results.chat import ChatCompletionInputTool as ChatCompletionInputTool
    from .inference.results.chat import ChatCompletionInputToolCall as ChatCompletionInputToolCall
    from .inference.results.chat import ChatCompletionInputToolChoiceClass as ChatCompletionInputToolChoiceClass
    from .inference.results.chat import ChatCompletionInputURL as ChatCompletionInputURL
    from .inference.results.chat import ChatCompletionOutput as ChatCompletionOutput
    from .inference.results.chat import ChatCompletionOutputComplete as ChatCompletionOutputComplete
    from .inference.results.chat import ChatCompletionOutputFunctionDefinition as ChatCompletionOutputFunctionDefinition
    from .inference.results.chat import ChatCompletionOutputLogprob as ChatCompletionOutputLogprob
    from .inference.results.chat import ChatCompletionOutputLogprobs as ChatCompletionOutputLogprobs
    from .inference.results.chat import ChatCompletionOutputMessage as ChatCompletionOutputMessage
    from .inference.results.chat import ChatCompletionOutputToolCall as ChatCompletionOutputToolCall
    from .inference.results.chat import ChatCompletionOutputTopLogprob as ChatCompletionOutputTopLogprob
    from .inference.results.chat import ChatCompletionOutputUsage as ChatCompletionOutputUsage
    from .inference.results.chat import ChatCompletionStreamOutput as ChatCompletionStreamOutput
    from .inference.results.chat import ChatCompletionStreamOutputChoice as ChatCompletionStreamOutputChoice
    from .inference.results.chat import ChatCompletionStreamOutputDelta as ChatCompletionStreamOutputDelta
    from .inference.results.chat import (
        ChatCompletionStreamOutputDeltaToolCall as ChatCompletionStreamOutputDeltaToolCall,
    )
    from .inference.results.chat import ChatCompletionStreamOutputFunction as ChatCompletionStreamOutputFunction
    from .inference.results.chat import ChatCompletionStreamOutputLogprob as ChatCompletionStreamOutputLogprob
    from .inference.results.chat import ChatCompletionStreamOutputLogprobs as ChatCompletionStreamOutputLogprobs
    from .inference.results.chat import ChatCompletionStreamOutputTopLogprob as ChatCompletionStreamOutputTopLogprob
    from .inference.results.chat import ChatCompletionStreamOutputUsage as ChatCompletionStreamOutputUsage
    from .inference.results.generation import TextGenerationInputGrammarType as TextGenerationInputGrammarType
    from .inference.results.generation import TextGenerationOutput as TextGenerationOutput
    from .inference.results.generation import TextGenerationOutputBestOfSequence as TextGenerationOutputBestOfSequence
    from .inference.results.generation import TextGenerationOutputDetails as TextGenerationOutputDetails
    from .inference.results.generation import TextGenerationOutputPrefillToken as TextGenerationOutputPrefillToken
    from .inference.results.generation import TextGenerationOutputToken as TextGenerationOutputToken
    from .inference.results.generation import TextGenerationStreamOutput as TextGenerationStreamOutput
    from .inference.results.generation import (
        TextGenerationStreamOutputStreamDetails as TextGenerationStreamOutputStreamDetails,
    )
    from .inference.results.generation import TextGenerationStreamOutputToken as TextGenerationStreamOutputToken
    from .inference.results.media import AudioClassificationOutputElement as AudioClassificationOutputElement
    from .inference.results.media import AudioToAudioOutputElement as AudioToAudioOutputElement
    from .inference.results.media import AutomaticSpeechRecognitionOutput as AutomaticSpeechRecognitionOutput
    from .inference.results.media import AutomaticSpeechRecognitionOutputChunk as AutomaticSpeechRecognitionOutputChunk
    from .inference.results.media import (
        DocumentQuestionAnsweringOutputElement as DocumentQuestionAnsweringOutputElement,
    )
    from .inference.results.media import ImageClassificationOutputElement as ImageClassificationOutputElement
    from .inference.results.media import ImageSegmentationOutputElement as ImageSegmentationOutputElement
    from .inference.results.media import ImageToImageTargetSize as ImageToImageTargetSize
    from .inference.results.media import ImageToTextOutput as ImageToTextOutput
    from .inference.results.media import ImageToVideoTargetSize as ImageToVideoTargetSize
    from .inference.results.media import ObjectDetectionBoundingBox as ObjectDetectionBoundingBox
    from .inference.results.media import ObjectDetectionOutputElement as ObjectDetectionOutputElement
    from .inference.results.media import VisualQuestionAnsweringOutputElement as VisualQuestionAnsweringOutputElement
    from .inference.results.media import (
        ZeroShotImageClassificationOutputElement as ZeroShotImageClassificationOutputElement,
    )
    from .inference.results.text import FillMaskOutputElement as FillMaskOutputElement
    from .inference.results.text import QuestionAnsweringOutputElement as QuestionAnsweringOutputElement
    from .inference.results.text import SummarizationOutput as SummarizationOutput
    from .inference.results.text import TableQuestionAnsweringOutputElement as TableQuestionAnsweringOutputElement
    from .inference.results.text import TextClassificationOutputElement as TextClassificationOutputElement
    from .inference.results.text import TokenClassificationOutputElement as TokenClassificationOutputElement
    from .inference.results.text import TranslationOutput as TranslationOutput
    from .inference.results.text import ZeroShotClassificationOutputElement as ZeroShotClassificationOutputElement
    from .mixin import ModelHubMixin as ModelHubMixin
    from .mixin import PyTorchModelHubMixin as PyTorchModelHubMixin
    from .mixin.frameworks import from_pretrained as from_pretrained
    from .mixin.frameworks import from_pretrained_fastai as from_pretrained_fastai
    from .mixin.frameworks import push_to_hub as push_to_hub
    from .mixin.frameworks import push_to_hub_fastai as push_to_hub_fastai
    from .mixin.weights import get_torch_storage_id as get_torch_storage_id
    from .mixin.weights import get_torch_storage_size as get_torch_storage_size
    from .mixin.weights import load_state_dict_from_file as load_state_dict_from_file
    from .mixin.weights import load_torch_model as load_torch_model
    from .mixin.weights import save_torch_model as save_torch_model
    from .mixin.weights import save_torch_state_dict as save_torch_state_dict
    from .mixin.weights import split_state_dict_into_shards_factory as split_state_dict_into_shards_factory
    from .mixin.weights import split_torch_state_dict_into_shards as split_torch_state_dict_into_shards
    from .mixin.weights.shards import StateDictSplit as StateDictSplit
    from .panels.app_verb import app as app
    from .panels.browse_verb import browse as browse
    from .panels.cache_verb import cache as cache
    from .panels.card_verb import edit_card as edit_card
    from .panels.language import set_language as set_language
    from .panels.transfers_verb import plan_push as plan_push
    from .panels.transfers_verb import transfers as transfers
    from .panels.try_model import TryPanel as TryPanel
    from .panels.try_model import try_model as try_model
    from .panels.verbs import interpreter_login as interpreter_login
    from .panels.verbs import login as login
    from .panels.verbs import notebook_login as notebook_login
    from .repository import CommandInProgress as CommandInProgress
    from .repository import Repository as Repository
    from .scheduler import CommitScheduler as CommitScheduler
    from .server import LocalHub as LocalHub
    from .transfer import CommitInfo as CommitInfo
    from .transfer import CommitOperationAdd as CommitOperationAdd
    from .transfer import CommitOperationCopy as CommitOperationCopy
    from .transfer import CommitOperationDelete as CommitOperationDelete
    from .transfer import PullPlan as PullPlan
    from .transfer import PushConflictError as PushConflictError
    from .transfer import PushPlan as PushPlan
    from .transfer import TensorChange as TensorChange
    from .transfer import Transfer as Transfer
    from .transfer import TransferManager as TransferManager
    from .transfer import create_commit as create_commit
    from .transfer import delete_file as delete_file
    from .transfer import delete_folder as delete_folder
    from .transfer import hf_hub_download as hf_hub_download
    from .transfer import snapshot_download as snapshot_download
    from .transfer import undo_push as undo_push
    from .transfer import unfinished_transfers as unfinished_transfers
    from .transfer import upload_file as upload_file
    from .transfer import upload_folder as upload_folder
    from .transfer.operations import CommitOperation as CommitOperation
    from .transfer.preupload import preupload_lfs_files as preupload_lfs_files
    from .transfer.upload_more import delete_files as delete_files
    from .transfer.upload_more import upload_large_folder as upload_large_folder
    from .utils import logging as logging

__version__ = "0.1.0"

_HOMES: dict[str, tuple[str, ...]] = {
    "hubnb.api": ("HfApi", "run_as_future"),
    "hubnb.client.auth": ("auth_check", "get_full_repo_name", "get_token_permission", "whoami"),
    "hubnb.client.files": ("HfFileMetadata", "file_exists", "get_hf_file_metadata", "hf_hub_url"),
    "hubnb.client.info": (
        "dataset_info", "model_info", "repo_exists", "repo_info", "revision_exists", "space_info",
    ),
    "hubnb.client.refs": (
        "GitCommitInfo", "GitRefInfo", "GitRefs", "create_branch", "create_tag", "delete_branch", "delete_tag",
        "list_repo_commits", "list_repo_refs", "super_squash_history",
    ),
    "hubnb.client.repos": ("create_repo", "delete_repo", "move_repo", "update_repo_settings", "update_repo_visibility"),
    "hubnb.client.tree": ("RepoFile", "RepoFolder", "get_paths_info", "list_repo_files", "list_repo_tree"),
    "hubnb.client.discussions": (
        "change_discussion_status", "comment_discussion", "create_discussion", "create_pull_request",
        "edit_discussion_comment", "get_discussion_details", "get_repo_discussions", "hide_discussion_comment",
        "merge_pull_request", "rename_discussion",
    ),
    "hubnb.client.discussion": (
        "Discussion", "DiscussionComment", "DiscussionCommit", "DiscussionEvent", "DiscussionStatusChange",
        "DiscussionTitleChange", "DiscussionWithDetails",
    ),
    "hubnb.client.duplicates": ("duplicate_repo", "duplicate_space"),
    "hubnb.client.listing": ("list_datasets", "list_models", "list_spaces"),
    "hubnb.client.tags": ("get_dataset_tags", "get_model_tags"),
    "hubnb.client.safetensors": (
        "get_local_safetensors_metadata", "get_safetensors_metadata", "get_sharded_safetensors_metadata",
        "parse_local_safetensors_file_metadata", "parse_safetensors_file_metadata",
    ),
    "hubnb.client.lfs_inventory": ("list_lfs_files", "permanently_delete_lfs_files"),
    "hubnb.client.likes": ("UserLikes", "like", "list_liked_repos", "list_repo_likers", "unlike"),
    "hubnb.client.access_requests": (
        "AccessRequest", "accept_access_request", "cancel_access_request", "grant_access",
        "list_accepted_access_requests", "list_pending_access_requests", "list_rejected_access_requests",
        "reject_access_request",
    ),
    "hubnb.client.people": (
        "Organization", "RepoStorageInfo", "User", "get_organization_overview", "get_user_overview",
        "list_organization_followers", "list_organization_members", "list_user_followers", "list_user_following",
        "list_user_repos",
    ),
    "hubnb.client.spaces": (
        "add_space_secret", "add_space_variable", "delete_space_secret", "delete_space_variable",
        "disable_space_dev_mode", "enable_space_dev_mode", "get_space_runtime", "get_space_secrets",
        "get_space_variables", "pause_space", "request_space_hardware", "restart_space", "set_space_sleep_time",
        "wait_for_space",
    ),
    "hubnb.client.collections": (
        "add_collection_item", "create_collection", "delete_collection", "delete_collection_item", "get_collection",
        "list_collections", "update_collection_item", "update_collection_metadata",
    ),
    "hubnb.client.webhooks": (
        "WebhookInfo", "WebhookWatchedItem", "create_webhook", "delete_webhook", "disable_webhook", "enable_webhook",
        "get_webhook", "list_webhooks", "update_webhook",
    ),
    "hubnb.client.collection": ("Collection", "CollectionItem"),
    "hubnb.client.repo_facts": ("DatasetInfo", "ModelInfo", "SpaceInfo"),
    "hubnb.client.space": (
        "SpaceHardware", "SpaceRuntime", "SpaceSecret", "SpaceStage", "SpaceStorage", "SpaceVariable",
    ),
    "hubnb.client.progress_bars": ("are_progress_bars_disabled", "disable_progress_bars", "enable_progress_bars"),
    "hubnb.client.requests_tools": ("get_session", "hf_raise_for_status"),
    "hubnb.client.settings": ("is_offline_mode",),
    "hubnb.client": ("HubClient", "RepoUrl", "Settings", "configure_http"),
    "hubnb.client.tokens": ("auth_list", "auth_switch", "get_token", "logout"),
    "hubnb.cache": ("HFCacheInfo", "scan_cache_dir", "try_to_load_from_cache"),
    "hubnb.transfer": (
        "CommitInfo", "CommitOperationAdd", "CommitOperationCopy", "CommitOperationDelete", "PullPlan",
        "PushConflictError", "PushPlan", "TensorChange", "Transfer", "TransferManager", "create_commit", "delete_file",
        "delete_folder", "hf_hub_download", "snapshot_download", "undo_push", "unfinished_transfers", "upload_file",
        "upload_folder",
    ),
    "hubnb.cards": (
        "CardData", "DatasetCard", "DatasetCardData", "EvalResult", "EvalResultEntry", "ModelCard", "ModelCardData",
        "RepoCard", "SpaceCard", "SpaceCardData", "eval_result_entries_to_yaml", "metadata_eval_result",
        "metadata_load", "metadata_save", "metadata_update", "parse_eval_result_entries",
    ),
    "hubnb.filesystem": (
        "HfFileSystem", "HfFileSystemFile", "HfFileSystemStreamFile", "HubCheckpointReader", "HubCheckpointWriter",
        "consolidate_checkpoint", "hffs",
    ),
    "hubnb.client.inference_errors": ("InferenceTimeoutError",),
    "hubnb.inference.async_client": ("AsyncInferenceClient",),
    "hubnb.inference.classic_api": ("InferenceApi",),
    "hubnb.inference.client": ("InferenceClient",),
    "hubnb.inference.deployment": ("ModelStatus",),
    "hubnb.inference.results.text": (
        "FillMaskOutputElement", "QuestionAnsweringOutputElement", "SummarizationOutput",
        "TableQuestionAnsweringOutputElement", "TextClassificationOutputElement", "TokenClassificationOutputElement",
        "TranslationOutput", "ZeroShotClassificationOutputElement",
    ),
    "hubnb.inference.results.media": (
        "AudioClassificationOutputElement", "AudioToAudioOutputElement", "AutomaticSpeechRecognitionOutput",
        "AutomaticSpeechRecognitionOutputChunk", "DocumentQuestionAnsweringOutputElement",
        "ImageClassificationOutputElement", "ImageSegmentationOutputElement", "ImageToImageTargetSize",
        "ImageToTextOutput", "ImageToVideoTargetSize", "ObjectDetectionBoundingBox", "ObjectDetectionOutputElement",
        "VisualQuestionAnsweringOutputElement", "ZeroShotImageClassificationOutputElement",
    ),
    "hubnb.inference.results.chat": (
        "ChatCompletionInputFunctionDefinition", "ChatCompletionInputFunctionName", "ChatCompletionInputJSONSchema",
        "ChatCompletionInputMessage", "ChatCompletionInputMessageChunk", "ChatCompletionInputResponseFormatJSONObject",
        "ChatCompletionInputResponseFormatJSONSchema", "ChatCompletionInputResponseFormatText",
        "ChatCompletionInputStreamOptions", "ChatCompletionInputTool", "ChatCompletionInputToolCall",
        "ChatCompletionInputToolChoiceClass", "ChatCompletionInputURL", "ChatCompletionOutput",
        "ChatCompletionOutputComplete", "ChatCompletionOutputFunctionDefinition", "ChatCompletionOutputLogprob",
        "ChatCompletionOutputLogprobs", "ChatCompletionOutputMessage", "ChatCompletionOutputToolCall",
        "ChatCompletionOutputTopLogprob", "ChatCompletionOutputUsage", "ChatCompletionStreamOutput",
        "ChatCompletionStreamOutputChoice", "ChatCompletionStreamOutputDelta",
        "ChatCompletionStreamOutputDeltaToolCall", "ChatCompletionStreamOutputFunction",
        "ChatCompletionStreamOutputLogprob", "ChatCompletionStreamOutputLogprobs",
        "ChatCompletionStreamOutputTopLogprob", "ChatCompletionStreamOutputUsage",
    ),
    "hubnb.inference.results.generation": (
        "TextGenerationInputGrammarType", "TextGenerationOutput", "TextGenerationOutputBestOfSequence",
        "TextGenerationOutputDetails", "TextGenerationOutputPrefillToken", "TextGenerationOutputToken",
        "TextGenerationStreamOutput", "TextGenerationStreamOutputStreamDetails", "TextGenerationStreamOutputToken",
    ),
    "hubnb.mixin": ("ModelHubMixin", "PyTorchModelHubMixin"),
    "hubnb.mixin.frameworks": (
        "from_pretrained", "from_pretrained_fastai", "push_to_hub", "push_to_hub_fastai",
    ),
    "hubnb.mixin.weights": (
        "get_torch_storage_id", "get_torch_storage_size", "load_state_dict_from_file", "load_torch_model",
        "save_torch_model", "save_torch_state_dict", "split_state_dict_into_shards_factory",
        "split_torch_state_dict_into_shards",
    ),
    "hubnb.panels.browse_verb": ("browse",),
    "hubnb.panels.app_verb": ("app",),
    "hubnb.panels.cache_verb": ("cache",),
    "hubnb.panels.card_verb": ("edit_card",),
    "hubnb.panels.language": ("set_language",),
    "hubnb.panels.transfers_verb": ("plan_push", "transfers"),
    "hubnb.panels.try_model": ("TryPanel", "try_model"),
    "hubnb.panels.verbs": ("interpreter_login", "login", "notebook_login"),
    "hubnb.server": ("LocalHub",),
    "hubnb.transfer.preupload": ("preupload_lfs_files",),
    "hubnb.transfer.upload_more": ("delete_files", "upload_large_folder"),
    "hubnb.cache.checksums": ("verify_repo_checksums",),
    "hubnb.cache.assets": ("cached_assets_path",),
    "hubnb.cache.layout": ("_CACHED_NO_EXIST",),
    "hubnb.scheduler": ("CommitScheduler",),
    "hubnb.repository": ("CommandInProgress", "Repository"),
    "hubnb.cache.scan": ("CacheNotFound",),
    "hubnb.cache.inventory": (
        "CachedFileInfo", "CachedIncompleteFileInfo", "CachedRepoInfo", "CachedRevisionInfo", "CorruptedCacheException",
    ),
    "hubnb.cache.delete": ("DeleteCacheStrategy",),
    "hubnb.transfer.operations": ("CommitOperation",),
    "hubnb.constants": (
        "CONFIG_NAME", "FLAX_WEIGHTS_NAME", "HUGGINGFACE_CO_URL_HOME", "HUGGINGFACE_CO_URL_TEMPLATE",
        "PYTORCH_WEIGHTS_NAME", "REPO_TYPE_DATASET", "REPO_TYPE_MODEL", "REPO_TYPE_SPACE", "TF2_WEIGHTS_NAME",
        "TF_WEIGHTS_NAME",
    ),
    "hubnb.utils": ("logging",),
    "hubnb.mixin.weights.shards": ("StateDictSplit",),
}  # fmt: skip
_MODULES = ("constants", "errors", "file_download", "hf_api", "utils")
"""Modules that programs reach as attributes: `except hubnb.errors.GatedRepoError`."""
_find = lazy_names(__name__, _HOMES)

__all__ = ["__version__", "load_ipython_extension", *sorted(name for names in _HOMES.values() for name in names)]


def __getattr__(name: str) -> Any:
    if name == "cache":  # the package of this name, which can be called
        from importlib import import_module

        return import_module(f"{__name__}.cache")
    if name in __all__:
        _show_transfers_in_notebook()
    elif name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    return _find(name)


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register `%hub` and `%%hub` (what `%load_ext hubnb` calls)."""
    _show_transfers_in_notebook()
    from .magics import register

    register(shell)


def _card_data(repo_type: str, values: dict[str, Any]) -> Any:
    """Give a card's front matter as the object that knows its fields."""
    from .cards import DatasetCardData, ModelCardData, SpaceCardData

    card_class = {"dataset": DatasetCardData, "space": SpaceCardData}.get(repo_type, ModelCardData)
    return card_class.from_dict(values, ignore_metadata_errors=True)


def _cache(*arguments: Any, **options: Any) -> Any:
    from .panels.cache_verb import cache

    return cache(*arguments, **options)


joints["cache"] = _cache  # hubnb.cache() is the package hubnb.cache, called
joints["card_data"] = _card_data  # the client knows no cards, yet what it tells of a repository holds one


def _show_transfers_in_notebook() -> None:
    """Let transfers of a Jupyter kernel show their panel: the one place that joins engine and panels."""
    if "ipykernel.zmqshell" not in sys.modules:
        return
    from .transfer.progress import has_listener_factory, set_listener_factory

    if not has_listener_factory():
        set_listener_factory(_panel_listener)


def _panel_listener(transfer: Any) -> Any:
    from .panels.progress import listener_for

    return listener_for(transfer)
