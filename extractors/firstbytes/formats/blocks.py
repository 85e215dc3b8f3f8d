"""Compressed blocks of the formats that standard Python has no codec for: raw Snappy and LZ4 blocks, bounded output."""

from __future__ import annotations

from firstbytes.errors import Corrupt


def snappy(data: bytes, limit: int) -> bytes:
    """Unpack a raw Snappy block (format_description.txt), at most `limit` bytes.

    Raises:
        Corrupt: it ends early, refers to bytes before its start or claims more than `limit`.
    """
    size, at = _preamble(data)
    if size > limit:
        msg = f"Snappy block of {size} bytes, more than {limit}"
        raise Corrupt(msg)
    out = bytearray()
    while at < len(data) and len(out) < size:
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            length = (tag >> 2) + 1
            if length > 60:
                extra = length - 60
                length = int.from_bytes(data[at : at + extra], "little") + 1
                at += extra
            out += data[at : at + length]
            at += length
            continue
        width = (1, 2, 4)[(tag & 3) - 1]
        offset = int.from_bytes(data[at : at + width], "little") | (tag >> 5 << 8 if width == 1 else 0)
        _copy(out, offset, 4 + (tag >> 2 & 7) if width == 1 else (tag >> 2) + 1, size)
        at += width
    return bytes(out)


def lz4(data: bytes, limit: int) -> bytes:
    """Unpack a raw LZ4 block (lz4_Block_format.md), at most `limit` bytes."""
    out = bytearray()
    at = 0
    while at < len(data):
        token = data[at]
        length, at = _run(data, at + 1, token >> 4)
        out += data[at : at + length]
        at += length
        if at >= len(data):
            break
        offset = int.from_bytes(data[at : at + 2], "little")
        length, at = _run(data, at + 2, token & 15)
        _copy(out, offset, length + 4, limit)
    return bytes(out[:limit])


def _run(data: bytes, at: int, length: int) -> tuple[int, int]:
    if length == 15:
        while at < len(data):
            length += data[at]
            at += 1
            if data[at - 1] != 255:
                break
    return length, at


def _copy(out: bytearray, offset: int, length: int, limit: int) -> None:
    if not 0 < offset <= len(out) or len(out) + length > limit:
        msg = f"copy of {length} bytes from {offset} back in {len(out)} bytes"
        raise Corrupt(msg)
    start = len(out) - offset
    while length > 0:
        piece = out[start : start + min(length, offset)]
        out += piece
        start += len(piece)
        length -= len(piece)


def _preamble(data: bytes) -> tuple[int, int]:
    size = 0
    for at, octet in enumerate(data[:5]):
        size |= (octet & 0x7F) << 7 * at
        if octet < 0x80:
            return size, at + 1
    msg = "Snappy block without a length"
    raise Corrupt(msg)
