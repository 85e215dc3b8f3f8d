"""What the sources that make files share: one file a step, and a step that cannot be taken says so."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from bench.corpus.fetch import run
from bench.corpus.model import Candidate, Source, SourceMissingError, Truth, Workspace, write_once

__all__ = ["Step", "command", "steps", "text_source"]

Step = tuple[str, str, Callable[[Path], object]]  # name, media type, maker of the file at a path


def steps(work: Workspace, source: str, made: Iterable[Step], truth: Truth = Truth.MADE) -> Iterator[Candidate]:
    """Take each step; one whose tool or library is missing is told and left out."""
    for name, media_type, make in made:
        path = work.cache / "made" / source / name
        try:
            write_once(path, make)
        except (SourceMissingError, ImportError, OSError, ValueError) as error:
            sys.stderr.write(f"{source}: no {name}: {error}\n")
            continue
        if path.stat().st_size:
            yield Candidate(path=path, name=name, media_type=media_type, truth=truth, source=source)


def command(*words: str, timeout: float = 120) -> Callable[[Path], None]:
    """Give a maker that runs a tool; `{}` among the words is the file to write."""

    def make(path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        run([str(path) if word == "{}" else word.replace("{}", str(path)) for word in words], timeout=timeout)
        if not path.exists():
            message = f"{words[0]} wrote nothing"
            raise SourceMissingError(message)

    return make


def text_source(name: str, files: Iterable[tuple[str, str, str | bytes]]) -> Source:
    """Give a source of literals, each written by hand: name, media type, content."""

    def write(path: Path, content: str | bytes) -> None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def build(work: Workspace) -> Iterator[Candidate]:
        made = [(file, kind, partial(_as_maker, write, content)) for file, kind, content in files]
        return steps(work, name, made, Truth.HAND)

    return Source(name=name, build=build)


def _as_maker(write: Callable[[Path, str | bytes], None], content: str | bytes, path: Path) -> None:
    write(path, content)
    os.utime(path)
