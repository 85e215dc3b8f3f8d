"""A million schedules of faults against the delivery protocol, over as many processes as there are cores."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from bench.report import say, table
from tests.simulation.simulation import Simulation
from tests.simulation.world import Violation

CHUNK = 1_000
FIRST = 1_000_000
"""Seeds from here on: the tests use those below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """What a thousand schedules came to."""

    schedules: int
    calls: int
    versions: int
    examinations: int
    letters: int
    violations: tuple[str, ...]


def chunk(first: int, count: int) -> Chunk:
    """Run schedules; a violation is told with its seed."""
    calls = versions = examinations = letters = 0
    violations = []
    for seed in range(first, first + count):
        simulation = Simulation(seed)
        try:
            simulation.run()
        except Violation as violation:
            violations.append(f"seed {seed}: {violation}")
        calls += simulation.world.switches // 2
        versions += len(simulation.contents)
        examinations += simulation.examinations.total()
        letters += len(simulation.letters.items)
    return Chunk(
        schedules=count,
        calls=calls,
        versions=versions,
        examinations=examinations,
        letters=letters,
        violations=tuple(violations),
    )


def run(count: int) -> str:
    """Measure, and return the section of the page."""
    started = time.perf_counter()
    done: list[Chunk] = []
    starts = range(FIRST, FIRST + count, CHUNK)
    with ProcessPoolExecutor() as pool:
        for part in pool.map(chunk, starts, [min(CHUNK, FIRST + count - first) for first in starts]):
            done.append(part)
            if len(done) % 50 == 0:
                say(f"simulation: {sum(part.schedules for part in done):,} of {count:,}")
    seconds = time.perf_counter() - started
    violations = [violation for part in done for violation in part.violations]
    rows = [
        ("schedules", f"{sum(part.schedules for part in done):,}"),
        ("versions put", f"{sum(part.versions for part in done):,}"),
        ("calls to services", f"{sum(part.calls for part in done):,}"),
        ("examinations", f"{sum(part.examinations for part in done):,}"),
        ("dead letters", f"{sum(part.letters for part in done):,}"),
        ("violations", f"{len(violations):,}"),
    ]
    lines = [
        "## Delivery under faults",
        "",
        f"Seeded schedules of the real protocol, sweeper, dead letters and replay, {count / seconds:.0f} a second on",
        f"{os.cpu_count()} cores: events lost, doubled, reordered, refused; calls throttled, unanswered, repeated;",
        "sandboxes killed between any two calls, or resumed long after their leases; clocks that differ.",
        "",
        table(("", "number"), rows),
        *(f"- {violation}" for violation in violations[:20]),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    import sys

    print(run(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000))
