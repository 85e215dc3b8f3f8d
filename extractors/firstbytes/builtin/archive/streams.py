"""Compressed streams of one file: gzip (RFC 1952) and bzip2. Only the head is unpacked, at most 1 MB of it."""

from __future__ import annotations

import bz2
import lzma
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firstbytes import BytesSource, Corrupt
from firstbytes.builtin.archive import tar
from firstbytes.formats.values import clean, from_unix, known
from firstbytes.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

UNPACKED = 1024 * 1024
PACKED = 1024 * 1024
_FIRST = 64 * 1024
_STEP = 16 * 1024
_MEMBERS = 2000
_SYSTEMS = {0: "FAT", 1: "Amiga", 2: "VMS", 3: "Unix", 7: "Macintosh", 10: "NTFS", 11: "NTFS", 13: "RISC OS"}
_NO_WRAP = 4 * 1024 * 1024
"""Deflate packs at most 1032 to 1, so a stream below this size cannot hold 4 GiB."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was unpacked of a stream, whether that is all, and what stopped it."""

    data: bytes
    whole: bool
    cut: bool = False
    """True when the stream goes on behind the end of the file."""
    error: str = ""


def unpacked(source: ByteSource, make: Any) -> Unpacked:
    """Unpack the head of a stream, members one after the other, with decompressors that `make` gives.

    Args:
        source: 64 KB of it are read; up to 1 MB where that is all, gave nothing, or is a tar archive.
        make: returns an object with `decompress(data, max_length)`, `eof` and `unused_data`.
    """
    parts, got, error, position, members = list[bytes](), 0, "", 0, 1
    data = source.read(0, _FIRST)
    taken = len(data)
    machine = make()
    while position < len(data) and got < UNPACKED:
        # In steps, so that what comes before broken data is kept.
        step = data[position : position + _STEP]
        try:
            part = machine.decompress(step, UNPACKED - got)
        except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, MemoryError) as failure:
            error = clean(str(failure), 200) or "broken data"
            break
        parts.append(part)
        got += len(part)
        position += len(step) - (len(machine.unused_data) if machine.eof else 0)
        wanted = got < UNPACKED and (source.size <= PACKED or not got or parts[0][257:262] == b"ustar")
        if position == len(data) and wanted and taken < min(PACKED, source.size):
            data, position = source.read(taken, PACKED - taken), 0
            taken += len(data)
        if machine.eof and position < len(data):
            # A member never starts with a zero: what does is padding.
            if data[position] == 0 or members == _MEMBERS:
                break
            machine, members = make(), members + 1
    whole = machine.eof and taken >= source.size and members < _MEMBERS and not error
    cut = not machine.eof and taken >= source.size and got < UNPACKED and not error
    return Unpacked(b"".join(parts), whole, cut, error)


def contents(found: Unpacked, name: str) -> dict[str, JSON]:
    """Return what is inside: its media type, the whole size where known, and a tar archive's own facts."""
    if not found.data:
        return {}
    media_type = sniff(BytesSource(found.data), name=name).media_type
    inside = tar.head_facts(found.data, whole=found.whole) if media_type == "application/x-tar" else None
    core = dict(inside["core"]) if inside and isinstance(inside["core"], dict) else {}
    if found.whole and not inside:
        core["uncompressed_bytes"] = len(found.data)
    return {**(inside or {}), "core": core, "contents_media_type": media_type}


def inner_name(name: str) -> str:
    """Return the name without the compression's suffix: what the contents would be called."""
    lowered = name.lower()
    for suffix, instead in ((".tgz", ".tar"), (".tbz2", ".tar"), (".tbz", ".tar"), (".txz", ".tar"), (".svgz", ".svg")):
        if lowered.endswith(suffix):
            return name[: -len(suffix)] + instead
    stem, dot, ending = name.rpartition(".")
    return stem if dot and ending.lower() in {"gz", "bz2", "xz", "lzma", "lz", "zst", "lz4"} else ""


