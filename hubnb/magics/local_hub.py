"""`%hub serve`: a Hub inside this kernel, used by everything that follows."""

from __future__ import annotations

import atexit
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..cli.verb import Answer, Verb
from ..client.errors import HFValidationError, HubError
from ..client.hub import HubClient
from ..client.settings import Settings
from ..client.tokens import set_session_token

if TYPE_CHECKING:
    import argparse

    from ..server import LocalHub

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_serving: LocalHub | None = None
_endpoint_before: str | None = None


def serve(args: argparse.Namespace) -> str:
    """Start a Hub and point this kernel (and processes it starts) at it; gives what to tell the person.

    Where `HF_ENDPOINT` names a Hub on this machine that answers already, that one is used.
    """
    global _serving, _endpoint_before
    if _serving is not None:
        return f"This kernel's Hub is already at {_serving.endpoint}; you are {_serving.user} there."
    already = _running_endpoint()
    if already is not None:
        return f"Using the Hub at {already} (from HF_ENDPOINT)."
    from ..server import LocalHub

    try:
        hub = LocalHub(data_dir=args.data, seed=args.seed, port=args.port, samples=args.samples).start()
    except (OSError, ValueError) as error:
        msg = f"The Hub could not start: {error}"
        raise HFValidationError(msg) from None
    _serving, _endpoint_before = hub, os.environ.get("HF_ENDPOINT")
    os.environ["HF_ENDPOINT"] = hub.endpoint
    set_session_token(hub.token, label="Made by %hub serve for this kernel")
    atexit.register(hub.close)
    kept = f"Its data stays in {args.data}." if args.data else "It ends with the kernel, and its data with it."
    return f"Hub at {hub.endpoint}. You are signed in as {hub.user}. {kept}"


def stop_serving() -> str:
    """End this kernel's Hub and go back to the endpoint from before."""
    global _serving
    if _serving is None:
        return "No Hub runs in this kernel."
    _serving.close()
    atexit.unregister(_serving.close)
    _serving = None
    set_session_token(None)
    if _endpoint_before is None:
        os.environ.pop("HF_ENDPOINT", None)
    else:
        os.environ["HF_ENDPOINT"] = _endpoint_before
    return f"The Hub has ended. This kernel uses {Settings.from_env().endpoint} again."


def _running_endpoint() -> str | None:
    settings = Settings.from_env()
    if urlsplit(settings.endpoint).hostname not in _LOOPBACK:
        return None
    try:
        HubClient(settings, token=False).http.request("GET", "/api/models", params={"limit": 1}, timeout_s=2)
    except HubError:
        return None
    return settings.endpoint


def _declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--samples", action="store_true", help="with repositories to play with")
    parser.add_argument("--data", metavar="DIR", help="keep its data there (default: gone with the kernel)")
    parser.add_argument("--seed", metavar="FILE", help="users, organisations and repositories to start with")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--stop", action="store_true", help="end it, and go back to the Hub from before")


def _run(args: argparse.Namespace) -> Answer:
    return Answer(stop_serving() if args.stop else serve(args))


SERVE = Verb("serve", "run a Hub inside this kernel and use it", _run, _declare)
