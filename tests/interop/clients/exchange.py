"""Write one file as this client does, or read the whole repository and say what was read.

Usage: exchange.py write|read REPO NAME
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

from huggingface_hub import HfApi

DO, REPO, NAME = sys.argv[1:4]
CONTENT = (NAME * 100_000).encode()
api = HfApi()
if DO == "write":
    api.upload_file(path_or_fileobj=CONTENT, path_in_repo=f"from/{NAME}.bin", repo_id=REPO)
    api.upload_file(path_or_fileobj=NAME.encode(), path_in_repo=f"from/{NAME}.txt", repo_id=REPO)
    sys.stdout.write("{}\n")
else:
    root = Path(api.snapshot_download(REPO, allow_patterns="from/*"))
    read = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in root.glob("from/*")}
    sys.stdout.write(json.dumps(read) + "\n")
