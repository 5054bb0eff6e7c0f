"""A Hub in this process: for notebooks, class rooms and tests."""

from __future__ import annotations

import atexit
import errno
import http.client
import secrets
import socket
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import uvicorn

from hubnb.server.accounts import add_account, add_token, hash_token
from hubnb.server.app import create_app
from hubnb.server.faults import Faults
from hubnb.server.hub import Hub
from hubnb.server.protocol import HubProtocol
from hubnb.server.samples import add_samples
from hubnb.server.seed import apply
from hubnb.server.seedfile import Seed, load_seed

if TYPE_CHECKING:
    from collections import deque
    from types import TracebackType

    from hubnb.server.faults import SeenRequest

_H = TypeVar("_H", bound="LocalHub")
_START_S = 15.0
_STOP_S = 5.0
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class LocalHub:
    """An embedded Hub: real repositories on disk, real HTTP, no account anywhere.

    Parameters
    ----------
    data_dir
        Where it keeps everything. None means a temporary folder that is gone after `close`.
    seed
        A seed file (``hub-seed/1``) with users, organisations and repositories. Without one there is a single user
        ``me`` with one random write token.
    host, port
        Where to listen; port 0 takes a free one.
    samples
        Whether to add repositories to play with.
    fault_route
        Whether faults can be injected over HTTP too, from this machine.
    read_only
        Whether to serve what `data_dir` holds and refuse every change.
    blobs
        URL of a bucket for large files, e.g. ``s3://models/hub``; None for where they have been so far.
    blobs_moved
        Whether the large files were copied to `blobs` from where they have been so far.
    private_webhooks
        Whether webhooks may name addresses in the network of this machine. They may on a Hub that listens for this
        machine only; on one that others reach they could be used to reach what others must not.

    Attributes
    ----------
    endpoint
        Its address, for ``HF_ENDPOINT`` or ``endpoint=``.
    user
        Name of the first user.
    token
        A write token of that user.
    faults
        Makes the Hub misbehave, for tests; see `hubnb.server.faults.Faults`.

    Raises
    ------
    OSError
        If the port is taken or the folder can't be used.
    ValueError
        If the seed file is wrong; the message names the place.

    Examples
    --------
    >>> with LocalHub() as hub:
    ...     create_repo("me/digits", endpoint=hub.endpoint, token=hub.token)
    """

    def __init__(
        self,
        *,
        data_dir: str | Path | None = None,
        seed: str | Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        samples: bool = False,
        fault_route: bool = False,
        read_only: bool = False,
        blobs: str | None = None,
        blobs_moved: bool = False,
        private_webhooks: bool = False,
    ) -> None:
        if read_only and (data_dir is None or seed is not None or samples):
            message = (
                "A read-only Hub serves what a data folder holds: it needs data_dir, and takes no seed or samples."
            )
            raise ValueError(message)
        self._read_only, self._blobs, self._blobs_moved = read_only, blobs, blobs_moved
        self._reaches_private = private_webhooks or host in _LOOPBACK
        self._data_dir = Path(data_dir).expanduser() if data_dir is not None else None
        self._seed_path = Path(seed).expanduser() if seed is not None else None
        self._host, self._port, self._samples = host, port, samples
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._hub: Hub | None = None
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._failure: BaseException | None = None
        self.faults = Faults(fault_route=fault_route)
        self.endpoint = ""
        self.user = "me"
        self.token = ""
        self.token_file: Path | None = None
        """Where the token of a user that the Hub made itself is kept."""

    def __repr__(self) -> str:
        state = self.endpoint or "not started"
        return f"LocalHub({state})"

    @property
    def requests(self) -> deque[SeenRequest]:
        """The last 10,000 requests: method, path, range and status; never headers or bodies."""
        return self.faults.requests

    def __enter__(self: _H) -> _H:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self: _H) -> _H:
        """Start and return once the Hub really answers. A second call does nothing."""
        if self._thread is not None:
            return self
        listener = _listen(self._host, self._port)
        atexit.register(self.close)  # a kernel that ends leaves no folder behind
        try:
            self._hub = self._open()
            self._serve(listener)
        except BaseException:
            listener.close()
            self.close()
            raise
        return self

    def _open(self) -> Hub:
        seed = load_seed(self._seed_path) if self._seed_path is not None else None
        if self._data_dir is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="hubnb-")
        folder = self._data_dir or Path(self._temporary.name if self._temporary else "")
        hub = Hub(folder, read_only=self._read_only, blobs=self._blobs, blobs_moved=self._blobs_moved)
        hub.reaches_private = self._reaches_private
        try:
            if self._read_only:
                self._find_me(hub)
                self._check_strangers(hub)
            else:
                self._populate(hub, seed)
        except BaseException:
            hub.close()
            raise
        return hub

    def _populate(self, hub: Hub, seed: Seed | None) -> None:
        if seed is not None:
            apply(hub, seed)
            self.user, self.token = seed.first_writer()
        elif self._host in _LOOPBACK:
            self._make_me(hub)
        self._check_strangers(hub)
        if self._samples:
            add_samples(hub)

    def _check_strangers(self, hub: Hub) -> None:
        if self._host not in _LOOPBACK and hub.database.one("SELECT 1 FROM tokens") is None:
            message = (
                f"Listening on {self._host} lets other machines in, so the Hub needs a user with a token of your"
                " choice: pass a seed file."
            )
            raise ValueError(message)

    def _make_me(self, hub: Hub) -> None:
        """Keep one user with one token over restarts of the same data folder."""
        if self._find_me(hub):
            return
        self.token_file = hub.folder / "token"
        self.token = f"hf_{secrets.token_urlsafe(32)}"
        add_token(hub.database, add_account(hub.database, self.user), self.token, name="local", role="write")
        self.token_file.touch(mode=0o600)
        self.token_file.chmod(0o600)
        self.token_file.write_text(self.token, encoding="utf-8")

    def _find_me(self, hub: Hub) -> bool:
        """Take up the user and token of an earlier start, if there was one."""
        path = hub.folder / "token"
        try:
            token = path.read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            return False
        row = hub.database.one(
            "SELECT accounts.name FROM tokens JOIN accounts ON accounts.id = user_id WHERE hash = ?", hash_token(token)
        )
        if row is None:
            return False
        self.user, self.token, self.token_file = row["name"], token, path
        return True

    def _serve(self, listener: socket.socket) -> None:
        assert self._hub is not None  # noqa: S101 - opened by start
        host, port = listener.getsockname()[:2]
        config = uvicorn.Config(
            self.faults.wrap(create_app(self._hub)),
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            loop="asyncio",
            http=HubProtocol,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, args=(listener,), name=f"hub-{port}", daemon=True)
        self._thread.start()
        shown = f"[{host}]" if ":" in host else host
        self._wait_until_it_answers(host, port)
        self.endpoint = f"http://{shown}:{port}"

    def _run(self, listener: socket.socket) -> None:
        assert self._server is not None  # noqa: S101 - made by _serve
        try:
            self._server.run(sockets=[listener])  # in a loop of its own: the notebook's is somebody else's
        except BaseException as error:
            self._failure = error

    def _wait_until_it_answers(self, host: str, port: int) -> None:
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline and self._failure is None:
            connection = http.client.HTTPConnection(reachable, port, timeout=_START_S)
            try:
                connection.request("GET", "/api/agent-harnesses")
                connection.getresponse().read()
            except OSError:
                time.sleep(0.01)
            else:
                self.faults.requests.clear()
                return
            finally:
                connection.close()
        message = f"The Hub did not start on {host}:{port}: {self._failure or 'it does not answer'}."
        raise OSError(message)

    def close(self) -> None:
        """Stop, free the port, and remove a temporary data folder. A second call does nothing."""
        atexit.unregister(self.close)
        self.faults.clear()
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(_STOP_S)
            self._thread = None
        self._server = None
        if self._hub is not None:
            self._hub.close()
            self._hub = None
        if self._temporary is not None:
            self._temporary.cleanup()
            self._temporary = None


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named because asyncio turns Nagle's delay off only where it is: 40 ms a small answer.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            message = f"Port {port} on {host} is in use. Choose another, or 0 for any free one."
        else:
            message = f"Can't listen on {host}:{port} ({error.strerror or error})."
        raise OSError(error.errno, message) from None
    except OverflowError:
        listener.close()
        message = f"Port {port} is not between 0 and 65535."
        raise OSError(errno.EINVAL, message) from None
    return listener
