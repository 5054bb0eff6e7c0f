"""One large file over a line like the Internet's: each connection is slow, and answers come late.

Between client and Hub stands a small proxy that lets every connection through at 20 MB/s and delays what it
carries by 40 ms each way. Pulled by hubnb, by huggingface_hub and by curl, which uses one connection.

Usage: python benchmarks/pull_wan.py [--mib 256] [--runs 3] [--mb-per-s 20] [--delay-ms 40]
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from harness import PYTHON, Contestant, race, random_file, report, served

import hubnb

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

OURS = "import hubnb; hubnb.hf_hub_download('me/bench', 'big.safetensors')"
REFERENCE = "import huggingface_hub as h; h.hf_hub_download('me/bench', 'big.safetensors')"
PIECE_BYTES = 128 << 10


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=256)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--mb-per-s", type=float, default=20)
    parser.add_argument("--delay-ms", type=float, default=40)
    args = parser.parse_args()
    with served() as near:
        api = hubnb.HfApi(endpoint=near.endpoint, token=near.token)
        api.create_repo("me/bench")
        source = random_file(near.folder / "big.safetensors", args.mib << 20)
        api.upload_file(path_or_fileobj=source, path_in_repo=source.name, repo_id="me/bench")
        source.unlink()
        port = start_proxy(urlsplit(near.endpoint).port or 80, args.mb_per_s * 1e6, args.delay_ms / 1e3)
        hub = replace(near, endpoint=f"http://127.0.0.1:{port}")
        target = hub.folder / "out.bin"
        url = f"{hub.endpoint}/me/bench/resolve/main/big.safetensors"
        curl = ["curl", "-sSfL", "-H", f"Authorization: Bearer {hub.token}", "-o", str(target), url]
        contestants = [
            Contestant("hubnb (verified)", [PYTHON, "-c", OURS], hub.forget_cache),
            Contestant("huggingface_hub", [PYTHON, "-c", REFERENCE], hub.forget_cache),
            Contestant("curl, one connection", curl, lambda: target.unlink(missing_ok=True)),
        ]
        race(contestants, hub.environment, runs=args.runs)
    line = f"{args.mb_per_s:g} MB/s a connection, {args.delay_ms:g} ms each way"
    report(f"Pull one file of {args.mib} MiB, {line}", contestants)


def start_proxy(hub_port: int, bytes_per_s: float, delay_s: float) -> int:
    """Run the proxy in a process of its own, which ends with this one; gives its port."""
    spawned = multiprocessing.get_context("spawn")
    here, there = spawned.Pipe()
    spawned.Process(target=run_proxy, args=(hub_port, bytes_per_s, delay_s, there), daemon=True).start()
    return here.recv()


def run_proxy(hub_port: int, bytes_per_s: float, delay_s: float, ready: Connection) -> None:
    """Be the proxy until the end."""
    asyncio.run(serve(hub_port, bytes_per_s, delay_s, ready))


async def serve(hub_port: int, bytes_per_s: float, delay_s: float, ready: Connection) -> None:
    """Join every client to the Hub by a slow line."""

    async def join(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(delay_s)  # the way to the Hub and back that opening a connection takes
        hub_reader, hub_writer = await asyncio.open_connection("127.0.0.1", hub_port, limit=PIECE_BYTES)
        await asyncio.gather(
            carry(reader, hub_writer, bytes_per_s, delay_s), carry(hub_reader, writer, bytes_per_s, delay_s)
        )

    server = await asyncio.start_server(join, "127.0.0.1", 0, limit=PIECE_BYTES)
    ready.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, bytes_per_s: float, delay_s: float) -> None:
    """Carry one direction: what comes in leaves `delay_s` later, and no faster than the line."""
    # As many bytes as the line holds while they travel, and a little for the clock's steps.
    on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(2 + int(bytes_per_s * delay_s / PIECE_BYTES) * 2)

    async def take_in() -> None:
        free_at = 0.0
        while True:
            try:
                piece = await reader.read(PIECE_BYTES)
            except ConnectionError:
                piece = b""
            free_at = max(free_at, time.monotonic()) + len(piece) / bytes_per_s
            await on_the_way.put((free_at + delay_s, piece))
            if not piece:
                return

    async def give_out() -> None:
        while True:
            due, piece = await on_the_way.get()
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            if not piece:
                break
            try:
                writer.write(piece)
                await writer.drain()
            except ConnectionError:
                break
        writer.close()

    taking = asyncio.create_task(take_in())
    await give_out()
    taking.cancel()


if __name__ == "__main__":
    main()
