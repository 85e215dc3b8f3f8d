"""What a person sees: tables, one line a file, and the explanation of one decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from rich.console import Console
from rich.text import Text

from firstbytes.cli.words import count, duration, fit, pad, plain, safe, size
from firstbytes.core import Core
from firstbytes.envelope import Envelope, Outcome, outcome_of
from firstbytes.media import label

STYLES = {
    Outcome.COMPLETE: "green",
    Outcome.PARTIAL: "yellow",
    Outcome.ENCRYPTED: "yellow",
    Outcome.LIMITED: "yellow",
    Outcome.UNSUPPORTED: "dim",
    Outcome.CORRUPT: "red",
    Outcome.FAILED: "bold red",
}

_PIPE = 4096
"""Cells in a line of a pipe: a table there is never folded."""


def telling(core: Core) -> str:
    """Return the facts that tell most about a document, in a line; the encoding when there is nothing else."""
    return safe(" · ".join(part for part in _parts(core) if part) or core.encoding or "")


def _parts(core: Core) -> Iterator[str]:
    yield f"“{plain(core.title, 80)}”" if core.title else plain(core.subject or "", 80)
    yield plain((core.authors or [])[:2], 80)
    yield f"{core.width_px} x {core.height_px} px" if core.width_px and core.height_px else ""
    yield duration(core.duration_ms) if core.duration_ms else ""
    yield "/".join(codec for codec in (core.video_codec, core.audio_codec) if codec)
    yield from (count(number, *nouns) for number, *nouns in _counts(core) if number is not None)
    if core.uncompressed_bytes and core.entry_count is None and core.row_count is None:
        yield f"{size(core.uncompressed_bytes)} uncompressed"
    yield "encrypted" if core.encrypted else ""
    if core.latitude_deg is not None and core.longitude_deg is not None:
        yield f"{core.latitude_deg:.4f}, {core.longitude_deg:.4f}"
    yield core.device_model or ""
    yield core.version or ""
    yield core.taken_at or core.sent_at or core.created or core.starts_at or ""


def _counts(core: Core) -> Sequence[tuple[int | None, *tuple[str, ...]]]:
    return (
        (core.page_count, "page"),
        (core.sheet_count, "sheet"),
        (core.row_count, "row"),
        (core.column_count, "column"),
        (core.entry_count, "entry", "entries"),
        (core.frame_count if (core.frame_count or 0) > 1 else None, "frame"),
        (core.glyph_count, "glyph"),
        (core.triangle_count, "triangle"),
        (core.point_count, "point"),
        (core.line_count, "line"),
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """The cells that the name and the type of a document get; without `cut`, longer ones are shown whole."""

    name: int
    label: int
    cut: bool = True

    def lay(self, name: str, label: str) -> tuple[str, str]:
        """Return both, padded, and cut: a name keeps its end, a label its start."""
        if not self.cut:
            return pad(name, self.name), pad(label, self.label)
        return fit(name, self.name), fit(label, self.label, keep="start")


def columns(out: Console, longest: int, most: int = 40) -> Columns:
    """Return the columns for names of at most `longest` cells: a third of a narrow terminal, no cuts in a pipe."""
    cut = not out.soft_wrap
    name = max(8, min(most, longest, out.width * 3 // 10 if cut else most))
    return Columns(name, min(28, max(8, out.width // 4)) if cut else 28, cut)


def line(envelope: Envelope, widths: Columns) -> Text:
    """Return one line about a document: name, type, outcome, telling facts."""
    outcome = outcome_of(envelope)
    name, kind = widths.lay(safe(envelope.document.name), safe(label(envelope.media_type)))
    text = Text.assemble((name, "bold"), f"  {kind}  ", (f"{outcome:<11}", STYLES[outcome]))
    report = envelope.facets.get("metadata")
    core = msgspec.structs.replace(envelope.core, encrypted=None) if outcome is Outcome.ENCRYPTED else envelope.core
    facts = telling(core)
    if outcome is not Outcome.COMPLETE and report and report.reason:
        facts = f"{safe(report.reason)}{' · ' if facts else ''}{facts}"
    text.append(f"  {facts}")
    text.append_text(_claim(envelope))
    text.rstrip()
    return text


def sniff_line(envelope: Envelope, widths: Columns) -> Text:
    """Return one line about what a document is: name, media type, how that was decided."""
    name, _ = widths.lay(safe(envelope.document.name), "")
    by = envelope.sniffed_by
    text = Text.assemble((name, "bold"), (f"  {envelope.media_type}", "cyan"), (f"  {by.how}: {safe(by.rule)}", "dim"))
    return text.append_text(_claim(envelope))


def _claim(envelope: Envelope) -> Text:
    claimed = envelope.claims.suffix or envelope.claims.declared
    return Text(f"  (claims {safe(claimed)})" if envelope.mismatch else "", style="yellow")


def detail(envelope: Envelope) -> Iterator[Text]:
    """Yield the envelope of one document: a heading, a line a fact, a line a facet."""
    heading = Text(safe(envelope.document.name), style="bold")
    heading.append(f"  {envelope.media_type}", style="cyan")
    heading.append(f"  {size(envelope.document.size_bytes)}", style="dim")
    yield heading.append_text(_claim(envelope))
    core = msgspec.to_builtins(envelope.core)
    own = {
        safe(key if facet == "metadata" else f"{facet}.{key}"): value
        for facet, facts in envelope.type_specific.items()
        for key, value in facts.items()
    }
    facets = {f"[{facet}]": report for facet, report in envelope.facets.items()}
    width = min(40, max((len(key) for key in (*core, *own, *facets)), default=0))
    for facts, style in ((core, "green"), (own, "blue")):
        for key, value in facts.items():
            yield Text.assemble((f"  {key:<{width}}  ", style), plain(value))
    for key, report in facets.items():
        more = (
            f"{size(report.bytes_read)} in {count(report.requests, 'more read')}"
            if report.requests
            else "no more reads"
        )
        reason = f" ({safe(report.reason)})" if report.reason else ""
        yield Text.assemble(
            (f"  {key:<{width}}  ", "dim"),
            (report.outcome, STYLES[report.outcome]),
            (f"{reason}  {report.extractor or 'nobody'}, {more}, {report.ms:.1f} ms", "dim"),
        )


def explain(envelope: Envelope) -> Iterator[Text]:
    """Yield why this type, which rule, which route, and what it cost."""
    by = envelope.sniffed_by
    yield Text(f"  type      {envelope.media_type} ({label(envelope.media_type)}), by {by.how}: {safe(by.rule)}")
    yield Text(f"  is also   {' < '.join(envelope.ancestors) or 'nothing more general'}")
    claimed = (("suffix", envelope.claims.suffix), ("declared", envelope.claims.declared))
    claims = [f"{kind} {safe(value)}" for kind, value in claimed if value]
    verdict = "contradicted by the bytes" if envelope.mismatch else "agrees"
    yield Text(f"  claims    {', '.join(claims) + ': ' + verdict if claims else 'none'}")
    for facet, report in envelope.facets.items():
        for declined in report.declined:
            yield Text(f"  {facet:<9} declined by {safe(declined)}")
        who = f"{report.extractor} of {report.distribution} {report.version}" if report.extractor else "nobody"
        yield Text(f"  {facet:<9} {who}: {report.outcome}{': ' + safe(report.reason) if report.reason else ''}")
    bytes_read = by.bytes_read + sum(report.bytes_read for report in envelope.facets.values())
    requests = by.requests + sum(report.requests for report in envelope.facets.values())
    ms = sum(report.ms for report in envelope.facets.values())
    share = bytes_read / envelope.document.size_bytes if envelope.document.size_bytes else 0
    cost = f"{size(bytes_read)} ({share:.1%} of it) in {count(requests, 'read')}"
    yield Text(f"  cost      {cost}, {ms:.1f} ms in extractors")


class _Console(Console):
    """A console that leaves a closed pipe to the command."""

    def on_broken_pipe(self) -> None:
        """Raise what happened; rich would end the process with status 1."""
        raise BrokenPipeError


def consoles() -> tuple[Console, Console]:
    """Return the consoles for results and for messages: colours only on a terminal, off with NO_COLOR.

    On a terminal a line is cut to its width; in a pipe it is whole.
    """
    out = _Console(highlight=False)
    if not out.is_terminal:
        out.soft_wrap, out.width = True, _PIPE
    return out, _Console(stderr=True, highlight=False, soft_wrap=True)


def show(out: Console, line: Text) -> None:
    """Print one line: cut to a terminal's width, whole in a pipe."""
    out.print(line, no_wrap=True, overflow=None if out.soft_wrap else "ellipsis")
