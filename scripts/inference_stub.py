"""Write hubnb/inference/async_client.pyi: the methods of `InferenceClient`, awaited, for type checkers and editors.

Run it after a change of a task's parameters: python scripts/inference_stub.py
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOM = Path(__file__).parent.parent / "hubnb" / "inference"
TARGET = ROOM / "async_client.pyi"
SOURCES = (*sorted(path.name for path in ROOM.glob("*_tasks.py")), "deployment.py", "client.py")
HEAD = '''"""Types of `AsyncInferenceClient`. Written by scripts/inference_stub.py: change the tasks, then run it."""'''
SKIPPED = {"close", "chat", "token", "ask", "ask_stream", "destination"}
FIXED = """
class AsyncAnswerStream(Generic[_Piece]):
    def __init__(self, pieces: Any) -> None: ...
    def __aiter__(self) -> AsyncAnswerStream[_Piece]: ...
    async def __anext__(self) -> _Piece: ...
    async def aclose(self) -> None: ...
    async def __aenter__(self) -> AsyncAnswerStream[_Piece]: ...
    async def __aexit__(self, *_error: object) -> None: ...

class AsyncInferenceClient:
    model: str | None
    provider: str | None
    timeout: float | None
    headers: dict[str, str]
    cookies: dict[str, str] | None
"""
OWN = """
    async def __aenter__(self) -> AsyncInferenceClient: ...
    async def __aexit__(self, *_error: object) -> None: ...
    async def close(self) -> None: ...
    @property
    def token(self) -> str | None: ...
    @property
    def chat(self) -> Any: ...
    def destination(self, task: str, model: str | None = None) -> Destination: ...
"""


def stub() -> str:
    """Give the text of the stub."""
    imports: set[str] = {"from .routing import Destination"}
    methods: list[str] = []
    init = ""
    for name in SOURCES:
        tree = ast.parse((ROOM / name).read_text(encoding="utf-8"))
        imports |= set(_imports(tree))
        for cls in tree.body:
            if not isinstance(cls, ast.ClassDef) or cls.name in {"Chat", "Completions"}:
                continue
            for node in cls.body:
                if isinstance(node, ast.FunctionDef) and node.name == "__init__" and cls.name == "InferenceClient":
                    init = _signature(node, awaited=False)
                elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name not in SKIPPED:
                    methods.append(_overloaded(node, cls))
    body = "".join(text for text in methods if text)
    names = _used(init + body + OWN)
    kept = [line for line in sorted(imports) if line.rsplit(" ", 1)[1] in names]
    head = "from typing import Any, Generic, Literal, TypeVar, overload\n\nfrom typing_extensions import Unpack\n"
    text = f'{HEAD}\n\n{head}\n{chr(10).join(kept)}\n\n_Piece = TypeVar("_Piece")\n\nMETHODS: tuple[str, ...]\n'
    return _formatted(f"{text}{FIXED}\n{init}{OWN}{body}")


def _overloaded(node: ast.FunctionDef, cls: ast.ClassDef) -> str:
    """Give a method; the implementation behind overloads is left out, as stubs have it."""
    same = [one for one in cls.body if isinstance(one, ast.FunctionDef) and one.name == node.name]
    overload = any(isinstance(one, ast.Name) and one.id == "overload" for one in node.decorator_list)
    if len(same) > 1 and not overload:
        return ""
    return ("    @overload\n" if overload else "") + _signature(node, awaited=True)


def _signature(node: ast.FunctionDef, *, awaited: bool) -> str:
    returns = ast.unparse(node.returns) if node.returns else "None"
    if awaited:
        returns = returns.replace("AnswerStream[", "AsyncAnswerStream[").replace("RawLines", "AsyncAnswerStream[bytes]")
    word = "async def" if awaited else "def"
    return f"    {word} {node.name}({ast.unparse(node.args)}) -> {returns}: ...\n"


def _imports(tree: ast.Module) -> list[str]:
    return [
        f"from {'.' * node.level}{node.module} import {alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for alias in node.names
    ] + ["from .generation_tasks import GenerationOptions", "from .chat_tasks import ChatOptions",
         "from .deployment import ModelStatus", "import numpy"]  # fmt: skip


def _used(text: str) -> set[str]:
    tree = ast.parse("class Stub:\n" + text)
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return found - {"AnswerStream", "Any", "Literal", "overload", "Unpack"}


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff"]
    for arguments in (["check", "-q", "--select", "I", "--fix"], ["format", "-q"]):
        # the folder decides which imports are ours
        done = subprocess.run(
            [*command, *arguments, "--stdin-filename", str(TARGET), "-"],
            input=text, capture_output=True, text=True, check=True,
        )  # fmt: skip
        text = done.stdout
    return text


if __name__ == "__main__":
    TARGET.write_text(stub(), encoding="utf-8")
