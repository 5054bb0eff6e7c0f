"""Who is asking: sign in and out, and the tokens of this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .verb import Answer, Verb, table

if TYPE_CHECKING:
    import argparse


def _whoami(_: argparse.Namespace) -> Answer:
    from ..client.auth import token_name, whoami
    from ..client.settings import Settings
    from ..client.tokens import token_sources

    user = whoami()
    endpoint = Settings.from_env().endpoint
    source = next((source.label for source in token_sources() if source.in_use), "given token")
    organisations = [org["name"] for org in user.get("orgs") or ()]
    role = ((user.get("auth") or {}).get("accessToken") or {}).get("role")
    lines = [f"{user['name']} at {endpoint}"]
    if organisations:
        lines.append("organisations: " + ", ".join(organisations))
    lines.append(f"token: {token_name(user)}{f', {role}' if role else ''}, from: {source}")
    data = {
        "name": user["name"], "endpoint": endpoint, "organisations": organisations, "token_name": token_name(user),
        "role": role, "source": source,
    }  # fmt: skip
    return Answer("\n".join(lines), data, user)


def _declare_login(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--token", help="a token; better typed when asked for: others can read a command line")
    parser.add_argument("--add-to-git-credential", action="store_true", help="taken for huggingface-cli's sake")
    parser.add_argument("--force", action="store_true", help="taken for huggingface-cli's sake; it always asks")


def login(args: argparse.Namespace) -> Answer:
    """Check a token and keep it; it comes hidden from a terminal, or as a line from a pipe."""
    from ..client.auth import sign_in

    if args.token is not None:
        _say("Note: a token on the command line can be read by other programs of this machine.")
    if args.add_to_git_credential:
        _say("Note: hubnb does not put tokens into git's credential helper.")
    user = sign_in(args.token or _ask_for_token())
    return Answer(f"Signed in as {user['name']}.", {"name": user["name"]})


def _ask_for_token() -> str:
    from getpass import getpass

    return getpass("Token (it is not shown): ") if sys.stdin.isatty() else sys.stdin.readline()


def _say(note: str) -> None:
    sys.stderr.write(f"{note}\n")


def _declare_logout(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="only the token stored under that name")
    parser.add_argument("--token-name", dest="token_name", help="the same")


def _logout(args: argparse.Namespace) -> Answer:
    from ..client.tokens import logout

    name = args.name or args.token_name
    logout(name)
    return Answer("Signed out on this machine." if name is None else f"Forgot {name}.", {"forgotten": name or "all"})


def _auth_list(_: argparse.Namespace) -> Answer:
    from ..client.tokens import active_token_name, auth_list, token_sources

    active = active_token_name()
    names = auth_list()
    sources = [source for source in token_sources() if source.found]
    rows = [("*" if name == active else "", name) for name in names]
    lines = [table(rows)] if rows else ["No token is stored on this machine. To store one: hubnb login"]
    in_use = next((source for source in sources if source.in_use), None)
    if in_use is not None and in_use.name != "file":
        lines.append(f"In use now: {in_use.label}. It goes before what is stored.")
    data = {"stored": names, "active": active, "in_use": None if in_use is None else in_use.label}
    return Answer("\n".join(lines), data, names)


def _declare_switch(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="a name that `auth list` shows")
    parser.add_argument("--token-name", dest="token_name", help="the same")
    parser.add_argument("--add-to-git-credential", action="store_true", help="taken for huggingface-cli's sake")


def _auth_switch(args: argparse.Namespace) -> Answer:
    from ..client.errors import HFValidationError
    from ..client.tokens import auth_list, auth_switch

    name = args.name or args.token_name
    if name is None:
        msg = f"Which token? Stored are: {', '.join(auth_list()) or 'none'}."
        raise HFValidationError(msg)
    auth_switch(name)
    return Answer(f"{name} is used from now on.", {"active": name})


def _auth_token(_: argparse.Namespace) -> Answer:
    from ..client.errors import LocalTokenNotFoundError
    from ..client.tokens import get_token

    token = get_token()
    if token is None:
        msg = "There is no token. To store one: hubnb login"
        raise LocalTokenNotFoundError(msg)
    return Answer(token, {"token": token})


VERBS = [
    Verb("whoami", "say who the Hub thinks you are, and which token says so", _whoami),
    Verb("auth list", "the tokens stored on this machine, by name", _auth_list),
    Verb("auth switch", "use another stored token", _auth_switch, _declare_switch),
]
SHELL_VERBS = [
    Verb("login", "store a token on this machine (asks for it, or reads it from a pipe)", login, _declare_login),
    Verb("logout", "forget the tokens stored on this machine", _logout, _declare_logout),
    Verb("auth token", "print the token in use, for other programs", _auth_token),
    Verb("auth login", "the same as login", login, _declare_login, old=True),
    Verb("auth logout", "the same as logout", _logout, _declare_logout, old=True),
    Verb("auth whoami", "the same as whoami", _whoami, old=True),
]
