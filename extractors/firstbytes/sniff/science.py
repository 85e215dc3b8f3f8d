"""Formats within formats: netCDF-4 in HDF5, compressed points in LAS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.values import Match
from firstbytes.source import BLOCK

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_HDF5 = b"\x89HDF\r\n\x1a\n"
_NETCDF = (b"_NCProperties", b"_Netcdf4Dimid", b"_Netcdf4Coordinates", b"_nc3_strict", b"This is a netCDF dimension")
"""Attributes that the netCDF library writes, and the name it gives a dimension without variable."""


def hdf5(head: Head, source: ByteSource) -> Match | None:
    """Answer netCDF-4 when its attributes are in the first or the last 64 KB."""
    found = next((name for name in _NETCDF if name in head.block), None)
    if found is None and head.size > BLOCK:
        tail = source.read(max(BLOCK, head.size - BLOCK), BLOCK)
        found = next((name for name in _NETCDF if name in tail), None)
    return Match("application/netcdf", f"attribute {found.decode('ascii')}", "container") if found else None


def late_hdf5(head: Head, source: ByteSource) -> Match | None:
    """Answer for HDF5 behind a user block that fills the head: the next powers of two (HDF5 file format 3, II.A)."""
    found = next((at for at in (8192, 16384, 32768) if head.block.startswith(_HDF5, at)), None)
    return (hdf5(head, source) or Match("application/x-hdf5", f"super block at {found}")) if found else None


def las(head: Head, source: ByteSource) -> Match | None:
    """Answer LAZ when the point format at 104 has the bit that LASzip sets."""
    return (
        Match("application/vnd.laszip", "point format with LASzip bit", "container") if head.data[104] & 0x80 else None
    )


RULES = (late_hdf5,)
