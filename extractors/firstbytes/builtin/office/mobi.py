"""Mobipocket and Kindle books: the Palm database header, the MOBI header and its EXTH records.

Source: the MobileRead wiki's description of these headers, which Amazon never published.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.office.numbers import language
from firstbytes.builtin.office.package import result
from firstbytes.formats.ole_properties import decode_page
from firstbytes.formats.values import clean, from_iso, from_mac, from_unix

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_RECORD = 64 * 1024
_MAX_EXTRAS = 500
_COMPRESSIONS = {1: "none", 2: "palmdoc", 17480: "huffcdic"}
_KINDS = {2: "book", 3: "palmdoc", 4: "audio", 232: "book", 248: "kf8", 257: "news", 258: "news feed", 259: "magazine"}
_UNIX_OFFSET = 1 << 31
_AUTHOR, _PUBLISHER, _DESCRIPTION, _ISBN, _SUBJECT, _PUBLISHED = 100, 101, 103, 104, 105, 106
_CONTRIBUTOR, _RIGHTS, _SOURCE, _ASIN, _COVER, _TITLE, _LANGUAGE, _PRODUCER = 108, 109, 112, 113, 201, 503, 524, 535


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the headers of a book."""
    del ctx
    head = source.read(0, 86)
    if len(head) < 86:
        msg = "the database header is cut off"
        raise Corrupt(msg)
    created, modified = struct.unpack_from(">II", head, 36)
    records, start = struct.unpack_from(">HI", head, 76)
    record = source.read(start, _RECORD)
    if len(record) < 16:
        msg = "the first record is beyond the end"
        raise Corrupt(msg)
    core, own = _book(record)
    core = {
        "title": clean(head[:32].partition(b"\0")[0].decode("latin-1")),
        "created": _palm_time(created),
        "modified": _palm_time(modified),
        **{key: value for key, value in core.items() if value is not None},
    }
    own["record_count"] = records
    if core["encrypted"]:
        return result(core, own, {"outcome": "encrypted", "reason": "the book's text is encrypted"})
    return result(core, own)


def _palm_time(seconds: int) -> str | None:
    """Return a time of the database: since 1904 where the highest bit is set, else since 1970."""
    return from_mac(seconds) if seconds & _UNIX_OFFSET else from_unix(seconds)


def _book(record: bytes) -> tuple[dict[str, JSON], dict[str, JSON]]:
    compression, _, text_bytes, _, _, encryption = struct.unpack_from(">HHIHHH", record)
    core: dict[str, JSON] = {
        "compression": _COMPRESSIONS.get(compression),
        "encrypted": encryption != 0,
    }
    own: dict[str, JSON] = {"text_bytes": text_bytes}
    if record[16:20] != b"MOBI" or len(record) < 132:
        return core, own
    length, kind, page, _, version = struct.unpack_from(">5I", record, 20)
    name, size, locale = struct.unpack_from(">III", record, 84)
    extras = _extras(record, 16 + length) if struct.unpack_from(">I", record, 128)[0] & 0x40 else {}
    texts = {key: [text for raw in raws if (text := clean(decode_page(raw, page)))] for key, raws in extras.items()}
    core |= {
        "title": _first(texts, _TITLE) or clean(decode_page(record[name : name + min(size, 4096)], page)),
        "authors": texts.get(_AUTHOR, []),
        "publisher": _first(texts, _PUBLISHER),
        "description": _first(texts, _DESCRIPTION),
        "keywords": texts.get(_SUBJECT, [])[:256],
        "identifier": _first(texts, _ISBN) or _first(texts, _ASIN),
        "copyright": _first(texts, _RIGHTS),
        "language": _first(texts, _LANGUAGE) or language(locale & 0xFFFF),
        "encoding": {65001: "utf-8", 1252: "windows-1252"}.get(page),
        "format_version": str(version) if version < 100 else None,
    }
    own |= {
        "kind": _KINDS.get(kind),
        "published_at": from_iso(_first(texts, _PUBLISHED)),
        "contributors": texts.get(_CONTRIBUTOR, [])[:100],
        "source": _first(texts, _SOURCE),
        "asin": _first(texts, _ASIN),
        "producer_build": _first(texts, _PRODUCER),
        "has_cover": _COVER in extras,
    }
    return core, own


def _first(texts: Mapping[int, list[str]], kind: int) -> str | None:
    return next(iter(texts.get(kind, ())), None)


def _extras(record: bytes, place: int) -> dict[int, list[bytes]]:
    """Return the EXTH records by type: type and length, the eight bytes of both included, then the data."""
    found: dict[int, list[bytes]] = {}
    if record[place : place + 4] != b"EXTH" or place + 12 > len(record):
        return found
    count = min(struct.unpack_from(">I", record, place + 8)[0], _MAX_EXTRAS)
    place += 12
    for _ in range(count):
        if place + 8 > len(record):
            break
        kind, size = struct.unpack_from(">II", record, place)
        if size < 8:
            break
        found.setdefault(kind, []).append(record[place + 8 : place + size][:8192])
        place += size
    return found
