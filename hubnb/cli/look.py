"""What is there: list repositories and files, search, say what a repository is."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from .known_names import known
from .verb import REPO_TYPES, Answer, Verb, add_repo, add_type, count, format_bytes, printable, repo_of, table

if TYPE_CHECKING:
    import argparse

_ROWS_SHOWN = 1000


def _declare_ls(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repo_id", nargs="?", help="e.g. me/digits; without it: what is yours")
    parser.add_argument("path_in_repo", metavar="path", nargs="?", help="a folder in it")
    add_type(parser)
    parser.add_argument("--revision", help="branch, tag or commit (default: main)")
    parser.add_argument("-R", "--recursive", action="store_true", help="also what is in its folders")


def _ls(args: argparse.Namespace) -> Answer:
    if args.repo_id is None:
        return _ls_mine(args)
    from ..client.tree import RepoFile, list_repo_tree

    repo = repo_of(args)
    entries = list_repo_tree(
        repo["repo_id"], args.path_in_repo, recursive=args.recursive, revision=args.revision,
        repo_type=repo["repo_type"],
    )  # fmt: skip
    listed = list(entries)
    known.remember_repo(**repo)
    rows = [
        (format_bytes(entry.size), "LFS" if entry.lfs else "", entry.path)
        if isinstance(entry, RepoFile)
        else ("", "", f"{entry.path}/")
        for entry in listed[:_ROWS_SHOWN]
    ]
    lines = [table(rows, numbers=(0,))] if rows else ["(empty)"]
    if len(listed) > _ROWS_SHOWN:
        lines.append(f"… {len(listed) - _ROWS_SHOWN:,} more entries; name a folder to see fewer")
    data = [
        {"path": entry.path, "size": entry.size, "lfs": entry.lfs is not None}
        if isinstance(entry, RepoFile)
        else {"path": entry.path, "folder": True}
        for entry in listed
    ]
    return Answer("\n".join(lines), data, [entry.path for entry in listed])


def _ls_mine(args: argparse.Namespace) -> Answer:
    from ..client.auth import whoami

    kind = args.type or "model"
    name = whoami()["name"]
    ids = sorted(info.id for info in _lister(kind)(author=name, limit=_ROWS_SHOWN))
    known.remember_ids(kind, ids)
    return Answer("\n".join(map(printable, ids)) or f"{name} has no {kind}s yet", ids)


def _lister(kind: str) -> Any:
    from ..client.info import list_datasets, list_models, list_spaces

    return {"model": list_models, "dataset": list_datasets, "space": list_spaces}[kind]


def _declare_search(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", help="what the name should hold")
    add_type(parser)
    parser.add_argument("--author", help="of this person or organisation")
    parser.add_argument("--task", "--pipeline-tag", dest="task", help="e.g. text-classification (models)")
    parser.add_argument("--filter", action="append", metavar="TAG", help="with this tag; may be repeated")
    parser.add_argument("--sort", choices=["downloads", "likes", "last_modified", "created_at", "trending_score"])
    parser.add_argument("--limit", type=int, default=20, help="at most so many (default: %(default)s)")


def _search(args: argparse.Namespace) -> Answer:
    kind = args.type or "model"
    wanted: dict[str, Any] = {
        "search": " ".join(args.words) or None, "author": args.author, "filter": args.filter, "sort": args.sort,
        "limit": args.limit,
    }  # fmt: skip
    if kind == "model" and args.task:
        wanted["pipeline_tag"] = args.task
    elif args.task:
        wanted["filter"] = [*(args.filter or []), args.task]
    found = list(islice(_lister(kind)(**wanted), args.limit))
    known.remember_ids(kind, [info.id for info in found])
    rows = [
        (info.id, getattr(info, "pipeline_tag", None) or "", f"{info.downloads or 0:,}", f"{info.likes or 0:,}")
        if kind != "space"
        else (info.id, getattr(info, "sdk", None) or "", "", f"{info.likes or 0:,}")
        for info in found
    ]
    head = ("id", "task" if kind != "space" else "sdk", "downloads" if kind != "space" else "", "likes")
    text = table([head, *rows], numbers=(2, 3)) if rows else f"No {kind}s match."
    data = [
        {"id": info.id, "task": getattr(info, "pipeline_tag", None), "likes": info.likes,
         "downloads": getattr(info, "downloads", None)}
        for info in found
    ]  # fmt: skip
    return Answer(text, data, [info.id for info in found])


def _info(args: argparse.Namespace) -> Answer:
    from ..client.info import repo_info

    repo = repo_of(args)
    info = repo_info(**repo, revision=args.revision, files_metadata=True)
    known.remember_repo(**repo)
    files = info.siblings or []
    size = sum(file.size or 0 for file in files)
    changed = info.last_modified.isoformat(timespec="seconds") if info.last_modified else None
    data: dict[str, Any] = {
        "id": info.id, "type": repo["repo_type"], "commit": info.sha, "changed": changed,
        "private": bool(info.private), "gated": getattr(info, "gated", None) or False,
        "files": len(files), "size": size, "downloads": getattr(info, "downloads", None), "likes": info.likes,
        "task": getattr(info, "pipeline_tag", None), "library": getattr(info, "library_name", None),
        "tags": list(info.tags or []),
    }  # fmt: skip
    shown = [
        ("id", f"{info.id} ({repo['repo_type']}{', private' if info.private else ''})"),
        ("commit", info.sha or ""),
        ("changed", changed or ""),
        ("size", f"{format_bytes(size)} in {count(len(files), 'file')}"),
        ("task", data["task"] or ""),
        ("library", data["library"] or ""),
        ("access", f"gated ({data['gated']})" if data["gated"] else ""),
        ("liked", f"{info.likes or 0:,} times, pulled {data['downloads'] or 0:,} times"),
        ("tags", ", ".join(data["tags"])),
    ]
    return Answer(table([row for row in shown if row[1]]), data, info)


VERBS = [
    Verb("ls", "list your repositories, or the files of one", _ls, _declare_ls),
    Verb("search", "find repositories", _search, _declare_search),
    Verb("info", "say what a repository is", _info, add_repo),
]


def _of_kind(kind: str) -> list[Verb]:
    """`hf models ls`, `hf datasets info`, …: the same verbs with the kind said first."""

    def declare_list(parser: argparse.ArgumentParser) -> None:
        _declare_search(parser)
        parser.add_argument("--search", help="what the name should hold")
        parser.set_defaults(type=kind)

    def declare_info(parser: argparse.ArgumentParser) -> None:
        add_repo(parser)
        parser.set_defaults(type=kind)

    def listing(args: argparse.Namespace) -> Answer:
        args.words = [*args.words, *([args.search] if args.search else [])]
        return _search(args)

    return [
        Verb(f"{kind}s ls", f"find {kind}s", listing, declare_list, old=True),
        Verb(f"{kind}s list", f"find {kind}s", listing, declare_list, old=True),
        Verb(f"{kind}s info", f"say what a {kind} is", _info, declare_info, old=True),
    ]


OLD_VERBS = [verb for kind in REPO_TYPES for verb in _of_kind(kind)]
