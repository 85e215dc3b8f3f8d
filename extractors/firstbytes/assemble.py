"""From findings to the envelope: pure, and the last word on what gets in."""

from __future__ import annotations

import re
from functools import cache
from typing import Any, get_type_hints

import msgspec

from firstbytes.core import Core
from firstbytes.envelope import Claims, Document, Envelope, FacetReport, Outcome, SniffedBy
from firstbytes.run import FacetFindings, Findings

_FIELDS = {field.name: field.type for field in msgspec.structs.fields(Core)}
_BEYOND_64_BITS = re.compile(r"-?\d{19,}")

_SEVERAL_LINES = {"description", "copyright"}


def assemble(document: Document, findings: Findings) -> Envelope:
    """Return the envelope of a document.

    Core facts are merged over the facets, metadata's first. A core fact out of its bounds is left out and its path
    listed in `truncated`; a name that the vocabulary does not have, or a value of the wrong type, is the extractor's
    bug and fails its facet.
    """
    ordered = sorted(findings.facets, key=lambda facet: (facet.facet != "metadata", facet.facet))
    core: dict[str, Any] = {}
    truncated: list[str] = []
    specific: dict[str, dict[str, Any]] = {}
    reports: dict[str, FacetReport] = {}
    for facet in ordered:
        facts, cut, wrong = _core(facet)
        core = {**facts, **core}
        truncated += [*cut, *(f"type_specific.{facet.facet}.{path}" for path in facet.truncated)]
        reports[facet.facet] = _report(facet, wrong)
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
    """Return the valid core facts, the paths of those out of bounds, and what is wrong for any file."""
    facts: dict[str, Any] = {}
    cut: list[str] = []
    given = facet.facts.get("core", {})
    if not isinstance(given, dict):
        return {}, [], [f"core: expected a mapping, got {type(given).__name__}"]
    wrong: list[str] = []
    for name, value in given.items():
        # One is told of; looking up what each of many names from a file may have meant would take seconds.
        if (value is None) if name in _FIELDS else wrong:
            continue
        try:
            facts[name] = msgspec.convert(value if name in _SEVERAL_LINES else _one_line(value), _FIELDS[name])
        except (KeyError, msgspec.ValidationError):
            problem = core_problem(name, value)
            (wrong if problem else cut).append(f"core.{name}: {problem}" if problem else f"core.{name}")
    return facts, cut, wrong


@cache
def _kinds() -> dict[str, Any]:
    """Return the types of the fields without their bounds."""
    return get_type_hints(Core)


def core_problem(name: str, value: object) -> str:
    """Say what is wrong with a core fact whatever the file: its name or its type; nothing where only bounds can be."""
    if name not in _FIELDS:
        import difflib

        near = difflib.get_close_matches(name, _FIELDS, n=1)
        return f"the core vocabulary has no field {name!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    numeric = _kinds()[name] in (int | None, float | None)
    # The sanitiser makes text of integers that no store takes: too large, but the right type.
    if numeric and isinstance(value, str) and _BEYOND_64_BITS.fullmatch(value):
        return ""
    if numeric and isinstance(value, int) and not isinstance(value, bool):
        return ""
    try:
        msgspec.convert(value, _kinds()[name])
    except msgspec.ValidationError as error:
        said = str(error).replace("`", "").replace(" | null", "").replace(" - at $", " at ")
        return f"{said.replace('Expected', 'expected')} {value!r}"[:200]
    return ""


def _one_line(value: Any) -> Any:
    if isinstance(value, list):
        return [_one_line(item) for item in value]
    return " ".join(value.split()) if isinstance(value, str) else value


def _report(facet: FacetFindings, wrong: list[str]) -> FacetReport:
    outcome, reason = (Outcome.FAILED, wrong[0]) if wrong else (facet.outcome, facet.reason)
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
