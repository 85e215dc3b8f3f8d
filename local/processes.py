"""Process trees: who descends from whom, and an end that leaves nobody behind.

A Lambda worker's sandbox starts sessions of its own, so a signal to one process group does not reach all of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent dies, so that `descendants` keeps seeing them (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _parents() -> Iterator[tuple[int, int]]:
    """Yield (process, parent) for every process of this machine that has not ended."""
    proc = Path("/proc")
    if not (proc / "self" / "stat").exists():
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)  # noqa: S607
        for pid, parent, state in map(str.split, listed.stdout.splitlines()):
            if not state.startswith("Z"):
                yield int(pid), int(parent)
        return
    for entry in proc.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    yield int(entry.name), int(parent)


def descendants(root: int) -> list[int]:
    """List the running descendants of a process, children before grandchildren; zombies are not running."""
    children: dict[int, list[int]] = defaultdict(list)
    for pid, parent in _parents():
        children[parent].append(pid)
    found: list[int] = []
    waiting = [root]
    while waiting:
        below = children[waiting.pop()]
        found += below
        waiting += below
    return found


def alive(pid: int) -> bool:
    """Say whether a process runs; one that ended and waits to be collected does not."""
    return any(pid == running for running, _ in _parents())


def kill(pids: list[int]) -> None:
    """Kill processes at once; those that are gone already are no error."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)


def end_descendants(patience_s: float = 2.0) -> None:
    """Kill everything that descends from this process, and what is born meanwhile, until nothing is left."""
    deadline = time.monotonic() + patience_s
    while (left := descendants(os.getpid())) and time.monotonic() < deadline:
        kill(left)
        time.sleep(0.01)
