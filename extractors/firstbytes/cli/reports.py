"""What each command does, between its options and the screen. Each returns whether something failed."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec
from rich.cells import cell_len
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from firstbytes import advice, settings
from firstbytes import routes as routing
from firstbytes.cli import render, words, work
from firstbytes.cli.inputs import STDIN, Input
from firstbytes.envelope import Envelope, outcome_of
from firstbytes.errors import RouteConflict, RouteTableError, SourceError
from firstbytes.media import ancestors, canonical
from firstbytes.plugins import Plugins, discover
from firstbytes.routes import RouteTable
from firstbytes.source import Budget

_TYPE = re.compile(
    r"(application|audio|font|haptics|image|message|model|multipart|text|video|x-[a-z]+)/[\w!#$&^.+-]+", re.IGNORECASE
)
"""A media type (RFC 6838, 4.2) under a registered or an x- top level; `samples/x.pdf` is a path."""
_SOME = 20
"""Files above which a terminal gets a progress bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How documents are run: isolation, jobs, time for each, facets wanted, outcomes that count as failure."""

    isolation: str = "pool"
    jobs: int = 1
    timeout_s: float = 30.0
    facets: tuple[str, ...] | None = None
    fail_on: frozenset[str] = frozenset({"corrupt", "failed"})


def table(path: Path | None) -> RouteTable:
    """Return the route table: a compiled one, checked against what is installed, or one made now.

    Made now, a plugin that does not load is reported on standard error and the others go on.
    """
    if path is not None:
        try:
            data = path.read_bytes()
        except OSError as error:
            msg = f"cannot read {str(path)!r}: {error.strerror or error}; try: firstbytes compile -o {path}"
            raise RouteTableError(msg) from error
        compiled = routing.from_json(data)
        routing.check_installed(compiled)
        return compiled
    wanted = settings.load()
    found = discover(wanted.plugins)
    for problem in found.problems:
        _say(f"{problem}; try: {problem.remedy}")
    return _compile(found, wanted)


def _compile(found: Plugins, wanted: settings.Settings) -> RouteTable:
    return routing.compile_table(
        found.claims, found.signatures, wanted.pins, wanted.config, found.versions, found.bringers
    )


def extract(found: Sequence[Input], routes: RouteTable, plan: Plan, style: str) -> bool:
    """Run the inputs and print an envelope for each: style is json, lines, detail or explain."""
    out, _ = render.consoles()
    widths = render.columns(out, _longest(found))
    failed = False
    outcomes: list[str] = []
    # Closed at once when an interrupt comes while a line is printed: what is in flight must not be waited for.
    with closing(_run(found, routes, plan)) as results:
        for result in results:
            if result.envelope is None:
                failed = True
                _say(result.error)
                outcomes.append("unreadable")
                continue
            envelope = result.envelope
            outcomes.append(outcome_of(envelope))
            failed |= bool(plan.fail_on & {outcomes[-1], "mismatch" if envelope.mismatch else ""})
            if style == "json":
                click.echo(msgspec.json.encode(envelope))
            elif style == "lines":
                render.show(out, render.line(envelope, widths))
            else:
                for line in (*render.detail(envelope), *(render.explain(envelope) if style == "explain" else ())):
                    render.show(out, line)
    if style == "lines":
        tally = ", ".join(f"{count} {name}" for name, count in work.counts(outcomes).items())
        click.echo(f"{words.count(len(found), 'file')}{': ' if tally else ''}{tally}", err=True)
    return failed


def _say(message: object) -> None:
    """Print one line on standard error, whatever is in it."""
    click.echo(f"firstbytes: {words.safe(str(message))}", err=True)


def _longest(found: Sequence[Input]) -> int:
    return max((cell_len(words.safe(work.shown(item.name))) for item in found), default=1)


def sniff(found: Sequence[Input], routes: RouteTable, plan: Plan, *, as_json: bool) -> bool:
    """Print what each input is."""
    out, _ = render.consoles()
    widths = render.columns(out, _longest(found), most=60)
    failed = False
    # Closed at once when an interrupt comes while a line is printed: what is in flight must not be waited for.
    with closing(_run(found, routes, plan)) as results:
        for result in results:
            if result.envelope is None:
                failed = True
                _say(result.error)
            elif as_json:
                click.echo(msgspec.json.encode(_sniffed(result.envelope)))
            else:
                render.show(out, render.sniff_line(result.envelope, widths))
    return failed


def _sniffed(envelope: Envelope) -> dict[str, object]:
    return {
        "path": envelope.document.name,
        "media_type": envelope.media_type,
        "how": envelope.sniffed_by.how,
        "mismatch": envelope.mismatch,
        "rule": envelope.sniffed_by.rule,
        "ancestors": envelope.ancestors,
        "suffix": envelope.claims.suffix,
        "bytes_read": envelope.sniffed_by.bytes_read,
        "requests": envelope.sniffed_by.requests,
    }


def _run(found: Sequence[Input], routes: RouteTable, plan: Plan) -> Generator[work.Result, None, None]:
    with closing(work.runner(routes, plan.isolation, Budget())) as runner, _progress(found) as advance:

        def one(item: Input) -> work.Result:
            return work.examine(item, runner, facets=plan.facets, timeout_s=plan.timeout_s)

        for result in work.each(found, one, plan.jobs):
            yield result
            advance()


@contextmanager
def _progress(found: Sequence[Input]) -> Iterator[Callable[[], None]]:
    """Show a bar with rate and time left on standard error, on a terminal and for long work only."""
    if len(found) < _SOME or not sys.stderr.isatty() or sys.stdout.isatty():
        yield lambda: None
        return
    columns = (
        SpinnerColumn(),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    _, messages = render.consoles()
    with Progress(*columns, console=messages, transient=True) as progress:
        task = progress.add_task("", total=len(found), rate="")

        def advance() -> None:
            progress.advance(task)
            speed = progress.tasks[0].finished_speed or progress.tasks[0].speed
            progress.update(task, rate=f"{speed:.0f} files/s" if speed else "")

        yield advance


def _type_of(what: str, routes: RouteTable) -> str:
    """Return the media type that was typed, or that of the file."""
    if "://" not in what and not Path(what).exists() and what != STDIN:
        if _TYPE.fullmatch(what):
            return canonical(what.lower())
        msg = f"expected a file, or a media type such as application/pdf, got {what!r}"
        raise SourceError(msg)
    from firstbytes.sniff import sniff as sniff_source

    return sniff_source(Input(what).open(), name=what, signatures=routes.signatures).media_type


def route(what: str, routes: RouteTable, *, as_json: bool) -> None:
    """Print who handles a media type, or the file's."""
    media_type = _type_of(what, routes)
    found = routes.candidates(media_type)
    if as_json:
        facets = {facet: [claim.extractor.name for claim in claims] for facet, claims in found.items()}
        document = {"media_type": media_type, "ancestors": ancestors(media_type), "facets": facets}
        click.echo(msgspec.json.encode(document))
        return
    out, _ = render.consoles()
    out.print(Text(f"{media_type} < {' < '.join(ancestors(media_type)) or 'nothing'}"))
    rows = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("facet", "extractor", "lane", "claims it by", "from"):
        rows.add_column(heading, header_style="dim")
    for facet, claims in found.items():
        for place, claim in enumerate(claims):
            name = claim.extractor.name if place == 0 else f"  then {claim.extractor.name}"
            by = _pattern(claim.extractor.accepts, media_type)
            rows.add_row(facet, name, claim.extractor.needs.lane, by, f"{claim.distribution} {claim.version}")
    out.print(rows if found else Text("no extractor claims it"))


