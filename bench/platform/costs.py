"""The section of docs/platform.md on cost: the samples' calls and units, the bill, and what would lower it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import yaml

from bench.platform import calls
from bench.platform.aws import head_of
from bench.platform.cost import EVENT, S3_PUT, TRACE, TRACED, Usage, bill, billed_ms, total
from bench.platform.units import index_writes, item_size, write_units
from bench.report import table
from components.cost import PRICES
from components.tables import DOCUMENTS
from functions.store.items import head_item

SETTINGS = Path(__file__).parents[2] / "Pulumi.yaml"
HEADING = "## What a document asks of AWS, and what a million cost"
TARGET = 8.0
"""Dollars for a million documents."""

ROUNDS = 5


def run() -> str:
    """Count and time the samples, and bill a million of them."""
    counted = calls.count(calls.samples(), ROUNDS)
    usage = calls.typical(counted)
    memory_mb = _memory_mb()
    lines = bill(usage, memory_mb=memory_mb)
    rows = [(line.service, line.formula, f"{line.dollars:.2f}") for line in lines]
    rows.append(("**together**", "", f"**{total(lines):.2f}**"))
    return "\n".join(
        [
            HEADING,
            "",
            f"The {len(counted)} samples through the real router, against an AWS in one process (moto).",
            "Calls are counted at the client, items weighed before and after every write, indexes included,",
            "and log lines measured.",
            "",
            _shape(counted),
            "",
            table(("for a million documents", "formula", "dollars"), rows),
            "",
            _verdict(usage, memory_mb),
            "",
            *_assumptions(usage, memory_mb),
            "",
            table(("price, us-east-1, first tier", "dollars", "as published by"), _prices()),
            "",
            _levers(usage, memory_mb),
            "",
            _upload(),
        ]
    )


def _memory_mb() -> int:
    settings = yaml.safe_load(SETTINGS.read_text("utf-8"))["config"]
    return int(settings["routerMemoryMb"]["default"])


def _shape(counted: Sequence[calls.Counted]) -> str:
    shapes = Counter((one.calls, one.usage.write_units, one.usage.index_units) for one in counted)
    rows = [(", ".join(names), *units, count) for (names, *units), count in shapes.most_common()]
    return table(("calls, in order", "items' WRU", "indexes' WRU", "samples"), rows)


def _verdict(usage: Usage, memory_mb: int) -> str:
    lines = bill(usage, memory_mb=memory_mb)
    dollars = total(lines)
    writes = sum(line.dollars for line in lines if line.service.startswith("DynamoDB"))
    free = total(bill(replace(usage, events=0), memory_mb=memory_mb))
    word = "met" if dollars < TARGET else f"missed by ${dollars - TARGET:.2f}"
    return (
        f"The target, under ${TARGET:.0f} beside the upload's own PUT, is {word}. DynamoDB is ${writes:.2f} of it.\n"
        f"Where S3's events are not billed, as some readers of the price list have it, it is ${free:.2f}."
    )


def _assumptions(usage: Usage, memory_mb: int) -> list[str]:
    return [
        "Prices are without the free tier; the dashboard's estimate (`components/cost.py`) has the same ones.",
        f"S3's events count as opt-in service events, ${EVENT * 1e6:.2f} a million; some guides call them free.",
        f"X-Ray's default rule samples {TRACED:.0%} of what goes beyond one invocation a second.",
        f"Of a document's time {usage.own_ms:.1f} ms are ours, measured here on one core, and",
        f"{usage.wait_ms:.0f} ms are assumed to be waited for AWS (`WAITS_MS` in `bench/platform/cost.py`):",
        f"with the share of a core that {memory_mb} MB have, {billed_ms(usage, memory_mb):.0f} ms are billed.",
        "Not in it: what does not grow with documents (alarms, metrics, the sweeper, polls of an empty queue),",
        "cold starts, and storage.",
    ]


def _prices() -> list[tuple[str, str, str]]:
    listed = "AWS's price list in infracost's fixtures"
    return [
        ("EventBridge, a million events", f"{EVENT * 1e6:.2f}", f"{listed}; cloudburn.io, 2026-03"),
        ("SQS, a million requests of 64 KB", f"{PRICES['sqs_request'] * 1e6:.2f}", f"{listed}, 2024-07"),
        ("Lambda, a million requests", f"{PRICES['lambda_request'] * 1e6:.2f}", listed),
        ("Lambda arm64, a GB-s", f"{PRICES['lambda_gb_s_arm64']:.10f}", f"{listed}; guides of 2026-05"),
        (
            "DynamoDB on demand, a million WRU",
            f"{PRICES['dynamodb_write_unit'] * 1e6:.3f}",
            f"{listed}, 2024-11-15; airbyte.com, 2025-07",
        ),
        ("DynamoDB on demand, a million RRU", f"{PRICES['dynamodb_read_unit'] * 1e6:.3f}", "the same"),
        ("S3, a million GET or HEAD", f"{PRICES['s3_get'] * 1e6:.2f}", listed),
        ("S3, a million PUT or POST", f"{S3_PUT * 1e6:.2f}", listed),
        (
            "CloudWatch Logs, a GB taken in",
            f"{PRICES['log_byte'] * 1e9:.2f}",
            "duckbillgroup.com, 2025; c3x.dev, 2026-06",
        ),
        ("X-Ray, a million traces recorded", f"{TRACE * 1e6:.2f}", "aws.amazon.com/xray/pricing"),
        ("API Gateway REST, a million requests", f"{PRICES['api_request'] * 1e6:.2f}", listed),
    ]


def _levers(usage: Usage, memory_mb: int) -> str:
    changes = {
        "512 MB for the router, which the sandbox alone may take": (usage, 512),
        "the upload events from S3 straight to SQS": (replace(usage, events=0), memory_mb),
        "messages in batches of 10, where ten are waiting": (
            replace(usage, queue_calls=1 + 2 / 10, invocations=1 / 10),
            memory_mb,
        ),
        "every item within 1 KB: envelopes compressed with a dictionary": (replace(usage, write_units=3), memory_mb),
        "no index by status": (replace(usage, index_units=usage.index_units - 1), memory_mb),
    }
    base = total(bill(usage, memory_mb=memory_mb))
    rows = []
    for name, (changed, memory) in changes.items():
        dollars = total(bill(changed, memory_mb=memory))
        rows.append((name, f"{base - dollars:.2f}", f"{dollars:.2f}"))
    return table(("what would lower it", "saves", "a million then"), rows)


def _upload() -> str:
    """Return what an upload costs beside its processing; the API function's time is not in it."""
    head = head_item(head_of(0, "annual-report.pdf", 46_167, project="reports"))
    units = write_units(item_size(head)) + sum(index_writes(DOCUMENTS, {}, head).values())
    priced = {
        "S3 POST of the bytes": (1, "", S3_PUT),
        "API request that begins it": (1, "", PRICES["api_request"]),
        "DynamoDB, the head and its indexes": (units, " WRU", PRICES["dynamodb_write_unit"]),
    }
    rows = [
        (name, f"{count}{unit} x ${price * 1e6:g}/M", f"{count * price * 1e6:.2f}")
        for name, (count, unit, price) in priced.items()
    ]
    return table(("the upload's own, for a million", "formula", "dollars"), rows)
