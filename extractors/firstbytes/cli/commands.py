"""The commands: options in, exit status out. What they print is in `render`, what they run in `work`."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

import firstbytes
from firstbytes.cli import inputs, reports
from firstbytes.errors import FirstbytesError
from firstbytes.routes import RouteTable

OK, SOME_FAILED, INTERRUPTED = 0, 1, 130
OUTCOMES = ("partial", "unsupported", "encrypted", "corrupt", "limited", "failed", "mismatch")
_Function = TypeVar("_Function", bound=Callable[..., Any])

_PATH = click.Path(readable=False)  # completes file names, and leaves every check to us
_PATHS = click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=_PATH)
_RECURSIVE = click.option("-r", "--recursive", is_flag=True, help="Go into folders.")
_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON document a line.")
_LIMIT = click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Stop after N files.")
_JOBS = click.option(
    "-j", "--jobs", type=click.IntRange(min=0), default=1, show_default=True, help="Files at a time; 0: one a core."
)
_ISOLATION = click.option(
    "--isolation",
    type=click.Choice(["none", "pool", "process"]),
    default="pool",
    show_default=True,
    help="Where parsers run: in this process, in long-lived children, in a fresh child for each file.",
)
_ROUTES = click.option(
    "--routes",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A compiled route table instead of what is installed.",
)


def _seconds(_context: click.Context, _option: click.Parameter, value: float) -> float:
    if not 0.1 <= value <= 86_400:  # written so that nan fails too
        msg = f"expected seconds between 0.1 and 86400, got {value:g}"
        raise click.BadParameter(msg)
    return value


_TIMEOUT = click.option(
    "--timeout",
    type=float,
    callback=_seconds,
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds for one file.",
)
_FAIL_ON = click.option(
    "--fail-on",
    default="corrupt,failed",
    show_default=True,
    metavar="LIST",
    help=f"Outcomes that make the exit status 1, of: {', '.join(OUTCOMES)}; or none.",
)


def _forget_output() -> None:
    """Let what is still buffered go nowhere: nobody takes it, and it must not raise at exit."""
    if sys.stdout:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _guarded(function: _Function) -> _Function:
    """Turn our own errors into one line and exit status 2, an interrupt into 130, a closed pipe into silence.

    What the system refuses besides, a full disk below standard output say, is one line and exit status 1.
    """

    @functools.wraps(function)
    def command(*arguments: Any, **options: Any) -> Any:
        try:
            return function(*arguments, **options)
        except FirstbytesError as error:
            raise click.UsageError(str(error)) from error
        except KeyboardInterrupt:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            _forget_output()
            sys.exit(OK)
        except OSError as error:
            _forget_output()
            raise click.ClickException(error.strerror or str(error)) from error

    return command  # type: ignore[return-value] # functools.wraps keeps the signature


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(firstbytes.__version__, prog_name="firstbytes")
def main() -> None:
    """Say what files are, and what they say about themselves, from a few of their bytes.

    Exit status: 0 all fine, 1 some files failed or are corrupt, 2 usage.
    """


@main.command(short_help="Print what files say about themselves.")
@_PATHS
@_RECURSIVE
@_JSON
@_LIMIT
@_JOBS
@_ISOLATION
@_ROUTES
@_TIMEOUT
@_FAIL_ON
@click.option("--facet", "facets", multiple=True, metavar="NAME", help="Only this facet; may be repeated.")
@click.option("--explain", is_flag=True, help="Say why this type, which route, and what it cost.")
@_guarded
def extract(  # noqa: PLR0913, PLR0917 - one parameter an option
    paths: tuple[str, ...],
    recursive: bool,  # noqa: FBT001 - click passes by name
    as_json: bool,  # noqa: FBT001
    limit: int | None,
    jobs: int,
    isolation: str,
    routes: Path | None,
    timeout: float,
    fail_on: str,
    facets: tuple[str, ...],
    explain: bool,  # noqa: FBT001
) -> None:
    """Print the metadata of files: PATHs, folders with -r, - for standard input, globs, http(s):// and s3:// URLs."""
    plan = reports.Plan(
        isolation=isolation,
        jobs=jobs or os.cpu_count() or 1,
        timeout_s=timeout,
        facets=facets or None,
        fail_on=_outcomes(fail_on),
    )
    found = inputs.expand(paths, recursive=recursive, limit=limit)
    table = reports.table(routes)
    _warn_of_unfilled(facets, table)
    style = "json" if as_json else "explain" if explain else "lines" if recursive or len(paths) > 1 else "detail"
    sys.exit(SOME_FAILED if reports.extract(list(found), table, plan, style) else OK)


