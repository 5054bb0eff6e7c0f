"""What repositories have to do with one another, by what their cards say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubnb.server import yamltext
from hubnb.server.filters import card_names
from hubnb.server.repositories import Repository, may_see

if TYPE_CHECKING:
    from hubnb.server.call import Call

_RELATIONS = ("adapter", "finetune", "merge", "quantized")
_MAX_SPACES = 100
_MAX_RESULT_BYTES = 1 << 20
_MAX_NODES = 20_000
_RESULTS = ".eval_results"


def texts(value: Any) -> list[str]:
    """Return the texts of a card's field that may hold one or several."""
    values = value if isinstance(value, list) else [value]
    return [item for item in values if isinstance(item, str)]


def _repos(call: Call, kind: str, names: list[str]) -> list[Repository]:
    rows = [
        call.hub.database.one(
            "SELECT * FROM repos WHERE type = ? AND namespace = ? AND name = ?", kind, *name.split("/", 1)
        )
        for name in names
        if "/" in name
    ]
    repos = [Repository.of(row) for row in rows if row is not None]
    return [repo for repo in repos if may_see(call.caller, repo)]


def base_models(call: Call, card: dict[str, Any]) -> dict[str, Any] | None:
    """Return the models a model was made of, and how; None if its card names none."""
    names = texts(card.get("base_model"))
    if not names:
        return None
    relation = card.get("base_model_relation")
    known = relation if relation in _RELATIONS else "merge" if len(names) > 1 else "finetune"
    return {
        "relation": known,
        "models": [{"_id": repo.id, "id": repo.full_name} for repo in _repos(call, "model", names)],
    }


def children_counts(call: Call, repo: Repository) -> dict[str, int]:
    """Return how many public models were made of this one, by how."""
    counts = {}
    for relation in _RELATIONS:
        row = call.hub.database.one(
            "SELECT count(*) AS number FROM repo_tags JOIN repos ON repos.id = repo_id WHERE tag = ? AND private = 0",
            f"base_model:{relation}:{repo.full_name}",
        )
        counts[relation] = row["number"] if row else 0
    return counts


def spaces_with(call: Call, repo: Repository) -> list[str]:
    """Return the public Spaces whose card names a model."""
    rows = call.hub.database.all(
        f"SELECT namespace, name FROM repos WHERE type = 'space' AND private = 0 AND {card_names('models')}"  # noqa: S608
        " ORDER BY likes DESC, id LIMIT ?",
        *(repo.full_name, _MAX_SPACES),
    )
    return [f"{row['namespace']}/{row['name']}" for row in rows]


def evaluations(call: Call, repo: Repository, commit: str) -> list[dict[str, Any]]:
    """Return the results that the files in ``.eval_results`` hold, or what is wrong with a file."""
    found: list[dict[str, Any]] = []
    if not call.may_read(repo):
        return found
    for entry in call.hub.snapshot(repo.id, commit).under(_RESULTS, recursive=False):
        if entry.is_folder or not entry.path.endswith((".yaml", ".yml")):
            continue
        if entry.pointer is not None or entry.size > _MAX_RESULT_BYTES:
            found.append({"filename": entry.path, "error": "The file is too large."})
            continue
        found += _results(entry.path, call.hub.git(repo.id).blob(entry.oid))
    return found


def _results(path: str, content: bytes) -> list[dict[str, Any]]:
    try:
        items = yamltext.load(content.decode(), max_nodes=_MAX_NODES)
    except ValueError as error:
        return [{"filename": path, "error": f"The file is not valid YAML: {error}"}]
    items = items if isinstance(items, list) else [items]
    good = [item for item in items if isinstance(item, dict) and isinstance(item.get("dataset"), dict)]
    if len(good) != len(items):
        return [{"filename": path, "error": "Each result needs a dataset and a value."}]
    return [{"filename": path, "data": item} for item in good]
