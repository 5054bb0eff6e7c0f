"""`hubnb` in a shell, and the verbs that `%hub` shares with it.

A verb is a parser and a function from its arguments to lines of text; what differs between the two faces
(where text goes, what `push` may name, what `serve` and `login` open) is passed in.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from . import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TYPES = ("model", "dataset", "space")
_ROWS_SHOWN = 1000


def add_repo_verbs(verbs: Any) -> None:
    """Declare the verbs that mean the same in a shell and in a notebook."""
    verbs.add_parser("whoami", help="say who the Hub thinks you are, and which token says so")
    ls = verbs.add_parser("ls", help="list your repositories, or the files of one")
    ls.add_argument("repo_id", nargs="?", help="e.g. me/digits; without it: what is yours")
    ls.add_argument("path", nargs="?", help="a folder in it")
    _add_repo_options(ls)
    pull = verbs.add_parser("pull", help="fetch a repository, or some of its files")
    pull.add_argument("repo_id")
    pull.add_argument("files", nargs="*", help="paths in the repository; without any: all")
    pull.add_argument("--to", metavar="DIR", help="put the files there instead of into the cache")
    pull.add_argument("--include", action="append", metavar="GLOB", help="only files that match")
    pull.add_argument("--exclude", action="append", metavar="GLOB", help="no files that match")
    pull.add_argument("--force", action="store_true", help="fetch also what is here")
    _add_repo_options(pull)
    push = verbs.add_parser("push", help="push a file or a folder (in a notebook also a model) as one commit")
    push.add_argument("source", help="path of a file or folder; in a notebook also the name of a model")
    push.add_argument("repo_id")
    push.add_argument("path_in_repo", nargs="?", help="where in the repository (default: its root)")
    push.add_argument("-m", "--message", help="what the commit does")
    push.add_argument("--pr", action="store_true", help="open a pull request instead of committing")
    push.add_argument("--private", action="store_true", help="create the repository private, if it is new")
    push.add_argument("--include", action="append", metavar="GLOB", help="only files that match")
    push.add_argument("--exclude", action="append", metavar="GLOB", help="no files that match")
    push.add_argument("--delete", action="append", metavar="GLOB", help="remove files there that match")
    _add_repo_options(push)


def _add_repo_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--type", choices=_TYPES, default="model", help="kind of repository (default: %(default)s)")
    parser.add_argument("--revision", help="branch, tag or commit (default: main)")


def run_whoami(_: argparse.Namespace) -> str:
    """Say who the Hub thinks we are."""
    from .client.auth import token_name, whoami
    from .client.settings import Settings
    from .client.tokens import token_sources

    user = whoami()
    source = next((source.label for source in token_sources() if source.in_use), "given token")
    lines = [f"{user['name']} at {Settings.from_env().endpoint}"]
    if user.get("orgs"):
        lines.append("organisations: " + ", ".join(org["name"] for org in user["orgs"]))
    role = ((user.get("auth") or {}).get("accessToken") or {}).get("role")
    lines.append(f"token: {token_name(user)}{f', {role}' if role else ''}, from: {source}")
    return "\n".join(lines)


def run_ls(args: argparse.Namespace) -> str:
    """List repositories, or the files of one."""
    if args.repo_id is None:
        return _ls_mine(args)
    from itertools import islice

    from .client.tree import RepoFile, list_repo_tree

    entries = list_repo_tree(args.repo_id, args.path, revision=args.revision, repo_type=args.type)
    shown = list(islice(entries, _ROWS_SHOWN + 1))
    rows = [
        f"{format_bytes(entry.size):>10}  {'LFS' if entry.lfs else '   '}  {printable(entry.path)}"
        if isinstance(entry, RepoFile)
        else f"{'':>10}       {printable(entry.path)}/"
        for entry in shown[:_ROWS_SHOWN]
    ]
    if len(shown) > _ROWS_SHOWN:
        rows.append(f"… more than {_ROWS_SHOWN:,} entries; name a folder to see fewer")
    return "\n".join(rows) or "(empty)"


def _ls_mine(args: argparse.Namespace) -> str:
    from .client.auth import whoami
    from .client.info import list_datasets, list_models, list_spaces

    lister = {"model": list_models, "dataset": list_datasets, "space": list_spaces}[args.type]
    name = whoami()["name"]
    repos = sorted(info.id for info in lister(author=name, limit=_ROWS_SHOWN))
    return "\n".join(printable(repo_id) for repo_id in repos) or f"{name} has no {args.type}s yet"


def run_pull(args: argparse.Namespace) -> str:
    """Fetch; gives the path of the file or the folder."""
    from .transfer import hf_hub_download, snapshot_download

    common: dict[str, Any] = {
        "repo_type": args.type, "revision": args.revision, "local_dir": args.to, "force_download": args.force,
    }  # fmt: skip
    if len(args.files) == 1 and not args.files[0].endswith("/") and "*" not in args.files[0]:
        return hf_hub_download(args.repo_id, args.files[0], **common)
    include = [*args.files, *(args.include or [])]
    return snapshot_download(args.repo_id, allow_patterns=include or None, ignore_patterns=args.exclude, **common)


def run_push(args: argparse.Namespace) -> Any:
    """Push a file or a folder, creating the repository if it is new; gives the commit."""
    from pathlib import Path

    from .client.errors import HFValidationError
    from .client.repos import create_repo
    from .transfer import upload_file, upload_folder

    source = Path(args.source).expanduser()
    if not source.exists():
        msg = f"There is no file or folder {args.source!r} to push."
        raise HFValidationError(msg)
    url = create_repo(args.repo_id, repo_type=args.type, private=args.private or None, exist_ok=True)
    common: dict[str, Any] = {
        "repo_id": url.repo_id, "repo_type": args.type, "revision": args.revision,
        "commit_message": args.message, "create_pr": args.pr,
    }  # fmt: skip
    if source.is_file():
        return upload_file(path_or_fileobj=source, path_in_repo=args.path_in_repo or source.name, **common)
    return upload_folder(
        folder_path=source, path_in_repo=args.path_in_repo,
        allow_patterns=args.include, ignore_patterns=args.exclude, delete_patterns=args.delete, **common,
    )  # fmt: skip


VERBS: dict[str, Callable[[argparse.Namespace], Any]] = {
    "whoami": run_whoami,
    "ls": run_ls,
    "pull": run_pull,
    "push": run_push,
}


def format_bytes(size: int) -> str:
    """Write a size in SI units: ``1.42 GB``."""
    value, units = float(size), ["B", "kB", "MB", "GB", "TB"]
    while value >= 999.5 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{size} B" if units[0] == "B" else f"{value:.3g} {units[0]}"


def printable(text: str) -> str:
    """Make a stranger's name safe for a terminal: control characters (colour codes, newlines) are shown escaped."""
    return "".join(ch if ch.isprintable() else ch.encode("unicode_escape").decode() for ch in text)


