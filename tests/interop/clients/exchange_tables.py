"""Write one file as this client does, through ``hf://``, or read the whole repository and say what was read.

Usage: exchange_tables.py write|read REPO NAME
"""

from __future__ import annotations

import hashlib
import json
import sys

import fsspec

DO, REPO, NAME = sys.argv[1:4]
if DO == "write":
    for ending, content in ((".bin", (NAME * 100_000).encode()), (".txt", NAME.encode())):
        with fsspec.open(f"hf://{REPO}/from/{NAME}{ending}", "wb") as stream:
            stream.write(content)
    sys.stdout.write("{}\n")
else:
    system, _ = fsspec.core.url_to_fs(f"hf://{REPO}/from")
    read = {
        path.rpartition("/")[2]: hashlib.sha256(system.cat_file(path)).hexdigest()
        for path in system.ls(f"{REPO}/from", detail=False)
    }
    sys.stdout.write(json.dumps(read) + "\n")
