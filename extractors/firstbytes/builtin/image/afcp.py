"""AFCP: captions that some programs append to a picture (AXS File Concatenation Protocol 1.0)."""

from __future__ import annotations

import struct

from firstbytes import ByteSource

_MAX_ENTRIES = 16
_MAX_IPTC = 64 * 1024


def iptc_block(source: ByteSource) -> bytes:
    """Return the IPTC datasets in the trailer, or nothing where there is none."""
    end = source.read(source.size - 12, 12)
    order = {b"AXS!": ">", b"AXS*": "<"}.get(end[:4])
    if order is None or len(end) < 12:
        return b""
    (start,) = struct.unpack_from(f"{order}I", end, 4)
    head = source.read(start, 12 + 12 * _MAX_ENTRIES)
    if len(head) < 12 or head[:4] != end[:4]:
        return b""
    (count,) = struct.unpack_from(f"{order}H", head, 6)
    for at in range(12, min(len(head) - 11, 12 + 12 * count), 12):
        tag, length, offset = struct.unpack_from(f"{order}4sII", head, at)
        if tag == b"IPTC":
            return source.read(offset, min(length, _MAX_IPTC))
    return b""
