"""NumPy's archives of arrays: a ZIP of `.npy` files, each told by its header."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt, Decline
from firstbytes.builtin.columnar import npy
from firstbytes.formats.values import clean, known
from firstbytes.formats.zip import open_zip

_LISTED = 100
_LOOKED_AT = 16
"""Arrays whose headers are read: each may cost a read."""

_HEADER = 4096


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return names, sizes, and of the first 16 arrays types and shapes, of an archive of NumPy arrays."""
    archive = open_zip(source)
    members = [member for member in archive.members(_LISTED + 1) if member.name.endswith(".npy")]
    if not members:
        raise Decline("no array in the archive")
    arrays: list[JSON] = []
    for number, member in enumerate(members[:_LISTED]):
        facts: Mapping[str, JSON] = {}
        if number < _LOOKED_AT:
            try:
                facts = npy.extract(BytesSource(archive.read(member, _HEADER)), ctx)
            except (Corrupt, Decline):
                facts = {}
        arrays.append(
            known(
                {
                    "name": clean(member.name.removesuffix(".npy"), 512),
                    "dtype": facts.get("dtype"),
                    "shape": facts.get("shape"),
                    "size_bytes": min(member.size, 2**53),
                }
            )
        )
    packed = any(member.method for member in members)
    return {
        "core": known(
            {
                "entry_count": archive.entry_count,
                "uncompressed_bytes": min(sum(member.size for member in members), 2**53)
                if archive.entry_count <= _LISTED
                else None,
                "compression": "deflate" if packed else "none",
            }
        ),
        "arrays": arrays,
        **({"outcome": "partial", "reason": "no central directory"} if archive.truncated else {}),
    }
