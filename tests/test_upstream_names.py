"""Which names of `huggingface_hub` are here, and which are left out on purpose, with the reason."""

from __future__ import annotations

from fnmatch import fnmatchcase

import huggingface_hub
import pytest

import hubnb

LEFT_OUT = {
    "questions of inference tasks, typed: here they are the keywords of the task's method": [
        "*Input", "*InputData", "*Parameters", "*Enum", "*TruncationStrategy", "*OutputTransform", "*TargetSize",
        "*TruncationDirection", "*Subtask", "*AggregationStrategy", "*GenerateParameters", "*GrammarType", "*ChunkType",
        "*FinishReason", "Padding",
    ],
    "answers of tasks whose methods give bytes or plain lists": [
        "DepthEstimationOutput", "Image*Output", "Text*Output", "VideoClassificationOutputElement",
        "ZeroShotObjectDetection*",
    ],
    "services of huggingface.co that no other hub has: buckets, jobs, sandboxes, inference endpoints": [
        "*bucket*", "Bucket*", "*_job*", "Job*", "Sandbox*", "*inference_endpoint*", "InferenceEndpoint*",
        "*inference_catalog*", "InferenceCatalog*", "Sync*", "copy_files",
    ],
    "spaces as a service of huggingface.co: disks, templates, hardware on offer, semantic search, logs, sign-in": [
        "Volume", "*space_volumes", "*[Ss]pace*emplate*", "*zero_gpu*", "ZeroGpu*", "list_spaces_hardware",
        "search_spaces", "SpaceSearchResult", "fetch_space_logs", "*huggingface_oauth", "OAuth*",
    ],
    "pages of huggingface.co: papers, kernels, leaderboards, the dataset viewer, resource groups": [
        "*paper*", "*ernel*", "*eaderboard*", "list_dataset_parquet_files", "update_collection_resource_group",
        "upload_attachment",
    ],
    "httpx: hubnb is built on requests, and configure_http is the way in": [
        "*CLIENT_FACTORY_T", "set_*client_factory", "get_async_session", "close_session",
    ],
    "parts of other programs: command line, agents, a web server, TensorBoard, the DDUF format": [
        "Agent", "MCPClient", "WebhooksServer", "webhook_endpoint", "WebhookPayload*", "HFSummaryWriter", "*dduf*",
        "DDUF*", "typer_factory", "check_cli_update", "dump_environment_info", "_save_pretrained_fastai",
    ],
    "not needed here: what they stand for has another form": [
        "DryRunFileInfo", "DuplicatedRepoUrl", "HfFileSystemResolvedPath", "HfUri", "parse_hf_uri", "ResolvedRevision",
        "resolve_revision", "get_cached_repo_tree",
    ],
}  # fmt: skip
"""Patterns, by the reason."""

DROPPED_UPSTREAM = [
    "InferenceApi",
    "Repository",
    "duplicate_space",
    "like",
    "update_repo_visibility",
    "upload_large_folder",
]
"""Names that earlier versions had, and that people's programs still import."""


def is_left_out(name: str) -> bool:
    return any(fnmatchcase(name, pattern) for patterns in LEFT_OUT.values() for pattern in patterns)


def test_every_name_of_upstream_is_here_or_left_out_for_a_reason() -> None:
    missing = {name for name in huggingface_hub.__all__ if name not in hubnb.__all__}
    assert sorted(name for name in missing if not is_left_out(name)) == []


@pytest.mark.parametrize("pattern", [pattern for patterns in LEFT_OUT.values() for pattern in patterns])
def test_nothing_is_said_to_be_left_out_that_is_not(pattern: str) -> None:
    missing = {name for name in huggingface_hub.__all__ if name not in hubnb.__all__}
    assert [name for name in missing if fnmatchcase(name, pattern)]


def test_every_method_of_upstreams_api_is_here_or_left_out_for_a_reason() -> None:
    missing = [name for name in dir(huggingface_hub.HfApi) if name[0] != "_" and not hasattr(hubnb.HfApi, name)]
    assert [name for name in missing if not is_left_out(name)] == []


@pytest.mark.parametrize("name", DROPPED_UPSTREAM)
def test_what_upstream_dropped_is_still_here(name: str) -> None:
    assert name in hubnb.__all__
    assert not hasattr(huggingface_hub, name)