def _pattern(accepts: Sequence[str], media_type: str) -> str:
    from firstbytes.registry import rank

    ranked = [(found, pattern) for pattern in accepts if (found := rank(pattern, media_type)) is not None]
    return min(ranked)[1]


def plugins(*, as_json: bool) -> bool:
    """Print the plugins, their problems and conflicts; it works however broken a plugin is."""
    wanted = settings.load()
    found = discover(wanted.plugins)
    conflict, warnings = _tried(found, wanted)
    failed = bool(found.problems or conflict)
    if as_json:
        click.echo(msgspec.json.encode({"plugins": found.loaded, "problems": found.problems, "conflict": conflict}))
        return failed
    out, messages = render.consoles()
    rows = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("plugin", "from", "extractors", "signatures", "import"):
        rows.add_column(heading, header_style="dim")
    for plugin in found.loaded:
        names = ", ".join(claim.extractor.name for claim in plugin.claims)
        origin = f"{plugin.distribution} {plugin.version}"
        rows.add_row(plugin.plugin, origin, names, str(len(plugin.signatures)), f"{plugin.import_ms:.0f} ms")
    out.print(rows)
    for warning in (*found.warnings, *warnings):
        messages.print(Text(words.safe(warning), style="yellow"))
    for problem in found.problems:
        messages.print(Text(words.safe(f"{problem}; try: {problem.remedy}"), style="red"))
    if conflict:
        click.echo(conflict, err=True)
    return failed


def _tried(found: Plugins, wanted: settings.Settings) -> tuple[str, tuple[str, ...]]:
    """Return the conflicts that compiling meets, or what to look at again in what it gives."""
    try:
        return "", advice.on_table(_compile(found, wanted))
    except RouteConflict as error:
        return str(error), ()


def compile_routes(output: Path, *, check: bool) -> bool:
    """Write routes.json, or compare it. Every problem is fatal here."""
    wanted = settings.load()
    found = discover(wanted.plugins)
    if found.problems:
        msg = "; ".join(f"{problem}; try: {problem.remedy}" for problem in found.problems)
        raise RouteTableError(msg)
    compiled = _compile(found, wanted)
    for warning in (*found.warnings, *advice.on_table(compiled)):
        _say(warning)
    data = routing.to_json(compiled)
    if check:
        current = output.read_bytes() if output.is_file() else b""
        if current != data:
            option = "" if output == Path("routes.json") else f" -o {shlex.quote(str(output))}"
            what = "is not what the installed plugins compile to" if output.is_file() else "is not there"
            _say(f"{output} {what}; try: firstbytes compile{option}")
        return current != data
    try:
        output.write_bytes(data)
    except OSError as error:
        msg = f"cannot write {str(output)!r}: {error.strerror or error}; try: firstbytes compile -o FILE"
        raise RouteTableError(msg) from error
    click.echo(f"{output}: {len(compiled.routes)} media types, {len(compiled.claims)} extractors", err=True)
    return False


def doctor(*, as_json: bool) -> bool:
    """Try every part that depends on the machine and print what works."""
    from firstbytes.cli.checks import CHECKS

    rows = [(name, *check()) for name, check in CHECKS]
    if as_json:
        click.echo(msgspec.json.encode([{"check": n, "ok": ok, "detail": detail} for n, ok, detail in rows]))
    else:
        out, _ = render.consoles()
        for name, ok, detail in rows:
            mark = Text("ok    ", style="green") if ok else Text("FAILED", style="bold red")
            out.print(mark, Text(f"{name:<12} {detail}"))
    return not all(ok for _, ok, _ in rows)
