"""What a million documents cost, from what one document asks of AWS. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from components.cost import PRICES

MILLION = 1_000_000

EVENT = 1.00e-6
"""Dollars for an event that S3 sends to EventBridge. AWS lists it with opt-in service events; others call it free."""

S3_PUT = 5.00e-6
"""Dollars for a PUT or POST."""

TRACE = 5.00e-6
"""Dollars for a trace that X-Ray records."""

TRACED = 0.05
"""Share of invocations that X-Ray's default rule samples, beyond one a second."""

LINE_BYTES = 26
"""Bytes that CloudWatch Logs counts for a line beside its text."""

CORE_MB = 1769
"""Memory in MB that comes with one whole vCPU."""

WAITS_MS: Mapping[str, float] = {
    "GetItem": 4.0,
    "UpdateItem": 6.0,
    "GetObject": 30.0,
    "HeadObject": 15.0,
    "PutObject": 40.0,
}
"""Milliseconds that a function waits for AWS's answer within a region. Assumed: nothing here can measure them."""

INTAKE_CALLS = 3
"""Requests of SQS for a message that comes alone: sent by EventBridge, received, deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a document asks of AWS; of several documents, the mean."""

    write_units: float = 0
    index_units: float = 0
    """Write units of indexes."""
    read_units: float = 0
    s3_reads: float = 0
    """GET and HEAD."""
    s3_writes: float = 0
    queue_calls: float = 0
    events: float = 0
    invocations: float = 0
    own_ms: float = 0
    """Milliseconds of a whole core, waiting not included."""
    wait_ms: float = 0
    log_bytes: float = 0


def mean(usages: Sequence[Usage]) -> Usage:
    """Return the mean of what documents ask for."""
    names = [field.name for field in fields(Usage)]
    return Usage(**{name: statistics.fmean(getattr(usage, name) for usage in usages) for name in names})


def waits(calls: Iterable[str]) -> float:
    """Return the milliseconds that calls, by operation, are waited for.

    Raises:
        KeyError: nobody has said how long an operation takes.
    """
    return sum(WAITS_MS[call] for call in calls)


def billed_ms(usage: Usage, memory_mb: int) -> float:
    """Return the milliseconds that Lambda bills: ours at the memory's share of a core, and what is waited for."""
    return usage.own_ms * max(1.0, CORE_MB / memory_mb) + usage.wait_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the bill, for a million documents."""

    service: str
    formula: str
    dollars: float


def bill(usage: Usage, *, memory_mb: int, architecture: str = "arm64") -> list[Line]:
    """Return what a million such documents cost, line by line.

    Args:
        usage: what one asks of AWS.
        memory_mb: the function's memory.
        architecture: arm64 or x86_64.
    """
    gb_s = billed_ms(usage, memory_mb) / 1000 * memory_mb / 1024
    second = PRICES[f"lambda_gb_s_{architecture}"]
    lines = [
        ("EventBridge, S3's events", usage.events, "", EVENT),
        ("SQS requests", usage.queue_calls, "", PRICES["sqs_request"]),
        ("Lambda requests", usage.invocations, "", PRICES["lambda_request"]),
        (f"Lambda, {memory_mb} MB {architecture}", gb_s, "GB-s", second),
        ("DynamoDB, items written", usage.write_units, "WRU", PRICES["dynamodb_write_unit"]),
        ("DynamoDB, indexes written", usage.index_units, "WRU", PRICES["dynamodb_write_unit"]),
        ("DynamoDB, read", usage.read_units, "RRU", PRICES["dynamodb_read_unit"]),
        ("S3 GET and HEAD", usage.s3_reads, "", PRICES["s3_get"]),
        ("S3 PUT, large envelopes", usage.s3_writes, "", S3_PUT),
        ("CloudWatch Logs", usage.log_bytes, "bytes", PRICES["log_byte"]),
        ("X-Ray", usage.invocations * TRACED, "", TRACE),
    ]
    return [
        Line(service=service, formula=_formula(count, unit, price), dollars=count * price * MILLION)
        for service, count, unit, price in lines
    ]


def _formula(count: float, unit: str, price: float) -> str:
    return f"{count:.4g}{' ' + unit if unit else ''} x ${price * MILLION:,.8g}/M"


def total(lines: Iterable[Line]) -> float:
    """Return the sum of a bill."""
    return sum(line.dollars for line in lines)
