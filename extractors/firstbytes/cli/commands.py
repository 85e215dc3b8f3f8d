"""The commands."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec


@click.group()
def firstbytes() -> None:
    """Say what files are, and what they say about themselves."""


def _files(paths: tuple[str, ...]) -> list[Path]:
    out: list[Path] = []
    for text in paths:
        path = Path(text)
        out += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return out


@firstbytes.command()
@click.argument("paths", nargs=-1)
@click.option("--json", "as_json", is_flag=True)
@click.option("-r", "recursive", is_flag=True)
def sniff(paths: tuple[str, ...], as_json: bool, recursive: bool) -> None:  # noqa: FBT001
    """Say what files are."""
    from firstbytes import FileSource, sniff

    for path in _files(paths):
        with FileSource(path) as source:
            found = sniff(source, name=path.name)
        row = {
            "path": str(path),
            "media_type": found.media_type,
            "how": found.how,
            "mismatch": found.mismatch,
            "rule": found.rule,
        }
        click.echo(
            msgspec.json.encode(row).decode() if as_json else f"{path}\t{found.media_type}\t{found.how}\t{found.rule}"
        )


@firstbytes.command()
@click.argument("paths", nargs=-1)
@click.option("--json", "as_json", is_flag=True)
@click.option("-r", "recursive", is_flag=True)
def extract(paths: tuple[str, ...], as_json: bool, recursive: bool) -> None:  # noqa: FBT001
    """Say what files say about themselves."""
    from firstbytes import FileSource
    from firstbytes.assemble import assemble
    from firstbytes.envelope import Document
    from firstbytes.plugins import discover
    from firstbytes.routes import compile_table
    from firstbytes.run import InProcess, Task

    found = discover()
    for problem in found.problems:
        click.echo(str(problem), err=True)
    runner = InProcess(compile_table(found.claims, found.signatures))
    for path in _files(paths):
        with FileSource(path) as source:
            document = Document(name=str(path), size_bytes=source.size)
            envelope = assemble(document, runner.run(source, Task(document=document)))
        encoded = msgspec.json.encode(envelope)
        click.echo((encoded if as_json else msgspec.json.format(encoded, indent=2)).decode())
