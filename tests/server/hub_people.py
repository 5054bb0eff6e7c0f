"""People who talk to a Hub in tests."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
from dataclasses import dataclass, field
from typing import Any

import requests

SEED = {
    "format": "hub-seed/1",
    "users": [
        {
            "name": "alice",
            "fullname": "Alice A.",
            "email": "alice@example.org",
            "tokens": [
                {"token": "hf_alice_write", "name": "laptop", "role": "write"},
                {"token": "hf_alice_read", "name": "reader", "role": "read"},
                {"token": "hf_alice_fine", "name": "fine", "role": "fineGrained"},
            ],
        },
        {"name": "bob", "tokens": [{"token": "hf_bob_write", "role": "write"}]},
        {"name": "carol", "tokens": [{"token": "hf_carol_write", "role": "write"}]},
        {"name": "dave", "tokens": [{"token": "hf_dave_write", "role": "write"}]},
    ],
    "organizations": [
        {
            "name": "acme",
            "fullname": "Acme Inc.",
            "members": [
                {"user": "alice", "role": "admin"},
                {"user": "bob", "role": "read"},
                {"user": "carol", "role": "contributor"},
            ],
        },
        {"name": "vault", "default_repo_visibility": "private", "members": [{"user": "alice", "role": "write"}]},
    ],
}
LARGE = b"large content " * 1000
_numbers = itertools.count()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def blob_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass
class Person:
    """Somebody who talks to the Hub."""

    endpoint: str
    token: str | None
    name: str | None
    session: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        url = path if path.startswith("http") else self.endpoint + path
        return self.session.request(
            method, url, headers={**headers, **options.pop("headers", {})}, timeout=30, allow_redirects=False, **options
        )

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.ask("GET", path, **options)

    def post(self, path: str, **options: Any) -> requests.Response:
        return self.ask("POST", path, **options)

    def create(self, name: str | None = None, *, organization: str | None = None, **body: Any) -> str:
        """Make a repository and return its id."""
        name = name or f"repo-{next(_numbers)}"
        answer = self.post("/api/repos/create", json={"name": name, "organization": organization, **body})
        assert answer.status_code == 200, answer.text
        return answer.json()["name"]

    def commit(self, repo: str, *operations: tuple[str, dict[str, Any]], revision: str = "main", **header: Any):
        lines = [("header", {"summary": "A change", **header}), *operations]
        body = "\n".join(json.dumps({"key": key, "value": value}) for key, value in lines)
        return self.post(
            f"/api/{kind_of(repo)}/{plain(repo)}/commit/{revision}",
            data=body,
            headers={"Content-Type": "application/x-ndjson"},
        )

    def put(self, repo: str, files: dict[str, bytes], **header: Any) -> str:
        """Commit regular files and return the new head."""
        answer = self.commit(repo, *[file(path, content) for path, content in files.items()], **header)
        assert answer.status_code == 200, answer.text
        return answer.json()["commitOid"]

    def batch(
        self,
        repo: str,
        content: bytes,
        *,
        transfers: tuple[str, ...] = ("basic",),
        operation: str = "upload",
        branch: str | None = "main",
    ):
        item = {"oid": sha256(content), "size": len(content)}
        body = {"operation": operation, "transfers": transfers, "objects": [item], "hash_algo": "sha256"}
        if branch is not None:
            body["ref"] = {"name": branch}
        return self.post(f"/{repo}.git/info/lfs/objects/batch", json=body)

    def upload(self, repo: str, content: bytes) -> dict[str, Any]:
        """Upload a large file and return what a commit says of it."""
        found = self.batch(repo, content).json()["objects"][0]
        if "actions" in found:
            sent = requests.put(found["actions"]["upload"]["href"], data=content, timeout=30)
            assert sent.status_code == 200, sent.text
            verified = self.post(found["actions"]["verify"]["href"], json={"oid": found["oid"], "size": len(content)})
            assert verified.status_code == 200, verified.text
        return {"algo": "sha256", "oid": sha256(content), "size": len(content)}

    def put_large(self, repo: str, path: str, content: bytes) -> str:
        answer = self.commit(repo, ("lfsFile", {"path": path, **self.upload(repo, content)}))
        assert answer.status_code == 200, answer.text
        return answer.json()["commitOid"]

    def read(self, repo: str, path: str, revision: str = "main", **options: Any) -> requests.Response:
        return self.get(f"/{repo}/resolve/{revision}/{path}", **options)

    def head(self, repo: str, revision: str = "main") -> str:
        return self.get(f"/api/{kind_of(repo)}/{plain(repo)}/revision/{revision}").json()["sha"]

    def paths(self, repo: str, revision: str = "main") -> list[str]:
        tree = self.get(f"/api/{kind_of(repo)}/{plain(repo)}/tree/{revision}?recursive=true").json()
        return [entry["path"] for entry in tree if entry["type"] == "file"]


def kind_of(repo: str) -> str:
    first = repo.split("/")[0]
    return first if first in {"datasets", "spaces"} else "models"


def plain(repo: str) -> str:
    return repo.removeprefix("datasets/").removeprefix("spaces/")


def file(path: str, content: bytes) -> tuple[str, dict[str, Any]]:
    return "file", {"path": path, "content": base64.b64encode(content).decode(), "encoding": "base64"}