_SERVER_VERBS = {
    "serve": "run an embedded Hub",
    "fsck": "check the data folder of an embedded Hub",
    "gc": "remove large files that nothing refers to from an embedded Hub",
}
"""Verbs of the Hub's own side; the server declares and runs them."""


def build_parser(*, with_serve: bool = True) -> argparse.ArgumentParser:
    """Make the parser of the shell command.

    Parameters
    ----------
    with_serve
        False leaves the options of the Hub's own side out: declaring them loads the whole server.
    """
    parser = argparse.ArgumentParser(prog="hubnb", description="Work with a model Hub from a shell.")
    parser.add_argument("--version", action="version", version=f"hubnb {__version__}")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verbs.add_parser("login", help="store a token on this machine (asks for it, or reads it from a pipe)")
    logout = verbs.add_parser("logout", help="forget the tokens stored on this machine")
    logout.add_argument("name", nargs="?", help="only the one stored under that name")
    add_repo_verbs(verbs)
    servers = {name: verbs.add_parser(name, help=text) for name, text in _SERVER_VERBS.items()}
    if with_serve:
        from .server.command import add_arguments
        from .server.upkeep import add_fsck_arguments, add_gc_arguments

        for name, add in (("serve", add_arguments), ("fsck", add_fsck_arguments), ("gc", add_gc_arguments)):
            add(servers[name])
    return parser


def _run_server_verb(args: argparse.Namespace) -> int:
    from .server.command import run
    from .server.upkeep import run_fsck, run_gc

    return {"serve": run, "fsck": run_fsck, "gc": run_gc}[args.verb](args)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the shell command; gives its exit status."""
    argv = sys.argv[1:] if argv is None else argv
    args = build_parser(with_serve=not _SERVER_VERBS.keys().isdisjoint(argv)).parse_args(argv)
    if args.verb in _SERVER_VERBS:
        return _run_server_verb(args)
    from .client.errors import HubError

    try:
        text = _run_in_shell(args)
    except KeyboardInterrupt:
        print("Stopped. What had arrived is kept.", file=sys.stderr)
        return 130
    except HubError as error:
        print(f"hubnb {args.verb}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    if text:
        print(text)
    return 0


def _run_in_shell(args: argparse.Namespace) -> str:
    if args.verb == "login":
        return _login()
    if args.verb == "logout":
        from .client.tokens import logout

        logout(args.name)
        return "Signed out on this machine." if args.name is None else f"Forgot {args.name}."
    return str(VERBS[args.verb](args))


def _login() -> str:
    from getpass import getpass

    from .client.auth import sign_in

    token = getpass("Token (it is not shown): ") if sys.stdin.isatty() else sys.stdin.readline()
    user = sign_in(token)
    return f"Signed in as {user['name']}."


if __name__ == "__main__":
    sys.exit(main())
