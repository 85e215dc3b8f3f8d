"""`make demo`: extract every sample in the sandbox, print a line for each, and check it against expected.tsv.

Exits 1 when a sample is not what expected.tsv says: media type, outcome, and one telling fact.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from firstbytes import Budget
from firstbytes.cli import render, reports, work
from firstbytes.cli.inputs import Input
from firstbytes.envelope import Envelope, outcome_of

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Expected:
    """One row of expected.tsv."""

    file: str
    media_type: str
    outcome: str
    fact: str


def read_expected() -> Iterator[Expected]:
    """Yield the rows of expected.tsv."""
    for line in (HERE / "expected.tsv").read_text("utf-8").splitlines()[1:]:
        yield Expected(*line.split("\t"))


def differences(expected: Expected, envelope: Envelope) -> Iterator[str]:
    """Yield what of an envelope is not as expected. Pure."""
    if expected.media_type not in (envelope.media_type, *envelope.ancestors):
        yield f"expected {expected.media_type}, got {envelope.media_type}"
    if expected.outcome != outcome_of(envelope):
        report = envelope.facets.get("metadata")
        yield f"expected {expected.outcome}, got {outcome_of(envelope)} ({report.reason if report else ''})"
    field, _, value = expected.fact.partition("=")
    if field:
        facts = {**msgspec.to_builtins(envelope.core), "mismatch": envelope.mismatch}
        got = facts.get(field)
        if str(got).lower() != value.lower():
            yield f"expected {field} = {value}, got {got}"


def main() -> int:
    """Run the demo; return the exit status."""
    out, _ = render.consoles()
    rows = list(read_expected())
    widths = render.columns(out, max(len(row.file) for row in rows))
    routes = reports.table(None)
    wrong: list[str] = []
    outcomes: list[str] = []
    with closing(work.runner(routes, "pool", Budget())) as runner:
        for row in rows:
            result = work.examine(Input(str(HERE / row.file)), runner, facets=None, timeout_s=30)
            if result.envelope is None:
                wrong.append(f"{row.file}: {result.error}")
                continue
            named = msgspec.structs.replace(
                result.envelope, document=msgspec.structs.replace(result.envelope.document, name=row.file)
            )
            outcomes.append(outcome_of(named))
            render.show(out, render.line(named, widths))
            wrong += [f"{row.file}: {difference}" for difference in differences(row, named)]
    tally = ", ".join(f"{count} {name}" for name, count in work.counts(outcomes).items())
    print(f"\n{len(rows)} samples: {tally}; {len(wrong)} differ from samples/expected.tsv")
    for line in wrong:
        print(f"  {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
