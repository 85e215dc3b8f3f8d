"""RPM packages by their two headers (RPM file format, version 3 and 4)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firstbytes import Corrupt
from firstbytes.builtin.archive.listing import Entry, Listing
from firstbytes.formats.values import clean, from_unix, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_LEAD = 96
_MAGIC = b"\x8e\xad\xe8"
_ENTRIES = 10_000
_STORE = 8 * 1024 * 1024
_MANY = 100_000
_LISTED = 100
_STRING, _STRINGS, _I18N = 6, 8, 9
_NUMBERS = {2: (1, "B"), 3: (2, "H"), 4: (4, "I"), 5: (8, "Q")}
_WHOLE = 1000
"""In the signature header: bytes of header and payload."""
_SIGNATURES = (1002, 1005, 267, 268, 278)
_NAME, _VERSION, _RELEASE, _EPOCH, _SUMMARY, _DESCRIPTION, _BUILT, _BUILD_HOST = range(1000, 1008)
_SIZE, _DISTRIBUTION, _VENDOR, _LICENSE, _PACKAGER, _GROUP = 1009, 1010, 1011, 1014, 1015, 1016
_URL, _OS, _ARCH, _SIZES, _MODES, _TIMES, _SOURCE, _RPM_VERSION = 1020, 1021, 1022, 1028, 1030, 1034, 1044, 1064
_PROVIDES, _REQUIRES, _INDEXES, _BASES, _FOLDERS, _FORMAT, _COMPRESSOR, _LONG_SIZE = (
    1047,
    1049,
    1116,
    1117,
    1118,
    1124,
    1125,
    5009,
)


@dataclass(frozen=True, slots=True)
class _Header:
    """A header's index by tag (type, offset, count), its store, and the position behind it."""

    index: Mapping[int, tuple[int, int, int]]
    store: bytes
    end: int

    def strings(self, tag: int, limit: int = _MANY) -> list[str]:
        """Return the texts of a tag."""
        kind, offset, count = self.index.get(tag, (0, 0, 0))
        if kind not in {_STRING, _STRINGS, _I18N}:
            return []
        wanted = 1 if kind == _STRING else min(count, limit)
        found: list[str] = []
        for _ in range(wanted):
            end = self.store.find(b"\0", offset)
            if end < 0:
                break
            found.append(self.store[offset:end].decode("utf-8", "replace"))
            offset = end + 1
        return found

    def text(self, tag: int, limit: int = 4096) -> str | None:
        """Return the first text of a tag."""
        return clean(next(iter(self.strings(tag, 1)), None), limit)

    def numbers(self, tag: int, limit: int = _MANY) -> tuple[int, ...]:
        """Return the numbers of a tag."""
        kind, offset, count = self.index.get(tag, (0, 0, 0))
        width, code = _NUMBERS.get(kind, (0, ""))
        if not width or offset >= len(self.store):
            return ()
        wanted = min(count, limit, (len(self.store) - offset) // width)
        return struct.unpack_from(f">{wanted}{code}", self.store, offset)

    def number(self, tag: int) -> int | None:
        """Return the first number of a tag."""
        return next(iter(self.numbers(tag, 1)), None)


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an RPM package.

    Raises:
        Corrupt: the lead or one of the headers is none.
    """
    lead = source.read(0, _LEAD)
    if len(lead) < _LEAD or lead[:4] != b"\xed\xab\xee\xdb":
        msg = "expected an RPM lead"
        raise Corrupt(msg)
    signature = _header(source, _LEAD)
    # The signature is padded to a multiple of eight bytes.
    start = -(-signature.end // 8) * 8
    header = _header(source, start)
    listing = _files(header)
    vendor = header.text(_VENDOR)
    core = {
        "identifier": header.text(_NAME),
        "title": header.text(_NAME),
        "version": header.text(_VERSION),
        "description": "\n".join(filter(None, (header.text(_SUMMARY), header.text(_DESCRIPTION, 3000)))) or None,
        "license": header.text(_LICENSE),
        "publisher": vendor,
        "authors": [packager] if (packager := header.text(_PACKAGER)) else None,
        "created": from_unix(header.number(_BUILT)),
        "generator": f"rpm {version}" if (version := header.text(_RPM_VERSION, 100)) else None,
        "entry_count": listing.count,
        "uncompressed_bytes": header.number(_LONG_SIZE) or header.number(_SIZE),
        "compression": header.text(_COMPRESSOR, 50) or "gzip",
        "format_version": f"{lead[4]}.{lead[5]}",
        "signed": any(tag in signature.index for tag in _SIGNATURES),
    }
    facts: dict[str, JSON] = {"core": known(core), **listing.own(), **known(_own(header))}
    if start + (signature.number(_WHOLE) or 0) > source.size or header.end >= source.size:
        facts |= {"outcome": "partial", "reason": "the end of the payload is missing"}
    return facts


def _own(header: _Header) -> dict[str, Any]:
    return {
        "release": header.text(_RELEASE, 200),
        "epoch": header.number(_EPOCH),
        "architecture": header.text(_ARCH, 100),
        "operating_system": header.text(_OS, 100),
        "group": header.text(_GROUP, 200),
        "distribution": header.text(_DISTRIBUTION, 200),
        "build_host": header.text(_BUILD_HOST, 200),
        "homepage_url": header.text(_URL, 500),
        "source_package": header.text(_SOURCE, 200),
        "is_source": _SOURCE not in header.index,
        "payload_format": header.text(_FORMAT, 50),
        "dependencies": _names(header, _REQUIRES),
        "provides": _names(header, _PROVIDES),
    }


def _names(header: _Header, tag: int) -> list[str]:
    """Return distinct names of capabilities, without those of rpm itself."""
    names = dict.fromkeys(name for name in header.strings(tag, 1000) if not name.startswith("rpmlib("))
    return [text for text in (clean(name, 200) for name in list(names)[:_LISTED]) if text]


def _header(source: ByteSource, position: int) -> _Header:
    intro = source.read(position, 16)
    if len(intro) < 16 or not intro.startswith(_MAGIC):
        msg = f"no header at {position}"
        raise Corrupt(msg)
    count, size = struct.unpack_from(">II", intro, 8)
    if count > _ENTRIES or size > _STORE:
        msg = f"a header of {count} entries and {size} bytes is not read"
        raise Corrupt(msg)
    data = source.read(position + 16, 16 * count + size)
    if len(data) < 16 * count + size:
        msg = "a header is cut off"
        raise Corrupt(msg)
    rows = (struct.unpack_from(">4I", data, 16 * row) for row in range(count))
    index = {tag: (kind, offset, number) for tag, kind, offset, number in rows}
    return _Header(index, data[16 * count :], position + 16 + len(data))


def _files(header: _Header) -> Listing:
    """List the files by the header's parallel arrays: base names, folders, modes, sizes, times."""
    listing = Listing(render=lambda entry: from_unix(int(entry.moment)))
    folders, indexes = header.strings(_FOLDERS), header.numbers(_INDEXES)
    sizes, modes, times = header.numbers(_SIZES), header.numbers(_MODES), header.numbers(_TIMES)

    def at(values: tuple[int, ...], row: int) -> int:
        return values[row] if row < len(values) else 0

    for row, base in enumerate(header.strings(_BASES)):
        place = at(indexes, row)
        # Every name is absolute, as installed: without the slash it is not one to beware of.
        folder = folders[place].lstrip("/") if place < len(folders) else ""
        kind = at(modes, row) & 0xF000
        listing.add(
            Entry(
                name=folder + base,
                size=at(sizes, row) if kind == 0x8000 else 0,
                folder=kind == 0x4000,
                link=kind == 0xA000,
                moment=at(times, row),
            )
        )
    return listing
