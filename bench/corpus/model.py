"""The values that the corpus is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

__all__ = ["Candidate", "Source", "SourceMissingError", "Truth", "Workspace", "write_once"]


class Truth(StrEnum):
    """How the type of a file is known."""

    MADE = "made"  # a tool or library was asked for exactly this format
    OWNER = "owner"  # the owner's tests read it as this, list this type for it, or it is the owner's source code
    HAND = "hand"  # written by a person from the format's specification


class SourceMissingError(RuntimeError):
    """A source cannot be had here: its tool, its package or the network is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that may enter the corpus.

    `name` is its path below `files/`, with the suffix its owner gave it; `path` is where the bytes are now.
    """

    path: Path
    name: str
    media_type: str
    truth: Truth
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Where downloads and made files are kept between runs."""

    cache: Path
    say: Callable[[str], None]

    def folder(self, name: str) -> Path:
        """Give a folder of the cache, made when missing."""
        folder = self.cache / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One supplier of candidates; it raises `SourceMissingError` for what it cannot have."""

    name: str
    build: Callable[[Workspace], Iterator[Candidate]]


def write_once(path: Path, make: Callable[[Path], object]) -> Path:
    """Make `path` through a temporary name, unless a former run has: an interrupted run leaves no half file."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # The suffix stays last: tools choose the format by it.
        partial = path.with_name(f".part-{path.name}")
        make(partial)
        partial.replace(path)
    return path
