"""Magic numbers that give a type away, which rules refine them, and which content rules are asked after them.

`MAGIC` is data: (media type, magic, offset), from the formats' specifications; the longest match wins.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from firstbytes.media import canonical
from firstbytes.sniff.magic_numbers import MAGIC, UNMISTAKABLE_EXCEPT
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from collections.abc import Sequence

    from firstbytes.spec import Signature

REFINERS: dict[str, str] = {
    "application/zip": "firstbytes.sniff.zip:refine",
    "application/x-ole-storage": "firstbytes.sniff.ole:refine",
    "application/x-mobipocket-ebook": "firstbytes.sniff.books:refine",
    "application/mp4": "firstbytes.sniff.bmff:refine",
    "application/x-ebml": "firstbytes.sniff.ebml:refine",
    "application/ogg": "firstbytes.sniff.ogg:refine",
    "application/vnd.ms-asf": "firstbytes.sniff.asf:refine",
    "application/x-riff": "firstbytes.sniff.riff:refine",
    "image/tiff": "firstbytes.sniff.tiff:refine",
    "image/png": "firstbytes.sniff.png:refine",
    "image/jpeg": "firstbytes.sniff.images:jpeg",
    "image/jp2": "firstbytes.sniff.images:jpeg2000",
    "application/gzip": "firstbytes.sniff.gzip:refine",
    "application/x-unix-archive": "firstbytes.sniff.ar:refine",
    "application/x-tar": "firstbytes.sniff.disks:members",
    "application/vnd.sqlite3": "firstbytes.sniff.sqlite:refine",
    "application/x-dosexec": "firstbytes.sniff.executables:refine",
    "application/x-elf": "firstbytes.sniff.executables:refine",
    "application/x-hdf5": "firstbytes.sniff.science:hdf5",
    "application/vnd.las": "firstbytes.sniff.science:las",
    "application/pdf": "firstbytes.sniff.pages:pdf",
    "application/postscript": "firstbytes.sniff.pages:postscript",
    "application/vnd.hp-pcl": "firstbytes.sniff.pages:printer",
}
"""Signature's type -> the rule that looks closer. A rule: (Head, ByteSource) -> Match | None."""

CONTENT: tuple[str, ...] = (
    "firstbytes.sniff.pages:content",
    "firstbytes.sniff.zip:content",
    "firstbytes.sniff.mpeg:content",
    "firstbytes.sniff.asn1:content",
    "firstbytes.sniff.images:content",
    "firstbytes.sniff.binary:content",
    "firstbytes.sniff.images:targa",
    "firstbytes.sniff.text:content",
)
"""Asked in this order when no signature matches; the first answer counts."""


@cache
def _index() -> tuple[tuple[str, bytes, int], ...]:
    return tuple(sorted(MAGIC, key=lambda row: -len(row[1])))


@cache
def unmistakable() -> frozenset[str]:
    """Types whose files always start with their signature: without it, no suffix makes a file one."""
    return frozenset(canonical(row[0]) for row in MAGIC) - UNMISTAKABLE_EXCEPT


def match(head: bytes, extra: Sequence[Signature] = ()) -> Match | None:
    """Return the longest matching magic number's type, third parties' first among equals."""
    theirs = [(canonical(s.media_type), s.magic, s.offset) for s in extra if s.magic]
    best: tuple[str, bytes, int] | None = None
    for row in (*sorted(theirs, key=lambda r: (-len(r[1]), r[0])), *_index()):
        if best and len(row[1]) <= len(best[1]):
            continue
        if head.startswith(row[1], row[2]):
            best = row
    return Match(best[0], f"{len(best[1])} bytes at {best[2]}", "signature") if best else None
