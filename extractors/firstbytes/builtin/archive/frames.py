"""Compressed streams that tell about themselves: xz, lzma, lzip, Zstandard (RFC 8878), LZ4 frames."""

from __future__ import annotations

import lzma
import struct
from typing import TYPE_CHECKING, Any

from firstbytes import Corrupt
from firstbytes.builtin.archive.listing import Window
from firstbytes.builtin.archive.streams import contents, inner_core, inner_name, result, unpacked
from firstbytes.formats.leb128 import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_MEMORY = 96 * 1024 * 1024
_CHECKS = {0: "none", 1: "CRC32", 4: "CRC64", 10: "SHA-256"}
_INDEX = 1024 * 1024
_STREAMS = 16
_OCTETS = 9
"""Octets of a number at most (.xz file format, 1.2)."""

_SKIPPABLE = 16
_BLOCKS = 10_000
_ZSTD, _LZ4 = b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18"


def xz(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of an xz file (.xz file format 1.1.0): sizes and blocks are in the index at its end.

    Raises:
        Corrupt: the header is not one.
    """
    head = source.read(0, 12)
    if len(head) < 12 or head[:6] != b"\xfd7zXZ\0":
        msg = "expected an xz stream header"
        raise Corrupt(msg)
    found = unpacked(source, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY))
    inside = contents(found, inner_name(ctx.name))
    size, blocks, streams = _xz_index(source)
    core = {"compression": "xz", **({"uncompressed_bytes": size} if streams else {}), **inner_core(inside)}
    own = {
        "check": _CHECKS.get(head[7] & 15, str(head[7] & 15)),
        "block_count": blocks if streams else None,
        "stream_count": streams or None,
    }
    facts = result(inside, core, own, found)
    if not streams and "outcome" not in facts:
        facts |= {"outcome": "partial", "reason": "the index at the end is missing"}
    return facts


def _xz_index(source: ByteSource) -> tuple[int, int, int]:
    """Return uncompressed bytes, blocks and streams by the indexes, from the last stream backwards."""
    end, size, blocks, streams = source.size, 0, 0, 0
    while end > 0 and streams < _STREAMS:
        footer = source.read(end - 12, 12)
        if len(footer) < 12 or footer[10:] != b"YZ":
            return 0, 0, 0
        length = (struct.unpack_from("<I", footer, 4)[0] + 1) * 4
        index = source.read(end - 12 - length, min(length, _INDEX))
        if length > _INDEX or len(index) < length or index[:1] != b"\0":
            return 0, 0, 0
        count, position = number(index, 1, _OCTETS)
        packed = 0
        for _ in range(min(count, length)):
            unpadded, position = number(index, position, _OCTETS)
            unpacked_size, position = number(index, position, _OCTETS)
            packed += -(-unpadded // 4) * 4
            size += unpacked_size
        blocks += min(count, length)
        streams += 1
        end -= 24 + length + packed
    return min(size, 2**53), blocks, streams


def lzma_alone(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of an LZMA_Alone file (LZMA specification): properties and, where known, the size.

    Raises:
        Corrupt: the header is not one, or not even the first bytes can be unpacked.
    """
    head = source.read(0, 13)
    if len(head) < 13 or head[0] >= 225:
        msg = "expected an LZMA header"
        raise Corrupt(msg)
    dictionary, size = struct.unpack_from("<IQ", head, 1)
    found = unpacked(source, lambda: lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MEMORY))
    if found.error and not found.data:
        msg = f"cannot be unpacked: {found.error}"
        raise Corrupt(msg)
    inside = contents(found, inner_name(ctx.name))
    core = {"compression": "lzma", "uncompressed_bytes": size if size < 2**53 else None}
    return result(inside, {**core, **inner_core(inside)}, {"dictionary_bytes": dictionary}, found)


