"""What a person sees: tables, one line a file, and the explanation of one decision."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from rich.console import Console
from rich.text import Text

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


def size(count: int) -> str:
    """Return a byte count with a unit: 512 B, 1.5 kB, 2.0 MB."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def duration(ms: int) -> str:
    """Return a playing time: 0.85 s, 12.3 s, 3:25, 1:02:03."""
    seconds = ms / 1000
    if seconds < 60:
        return f"{seconds:.3g} s"
    hours, rest = divmod(round(seconds), 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def telling(core: Core) -> str:
    """Return the facts that tell most about a document, in a line."""
    return " · ".join(part for part in _parts(core) if part)


def _parts(core: Core) -> Iterator[str]:
    yield f"“{core.title}”" if core.title else (core.subject or "")
    yield ", ".join((core.authors or [])[:2])
    yield f"{core.width_px} x {core.height_px} px" if core.width_px and core.height_px else ""
    yield duration(core.duration_ms) if core.duration_ms else ""
    yield "/".join(codec for codec in (core.video_codec, core.audio_codec) if codec)
    for count, noun in _counts(core):
        yield f"{count:,} {noun if count == 1 else noun + 's'}" if count is not None else ""
    yield "encrypted" if core.encrypted else ""
    yield f"{core.latitude_deg:.4f}, {core.longitude_deg:.4f}" if core.latitude_deg and core.longitude_deg else ""
    yield core.device_model or ""
    yield core.version or ""
    yield core.taken_at or core.sent_at or core.created or core.starts_at or ""


def _counts(core: Core) -> Sequence[tuple[int | None, str]]:
    return (
        (core.page_count, "page"),
        (core.sheet_count, "sheet"),
        (core.row_count, "row"),
        (core.column_count, "column"),
        (core.entry_count, "entrie" if core.entry_count != 1 else "entry"),
        (core.frame_count if (core.frame_count or 0) > 1 else None, "frame"),
        (core.glyph_count, "glyph"),
        (core.triangle_count, "triangle"),
        (core.point_count, "point"),
        (core.line_count, "line"),
    )


def line(envelope: Envelope, width: int) -> Text:
    """Return one line about a document: name, type, outcome, telling facts."""
    outcome = outcome_of(envelope)
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(_fit(envelope.document.name, width), style="bold")
    text.append(f"  {_fit(label(envelope.media_type), 24)}  ")
    text.append(f"{outcome:<11}", style=STYLES[outcome])
    report = envelope.facets.get("metadata")
    facts = telling(envelope.core)
    if outcome is not Outcome.COMPLETE and report and report.reason:
        facts = f"{report.reason}{' · ' if facts else ''}{facts}"
    text.append(f"  {facts}")
    if envelope.mismatch:
        claimed = envelope.claims.suffix or envelope.claims.declared
        text.append(f"  (claims {claimed})", style="yellow")
    return text


def _fit(text: str, width: int) -> str:
    return f"{text:<{width}}" if len(text) <= width else f"…{text[1 - width :]}"


def detail(envelope: Envelope) -> Iterator[Text]:
    """Yield the envelope of one document: a heading, a line a fact, a line a facet."""
    heading = Text(envelope.document.name, style="bold")
    heading.append(f"  {envelope.media_type}", style="cyan")
    heading.append(f"  {size(envelope.document.size_bytes)}", style="dim")
    yield heading
    core = msgspec.to_builtins(envelope.core)
    own = {
        key if facet == "metadata" else f"{facet}.{key}": value
        for facet, facts in envelope.type_specific.items()
        for key, value in facts.items()
    }
    width = max((len(key) for key in (*core, *own, *envelope.facets)), default=0)
    for facts, style in ((core, "green"), (own, "blue")):
        for key, value in facts.items():
            yield Text.assemble((f"  {key:<{width}}  ", style), plain(value))
    for facet, report in envelope.facets.items():
        cost = f"{size(report.bytes_read)} in {report.requests} reads, {report.ms:.1f} ms"
        reason = f" ({report.reason})" if report.reason else ""
        yield Text.assemble(
            (f"  {facet:<{width}}  ", "dim"),
            (report.outcome, STYLES[report.outcome]),
            (f"{reason}  {report.extractor or 'nobody'}, {cost}", "dim"),
        )


def plain(value: Any, limit: int = 200) -> str:
    """Return a value in one bounded line."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        text = ", ".join(value)
    elif isinstance(value, str):
        text = value
    else:
        text = msgspec.json.encode(value).decode()
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def explain(envelope: Envelope) -> Iterator[Text]:
    """Yield why this type, which rule, which route, and what it cost."""
    by = envelope.sniffed_by
    yield Text(f"  type      {envelope.media_type} ({label(envelope.media_type)}), by {by.how}: {by.rule}")
    yield Text(f"  is also   {' < '.join(envelope.ancestors) or 'nothing more general'}")
    claimed = (("suffix", envelope.claims.suffix), ("declared", envelope.claims.declared))
    claims = [f"{kind} {value}" for kind, value in claimed if value]
    verdict = "contradicted by the bytes" if envelope.mismatch else "agrees"
    yield Text(f"  claims    {', '.join(claims) + ': ' + verdict if claims else 'none'}")
    for facet, report in envelope.facets.items():
        for declined in report.declined:
            yield Text(f"  {facet:<9} declined by {declined}")
        who = f"{report.extractor} of {report.distribution} {report.version}" if report.extractor else "nobody"
        yield Text(f"  {facet:<9} {who}: {report.outcome}{': ' + report.reason if report.reason else ''}")
    bytes_read = by.bytes_read + sum(report.bytes_read for report in envelope.facets.values())
    requests = by.requests + sum(report.requests for report in envelope.facets.values())
    ms = sum(report.ms for report in envelope.facets.values())
    share = bytes_read / envelope.document.size_bytes if envelope.document.size_bytes else 0
    yield Text(f"  cost      {size(bytes_read)} ({share:.1%} of it) in {requests} reads, {ms:.1f} ms in extractors")


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
    out.soft_wrap = not out.is_terminal
    return out, _Console(stderr=True, highlight=False, soft_wrap=True)


def show(out: Console, line: Text) -> None:
    """Print one line: cut to a terminal's width, whole in a pipe."""
    out.print(line, no_wrap=True, overflow=None if out.soft_wrap else "ellipsis")
