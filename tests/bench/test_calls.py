"""One sample through the real router: what the bill is made of is counted, not guessed."""

from __future__ import annotations

from bench.platform.calls import SAMPLES, count


def test_a_document_is_counted_call_by_call() -> None:
    """Six calls; claim, result and head are a unit each, and the head leaves one index and enters another."""
    (one,) = count([SAMPLES / "history.md"], rounds=1)
    assert one.calls == ("UpdateItem", "GetItem", "GetObject", "UpdateItem", "HeadObject", "UpdateItem")
    assert one.indexes == {"by-status": 1, "unfinished": 1}
    usage = one.usage
    assert (usage.write_units, usage.index_units, usage.read_units, usage.s3_reads) == (3, 2, 1, 2)
    assert (usage.s3_writes, usage.events, usage.invocations) == (0, 1, 1)
    assert 500 < usage.log_bytes < 1100
    assert usage.own_ms > 0
