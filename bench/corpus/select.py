"""From candidates to a corpus: one copy of each content, at most 25 files a type, a stable split."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bench.corpus.model import Candidate
    from bench.corpus.types import Types

__all__ = ["COLUMNS", "Entry", "choose", "read_manifest", "write"]

MOST_A_TYPE = 25
LARGEST = 8_000_000  # bytes
COLUMNS = ("path", "media_type", "family", "split", "truth", "source", "sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the manifest; `path` is relative to the corpus."""

    path: str
    media_type: str
    family: str
    split: str
    truth: str
    source: str
    sha256: str


def choose(candidates: Iterable[Candidate], types: Types) -> list[tuple[Candidate, Entry]]:
    """Pick at most 25 files a type, the sources in turn, so that no single owner speaks for a type."""
    unique: dict[str, tuple[Candidate, Entry]] = {}
    for one in candidates:
        if types.canonical(one.media_type) not in types.graded or not 0 < one.path.stat().st_size <= LARGEST:
            continue
        digest = hashlib.sha256(one.path.read_bytes()).hexdigest()
        unique.setdefault(digest, (one, _entry(one, digest, types)))
    by_type: dict[str, list[tuple[Candidate, Entry]]] = defaultdict(list)
    for pair in unique.values():
        by_type[pair[1].media_type].append(pair)
    return [pair for name in sorted(by_type) for pair in _in_turn(by_type[name])[:MOST_A_TYPE]]


def _entry(one: Candidate, digest: str, types: Types) -> Entry:
    path = f"files/{one.source}/{one.name}"
    media_type = types.canonical(one.media_type)
    return Entry(
        path=path,
        media_type=media_type,
        family=types.family(media_type),
        split=("dev", "held")[hashlib.sha256(path.encode()).digest()[0] & 1],
        truth=one.truth.value,
        source=one.source,
        sha256=digest,
    )


def _in_turn(pairs: list[tuple[Candidate, Entry]]) -> list[tuple[Candidate, Entry]]:
    seen: dict[str, int] = defaultdict(int)
    ranked = []
    for pair in sorted(pairs, key=lambda pair: hashlib.sha256(pair[1].path.encode()).digest()):
        ranked.append((seen[pair[1].source], pair[1].source, pair))
        seen[pair[1].source] += 1
    return [pair for _, _, pair in sorted(ranked, key=lambda item: item[:2])]


def write(chosen: list[tuple[Candidate, Entry]], into: Path) -> None:
    """Lay `files/` and `manifest.tsv` out anew."""
    shutil.rmtree(into / "files", ignore_errors=True)
    for candidate, entry in chosen:
        target = into / entry.path
        target.parent.mkdir(parents=True, exist_ok=True)
        _link(candidate.path, target)
    with (into / "manifest.tsv").open("w", newline="") as lines:
        table = csv.writer(lines, delimiter="\t", lineterminator="\n")
        table.writerow(COLUMNS)
        table.writerows([getattr(entry, name) for name in COLUMNS] for _, entry in chosen)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def read_manifest(into: Path) -> list[Entry]:
    """Read the manifest of a corpus."""
    with (into / "manifest.tsv").open(newline="") as lines:
        return [Entry(**row) for row in csv.DictReader(lines, delimiter="\t")]
