"""Imports now what children would import later, so that a forked child finds everything in memory.

Extractors import heavy libraries inside their functions. The sources of the modules that are routed to are read for
such imports, and those are imported too; nothing is called.
"""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from firstbytes.routes import RouteTable
from firstbytes.sniff import libmagic, signatures, sniff
from firstbytes.source import BytesSource
from firstbytes.spec import Lane


def preload(table: RouteTable) -> None:
    """Import the sniffing rules, libmagic, every inline extractor, and what their functions import."""
    libmagic.media_type(b"")
    for own in (b"firstbytes\n", bytes(64)):
        sniff(BytesSource(own), name="firstbytes.txt", declared="text/plain", signatures=table.signatures)
    rules = {*signatures.REFINERS.values(), *signatures.CONTENT}
    entries = {claim.extractor.entry for claim in table.claims if claim.extractor.needs.lane is Lane.INLINE}
    modules = {entry.partition(":")[0] for entry in rules | entries}
    packages = tuple({f"{name.partition('.')[0]}." for name in modules} | modules)
    for name in sorted(modules):
        _import(name)
    seen: set[str] = set()
    while fresh := [name for name in list(sys.modules) if name not in seen and f"{name}.".startswith(packages)]:
        seen.update(fresh)
        for name in fresh:
            for wanted in _imports(name):
                _import(wanted)


def _import(name: str) -> None:
    # One that fails is met again, and reported, when it is called.
    with contextlib.suppress(Exception):
        import_module(name)


def _imports(name: str) -> Iterator[str]:
    """Yield the modules that functions of a loaded module import absolutely."""
    source = getattr(sys.modules.get(name), "__file__", None)
    if not source or not source.endswith(".py") or name.startswith(("firstbytes.cli", "firstbytes.testing")):
        return
    tree = ast.parse(Path(source).read_bytes())
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from (alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    yield node.module
                    yield from (f"{node.module}.{alias.name}" for alias in node.names)
