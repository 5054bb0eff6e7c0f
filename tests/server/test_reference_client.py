"""The reference client judges the Hub, in a process of its own because it reads the environment once."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from hubnb.server import LocalHub

pytestmark = pytest.mark.interop

BEGIN = """
import io, os, pathlib, sys
from huggingface_hub import (
    CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi, HfFileSystem, hf_hub_download,
    snapshot_download,
)
from huggingface_hub.errors import (
    EntryNotFoundError, GatedRepoError, HfHubHTTPError, RepositoryNotFoundError,
    RevisionNotFoundError,
)
api = HfApi()
work = pathlib.Path(sys.argv[1])

def raises(kind, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}")
"""


def judge(hub: LocalHub, tmp_path: Path, script: str, *, token: str | None = "hf_alice_write", **extra: str) -> None:
    env = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    env |= {
        "HF_ENDPOINT": hub.endpoint,
        "HF_HOME": str(tmp_path / "home"),
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_XET": "1",
        **({"HF_TOKEN": token} if token else {}),
        **extra,
    }
    code = BEGIN + textwrap.dedent(script)
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, env=env, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert [seen for seen in hub.requests if seen.status >= 500] == []


def test_a_folder_goes_up_and_comes_down_unchanged(hub, tmp_path):
    judge(
        hub,
        tmp_path,
        """
        repo = api.create_repo("alice/folder").repo_id
        files = {
            "README.md": b"---\\nlicense: mit\\nlanguage: no\\n---\\n# Hi\\n",
            "weights.safetensors": os.urandom(300_000),
            "deep/er/model.bin": os.urandom(100),
            "deep/\\u00fc \\u65e5\\u672c [1] #?%.txt": b"odd name",
            "empty.txt": b"",
            "empty.bin": b"",
            "big text.csv": b"a,b\\n" * 3_000_000,
            "ignored.tmp": b"x",
            ".gitignore": b"*.tmp\\n",
        }
        for name, content in files.items():
            path = work / "up" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        api.upload_file(path_or_fileobj=files[".gitignore"], path_in_repo=".gitignore", repo_id=repo)
        info = api.upload_folder(folder_path=work / "up", repo_id=repo, commit_message="All")
        assert api.list_repo_commits(repo)[0].commit_id == info.oid
        again = api.upload_folder(folder_path=work / "up", repo_id=repo)
        assert again.oid == info.oid, "nothing changed, so nothing is committed"
        down = pathlib.Path(snapshot_download(repo))
        del files["ignored.tmp"]
        found = {path.relative_to(down).as_posix(): path.read_bytes() for path in down.rglob("*") if path.is_file()}
        found.pop(".gitattributes")
        assert found == files, (sorted(found), sorted(files))
        tree = {entry.path: entry for entry in api.list_repo_tree(repo, recursive=True, expand=True)}
        assert tree["weights.safetensors"].lfs.size == 300_000
        assert tree["big text.csv"].lfs is not None
        assert tree["README.md"].last_commit.title == "All"
        assert [info.path for info in api.get_paths_info(repo, ["deep", "nope"])] == ["deep"]
        assert api.model_info(repo).card_data.language == "no"
        """,
    )


def test_the_life_of_a_repo(hub, tmp_path):
    judge(
        hub,
        tmp_path,
        """
        url = api.create_repo("alice/life", private=True)
        assert str(url).endswith("/alice/life") and url.repo_id == "alice/life"
        assert api.create_repo("alice/life", exist_ok=True).repo_id == "alice/life"
        assert raises(HfHubHTTPError, api.create_repo, "alice/life").response.status_code == 409
        first = api.list_repo_commits("alice/life")[0].commit_id
        api.upload_file(path_or_fileobj=b"1", path_in_repo="a.txt", repo_id="alice/life")
        api.create_branch("alice/life", branch="dev/one", revision=first)
        api.create_branch("alice/life", branch="dev/one", exist_ok=True)
        api.create_tag("alice/life", tag="v1", tag_message="One")
        refs = api.list_repo_refs("alice/life", include_pull_requests=True)
        assert [branch.name for branch in refs.branches] == ["dev/one", "main"]
        assert [tag.name for tag in refs.tags] == ["v1"]
        assert not api.file_exists("alice/life", "a.txt", revision="dev/one")
        assert api.file_exists("alice/life", "a.txt", revision="v1")
        api.create_commit(
            "alice/life",
            [
                CommitOperationCopy("a.txt", "b.txt"),
                CommitOperationDelete("a.txt"),
                CommitOperationAdd("c/d.bin", b"x" * 50),
            ],
            commit_message="Several",
        )
        assert sorted(api.list_repo_files("alice/life")) == [".gitattributes", "b.txt", "c/d.bin"]
        guarded = raises(
            HfHubHTTPError, api.create_commit, "alice/life", [CommitOperationAdd("e", b"1")], commit_message="x",
            parent_commit=first,
        )
        assert guarded.response.status_code == 412
        api.delete_folder("c", "alice/life")
        api.super_squash_history("alice/life")
        assert len(api.list_repo_commits("alice/life")) == 1
        api.delete_branch("alice/life", branch="dev/one")
        api.delete_tag("alice/life", tag="v1")
        api.move_repo("alice/life", "acme/after-life")
        assert api.model_info("alice/life").id == "acme/after-life"
        assert pathlib.Path(hf_hub_download("alice/life", "b.txt")).read_bytes() == b"1"
        api.update_repo_settings("acme/after-life", private=False)
        assert [model.id for model in api.list_models(author="acme", full=True)] == ["acme/after-life"]
        api.delete_repo("acme/after-life")
        api.delete_repo("acme/after-life", missing_ok=True)
        assert not api.repo_exists("acme/after-life")
        """,
    )


def test_each_error_has_its_class(hub, tmp_path):
    judge(
        hub,
        tmp_path,
        """
        api.create_repo("alice/errors")
        api.create_repo("alice/hidden", private=True)
        raises(RepositoryNotFoundError, api.model_info, "alice/none")
        raises(RevisionNotFoundError, api.model_info, "alice/errors", revision="nope")
        missing = raises(EntryNotFoundError, hf_hub_download, "alice/errors", "nope.txt")
        assert not list((work / "home/hub/models--alice--errors/.no_exist").rglob("none"))
        assert list((work / "home/hub/models--alice--errors/.no_exist").rglob("nope.txt"))
        raises(EntryNotFoundError, lambda: list(api.list_repo_tree("alice/errors", "nope")))
        raises(EntryNotFoundError, api.delete_file, "nope.txt", "alice/errors")
        broken = [CommitOperationAdd("README.md", b"---\\n[\\n---\\n")]
        raises(ValueError, api.create_commit, "alice/errors", broken, commit_message="x")
        anonymous = HfApi(token=False)
        raises(RepositoryNotFoundError, anonymous.model_info, "alice/hidden")
        api.update_repo_settings("alice/errors", gated="manual")
        raises(GatedRepoError, hf_hub_download, "alice/errors", ".gitattributes", token=False, cache_dir=work / "cache")
        raises(GatedRepoError, HfApi(token="hf_bob_write").auth_check, "alice/errors")
        assert raises(HfHubHTTPError, HfApi(token="hf_alice_read").create_repo, "alice/x").response.status_code == 403
        assert raises(HfHubHTTPError, HfApi(token="hf_bob_write").upload_file, path_or_fileobj=b"x", path_in_repo="x",
                      repo_id="alice/errors").response.status_code == 403
        assert raises(HfHubHTTPError, HfApi(token="hf_wrong").whoami).response.status_code == 401
        """,
    )


def test_the_filesystem_reads_slices_and_writes(hub, tmp_path):
    judge(
        hub,
        tmp_path,
        """
        api.create_repo("alice/fs", repo_type="dataset")
        content = os.urandom(2_000_000)
        api.upload_file(path_or_fileobj=content, path_in_repo="d/x.bin", repo_id="alice/fs", repo_type="dataset")
        fs = HfFileSystem()
        assert fs.ls("datasets/alice/fs/d", detail=False) == ["datasets/alice/fs/d/x.bin"]
        with fs.open("datasets/alice/fs/d/x.bin", "rb", block_size=4096) as stream:
            stream.seek(1_000_000)
            assert stream.read(100) == content[1_000_000:1_000_100]
        with fs.open("datasets/alice/fs/new.txt", "w") as stream:
            stream.write("hello")
        assert fs.cat("datasets/alice/fs/new.txt") == b"hello"
        fs.rm("datasets/alice/fs/new.txt")
        assert not fs.exists("datasets/alice/fs/new.txt")
        """,
    )


def test_a_download_goes_on_after_the_connection_was_cut(hub, tmp_path):
    hub.faults.cut("*/resolve/*.bin", after_bytes=1_000_000, times=3)
    judge(
        hub,
        tmp_path,
        """
        content = os.urandom(5_000_000)
        api.create_repo("alice/cut")
        api.upload_file(path_or_fileobj=content, path_in_repo="x.bin", repo_id="alice/cut")
        assert pathlib.Path(hf_hub_download("alice/cut", "x.bin")).read_bytes() == content
        """,
    )
    assert any(seen.status == 206 for seen in hub.requests)


def test_large_files_go_up_with_xet_and_nothing_but_the_address_set(hub, tmp_path):
    judge(
        hub,
        tmp_path,
        """
        from huggingface_hub import constants
        assert not constants.HF_HUB_DISABLE_XET
        files = {
            "random.bin": os.urandom(3_000_000),
            "numbers.csv": b"".join(b"%d,%d\\n" % (n, n * n) for n in range(100_000)) * 8,
            "zeros.bin": bytes(2_000_000),
            "tiny.bin": b"abc",
            "README.md": b"---\\nlicense: mit\\n---\\n",
        }
        (work / "up").mkdir()
        for name, content in files.items():
            (work / "up" / name).write_bytes(content)
        for repo in ("alice/xet-one", "alice/xet-two"):
            api.create_repo(repo)
            api.upload_folder(folder_path=work / "up", repo_id=repo)
            down = pathlib.Path(snapshot_download(repo))
            for name, content in files.items():
                assert (down / name).read_bytes() == content, name
        longer = files["random.bin"][:1_500_000] + b"new" + files["random.bin"][1_500_000:]
        api.upload_file(path_or_fileobj=longer, path_in_repo="longer.bin", repo_id="alice/xet-two")
        assert pathlib.Path(hf_hub_download("alice/xet-two", "longer.bin")).read_bytes() == longer
        """,
        HF_HUB_DISABLE_XET="0",
    )
    assert any("/v1/shards" in seen.path for seen in hub.requests)


def test_a_pull_request_from_its_first_commit_to_its_merge(hub, tmp_path):
    judge(
        hub,
        tmp_path,
        """
        api.create_repo("alice/pulled")
        info = HfApi(token="hf_bob_write").create_commit(
            "alice/pulled", [CommitOperationAdd("b.txt", b"from bob"), CommitOperationAdd("b.bin", os.urandom(16000))],
            commit_message="Add b", create_pr=True,
        )
        assert (info.pr_num, info.pr_revision) == (1, "refs/pr/1")
        discussion = api.get_discussion_details("alice/pulled", 1)
        assert (discussion.status, discussion.author, discussion.target_branch) == ("open", "bob", "refs/heads/main")
        assert "+from bob" in discussion.diff and discussion.conflicting_files == []
        api.comment_discussion("alice/pulled", 1, comment="Nice")
        api.rename_discussion("alice/pulled", 1, new_title="Add b.txt")
        api.merge_pull_request("alice/pulled", 1, comment="Merged")
        assert pathlib.Path(hf_hub_download("alice/pulled", "b.txt")).read_bytes() == b"from bob"
        draft = api.create_pull_request("alice/pulled", title="A draft", description="Soon")
        assert draft.status == "draft"
        api.upload_file(
            path_or_fileobj=os.urandom(1000), path_in_repo="w.bin", repo_id="alice/pulled",
            revision=draft.git_reference,
        )
        api.change_discussion_status("alice/pulled", draft.num, new_status="open")
        talk = api.create_discussion("alice/pulled", title="A question", description="Why?")
        api.hide_discussion_comment("alice/pulled", talk.num, talk.events[0].id)
        listed = list(api.get_repo_discussions("alice/pulled"))
        assert [(item.num, item.is_pull_request) for item in listed] == [(3, False), (2, True), (1, True)]
        (work / "up").mkdir()
        (work / "up" / "x.txt").write_bytes(b"x")
        pulled = api.upload_folder(folder_path=work / "up", repo_id="alice/pulled", create_pr=True)
        assert pulled.pr_num == 4
        """,
    )


def test_the_device_login_of_the_reference_client(hub, tmp_path):
    judge(
        hub,
        tmp_path,
        """
        import urllib.parse, urllib.request
        from huggingface_hub.utils._oauth_device import poll_device_token, request_device_code
        codes = request_device_code()
        form = {"user_code": codes["user_code"], "token": "hf_bob_write", "decision": "approve"}
        address = codes["verification_uri"] + "/approve"
        urllib.request.urlopen(address, urllib.parse.urlencode(form).encode()).read()
        granted = poll_device_token(codes)
        assert HfApi(token=granted["access_token"]).whoami()["name"] == "bob"
        """,
        token=None,
    )
