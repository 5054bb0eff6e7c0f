"""Runs a repository's own weights, where torch and transformers are installed: embeddings and text classification.

Only safetensors and only architectures of `transformers` itself: nothing in a repository is run as a program.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import tempfile
import threading
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubnb.server.wire import HubProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hubnb.server.call import Call

TASKS = ("feature-extraction", "sentence-similarity", "text-classification")
_NEEDED = ("torch", "transformers")
_MAX_LOADED = 2
_MAX_TEXTS = 256
_SKIPPED = (".bin", ".pt", ".pth", ".pkl", ".onnx", ".h5", ".msgpack", ".gguf", ".ot", ".py")
_EXPECTED_LOAD_S = 20.0


def missing_packages() -> list[str]:
    """Name what must be installed before a model can run."""
    return [name for name in _NEEDED if importlib.util.find_spec(name) is None]


def can_run(call: Call) -> bool:
    """Say whether the repository holds a model that could run here."""
    commit = call.git.resolve("main")
    files = call.snapshot(commit)
    return not missing_packages() and all(files.file(name) for name in ("config.json", "model.safetensors"))


class LoadedModels:
    """The models in memory, those used last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Event] = {}
        self._models: OrderedDict[str, Any] = OrderedDict()

    def answer(self, call: Call, task: str, body: dict[str, Any]) -> Any:
        """Run the model of a repository.

        Raises
        ------
        HubProblem
            501 if it can't run here, 503 with ``estimated_time`` while it is being loaded (unless the request says that
            it waits: ``X-wait-for-model: 1``).
        """
        self._check(call, task)
        commit = call.git.resolve("main")
        key = f"{call.repo.id}@{commit}/{'classify' if task == 'text-classification' else 'embed'}"
        with self._lock:
            model = self._models.get(key)
            if model is not None:
                self._models.move_to_end(key)
            first = model is None and key not in self._loading
            if first:
                self._loading[key] = threading.Event()
            loading = self._loading.get(key)
        if first:
            threading.Thread(target=self._load, args=(call, commit, key, task), daemon=True).start()
        if model is None:
            waits = call.request.headers.get("x-wait-for-model") in {"1", "true"}
            if not waits or loading is None or not loading.wait(300):
                message = f"Model {call.repo.full_name} is currently loading"
                raise HubProblem(503, message, extra={"estimated_time": _EXPECTED_LOAD_S})
            model = self._models.get(key)
        if model is None:
            raise HubProblem(500, f"Model {call.repo.full_name} could not be loaded; the Hub's log says more.")
        if isinstance(model, HubProblem):
            raise model
        return _run(model, task, body)

    def _check(self, call: Call, task: str) -> None:
        missing = missing_packages()
        if missing:
            names = " and ".join(missing)
            message = (
                f"This Hub can't run models: {names} not installed where it runs. Do: pip install {' '.join(missing)}"
            )
            raise HubProblem(501, message)
        if task not in TASKS:
            raise HubProblem(501, f"This Hub runs models for {', '.join(TASKS)} only, not for {task}.")
        if not can_run(call):
            message = f"{call.repo.full_name} has no config.json and model.safetensors, so it can't run here."
            raise HubProblem(501, message)

    def _load(self, call: Call, commit: str, key: str, task: str) -> None:
        model: Any = None
        try:
            with tempfile.TemporaryDirectory(prefix="hubnb-model-") as folder:
                for path, chunks in _files(call, commit):
                    target = Path(folder) / path
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with target.open("wb") as out:
                        for chunk in chunks:
                            out.write(chunk)
                model = _Model(Path(folder), task)
        except Exception as error:  # whatever a stranger's files make transformers say
            shown = " ".join(str(error).split())[:300]
            model = HubProblem(500, f"Model {call.repo.full_name} could not be loaded: {shown}")
        with self._lock:
            self._models[key] = model
            while len(self._models) > _MAX_LOADED:
                self._models.popitem(last=False)
            self._loading.pop(key).set()


