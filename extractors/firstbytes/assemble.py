"""From findings to the envelope: pure, and the last word on what gets in."""

from __future__ import annotations

from typing import Any

import msgspec

from firstbytes.core import Core
from firstbytes.envelope import Claims, Document, Envelope, FacetReport, Outcome, SniffedBy
from firstbytes.run import FacetFindings, Findings

_FIELDS = {field.name: field.type for field in msgspec.structs.fields(Core)}

_SEVERAL_LINES = {"description", "copyright"}


def assemble(document: Document, findings: Findings) -> Envelope:
    """Return the envelope of a document.

    Core facts are merged over the facets, metadata's first. A core fact out of its bounds is left out and its path
    listed in `truncated`; a name that the vocabulary does not have is the extractor's bug and fails its facet.
    """
    ordered = sorted(findings.facets, key=lambda facet: (facet.facet != "metadata", facet.facet))
    core: dict[str, Any] = {}
    truncated: list[str] = []
    specific: dict[str, dict[str, Any]] = {}
    reports: dict[str, FacetReport] = {}
    for facet in ordered:
        facts, cut, unknown = _core(facet)
        core = {**facts, **core}
        truncated += [*cut, *(f"type_specific.{facet.facet}.{path}" for path in facet.truncated)]
        reports[facet.facet] = _report(facet, unknown)
        if own := {key: value for key, value in facet.facts.items() if key != "core"}:
            specific[facet.facet] = own
    return Envelope(
        document=document,
        media_type=findings.media_type,
        ancestors=list(findings.ancestors),
        claims=Claims(declared=findings.declared, suffix=findings.suffix),
        mismatch=findings.mismatch,
        sniffed_by=SniffedBy(
            how=findings.how,
            rule=findings.rule,
            bytes_read=findings.usage.bytes_read,
            requests=findings.usage.requests,
        ),
        core=Core(**core),
        type_specific=specific,
        facets=reports,
        truncated=truncated,
    )


def _core(facet: FacetFindings) -> tuple[dict[str, Any], list[str], list[str]]:
    """Return the valid core facts, the paths of invalid ones, and the names that the vocabulary does not have."""
    facts: dict[str, Any] = {}
    cut: list[str] = []
    given = facet.facts.get("core", {})
    unknown = [name for name in given if name not in _FIELDS] if isinstance(given, dict) else ["core"]
    for name, value in given.items() if isinstance(given, dict) else ():
        if name in unknown or value is None:
            continue
        try:
            facts[name] = msgspec.convert(value if name in _SEVERAL_LINES else _one_line(value), _FIELDS[name])
        except msgspec.ValidationError:
            cut.append(f"core.{name}")
    return facts, cut, unknown


def _one_line(value: Any) -> Any:
    if isinstance(value, list):
        return [_one_line(item) for item in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def _report(facet: FacetFindings, unknown: list[str]) -> FacetReport:
    outcome, reason = facet.outcome, facet.reason
    if unknown:
        outcome, reason = Outcome.FAILED, f"the core vocabulary has no field {unknown[0]!r}"
    return FacetReport(
        outcome=outcome,
        reason=reason,
        extractor=facet.extractor,
        distribution=facet.distribution,
        version=facet.version,
        started_at=facet.started_at,
        finished_at=facet.finished_at,
        bytes_read=facet.usage.bytes_read,
        requests=facet.usage.requests,
        ms=facet.ms,
        declined=list(facet.declined),
    )
