"""The files themselves."""

from __future__ import annotations

import mimetypes
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.routing import Route

from hubnb.server import accounts, repositories
from hubnb.server.call import Call, guarded, route
from hubnb.server.files import Pieces, large_file
from hubnb.server.paths import WEB_REPOS
from hubnb.server.ranges import Slice, Unsatisfiable, matches, requested_slice
from hubnb.server.routes.tree import split_revision
from hubnb.server.wire import HubProblem, entry_not_found, header_text, is_true, words

if TYPE_CHECKING:
    from starlette.requests import Request

    from hubnb.server.snapshot import Entry

_TEXT_ENDINGS = words(
    ".md .txt .py .yaml .yml .toml .cfg .ini .csv .tsv .html .htm .xml .svg .js .css .sh .c .h .cpp "
    ".rs .java .tex .log .jinja .gitattributes .gitignore"
)
_IN_MEMORY_BYTES = 1 << 20
_COUNTED = {"config.json", "adapter_config.json", "model_index.json", "hyperparams.yaml", "meta.yaml"}
_SHOWN_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/", "application/pdf")


def media_type(name: str) -> str:
    """Return a type under which a stranger's file can be shown without running: no HTML, no SVG, no script."""
    lower = name.lower()
    if lower.endswith((".json", ".ipynb")):
        return "application/json; charset=utf-8"
    if lower.endswith(tuple(_TEXT_ENDINGS)) or lower in {"license", "dockerfile", "makefile"}:
        return "text/plain; charset=utf-8"
    guessed, _ = mimetypes.guess_type(name)
    return guessed if guessed is not None and guessed.startswith(_SHOWN_TYPES) else "application/octet-stream"


def _disposition(name: str, *, download: bool) -> str:
    plain = header_text(name).replace("\\", "_").replace('"', "_")
    kind = "attachment" if download else "inline"
    return f"{kind}; filename*=UTF-8''{quote(name, safe='')}; filename=\"{plain}\";"


async def resolve(request: Request) -> Response:
    """Send a file; from here where all it takes is at hand, because a thread would cost more than the answer."""
    call = Call(request)
    if _is_at_hand(call):
        return _resolve(call)
    return await run_in_threadpool(_resolve_and_count, call)


def _is_at_hand(call: Call) -> bool:
    hub, parts = call.hub, call.parameters
    return (
        "cookie" not in call.request.headers
        and accounts.is_remembered(hub.database, call.request.headers.get("authorization"))
        and repositories.is_remembered(hub, call.repo_type, parts["namespace"], parts["name"])
        and not call.repo.gated
        and hub.at_hand(call.repo.id, parts["revision"], parts["path"].strip("/"))
    )


def _resolve_and_count(call: Call) -> Response:
    answer = _resolve(call)
    if call.hub.counts_are_due():
        call.hub.write_downloads()
    return answer


def _resolve(call: Call) -> Response:
    call.repo_for_reading()
    commit, path = split_revision(call)
    entry = call.snapshot(commit).file(path)
    if entry is None:
        raise entry_not_found(commit)
    return _send(call, commit, entry, raw=False)


def raw(call: Call) -> Response:
    """Send a file as git keeps it: the pointer of a large one."""
    call.repo_for_reading()
    commit, path = split_revision(call)
    entry = call.snapshot(commit).file(path)
    if entry is None:
        raise entry_not_found(commit)
    return _send(call, commit, entry, raw=True)


def _send(call: Call, commit: str, entry: Entry, *, raw: bool) -> Response:
    pointer = None if raw else entry.pointer
    # Asked of the repository, not of the disk: a pushed pointer must not open another one's files.
    if pointer and not call.hub.links.has(call.repo.id, pointer.oid):
        raise entry_not_found(commit, f"The content of {entry.path} was never uploaded to this repository.")
    size = entry.pointer_size if raw and entry.pointer else entry.size
    etag = f'"{pointer.oid if pointer else entry.oid}"'
    name = entry.path.rpartition("/")[2]
    headers = {
        "X-Repo-Commit": commit,
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Content-Type": media_type(name),
        "Content-Disposition": _disposition(name, download=is_true(call.query.get("download"))),
        # Strangers' bytes on our address: never sniffed into HTML, never run.
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "no-cache",
        "Vary": "Authorization",
    }
    if pointer:
        headers["X-Linked-Etag"] = etag
        headers["X-Linked-Size"] = str(size)
    asked = call.request.headers
    if "if-match" in asked and not matches(asked["if-match"], etag):
        raise HubProblem(412, "The file is not the one named in If-Match.", headers={"ETag": etag})
    if "if-none-match" in asked and matches(asked["if-none-match"], etag):
        return Response(status_code=304, headers=headers)
    try:
        part = requested_slice(asked, size, etag)
    except Unsatisfiable:
        raise HubProblem(
            416,
            f"The range lies beyond the {size} bytes of this file.",
            headers={**headers, "Content-Range": f"bytes */{size}", "Content-Type": "application/json; charset=utf-8"},
        ) from None
    status = 200
    if part is not None:
        status = 206
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{size}"
    if call.request.method == "GET" and (part is None or part.start == 0) and _counts(call.repo_type, entry.path):
        call.hub.count_download(call.repo.id)
    return _body(call, entry, part or Slice(0, size), status, headers, raw=raw)


def _counts(repo_type: str, path: str) -> bool:
    """Say whether fetching this file is a download of the repository: a model is counted by its configuration."""
    if repo_type == "model":
        return path in _COUNTED or path.endswith(".gguf")
    return not path.startswith(".")


def _body(call: Call, entry: Entry, part: Slice, status: int, headers: dict[str, str], *, raw: bool) -> Response:
    if entry.pointer is not None and not raw:
        return large_file(call.hub.large, entry.pointer.oid, entry.size, part, status=status, headers=headers)
    if call.request.method == "HEAD":
        return Response(status_code=status, headers={**headers, "Content-Length": str(part.length)})
    if part.length > _IN_MEMORY_BYTES:
        pieces = call.git.blob_chunks(entry.oid, part.start, part.end)
        return Pieces(pieces, part.length, status=status, headers=headers)
    content = b"".join(call.git.blob_chunks(entry.oid, part.start, part.end))
    return Response(content, status, headers=headers)


ROUTES = [
    *(
        entry
        for repo in WEB_REPOS  # datasets before models: a data set may be called "resolve"
        for entry in (
            Route(f"{repo}/resolve/{{revision:part}}/{{path:rest}}", guarded(resolve)),
            Route(f"{repo}/raw/{{revision:part}}/{{path:rest}}", route(raw)),
        )
    ),
    Route("/api/resolve-cache/{kind:kind}/{namespace:part}/{name:part}/{revision:part}/{path:rest}", guarded(resolve)),
]
