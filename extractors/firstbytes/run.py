"""Runs the extractors of one document and says what happened.

    examine(source, task, table)     sniff, route, call; in this process or in a child of the sandbox
      -> Findings                    plain values that travel over a pipe
        -> assemble(...)             the envelope: sanitised, validated, with the parent's own counts

A `Runner` is the one interface over it: `InProcess` here, `Pool` and `Forked` in `firstbytes.sandbox`.
Every runner gives the same envelope for the same bytes, times apart.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from firstbytes.claims import Claim
from firstbytes.envelope import Document, Outcome
from firstbytes.errors import BudgetExceededError, Corrupt, Decline, SourceError, Transient
from firstbytes.routes import RouteTable
from firstbytes.sanitize import sanitize, text
from firstbytes.sniff import sniff
from firstbytes.source import BlockCache, Budget, ByteSource, Counted, Metered
from firstbytes.spec import JSON, Context, Lane, Pending
from firstbytes.trace import place

RESERVED = ("core", "outcome", "reason")
_OWN_OUTCOMES = (Outcome.COMPLETE, Outcome.PARTIAL, Outcome.ENCRYPTED, Outcome.LIMITED)


class Task(Struct, frozen=True, kw_only=True):
    """What is to be done: which document, what is claimed about it, which facets, how long it may take."""

    document: Document
    declared: str = ""
    facets: tuple[str, ...] | None = None
    """Facets wanted; None means every one that has an extractor, an empty tuple only sniffs."""
    timeout_s: float = 60.0
    scratch: str = ""


class Usage(Struct, frozen=True, kw_only=True):
    """Bytes and reads that a step took."""

    bytes_read: int = 0
    requests: int = 0


class FacetFindings(Struct, frozen=True, kw_only=True):
    """How one facet went, and what its extractor said."""

    facet: str
    outcome: Outcome
    reason: str = ""
    extractor: str = ""
    distribution: str = ""
    version: str = ""
    started_at: str = ""
    finished_at: str = ""
    usage: Usage = Usage()
    ms: float = 0.0
    declined: tuple[str, ...] = ()
    transient: bool = False
    """True when the same call may succeed later."""
    facts: dict[str, Any] = {}
    truncated: tuple[str, ...] = ()


class Findings(Struct, frozen=True, kw_only=True):
    """Everything one examination found."""

    media_type: str = "application/octet-stream"
    ancestors: tuple[str, ...] = ()
    declared: str = ""
    suffix: str = ""
    mismatch: bool = False
    how: str = "default"
    rule: str = ""
    usage: Usage = Usage()
    facets: tuple[FacetFindings, ...] = ()


class Runner(Protocol):
    """Examines documents, each within its limits."""

    def run(self, source: ByteSource, task: Task) -> Findings:
        """Examine one document; never raises for what the bytes do."""
        ...

    def close(self) -> None:
        """End what the runner started."""
        ...


class InProcess:
    """Runs extractors in this very process: for tests and trusted files. Bounds bytes and reads, not time or memory."""

    def __init__(self, table: RouteTable, budget: Budget | None = None) -> None:
        self._table = table
        self._budget = budget

    def run(self, source: ByteSource, task: Task) -> Findings:
        """Examine one document."""
        if task.scratch:
            return examine(Metered(source, self._budget), task, self._table)
        import shutil
        import tempfile

        with_scratch = replace(task, scratch=tempfile.mktemp(prefix="firstbytes-"))  # noqa: S306 - made by ctx.tmp()
        try:
            return examine(Metered(source, self._budget), with_scratch, self._table)
        finally:
            shutil.rmtree(with_scratch.scratch, ignore_errors=True)

    def close(self) -> None:
        """Do nothing: nothing was started."""


def examine(source: Counted, task: Task, table: RouteTable) -> Findings:
    """Sniff, route and call the extractors of every wanted facet in lane INLINE."""
    cached = BlockCache(source)
    before = (source.bytes_read, source.reads)
    try:
        found = sniff(cached, name=task.document.name, declared=task.declared, signatures=table.signatures)
        _still_good(source)
    except Exception as error:  # noqa: BLE001 - a rule with a bug must cost one document, not a child
        outcome, reason, transient = (Outcome.LIMITED, source.tripped, False) if source.tripped else _verdict(error)
        failed = FacetFindings(facet="metadata", outcome=outcome, reason=reason, transient=transient)
        return Findings(usage=_since(source, before), facets=(failed,))
    usage = _since(source, before)
    findings = Findings(
        media_type=found.media_type,
        ancestors=found.ancestors,
        declared=found.declared,
        suffix=found.suffix,
        mismatch=found.mismatch,
        how=found.how,
        rule=found.rule,
        usage=usage,
    )
    routed = table.candidates(found.media_type)
    wanted = tuple(sorted({"metadata", *routed})) if task.facets is None else task.facets
    facets = tuple(
        _facet(cached, source, task, found.media_type, facet, routed.get(facet, ()), table.config) for facet in wanted
    )
    if source.failed:
        # An extractor that swallowed the failure may have answered plausibly and wrongly; asked again, it may not.
        facets = tuple(_failed(facet, source.failed) for facet in facets)
    return replace(findings, facets=facets)


def _still_good(source: Counted) -> None:
    """Let no rule swallow that the source failed: what looks like any ZIP may be a document."""
    if source.failed:
        raise SourceError(source.failed)


def _failed(facet: FacetFindings, reason: str) -> FacetFindings:
    return replace(facet, outcome=Outcome.FAILED, reason=reason, transient=True, facts={}, truncated=())


def _since(source: Counted, before: tuple[int, int]) -> Usage:
    return Usage(bytes_read=source.bytes_read - before[0], requests=source.reads - before[1])


def _facet(
    cached: BlockCache,
    source: Counted,
    task: Task,
    media_type: str,
    facet: str,
    claims: tuple[Claim, ...],
    config: Mapping[str, Mapping[str, JSON]],
) -> FacetFindings:
    declined: list[str] = []
    reason = f"no extractor claims {media_type}"
    for claim in claims:
        if claim.extractor.needs.lane is not Lane.INLINE:
            declined.append(f"{claim.extractor.name}: runs on lane {claim.extractor.needs.lane}")
            reason = declined[-1]
            continue
        try:
            return _call(cached, source, task, media_type, claim, config, tuple(declined))
        except Decline as error:
            reason = _line(error)
            declined.append(f"{claim.extractor.name}: {reason}")
    outcome = Outcome.ENCRYPTED if reason == "encrypted" else Outcome.UNSUPPORTED
    return FacetFindings(facet=facet, outcome=outcome, reason=reason, declined=tuple(declined))


def _call(
    cached: BlockCache,
    source: Counted,
    task: Task,
    media_type: str,
    claim: Claim,
    config: Mapping[str, Mapping[str, JSON]],
    declined: tuple[str, ...],
) -> FacetFindings:
    """Call one extractor and classify how it ended. Only `Decline` and an interrupt get out."""
    context = Context(
        media_type=media_type,
        name=task.document.name,
        deadline=datetime.fromtimestamp(time.time() + task.timeout_s, UTC),
        config=config.get(claim.extractor.name, {}),
        scratch=Path(task.scratch) if task.scratch else None,
    )
    before, started = (source.bytes_read, source.reads), time.time()
    facts: dict[str, Any] = {}
    cut: list[str] = []
    transient = False
    try:
        outcome, reason, facts, cut = _answer(_entry(claim.extractor.entry)(cached, context), claim)
    except (KeyboardInterrupt, Decline):
        raise
    except BaseException as error:  # noqa: BLE001 - panics of native libraries derive from BaseException
        outcome, reason, transient = _verdict(error, claim.extractor.entry.partition(":")[0].partition(".")[0])
    if source.tripped:
        # A library that swallowed the refusal may have answered plausibly and wrongly.
        outcome, reason, facts, cut = Outcome.LIMITED, source.tripped, {}, []
    finished = time.time()
    return FacetFindings(
        facet=claim.extractor.facet,
        outcome=outcome,
        reason=reason,
        extractor=claim.extractor.name,
        distribution=claim.distribution,
        version=claim.version,
        started_at=_stamp(started),
        finished_at=_stamp(finished),
        usage=_since(source, before),
        ms=round((finished - started) * 1000, 3),
        declined=declined,
        transient=transient,
        facts=facts,
        truncated=tuple(cut),
    )


def _entry(entry: str) -> Any:
    module, _, function = entry.partition(":")
    return getattr(import_module(module), function)


def _answer(result: object, claim: Claim) -> tuple[Outcome, str, dict[str, Any], list[str]]:
    if isinstance(result, Pending):
        return Outcome.UNSUPPORTED, "waits for a service; an inline call cannot", {}, []
    if not isinstance(result, Mapping):
        msg = f"expected a mapping from {claim.extractor.entry}, got {type(result).__name__}"
        raise TypeError(msg)
    outcome = result.get("outcome", Outcome.COMPLETE)
    if outcome not in _OWN_OUTCOMES:
        msg = f"expected outcome {', '.join(_OWN_OUTCOMES)} from {claim.extractor.entry}, got {outcome!r}"
        raise ValueError(msg)
    facts, cut = sanitize({key: value for key, value in result.items() if key not in RESERVED[1:]})
    assert isinstance(facts, dict)
    return Outcome(outcome), text(str(result.get("reason", "")), 500), facts, cut


def _verdict(error: BaseException, package: str = "firstbytes") -> tuple[Outcome, str, bool]:
    """Return outcome, reason, and whether it may pass; a bug is named with its place in the extractor's package."""
    match error:
        case Corrupt():
            return Outcome.CORRUPT, _line(error), False
        case Transient():
            return Outcome.FAILED, _line(error), True
        case BudgetExceededError():
            return Outcome.LIMITED, _line(error), False
        case MemoryError():
            return Outcome.LIMITED, "memory", False
        case RecursionError():
            return Outcome.LIMITED, "recursion depth", False
        case SourceError():
            return Outcome.FAILED, _line(error), True
        case _:
            where = place(error, package)
            return Outcome.FAILED, f"{type(error).__name__}: {_line(error)}" + (f" ({where})" if where else ""), False


def _line(error: BaseException) -> str:
    return text(" ".join(str(error).split()), 500)


def _stamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
