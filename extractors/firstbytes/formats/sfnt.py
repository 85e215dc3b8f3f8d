"""OpenType containers: sfnt, collections, WOFF and WOFF2 as one thing, a set of tables that are read on demand.

Sources: OpenType 1.9 (Font file, Collections), WOFF 1.0 and 2.0 of the W3C. Counts, lengths and unpacking are bounded.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from firstbytes.errors import Corrupt
from firstbytes.source import ByteSource, BytesSource

TABLES = 256
FONTS = 64
UNPACKED = 32 * 1024 * 1024
_READ = 1 << 20
_KNOWN = (
    "cmap head hhea hmtx maxp name OS/2 post cvt fpgm glyf loca prep CFF VORG EBDT EBLC gasp hdmx kern LTSH PCLT "
    "VDMX vhea vmtx BASE GDEF GPOS GSUB EBSC JSTF MATH CBDT CBLC COLR CPAL SVG sbix acnt avar bdat bloc bsln cvar "
    "fdsc feat fmtx fvar gvar hsty just lcar mort morx opbd prop trak Zapf Silf Glat Gloc Feat Sill"
)
_KNOWN_TAGS = tuple(tag.ljust(4) for tag in _KNOWN.split())
_FLAVOURS = frozenset({b"\x00\x01\x00\x00", b"OTTO", b"true", b"typ1"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table is: offset, bytes there, and bytes once unpacked (more than those when it is packed with zlib)."""

    offset: int
    stored: int
    length: int


@dataclass(frozen=True, slots=True)
class Font:
    """One font: its flavour and its tables."""

    flavour: bytes
    places: Mapping[str, Place]
    source: ByteSource

    def table(self, tag: str, limit: int = _READ) -> bytes:
        """Return up to `limit` bytes of a table, b"" when the font has none of that name or it does not unpack."""
        place = self.places.get(tag)
        if place is None:
            return b""
        if place.stored >= place.length:
            return self.source.read(place.offset, min(place.length, limit))
        packed = self.source.read(place.offset, min(place.stored, _READ))
        try:
            return zlib.decompressobj().decompress(packed, max(1, min(place.length, limit)))
        except zlib.error:
            return b""


@dataclass(frozen=True, slots=True)
class File:
    """A font file: the fonts in it (at most 64), how many it claims, its wrapper, and the wrapper's own version."""

    fonts: tuple[Font, ...]
    claimed: int
    wrapper: str
    wrapper_version: str | None = None
    missing: str = ""


def read(source: ByteSource) -> File:
    """Read the directory of a font file of any wrapper.

    Raises:
        Corrupt: it has no directory of tables, or a packed font does not unpack.
    """
    file = _read(source)
    if not file.fonts:
        msg = "a collection of no fonts"
        raise Corrupt(msg)
    return file


def _read(source: ByteSource) -> File:
    head = source.read(0, 64)
    if head[:4] == b"wOFF":
        return _woff(source, head)
    if head[:4] == b"wOF2":
        return _woff2(source, head)
    if head[:4] == b"ttcf":
        claimed = int.from_bytes(head[8:12], "big")
        count = min(claimed, FONTS)
        offsets = struct.unpack(f">{count}I", _exactly(source, 12, 4 * count))
        return File(tuple(_sfnt(source, offset) for offset in offsets), claimed, "collection")
    return File((_sfnt(source, 0),), 1, "sfnt")


def _sfnt(source: ByteSource, at: int) -> Font:
    head = _exactly(source, at, 12)
    count = int.from_bytes(head[4:6], "big")
    if head[:4] not in _FLAVOURS or not 0 < count <= TABLES:
        msg = f"no font at {at}: {head[:4]!r} with {count} tables"
        raise Corrupt(msg)
    data = _exactly(source, at + 12, 16 * count)
    places = {}
    for entry in range(0, len(data), 16):
        tag, _, offset, length = struct.unpack_from(">4sIII", data, entry)
        places[tag.decode("latin-1")] = Place(offset, length, length)
    return Font(head[:4], places, source)


def _woff(source: ByteSource, head: bytes) -> File:
    count = int.from_bytes(head[12:14], "big")
    if len(head) < 44 or not 0 < count <= TABLES:
        msg = f"WOFF with {count} tables"
        raise Corrupt(msg)
    data = _exactly(source, 44, 20 * count)
    places = {}
    for entry in range(0, len(data), 20):
        tag, offset, stored, length, _ = struct.unpack_from(">4sIIII", data, entry)
        places[tag.decode("latin-1")] = Place(offset, stored, min(length, UNPACKED))
    return File((Font(head[4:8], places, source),), 1, "WOFF", _version(head[20:24]))


