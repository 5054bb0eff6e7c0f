"""What is kept of a Space that runs elsewhere."""

from __future__ import annotations

import pytest


@pytest.fixture
def space(alice) -> str:
    return f"/api/spaces/{alice.create(type='space', sdk='gradio')}"


def test_variables_are_shown_and_secrets_are_not(alice, bob, nobody, space):
    for kind in ("variables", "secrets"):
        body = {"key": "MODEL", "value": "s3cret-value", "description": "Which"}
        assert alice.post(f"{space}/{kind}", json=body).status_code == 200
    kept = alice.get(f"{space}/variables").json()["MODEL"]
    assert (kept["value"], kept["description"], kept["updatedAt"][-1]) == ("s3cret-value", "Which", "Z")
    secrets = alice.get(f"{space}/secrets")
    assert list(secrets.json()) == ["MODEL"]
    assert "s3cret-value" not in secrets.text
    for person, status in ((bob, 403), (nobody, 401)):
        assert person.get(f"{space}/variables").status_code == status
        assert person.post(f"{space}/secrets", json={"key": "A", "value": "b"}).status_code == status
    assert alice.ask("DELETE", f"{space}/secrets", json={"key": "MODEL"}).json() == {}
    assert alice.ask("DELETE", f"{space}/secrets", json={"key": "MODEL"}).status_code == 404
    assert alice.post(f"{space}/variables", json={"key": "1 bad", "value": "x"}).status_code == 400
    assert alice.post(f"{space}/variables", json={"key": "A", "value": 7}).status_code == 400


def test_a_space_says_that_it_is_not_running(alice, nobody, space):
    assert nobody.get(f"{space}/runtime").json()["stage"] == "PAUSED"
    assert nobody.get(space).json()["runtime"]["stage"] == "PAUSED"
    assert alice.post(f"{space}/restart").status_code == 501
    assert nobody.get("/api/spaces/alice/none/runtime").headers["X-Error-Code"] == "RepoNotFound"
