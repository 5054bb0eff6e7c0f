"""Cards: show, check, push."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .verb import Answer, Verb, add_repo, add_type, printable, repo_of

if TYPE_CHECKING:
    import argparse

    from ..cards import RepoCard


def _card_class(repo_type: str) -> type[RepoCard]:
    from ..cards import DatasetCard, ModelCard, SpaceCard

    return {"model": ModelCard, "dataset": DatasetCard, "space": SpaceCard}[repo_type]


def _show(args: argparse.Namespace) -> Answer:
    from ..client.errors import HFValidationError
    from ..transfer import hf_hub_download

    repo = repo_of(args)
    path = hf_hub_download(repo["repo_id"], "README.md", repo_type=repo["repo_type"], revision=args.revision)
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    if not text.strip():
        msg = f"The card of {repo['repo_id']} is empty."
        raise HFValidationError(msg)
    card = _card_class(repo["repo_type"])(text, ignore_metadata_errors=True)
    shown = "\n".join(printable(line.expandtabs()) for line in text.splitlines())  # a stranger's text in a terminal
    return Answer(shown, {"text": text, "metadata": card.data.to_dict()}, card)


def _declare_lint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="a file, e.g. README.md, or a repository, e.g. me/digits")
    add_type(parser)
    parser.add_argument("--revision", help="branch, tag or commit of the repository (default: main)")


def _lint(args: argparse.Namespace) -> Answer:
    source = Path(args.source).expanduser()
    args.repo_id = args.source
    repo_type = repo_of(args)["repo_type"]
    if source.is_file():
        text = source.read_text(encoding="utf-8", errors="replace")
    elif source.is_dir() and (source / "README.md").is_file():
        text = (source / "README.md").read_text(encoding="utf-8", errors="replace")
    else:
        text = _show(args).data["text"]
    problems = lint(text, repo_type)
    stopping = [problem for problem in problems if problem["severity"] == "error"]
    lines = [
        f"{args.source}:{problem['line']}:{problem['column']}: {problem['severity']}: {printable(problem['message'])}"
        for problem in problems
    ]
    return Answer("\n".join(lines) or "No problems.", problems, status=1 if stopping else 0)


def lint(text: str, repo_type: str) -> list[dict[str, Any]]:
    """Check a card without asking anybody: severity, message, line and column of each problem."""
    from ..cards.lint import lint as find_problems

    return [
        {"severity": one.severity, "message": one.message, "line": one.line, "column": one.column}
        for one in find_problems(text, repo_type=repo_type)
    ]


def declare_push(parser: argparse.ArgumentParser) -> None:
    """Declare where a card goes."""
    add_repo(parser)
    parser.add_argument("source", nargs="?", default="README.md", help="the file (default: %(default)s)")
    parser.add_argument("-m", "--message", help="what the commit does")
    parser.add_argument("--pr", action="store_true", help="open a pull request instead of committing")


def _push(args: argparse.Namespace) -> Answer:
    from ..client.errors import HFValidationError

    source = Path(args.source).expanduser()
    if not source.is_file():
        msg = f"There is no file {args.source!r} to push as a card."
        raise HFValidationError(msg)
    return push_card(args, source.read_text(encoding="utf-8"))


def push_card(args: argparse.Namespace, text: str) -> Answer:
    """Check the text of a card, and push it as one commit; what the Hub would refuse stays here."""
    from ..client.errors import HFValidationError
    from ..client.repos import create_repo
    from ..transfer import upload_file

    repo = repo_of(args)
    stopping = [problem for problem in lint(text, repo["repo_type"]) if problem["severity"] == "error"]
    if stopping:
        told = "; ".join(f"line {problem['line']}: {problem['message']}" for problem in stopping)
        msg = f"The card was not pushed: {told}"
        raise HFValidationError(msg)
    url = create_repo(**repo, exist_ok=True, space_sdk="static" if repo["repo_type"] == "space" else None)
    commit = upload_file(
        path_or_fileobj=text.encode(), path_in_repo="README.md", repo_id=url.repo_id, repo_type=repo["repo_type"],
        revision=args.revision, commit_message=args.message or "Update the card", create_pr=args.pr,
    )  # fmt: skip
    data = {"commit": commit.oid, "url": commit.commit_url, "pr": commit.pr_url}
    return Answer(commit.pr_url or commit.commit_url, data, commit)


VERBS = [
    Verb("card show", "print a card", _show, add_repo),
    Verb("card lint", "find what is wrong with a card, offline", _lint, _declare_lint),
    Verb("card push", "check a card and push it", _push, declare_push),
]
