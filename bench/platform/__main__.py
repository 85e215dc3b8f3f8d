"""Measures the platform's figures and writes docs/platform.md; `make bench` does it too.

python -m bench.platform                       all sections
python -m bench.platform --only cost           some; the others of the page stay as they are
python -m bench.platform --schedules 100000    fewer schedules of faults
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench import simulation
from bench.platform import costs, sections
from bench.report import machine, say
from bench.report import sections as measured

PAGE = Path(__file__).parents[2] / "docs" / "platform.md"
SCHEDULES = 1_000_000
NAMES = ("cost", "latency", "rate", "cold", "table", "plugins", "faults")


def main(arguments: Sequence[str]) -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m bench.platform", description="Measure docs/platform.md.")
    parser.add_argument("--only", action="append", choices=NAMES, default=[])
    parser.add_argument("--schedules", type=int, default=SCHEDULES)
    options = parser.parse_args(arguments)
    parts: dict[str, tuple[str, Callable[[], str]]] = {
        "cost": (costs.HEADING, costs.run),
        "latency": ("## From upload to envelope", sections.latency),
        "rate": ("## Documents a second, by routers and by queue", sections.rate),
        "cold": ("## Cold start of the router", sections.cold_start),
        "table": ("## By the size of the table", sections.table_size),
        "plugins": ("## By the number of plugins", sections.plugin_count),
        "faults": ("## Delivery under faults", lambda: simulation.run(options.schedules)),
    }
    before = os.getloadavg()[0]
    old = PAGE.read_text("utf-8") if PAGE.exists() else ""
    done: dict[str, str] = {}
    for name in options.only or NAMES:
        done[name] = parts[name][1]()
        # Written each time: the last takes an hour.
        known = {each: (heading, partial(done.__getitem__, each)) for each, (heading, _) in parts.items()}
        PAGE.write_text(_head(before) + "\n\n".join(measured(old, known, list(done))) + "\n", "utf-8")
        say(f"wrote {name} to {PAGE}")


def _head(load: float) -> str:
    return (
        "# The platform's figures\n\n"
        "<!-- written by `make bench` (python -m bench.platform) -->\n\n"
        f"Measured on {datetime.now(UTC):%Y-%m-%d}, {machine()}.\n"
        f"{load:.1f} other processes wanted a core when it began"
        f"{': times are of a busy machine' if load > 1 else ''}.\n"
        "What is counted is the same everywhere; of times, compare the ratios.\n\n"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
