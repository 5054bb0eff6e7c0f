"""What `InferenceClient` costs a call, beside raw `requests` on the same endpoint of the embedded Hub.

Run: python benchmarks/inference_overhead.py [calls]
"""

from __future__ import annotations

import os
import statistics
import sys
import time

import requests

import hubnb
from hubnb.inference import InferenceClient

CALLS = int(sys.argv[1]) if len(sys.argv) > 1 else 400


def timed(call) -> float:
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def main() -> None:
    with hubnb.LocalHub() as hub:
        os.environ.update(HF_ENDPOINT=hub.endpoint, HF_TOKEN=hub.token)
        api = hubnb.HfApi()
        repo_id = api.create_repo("me/overhead").repo_id
        card = b"---\npipeline_tag: text-classification\n---\n"
        api.upload_file(path_or_fileobj=card, path_in_repo="README.md", repo_id=repo_id)
        client = InferenceClient(repo_id)
        session = requests.Session()
        url = client.destination("text-classification").url
        headers = {"Authorization": f"Bearer {hub.token}"}

        def raw() -> None:
            session.post(url, json={"inputs": "I like you"}, headers=headers).json()

        def ours() -> None:
            client.text_classification("I like you")

        for call in (raw, ours):
            for _ in range(50):
                call()
        # taken in turns, so that a slow moment of the machine hits both
        pairs = [(timed(raw), timed(ours)) for _ in range(CALLS)]
        plain = statistics.median(one for one, _ in pairs)
        whole = statistics.median(one for _, one in pairs)
        print(f"requests          {plain:7.3f} ms a call (median of {CALLS})")
        print(f"InferenceClient   {whole:7.3f} ms a call")
        print(f"overhead          {whole - plain:7.3f} ms a call (at most 1 is promised)")


if __name__ == "__main__":
    main()
