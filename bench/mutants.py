"""A hundred thousand seeded mutants through the sandbox: none hangs, crashes or ends as a bug."""

from __future__ import annotations

import itertools
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.hostile.mutate import mutations, seeds
from bench.report import say, table
from firstbytes import BytesSource
from firstbytes.cli.reports import table as route_table
from firstbytes.envelope import Document, Outcome
from firstbytes.run import Task
from firstbytes.sandbox import Pool

SAMPLES = Path(__file__).parent.parent / "samples"
SEED = 20261124
JOBS = 2


def run(count: int) -> str:
    """Measure, and return the section of the page."""
    tally = Counter[str]()
    bugs: list[str] = []
    started = time.perf_counter()
    with Pool(route_table(None)) as pool, ThreadPoolExecutor(JOBS) as threads:

        def one(item: tuple[str, bytes]) -> list[tuple[str, str, str]]:
            name, data = item
            findings = pool.run(BytesSource(data), Task(document=Document(name=name), timeout_s=20))
            return [(name, facet.outcome, facet.reason) for facet in findings.facets]

        stream = mutations(seeds(SAMPLES), count, SEED)
        while batch := list(itertools.islice(stream, 2000)):
            for name, outcome, reason in itertools.chain.from_iterable(threads.map(one, batch)):
                tally[outcome] += 1
                if outcome == Outcome.FAILED or reason == "time":
                    bugs.append(f"{name}: {reason}")
            say(f"mutants: {sum(tally.values())} of {count}, {len(bugs)} bugs")
    rate = count / (time.perf_counter() - started)
    rows = [(outcome, number) for outcome, number in tally.most_common()]
    lines = [
        "## Mutants",
        "",
        f"{count:,} seeded mutations of the samples through pooled children, {rate:.0f} a second on {JOBS} cores:",
        f"{len(bugs)} bugs, crashes or hangs.",
        "",
        table(("outcome", "facets"), rows),
        *(f"- {bug}" for bug in bugs[:20]),
    ]
    return "\n".join(lines)
