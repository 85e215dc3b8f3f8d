"""7z archives by the header at their end (7-Zip's 7zFormat.txt), plain or packed with LZMA."""

from __future__ import annotations

import lzma
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.archive.listing import MAX_ENTRIES, Entry, Listing
from firstbytes.builtin.archive.sevenzip_header import AES, METHODS, Folder, Header, read_header, read_streams
from firstbytes.formats.values import from_filetime, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_SIGNATURE = b"7z\xbc\xaf\x27\x1c"
_HEADER = 4 * 1024 * 1024
_UNPACKED = 16 * 1024 * 1024
_DICTIONARY = 32 * 1024 * 1024
_PLAIN, _PACKED = 0x01, 0x17
_LZMA, _LZMA2, _COPY = b"\x03\x01\x01", b"\x21", b"\x00"
_NESTED = 4


@dataclass(slots=True)
class _Found:
    """The unpacked header; without one when it is encrypted."""

    data: bytes = b""
    encrypted: bool = False


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a 7z archive.

    Raises:
        Corrupt: the start header is not one, or the header at the end is broken.
    """
    start = source.read(0, 32)
    if len(start) < 32 or not start.startswith(_SIGNATURE):
        msg = "expected a 7z start header"
        raise Corrupt(msg)
    offset, size = struct.unpack_from("<QQ", start, 12)
    base: dict[str, JSON] = {"core": {"format_version": f"{start[6]}.{start[7]}"}}
    if size == 0:
        return {"core": {"format_version": f"{start[6]}.{start[7]}", "entry_count": 0, "uncompressed_bytes": 0}}
    if 32 + offset + size > source.size:
        return base | {"outcome": "partial", "reason": "the header at the end is missing"}
    if size > _HEADER:
        return base | {"outcome": "partial", "reason": f"a header of {size} bytes is not read"}
    found = _unpack(source, source.read(32 + offset, size))
    if found.encrypted:
        return {
            "core": {"format_version": f"{start[6]}.{start[7]}", "encrypted": True},
            "encrypted_names": True,
            "outcome": "encrypted",
            "reason": "the names are encrypted",
        }
    return _facts(read_header(found.data), f"{start[6]}.{start[7]}")


def _unpack(source: ByteSource, data: bytes) -> _Found:
    """Unpack a packed header until it is a plain one; a header may be packed more than once."""
    found = _Found(data)
    for _ in range(_NESTED):
        if found.data[:1] == bytes([_PLAIN]):
            return found
        if found.data[:1] != bytes([_PACKED]):
            break
        streams = read_streams(found.data, 1)
        if not streams.folders or not streams.pack_sizes:
            break
        folder = streams.folders[0]
        if any(coder.method == AES for coder in folder.coders):
            found.encrypted = True
            return found
        packed = source.read(32 + streams.pack_position, min(streams.pack_sizes[0], _HEADER))
        found.data = _decode(folder, packed)
    msg = "the header at the end is neither plain nor packed with a method that is known"
    raise Corrupt(msg)


def _decode(folder: Folder, packed: bytes) -> bytes:
    size = folder.unpacked
    if len(folder.coders) != 1 or size > _UNPACKED:
        msg = f"a header of {size} bytes behind {len(folder.coders)} coders is not read"
        raise Corrupt(msg)
    coder = folder.coders[0]
    if coder.method == _COPY:
        return packed[:size]
    try:
        machine = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[_filter(coder.method, coder.properties)])
        return machine.decompress(packed, size)
    except (lzma.LZMAError, ValueError, MemoryError) as error:
        msg = f"the packed header is broken: {error}"
        raise Corrupt(msg) from error


def _filter(method: bytes, properties: bytes) -> dict[str, int]:
    if method == _LZMA and len(properties) >= 5:
        packed, dictionary = struct.unpack_from("<BI", properties)
        rest, literal = divmod(packed, 9)
        position, low = divmod(rest, 5)
        return {
            "id": lzma.FILTER_LZMA1,
            "dict_size": max(4096, min(dictionary, _DICTIONARY)),
            "lc": literal,
            "lp": low,
            "pb": position,
        }
    if method == _LZMA2 and properties:
        bits = properties[0] & 63
        return {"id": lzma.FILTER_LZMA2, "dict_size": max(4096, min((2 | bits & 1) << bits // 2 + 11, _DICTIONARY))}
    msg = f"unknown method {method.hex()}"
    raise ValueError(msg)


def _facts(header: Header, version: str) -> dict[str, JSON]:
    listing = Listing(render=lambda entry: from_filetime(int(entry.moment)))
    encrypted = header.encrypted
    for item in header.files[:MAX_ENTRIES]:
        listing.add(
            Entry(
                name=item.name,
                size=item.size,
                folder=item.folder,
                encrypted=encrypted and not item.folder and item.size > 0,
                moment=item.modified,
            )
        )
    listing.packed = sum(header.streams.pack_sizes)
    methods = list(dict.fromkeys(m for f in header.streams.folders for c in f.coders for m in [_name(c.method)]))
    core = {
        **listing.core(),
        "entry_count": header.file_count,
        "encrypted": encrypted,
        "format_version": version,
        "compression": next((m for m in methods if m not in {"AES-256", "BCJ", "BCJ2", "copy"}), None),
    }
    own = {
        "compression_methods": methods[:20],
        "solid": any(count > 1 for count in header.streams.file_counts) or None,
        "block_count": len(header.streams.folders),
    }
    facts: dict[str, JSON] = {"core": known(core), **listing.own(), **known(own)}
    if listing.count < header.file_count:
        return facts | {
            "outcome": "partial",
            "reason": f"{listing.count} of {header.file_count} entries were looked at",
        }
    return facts | listing.sealed()


def _name(method: bytes) -> str:
    return METHODS.get(method, method.hex())
