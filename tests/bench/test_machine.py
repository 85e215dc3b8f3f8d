"""What is made of measured times, and of a page's sections."""

from __future__ import annotations

import pytest

from bench.platform.machine import Run, Trip, durations, quantile
from bench.report import sections


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 2), (0.51, 3), (0.75, 3), (0.95, 4), (1.0, 4)])
def test_a_quantile_is_a_value_that_was_measured(share: float, value: float) -> None:
    """The least one that so large a share does not exceed."""
    assert quantile([4, 1, 3, 2], share) == value


def test_the_wait_begins_when_the_bytes_are_there() -> None:
    """What the client does before is its own time."""
    assert Trip(begin=8, send=4, settle=2, fetch=1).wait == 3
    assert Run(routers=2, documents=10, seconds=4, attempts=10, router_ms=1).rate == 2.5


def test_sections_that_are_not_measured_stay_as_they_are() -> None:
    """Up to the next heading; one that the page does not have is left out."""
    old = "# Page\n\n## A\n\nold a\n\n### deeper\n\n## B\n\nold b\n"
    parts = {name: (f"## {name}", lambda name=name: f"## {name}\n\nnew") for name in ("A", "B", "C")}
    assert sections(old, parts, ["B"]) == ["## A\n\nold a\n\n### deeper", "## B\n\nnew"]
    assert sections(old, parts, []) == ["## A\n\nnew", "## B\n\nnew", "## C\n\nnew"]


def test_a_router_says_how_long_a_document_took() -> None:
    """In its metrics; other lines, and messages that were no document, are passed over."""
    lines = [
        '{"_aws": {}, "Documents": [1.0], "DurationMs": [41.5]}',
        '{"_aws": {}, "Ignored": [1.0]}',
        '{"level": "INFO", "message": "finished"}',
        "START RequestId: 1",
        "[]",
    ]
    assert durations(lines) == [41.5]
