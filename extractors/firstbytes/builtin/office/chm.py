"""Compiled HTML help: version and language of the file header (the format as Matthew Russotto described it)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.office.numbers import language
from firstbytes.builtin.office.package import result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_MAX_CHUNK = 64 * 1024


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the header, and the directory's own header for the number of entries' chunks."""
    del ctx
    head = source.read(0, 96)
    if len(head) < 96 or not head.startswith(b"ITSF"):
        msg = "the file header is cut off"
        raise Corrupt(msg)
    version = struct.unpack_from("<I", head, 4)[0]
    code = struct.unpack_from("<I", head, 20)[0]
    directory, length = struct.unpack_from("<QQ", head, 72)
    core: dict[str, JSON] = {
        "language": language(code & 0xFFFF),
        "format_version": str(version) if version < 100 else None,
    }
    table = source.read(directory, 84) if length >= 84 else b""
    own: dict[str, JSON] = {}
    if table.startswith(b"ITSP") and len(table) == 84:
        size, chunks = struct.unpack_from("<I", table, 16)[0], struct.unpack_from("<I", table, 44)[0]
        own = {"directory_chunk_count": chunks, "chunk_bytes": size if size <= _MAX_CHUNK else None}
    lost = {} if table else {"outcome": "partial", "reason": "the directory is beyond the end"}
    return result(core, own, lost)
