"""Which processes are left."""

from __future__ import annotations

import contextlib
from pathlib import Path


def ours(marker: str) -> list[int]:
    """Find the processes that were started with a marker in their environment."""
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if marker.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found
