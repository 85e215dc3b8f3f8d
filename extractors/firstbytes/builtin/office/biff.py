"""Excel workbooks before 2007: the globals and the extents of sheets in the Workbook stream ([MS-XLS] 2.1, 2.4)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from firstbytes.formats.ole_properties import decode_page
from firstbytes.formats.values import clean, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import JSON

_MAX_RECORDS = 20_000
_MAX_SHEETS = 100
_BOF, _EOF, _BOUND_SHEET, _FILE_PASS, _CODE_PAGE = 0x0809, 0x000A, 0x0085, 0x002F, 0x0042
_DATE_1904, _WRITE_ACCESS, _DIMENSIONS, _NAME, _PROTECT = 0x0022, 0x005C, 0x0200, 0x0018, 0x0012
_SINGLE = {b"\x09\x00": "BIFF2", b"\x09\x02": "BIFF3", b"\x09\x04": "BIFF4"}
_VERSIONS = {0x0500: "5", 0x0600: "8"}
_STATES = ("visible", "hidden", "veryHidden", "hidden")
_KINDS = {1: "macrosheet", 2: "chartsheet", 6: "vbmodule"}


def workbook(data: bytes) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return (core, own) facts of the first bytes of a workbook stream."""
    if data[:2] in _SINGLE:
        return _worksheet(data)
    seen: dict[int, bytes] = {}
    bounds: list[bytes] = []
    names = 0
    for kind, body in _records(data, 0):
        seen.setdefault(kind, body)
        names += kind == _NAME
        if kind == _BOUND_SHEET and len(body) >= 8:
            bounds.append(body)
    encrypted = _FILE_PASS in seen
    version = int.from_bytes(seen.get(_BOF, b"")[:2], "little")
    wide = version == 0x0600
    page = int.from_bytes(seen.get(_CODE_PAGE, b"\xe4\4")[:2], "little")
    core: dict[str, JSON] = {
        "format_version": f"BIFF{_VERSIONS[version]}" if version in _VERSIONS else None,
        "encrypted": encrypted or None,
        "macros": any(body[5] == 1 for body in bounds) or None,
        "sheet_count": sum(body[5] != 6 for body in bounds) or None,
    }
    own: dict[str, JSON] = {
        "date_system": 1904 if seen.get(_DATE_1904, b"")[:1] == b"\1" else None,
        "protected": seen.get(_PROTECT, b"")[:1] == b"\1" or None,
        "defined_name_count": names or None,
    }
    if not encrypted:
        sheets = [_sheet(data, body, page, wide=wide) for body in bounds[:_MAX_SHEETS]]
        own["current_user"] = _written(seen.get(_WRITE_ACCESS, b""), page, wide=wide)
        own["sheets"] = sheets
        own["hidden_sheet_count"] = sum("state" in sheet for sheet in sheets) or None
    return core, own


def _worksheet(data: bytes) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Return the facts of a file of Excel 2 to 4, which is one sheet."""
    own: dict[str, JSON] = {}
    encrypted = False
    for kind, body in _records(data, 0):
        encrypted = encrypted or kind == _FILE_PASS
        if kind in {0x0000, _DIMENSIONS} and len(body) >= 8:
            _, rows, _, columns = struct.unpack_from("<4H", body)
            own |= {"row_count": rows, "column_count": columns}
        elif kind == _WRITE_ACCESS and not encrypted:
            own["current_user"] = _written(body, 1252, wide=False)
    core: dict[str, JSON] = {
        "format_version": _SINGLE[data[:2]],
        "encrypted": encrypted or None,
        "sheet_count": 1,
    }
    return core, own


def _sheet(data: bytes, body: bytes, page: int, *, wide: bool) -> dict[str, JSON]:
    offset, state, kind = struct.unpack_from("<IBB", body)
    shown = _STATES[state & 3]
    facts: dict[str, JSON] = {
        "name": clean(_short(body, 6, page, wide=wide), 256),
        "state": None if shown == "visible" else shown,
        "kind": _KINDS.get(kind),
    }
    # Extents follow soon after the sheet's own BOF; sheets beyond the first bytes of the stream go without.
    for number, (record, part) in enumerate(_records(data, offset) if offset < len(data) else ()):
        if record == _DIMENSIONS and len(part) >= (14 if wide else 10):
            rows, _, columns = struct.unpack_from("<IHH" if wide else "<HHH", part, 4 if wide else 2)
            facts |= {"row_count": min(rows, 1 << 20), "column_count": min(columns, 1 << 14)}
        if record == _DIMENSIONS or number > 200:
            break
    return known(facts)


def _short(body: bytes, place: int, page: int, *, wide: bool) -> str:
    """Return a string with a one-byte count: with a flag for 16-bit characters in BIFF8, of bytes before."""
    count = body[place]
    if not wide:
        return decode_page(body[place + 1 : place + 1 + count], page)
    if len(body) > place + 1 and body[place + 1] & 1:
        return body[place + 2 : place + 2 + count * 2].decode("utf-16-le", "replace")
    return body[place + 2 : place + 2 + count].decode("latin-1")


def _written(body: bytes, page: int, *, wide: bool) -> str | None:
    """Return the user who wrote the file, padded with spaces ([MS-XLS] 2.4.349)."""
    if not wide:
        return clean(_short(body, 0, page, wide=False), 256) if body else None
    if len(body) < 3:
        return None
    count, flag = struct.unpack_from("<HB", body)
    raw = body[3 : 3 + count * (2 if flag & 1 else 1)]
    return clean(raw.decode("utf-16-le" if flag & 1 else "latin-1", "replace"), 256)


def _records(data: bytes, place: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of one substream, from its BOF to its EOF."""
    for _ in range(_MAX_RECORDS):
        if place + 4 > len(data):
            return
        kind, size = struct.unpack_from("<HH", data, place)
        yield kind, data[place + 4 : place + 4 + size]
        if kind == _EOF:
            return
        place += 4 + size
