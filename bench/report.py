"""What the benchmarks share: timed commands, tables, and the machine they ran on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

FIRSTBYTES = [sys.executable, "-m", "firstbytes"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Compiled modules are kept, as they are wherever a package is installed."""


def one_core() -> None:
    """Keep the calling process, and what it starts, on one core."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def seconds(command: Sequence[str], *, stdin: str = "", core: bool = True) -> float:
    """Return how long a command takes, on one core unless told otherwise; its output is thrown away.

    Without a time limit: waiting with one polls, up to 50 ms late.
    """
    started = time.perf_counter()
    subprocess.run(
        list(command),
        input=stdin.encode(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ENVIRONMENT,
        preexec_fn=one_core if core else None,
        check=False,
    )
    return time.perf_counter() - started


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; every column but the first is right-aligned."""
    lines = [f"| {' | '.join(heading)} |", "|---|" + "---:|" * (len(heading) - 1)]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)


def machine() -> str:
    """Return the processor, the number of cores, and the interpreter."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor(),
    )
    return (
        f"{model}, {os.cpu_count()} cores; Python {platform.python_version()}; {platform.system()} {platform.release()}"
    )


def say(text: str) -> None:
    """Print progress where a person sees it."""
    print(text, file=sys.stderr, flush=True)
