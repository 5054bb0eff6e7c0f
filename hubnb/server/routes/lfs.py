"""Large files on their way in and out, by the git-lfs batch protocol."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from hubnb.server import signing
from hubnb.server.blocks import BLOCK_BYTES
from hubnb.server.bodies import pour, read_body
from hubnb.server.call import Call, guarded, route
from hubnb.server.discussions import has_open_pull_request
from hubnb.server.files import large_file
from hubnb.server.largefiles import WrongContent, is_oid
from hubnb.server.ranges import Slice
from hubnb.server.routes.commits import may_link
from hubnb.server.wire import HubProblem, collected, json_response, login_required

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from starlette.requests import Request

    from hubnb.server.largefiles import Incoming

MULTIPART_FROM_BYTES = 64 << 20
_PART_BYTES = 16 << 20
MAX_OBJECT_BYTES = 500_000_000_000
_MAX_OBJECTS = 1000
_MAX_PARTS = 10_000
_LFS_TYPE = "application/vnd.git-lfs+json"


def batch(call: Call) -> Response:
    """Say for each object where to send it, or where to get it, or that it is already here."""
    body = call.body
    operation, transfers = body.get("operation"), body.get("transfers") or ["basic"]
    if operation == "upload" or not call.knows_repo():
        _check_login(call)
    if operation == "upload":
        # a client names no branch for a pull request that its commit is about to open
        if body.get("ref") is not None and not has_open_pull_request(call.hub, call.repo, call.caller.id):
            call.repo_for_writing()
        call.repo_for_proposing()
    elif operation == "download":
        call.repo_for_reading()
    else:
        raise HubProblem(422, "operation must be upload or download.")
    if str(body.get("hash_algo", "sha256")).replace("_", "") != "sha256":
        raise HubProblem(409, "This Hub knows only sha256.")
    objects = body.get("objects")
    if not isinstance(objects, list) or len(objects) > _MAX_OBJECTS:
        raise HubProblem(
            413 if isinstance(objects, list) else 422, f"objects must be a list of at most {_MAX_OBJECTS}."
        )
    parted = isinstance(transfers, list) and "multipart" in transfers
    handle = _upload if operation == "upload" else _download
    answers = [handle(call, item, parted=parted) for item in objects]
    transfer = "multipart" if any("chunk_size" in _header_of(found) for found in answers) else "basic"
    found = {"transfer": transfer, "hash_algo": "sha256", "objects": answers}
    response = json_response(found)
    response.headers["content-type"] = _LFS_TYPE
    return response


def _check_login(call: Call) -> None:
    if call.caller.anonymous:
        problem = login_required()
        problem.headers["LFS-Authenticate"] = 'Basic realm="Hub"'
        raise problem


def _header_of(found: dict[str, Any]) -> dict[str, Any]:
    return found.get("actions", {}).get("upload", {}).get("header", {})


def _fault(item: Any) -> dict[str, Any] | None:
    oid, size = (item.get("oid"), item.get("size")) if isinstance(item, dict) else (None, None)
    if is_oid(oid) and isinstance(size, int) and not isinstance(size, bool) and 0 <= size <= MAX_OBJECT_BYTES:
        return None
    message = "An object needs a sha-256 as oid, and its size in bytes."
    shown = size if isinstance(size, int) else 0
    return {"oid": str(oid)[:100], "size": shown, "error": {"code": 422, "message": message}}


def _download(call: Call, item: Any, *, parted: bool) -> dict[str, Any]:  # noqa: ARG001 - same shape as _upload
    fault = _fault(item)
    if fault:
        return fault
    oid = item["oid"]
    stored = call.hub.large.size(oid)
    if stored is None or not call.hub.links.has(call.repo.id, oid):
        missing = {"code": 404, "message": "This repository has no such object."}
        return {"oid": oid, "size": item["size"], "error": missing}
    href = call.hub.large.signed_url(oid)
    if href is None:
        href = _address(call, f"/api/lfs/objects/{oid}", {"op": "get", "repo": call.repo.id})
    actions = {"download": {"href": href, "header": {}, "expires_in": signing.VALID_S}}
    return {"oid": oid, "size": stored, "authenticated": True, "actions": actions}


def _upload(call: Call, item: Any, *, parted: bool) -> dict[str, Any]:
    fault = _fault(item)
    if fault:
        return fault
    oid, size = item["oid"], item["size"]
    found = {"oid": oid, "size": size, "authenticated": True}
    if call.hub.large.size(oid) == size and _is_linked(call, oid, size):
        return found
    values = {"repo": call.repo.id, "size": size}
    if parted and size > MULTIPART_FROM_BYTES:
        upload = _multipart(call, oid, size)
    else:
        upload = {"href": _address(call, f"/api/lfs/objects/{oid}", {"op": "put", **values}), "header": {}}
    path = call.web_url().removeprefix(call.base) + ".git/info/lfs/verify"
    verify = {"href": _address(call, path, {"op": "verify", "repo": call.repo.id}), "header": {}}
    return {**found, "actions": {"upload": {**upload, "expires_in": signing.VALID_S}, "verify": verify}}


def _is_linked(call: Call, oid: str, size: int) -> bool:
    """Say whether the object needn't travel: the repository has it, or the caller can read it in another one.

    That some private repository of somebody else holds it must not show, so then it travels again.
    """
    hub = call.hub
    if hub.links.has(call.repo.id, oid):
        return True
    return may_link(call, oid) and hub.links.add(call.repo.id, oid, size)


def _multipart(call: Call, oid: str, size: int) -> dict[str, Any]:
    part_bytes = min(_PART_BYTES, MULTIPART_FROM_BYTES)
    while math.ceil(size / part_bytes) > _MAX_PARTS:
        part_bytes *= 2
    upload = call.hub.parts.upload_id(call.repo.id, oid, size, part_bytes)
    call.hub.parts.begin(upload)
    values = {"repo": call.repo.id, "oid": oid, "size": size, "part": part_bytes}
    header = {"chunk_size": str(part_bytes)}
    for number in range(1, math.ceil(size / part_bytes) + 1):
        header[f"{number:05d}"] = _address(call, f"/api/lfs/parts/{upload}/{number}", {"op": "part", **values})
    return {"href": _address(call, f"/api/lfs/complete/{upload}", {"op": "complete", **values}), "header": header}


def _address(call: Call, path: str, values: dict[str, str | int]) -> str:
    return call.base + signing.sign(call.hub.signing_key, path, values)


def _permission(call: Call, operation: str) -> dict[str, str]:
    """Return what a signed address says, if it is right; that its repository is there is another question."""
    values = signing.verify(call.hub.signing_key, call.request.url.path, dict(call.query))
    if values.get("op") != operation:
        raise HubProblem(403, "This address is for something else.")
    return values


def _signed(call: Call, operation: str) -> dict[str, str]:
    values = _permission(call, operation)
    _check_repo(call, values["repo"])
    return values


def _check_repo(call: Call, repo_id: str) -> None:
    if call.hub.database.one("SELECT 1 FROM repos WHERE id = ?", repo_id) is None:
        raise HubProblem(404, "The repository of this upload was deleted.", code="RepoNotFound")


async def put_object(request: Request) -> Response:
    """Take the bytes of one object: hashed and counted while they arrive, kept only if they are the announced ones."""
    call = Call(request)
    values = _permission(call, "put")
    oid, size = call.parameters["oid"], int(values["size"])
    _check_length(request, size)
    try:
        if size <= BLOCK_BYTES:  # each way to a thread and back costs more than to write so little
            body = await read_body(request, 2 * BLOCK_BYTES)
            await run_in_threadpool(_take_small, call, values["repo"], oid, size, body)
        else:
            await run_in_threadpool(_check_repo, call, values["repo"])
            with call.hub.large.incoming(oid, size) as incoming:
                await pour(request, incoming.append, incoming.hash)
                await run_in_threadpool(_take, call, values["repo"], oid, size, incoming)
    except WrongContent as error:
        raise HubProblem(422, f"{error} Send the object again.") from None
    return Response(status_code=200, headers={"ETag": f'"{oid}"'})


def _take_small(call: Call, repo_id: str, oid: str, size: int, body: bytes) -> None:
    with call.hub.large.incoming(oid, size) as incoming:
        incoming.write(body)
        _take(call, repo_id, oid, size, incoming)


def _take(call: Call, repo_id: str, oid: str, size: int, incoming: Incoming) -> None:
    incoming.check()
    _keep(call, repo_id, oid, size, incoming.keep)


def _check_length(request: Request, size: int) -> None:
    announced = request.headers.get("content-length")
    if announced is not None and int(announced) != size:
        raise HubProblem(422, f"{announced} bytes are on their way, {size} were announced.")


def _keep(call: Call, repo_id: str, oid: str, size: int, place: Callable[[], None]) -> None:
    _check_repo(call, repo_id)
    place()
    if not call.hub.links.add(repo_id, oid, size):
        raise collected()


def get_object(call: Call) -> Response:
    """Send one object to git-lfs."""
    values = _signed(call, "get")
    oid = call.parameters["oid"]
    size = call.hub.large.size(oid)
    if size is None or not call.hub.links.has(values["repo"], oid):
        raise HubProblem(404, "This repository has no such object.")
    headers = {"Content-Type": "application/octet-stream"}
    return large_file(call.hub.large, oid, size, Slice(0, size), status=200, headers=headers)


async def put_part(request: Request) -> Response:
    """Take one part of an object; the same part may come again."""
    call = Call(request)
    values = await run_in_threadpool(_signed, call, "part")
    upload, number = call.parameters["upload"], int(call.parameters["number"])
    size, part_bytes = int(values["size"]), int(values["part"])
    assembly = await run_in_threadpool(call.hub.parts.assembly, upload, size, part_bytes)
    part = await run_in_threadpool(assembly.begin, number)
    try:
        _check_length(request, part.length)
        await pour(request, part.write, part.hash)
        etag = part.finish()
        await run_in_threadpool(call.hub.parts.finish_part, upload, number, etag)
    finally:
        await run_in_threadpool(part.close)
    return Response(status_code=200, headers={"ETag": f'"{etag}"'})


def complete(call: Call) -> Any:
    """Put an object together once all its parts are here."""
    values = _signed(call, "complete")
    upload, oid, size = call.parameters["upload"], values["oid"], int(values["size"])
    hub = call.hub
    data = hub.parts.data(upload)
    if data is None:
        if hub.links.has(values["repo"], oid):  # asked twice
            return {"oid": oid, "size": size}
        raise HubProblem(404, "This upload is not known any more. Start it again.")
    _check_parts(call, upload, math.ceil(size / int(values["part"])))
    _adopt(call, values, upload, data)
    return {"oid": oid, "size": size}


def _check_parts(call: Call, upload: str, count: int) -> None:
    listed = call.body.get("parts")
    if not isinstance(listed, list):
        raise HubProblem(422, "parts must be a list of {partNumber, etag}.")
    named: dict[int, str] = {}
    for item in listed:
        if not isinstance(item, dict) or not isinstance(item.get("partNumber"), int):
            raise HubProblem(422, "parts must be a list of {partNumber, etag}.")
        named[item["partNumber"]] = str(item.get("etag")).strip('"')
    for number in range(1, count + 1):
        etag = call.hub.parts.etag(upload, number)
        if etag is None or named.get(number) != etag:
            raise HubProblem(422, f"Part {number} of {count} is missing or is not the one that arrived.")


def _adopt(call: Call, values: dict[str, str], upload: str, data: Path) -> None:
    repo_id, oid, size = values["repo"], values["oid"], int(values["size"])
    try:
        call.hub.parts.assembly(upload, size, int(values["part"])).finish(oid)
        _keep(call, repo_id, oid, size, lambda: call.hub.large.place(data, oid))
    except (WrongContent, FileNotFoundError) as error:
        if call.hub.links.has(repo_id, oid):  # completed by another request in the meantime
            return
        if isinstance(error, WrongContent):
            raise HubProblem(422, f"{error} Send the object again.") from None
        raise
    finally:
        call.hub.parts.drop(upload)


def verify(call: Call) -> dict[str, Any]:
    """Say whether an object arrived."""
    if "signature" in call.query:  # git-lfs sends no token to an address that it was given
        repo_id = _signed(call, "verify")["repo"]
    else:
        _check_login(call)
        repo_id = call.repo_for_proposing().id
    fault = _fault(call.body)
    if fault:
        raise HubProblem(422, fault["error"]["message"])
    oid, size = call.body["oid"], call.body["size"]
    stored = call.hub.large.size(oid)
    if stored is None or not call.hub.links.has(repo_id, oid):
        raise HubProblem(404, "This object did not arrive. Upload it again.")
    if stored != size:
        raise HubProblem(422, f"The object has {stored} bytes, not {size}.")
    return {"oid": oid, "size": size}


def _routes() -> list[Route]:
    found: list[Route] = []
    for prefix in ("/{kind:kind}", ""):
        for ending in (".git", ""):
            repo = f"{prefix}/{{namespace:part}}/{{name:{'dotgit' if ending else 'part'}}}"
            found += [
                Route(f"{repo}/info/lfs/objects/batch", route(batch, body="json"), methods=["POST"]),
                Route(f"{repo}/info/lfs/verify", route(verify, body="json"), methods=["POST"]),
            ]
    return found


ROUTES = [
    Route("/api/lfs/objects/{oid:oid}", guarded(put_object), methods=["PUT"]),
    Route("/api/lfs/objects/{oid:oid}", route(get_object)),
    Route("/api/lfs/parts/{upload:hex}/{number:int}", guarded(put_part), methods=["PUT"]),
    Route("/api/lfs/complete/{upload:hex}", route(complete, body="json"), methods=["POST"]),
    *_routes(),
]
