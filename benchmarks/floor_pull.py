"""The machine's limit for a pull: raw sockets, ranges, pwrite and sha-256, and nothing else.

Usage: floor_pull.py URL TARGET CONNECTIONS SHA256 (the token comes from HF_TOKEN).
"""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import threading
from urllib.parse import urlsplit

PIECE_BYTES = 1 << 20


def request(url: str, start: int, end: int | None) -> tuple[socket.socket, bytes, int]:
    """Ask for a range; gives the socket, the first body bytes and the size of the whole file."""
    parts = urlsplit(url)
    connection = socket.create_connection((parts.hostname or "", parts.port or 80))
    lines = [
        f"GET {parts.path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"Authorization: Bearer {os.environ['HF_TOKEN']}",
        f"Range: bytes={start}-{'' if end is None else end - 1}",
        "Connection: close",
    ]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    head = b""
    while b"\r\n\r\n" not in head:
        head += connection.recv(65536)
    head, _, body = head.partition(b"\r\n\r\n")
    total = next(
        int(line.rsplit(b"/", 1)[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-range")
    )
    return connection, body, total


def main(url: str, target: str, connections: int, sha256: str) -> None:
    """Fetch, write and hash."""
    probe, _, size = request(url, 0, 1)
    probe.close()
    descriptor = os.open(target, os.O_RDWR | os.O_CREAT | os.O_TRUNC)
    os.posix_fallocate(descriptor, 0, size)
    edges = [size * number // connections for number in range(connections + 1)]
    reached = list(edges[:-1])
    grown = threading.Condition()

    def fetch(number: int) -> None:
        connection, body, _ = request(url, edges[number], edges[number + 1])
        os.pwrite(descriptor, body, reached[number])
        at = reached[number] + len(body)
        buffer = memoryview(bytearray(PIECE_BYTES))
        while at < edges[number + 1]:
            count = connection.recv_into(buffer)
            os.pwrite(descriptor, buffer[:count], at)
            at += count
            reached[number] = at
            with grown:
                grown.notify()
        reached[number] = at

    threads = [threading.Thread(target=fetch, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    digest, hashed = hashlib.sha256(), 0
    for number in range(connections):
        while hashed < edges[number + 1]:
            with grown:
                while reached[number] <= hashed:
                    grown.wait(0.05)
            block = os.pread(descriptor, min(4 * PIECE_BYTES, reached[number] - hashed), hashed)
            digest.update(block)
            hashed += len(block)
    if digest.hexdigest() != sha256:
        sys.exit("wrong bytes")
    os.fsync(descriptor)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
