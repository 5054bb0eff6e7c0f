"""The few routes without which clients that have Xet can't upload large files at all."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from hubnb.server.bodies import pour, read_body
from hubnb.server.call import Call, guarded, route
from hubnb.server.routes.commits import check_right
from hubnb.server.wire import HubProblem, json_response
from hubnb.server.xet import XetStore, make_token, read_token, store_name

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_MAX_XORB_BYTES = 160 << 20
_MAX_SHARD_BYTES = 160 << 20


def write_token(call: Call) -> Response:
    """Hand out the address of the chunk store, and a token for it."""
    repo = check_right(call, call.parameters["revision"])
    # The revision isn't looked at: nothing is written there yet, and clients name one that is not.
    store = store_name(call.hub, call.caller.id or "")
    token, expires = make_token(call.hub, repo.id, store)
    address = f"{call.base}/api/xet/{store}"
    headers = {
        "X-Xet-Cas-Url": address,
        "X-Xet-Access-Token": token,
        "X-Xet-Token-Expiration": str(expires),
        "Cache-Control": "no-store",
    }
    return json_response({"accessToken": token, "exp": expires, "casUrl": address}, headers=headers)


def unknown(call: Call) -> None:
    """Answer that no chunk is known, so that all are sent."""
    _repo_id(call)
    raise HubProblem(404, "Not known here.")


def _repo_id(call: Call) -> str:
    return read_token(call.hub, call.parameters["store"], call.request.headers.get("authorization"))


async def xorb(request: Request) -> Response:
    """Take a container of chunks."""
    call = Call(request)
    await run_in_threadpool(_repo_id, call)
    store = XetStore(call.hub, call.parameters["store"])
    packed = call.hub.folder / "tmp" / f"xorb-{secrets.token_hex(16)}"
    received = 0
    try:
        with packed.open("xb") as stream:

            def write(chunk: memoryview) -> None:
                nonlocal received
                received += len(chunk)
                if received > _MAX_XORB_BYTES:
                    raise HubProblem(413, f"A xorb is limited to {_MAX_XORB_BYTES} bytes.")
                stream.write(chunk)

            await pour(request, write)
        await run_in_threadpool(store.take_xorb, call.parameters["xorb"], packed)
    finally:
        packed.unlink(missing_ok=True)
    return json_response({"was_inserted": True})


async def shard(request: Request) -> Response:
    """Take the description of files, and make them."""
    call = Call(request)
    repo_id = await run_in_threadpool(_repo_id, call)
    data = await read_body(request, _MAX_SHARD_BYTES)
    await run_in_threadpool(XetStore(call.hub, call.parameters["store"]).take_shard, data, repo_id)
    return json_response({"result": 1})


def telemetry(_: Call) -> dict[str, Any]:
    """Take note of nothing."""
    return {}


_STORE = "/api/xet/{store:hex}"
ROUTES = [
    Route("/api/{kind:kind}/{namespace:part}/{name:part}/xet-write-token/{revision:part}", route(write_token)),
    Route(f"{_STORE}/v1/chunks/{{prefix:part}}/{{chunk:hex}}", route(unknown)),
    Route(f"{_STORE}/v1/xorbs/{{prefix:part}}/{{xorb:oid}}", guarded(xorb), methods=["POST"]),
    Route(f"{_STORE}/v1/shards", guarded(shard), methods=["POST"]),
    Route(f"{_STORE}/v1/telemetry", route(telemetry), methods=["POST"]),
]
