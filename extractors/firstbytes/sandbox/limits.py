"""What a child may use, and how the kernel and the interpreter are told. Runs inside the child."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_FORBIDDEN = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "socket.gethostbyname",
    "socket.sendto",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.kill",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "shutil.rmtree",
)
_IN_SCRATCH = {"os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.truncate", "shutil.rmtree"}


class Limits(Struct, frozen=True, kw_only=True):
    """Limits of one child: address space, size of a file it writes, open files; and documents before it retires."""

    memory_mb: int = 1024
    file_mb: int = 64
    open_files: int = 64
    documents: int = 10_000


_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    _libc.prctl(option, value, 0, 0, 0)


def hide_parent() -> None:
    """Make the calling process unreadable for its children: no /proc/<pid>/environ, mem or fd, no ptrace."""
    _prctl(_PR_SET_DUMPABLE, 0)


def confine(limits: Limits, scratch: Path) -> None:
    """Bound the calling process: own session, dies with its parent, rlimits, no network, writes only in `scratch`."""
    os.setsid()
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_mb << 20),
        (resource.RLIMIT_FSIZE, limits.file_mb << 20),
        (resource.RLIMIT_NOFILE, limits.open_files),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (value, value))
    if os.getuid():
        resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    sys.addaudithook(_guard(str(scratch)))


def allow_cpu(seconds: float) -> None:
    """Let the process use that much CPU time from now on; SIGXCPU ends it after."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _guard(scratch: str) -> Callable[[str, tuple[Any, ...]], None]:
    """An audit hook: it cannot be removed, and sees what the standard library is about to do."""
    inside = scratch.rstrip("/") + "/"

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            writes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            if writes and not str(path).startswith((inside, "/dev/null")):
                msg = f"expected writes only in the scratch folder, got open({str(path)!r}, {mode!r})"
                raise PermissionError(msg)
        elif event in _FORBIDDEN and not (event in _IN_SCRATCH and _under(arguments[0], inside)):
            msg = f"expected no {event} inside the sandbox"
            raise PermissionError(msg)

    return hook


def _under(path: object, inside: str) -> bool:
    return f"{path}/".startswith(inside)
