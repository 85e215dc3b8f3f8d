"""The envelope: one normalised record of what a document is and what was read out of it.

JSON Schema is generated from these types (`firstbytes schema`, docs/envelope.schema.json).
`SCHEMA_VERSION` is MAJOR.MINOR: a new optional field raises MINOR; a field removed, renamed or given another
meaning raises MAJOR. A reader accepts any MINOR of its MAJOR and ignores fields it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta, Struct

from firstbytes.core import Core, Count, Text

SCHEMA_VERSION = "1.0"


class Outcome(StrEnum):
    """How the extraction of one facet ended."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    """Something was read, and something known to be there was not."""
    UNSUPPORTED = "unsupported"
    """No extractor claims the type, or all that do declined."""
    ENCRYPTED = "encrypted"
    CORRUPT = "corrupt"
    LIMITED = "limited"
    """A limit was reached: bytes, reads, time, memory or size of the result."""
    FAILED = "failed"
    """A bug in the extractor, or a crash of it."""


class Document(Struct, frozen=True, kw_only=True):
    """Which object this is about. On a terminal `id` is empty and `name` is the path."""

    id: str = ""
    version_id: str = ""
    owner: str = ""
    project: str = ""
    name: Text = ""
    size_bytes: Count = 0
    etag: str = ""
    created_at: str = ""


class Claims(Struct, frozen=True, kw_only=True):
    """What was claimed about the type from outside the bytes: by the client and by the name's suffix."""

    declared: Text = ""
    suffix: Text = ""


class SniffedBy(Struct, frozen=True, kw_only=True):
    """How the media type was decided and what that cost."""

    how: str
    """signature, container, content, magic, suffix, declared or default."""
    rule: Text = ""
    bytes_read: Count = 0
    requests: Count = 0


class FacetReport(Struct, frozen=True, kw_only=True):
    """Provenance of one facet: who produced it, how it ended, what it cost."""

    outcome: Outcome
    reason: Text = ""
    extractor: str = ""
    distribution: str = ""
    version: str = ""
    started_at: str = ""
    finished_at: str = ""
    bytes_read: Count = 0
    requests: Count = 0
    ms: Annotated[float, Meta(ge=0)] = 0.0
    declined: list[str] = []
    """Extractors that looked and declined before this one, each with its reason."""


class Artifact(Struct, frozen=True, kw_only=True):
    """A file made from the document, a thumbnail say, and where it is kept."""

    facet: str
    kind: str
    key: str
    media_type: str
    size_bytes: Count


class Envelope(Struct, frozen=True, kw_only=True):
    """Everything known about one version of one document."""

    schema_version: str = SCHEMA_VERSION
    document: Document
    media_type: str
    ancestors: list[str] = []
    """More general types it also is, nearest first."""
    claims: Claims = Claims()
    mismatch: bool = False
    """True when a claim contradicts the bytes."""
    sniffed_by: SniffedBy
    core: Core = Core()
    type_specific: Mapping[str, Mapping[str, Any]] = {}
    facets: Mapping[str, FacetReport] = {}
    artifacts: list[Artifact] = []
    truncated: list[str] = []
    """Paths inside the envelope where a value was cut to fit its bounds."""


def outcome_of(envelope: Envelope) -> Outcome:
    """Return the outcome of the document: the metadata facet's, or `unsupported` when it has none."""
    report = envelope.facets.get("metadata")
    return report.outcome if report else Outcome.UNSUPPORTED
