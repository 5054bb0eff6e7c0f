"""What `hubnb serve` gives beside nginx: one large file, and many small ones over connections that stay open.

Both serve the same bytes to the same reader in turns, in one run. Without nginx on the machine only the Hub's own
figures are printed.

Usage: python benchmarks/serve_file.py [--mib 2048] [--files 1000] [--connections 4] [--runs 5]
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness import Served, random_file, served

import hubnb

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

REPO = "me/bench"
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


class Reader:
    """Reads answers and throws them away, over connections that stay open."""

    def __init__(self, endpoint: str, headers: str = "") -> None:
        parts = urlsplit(endpoint)
        self._address = (parts.hostname or "", parts.port or 80)
        self._headers = headers

    def read(self, paths: list[str], connections: int) -> float:
        """Fetch `paths`, spread over some connections; return seconds."""
        shares = [paths[number::connections] for number in range(connections)]
        threads = [threading.Thread(target=self._run, args=(share,)) for share in shares if share]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - start

    def _run(self, paths: list[str]) -> None:
        buffer = bytearray(1 << 20)
        with socket.create_connection(self._address) as line:
            for path in paths:
                line.sendall(f"GET {path} HTTP/1.1\r\nHost: bench\r\n{self._headers}\r\n".encode())
                self._drain(line, buffer)

    @staticmethod
    def _drain(line: socket.socket, buffer: bytearray) -> None:
        got = b""
        while b"\r\n\r\n" not in got:
            got += line.recv(65536)
        head, _, body = got.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            sys.exit(f"unexpected answer: {head[:200]!r}")
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
        size = int(fields[b"content-length"])
        left = size - len(body)
        while left:
            left -= line.recv_into(buffer, min(left, len(buffer)))


@contextmanager
def nginx(root: Path, folder: Path) -> Iterator[str]:
    """Serve a folder with nginx."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder.mkdir()
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, root=root))
    (folder / "error.log").touch()
    with subprocess.Popen(["nginx", "-p", str(folder), "-c", str(config)], stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.02)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def fill(hub: Served, mib: int, files: int) -> tuple[str, list[Path]]:
    """Put the files into a repository; return the commit and the local copies, the large one first."""
    dice, source = random.Random(0), hub.folder / "source"
    (source / "small").mkdir(parents=True)
    source.chmod(0o755)
    paths = [random_file(source / "model.safetensors", mib << 20)]
    for number in range(files):
        path = source / "small" / f"{number:05}.txt"
        path.write_bytes(os.urandom(dice.randrange(10_000, 100_000)))
        paths.append(path)
    api = hubnb.HfApi(endpoint=hub.endpoint, token=hub.token)
    api.create_repo(REPO)
    api.upload_folder(repo_id=REPO, folder_path=source)
    return api.repo_info(REPO).sha or "", paths


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=2048)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    with served() as hub:
        hub.folder.chmod(0o755)  # nginx reads as another user
        sha, paths = fill(hub, args.mib, args.files)
        names = [path.relative_to(hub.folder / "source").as_posix() for path in paths]
        ours = Reader(hub.endpoint, f"Authorization: Bearer {hub.token}\r\n"), f"/{REPO}/resolve/{sha}/"
        print(f"{args.mib} MiB file, {args.files} files of 10-100 kB, medians of {args.runs} runs in turns")
        if shutil.which("nginx") is None:
            print("nginx is not installed; these are the Hub's figures alone.")
            compare({"hubnb serve": ours}, names, args)
            return
        with nginx(hub.folder / "source", hub.folder / "nginx") as endpoint:
            compare({"hubnb serve": ours, "nginx": (Reader(endpoint), "/")}, names, args)


def compare(servers: dict[str, tuple[Reader, str]], names: list[str], args: argparse.Namespace) -> None:
    """Time the same reads from each server, in turns."""
    cases = {
        "one stream": (names[:1], 1),
        f"{args.connections} streams": (names[:1] * args.connections, args.connections),
        "small files, 1 connection": (names[1:], 1),
        f"small files, {2 * args.connections} connections": (names[1:], 2 * args.connections),
    }
    for title, (wanted, connections) in cases.items():
        seconds: dict[str, list[float]] = {name: [] for name in servers}
        for number in range(args.runs + 1):
            for name, (reader, prefix) in servers.items():
                took = reader.read([prefix + path for path in wanted], connections)
                seconds[name] += [took] if number else []
        figures = {name: median(values) for name, values in seconds.items()}
        size = args.mib / 1024 * len(wanted) if "stream" in title else 0
        shown = [f"{name} {size / took:.2f} GiB/s" if size else f"{name} {len(wanted) / took:.0f}/s"
                 for name, took in figures.items()]  # fmt: skip
        ratio = f"   {figures['nginx'] / figures['hubnb serve']:.0%} of nginx" if "nginx" in figures else ""
        print(f"{title:32}{',  '.join(shown)}{ratio}")


if __name__ == "__main__":
    main()
