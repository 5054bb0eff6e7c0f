"""The pytest plugin, as a project that merely has hubnb installed sees it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch) -> pytest.Pytester:
    """An empty project."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HF_HOME", str(pytester.path / "home"))
    return pytester


def passes(project: pytest.Pytester, code: str, passed: int) -> None:
    project.makepyfile(code)
    project.runpytest_subprocess("-W", "error", "-p", "no:cacheprovider").assert_outcomes(passed=passed)


def test_the_example_of_the_readme_passes(project):
    blocks = re.findall(r"^```python\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    (example,) = [code for code in blocks if "chaos_hub" in code]
    project.makepyfile(example)
    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_each_test_has_a_hub_of_its_own(project):
    passes(
        project,
        """
        import pytest, requests

        @pytest.mark.parametrize("round", range(2))
        def test_empty(hub, round):
            assert requests.get(hub.endpoint + "/api/models", timeout=10).json() == []
            answer = requests.post(hub.endpoint + "/api/repos/create", json={"name": "x"}, timeout=10,
                                   headers={"Authorization": "Bearer " + hub.token})
            assert answer.json()["name"] == hub.user + "/x"

        def test_both_at_once(hub, chaos_hub):
            assert hub.endpoint != chaos_hub.endpoint
        """,
        passed=3,
    )


def test_every_fault_does_what_it_says(project):
    passes(
        project,
        """
        import base64, json, time
        import pytest, requests
        CONTENT = bytes(range(256)) * 1000

        @pytest.fixture
        def ask(chaos_hub):
            session = requests.Session()
            session.headers["Authorization"] = "Bearer " + chaos_hub.token
            def ask(method, path, **options):
                return session.request(method, chaos_hub.endpoint + path, timeout=10, **options)
            ask("POST", "/api/repos/create", json={"name": "x"})
            value = {"path": "f", "content": base64.b64encode(CONTENT).decode(), "encoding": "base64"}
            lines = [{"key": "header", "value": {"summary": "s"}}, {"key": "file", "value": value}]
            body = "\\n".join(map(json.dumps, lines))
            assert ask("POST", "/api/models/me/x/commit/main", data=body,
                       headers={"content-type": "application/x-ndjson"}).ok
            yield ask
            session.close()

        def get(ask):
            return ask("GET", "/me/x/resolve/main/f")

        def test_fail(chaos_hub, ask):
            chaos_hub.fail("429", after=3, times=2)
            answers = [get(ask) for _ in range(6)]
            assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429, 200]
            assert answers[3].headers["Retry-After"] == "0"
            chaos_hub.fail(503, retry_after_s=1.5)
            assert get(ask).headers["Retry-After"] == "1.5"
            chaos_hub.calm()
            assert get(ask).ok
            for wrong in (200, "abc", 700):
                with pytest.raises(ValueError):
                    chaos_hub.fail(wrong)

        def test_cut(chaos_hub, ask):
            chaos_hub.cut(after_bytes=1000)
            with pytest.raises(requests.exceptions.ChunkedEncodingError, match="1000 bytes read"):
                get(ask)
            assert get(ask).content == CONTENT

        def test_flip(chaos_hub, ask):
            chaos_hub.flip(5)
            wrong = get(ask).content
            assert [place for place in range(len(CONTENT)) if wrong[place] != CONTENT[place]] == [5]
            assert get(ask).content == CONTENT

        def test_slow(chaos_hub, ask):
            chaos_hub.slow(len(CONTENT) * 5)
            start = time.monotonic()
            assert get(ask).content == CONTENT
            assert time.monotonic() - start > 0.19

        def test_expire_tokens(chaos_hub, ask):
            chaos_hub.expire_tokens(after=1)
            assert [ask("GET", "/api/whoami-v2").status_code for _ in range(3)] == [200, 401, 401]
            chaos_hub.calm()
            assert ask("GET", "/api/whoami-v2").ok

        def test_lose_answer(chaos_hub, ask):
            chaos_hub.lose_answer("/api/repos/create")
            with pytest.raises(requests.ConnectionError):
                ask("POST", "/api/repos/create", json={"name": "y"})
            assert ask("GET", "/api/models/me/y").ok

        def test_stall(chaos_hub, ask):
            chaos_hub.stall(after_bytes=100)
            with pytest.raises(requests.ConnectionError), ask("GET", "/me/x/resolve/main/f", stream=True) as answer:
                answer.raw.read(100)
                answer.raw._fp.fp.raw._sock.settimeout(0.2)
                answer.content
            chaos_hub.calm()
        """,
        passed=7,
    )


def test_a_project_that_uses_no_fixture_pays_nothing(project):
    project.makepyfile(
        """
        import sys

        def test_nothing_is_loaded():
            loaded = [name for name in sys.modules if name.startswith(("hubnb.", "starlette", "uvicorn", "dulwich"))]
            assert sorted(loaded) == ["hubnb.lazy", "hubnb.pytest_plugin"]
        """
    )
    project.runpytest_subprocess().assert_outcomes(passed=1)


def test_the_fixtures_are_typed(tmp_path):
    code = "import inspect, hubnb.pytest_plugin as p\nprint(p.hub.__wrapped__.__annotations__['return'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "Iterator[LocalHub]"
