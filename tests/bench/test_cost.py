"""The bill, by hand."""

from __future__ import annotations

import pytest

from bench.platform.cost import CORE_MB, Usage, bill, billed_ms, mean, total, waits

DOCUMENT = Usage(
    write_units=3,
    index_units=2,
    read_units=1,
    s3_reads=2,
    queue_calls=3,
    events=1,
    invocations=1,
    own_ms=10,
    wait_ms=100,
    log_bytes=1000,
)


def test_a_bill_is_counts_times_prices() -> None:
    """Every line by hand, for a million; 10 ms of a core are 17.3 ms at 1024 MB."""
    got = {line.service: round(line.dollars, 4) for line in bill(DOCUMENT, memory_mb=1024)}
    assert got == {
        "EventBridge, S3's events": 1.0,
        "SQS requests": 1.2,
        "Lambda requests": 0.2,
        "Lambda, 1024 MB arm64": 1.5637,
        "DynamoDB, items written": 1.875,
        "DynamoDB, indexes written": 1.25,
        "DynamoDB, read": 0.125,
        "S3 GET and HEAD": 0.8,
        "S3 PUT, large envelopes": 0.0,
        "CloudWatch Logs": 0.5,
        "X-Ray": 0.25,
    }
    assert total(bill(DOCUMENT, memory_mb=1024)) == pytest.approx(sum(got.values()), abs=1e-3)


def test_a_line_shows_its_formula() -> None:
    """A reader can check it."""
    shown = {line.service: line.formula for line in bill(DOCUMENT, memory_mb=1024)}
    assert shown["SQS requests"] == "3 x $0.4/M"
    assert shown["DynamoDB, read"] == "1 RRU x $0.125/M"


def test_less_memory_is_less_of_a_core_but_no_longer_waiting() -> None:
    """Waiting is not sped up by memory, computing is, up to one core."""
    assert billed_ms(DOCUMENT, CORE_MB) == 110
    assert billed_ms(DOCUMENT, 2 * CORE_MB) == 110
    assert billed_ms(DOCUMENT, CORE_MB // 2) == pytest.approx(120, abs=0.1)


def test_a_mean_is_field_by_field() -> None:
    """Of two documents, one of which is nothing."""
    assert mean([DOCUMENT, Usage()]).wait_ms == 50
    assert mean([DOCUMENT, DOCUMENT]) == DOCUMENT


def test_an_operation_that_nobody_knows_has_no_wait() -> None:
    """A new call of the router must be given one, or its time would be left out."""
    assert waits(["GetItem", "UpdateItem"]) == 10
    with pytest.raises(KeyError):
        waits(["Scan"])
