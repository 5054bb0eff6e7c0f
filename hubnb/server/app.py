"""The Hub as an ASGI application: every route in one table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.routing import Route

from hubnb.server.browsers import answer_options, sharing
from hubnb.server.call import route
from hubnb.server.requestid import naming
from hubnb.server.routes import (
    authorize,
    collections,
    commits,
    discussions,
    git,
    inference,
    info,
    inventory,
    lfs,
    locks,
    login,
    oauth,
    people,
    refs,
    repos,
    requests,
    resolve,
    search,
    spaces,
    tree,
    web,
    web_discussions,
    web_repo,
    webhooks,
    whoami,
    xet,
)
from hubnb.server.wire import HubProblem, read_only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.types import ASGIApp, Receive, Scope, Send

    from hubnb.server.hub import Hub


_READING = frozenset({"GET", "HEAD"})
_ASKING = re.compile(
    r"^/api/(inference/|validate-yaml|telemetry|quicksearch)|^/log(in|out)$|/paths-info/|/info/lfs/(objects/batch|locks/verify)$"
    r"|/git-upload-pack$"
)
"""What is asked with a POST and changes nothing."""


def create_app(hub: Hub) -> ASGIApp:
    """Return the application that serves `hub`."""
    # Catch-alls last; files first, because they are asked for most.
    groups = (
        *(resolve, tree, whoami, repos, refs, commits, lfs, locks, xet, inventory),
        *(
            discussions,
            requests,
            people,
            search,
            spaces,
            collections,
            webhooks,
            inference,
            git,
            oauth,
            authorize,
            login,
            info,
        ),
        *(web_repo, web_discussions, web),
    )
    routes = [entry for group in groups for entry in group.ROUTES]
    everything = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    routes.append(Route("/{path:rest}", route(whoami.no_such_route), methods=everything))
    return Table(hub, routes)


class Table:
    """Hands a request to the first route that fits.

    It routes on the path as it was sent; the parts of it are decoded afterwards. Endpoints answer for their own
    faults (see `hubnb.server.call.guarded`), so nothing else stands between them and the wire.
    """

    def __init__(self, hub: Hub, routes: Sequence[Route]) -> None:
        self._hub = hub
        self._entries = [
            (entry.path_regex.match, entry.param_convertors, frozenset(entry.methods or ()), entry.endpoint)
            for entry in routes
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        send = sharing(scope, naming(scope, send))
        path = scope["raw_path"].decode("ascii", "replace").partition("?")[0] or "/"
        method = scope["method"]
        if method == "OPTIONS":
            await answer_options(scope, send)
            return
        for match, convertors, methods, endpoint in self._entries:
            found = match(path)
            if found is not None and method in methods:
                if self._hub.read_only and method not in _READING and not _ASKING.search(path):
                    await read_only().response()(scope, receive, send)
                    return
                values = {name: convertors[name].convert(text) for name, text in found.groupdict().items()}
                scope = {**scope, "path": path, "root_path": "", "path_params": values, "hubnb.hub": self._hub}
                response = await endpoint(Request(scope, receive, send))
                await response(scope, receive, send)
                return
        problem = HubProblem(405, "Method Not Allowed")
        await problem.response()(scope, receive, send)
