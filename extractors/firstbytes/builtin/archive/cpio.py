"""cpio archives: new ASCII, with and without checksum, portable ASCII, and binary (cpio(5))."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.archive.listing import MAX_ENTRIES, Entry, Listing, Window
from firstbytes.formats.values import from_unix, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_TRAILER = "TRAILER!!!"
_NAME = 4096
_VARIANTS = {b"070701": "newc", b"070702": "crc", b"070707": "odc", b"\xc7\x71": "binary", b"\x71\xc7": "binary"}


@dataclass(frozen=True, slots=True)
class _Record:
    mode: int
    modified: int
    name_size: int
    size: int
    header: int
    align: int


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a cpio archive.

    Raises:
        Corrupt: the first header is none.
    """
    window = Window(source)
    start = source.read(0, 6)
    variant = _VARIANTS.get(start) or _VARIANTS.get(start[:2])
    if variant is None:
        msg = "expected a cpio header"
        raise Corrupt(msg)
    listing = Listing(render=lambda entry: from_unix(int(entry.moment)))
    position, ended = 0, False
    while listing.count < MAX_ENTRIES:
        record = _record(window.read(position, 110))
        if record is None or not 0 < record.name_size <= _NAME:
            break
        name = window.read(position + record.header, record.name_size).rstrip(b"\0").decode("utf-8", "replace")
        if name == _TRAILER:
            ended = True
            break
        data = _aligned(position + record.header + record.name_size, record.align)
        if data > source.size:
            break
        listing.add(_entry(name, record))
        position = _aligned(data + record.size, record.align)
    facts: dict[str, JSON] = {"core": known(listing.core()) if ended else {}, **listing.own(), "variant": variant}
    if not ended:
        reason = "the end of the archive is missing"
        if window.exhausted or listing.count >= MAX_ENTRIES:
            reason = f"the first {listing.count} entries were looked at"
        facts |= {"outcome": "partial", "reason": reason}
    return facts


def _entry(name: str, record: _Record) -> Entry:
    kind = record.mode & 0xF000
    return Entry(
        name=name,
        size=record.size if kind == 0x8000 else 0,
        folder=kind == 0x4000,
        link=kind == 0xA000,
        moment=record.modified,
    )


def _record(header: bytes) -> _Record | None:
    """Read a header of any of the variants; None where none stands."""
    try:
        if header[:6] in {b"070701", b"070702"} and len(header) >= 110:
            fields = [int(header[at : at + 8], 16) for at in range(6, 110, 8)]
            return _Record(fields[1], fields[5], fields[11], fields[6], 110, 4)
        if header[:6] == b"070707" and len(header) >= 76:
            mode, modified = int(header[18:24], 8), int(header[48:59], 8)
            return _Record(mode, modified, int(header[59:65], 8), int(header[65:76], 8), 76, 1)
    except ValueError:
        return None
    if header[:2] in {b"\xc7\x71", b"\x71\xc7"} and len(header) >= 26:
        order = "<" if header[:1] == b"\xc7" else ">"
        words = struct.unpack_from(f"{order}13H", header)
        return _Record(words[3], words[8] << 16 | words[9], words[10], words[11] << 16 | words[12], 26, 2)
    return None


def _aligned(position: int, align: int) -> int:
    return -(-position // align) * align
