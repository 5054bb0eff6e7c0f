"""Pull and push, and the words `huggingface-cli` has for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .known_names import known
from .verb import Answer, Verb, add_repo, add_type, count, format_bytes, printable, repo_of

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager

    from ..transfer import PullPlan
    from .verb import Repo


def _declare_pull(parser: argparse.ArgumentParser) -> None:
    add_repo(parser)
    parser.add_argument("files", nargs="*", help="paths or globs in the repository; without any: all")
    parser.add_argument("--to", "--local-dir", dest="to", metavar="DIR", help="put the files there, not into the cache")
    parser.add_argument("--include", action="append", metavar="GLOB", help="only files that match")
    parser.add_argument("--exclude", action="append", metavar="GLOB", help="no files that match")
    parser.add_argument("--force", "--force-download", action="store_true", help="fetch also what is here")
    parser.add_argument("--cache-dir", metavar="DIR", help="another cache")
    parser.add_argument("--dry-run", action="store_true", help="only say what would travel")
    parser.add_argument("--max-workers", type=int, help="files fetched at once")


def pull(args: argparse.Namespace) -> Answer:
    """Fetch; gives the path of the file or the folder."""
    from ..transfer import hf_hub_download, snapshot_download

    repo = repo_of(args)
    common: dict[str, Any] = {
        "repo_id": repo["repo_id"], "repo_type": repo["repo_type"], "revision": args.revision, "local_dir": args.to,
        "cache_dir": args.cache_dir, "force_download": args.force, "token": getattr(args, "token", None),
    }  # fmt: skip
    known.remember_repo(**repo)
    if len(args.files) == 1 and not _is_pattern(args.files[0]) and not args.dry_run:
        path = hf_hub_download(filename=args.files[0], **common)
        return Answer(path, {"path": path}, path)
    patterns = [f"{name}*" if name.endswith("/") else name for name in args.files]
    include = [*patterns, *(args.include or [])]
    if args.max_workers:
        common["max_workers"] = args.max_workers
    common.update(allow_patterns=include or None, ignore_patterns=args.exclude)
    if args.dry_run:
        return _planned(snapshot_download(dry_run=True, **common))
    path = snapshot_download(**common)
    return Answer(path, {"path": path}, path)


def _planned(plan: PullPlan) -> Answer:
    size = plan.bytes_to_fetch
    lines = [f"{format_bytes(size)} would travel: {len(plan.missing):,} of {count(len(plan.files), 'file')}"]
    lines += [f"{format_bytes(file.size):>10}  {printable(file.path)}" for file in plan.missing]
    data = [{"path": file.path, "size": file.size, "travels": file in plan.missing} for file in plan.files]
    return Answer("\n".join(lines), {"bytes": size, "files": data}, plan)


def _is_pattern(name: str) -> bool:
    return name.endswith("/") or any(character in name for character in "*?[")


def _declare_push(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="path of a file or folder; in a notebook also the name of a model")
    parser.add_argument("repo_id")
    parser.add_argument("path_in_repo", nargs="?", help="where in the repository (default: its root)")
    parser.add_argument("-m", "--message", help="what the commit does")
    parser.add_argument("--pr", action="store_true", help="open a pull request instead of committing")
    parser.add_argument("--private", action="store_true", help="create the repository private, if it is new")
    parser.add_argument("--include", action="append", metavar="GLOB", help="only files that match")
    parser.add_argument("--exclude", action="append", metavar="GLOB", help="no files that match")
    parser.add_argument("--delete", action="append", metavar="GLOB", help="remove files there that match")
    parser.add_argument("--dry-run", action="store_true", help="only say what would travel")
    parser.add_argument("--revision", help="branch to push to (default: main)")
    add_type(parser)


def push(args: argparse.Namespace) -> Answer:
    """Push a file or a folder, creating the repository if it is new; gives the commit."""
    from ..client.errors import HFValidationError
    from ..client.repos import create_repo
    from ..transfer import upload_file, upload_folder

    source = Path(args.source).expanduser()
    if not source.exists():
        msg = f"There is no file or folder {args.source!r} to push."
        raise HFValidationError(msg)
    repo, token = repo_of(args), getattr(args, "token", None)
    if not args.dry_run:
        url = create_repo(**repo, private=args.private or None, exist_ok=True, space_sdk=_sdk(repo), token=token)
        repo["repo_id"] = url.repo_id
    common: dict[str, Any] = {
        **repo, "revision": args.revision, "commit_message": args.message, "create_pr": args.pr, "token": token,
        "commit_description": getattr(args, "description", None), "dry_run": args.dry_run,
    }  # fmt: skip
    if source.is_file():
        done = upload_file(path_or_fileobj=source, path_in_repo=args.path_in_repo or source.name, **common)
    else:
        done = upload_folder(
            folder_path=source, path_in_repo=args.path_in_repo,
            allow_patterns=args.include, ignore_patterns=args.exclude, delete_patterns=args.delete, **common,
        )  # fmt: skip
    known.remember_repo(**repo)
    if args.dry_run:
        return Answer(str(done), {"bytes": done.bytes_to_send}, done)
    data = {"commit": done.oid, "url": done.commit_url, "pr": done.pr_url}
    return Answer(done.pr_url or done.commit_url, data, done)


def _sdk(repo: Repo) -> str | None:
    """Name an SDK for a space that may be new; one that is there keeps its own."""
    return "static" if repo["repo_type"] == "space" else None


VERBS = [
    Verb("pull", "fetch a repository, or some of its files", pull, _declare_pull),
    Verb("push", "push a file or a folder (in a notebook also a model) as one commit", push, _declare_push),
]


def _declare_download(parser: argparse.ArgumentParser) -> None:
    _declare_pull(parser)
    parser.add_argument("--token", help="better: HF_TOKEN")
    parser.add_argument("--local-dir-use-symlinks", help="taken for huggingface-cli's sake")
    parser.add_argument("--resume-download", action="store_true", help="always so")
    parser.add_argument("--quiet", "-q", action="store_true", help="no bars")


def _download(args: argparse.Namespace) -> Answer:
    with _bars(quiet=args.quiet):
        return pull(args)


def _declare_upload(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo_id")
    parser.add_argument("source", metavar="local_path", nargs="?")
    parser.add_argument("path_in_repo", nargs="?")
    add_type(parser)
    for name in ("--include", "--exclude", "--delete"):
        parser.add_argument(name, nargs="*", metavar="GLOB")
    parser.add_argument("--revision")
    parser.add_argument("--private", action="store_true")
    parser.add_argument("--commit-message", dest="message")
    parser.add_argument("--commit-description", dest="description")
    parser.add_argument("--create-pr", dest="pr", action="store_true")
    parser.add_argument("--every", type=float, metavar="MINUTES", help="commit again and again")
    parser.add_argument("--token", help="better: HF_TOKEN")
    parser.add_argument("--quiet", "-q", action="store_true", help="no bars")
    parser.add_argument("--num-workers", type=int, help="taken for huggingface-cli's sake")
    for name in ("--no-report", "--no-bars"):  # alone on the line: what follows is the next argument
        parser.add_argument(name, action="store_true", help="taken for huggingface-cli's sake")
    parser.set_defaults(dry_run=False)


def _upload(args: argparse.Namespace) -> Answer:
    if args.source is None:
        # `upload my-model` means the folder (or file) of that name here, else this folder
        name = args.repo_id.rpartition("/")[2]
        args.source = name if Path(name).exists() else "."
    if args.every:
        return _upload_every(args)
    if args.path_in_repo in (".", "./"):
        args.path_in_repo = None
    with _bars(quiet=args.quiet):
        return push(args)


def _upload_every(args: argparse.Namespace) -> Answer:
    """Commit again and again until interrupted, then once more."""
    import time

    from .. import CommitScheduler
    from ..client.errors import HFValidationError

    folder = Path(args.source)
    if not folder.is_dir():
        msg = f"--every watches a folder, and {args.source!r} is none."
        raise HFValidationError(msg)
    repo = repo_of(args)
    scheduler = CommitScheduler(
        folder_path=folder, every=args.every, path_in_repo=args.path_in_repo, private=args.private or None,
        revision=args.revision, allow_patterns=args.include, ignore_patterns=args.exclude, token=args.token, **repo,
    )  # fmt: skip
    try:
        while True:
            time.sleep(60)
    except KeyboardInterrupt:
        scheduler.stop()
        commit = scheduler.push_to_hub()
    return Answer("Stopped. What was new is pushed.", {"commit": None if commit is None else commit.oid})


def _bars(*, quiet: bool) -> AbstractContextManager[object]:
    """Draw no bars while this lasts, if they are not wanted."""
    from contextlib import nullcontext

    from ..client.progress_bars import disable_progress_bars

    return disable_progress_bars() if quiet else nullcontext()


OLD_VERBS = [
    Verb("download", "fetch a repository, or some of its files", _download, _declare_download, old=True),
    Verb("upload", "push a file or a folder", _upload, _declare_upload, old=True),
    Verb("upload-large-folder", "push a folder", _upload, _declare_upload, old=True),
]
