"""The `requests` session of this process: the built-in one, or the one the user made.

The built-in one takes the short way where it can: `requests` spends half a millisecond of Python on each call
to merge what a session might hold (cookies, hooks, environment), which is longer than a small file takes to
arrive. A user's own session gets every request whole, for nobody knows what it does with it.
"""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SEND_BLOCK_BYTES = 1 << 20
# The system would take megabytes that are sent later, also after a cancel; what is on its way does not count here.
_SHORT_QUEUE = [
    (socket.IPPROTO_TCP, option, 64 << 10)
    for option in [getattr(socket, "TCP_NOTSENT_LOWAT", None)]
    if option is not None
]


class _SelfSending:
    """A connection that lets a body send itself, if it can: it knows how to do that best, and how to be stopped."""

    def request(self, method: str, url: str, body: Any = None, headers: Any = None, **kwargs: Any) -> None:
        send_to = getattr(body, "send_to", None)
        parent: Any = super()
        parent.request(method, url, body if send_to is None else None, headers, **kwargs)
        if send_to is not None:
            send_to(getattr(self, "sock", None))


class _Connection(_SelfSending, HTTPConnection):
    pass


class _TlsConnection(_SelfSending, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType] - its protocol and its class disagree


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection  # pyright: ignore[reportAssignmentType]


class _Adapter(HTTPAdapter):
    """Sends bodies in 1 MiB blocks (the default 16 KiB costs a Python round trip each), and remembers its pools."""

    def __init__(self, **kwargs: Any) -> None:
        self._pools: dict[tuple[str, Any], HTTPConnectionPool] = {}
        super().__init__(**kwargs)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
        defaults: Any = HTTPConnection.default_socket_options  # a list, declared as a Final of urllib3's own
        options = [*defaults, *_SHORT_QUEUE]
        super().init_poolmanager(
            connections, maxsize, block, blocksize=SEND_BLOCK_BYTES, socket_options=options, **kwargs
        )
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def get_connection_with_tls_context(
        self, request: requests.PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> HTTPConnectionPool:
        if proxies or cert:
            return super().get_connection_with_tls_context(request, verify, proxies, cert)
        split = urlsplit(str(request.url))
        key = (f"{split.scheme}://{split.netloc}", verify)
        if key not in self._pools:
            self._pools[key] = super().get_connection_with_tls_context(request, verify)
        return self._pools[key]


class _Bearer(AuthBase):
    """Sets the header itself; being an `auth` at all keeps `requests` from asking `.netrc`."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _Session(requests.Session):
    """The built-in session."""

    def __init__(self) -> None:
        super().__init__()
        # `requests` would read the environment for every request; the sender reads it once for each origin.
        # `.netrc` stays out as well.
        self.trust_env = False
        adapter = _Adapter(pool_connections=16, pool_maxsize=64)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def fetch(
        self,
        method: str,
        url: str,
        token: str | None,
        headers: Mapping[str, str],
        *,
        stream: bool = False,
        proxies: Any = None,
        **kwargs: Any,
    ) -> requests.Response:
        """Send a request without a body the short way: no cookies, no hooks, the address as it is."""
        request = requests.PreparedRequest()
        request.prepare_method(method)
        request.url = url
        request.headers = CaseInsensitiveDict({**self.headers, **headers})
        if token:
            request.headers["Authorization"] = f"Bearer {token}"
        response = self.get_adapter(url).send(request, stream=stream, proxies=proxies or {}, **kwargs)
        if not stream:
            _ = response.content  # read now, while whoever retries is listening
        return response


class _SharedSession:
    """The session of this process: made on first use, made anew after a fork or `configure_http`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._factory: Callable[[], requests.Session] = _Session
        self._session: requests.Session | None = None
        self._pid = -1

    def configure(self, factory: Callable[[], requests.Session] | None) -> None:
        with self._lock:
            self._factory = factory or _Session
            self._session = None

    def get(self) -> requests.Session:
        with self._lock:
            if self._session is None or self._pid != os.getpid():
                self._session = self._factory()
                self._pid = os.getpid()
            return self._session


_shared = _SharedSession()


def configure_http(session_factory: Callable[[], requests.Session] | None = None) -> None:
    """Use your own `requests.Session` (proxies, CA bundle, client certificate, adapters) from now on.

    Parameters
    ----------
    session_factory
        Called once a process to make the session; None goes back to the built-in one.
    """
    _shared.configure(session_factory)


def shared_session() -> requests.Session:
    """Give the session of this process."""
    return _shared.get()


def send(
    session: requests.Session, method: str, url: str, token: str | None, *, headers: Mapping[str, str], **kwargs: Any
) -> requests.Response:
    """Send; what an error or a debugger prints of the request afterwards does not hold the token."""
    request: requests.PreparedRequest | None = None
    plain = url.isascii() and all(kwargs.get(name) is None for name in ("params", "json", "data"))
    try:
        if isinstance(session, _Session) and plain and method in ("GET", "HEAD"):
            short = {name: kwargs[name] for name in ("stream", "timeout", "verify", "proxies") if name in kwargs}
            response = session.fetch(method, url, token, headers, **short)
        else:
            auth = _Bearer(token)
            response = session.request(method, url, auth=auth, headers=dict(headers), allow_redirects=False, **kwargs)
        request = response.request
        return response
    except requests.RequestException as error:
        request = error.request if isinstance(error.request, requests.PreparedRequest) else None
        raise
    finally:
        if request is not None:
            request.headers.pop("Authorization", None)
