"""Running extractors in this process: outcomes from their real causes."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from firstbytes import BytesSource, SourceError
from firstbytes.claims import Claim
from firstbytes.envelope import Document, Envelope, Outcome, outcome_of
from firstbytes.plugins import discover
from firstbytes.routes import RouteTable, compile_table
from firstbytes.run import Findings, InProcess, Task
from firstbytes.source import Budget
from firstbytes.spec import Extractor, Lane, Needs
from firstbytes.testing import CountingSource, FlakySource

TEXT = BytesSource(b"plain words\n")
TASK = Task(document=Document(name="a.txt"), timeout_s=5)
Route = Callable[..., RouteTable]
Enveloped = Callable[[Findings], Envelope]


@pytest.mark.parametrize(
    ("functions", "outcome", "reason"),
    [
        (["fine"], "complete", ""),
        (["partial"], "partial", "the end is missing"),
        (["encrypted"], "encrypted", ""),
        (["declines"], "unsupported", "not mine"),
        (["declines_encrypted"], "encrypted", "encrypted"),
        (["corrupt"], "corrupt", "bad xref"),
        (["transient"], "failed", "throttled"),
        (["buggy"], "failed", "KeyError: 'oops' (misbehaving.py:54)"),
        (["panics"], "failed", "Panic: index out of bounds (misbehaving.py:63)"),
        (["leaves"], "failed", "SystemExit: 3 (misbehaving.py:68)"),
        (["recursive"], "limited", "recursion depth"),
        (["pending"], "unsupported", "waits for a service; an inline call cannot"),
        (["not_a_mapping"], "failed", "TypeError: expected a mapping from misbehaving:not_a_mapping, got list"),
        (["unknown_core"], "failed", "core.colour: the core vocabulary has no field 'colour'"),
        (
            ["wrong_outcome"],
            "failed",
            "ValueError: expected outcome complete, partial, encrypted, limited from misbehaving:wrong_outcome, got 'ok'",
        ),
        ([], "unsupported", "no extractor claims text/plain"),
    ],
)
def test_each_ending_has_its_outcome(
    route_to: Route, enveloped: Enveloped, functions: list[str], outcome: str, reason: str
) -> None:
    """What an extractor returns or raises becomes the outcome of its facet, with the reason."""
    envelope = enveloped(InProcess(route_to(*functions)).run(TEXT, TASK))
    assert outcome_of(envelope) == outcome
    assert envelope.facets["metadata"].reason == reason


def test_a_decline_goes_to_the_next_and_is_recorded(route_to: Route, enveloped: Enveloped) -> None:
    """After a decline the next candidate of the facet runs; the record names the first."""
    report = enveloped(InProcess(route_to("declines", "fine")).run(TEXT, TASK)).facets["metadata"]
    assert (report.outcome, report.extractor, report.declined) == ("complete", "fine", ["declines: not mine"])


def test_a_bug_does_not_go_to_the_next(route_to: Route, enveloped: Enveloped) -> None:
    """An exception that is not declared never falls through to a worse answer."""
    report = enveloped(InProcess(route_to("buggy", "fine")).run(TEXT, TASK)).facets["metadata"]
    assert (report.outcome, report.extractor, report.declined) == ("failed", "buggy", [])


def test_a_tripped_budget_discards_what_was_made_of_it(route_to: Route, enveloped: Enveloped) -> None:
    """An extractor that swallows the refusal is still limited, and says nothing."""
    big = BytesSource(b"word " * 2_000_000)
    envelope = enveloped(InProcess(route_to("greedy"), Budget(max_reads=8)).run(big, TASK))
    assert outcome_of(envelope) == Outcome.LIMITED
    assert envelope.core.title is None
    assert envelope.facets["metadata"].reason == "more than 8 reads"


def test_costs_are_counted_for_each_facet(route_to: Route, enveloped: Enveloped) -> None:
    """Sniffing pays for the first block; an extractor that reads only that pays nothing more."""
    envelope = enveloped(InProcess(route_to("fine")).run(TEXT, TASK))
    assert (envelope.sniffed_by.bytes_read, envelope.sniffed_by.requests) == (12, 1)
    assert (envelope.facets["metadata"].bytes_read, envelope.facets["metadata"].requests) == (0, 0)
    assert envelope.type_specific == {"metadata": {"length": 12, "type": "text/plain"}}


def test_only_the_wanted_facets_run(route_to: Route) -> None:
    """A facet nobody has is unsupported; no facet at all is only a sniffing."""
    runner = InProcess(route_to("fine"))
    task = Task(document=Document(name="a.txt"), facets=("labels",))
    assert [(f.facet, f.outcome) for f in runner.run(TEXT, task).facets] == [("labels", "unsupported")]
    assert runner.run(TEXT, Task(document=Document(), facets=())).facets == ()
    runner.close()


def test_other_lanes_are_left_to_the_platform() -> None:
    """An extractor of lane FUNCTION is not called inline; the reason names its lane."""
    extractor = Extractor("far", accepts=("text/plain",), entry="misbehaving:fine", needs=Needs(lane=Lane.FUNCTION))
    claim = Claim(extractor=extractor, plugin="p", distribution="d", version="1")
    (facet,) = InProcess(compile_table([claim])).run(TEXT, TASK).facets
    assert (facet.outcome, facet.reason) == ("unsupported", "far: runs on lane function")


class Broken:
    """A source whose reads fail after the first ones."""

    size = 1_000_000

    def __init__(self, good: int) -> None:
        self.good = good

    def read(self, start: int, length: int) -> bytes:
        """Return text while it is good."""
        self.good -= 1
        assert start >= 0
        if self.good < 0:
            raise SourceError("the disk is gone")
        return b"word " * (length // 5) + b"word "[: length % 5]


@pytest.mark.parametrize("good", [0, 1])
def test_a_source_that_fails_is_a_failure_that_may_pass(route_to: Route, enveloped: Enveloped, good: int) -> None:
    """A read error in sniffing or in an extractor is failed, with its text, and marked as worth another try."""

    def run(function: str) -> Findings:
        return InProcess(route_to(function)).run(Broken(good), TASK)

    findings = run("corrupt" if good == 0 else "reads_far")
    report = enveloped(findings).facets["metadata"]
    assert (report.outcome, report.reason) == ("failed", "the disk is gone")
    assert findings.facets[0].transient


def test_the_scratch_folder_goes_away(route_to: Route, enveloped: Enveloped) -> None:
    """Run in this process too, what `ctx.tmp()` made is gone after the document."""
    runner = InProcess(route_to("writes_scratch"))
    facts = enveloped(runner.run(TEXT, TASK)).type_specific["metadata"]

    assert facts["size"] > 0
    assert not Path(facts["folder"]).exists()


@pytest.mark.parametrize("good", [0, 1, 2, 3])
def test_a_failing_source_is_never_the_files_fault(good: int) -> None:
    """When the network goes away while a type is decided or a file is read, the document is to be tried again."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("filler.bin", bytes(300_000))
        archive.writestr("[Content_Types].xml", "<Types/>")
    found = discover(allow=())
    runner = InProcess(compile_table(found.claims, found.signatures))
    counting = CountingSource(out.getvalue())
    runner.run(counting, TASK)
    facets = runner.run(FlakySource(out.getvalue(), good), TASK).facets

    if good < counting.reads:
        assert [(f.outcome, f.reason, f.transient, f.facts) for f in facets] == [
            (Outcome.FAILED, "the connection was reset", True, {})
        ]
    else:
        assert [f.outcome for f in facets] == [Outcome.COMPLETE]
