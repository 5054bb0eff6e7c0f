"""What is on this machine's disk: list it, check it, make room."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .verb import Answer, Verb, add_repo, count, format_bytes, printable, repo_of, table

if TYPE_CHECKING:
    import argparse

    from ..cache import HFCacheInfo

_SORTS = {
    "size": lambda repo: -repo.size_on_disk,
    "name": lambda repo: repo.repo_id,
    "accessed": lambda repo: -repo.last_accessed,
    "modified": lambda repo: -repo.last_modified,
}


def _add_dir(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dir", "--cache-dir", dest="dir", metavar="DIR", help="another cache")


def _declare_ls(parser: argparse.ArgumentParser) -> None:
    _add_dir(parser)
    parser.add_argument("--revisions", action="store_true", help="each revision on a line of its own")
    parser.add_argument("--sort", choices=_SORTS, default="size", help="default: %(default)s")


def _ls(args: argparse.Namespace) -> Answer:
    info = _scan(args.dir)
    repos = sorted(info.repos, key=_SORTS[args.sort])
    rows: list[tuple[str, ...]] = []
    data: list[dict[str, Any]] = []
    for repo in repos:
        data.append(_repo_data(repo))
        rows.append((format_bytes(repo.size_on_disk), repo.cache_id, count(len(repo.revisions), "revision"), ""))
        if args.revisions:
            rows += [
                (format_bytes(revision.size_on_disk), f"  {revision.commit_hash[:12]}", "", ", ".join(revision.refs))
                for revision in sorted(repo.revisions, key=lambda revision: -revision.last_modified)
            ]
    lines = [table(rows, numbers=(0,))] if rows else []
    lines.append(f"{format_bytes(info.size_on_disk)} in {count(len(repos), 'repository', 'repositories')}")
    if info.incomplete_files:
        size = format_bytes(info.incomplete_size_on_disk)
        lines.append(f"{size} are halves of files; `hubnb cache prune` removes them")
    if info.warnings:
        lines.append(f"{count(len(info.warnings), 'entry', 'entries')} not in order (`hubnb scan-cache` tells which)")
    return Answer("\n".join(lines), {"size": info.size_on_disk, "repos": data}, info)


def _repo_data(repo: Any) -> dict[str, Any]:
    return {
        "id": repo.repo_id, "type": repo.repo_type, "size": repo.size_on_disk, "files": repo.nb_files,
        "accessed": repo.last_accessed, "modified": repo.last_modified, "path": str(repo.repo_path),
        "revisions": [
            {"commit": revision.commit_hash, "size": revision.size_on_disk, "refs": sorted(revision.refs)}
            for revision in repo.revisions
        ],
    }  # fmt: skip


def _scan(folder: str | None) -> HFCacheInfo:
    from ..cache import scan_cache_dir

    return scan_cache_dir(folder)


def _declare_rm(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("targets", nargs="+", help="repositories (e.g. model/me/digits or me/digits) or commits")
    parser.add_argument("-y", "--yes", action="store_true", help="don't ask")
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    _add_dir(parser)


def _rm(args: argparse.Namespace) -> Answer:
    from ..client.errors import HFValidationError

    info = _scan(args.dir)
    commits: set[str] = set()
    for target in args.targets:
        found = _commits_of(info, target)
        if not found:
            msg = f"Nothing in the cache is called {target!r}. `hubnb cache ls --revisions` lists what is."
            raise HFValidationError(msg)
        commits |= found
    return removal(info, commits, ask=not args.yes, only_say=args.dry_run)


def _commits_of(info: HFCacheInfo, target: str) -> set[str]:
    name = target.removeprefix("hf://")
    first, _, rest = name.partition("/")
    if first in ("models", "datasets", "spaces"):
        name = f"{first[:-1]}/{rest}"
    repos = [repo for repo in info.repos if name in (repo.cache_id, repo.repo_id)]
    if repos:
        return {revision.commit_hash for repo in repos for revision in repo.revisions}
    all_commits = {revision.commit_hash for repo in info.repos for revision in repo.revisions}
    return {commit for commit in all_commits if len(target) >= 7 and commit.startswith(target)}


def removal(info: HFCacheInfo, commits: set[str], *, ask: bool, only_say: bool = False) -> Answer:
    """Say what goes with these commits, and remove it once that is agreed."""
    strategy = info.delete_revisions(*commits)
    size = format_bytes(strategy.expected_freed_size)
    whole = [repo for repo in info.repos if repo.repo_path in strategy.repos]
    lines = [f"{count(len(commits), 'revision')} would go and free {size}."]
    lines += [f"  {repo.cache_id} as a whole" for repo in whole]
    data = {"revisions": sorted(commits), "frees": strategy.expected_freed_size}
    if only_say:
        return Answer("\n".join(lines), data, strategy)

    def go_on() -> Answer:
        strategy.execute()
        return Answer(f"Deleted {count(len(commits), 'revision')}, {size} are free.", data, strategy)

    if not ask:
        return go_on()
    return Answer("\n".join(lines), data, question=f"Delete {count(len(commits), 'revision')}?", go_on=go_on)


def _declare_prune(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-y", "--yes", action="store_true", help="don't ask")
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    _add_dir(parser)


def _prune(args: argparse.Namespace) -> Answer:
    info = _scan(args.dir)
    detached = {revision.commit_hash for repo in info.repos for revision in repo.revisions if not revision.refs}
    halves = info.incomplete_files
    if not detached and not halves:
        return Answer("Nothing to prune.", {"revisions": [], "frees": 0})
    strategy = info.delete_revisions(*detached)
    frees = strategy.expected_freed_size + info.incomplete_size_on_disk
    what = (
        f"{count(len(detached), 'revision')} that no branch or tag names and {count(len(halves), 'half', 'halves')} of "
        f"files would go and free {format_bytes(frees)}."
    )
    data = {"revisions": sorted(detached), "halves": [str(half.file_path) for half in halves], "frees": frees}

    def go_on() -> Answer:
        strategy.execute()
        for half in halves:
            half.file_path.unlink(missing_ok=True)
        return Answer(f"Pruned, {format_bytes(frees)} are free.", data)

    if args.dry_run:
        return Answer(what, data)
    return go_on() if args.yes else Answer(what, data, question="Prune?", go_on=go_on)


def _declare_verify(parser: argparse.ArgumentParser) -> None:
    add_repo(parser)
    _add_dir(parser)
    parser.add_argument("--local-dir", metavar="DIR", help="a folder the repository was pulled to")


def _verify(args: argparse.Namespace) -> Answer:
    from ..cache.checksums import verify_repo_checksums

    repo = repo_of(args)
    found = verify_repo_checksums(**repo, revision=args.revision, cache_dir=args.dir, local_dir=args.local_dir)
    damaged = [one.path for one in found.mismatches]
    data = {"revision": found.revision, "checked": found.checked_count, "damaged": damaged}
    if damaged:
        lines = [f"{len(damaged)} of {count(found.checked_count, 'file')} are damaged:", *map(printable, damaged)]
        lines.append(f"To fetch them again: hubnb pull {repo['repo_id']} --force")
        return Answer("\n".join(lines), data, found, status=1)
    text = f"{count(found.checked_count, 'file')} in order."
    if found.missing_paths:
        text += f" {count(len(found.missing_paths), 'file')} of the Hub's are not here."
    return Answer(text, data, found)


def _declare_scan(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-v", "--verbose", action="count", default=0, help="each revision on a line of its own")
    _add_dir(parser)


def _scan_cache(args: argparse.Namespace) -> Answer:
    info = _scan(args.dir)
    lines = [info.export_as_table(verbosity=min(args.verbose, 1)), ""]
    lines.append(f"Done. {len(info.repos)} repositories, {info.size_on_disk_str} in all.")
    if info.warnings:
        lines.append(f"{count(len(info.warnings), 'entry', 'entries')} not in order:")
        lines += [f"  {warning}" for warning in info.warnings]
    data = {"size": info.size_on_disk, "repos": [_repo_data(repo) for repo in info.repos]}
    return Answer("\n".join(lines), data, info)


def _declare_delete(parser: argparse.ArgumentParser) -> None:
    _add_dir(parser)
    parser.add_argument("--disable-tui", action="store_true", help="choose in a text file instead of a list")
    parser.add_argument("--sort", choices=["alphabetical", "lastUpdated", "lastUsed", "size"], help="order of the list")


def _delete_cache(args: argparse.Namespace) -> Answer:
    from .picker import pick_in_editor, pick_in_terminal

    info = _scan(args.dir)
    if not info.repos:
        return Answer("The cache is empty.", {"revisions": []})
    pick = pick_in_editor if args.disable_tui else pick_in_terminal
    commits = pick(info, args.sort)
    if not commits:
        return Answer("Nothing chosen, nothing deleted.", {"revisions": []})
    return removal(info, commits, ask=True)


VERBS = [
    Verb("cache ls", "what takes the disk", _ls, _declare_ls),
    Verb("cache rm", "delete repositories or revisions from this machine", _rm, _declare_rm),
    Verb("cache prune", "delete revisions that nothing names, and halves of files", _prune, _declare_prune),
    Verb("cache verify", "check the files of a repository against their hashes", _verify, _declare_verify),
]
SHELL_VERBS = [
    Verb("scan-cache", "what is in the cache, as huggingface-cli shows it", _scan_cache, _declare_scan),
    Verb("delete-cache", "choose revisions to delete from a list", _delete_cache, _declare_delete),
    Verb("cache scan", "the same as scan-cache", _scan_cache, _declare_scan, old=True),
    Verb("cache delete", "the same as delete-cache", _delete_cache, _declare_delete, old=True),
    Verb("cache list", "the same as cache ls", _ls, _declare_ls, old=True),
]
