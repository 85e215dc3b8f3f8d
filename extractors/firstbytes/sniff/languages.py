"""Lines that tell a programming language. The table is data (`languages.tsv`); patterns are compiled when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice

Rows = tuple[tuple[re.Pattern[str], int], ...]
"""Patterns with their points."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its type, words of which one has to be in the text, and (pattern, points) as text."""

    media_type: str
    words: frozenset[str]
    patterns: tuple[tuple[str, int], ...]


@cache
def languages() -> tuple[Language, ...]:
    """Return all languages; of two with equal points the one listed first wins."""
    lines = files("firstbytes.sniff").joinpath("languages.tsv").read_text("utf-8").splitlines()
    words: dict[str, frozenset[str]] = {}
    patterns: dict[str, list[tuple[str, int]]] = {}
    for kind, points, value in (line.split("\t") for line in lines if not line.startswith("#")):
        if points == "words":
            words[kind] = frozenset(value.split())
        else:
            patterns.setdefault(kind, []).append((value, int(points)))
    return tuple(Language(kind, words[kind], tuple(rows)) for kind, rows in patterns.items())


@cache
def rows_of(language: Language) -> Rows:
    """Return a language's patterns, compiled."""
    return tuple((re.compile(pattern, re.MULTILINE), points) for pattern, points in language.patterns)


def score(text: str, rows: Rows) -> int:
    """Return the points of a text: a pattern's own, once more when it is found a second time."""
    return sum(points * len(list(islice(pattern.finditer(text), 2))) for pattern, points in rows)
