"""The calls that show a panel, and what they do where no panel can be shown."""

from __future__ import annotations

import getpass
import sys

from ..client import auth, tokens
from ..client.errors import LocalTokenNotFoundError
from ..client.settings import Settings
from .frontend import FrontEnd, front_end

_PATIENCE_IN_BATCH_S = 5.0


def login(
    token: str | None = None,
    *,
    keep: bool = True,
    endpoint: str | None = None,
    add_to_git_credential: bool = False,
    new_session: bool = False,
    skip_if_logged_in: bool = True,
) -> None:
    """Sign in to the Hub.

    With a token: check it and keep it. Without one: a panel in a notebook, a hidden prompt in a terminal.
    The panel never holds up the cell: it goes on after the call has returned.

    Parameters
    ----------
    token
        A token to check and keep. Better not typed into a notebook: leave it out and use the panel.
    keep
        True keeps the token on this machine (shared with `huggingface_hub`), False in this process only.
    endpoint
        Base URL of the hub; by default what the environment says.
    add_to_git_credential
        Accepted for `huggingface_hub`'s sake; hubnb doesn't use git's credential helper, and says so.
    new_session, skip_if_logged_in
        See `interpreter_login`; a notebook's panel shows the account of a token that is found.

    Raises
    ------
    HfHubHTTPError
        If the Hub does not accept `token`; nothing is stored then.
    LocalTokenNotFoundError
        If a token must be asked for, and there is nobody to ask.
    """
    if add_to_git_credential:
        _say("Note: hubnb does not put tokens into git's credential helper.")
    if token is not None:
        _sign_in(token, keep=keep, endpoint=endpoint)
    elif front_end() is FrontEnd.NONE:
        interpreter_login(keep=keep, endpoint=endpoint, new_session=new_session, skip_if_logged_in=skip_if_logged_in)
    else:
        notebook_login(endpoint=endpoint)


def notebook_login(
    *,
    endpoint: str | None = None,
    new_session: bool = False,  # noqa: ARG001 - upstream's parameters; the panel serves both cases
    skip_if_logged_in: bool = True,  # noqa: ARG001
) -> None:
    """Show the sign-in panel under the running cell and return at once.

    Where a token is found already, the panel shows whose it is.

    Parameters
    ----------
    endpoint
        Base URL of the hub; by default what the environment says.
    new_session, skip_if_logged_in
        Accepted for `huggingface_hub`'s sake.
    """
    from IPython.display import display  # a terminal's login needs neither IPython nor widgets

    from .login import LoginPanel

    panel = LoginPanel(endpoint)
    if front_end() is FrontEnd.BATCH:
        # Nobody looks on, and news that comes after the cell has ended would not get into the saved file.
        panel.settle(_PATIENCE_IN_BATCH_S)
    display(panel)


def interpreter_login(
    *,
    keep: bool = True,
    endpoint: str | None = None,
    new_session: bool = False,
    skip_if_logged_in: bool = True,
) -> None:
    """Ask for a token in the terminal, without showing it, check it and keep it.

    Parameters
    ----------
    keep
        True keeps the token on this machine, False in this process only.
    endpoint
        Base URL of the hub; by default what the environment says.
    new_session
        True asks also where a token is found already; so does ``skip_if_logged_in=False``.

    Raises
    ------
    LocalTokenNotFoundError
        If there is no terminal to ask in, or nothing was typed.
    """
    if skip_if_logged_in and not new_session and tokens.find_token(Settings.from_env(endpoint=endpoint)):
        _say("A token is found already. To use another one: hubnb.login(skip_if_logged_in=False).")
        return
    if not sys.stdin or not sys.stdin.isatty():
        msg = (
            "There is no token, and no terminal to ask for one. Set the environment variable HF_TOKEN, "
            "or run `hubnb login` in a terminal first."
        )
        raise LocalTokenNotFoundError(msg)
    typed = getpass.getpass(f"Token for {_host(endpoint)} (not shown): ").strip()
    if not typed:
        msg = "No token was typed; nothing changed."
        raise LocalTokenNotFoundError(msg)
    _sign_in(typed, keep=keep, endpoint=endpoint)


def _sign_in(token: str, *, keep: bool, endpoint: str | None) -> None:
    user = auth.sign_in(token, keep=keep, endpoint=endpoint)
    _say(f"Signed in to {_host(endpoint)} as {user.get('name')}.")


def _host(endpoint: str | None) -> str:
    return Settings.from_env(endpoint=endpoint).endpoint.split("://", 1)[-1].rpartition("@")[2]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
