"""From one version's bytes to what is kept of it: open, run in the sandbox, assemble, and say how it went."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from firstbytes.assemble import assemble
from firstbytes.core import Core
from firstbytes.envelope import Document, Outcome, outcome_of
from firstbytes.run import Findings, Task
from firstbytes.source import ByteSource
from functions.objects import Failure, S3Source
from functions.ports import Examined, Work
from functions.store.items import Status

STATUS = {
    Outcome.COMPLETE: Status.COMPLETED,
    Outcome.PARTIAL: Status.PARTIAL,
    Outcome.LIMITED: Status.PARTIAL,
    Outcome.UNSUPPORTED: Status.UNSUPPORTED,
    Outcome.ENCRYPTED: Status.UNSUPPORTED,
    Outcome.CORRUPT: Status.FAILED,
    Outcome.FAILED: Status.FAILED,
}
"""The status that an outcome gives its document."""

FACTS = (
    "title",
    "page_count",
    "word_count",
    "sheet_count",
    "row_count",
    "column_count",
    "entry_count",
    "attachment_count",
    "width_px",
    "height_px",
    "duration_ms",
    "track_count",
    "line_count",
    "point_count",
    "triangle_count",
    "glyph_count",
    "encrypted",
)
"""Core facts that lists show."""

_TITLE = 120
_REASON = 300
"""Characters."""

Run = Callable[[ByteSource, Task], Findings]
"""`Runner.run`: examines one document within limits, and raises for nothing that its bytes do."""


def examine(work: Work, source: S3Source, run: Run, timeout_s: float) -> Examined | Failure:
    """Examine one version; a failure of its object is an answer.

    Args:
        work: which version, and what is known of its document.
        source: its bytes.
        run: the runner.
        timeout_s: seconds that the runner may take.
    """
    if failure := source.open():
        return failure
    head = work.head
    document = Document(
        id=work.place.document_id,
        version_id=work.version_id,
        owner=work.place.owner,
        project=head.project if head else "",
        name=head.name if head else "",
        size_bytes=source.size,
        etag=source.etag,
        created_at=work.created_at,
    )
    findings = run(source, Task(document=document, declared=head.declared if head else "", timeout_s=timeout_s))
    if source.failure:
        return source.failure  # whatever was made of the bytes that did come
    envelope = assemble(document, findings)
    outcome = outcome_of(envelope)
    report = envelope.facets.get("metadata")
    return Examined(
        outcome=outcome,
        status=STATUS[outcome],
        reason=report.reason[:_REASON] if report else "",
        passing=any(facet.transient for facet in findings.facets),
        media_type=envelope.media_type,
        size_bytes=source.size,
        etag=source.etag,
        facts=telling(envelope.core),
        envelope=msgspec.json.encode(envelope),
        bytes_read=source.bytes_read,
        requests=source.requests,
    )


def telling(core: Core) -> dict[str, object]:
    """Return the few facts that lists show, bounded."""
    facts = {name: value for name in FACTS if (value := getattr(core, name))}
    return {name: value[:_TITLE] if isinstance(value, str) else value for name, value in facts.items()}