def _warn_of_unfilled(facets: tuple[str, ...], table: RouteTable) -> None:
    """Say which facets nobody fills: misspelt, perhaps. The envelopes say unsupported."""
    filled = sorted({claim.extractor.facet for claim in table.claims})
    for facet in facets:
        if facet not in filled:
            expected = f"expected a facet that somebody fills, {' or '.join(filled)}"
            click.echo(f"firstbytes: {expected}, got {facet!r}", err=True)


def _outcomes(text: str) -> frozenset[str]:
    names = frozenset(part.strip() for part in text.split(",") if part.strip()) - {"none"}
    if unknown := sorted(names - set(OUTCOMES)):
        msg = f"expected outcomes of {', '.join(OUTCOMES)}, got {unknown[0]!r}"
        raise click.BadParameter(msg, param_hint="--fail-on")
    return names


@main.command(short_help="Print what files are, and how that was decided.")
@_PATHS
@_RECURSIVE
@_JSON
@_LIMIT
@_JOBS
@_ISOLATION
@_ROUTES
@_guarded
def sniff(
    paths: tuple[str, ...],
    recursive: bool,  # noqa: FBT001
    as_json: bool,  # noqa: FBT001
    limit: int | None,
    jobs: int,
    isolation: str,
    routes: Path | None,
) -> None:
    """Print what files are: media type, how that was decided, and whether name and content disagree."""
    plan = reports.Plan(isolation=isolation, jobs=jobs or os.cpu_count() or 1, facets=())
    found = list(inputs.expand(paths, recursive=recursive, limit=limit))
    sys.exit(SOME_FAILED if reports.sniff(found, reports.table(routes), plan, as_json=as_json) else OK)


@main.command(short_help="Print who reads a file or a media type.")
@click.argument("what", metavar="FILE|TYPE", type=_PATH)
@_JSON
@_ROUTES
@_guarded
def route(what: str, as_json: bool, routes: Path | None) -> None:  # noqa: FBT001
    """Print which extractor handles a file or a media type, who else claims it, and by which rule."""
    reports.route(what, reports.table(routes), as_json=as_json)


@main.command(short_help="List what is installed, and what is broken.")
@_JSON
@_guarded
def plugins(as_json: bool) -> None:  # noqa: FBT001
    """List the plugins that load, what they claim, and those that do not load with the reason."""
    sys.exit(SOME_FAILED if reports.plugins(as_json=as_json) else OK)


@main.command(name="compile", short_help="Write the route table, or check it.")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("routes.json"), show_default=True)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the file differs.")
@_guarded
def compile_(output: Path, check: bool) -> None:  # noqa: FBT001
    """Compile the route table: who handles which media type and facet. Any broken plugin or conflict is fatal."""
    sys.exit(SOME_FAILED if reports.compile_routes(output, check=check) else OK)


@main.command(short_help="Print the JSON Schema of an envelope.")
@_guarded
def schema() -> None:
    """Print the JSON Schema of an envelope."""
    from firstbytes.schema import envelope_schema

    click.echo(msgspec.json.format(msgspec.json.encode(envelope_schema()), indent=2).decode())


@main.command(short_help="Check that this installation works.")
@_JSON
@_guarded
def doctor(as_json: bool) -> None:  # noqa: FBT001
    """Check that this installation works: libmagic, plugins, routes, the sandbox and its limits."""
    sys.exit(SOME_FAILED if reports.doctor(as_json=as_json) else OK)


@main.command(short_help="Print a completion script for a shell.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script of a shell: eval "$(firstbytes completion bash)"."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(main, {}, "firstbytes", "_FIRSTBYTES_COMPLETE").source())
