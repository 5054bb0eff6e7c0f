"""The fault bench over HTTP, for a Hub in another process; there only with ``hubnb serve --faults``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request

from hubnb.server.bodies import parse_json, read_body
from hubnb.server.wire import HubProblem, bad_request, forbidden, json_response

if TYPE_CHECKING:
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from hubnb.server.faults import Faults


async def control_faults(faults: Faults, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve ``/api/hubnb/faults``: POST adds a fault, DELETE clears all, GET lists the requests seen."""
    try:
        response = await _answer(faults, Request(scope, receive))
    except HubProblem as problem:
        response = problem.response()
    await response(scope, receive, send)


async def _answer(faults: Faults, request: Request) -> Response:
    if request.client is None or request.client.host not in {"127.0.0.1", "::1"}:
        message = "Faults can only be set from this machine."
        raise forbidden(message)
    if request.method == "POST":
        try:
            faults.add(parse_json(await read_body(request)))
        except ValueError as error:
            raise bad_request(str(error)) from None
    elif request.method == "DELETE":
        faults.clear()
    return json_response({"requests": [seen._asdict() for seen in list(faults.requests)]})
