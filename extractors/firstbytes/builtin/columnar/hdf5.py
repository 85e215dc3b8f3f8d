"""HDF5: the superblock (File Format Specification 3.0, II.A), and what the netCDF library writes about itself."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.values import clean, known

_MAGIC = b"\x89HDF\r\n\x1a\n"
_PLACES = (0, 512, 1024, 2048, 4096, 8192)
_BLOCK = 64 * 1024
_PROPERTIES = re.compile(rb"version=[0-9][\x21-\x7e]{1,200}")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the superblock's facts of an HDF5 or netCDF-4 file."""
    head = source.read(0, _BLOCK)
    base = next((place for place in _PLACES if head.startswith(_MAGIC, place)), None)
    if base is None:
        raise Corrupt("no superblock in the first 8 KB")
    block = head[base : base + 128]
    version = block[8] if len(block) > 8 else 255
    if version > 3:
        raise Corrupt(f"superblock version {version}")
    width = block[13] if version < 2 else block[9]
    at = (24 if version == 0 else 28) + 2 * width if version < 2 else 12 + 2 * width
    if width not in {2, 4, 8} or at + width > len(block):
        raise Corrupt("superblock ends early")
    end = int.from_bytes(block[at : at + width], "little")
    written = _PROPERTIES.search(head) or _PROPERTIES.search(source.read(max(0, source.size - _BLOCK), _BLOCK))
    properties = written.group().decode("ascii") if written and b"hdf5" in written.group().lower() else None
    missing = base + end > source.size
    return {
        "core": known({"format_version": f"superblock {version}", "generator": clean(properties)}),
        **known(
            {
                "user_block_bytes": base,
                "address_bytes": width,
                "end_of_file_address": end if end <= 2**53 else None,
            }
        ),
        **({"outcome": "partial", "reason": "the file is shorter than its superblock says"} if missing else {}),
    }
