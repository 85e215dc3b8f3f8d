"""Watches what a call does to the world outside: files written, processes started, sockets made, things left open."""

from __future__ import annotations

import gc
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate"}
_LEAVES = {"socket.__new__", "socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork"}

_watching: list[list[tuple[str, str]]] = []


@cache
def _install() -> None:
    # An audit hook cannot be removed, so there is one, and it looks away unless somebody is watching.
    sys.addaudithook(_hook)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watching and (found := deed(event, arguments)):
        _watching[-1].append(found)


def deed(event: str, arguments: tuple[Any, ...]) -> tuple[str, str] | None:
    """Return (event, path) of an audit event that changes something outside the process; None of any other."""
    subject = arguments[0] if arguments else None
    path = os.fsdecode(subject) if isinstance(subject, str | bytes) else ""
    if event == "open":
        flags = arguments[2]
        return (event, path) if path and isinstance(flags, int) and flags & _WRITES else None
    if event in _CHANGES:
        return event, path or "?"
    return (event, "") if event in _LEAVES else None


@contextmanager
def deeds(scratch: Path) -> Iterator[list[str]]:
    """Collect what happens outside `scratch`: writes, processes, sockets. The list is filled at the end."""
    _install()
    seen: list[tuple[str, str]] = []
    found: list[str] = []
    _watching.append(seen)
    try:
        yield found
    finally:
        _watching.remove(seen)
    inside = (str(scratch), os.devnull)
    found += [f"{event} {path}".strip() for event, path in seen if not (path and path.startswith(inside))]


@contextmanager
def leftovers() -> Iterator[list[str]]:
    """Collect what is still open afterwards, and what was closed only by the garbage collector."""
    found: list[str] = []
    gc.collect()
    before, threads = _open(), threading.active_count()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        yield found
        gc.collect()
    found += [f"{warning.message}" for warning in caught if issubclass(warning.category, ResourceWarning)]
    found += [f"descriptor {fd} is still open" for fd in sorted(_open() - before)]
    if threading.active_count() > threads:
        found.append("a thread is still running")


def _open() -> set[int]:
    descriptors = {int(name) for name in os.listdir("/dev/fd")}  # noqa: PTH208 - names, not paths
    return {fd for fd in descriptors if _is_open(fd)}


def _is_open(fd: int) -> bool:
    """Say no for the descriptor that listing the folder took."""
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True
