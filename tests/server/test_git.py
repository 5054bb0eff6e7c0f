"""git and git-lfs judge the Hub."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from hub_people import Person

pytestmark = pytest.mark.interop


class Git:
    """git in a home of its own."""

    def __init__(self, folder: Path, person: Person) -> None:
        self.folder, self.person = folder, person
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_NOSYSTEM": "1",
        }
        self("config", "--global", "user.email", "a@example.org")
        self("config", "--global", "user.name", "Somebody")
        self("lfs", "install")

    def __call__(self, *arguments: str | Path, at: str = ".", fails: bool = False) -> str:
        done = subprocess.run(
            ["git", *map(str, arguments)],
            cwd=self.folder / at,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def url(self, repo: str) -> str:
        credentials = f"hf_user:{self.person.token}@" if self.person.token else ""
        return self.person.endpoint.replace("http://", f"http://{credentials}") + f"/{repo}"

    def clone(self, repo: str, name: str, *options: str, fails: bool = False) -> str:
        return self("clone", *options, self.url(repo), name, fails=fails)

    def commit(self, at: str, **files: bytes) -> None:
        for path, content in files.items():
            target = self.folder / at / path.replace("__", "/").replace("_", ".")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        self("add", "-A", at=at)
        self("commit", "-m", "By git", at=at)


@pytest.fixture
def git(alice, tmp_path) -> Git:
    return Git(tmp_path, alice)


@pytest.mark.parametrize(
    ("prefix", "repo_type", "ending"), [("", "model", ""), ("", "model", ".git"), ("datasets/", "dataset", "")]
)
def test_what_git_pushes_is_served_and_what_was_uploaded_is_cloned(alice, git, prefix, repo_type, ending):
    repo = prefix + alice.create(private=True, type=repo_type)
    alice.put_large(repo, "up.bin", b"uploaded weights")
    alice.put(repo, {"up.txt": b"uploaded"})
    git.clone(repo + ending, "one")
    assert (git.folder / "one/up.bin").read_bytes() == b"uploaded weights"
    weights = os.urandom(200_000)
    git.commit("one", w_bin=weights, d__a_txt="é\n".encode())
    git("push", at="one")
    assert alice.read(repo, "w.bin").content == weights
    assert alice.read(repo, "d/a.txt").text == "é\n"
    assert alice.head(repo) == git("rev-parse", "HEAD", at="one").strip()
    alice.put(repo, {"up.txt": b"changed"})
    git("pull", at="one")
    assert (git.folder / "one/up.txt").read_bytes() == b"changed"
    git.clone(repo, "two", "--depth", "1")
    assert (git.folder / "two/w.bin").read_bytes() == weights


def test_branches_and_tags_travel_both_ways(alice, git):
    repo = alice.create()
    git.clone(repo, "w")
    git("checkout", "-b", "feature/x", at="w")
    git.commit("w", a_txt=b"1")
    git("tag", "-a", "v1", "-m", "One", at="w")
    git("push", "origin", "feature/x", "v1", at="w")
    refs = alice.get(f"/api/models/{repo}/refs").json()
    sha = git("rev-parse", "HEAD", at="w").strip()
    assert {branch["name"]: branch["targetCommit"] for branch in refs["branches"]}["feature/x"] == sha
    assert refs["tags"][0] == {"name": "v1", "ref": "refs/tags/v1", "targetCommit": sha}
    alice.post(f"/api/models/{repo}/branch/made-here", json={"startingPoint": "v1"})
    git("fetch", at="w")
    assert "origin/made-here" in git("branch", "-r", at="w")
    git("push", "origin", ":feature/x", at="w")
    assert "feature/x" not in git("ls-remote", at="w")


def test_a_push_that_breaks_a_rule_is_refused_with_its_reason(alice, git):
    repo = alice.create()
    git.clone(repo, "w")
    head = alice.head(repo)
    for files, reason in (
        ({"huge_dat": bytes(10_000_001)}, "must be in git LFS"),
        ({"README_md": b"---\na: [\n---\n"}, "not valid YAML"),
        (
            {"p_txt": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 5\n"},
            "LFS object",
        ),
    ):
        git.commit("w", **files)
        # The hook of git-lfs would stop the third before the Hub sees it.
        assert reason in git("push", "--no-verify", at="w", fails=True)
        git("reset", "--hard", "origin/main", at="w")
    assert "main can't be deleted" in git("push", "origin", ":main", at="w", fails=True)
    assert "only branches" in git("push", "origin", "HEAD:refs/hidden/x", at="w", fails=True)
    assert alice.head(repo) == head


def test_a_push_on_an_old_state_is_refused(alice, git):
    repo = alice.create()
    git.clone(repo, "w")
    alice.put(repo, {"meanwhile.txt": b"x"})
    git.commit("w", a_txt=b"1")
    assert "fetch first" in git("push", at="w", fails=True)
    assert "a.txt" not in alice.paths(repo)


def test_git_sees_and_changes_no_more_than_its_user_may(alice, bob, alice_reading, nobody, tmp_path):
    private, public = alice.create(private=True), alice.create()
    homes = {name: tmp_path / name for name in ("bob", "reading", "nobody")}
    for home in homes.values():
        home.mkdir()
    for name, person in (("bob", bob), ("reading", alice_reading), ("nobody", nobody)):
        git = Git(homes[name], person)
        git.clone(private, "private", fails=name != "reading")
        git.clone(public, "public")
        git.commit("public", a_txt=b"1")
        git("push", at="public", fails=True)
    assert alice.paths(public) == [".gitattributes"]
    assert nobody.get(f"/{private}/info/refs?service=git-upload-pack").headers["WWW-Authenticate"].startswith("Basic")


@pytest.mark.parametrize("service", ["git-upload-pack", "git-receive-pack"])
def test_what_is_no_git_is_refused(alice, service):
    repo = alice.create()
    for body in (b"garbage", b"0000", b"", b"ffff", b"0032want " + b"0" * 40 + b"\n00000009done\n"):
        answer = alice.post(
            f"/{repo}/{service}", data=body, headers={"Content-Type": f"application/x-{service}-request"}
        )
        assert answer.status_code < 500
    assert alice.get(f"/{repo}/info/refs").status_code == 400
    assert alice.get(f"/api/models/{repo}").status_code == 200


def test_a_pushed_pointer_opens_nobody_elses_file(alice, bob, tmp_path):
    secret = b"private weights"
    line = alice.upload(alice.create(private=True), secret)
    repo = bob.create()
    git = Git(tmp_path, bob)
    git.clone(repo, "w")
    git.commit("w", p_txt=f"version https://git-lfs.github.com/spec/v1\noid sha256:{line['oid']}\nsize 15\n".encode())
    forged = git("rev-parse", "HEAD", at="w").strip()
    git.commit("w", p_txt=b"harmless now")
    git("push", "--no-verify", at="w")  # the rules look at what a branch holds, not at all it ever held
    answer = bob.read(repo, "p.txt", revision=forged)
    assert (answer.status_code, answer.headers["X-Error-Code"]) == (404, "EntryNotFound")
    assert secret not in answer.content
    assert bob.batch(repo, secret, operation="download").json()["objects"][0]["error"]["code"] == 404
