"""Entries of a ZIP archive: central and local headers, extra fields (PKWARE APPNOTE 6.3.10, 4.3 to 4.5)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firstbytes.formats.values import from_iso, from_unix

if TYPE_CHECKING:
    from collections.abc import Iterator

STORED, DEFLATED = 0, 8
LOCAL, CENTRAL = b"PK\3\4", b"PK\1\2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry. Sizes are bytes as declared; `offset` is where its local header is in the source."""

    name: str
    method: int = STORED
    flags: int = 0
    crc: int = 0
    compressed: int = 0
    size: int = 0
    offset: int = 0
    dos_time: int = 0
    attributes: int = 0
    """External attributes: a Unix mode in the upper 16 bits where `system` is 3."""
    system: int = 0
    extra: bytes = b""
    comment: bytes = b""

    @property
    def encrypted(self) -> bool:
        """True when its data are encrypted (general purpose bit 0)."""
        return bool(self.flags & 1)

    @property
    def is_folder(self) -> bool:
        """True for a folder: its name ends with a slash."""
        return self.name.endswith("/")

    @property
    def modified(self) -> str | None:
        """RFC 3339: UTC where the extended timestamp is there, else the local MS-DOS time."""
        stamp = _extra(self.extra, 0x5455)
        if len(stamp) >= 5 and stamp[0] & 1:
            return from_unix(int.from_bytes(stamp[1:5], "little", signed=True))
        date, time = self.dos_time >> 16, self.dos_time & 0xFFFF
        day = f"{1980 + (date >> 9)}-{date >> 5 & 15:02}-{date & 31:02}"
        return from_iso(f"{day}T{time >> 11:02}:{time >> 5 & 63:02}:{min(59, (time & 31) * 2):02}")


def central(directory: bytes, position: int, prefix: int) -> Member:
    """Return the entry whose central header, 46 bytes at least, is at `position`; `prefix` shifts its offset."""
    fields = struct.unpack_from("<4xBBHHHIIIIHHHHHII", directory, position)
    _, system, _, flags, method, when, crc, packed, size, names, extras, comments, _, _, attributes, offset = fields
    start = position + 46 + names
    extra = directory[start : start + extras]
    size, packed, offset = _large(size, packed, offset, extra)
    path = _extra(extra, 0x7075)[5:]
    return Member(
        name=text(path, 0x800) if path else text(directory[position + 46 : start], flags),
        method=method,
        flags=flags,
        crc=crc,
        compressed=packed,
        size=size,
        offset=offset + prefix,
        dos_time=when,
        attributes=attributes,
        system=system,
        extra=extra,
        comment=directory[start + extras : start + extras + comments],
    )


def local_headers(data: bytes) -> Iterator[Member]:
    """Yield the entries whose local headers are in `data`, the first bytes of an archive."""
    position = data.find(LOCAL)
    while 0 <= position <= len(data) - 30 and data.startswith(LOCAL, position):
        flags, method, when, crc, packed, size, names, extras = struct.unpack_from("<6xHHIIIIHH", data, position)
        start = position + 30 + names
        extra = data[start : start + extras]
        size, packed, _ = _large(size, packed, 0, extra)
        begin = start + extras
        unknown = bool(flags & 8) and packed == 0
        if unknown:
            # A data descriptor follows the data: the next header tells where they end.
            stop = min((p for p in (data.find(LOCAL, begin), data.find(b"PK\7\x08", begin)) if p >= 0), default=-1)
            packed = (stop if stop >= 0 else len(data)) - begin
        yield Member(
            name=text(data[position + 30 : start], flags),
            method=method,
            flags=flags,
            crc=crc,
            compressed=max(0, packed),
            size=size,
            offset=position,
            dos_time=when,
            extra=extra,
        )
        following = data.find(LOCAL, begin + max(0, packed), begin + max(0, packed) + (28 if unknown else 4))
        position = following if following >= 0 else -1


def _large(size: int, packed: int, offset: int, extra: bytes) -> tuple[int, int, int]:
    """Return the three fields with those that overflow taken from the ZIP64 extra field (APPNOTE 4.5.3)."""
    values = [size, packed, offset]
    if 0xFFFFFFFF in values:
        data = _extra(extra, 1)
        numbers = iter(struct.unpack_from(f"<{len(data) // 8}Q", data))
        values = [next(numbers, value) if value == 0xFFFFFFFF else value for value in values]
    return values[0], values[1], values[2]


def _extra(extra: bytes, wanted: int) -> bytes:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        if kind == wanted:
            return extra[position + 4 : position + 4 + length]
        position += 4 + length
    return b""


def text(name: bytes, flags: int) -> str:
    """Decode a name: UTF-8 where flagged or where it happens to be that, else code page 437."""
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        return name.decode("utf-8", "replace") if flags & 0x800 else name.decode("cp437")


def fold(name: str) -> str:
    """Return the form in which names are compared loosely: no leading slash, forward slashes, lower case."""
    return name.replace("\\", "/").lstrip("/").lower()


def u16(data: bytes, position: int) -> int:
    """Return the little-endian 16-bit number at `position`."""
    return int.from_bytes(data[position : position + 2], "little")
