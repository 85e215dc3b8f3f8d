"""A write-ahead log: what a database's `-wal` file says (https://www.sqlite.org/fileformat2.html, 4.1)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt, Decline

_HEADER = struct.Struct(">8I")
_FRAME_HEADER = 24
_MAGIC = (0x377F0682, 0x377F0683)
_VERSION = 3007000


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return page size, frames and checkpoints of a write-ahead log, from its first 32 bytes and its length.

    Raises:
        Decline: it is not a write-ahead log.
        Corrupt: it ends in its header, or has no page size of SQLite.
    """
    data = source.read(0, _HEADER.size)
    if len(data) < 4 or int.from_bytes(data[:4], "big") not in _MAGIC:
        raise Decline("no header of a write-ahead log")
    if len(data) < _HEADER.size:
        raise Corrupt("shorter than the header of a write-ahead log")
    _magic, version, page_size, checkpoints, *_rest = _HEADER.unpack(data)
    if version != _VERSION:
        raise Decline(f"a write-ahead log of another format, number {version}")
    if not 512 <= page_size <= 65536 or page_size & (page_size - 1):
        raise Corrupt(f"no page size of SQLite: {page_size} bytes")
    frames = (source.size - _HEADER.size) // (_FRAME_HEADER + page_size)
    return {"page_size_bytes": page_size, "frame_count": max(0, frames), "checkpoint_count": checkpoints}
