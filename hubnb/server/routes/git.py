"""Git over HTTP: clone, fetch, push."""

from __future__ import annotations

import io
import tempfile
from typing import IO, TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from hubnb.server import gitwire
from hubnb.server.bodies import decoded
from hubnb.server.call import Call, guarded
from hubnb.server.files import CHUNK_BYTES
from hubnb.server.gitwire import RECEIVE, UPLOAD, Served
from hubnb.server.packcheck import Pack, TooLarge, read_commands, refusal
from hubnb.server.paths import GIT_REPOS
from hubnb.server.routes.commits import may_link
from hubnb.server.wire import HubProblem, bad_request

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from hubnb.server.repositories import Repository

_IN_MEMORY_BYTES = 4 << 20


class SpooledAnswer(Response):
    """What git is told, from memory or, if it is long, from a temporary file that ends with the answer."""

    def __init__(self, media_type: str, folder: str | None) -> None:
        super().__init__(headers={"Cache-Control": "no-cache, max-age=0, must-revalidate"}, media_type=media_type)
        self.out: Any = tempfile.SpooledTemporaryFile(_IN_MEMORY_BYTES, dir=folder)  # noqa: SIM115 - closed by __call__

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send it."""
        with self.out:
            self.headers["Content-Length"] = str(self.out.tell())
            self.out.seek(0)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            while chunk := await run_in_threadpool(self.out.read, CHUNK_BYTES):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})


async def info_refs(request: Request) -> Response:
    """List refs, which is how every conversation with git begins."""
    call = Call(request)
    service = call.query.get("service")
    if service not in {UPLOAD, RECEIVE}:
        message = "Only git's smart protocol is spoken here: service=git-upload-pack or git-receive-pack."
        raise bad_request(message)
    return await run_in_threadpool(_advertise, call, service)


def _advertise(call: Call, service: str) -> Response:
    repo = _repo(call, service)
    answer = SpooledAnswer(f"application/x-{service}-advertisement", call.hub.scratch)
    with Served(call.hub.git(repo.id)) as git:
        gitwire.serve(service, git, io.BytesIO(), answer.out, advertise=True)
    return answer


def _repo(call: Call, service: str) -> Repository:
    """Return the repository; ask git, which never sends a password at first, for one where it could help."""
    try:
        return call.repo_for_writing() if service == RECEIVE else call.repo_for_reading()
    except HubProblem as problem:
        if problem.status in {401, 404} and call.request.headers.get("authorization") is None:
            headers = {"WWW-Authenticate": 'Basic realm="Hub", charset="UTF-8"'}
            raise HubProblem(401, "Give your token as the password.", headers=headers) from None
        raise


def service(name: str) -> Any:
    """Return the endpoint of one service."""

    async def serve(request: Request) -> Response:
        call = Call(request)
        repo = await run_in_threadpool(_repo, call, name)
        with tempfile.TemporaryFile(dir=call.hub.scratch) as source:
            piece = bytearray()
            async for chunk in decoded(request):
                piece += chunk
                if len(piece) >= CHUNK_BYTES:  # a thread for each small chunk would cost more than the disk
                    await run_in_threadpool(source.write, piece)
                    piece = bytearray()
            await run_in_threadpool(source.write, piece)
            source.seek(0)
            return await run_in_threadpool(_serve, call, repo, name, source)

    return guarded(serve)


def _serve(call: Call, repo: Repository, name: str, source: IO[bytes]) -> Response:
    answer = SpooledAnswer(f"application/x-{name}-result", call.hub.scratch)
    try:
        if name == RECEIVE:
            refs, capabilities = read_commands(source)
            try:
                Pack(source).check()
            except TooLarge as error:
                answer.out.write(refusal(refs, capabilities, str(error)))
                return answer
            source.seek(0)
            gitwire.receive(call.hub, repo, source, answer.out, may_link=lambda oid: may_link(call, oid))
        else:
            with Served(call.hub.git(repo.id)) as git:
                gitwire.serve(name, git, source, answer.out)
    except BaseException:
        answer.out.close()
        raise
    return answer


ROUTES = [
    entry
    for repo in GIT_REPOS
    for entry in (
        Route(f"{repo}/info/refs", guarded(info_refs)),
        Route(f"{repo}/{UPLOAD}", service(UPLOAD), methods=["POST"]),
        Route(f"{repo}/{RECEIVE}", service(RECEIVE), methods=["POST"]),
    )
]
