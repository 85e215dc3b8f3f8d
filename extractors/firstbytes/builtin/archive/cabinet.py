"""Windows cabinets by their header, folders and files ([MS-CAB])."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.archive.listing import Entry, Listing
from firstbytes.formats.values import clean, known
from firstbytes.formats.zip_entries import Member

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_BLOCK = 64 * 1024
_DIRECTORY = 4 * 1024 * 1024
_METHODS = {0: "stored", 1: "MSZIP", 2: "Quantum", 3: "LZX"}
_PREVIOUS, _NEXT, _RESERVE = 1, 2, 4
_UTF8 = 0x80


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a cabinet.

    Raises:
        Corrupt: the header is not one.
    """
    head = source.read(0, _BLOCK)
    if len(head) < 36 or not head.startswith(b"MSCF"):
        msg = "expected a cabinet header"
        raise Corrupt(msg)
    size, files_at, minor, major, folders, files, flags, identity, number = struct.unpack_from("<8xI4xI4xBBHHHHH", head)
    at, folder_reserve = 36, 0
    if flags & _RESERVE and len(head) >= 40:
        header_reserve, folder_reserve = struct.unpack_from("<HB", head, 36)
        at = 40 + header_reserve
    neighbours: list[str] = []
    for _name in range((2 if flags & _PREVIOUS else 0) + (2 if flags & _NEXT else 0)):
        end = head.find(b"\0", at, at + 256)
        if end < 0:
            break
        neighbours.append(clean(head[at:end].decode("latin-1"), 255) or "")
        at = end + 1
    methods = _methods(head, at, folders, folder_reserve)
    listing, complete = _files(source, files_at, files)
    core = {
        **listing.core(),
        "entry_count": files,
        "format_version": f"{major}.{minor}",
        "compression": methods[0] if methods else None,
    }
    own: dict[str, JSON] = {
        "block_count": folders,
        "set_id": identity,
        "set_index": number if number or flags & (_PREVIOUS | _NEXT) else None,
        "continues": True if flags & (_PREVIOUS | _NEXT) else None,
        "neighbours": neighbours,
        "cabinet_bytes": size,
    }
    facts: dict[str, JSON] = {"core": known(core), **listing.own(), **known(own)}
    if not complete:
        facts |= {"outcome": "partial", "reason": f"{listing.count} of {files} entries can be read"}
    elif size > source.size:
        facts |= {"outcome": "partial", "reason": "the end of the cabinet is missing"}
    return facts


def _methods(head: bytes, at: int, folders: int, reserve: int) -> list[str]:
    """Return the compression methods of the folders, the most common first."""
    found: list[str] = []
    for _ in range(min(folders, 1000)):
        if at + 8 > len(head):
            break
        found.append(_METHODS.get(struct.unpack_from("<H", head, at + 6)[0] & 15, "unknown"))
        at += 8 + reserve
    return sorted(set(found), key=lambda method: -found.count(method))


def _files(source: ByteSource, position: int, count: int) -> tuple[Listing, bool]:
    listing = Listing(render=lambda entry: entry.origin.modified)
    # An entry takes 17 bytes and its name; on average far less than 80.
    data, at = source.read(position, min(_DIRECTORY, max(_BLOCK, 80 * count))), 0
    for _ in range(count):
        if at + 17 > len(data):
            return listing, False
        size, _, _, date, time, attributes = struct.unpack_from("<IIHHHH", data, at)
        end = data.find(b"\0", at + 16, at + 16 + 257)
        if end < 0:
            return listing, False
        raw = data[at + 16 : end]
        name = raw.decode("utf-8" if attributes & _UTF8 else "cp1252", "replace").replace("\\", "/")
        stamp = date << 16 | time
        listing.add(Entry(name=name, size=size, moment=stamp, origin=Member(name="", dos_time=stamp)))
        at = end + 1
    return listing, True
