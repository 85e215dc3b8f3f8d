"""Which boto3 client methods a function's handler can reach, read from the source of `functions/`.

Reachability goes by names: a function or a class is reached when code that is reached mentions it; a method when its
class is and something of its name is called or handed over (`letter.source` is data, `objects.source(...)` a call).
That finds too much rather than too little.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import botocore.session
from botocore import xform_name

ROOT = Path(__file__).parents[2]
SERVICES = ("dynamodb", "s3", "sqs")
PRESIGNED = {"generate_presigned_post": "put_object"}
"""A client's method that is no call itself -> the call that it lets somebody make."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A function, a method, or the own statements of a class or module.

    Attributes:
        name: its name; empty for statements, which run as soon as their class or module is there.
        owner: the class of a method.
        names: which names it mentions.
        used: which attributes it calls or hands over.
        plain: True for a method that does nothing until it is called; False for a property.
    """

    name: str
    owner: str = ""
    names: frozenset[str]
    used: frozenset[str] = frozenset()
    plain: bool = False


@cache
def client_methods() -> frozenset[str]:
    """Return the names of every client method of the services that functions use."""
    session = botocore.session.get_session()
    return frozenset(
        xform_name(operation)
        for service in SERVICES
        for operation in session.get_service_model(service).operation_names
    )


def reached(module: str, root: Path = ROOT) -> frozenset[str]:
    """Return the client methods that a module's `handler` may call."""
    code = [piece for path in sorted(_imported(module, root)) for piece in _pieces(ast.parse(path.read_text("utf-8")))]
    names, used = {"handler"}, {"handler"}
    done: set[int] = set()
    while True:
        new = [
            number
            for number, piece in enumerate(code)
            if number not in done
            and (not piece.name or piece.name in (used if piece.plain else names))
            and (not piece.owner or piece.owner in names)
        ]
        if not new:
            break
        done.update(new)
        names.update(name for number in new for name in code[number].names)
        used.update(name for number in new for name in code[number].used)
    return frozenset((names & client_methods()) | {PRESIGNED[name] for name in names & PRESIGNED.keys()})


def _imported(module: str, root: Path) -> set[Path]:
    """Return the files of a module and of all it imports from its own package, at any depth."""
    package = module.partition(".")[0]
    found: set[Path] = set()
    wanted = [module]
    while wanted:
        name = wanted.pop()
        stem = root.joinpath(*name.split("."))
        path = next((one for one in (stem.with_suffix(".py"), stem / "__init__.py") if one.is_file()), None)
        if path is None or path in found:
            continue
        found.add(path)
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                wanted += [alias.name for alias in node.names if alias.name.startswith(f"{package}.")]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == package:
                wanted += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def _pieces(tree: ast.Module) -> Iterator[Code]:
    """Yield the functions, methods and loose statements of a module; protocols only say what others do."""
    loose: list[ast.stmt] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield Code(name=node.name, names=_names(node), used=_used(node))
        elif isinstance(node, ast.ClassDef):
            if any("Protocol" in _names(base) for base in node.bases):
                continue
            for part in node.body:
                named = part.name if isinstance(part, ast.FunctionDef) and not part.name.startswith("__") else ""
                plain = isinstance(part, ast.FunctionDef) and not part.decorator_list
                yield Code(
                    name=named, owner=node.name, names=_names(part), used=_used(part), plain=plain and bool(named)
                )
            yield Code(name=node.name, names=frozenset(name for base in node.bases for name in _names(base)))
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            loose.append(node)
    rest = ast.Module(body=loose, type_ignores=[])
    yield Code(name="", names=_names(rest), used=_used(rest))


def _used(node: ast.AST) -> frozenset[str]:
    """Return every attribute in the code below a node that is called, handed over, kept or returned."""
    values: list[ast.AST | None] = []
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            values += [part.func, *part.args, *(keyword.value for keyword in part.keywords)]
        elif isinstance(part, ast.Assign | ast.AnnAssign | ast.Return | ast.NamedExpr):
            values.append(part.value)
    return frozenset(value.attr for value in values if isinstance(value, ast.Attribute))


def _names(node: ast.AST) -> frozenset[str]:
    """Return every name, attribute, and client method given as text, in the code below a node; docstrings aside."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute):
            found.add(part.attr)
        elif isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value in client_methods():
            found.add(part.value)
    return frozenset(found)
