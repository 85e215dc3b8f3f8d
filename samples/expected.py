"""What each sample is expected to be, expected.tsv: media type, outcome, and one telling fact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

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