def lzip(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an lzip file (lzip manual): members from the last one backwards by their trailers.

    Raises:
        Corrupt: the header is not one.
    """
    head = source.read(0, 6)
    if len(head) < 6 or head[:4] != b"LZIP":
        msg = "expected an lzip header"
        raise Corrupt(msg)
    end, size, members = source.size, 0, 0
    if head[4] == 0 and source.size >= 26:
        # Version 0 has one member, whose trailer does not say how long it is.
        size, members, end = struct.unpack("<Q", source.read(end - 8, 8))[0], 1, 0
    while end > 0 and members < _STREAMS:
        trailer = source.read(end - 20, 20) if end >= 26 else b""
        if len(trailer) < 20:
            break
        data_size, member_size = struct.unpack_from("<QQ", trailer, 4)
        if not 26 <= member_size <= end or source.read(end - member_size, 4) != b"LZIP":
            break
        size, members, end = size + data_size, members + 1, end - member_size
    whole = end == 0
    facts: dict[str, JSON] = {
        "core": {"compression": "lzip", **({"uncompressed_bytes": min(size, 2**53)} if whole else {})},
        "dictionary_bytes": _lzip_dictionary(head[5]),
        **({"member_count": members} if whole else {}),
    }
    return facts if whole else facts | {"outcome": "partial", "reason": "the trailers do not lead to the start"}


def _lzip_dictionary(coded: int) -> int:
    base = 1 << (coded & 31)
    return base - base // 16 * (coded >> 5)


def zstd(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a Zstandard file: the first frame's header, behind skippable ones.

    Raises:
        Corrupt: there is no frame.
    """
    position, skipped, head = _skip(source, _ZSTD)
    if len(head) < 6:
        msg = "expected a Zstandard frame"
        raise Corrupt(msg)
    descriptor = head[4]
    single, width = descriptor >> 5 & 1, (0, 1, 2, 4)[descriptor & 3]
    window = None if single else _window(head[5])
    at = 5 + (0 if single else 1)
    dictionary = int.from_bytes(head[at : at + width], "little")
    size_width = (1 if single else 0, 2, 4, 8)[descriptor >> 6]
    field = head[at + width : at + width + size_width]
    size = int.from_bytes(field, "little") + (256 if size_width == 2 else 0)
    # A file of several frames, which few tools write, holds more than its first frame declares.
    known_size = size_width > 0 and len(field) == size_width and size < 2**53
    facts: dict[str, JSON] = {
        "core": {"compression": "zstd", **({"uncompressed_bytes": size} if known_size else {})},
        "has_checksum": bool(descriptor & 4),
        **({"window_bytes": window} if window else {}),
        **({"dictionary_id": dictionary} if dictionary else {}),
        **({"skippable_frame_count": skipped} if skipped else {}),
    }
    start = position + at + width + size_width
    return facts | ({"outcome": "partial", "reason": "the frame is cut off"} if _ends_early(source, start) else {})


def _ends_early(source: ByteSource, position: int) -> bool:
    """Return whether the first frame's blocks go on behind the end of the file, as far as a few blocks tell."""
    window = Window(source, 4)
    for _ in range(_BLOCKS):
        header = window.read(position, 3)
        if len(header) < 3:
            return not window.exhausted
        coded = int.from_bytes(header, "little")
        position += 3 + (1 if coded >> 1 & 3 == 1 else coded >> 3)
        if coded & 1:
            return position > source.size
    return False


def _window(byte: int) -> int:
    base = 1 << 10 + (byte >> 3)
    return base + base // 8 * (byte & 7)


def _skip(source: ByteSource, magic: bytes) -> tuple[int, int, bytes]:
    """Return position, skippable frames before it, and first bytes of the first frame with this magic."""
    position = 0
    for skipped in range(_SKIPPABLE):
        head = source.read(position, 32)
        if head[:4] == magic:
            return position, skipped, head
        if len(head) < 8 or head[0] & 0xF0 != 0x50 or head[1:4] != b"\x2a\x4d\x18":
            break
        position += 8 + struct.unpack_from("<I", head, 4)[0]
    return position, 0, b""


def lz4(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an LZ4 file (LZ4 frame format 1.6.4), or of the legacy format, which tells nothing.

    Raises:
        Corrupt: there is no frame.
    """
    if source.read(0, 4) == b"\x02\x21\x4c\x18":
        return {"core": {"compression": "lz4"}, "frame": "legacy"}
    _position, skipped, head = _skip(source, _LZ4)
    if len(head) < 7 or head[4] >> 6 != 1:
        msg = "expected an LZ4 frame"
        raise Corrupt(msg)
    flags = head[4]
    sized = flags & 8 and len(head) >= 14
    size = struct.unpack_from("<Q", head, 6)[0] if sized else None
    at = 14 if sized else 6
    dictionary = struct.unpack_from("<I", head, at)[0] if flags & 1 and len(head) >= at + 4 else None
    core: dict[str, Any] = {"compression": "lz4"}
    if size is not None and size < 2**53:
        core["uncompressed_bytes"] = size
    own: dict[str, JSON] = {
        "block_bytes": 1 << 8 + 2 * (head[5] >> 4 & 7),
        "has_independent_blocks": bool(flags & 32),
        "has_block_checksum": bool(flags & 16),
        "has_checksum": bool(flags & 4),
    }
    optional = {"dictionary_id": dictionary, "skippable_frame_count": skipped or None}
    facts = {"core": core, **own, **{key: value for key, value in optional.items() if value is not None}}
    # The last frame ends with a mark of four zeros, and its checksum where there is one.
    tail = source.read(source.size - 8, 8)
    ended = tail[-4:] == bytes(4) or tail[:4] == bytes(4)
    return facts if ended else facts | {"outcome": "partial", "reason": "the end of the frame is missing"}
