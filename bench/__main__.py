"""`make bench`: measures every figure in one run and writes docs/benchmarks.md, then docs/platform.md.

python -m bench                     all sections, and all of the platform's
python -m bench --only ranges       some; the others of the page stay as they are
python -m bench --mutants 10000     fewer mutants
"""

from __future__ import annotations

import argparse
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import firstbytes
from bench import mutants, overhead, ranges, throughput
from bench.platform import __main__ as platform
from bench.report import machine, say, sections

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
MUTANTS = 100_000


def versions() -> str:
    """Return the versions of the peers that are here."""
    asked = {"exiftool": ["exiftool", "-ver"], "mediainfo": ["mediainfo", "--Version"], "file": ["file", "--version"]}
    found = [f"firstbytes {firstbytes.__version__}", "Apache Tika 3.2.2"]
    for name, command in asked.items():
        try:
            out = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        except FileNotFoundError:
            continue
        if number := re.search(r"\d+\.\d+(\.\d+)?", out):
            found.append(f"{name} {number[0]}")
    return ", ".join(found)


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the figures of docs/benchmarks.md.")
    parser.add_argument("--only", action="append", choices=["throughput", "ranges", "overhead", "mutants"], default=[])
    parser.add_argument("--mutants", type=int, default=MUTANTS)
    options = parser.parse_args()
    measured: dict[str, tuple[str, Callable[[], str]]] = {
        "throughput": ("## Files a second", throughput.run),
        "ranges": ("## Bytes and reads of 1 GB files", ranges.run),
        "overhead": ("## Overhead", overhead.run),
        "mutants": ("## Mutants", lambda: mutants.run(options.mutants)),
    }
    old = PAGE.read_text("utf-8") if PAGE.exists() else ""
    parts = sections(old, measured, options.only)
    head = (
        "# Benchmarks\n\n"
        "<!-- written by `make bench` (python -m bench) -->\n\n"
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {machine()}.\n{versions()}.\n"
        "Compare ratios, not times: both sides of each were measured in one run.\n\n"
    )
    PAGE.write_text(head + "\n\n".join(parts) + "\n", "utf-8")
    say(f"wrote {PAGE}")
    if not options.only:
        platform.main([])


if __name__ == "__main__":
    main()
