"""Make, change and delete repositories, their branches and tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .verb import Answer, Verb, add_repo, add_type, count, repo_of, table

if TYPE_CHECKING:
    import argparse


def _declare_create(parser: argparse.ArgumentParser) -> None:
    add_repo(parser, revision=False)
    parser.add_argument("--private", action="store_true", help="only for those who are let in")
    parser.add_argument("--exist-ok", action="store_true", help="fine if it is there already")
    parser.add_argument("--space-sdk", "--space_sdk", dest="space_sdk", help="of a space: gradio, docker, static")
    parser.add_argument("--organization", help="taken for huggingface-cli's sake; better: ORGANISATION/name")
    parser.add_argument("-y", "--yes", action="store_true", help="taken for huggingface-cli's sake; nothing is asked")


def _create(args: argparse.Namespace) -> Answer:
    from ..client.repos import create_repo

    if args.organization:
        args.repo_id = f"{args.organization}/{args.repo_id}"
    repo = repo_of(args)
    url = create_repo(**repo, private=args.private or None, exist_ok=args.exist_ok, space_sdk=args.space_sdk)
    return Answer(f"Created {url.repo_id}: {url}", {"id": url.repo_id, "url": str(url)}, url)


def _declare_delete(parser: argparse.ArgumentParser) -> None:
    add_repo(parser, revision=False)
    parser.add_argument("--missing-ok", action="store_true", help="fine if there is none")
    parser.add_argument("-y", "--yes", action="store_true", help="don't ask")


def _delete(args: argparse.Namespace) -> Answer:
    repo = repo_of(args)
    kind, repo_id = repo["repo_type"], repo["repo_id"]

    def go_on() -> Answer:
        from ..client.repos import delete_repo

        delete_repo(**repo, missing_ok=args.missing_ok)
        return Answer(f"Deleted the {kind} {repo_id}.", {"deleted": repo_id})

    if args.yes:
        return go_on()
    what = f"This deletes the {kind} {repo_id} with its history for everybody. There is no way back."
    return Answer(what, question=f"Delete {repo_id}?", go_on=go_on)


def _declare_move(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("from_id", help="its name now")
    parser.add_argument("to_id", help="its new name; the old one leads there")
    add_type(parser)


def _move(args: argparse.Namespace) -> Answer:
    from ..client.repos import move_repo

    move_repo(args.from_id, args.to_id, repo_type=args.type)
    return Answer(f"{args.from_id} is {args.to_id} now; the old name leads there.", {"id": args.to_id})


def _declare_duplicate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("from_id", help="what to copy")
    parser.add_argument("to_id", nargs="?", help="name of the copy (default: the same in your namespace)")
    parser.add_argument("--private", action="store_true", help="only for those who are let in")
    parser.add_argument("--exist-ok", action="store_true", help="fine if it is there already")
    add_type(parser)


def _duplicate(args: argparse.Namespace) -> Answer:
    from ..api import HfApi

    url = HfApi().duplicate_repo(
        args.from_id, args.to_id, repo_type=args.type or "model", private=args.private or None, exist_ok=args.exist_ok
    )
    return Answer(f"Copied to {url.repo_id}: {url}", {"id": url.repo_id, "url": str(url)}, url)


def _declare_settings(parser: argparse.ArgumentParser) -> None:
    add_repo(parser, revision=False)
    parser.add_argument("--private", dest="private", action="store_const", const=True, help="hide it from others")
    parser.add_argument("--public", dest="private", action="store_const", const=False, help="show it to everybody")
    parser.add_argument("--gated", choices=["auto", "manual", "false"], help="who gets access: at once, by hand, all")


def _settings(args: argparse.Namespace) -> Answer:
    from ..client.errors import HFValidationError
    from ..client.repos import update_repo_settings

    wanted: dict[str, Any] = {}
    if args.private is not None:
        wanted["private"] = args.private
    if args.gated is not None:
        wanted["gated"] = False if args.gated == "false" else args.gated
    if not wanted:
        msg = "Nothing to change. Say --private, --public or --gated."
        raise HFValidationError(msg)
    repo = repo_of(args)
    update_repo_settings(**repo, **wanted)
    words = ", ".join(f"{name} is {value} now" for name, value in wanted.items())
    return Answer(f"{repo['repo_id']}: {words}.", {"id": repo["repo_id"], **wanted})


def _delete_files(args: argparse.Namespace) -> Answer:
    from fnmatch import fnmatch

    from ..client.errors import EntryNotFoundError
    from ..client.tree import list_repo_files
    from ..transfer import CommitOperationDelete, create_commit

    repo = repo_of(args)
    files = list_repo_files(**repo, revision=args.revision)
    gone = sorted({path for path in files for glob in args.patterns if _names(glob, path, fnmatch)})
    if not gone:
        msg = f"Nothing in {repo['repo_id']} is called {' or '.join(args.patterns)}."
        raise EntryNotFoundError(msg)
    commit = create_commit(
        **repo, revision=args.revision, create_pr=args.pr,
        operations=[CommitOperationDelete(path) for path in gone],
        commit_message=args.message or f"Delete {count(len(gone), 'file')} with hubnb",
    )  # fmt: skip
    return Answer(f"Deleted {count(len(gone), 'file')}: {commit.commit_url}", {"deleted": gone}, commit)


def _names(glob: str, path: str, fnmatch: Any) -> bool:
    folder = f"{glob.rstrip('/')}/"
    return path == glob or path.startswith(folder) or fnmatch(path, glob)


def _declare_delete_files(parser: argparse.ArgumentParser) -> None:
    add_repo(parser)
    parser.add_argument("patterns", nargs="+", help="files, folders or globs")
    parser.add_argument("-m", "--message", "--commit-message", dest="message", help="what the commit does")
    parser.add_argument("--commit-description", help="taken for huggingface-cli's sake")
    parser.add_argument("--pr", "--create-pr", dest="pr", action="store_true", help="as a pull request")


def _refs(args: argparse.Namespace, kind: str) -> Answer:
    from ..client.refs import list_repo_refs

    refs = getattr(list_repo_refs(**repo_of(args)), kind)
    rows = [(ref.name, ref.target_commit) for ref in refs]
    data = [{"name": ref.name, "commit": ref.target_commit} for ref in refs]
    return Answer(table(rows) or f"No {kind}.", data, [ref.name for ref in refs])


def _declare_ref(parser: argparse.ArgumentParser) -> None:
    add_repo(parser)
    parser.add_argument("name")
    parser.add_argument("-m", "--message", help="of a tag: what it is for")
    parser.add_argument("--exist-ok", action="store_true", help="fine if it is there already")
    parser.add_argument("-y", "--yes", action="store_true", help="don't ask")


def _create_tag(args: argparse.Namespace) -> Answer:
    from ..client.refs import create_tag

    repo = repo_of(args)
    create_tag(
        repo["repo_id"], tag=args.name, tag_message=args.message, revision=args.revision,
        repo_type=repo["repo_type"], exist_ok=args.exist_ok,
    )  # fmt: skip
    return Answer(f"Tagged {args.revision or 'main'} of {repo['repo_id']} as {args.name}.", {"tag": args.name})


def _delete_tag(args: argparse.Namespace) -> Answer:
    repo = repo_of(args)

    def go_on() -> Answer:
        from ..client.refs import delete_tag

        delete_tag(repo["repo_id"], tag=args.name, repo_type=repo["repo_type"])
        return Answer(f"Deleted the tag {args.name}; its commit stays.", {"deleted": args.name})

    if args.yes:
        return go_on()
    return Answer(f"This deletes the tag {args.name}.", question=f"Delete {args.name}?", go_on=go_on)


def _create_branch(args: argparse.Namespace) -> Answer:
    from ..client.refs import create_branch

    repo = repo_of(args)
    create_branch(
        repo["repo_id"], branch=args.name, revision=args.revision, repo_type=repo["repo_type"], exist_ok=args.exist_ok
    )
    return Answer(f"Created the branch {args.name} of {repo['repo_id']}.", {"branch": args.name})


def _delete_branch(args: argparse.Namespace) -> Answer:
    repo = repo_of(args)

    def go_on() -> Answer:
        from ..client.refs import delete_branch

        delete_branch(repo["repo_id"], branch=args.name, repo_type=repo["repo_type"])
        return Answer(f"Deleted the branch {args.name}.", {"deleted": args.name})

    if args.yes:
        return go_on()
    what = f"This deletes the branch {args.name} of {repo['repo_id']} and commits that only it holds."
    return Answer(what, question=f"Delete {args.name}?", go_on=go_on)


VERBS = [
    Verb("repo create", "make an empty repository", _create, _declare_create),
    Verb("repo delete", "delete a repository with its history", _delete, _declare_delete),
    Verb("repo move", "give a repository another name", _move, _declare_move),
    Verb("repo duplicate", "copy a repository on the Hub", _duplicate, _declare_duplicate),
    Verb("repo settings", "change who sees a repository", _settings, _declare_settings),
    Verb("repo rm", "delete files of a repository, as one commit", _delete_files, _declare_delete_files),
    Verb("repo tag list", "the tags of a repository", lambda args: _refs(args, "tags"), add_repo),
    Verb("repo tag create", "name a commit", _create_tag, _declare_ref),
    Verb("repo tag delete", "take a tag away", _delete_tag, _declare_ref),
    Verb("repo branch list", "the branches of a repository", lambda args: _refs(args, "branches"), add_repo),
    Verb("repo branch create", "start a branch", _create_branch, _declare_ref),
    Verb("repo branch delete", "take a branch away", _delete_branch, _declare_ref),
]


def _declare_old_tag(parser: argparse.ArgumentParser) -> None:
    add_repo(parser)
    parser.add_argument("name", metavar="tag", nargs="?")
    parser.add_argument("-m", "--message")
    parser.add_argument("-y", "--yes", action="store_true")
    parser.add_argument("-l", "--list", action="store_true")
    parser.add_argument("-d", "--delete", action="store_true")
    parser.set_defaults(exist_ok=False)


def _old_tag(args: argparse.Namespace) -> Answer:
    if args.list or args.name is None:
        return _refs(args, "tags")
    return _delete_tag(args) if args.delete else _create_tag(args)


def _declare_old_repo_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo_id")
    parser.add_argument("action", choices=["delete"])
    add_type(parser)
    parser.add_argument("--revision")
    parser.add_argument("patterns", nargs="+")
    parser.add_argument("--commit-message", dest="message")
    parser.add_argument("--commit-description")
    parser.add_argument("--create-pr", dest="pr", action="store_true")


OLD_VERBS = [
    Verb("tag", "name a commit", _old_tag, _declare_old_tag, old=True),
    Verb("repo-files", "delete files", _delete_files, _declare_old_repo_files, old=True),
    Verb("repos create", "make an empty repository", _create, _declare_create, old=True),
    Verb("repos delete", "delete a repository", _delete, _declare_delete, old=True),
    Verb("repos move", "give a repository another name", _move, _declare_move, old=True),
]