def _files(call: Call, commit: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    for entry in call.snapshot(commit).files:
        if entry.path.endswith(_SKIPPED) or ".." in entry.path.split("/"):
            continue
        if entry.pointer is not None:
            yield entry.path, iter(call.hub.large.chunks(entry.pointer.oid))
        else:
            yield entry.path, iter([call.git.blob(entry.oid)])


class _Model:
    """A tokenizer and a network, ready to run."""

    def __init__(self, folder: Path, task: str) -> None:
        transformers: Any = importlib.import_module("transformers")
        kind = (
            transformers.AutoModelForSequenceClassification if task == "text-classification" else transformers.AutoModel
        )
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder, trust_remote_code=False)
        self.network = kind.from_pretrained(folder, trust_remote_code=False, use_safetensors=True).eval()
        self.max_tokens = self._longest(folder)
        self.pooling, self.normalize = _sentence_settings(folder)

    def _longest(self, folder: Path) -> int:
        settings = _read_json(folder / "sentence_bert_config.json")
        longest = settings.get("max_seq_length") or self.tokenizer.model_max_length
        return int(min(longest, 512))


def _sentence_settings(folder: Path) -> tuple[str, bool]:
    """Return how token vectors become one (``cls`` or ``mean``), and whether that one gets the length one."""
    modules: Any = _read_json(folder / "modules.json")
    kinds = [str(one.get("type", "")) for one in modules] if isinstance(modules, list) else []
    pooling = _read_json(folder / "1_Pooling" / "config.json")
    return "cls" if pooling.get("pooling_mode_cls_token") else "mean", any("Normalize" in kind for kind in kinds)


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _run(model: _Model, task: str, body: dict[str, Any]) -> Any:
    inputs = body.get("inputs")
    parameters = body.get("parameters") or {}
    if task == "sentence-similarity":
        if not isinstance(inputs, dict) or not isinstance(inputs.get("sentences"), list):
            raise HubProblem(422, "inputs must have a source_sentence and sentences.")
        vectors = _embed(model, [str(inputs.get("source_sentence")), *map(str, inputs["sentences"])], normalize=True)
        return (vectors[1:] @ vectors[0]).tolist()
    texts: list[Any] = inputs if isinstance(inputs, list) else [inputs]
    if not texts or len(texts) > _MAX_TEXTS or not all(isinstance(text, str) and text for text in texts):
        raise HubProblem(422, f"inputs must be a text, or at most {_MAX_TEXTS} of them.")
    if task == "feature-extraction":
        wanted = body.get("normalize")
        vectors = _embed(model, texts, normalize=model.normalize if wanted is None else bool(wanted)).tolist()
        return vectors if isinstance(inputs, list) else vectors[0]
    return _classify(model, texts, parameters)


def _tokens(model: _Model, texts: list[str]) -> Any:
    return model.tokenizer(texts, padding=True, truncation=True, max_length=model.max_tokens, return_tensors="pt")


def _embed(model: _Model, texts: list[str], *, normalize: bool) -> Any:
    torch: Any = importlib.import_module("torch")

    tokens = _tokens(model, texts)
    with torch.inference_mode():
        states = model.network(**tokens).last_hidden_state
    if model.pooling == "cls":
        vectors = states[:, 0]
    else:
        weights = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
        vectors = (states * weights).sum(1) / weights.sum(1).clamp(min=1e-9)
    return torch.nn.functional.normalize(vectors, dim=1) if normalize else vectors


def _classify(model: _Model, texts: list[str], parameters: dict[str, Any]) -> Any:
    torch: Any = importlib.import_module("torch")

    with torch.inference_mode():
        logits = model.network(**_tokens(model, texts)).logits
    config = model.network.config
    alone = config.problem_type == "multi_label_classification" or logits.shape[1] == 1
    chosen = parameters.get("function_to_apply") or ("sigmoid" if alone else "softmax")
    numbers = {"sigmoid": logits.sigmoid, "softmax": lambda: logits.softmax(-1), "none": lambda: logits}.get(chosen)
    if numbers is None:
        raise HubProblem(422, "function_to_apply must be sigmoid, softmax or none.")
    answers = []
    for row in numbers().tolist():
        labels = [{"label": config.id2label[place], "score": score} for place, score in enumerate(row)]
        labels.sort(key=lambda label: -label["score"])
        answers.append(labels[: parameters.get("top_k") or len(labels)])
    return answers
