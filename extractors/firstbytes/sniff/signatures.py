"""Magic numbers that give a type away, which rules refine them, and which content rules are asked after them.

`MAGIC` is data: (media type, magic, offset), from the formats' specifications; the longest match wins.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from firstbytes.media import canonical
from firstbytes.sniff.magic_numbers import MAGIC, UNMISTAKABLE_EXCEPT
from firstbytes.sniff.numbers import printable
from firstbytes.sniff.values import Magic, Match

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    "application/x-elf": "firstbytes.sniff.executables:refine",
    "application/x-hdf5": "firstbytes.sniff.science:hdf5",
    "application/vnd.las": "firstbytes.sniff.science:las",
    "application/pdf": "firstbytes.sniff.pages:pdf",
    "application/postscript": "firstbytes.sniff.pages:postscript",
    "application/vnd.hp-pcl": "firstbytes.sniff.pages:printer",
}
"""Signature's type -> the rule that looks closer. A rule: (Head, ByteSource) -> Match | None."""

_IN_TEXT = frozenset(
    {
        "application/fdf",
        "application/pdf",
        "application/postscript",
        "application/warc",
        "application/x-bittorrent",
        "application/x-ebu-stl",
        "application/x-nrrd",
        "application/x-pocket-word",
        "application/x-spss-por",
        "application/x-xfig",
        "image/cgm",
        "image/x-xpixmap",
    }
)
"""Types of a short magic whose files are text, or may be for their first 512 bytes."""

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
def _buckets() -> Mapping[int, Mapping[int, tuple[Magic, ...]]]:
    """Return the table by offset and first byte: of 660 rows a file meets a dozen."""
    buckets: dict[int, dict[int, list[Magic]]] = {}
    for row in MAGIC:
        buckets.setdefault(row[2], {}).setdefault(row[1][0], []).append(row)
    return {at: {byte: tuple(rows) for byte, rows in column.items()} for at, column in sorted(buckets.items())}


@cache
def unmistakable() -> frozenset[str]:
    """Types whose files always start with their signature: without it, no suffix makes a file one."""
    return frozenset(canonical(row[0]) for row in MAGIC) - UNMISTAKABLE_EXCEPT


_TEXT = bytes((*b"\t\n\r", *range(0x20, 0x7F)))
_LETTERS = 8
_PROSE = 16


def _is_word(head: bytes, row: Magic) -> bool:
    """Return whether a magic of a few letters is a word in a text: a binary header has other bytes near it."""
    media_type, magic, at = row
    if len(magic) > _LETTERS or media_type in _IN_TEXT or not printable(magic):
        return False
    shown = head[: at + len(magic) + 512]
    return len(shown) >= at + len(magic) + _PROSE and not shown.translate(None, _TEXT)


def match(head: bytes, extra: Sequence[Signature] = ()) -> Match | None:
    """Return the type of the longest magic that matches; of equals third parties' first, then the first in the file."""
    theirs = sorted((canonical(s.media_type), s.magic, s.offset) for s in extra if s.magic)
    ours = (row for at, column in _buckets().items() if at < len(head) for row in column.get(head[at], ()))
    hits = [row for row in theirs if head.startswith(row[1], row[2])]
    hits += [row for row in ours if head.startswith(row[1], row[2]) and not _is_word(head, row)]
    if not hits:
        return None
    # Of equals `max` returns the first.
    media_type, magic, at = max(hits, key=lambda row: len(row[1]))
    return Match(media_type, f"{len(magic)} bytes at {at}", "signature")
