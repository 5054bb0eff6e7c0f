"""The Hub as an ASGI application: every route in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from hubnb.server.call import route
from hubnb.server.routes import (
    commits,
    discussions,
    git,
    info,
    lfs,
    oauth,
    refs,
    repos,
    requests,
    resolve,
    tree,
    web,
    whoami,
    xet,
)
from hubnb.server.wire import HubProblem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp, Receive, Scope, Send

    from hubnb.server.hub import Hub


def create_app(hub: Hub) -> ASGIApp:
    """Return the application that serves `hub`."""
    # Catch-alls last; files first, because they are asked for most.
    groups = (resolve, tree, whoami, repos, refs, commits, lfs, xet, discussions, requests, git, oauth, info, web)
    routes = [entry for group in groups for entry in group.ROUTES]
    everything = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    routes.append(Route("/{path:rest}", route(whoami.no_such_route), methods=everything))
    app = Starlette(routes=routes, exception_handlers={HTTPException: _refused})
    app.router.redirect_slashes = False
    app.state.hub = hub
    return Raw(app)


def _refused(_: Request, error: Exception) -> Response:
    """Say in JSON what the router refuses by itself: a method that an address doesn't have."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return HubProblem(status, str(getattr(error, "detail", error))).response()


class Raw:
    """Route on the path as it was sent; the parts of it are decoded afterwards."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            path = scope["raw_path"].decode("ascii", "replace").partition("?")[0]
            await self._app({**scope, "path": path or "/", "root_path": ""}, receive, send)
