"""RAR's blocks: what stands in a header, and where its data end."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firstbytes.builtin.archive.listing import Entry
from firstbytes.formats.leb128 import number
from firstbytes.formats.zip_entries import Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import ByteSource

_MAX_BLOCKS = 120_000
_MAX_HEADER = 64 * 1024
_LARGE, _UNICODE, _DIRECTORY = 0x100, 0x200, 0xE0


@dataclass(frozen=True, slots=True)
class Block:
    """A header: its kind, flags, what follows them, its extra area, and where its data are."""

    kind: int
    flags: int
    body: bytes
    extra: bytes
    data: int
    data_size: int

    @property
    def end(self) -> int:
        """Position behind the data."""
        return self.data + self.data_size


@dataclass(frozen=True, slots=True, kw_only=True)
class File5:
    """A file or service header of version 5; `modified` is seconds since 1970."""

    name: str = ""
    size: int = 0
    folder: bool = False
    encrypted: bool = False
    modified: float = 0
    method: int = 0
    system: int = -1


def blocks4(source: ByteSource, position: int) -> Iterator[Block]:
    """Yield the blocks of a version 4 archive up to its end block, or to where no header stands."""
    for _ in range(_MAX_BLOCKS):
        head = source.read(position, 7)
        if len(head) < 7:
            return
        kind, flags, size = struct.unpack_from("<xxBHH", head)
        if size < 7 or not 0x72 <= kind <= 0x7B:
            return
        body = source.read(position + 7, size - 7)
        if len(body) < size - 7:
            return
        packed = struct.unpack_from("<I", body)[0] if flags & 0x8000 and len(body) >= 4 else 0
        if kind in {0x74, 0x7A} and flags & _LARGE and len(body) >= 33:
            packed |= struct.unpack_from("<I", body, 25)[0] << 32
        yield Block(kind, flags, body, b"", position + size, packed)
        if kind == 0x7B:
            return
        position += size + packed


def file4(block: Block) -> tuple[Entry, int, int]:
    """Return the entry of a file header, the system it was packed on, and the method."""
    if len(block.body) < 25:
        return Entry(name=""), 0, 0
    _, size, system, _, stamp, _, method, length, mode = struct.unpack_from("<IIBIIBBHI", block.body)
    at = 25
    if block.flags & _LARGE and len(block.body) >= 33:
        size |= struct.unpack_from("<I", block.body, 29)[0] << 32
        at = 33
    raw = block.body[at : at + length]
    entry = Entry(
        name=_name4(raw, unicode=bool(block.flags & _UNICODE)),
        size=size,
        packed=block.data_size,
        folder=block.flags & _DIRECTORY == _DIRECTORY,
        link=system == 3 and mode & 0xF000 == 0xA000,
        encrypted=bool(block.flags & 4),
        moment=stamp,
        origin=Member(name="", dos_time=stamp),
    )
    return entry, system, method


def _name4(raw: bytes, *, unicode: bool) -> str:
    plain, zero, coded = raw.partition(b"\0")
    if not unicode:
        return plain.decode("utf-8", "replace").replace("\\", "/")
    name = _decoded(plain, coded) if zero else raw.decode("utf-8", "replace")
    return name.replace("\\", "/")


def _decoded(plain: bytes, coded: bytes) -> str:
    """Return a name from its two parts: per character two bits say where its bytes come from (unrar's encname)."""
    if not coded:
        return plain.decode("utf-8", "replace")
    high, position, flags, bits, out = coded[0] << 8, 1, 0, 0, list[int]()
    while position < len(coded) and len(out) < 2048:
        if bits == 0:
            flags, bits, position = coded[position], 8, position + 1
        bits -= 2
        choice, here = flags >> bits & 3, coded[position : position + 2]
        if not here:
            break
        if choice == 3:
            count, position = (here[0] & 0x7F) + 2, position + 1
            shift = coded[position] if here[0] & 0x80 and position < len(coded) else 0
            position += 1 if here[0] & 0x80 else 0
            source = plain[len(out) : len(out) + count]
            out += [(byte + shift & 0xFF) | (high if here[0] & 0x80 else 0) for byte in source]
            continue
        wide = here[1] << 8 if choice == 2 and len(here) > 1 else high if choice == 1 else 0
        out.append(here[0] | wide)
        position += 2 if choice == 2 else 1
    return "".join(chr(unit) if not 0xD800 <= unit < 0xE000 else "\ufffd" for unit in out)


def vint(data: bytes, position: int) -> tuple[int, int]:
    """Return a number of at most ten bytes, and the position behind it."""
    return number(data, position, 10)


def blocks5(source: ByteSource, position: int) -> Iterator[Block]:
    """Yield the blocks of a version 5 archive up to its end block, or to where no header stands."""
    for _ in range(_MAX_BLOCKS):
        head = source.read(position + 4, 10)
        size, start = vint(head, 0)
        if not 2 <= size <= _MAX_HEADER or not head:
            return
        header = source.read(position + 4 + start, size)
        if len(header) < size:
            return
        kind, at = vint(header, 0)
        flags, at = vint(header, at)
        extra, at = vint(header, at) if flags & 1 else (0, at)
        packed, at = vint(header, at) if flags & 2 else (0, at)
        cut = max(at, size - extra)
        data = position + 4 + start + size
        yield Block(kind, flags, header[at:cut], header[cut:], data, packed)
        if kind == 5 or packed >= 2**63:
            return
        position = data + packed


def file5(block: Block) -> File5:
    """Return what a file or service header says."""
    flags, at = vint(block.body, 0)
    size, at = vint(block.body, at)
    _, at = vint(block.body, at)
    modified: float = 0
    if flags & 2 and at + 4 <= len(block.body):
        modified, at = struct.unpack_from("<I", block.body, at)[0], at + 4
    at += 4 if flags & 4 else 0
    compression, at = vint(block.body, at)
    system, at = vint(block.body, at)
    length, at = vint(block.body, at)
    records = dict(_records(block.extra))
    return File5(
        name=block.body[at : at + length].decode("utf-8", "replace"),
        size=0 if flags & 8 else size,
        folder=bool(flags & 1),
        encrypted=1 in records,
        modified=modified or _time(records.get(3, b"")),
        method=compression >> 7 & 7,
        system=system,
    )


def link5(block: Block) -> bool:
    """Return whether the entry is a link: it has a redirection record."""
    return any(kind == 5 for kind, _ in _records(block.extra))


def _records(extra: bytes) -> Iterator[tuple[int, bytes]]:
    position = 0
    for _ in range(64):
        size, start = vint(extra, position)
        if size < 1 or start + size > len(extra):
            return
        kind, at = vint(extra, start)
        yield kind, extra[at : start + size]
        position = start + size


def _time(record: bytes) -> float:
    """Return the modification time of a time record: Unix seconds or a Windows time."""
    flags, at = vint(record, 0)
    if not flags & 2:
        return 0
    if flags & 1:
        return float(struct.unpack_from("<I", record, at)[0]) if len(record) >= at + 4 else 0
    if len(record) < at + 8:
        return 0
    ticks: int = struct.unpack_from("<Q", record, at)[0]
    return max(0.0, ticks / 1e7 - 11_644_473_600)