class _Inflater:
    """zlib's decompressor with the interface of bz2's and lzma's."""

    def __init__(self) -> None:
        self._machine = zlib.decompressobj(31)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most that many bytes more."""
        return self._machine.decompress(data, max_length)

    @property
    def eof(self) -> bool:
        """True once the stream has ended."""
        return self._machine.eof

    @property
    def unused_data(self) -> bytes:
        """What follows the stream."""
        return self._machine.unused_data


def gzip(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a gzip stream.

    Raises:
        Corrupt: the header is not one, or not even the first bytes can be unpacked.
    """
    head = source.read(0, _FIRST)
    if len(head) < 18 or head[:2] != b"\x1f\x8b" or head[2] != 8:
        msg = "expected a gzip member of deflated data"
        raise Corrupt(msg)
    name, comment, extra = _fields(head)
    found = unpacked(source, _Inflater)
    if found.error and not found.data:
        msg = f"cannot be unpacked: {found.error}"
        raise Corrupt(msg)
    inside = contents(found, name or inner_name(ctx.name))
    stored = int.from_bytes(source.read(source.size - 4, 4), "little")
    core = {
        "compression": "deflate",
        "description": comment,
        "modified": from_unix(int.from_bytes(head[4:8], "little")),
        **inner_core(inside),
    }
    if not found.error and source.size < _NO_WRAP and "uncompressed_bytes" not in core:
        core["uncompressed_bytes"] = stored
    return result(
        inside,
        core,
        {
            "original_name": name,
            "operating_system": _SYSTEMS.get(head[9]),
            "blocked": True if b"BC\x02\x00" in extra else None,
            "size_modulo_4_gib_bytes": stored if source.size >= _NO_WRAP else None,
        },
        found,
    )


def _fields(head: bytes) -> tuple[str | None, str | None, bytes]:
    """Return original name, comment and extra field of a member's header (RFC 1952, 2.3)."""
    flags, position, extra = head[3], 10, b""
    if flags & 4:
        length = struct.unpack_from("<H", head, 10)[0]
        extra = head[12 : 12 + length]
        position = 12 + length
    texts: list[str | None] = []
    for bit in (8, 16):
        end = head.find(b"\0", position, position + 4096) if flags & bit else -1
        texts.append(clean(head[position:end].decode("latin-1"), 500) if end >= 0 else None)
        position = end + 1 if end >= 0 else position
    return texts[0], texts[1], extra


def bzip2(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a bzip2 stream.

    Raises:
        Corrupt: the header is not one, or not even the first bytes can be unpacked.
    """
    head = source.read(0, 10)
    if len(head) < 10 or not head.startswith(b"BZh"):
        msg = "expected a bzip2 header"
        raise Corrupt(msg)
    found = unpacked(source, bz2.BZ2Decompressor)
    if found.error and not found.data:
        msg = f"cannot be unpacked: {found.error}"
        raise Corrupt(msg)
    inside = contents(found, inner_name(ctx.name))
    core = {"compression": "bzip2", **inner_core(inside)}
    level = head[3:4]
    return result(inside, core, {"block_bytes": int(level) * 100_000 if level.isdigit() else None}, found)


def inner_core(inside: Mapping[str, Any]) -> dict[str, Any]:
    """Return the core facts of what is inside."""
    return dict(inside.get("core") or {})


def result(
    inside: Mapping[str, JSON], core: Mapping[str, Any], own: Mapping[str, Any], found: Unpacked
) -> dict[str, JSON]:
    """Put the facts of the stream and of what is inside together; broken data and a missing end make it partial."""
    facts: dict[str, JSON] = {**inside, "core": known(dict(core)), **known(dict(own))}
    if found.error:
        facts |= {"outcome": "partial", "reason": f"broken after {len(found.data)} bytes: {found.error}"}
    elif found.cut:
        facts |= {"outcome": "partial", "reason": "the end of the stream is missing"}
    return facts
