"""What the benchmarks share: timed commands, tables, and the machine they ran on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
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


def sections(old: str, parts: Mapping[str, tuple[str, Callable[[], str]]], only: Sequence[str]) -> list[str]:
    """Return the sections of a page: measured, or as the old page has them.

    Args:
        old: the page as it is; empty where there is none.
        parts: name -> its heading, and what measures it and returns it with its heading.
        only: names of those to measure; none means all.
    """
    found = []
    for name, (heading, run) in parts.items():
        if not only or name in only:
            found.append(run())
        elif kept := re.search(rf"^{re.escape(heading)}\n.*?(?=^## |\Z)", old, re.MULTILINE | re.DOTALL):
            found.append(kept[0].strip())
    return found


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
