"""Notice that the code changed, and put the new code into the functions that run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.deploy import ROOT, Stack

SOURCES = ("functions", "extractors/firstbytes", "pyproject.toml", "uv.lock")
"""What the archive is made of, as far as it changes while one works."""

PROGRAM = ("__main__.py", "components", "Pulumi.yaml", "Pulumi.dev.yaml", "docs/openapi.json")
"""What the stack is made of; nothing of it is updated while it runs."""

State = frozenset[tuple[str, int, int]]


def state(paths: Iterable[Path]) -> State:
    """Return what changes when a source does: each file's path, size and time of change."""
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("*.py")))
    return frozenset((str(file), (stat := file.stat()).st_size, stat.st_mtime_ns) for file in files)


def rebuilt() -> Any:
    """Build the archive anew for this machine; return it as Pulumi has it."""
    from components import bundle

    # Of a bundle for this machine the architecture is this machine's, whatever is named.
    return bundle.build(ROOT, bundle.Target.of("host", "arm64")).archive()


def update(stack: Stack, archive: Any) -> tuple[str, ...]:
    """Put an archive into every function of the stack; return their names."""
    code = stack.account.upload(archive)
    for name in stack.functions:
        stack.account.client("lambda").update_function_code(FunctionName=name, **code)
    return tuple(stack.functions)


@dataclass(slots=True)
class Watcher:
    """Remembers how the sources were, so that a change is noticed once."""

    paths: tuple[Path, ...]
    seen: State = frozenset()

    def __post_init__(self) -> None:
        """Take the sources as they are."""
        self.seen = state(self.paths)

    def changed(self) -> bool:
        """Say whether the sources changed since the last call."""
        now = state(self.paths)
        before, self.seen = self.seen, now
        return now != before


def paths(names: Iterable[str]) -> tuple[Path, ...]:
    """Return where names of this repository are."""
    return tuple(ROOT / name for name in names)
