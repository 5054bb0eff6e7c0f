"""Finding repositories: by name, by what their cards say, by what they have to do with one another."""

from __future__ import annotations

import json
import struct

import pytest


def safetensors(count: int) -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [count], "data_offsets": [0, 0]}}).encode()
    return struct.pack("<Q", len(header)) + header


@pytest.fixture
def ids(nobody):
    def ids(path: str) -> list[str]:
        answer = nobody.get(path)
        assert answer.status_code == 200, answer.text
        return [found["id"] for found in answer.json()]

    return ids


def test_models_are_found_by_their_number_of_parameters(alice, ids, nobody):
    small, large, none = alice.create("params-small"), alice.create("params-large"), alice.create("params-none")
    alice.put(small, {"model.safetensors": safetensors(1500)})
    alice.put(large, {"model.safetensors": safetensors(2_000_000)})
    list_of = "/api/models?search=params-&num_parameters="
    assert ids(f"{list_of}min:1K,max:2K") == [small]
    assert ids(f"{list_of}min:1.5M") == [large]
    assert set(ids(f"{list_of}max:1B")) == {small, large}
    assert none in ids("/api/models?search=params-")
    assert nobody.get(f"{list_of}many").status_code == 400


def test_a_card_nested_deeply_breaks_no_list(alice, ids):
    deep = alice.create("deep-config")
    alice.put(deep, {"config.json": b'{"architectures": ' + b"[" * 5000 + b"]" * 5000 + b"}"})
    assert deep in ids("/api/models?search=deep-")
    assert ids("/api/models?search=deep-&num_parameters=min:1") == []


def test_models_and_spaces_know_each_other_by_their_cards(alice, bob, nobody, ids):
    base, tuned, hidden = alice.create("base-1"), bob.create("tuned-1"), bob.create("hidden-1", private=True)
    card = f"---\nbase_model: {base}\nbase_model_relation: adapter\n---\n".encode()
    for repo in (tuned, hidden):
        bob.put(repo, {"README.md": card})
    space = bob.create("demo-1", type="space", sdk="static")
    bob.put(f"spaces/{space}", {"README.md": f"---\nmodels: [{base}]\ndatasets: [x/y]\n---\n".encode()})
    other = bob.create("demo-2", type="space", sdk="static")
    assert ids(f"/api/spaces?models={base}") == [space]
    assert ids("/api/spaces?datasets=x/y") == [space]
    assert space in ids("/api/spaces?linked=true")
    assert other not in ids("/api/spaces?linked=true")
    assert nobody.get(f"/api/models/{base}").json()["spaces"] == [space]
    assert nobody.get(f"/api/spaces/{space}?expand=models&expand=datasets").json()["models"] == [base]
    counted = nobody.get(f"/api/models/{base}?expand=childrenModelCount").json()["childrenModelCount"]
    assert counted == {"adapter": 1, "finetune": 0, "merge": 0, "quantized": 0}
    bases = nobody.get(f"/api/models/{tuned}?expand=baseModels").json()["baseModels"]
    assert (bases["relation"], [model["id"] for model in bases["models"]]) == ("adapter", [base])
    assert ids(f"/api/models?filter=base_model:adapter:{base}") == [tuned]


def test_results_are_read_from_their_files(alice, nobody):
    repo = alice.create()
    good = b"- dataset: {id: a/b, task_id: t}\n  value: 0.5\n- dataset: {id: c/d, task_id: t}\n  value: 1\n"
    alice.put(repo, {".eval_results/good.yaml": good, ".eval_results/bad.yaml": b"- {", ".eval_results/no.txt": b"x"})
    found = nobody.get(f"/api/models/{repo}?expand=evalResults").json()["evalResults"]
    assert [(item["filename"], item.get("data", {}).get("value")) for item in found] == [
        (".eval_results/bad.yaml", None),
        (".eval_results/good.yaml", 0.5),
        (".eval_results/good.yaml", 1),
    ]
    assert "YAML" in found[0]["error"]


def test_a_quick_search_finds_repositories_and_people_but_nothing_private(alice, nobody):
    shown, hidden = alice.create("quick-shown"), alice.create("quick-hidden", private=True)
    found = nobody.get("/api/quicksearch?q=QUICK&limit=3").json()
    assert [model["id"] for model in found["models"]] == [shown]
    assert (found["modelsCount"], found["datasetsCount"]) == (1, 0)
    assert {model["id"] for model in alice.get("/api/quicksearch?q=quick").json()["models"]} == {shown, hidden}
    people = nobody.post("/api/quicksearch?type=user&type=org", json={"q": "ac"}).json()
    assert ([org["name"] for org in people["orgs"]], "models" in people) == (["acme"], False)
    assert nobody.get("/api/quicksearch?q=quick&exclude=" + shown).json()["models"] == []
    assert nobody.get("/api/quicksearch?type=thing").status_code == 400


def test_what_is_liked_most_trends(alice, bob, nobody):
    liked = alice.create("liked", type="dataset")
    alice.create("unliked", type="dataset")
    bob.post(f"/api/datasets/{liked}/like")
    found = nobody.get("/api/trending?type=dataset&limit=1").json()["recentlyTrending"]
    assert [(item["repoType"], item["repoData"]["id"]) for item in found] == [("dataset", liked)]
    assert nobody.get("/api/trending?limit=3").status_code == 200


def test_the_size_of_a_folder_is_told(alice, nobody):
    repo = alice.create()
    alice.put(repo, {"a/b/1": b"12345", "a/2": b"123", "c": b"1"})
    alice.put_large(repo, "a/w.bin", b"x" * 1000)
    for path, size in (("a", 1008), ("a/b", 5), ("c", 1)):
        assert nobody.get(f"/api/models/{repo}/treesize/main/{path}").json() == {"path": path, "size": size}
    assert nobody.get(f"/api/models/{repo}/treesize/main").json()["size"] > 1008
    assert nobody.get(f"/api/models/{repo}/treesize/main/none").status_code == 404
