"""Every call of the official Python client that needs a Hub, with the result the Hub must give.

Runs in an environment that has `huggingface_hub` and nothing of ours; prints what it saw as JSON at the end.

Usage: every_call.py PREFIX FOLDER
"""

from __future__ import annotations

import io
import json
import re
import sys
import warnings
from datetime import datetime
from pathlib import Path

import huggingface_hub as hub
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationCopy,
    CommitOperationDelete,
    HfApi,
    HfFileSystem,
    constants,
)
from huggingface_hub.errors import (
    EntryNotFoundError,
    GatedRepoError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.utils import get_session, hf_raise_for_status

PREFIX, FOLDER = sys.argv[1], Path(sys.argv[2])
ENDPOINT = constants.ENDPOINT
OTHER = "hf_bob_write"
MAJOR = int(hub.__version__.split(".")[0])
api = HfApi()
stranger, nobody = HfApi(token=OTHER), HfApi(token=False)
LARGE = bytes(range(256)) * 4000


def refused(kind: type[Exception], call, *args, **kwargs) -> Exception:
    try:
        call(*args, **kwargs)
    except kind as error:
        return error
    message = f"{call.__name__} was not refused"
    raise AssertionError(message)


def same(found: object, wanted: object) -> None:
    assert found == wanted, f"{found!r} is not {wanted!r}"


def auth() -> None:
    who = api.whoami()
    same((who["name"], who["type"], who["auth"]["accessToken"]["role"]), ("alice", "user", "write"))
    same([org["name"] for org in who["orgs"]], ["acme"])
    refused(HfHubHTTPError, HfApi(token="hf_wrong").whoami)
    refused(hub.errors.HfHubHTTPError, HfApi(token="hf_wrong").model_info, f"alice/{PREFIX}-none")
    same(api.get_user_overview("alice").fullname, "Alice A.")
    same(api.get_organization_overview("acme").fullname, "Acme Inc.")
    same([user.username for user in api.list_organization_members("acme")], ["alice"])


def repos() -> None:
    repo, moved = f"alice/{PREFIX}-life", f"alice/{PREFIX}-moved"
    for kind in ("model", "dataset", "space"):
        more = {"space_sdk": "static"} if kind == "space" else {}
        url = api.create_repo(repo, repo_type=kind, **more)
        same((url.repo_id, url.repo_type, url.endpoint), (repo, kind, ENDPOINT))
        same(api.create_repo(repo, repo_type=kind, exist_ok=True, **more), url)
        assert refused(HfHubHTTPError, api.create_repo, repo, repo_type=kind, **more).response.status_code == 409
        same(api.repo_exists(repo, repo_type=kind), True)
        same(api.list_repo_commits(repo, repo_type=kind)[0].title, "initial commit")
    api.move_repo(repo, moved)
    same(api.model_info(repo).id, moved)
    same(api.model_info(moved.upper()).id, moved)
    api.update_repo_settings(moved, private=True)
    refused(RepositoryNotFoundError, nobody.model_info, moved)
    refused(RepositoryNotFoundError, stranger.model_info, moved)
    api.update_repo_settings(moved, private=False, gated="manual")
    same((nobody.model_info(moved).gated, nobody.model_info(moved).private), ("manual", False))
    api.upload_file(path_or_fileobj=b"secret", path_in_repo="s.txt", repo_id=moved)
    refused(GatedRepoError, nobody.hf_hub_download, moved, "s.txt")
    refused(GatedRepoError, stranger.hf_hub_download, moved, "s.txt")
    refused(GatedRepoError, stranger.auth_check, moved)
    hf_raise_for_status(
        get_session().post(f"{ENDPOINT}/{moved}/ask-access", headers={"authorization": f"Bearer {OTHER}"})
    )
    asked = list(api.list_pending_access_requests(moved))
    same([(item.username, item.status) for item in asked], [("bob", "pending")])
    api.accept_access_request(moved, "bob")
    same(Path(stranger.hf_hub_download(moved, "s.txt")).read_bytes(), b"secret")
    same([item.username for item in api.list_accepted_access_requests(moved)], ["bob"])
    api.cancel_access_request(moved, "bob")
    api.reject_access_request(moved, "bob", rejection_reason=None)
    same([item.username for item in api.list_rejected_access_requests(moved)], ["bob"])
    api.grant_access(moved, "bob")
    if hasattr(api, "duplicate_repo"):
        copy = api.duplicate_repo(moved, f"alice/{PREFIX}-copy")
        same((copy.repo_id, api.list_repo_files(copy.repo_id)), (f"alice/{PREFIX}-copy", [".gitattributes", "s.txt"]))
    api.delete_repo(moved)
    api.delete_repo(moved, missing_ok=True)
    refused(RepositoryNotFoundError, api.delete_repo, moved)
    refused(HfHubHTTPError, stranger.delete_repo, repo, repo_type="dataset")


def files() -> str:
    repo = api.create_repo(f"alice/{PREFIX}-files").repo_id
    first = api.upload_file(
        path_or_fileobj=b"one", path_in_repo="a.txt", repo_id=repo, commit_message="A", commit_description="why"
    )
    assert re.fullmatch(re.escape(f"{ENDPOINT}/{repo}/commit/") + "[0-9a-f]{40}", first.commit_url), first.commit_url
    same((first.commit_message, first.commit_description, first.pr_url), ("A", "why", None))
    api.upload_file(path_or_fileobj=LARGE, path_in_repo="deep/m.safetensors.bin", repo_id=repo)
    api.upload_file(path_or_fileobj=io.BytesIO(LARGE + b"!"), path_in_repo="deep/obj.bin", repo_id=repo)
    folder = FOLDER / "up"
    (folder / "sub").mkdir(parents=True)
    for name in ("x.json", "sub/ünï c#%.txt", "w.bin"):
        (folder / name).write_bytes(name.encode() * 100)
    api.upload_folder(folder_path=folder, repo_id=repo, path_in_repo="up", ignore_patterns="*.json")
    head = api.upload_folder(folder_path=folder, repo_id=repo, path_in_repo="up", delete_patterns="*.bin").oid
    same(api.upload_folder(folder_path=folder, repo_id=repo, path_in_repo="up").oid, head)
    if hasattr(api, "upload_large_folder"):
        api.upload_large_folder(repo_id=repo, repo_type="model", folder_path=folder, num_workers=2, print_report=False)
        api.delete_folder("sub", repo)
        api.create_commit(repo, [CommitOperationDelete("w.bin"), CommitOperationDelete("x.json")], commit_message="-")
    info = api.create_commit(
        repo,
        [
            CommitOperationAdd("b.txt", b"two"),
            CommitOperationCopy("deep/m.safetensors.bin", "copy.bin"),
            CommitOperationCopy("a.txt", "copy.txt"),
            CommitOperationDelete("up/x.json"),
            CommitOperationDelete("up/sub/"),
        ],
        commit_message="Many",
        parent_commit=api.model_info(repo).sha,
    )
    late = refused(
        HfHubHTTPError,
        api.create_commit,
        repo,
        [CommitOperationAdd("c", b"")],
        commit_message="c",
        parent_commit=first.oid,
    )
    same(late.response.status_code, 412)
    refused(EntryNotFoundError, api.delete_file, "nowhere.txt", repo)
    wanted = [
        ".gitattributes",
        "a.txt",
        "b.txt",
        "copy.bin",
        "copy.txt",
        "deep/m.safetensors.bin",
        "deep/obj.bin",
        "up/w.bin",
    ]
    same(sorted(api.list_repo_files(repo)), wanted)
    same(api.run_as_future(api.list_repo_files, repo).result(), api.list_repo_files(repo))

    same(Path(api.hf_hub_download(repo, "copy.bin")).read_bytes(), LARGE)
    same(Path(api.hf_hub_download(repo, "copy.txt", revision=info.oid)).read_bytes(), b"one")
    same(Path(api.hf_hub_download(repo, "a.txt", local_dir=FOLDER / "here")), FOLDER / "here" / "a.txt")
    down = Path(api.snapshot_download(repo, allow_patterns=["*.bin"], ignore_patterns="up/*"))
    same(sorted(path.name for path in down.rglob("*.bin")), ["copy.bin", "m.safetensors.bin", "obj.bin"])
    same(down.name, info.oid)
    same(
        sorted(api.list_repo_files(repo)),
        sorted(
            p.relative_to(api.snapshot_download(repo)).as_posix()
            for p in Path(api.snapshot_download(repo)).rglob("*")
            if p.is_file()
        ),
    )
    refused(EntryNotFoundError, api.hf_hub_download, repo, "nowhere")
    refused(RevisionNotFoundError, api.hf_hub_download, repo, "a.txt", revision="nowhere")
    refused(RepositoryNotFoundError, api.hf_hub_download, f"alice/{PREFIX}-nowhere", "a.txt")
    same(
        [api.file_exists(repo, "a.txt"), api.file_exists(repo, "z"), api.file_exists(f"{repo}x", "a.txt")],
        [True, False, False],
    )
    same([api.revision_exists(repo, "main"), api.revision_exists(repo, "z")], [True, False])
    found = hub.get_hf_file_metadata(hub.hf_hub_url(repo, "copy.bin"))
    same((found.size, found.commit_hash, len(found.etag)), (len(LARGE), info.oid, 64))
    same(hub.get_hf_file_metadata(hub.hf_hub_url(repo, "a.txt")).etag, "43dd47ea691c90a5fa7827892c70241913351963")
    return repo


def look(repo: str) -> None:
    tree = {item.path: item for item in api.list_repo_tree(repo, recursive=True, expand=True)}
    large, folder = tree["copy.bin"], tree["deep"]
    same((large.size, large.lfs.size, len(large.lfs.sha256), large.lfs.pointer_size), (len(LARGE), len(LARGE), 64, 132))
    same((type(folder).__name__, folder.last_commit.title[:6]), ("RepoFolder", "Upload"))
    same((tree["b.txt"].last_commit.title, type(tree["b.txt"].last_commit.date)), ("Many", datetime))
    same([item.path for item in api.get_paths_info(repo, ["a.txt", "deep", "nope"])], ["a.txt", "deep"])
    same(next(iter(api.list_repo_tree(repo, "deep"))).path, "deep/m.safetensors.bin")
    refused(EntryNotFoundError, lambda: list(api.list_repo_tree(repo, "nowhere")))
    info = api.model_info(repo, files_metadata=True)
    file = next(item for item in info.siblings if item.rfilename == "copy.bin")
    same((file.size, file.lfs.size, len(file.lfs.sha256), len(file.blob_id)), (len(LARGE), len(LARGE), 64, 40))
    same((info.id, info.author, info.private, info.disabled, info.gated), (repo, "alice", False, False, False))
    assert isinstance(info.last_modified, datetime)
    assert info.created_at <= info.last_modified
    assert api.model_info(repo, securityStatus=True).security_repo_status is not None
    few = api.model_info(repo, expand=["sha", "downloads", "usedStorage"])
    same((few.sha, few.siblings, few.used_storage > 0), (info.sha, None, True))
    refused(HfHubHTTPError, api.model_info, repo, expand=["nonsense"])

    tag = f"t-{PREFIX}"
    card = f"---\nlicense: mit\nlanguage: en\ntags: [{tag}]\npipeline_tag: text-classification\n"
    card += "library_name: keras\ndatasets: [squad]\n---\n# Hi\n"
    api.upload_file(path_or_fileobj=card.encode(), path_in_repo="README.md", repo_id=repo)
    for words in (["license:mit"], ["en"], ["keras", "text-classification"], ["dataset:squad"]):
        same([item.id for item in api.list_models(filter=[tag, *words])], [repo])
    same([item.id for item in api.list_models(search=PREFIX.upper(), author="alice", filter=tag)], [repo])
    same([item.id for item in api.list_models(filter=tag, pipeline_tag="text-classification", gated=False)], [repo])
    same([item.id for item in api.list_models(filter=tag, gated=True)], [])
    full = next(iter(api.list_models(filter=tag, full=True, cardData=True, fetch_config=True)))
    same((full.card_data["license"], full.sha is not None, len(full.siblings) > 5), ("mit", True, True))
    for number in range(3):
        api.create_repo(f"alice/{PREFIX}-page-{number}", repo_type="dataset")
    named = {item.id for item in api.list_datasets(search=f"{PREFIX}-page")}
    same(len(named), 3)
    for sort in ("created_at", "last_modified", "downloads", "likes", "trending_score"):
        same({item.id for item in api.list_datasets(search=f"{PREFIX}-page", sort=sort)}, named)
    same(len(list(api.list_datasets(search=f"{PREFIX}-page", limit=2))), 2)
    newest = next(iter(api.list_datasets(search=f"{PREFIX}-page", sort="created_at", limit=1)))
    same(newest.id, f"alice/{PREFIX}-page-2")
    same([item.sdk for item in api.list_spaces(search=PREFIX, full=True)], ["static"])
    paged = hub.utils.paginate(f"{ENDPOINT}/api/datasets", params={"limit": 1, "search": f"{PREFIX}-page"}, headers={})
    same(len(list(paged)), 3)


def history(repo: str) -> None:
    api.create_branch(repo, branch="dev/one")
    api.create_branch(repo, branch="dev/one", exist_ok=True)
    refused(HfHubHTTPError, api.create_branch, repo, branch="dev/one")
    refused(RevisionNotFoundError, api.create_branch, repo, branch="x", revision="nowhere")
    api.upload_file(path_or_fileobj=b"dev", path_in_repo="dev.txt", repo_id=repo, revision="dev/one")
    same(Path(api.hf_hub_download(repo, "dev.txt", revision="dev/one")).read_bytes(), b"dev")
    api.create_tag(repo, tag="v1", tag_message="First")
    api.create_tag(repo, tag="v1", exist_ok=True)
    refused(HfHubHTTPError, api.create_tag, repo, tag="v1")
    refs = api.list_repo_refs(repo, include_pull_requests=True)
    same(sorted(ref.name for ref in refs.branches), ["dev/one", "main"])
    same(
        [(ref.name, ref.ref, ref.target_commit) for ref in refs.tags],
        [("v1", "refs/tags/v1", api.model_info(repo).sha)],
    )
    same([ref.ref for ref in refs.pull_requests], ["refs/pr/2", "refs/pr/3"])
    commits = api.list_repo_commits(repo, formatted=True)
    same(
        (commits[0].commit_id, commits[-1].title, commits[0].authors),
        (api.model_info(repo).sha, "initial commit", ["alice"]),
    )
    refused(RevisionNotFoundError, api.list_repo_commits, repo, revision="nowhere")
    api.super_squash_history(repo, branch="dev/one", commit_message="One")
    same([commit.title for commit in api.list_repo_commits(repo, revision="dev/one")], ["One"])
    api.delete_branch(repo, branch="dev/one")
    refused(RevisionNotFoundError, api.delete_branch, repo, branch="dev/one")
    refused(HfHubHTTPError, api.delete_branch, repo, branch="main")
    api.delete_tag(repo, tag="v1")
    refused(RevisionNotFoundError, api.delete_tag, repo, tag="v1")
    named = {item.filename: item for item in api.list_lfs_files(repo)}
    same(set(named), {"copy.bin", "deep/obj.bin", "up/w.bin"} | ({"w.bin"} & set(named)))
    api.permanently_delete_lfs_files(repo, [named["up/w.bin"]])
    same(api.file_exists(repo, "up/w.bin"), False)


def talk(repo: str) -> None:
    begun = api.create_discussion(repo, "Why so?", description="Tell")
    same((begun.num, begun.status, begun.author, begun.is_pull_request), (1, "open", "alice", False))
    same(begun.events[0].content, "Tell")
    said = stranger.comment_discussion(repo, 1, "Because")
    same((said.type, said.author, said.content), ("comment", "bob", "Because"))
    same(stranger.edit_discussion_comment(repo, 1, said.id, "Because!").edited, True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        same(stranger.hide_discussion_comment(repo, 1, said.id).hidden, True)
    same(api.rename_discussion(repo, 1, "Why not?").new_title, "Why not?")
    same(api.change_discussion_status(repo, 1, "closed", comment="Done").new_status, "closed")
    same([event.type for event in api.get_discussion_details(repo, 1).events][-1], "status-change")
    pull = stranger.create_pull_request(repo, "A draft", description="text")
    same((pull.num, pull.status, pull.git_reference, pull.target_branch), (2, "draft", "refs/pr/2", "refs/heads/main"))
    stranger.upload_file(path_or_fileobj=b"new", path_in_repo="pr.txt", repo_id=repo, revision="refs/pr/2")
    stranger.change_discussion_status(repo, 2, "open")
    detail = api.get_discussion_details(repo, 2)
    same((detail.conflicting_files, detail.merge_commit_oid, "+new" in detail.diff), ([], None, True))
    refused(HfHubHTTPError, stranger.merge_pull_request, repo, 2)
    api.merge_pull_request(repo, 2, comment="Thanks")
    same((api.get_discussion_details(repo, 2).status, api.file_exists(repo, "pr.txt")), ("merged", True))
    at_once = stranger.upload_file(path_or_fileobj=b"3", path_in_repo="3.txt", repo_id=repo, create_pr=True)
    same((at_once.pr_num, at_once.pr_revision, at_once.pr_url), (3, "refs/pr/3", f"{ENDPOINT}/{repo}/discussions/3"))
    listed = list(api.get_repo_discussions(repo))
    same([(item.num, item.status) for item in listed], [(3, "open"), (2, "merged"), (1, "closed")])
    same([item.num for item in api.get_repo_discussions(repo, author="bob")], [3, 2])
    same([item.num for item in api.get_repo_discussions(repo, discussion_type="discussion")], [1])
    same([item.num for item in api.get_repo_discussions(repo, discussion_status="open")], [3])


def cards_and_files(repo: str) -> None:
    card = hub.ModelCard.load(repo)
    same(card.data.license, "mit")
    if MAJOR > 1:  # a card of 1.x asks huggingface.co itself whether it is right
        card.data.license = "apache-2.0"
        card.push_to_hub(repo)
        hub.metadata_update(repo, {"metrics": ["accuracy"]}, overwrite=False)
        same(hub.metadata_load(api.hf_hub_download(repo, "README.md"))["license"], "apache-2.0")
        card.validate()
        card.data.license = "nonsense"
        assert '"license" must be one of' in str(refused(ValueError, card.validate))
        refused(ValueError, card.push_to_hub, repo)
    bad = b"---\nlicense: nonsense\n---\n"
    refused(ValueError, api.upload_file, path_or_fileobj=bad, path_in_repo="README.md", repo_id=repo)
    system = HfFileSystem()
    with system.open(f"{repo}/fs/a.csv", "w") as stream:
        stream.write("a,b\n1,2\n")
    system.invalidate_cache()
    same(system.read_text(f"{repo}/fs/a.csv"), "a,b\n1,2\n")
    same(system.ls(f"{repo}/fs", detail=False), [f"{repo}/fs/a.csv"])
    with system.open(f"{repo}/copy.bin") as stream:
        stream.seek(1000)
        same(stream.read(16), LARGE[1000:1016])
    system.cp_file(f"{repo}/fs/a.csv", f"{repo}/fs/b.csv")
    system.rm(f"{repo}/fs", recursive=True)
    same(api.file_exists(repo, "fs/a.csv"), False)
    collection = api.create_collection(f"Mine {PREFIX}")
    same(api.add_collection_item(collection.slug, repo, "model", note="n").items[0].item_id, repo)
    same([item.title for item in api.list_collections(owner="alice", item=f"models/{repo}")], [f"Mine {PREFIX}"])
    api.delete_collection(collection.slug)
    get_session().post(f"{ENDPOINT}/api/models/{repo}/like", headers={"authorization": f"Bearer {OTHER}"})
    same([user.username for user in api.list_repo_likers(repo)], ["bob"])
    assert repo in api.list_liked_repos("bob").models
    stranger.unlike(repo)
    same(api.model_info(repo).likes, 0)


auth()
repos()
made = files()
look(made)
talk(made)
history(made)
cards_and_files(made)
sys.stdout.write(json.dumps({"version": hub.__version__, "repo": made}) + "\n")