def _version(data: bytes) -> str | None:
    major, minor = struct.unpack(">HH", data)
    return f"{major}.{minor}" if major or minor else None


@dataclass(slots=True)
class _Cursor:
    data: bytes
    at: int = 0

    def take(self, size: int) -> bytes:
        """Return the next `size` bytes."""
        piece = self.data[self.at : self.at + size]
        if len(piece) < size:
            msg = "WOFF2 directory ends early"
            raise Corrupt(msg)
        self.at += size
        return piece

    def base128(self) -> int:
        """Return the next UIntBase128 (WOFF2, 4.1)."""
        value = 0
        for _ in range(5):
            octet = self.take(1)[0]
            value = value << 7 | octet & 0x7F
            if octet < 0x80:
                return value
        msg = "WOFF2 number of more than five bytes"
        raise Corrupt(msg)

    def short(self) -> int:
        """Return a 255UInt16 (WOFF2, 4.1)."""
        code = self.take(1)[0]
        if code == 253:
            return int.from_bytes(self.take(2), "big")
        return code if code < 253 else self.take(1)[0] + (253 if code == 255 else 506)


@dataclass(slots=True)
class _Directory:
    tags: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    size: int = 0


def _woff2(source: ByteSource, head: bytes) -> File:
    count = int.from_bytes(head[12:14], "big")
    if len(head) < 48 or not 0 < count <= TABLES:
        msg = f"WOFF2 with {count} tables"
        raise Corrupt(msg)
    cursor = _Cursor(source.read(48, 64 * 1024))
    directory = _directory(cursor, count)
    flavour = head[4:8]
    members = _members(cursor, directory) if flavour == b"ttcf" else [(flavour, list(range(count)))]
    packed = source.read(48 + cursor.at, min(int.from_bytes(head[20:24], "big"), UNPACKED))
    data, missing = _unbrotli(packed, directory.size)
    unpacked = BytesSource(data)
    fonts = tuple(
        Font(kind, {directory.tags[at]: directory.places[at] for at in indices if at < count}, unpacked)
        for kind, indices in members[:FONTS]
    )
    return File(fonts, len(members), "WOFF2", _version(head[24:28]), missing)


def _directory(cursor: _Cursor, count: int) -> _Directory:
    found = _Directory()
    for _ in range(count):
        flags = cursor.take(1)[0]
        index = flags & 0x3F
        if index < 63:
            tag = _KNOWN_TAGS[index] if index < len(_KNOWN_TAGS) else "????"
        else:
            tag = cursor.take(4).decode("latin-1")
        length = cursor.base128()
        transformed = flags >> 6 != 3 if tag in {"glyf", "loca"} else flags >> 6 != 0
        stored = cursor.base128() if transformed else length
        found.tags.append(tag)
        found.places.append(Place(found.size, stored, stored))
        found.size += stored
    return found


def _members(cursor: _Cursor, directory: _Directory) -> list[tuple[bytes, list[int]]]:
    """Return flavour and table indices of each font of a WOFF2 collection."""
    cursor.take(4)
    members = []
    for _ in range(min(cursor.short(), FONTS)):
        tables = cursor.short()
        flavour = cursor.take(4)
        if tables > len(directory.tags):
            msg = "WOFF2 collection with more tables in a font than in the file"
            raise Corrupt(msg)
        members.append((flavour, [cursor.short() for _ in range(tables)]))
    return members


def _unbrotli(packed: bytes, size: int) -> tuple[bytes, str]:
    """Return up to 32 MB of the unpacked tables, and why it is not all of them."""
    import brotli

    wanted = min(size, UNPACKED)
    out = bytearray()
    stream = brotli.Decompressor()
    try:
        piece = stream.process(packed, output_buffer_limit=wanted or 1)
        while piece and len(out) < wanted:
            out += piece
            piece = stream.process(b"", output_buffer_limit=wanted) if not stream.can_accept_more_data() else b""
    except brotli.error as error:
        msg = "WOFF2 tables do not unpack"
        raise Corrupt(msg) from error
    return bytes(out[:wanted]), "" if len(out) >= size else "the packed tables are cut off"


def _exactly(source: ByteSource, at: int, size: int) -> bytes:
    data = source.read(at, size)
    if len(data) < size:
        msg = f"font directory at {at} ends early"
        raise Corrupt(msg)
    return data
