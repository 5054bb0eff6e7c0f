"""The reference client and hubnb, side by side: one Hub, one cache, one token file."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import hubnb
from hubnb.client.auth import sign_in

if TYPE_CHECKING:
    from hubnb.server import LocalHub

pytestmark = pytest.mark.interop

CONTENT = os.urandom(300_000)


def run_reference(hub: LocalHub, code: str, *args: str) -> Any:
    """Run `code` in a process that has only `huggingface_hub` and `HF_ENDPOINT`; give the JSON it prints last."""
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HUB_DISABLE_XET": "1"}
    command = [sys.executable, "-W", "error", "-c", f"import json, sys, huggingface_hub as h\n{code}", *args]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def hashes(folder: str | Path) -> dict[str, str]:
    root = Path(folder)
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".cache" not in path.parts
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "model"
    (root / "sub").mkdir(parents=True)
    (root / "model.safetensors").write_bytes(CONTENT)
    (root / "config.json").write_text('{"a": 1}')
    (root / "sub" / "ünï c.txt").write_text("text")
    (root / "README.md").write_text("---\nlicense: mit\n---\n# Model\n")
    return root


def test_what_hubnb_pushes_the_reference_pulls(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, tmp_path: Path
) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    path = run_reference(
        hub,
        "print(json.dumps(h.snapshot_download(sys.argv[1], local_dir=sys.argv[2])))",
        repo_id,
        str(tmp_path / "out"),
    )
    pulled = hashes(path)
    assert {name: pulled[name] for name in hashes(folder)} == hashes(folder)


def test_what_the_reference_pushes_hubnb_pulls(api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path) -> None:
    sign_in(hub.token, endpoint=hub.endpoint)
    code = "print(json.dumps(h.upload_folder(repo_id=sys.argv[1], folder_path=sys.argv[2]).oid))"
    oid = run_reference(hub, code, repo_id, str(folder))
    pulled = hashes(api.snapshot_download(repo_id, revision=oid))
    assert {name: pulled[name] for name in hashes(folder)} == hashes(folder)


def test_token_file_is_shared(hub: LocalHub, home: Path) -> None:
    sign_in(hub.token, endpoint=hub.endpoint)
    assert run_reference(hub, "print(json.dumps([h.whoami()['name'], h.get_token() is not None]))") == ["me", True]
    run_reference(hub, "h.logout(); print('null')")
    assert hubnb.get_token() is None
    run_reference(hub, "h.login(token=sys.argv[1], skip_if_logged_in=False); print('null')", hub.token)
    assert hubnb.get_token() == hub.token
    assert hubnb.auth_list() == run_reference(
        hub, "from huggingface_hub.utils import get_stored_tokens as g; print(json.dumps(sorted(g())))"
    )


def test_cache_is_shared(api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    api.snapshot_download(repo_id)
    code = """
info = h.scan_cache_dir()
repos = [[r.repo_id, r.nb_files, r.size_on_disk, [x.commit_hash for x in r.revisions]] for r in info.repos]
print(json.dumps([[str(w) for w in info.warnings], repos]))
"""
    report = run_reference(hub, code)
    commit = api.model_info(repo_id).sha
    size = sum(path.stat().st_size for path in Path(api.snapshot_download(repo_id)).rglob("*") if path.is_file())
    assert report == [[], [[repo_id, 5, size, [commit]]]]
    hub.requests.clear()
    run_reference(hub, "print(json.dumps(h.hf_hub_download(sys.argv[1], 'model.safetensors')))", repo_id)
    assert [seen.method for seen in hub.requests if "/resolve/" in seen.path] == ["HEAD"]


def test_hubnb_uses_what_the_reference_cached(api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    path = run_reference(hub, "print(json.dumps(h.snapshot_download(sys.argv[1])))", repo_id)
    hub.requests.clear()
    assert api.snapshot_download(repo_id) == path
    assert [seen for seen in hub.requests if seen.method == "GET" and "/resolve/" in seen.path] == []


def test_local_dir_bookkeeping_is_shared(
    api: hubnb.HfApi, hub: LocalHub, repo_id: str, folder: Path, tmp_path: Path
) -> None:
    api.upload_folder(repo_id=repo_id, folder_path=folder)
    here = tmp_path / "here"
    api.snapshot_download(repo_id, local_dir=here)
    hub.requests.clear()
    run_reference(hub, "print(json.dumps(h.snapshot_download(sys.argv[1], local_dir=sys.argv[2])))", repo_id, str(here))
    assert [seen for seen in hub.requests if seen.method == "GET" and "/resolve/" in seen.path] == []
