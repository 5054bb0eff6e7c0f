"""Requests that the Hub itself sends to addresses its users gave.

A user's address must not become a way into the network of the machine that the Hub runs on: its own services, its
neighbours, the cloud's address of secrets. So unless told otherwise only addresses of the public internet are spoken
to, and what was checked is what is connected to: the name is asked for once.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

_TIMEOUT_S = 10.0


class ForbiddenAddress(OSError):  # noqa: N818 - a refusal, not a failure
    """An address in a network that is nobody's business."""


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public internet."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in ipaddress.ip_network("64:ff9b::/96"):  # NAT64: an IPv4 address in disguise
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None and not is_public(str(inner)):
            return False
    return parsed.is_global and not parsed.is_multicast


def connect(host: str, port: int, *, private: bool) -> socket.socket:
    """Connect to a host.

    Raises
    ------
    ForbiddenAddress
        If one of its addresses isn't public, unless `private` ones may be spoken to.
    OSError
        If it can't be reached.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    hidden = [] if private else [address for address in addresses if not is_public(address)]
    if hidden:
        message = f"{host} is at {hidden[0]}, which is no address of the public internet"
        raise ForbiddenAddress(message)
    fault: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), _TIMEOUT_S)
        except OSError as error:
            fault = error
    raise fault or OSError(f"{host} has no address")


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was looked at."""

    def __init__(self, host: str, port: int, *, encrypted: bool, private: bool) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_S)
        self._encrypted, self._private = encrypted, private
        self.default_port = 443 if encrypted else 80

    def connect(self) -> None:
        """Connect, and encrypt for the name that was asked for."""
        self.sock = connect(self.host, self.port, private=self._private)
        if self._encrypted:
            self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def post(url: str, headers: dict[str, str], body: bytes, *, private: bool) -> int:
    """Send a body and return the status of the answer; redirects aren't followed.

    Parameters
    ----------
    url, headers, body
        What to send, and where to.
    private
        Whether addresses of this machine and its network may be spoken to.

    Raises
    ------
    OSError, ValueError, http.client.HTTPException
        If it can't be done.
    """
    parts = urlsplit(url)
    encrypted = parts.scheme == "https"
    port = parts.port or (443 if encrypted else 80)
    connection = _Connection(parts.hostname or "", port, encrypted=encrypted, private=private)
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
