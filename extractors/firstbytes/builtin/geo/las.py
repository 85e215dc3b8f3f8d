"""LAS and LAZ point clouds: the public header and the variable length records (ASPRS LAS 1.4 R15; LASzip; COPC 1.0)."""

from __future__ import annotations

import math
import struct
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.geo import crs
from firstbytes.formats.values import clean, known

_HEADER = 375
_RECORDS = 64 * 1024
_COUNT = 256
_POINT_BYTES = (20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67)
_GPS_TIME = frozenset({1, 3, 4, 5, 6, 7, 8, 9, 10})
_COLOUR = frozenset({2, 3, 5, 7, 8, 10})
_WAVEFORM = frozenset({4, 5, 9, 10})


@dataclass(frozen=True, slots=True)
class _Record:
    user: str
    number: int
    data: bytes


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return bounds, points, formats, coordinate system, software and day of a point cloud."""
    head = source.read(0, _HEADER)
    if len(head) < 227 or head[:4] != b"LASF":
        raise Corrupt("header ends early")
    size, start, count = struct.unpack_from("<HII", head, 94)
    minor, raw_format, length = head[25], head[104], int.from_bytes(head[105:107], "little")
    points = int.from_bytes(head[247:255], "little") if minor >= 4 and len(head) >= 255 else 0
    points = points or int.from_bytes(head[107:111], "little")
    records = _records(source.read(size, min(max(0, start - size), _RECORDS)), min(count, _COUNT))
    packed = bool(raw_format & 0x80) or any(record.user == "laszip encoded" for record in records)
    point_format = raw_format & 0x3F
    missing = start > source.size or (not packed and start + points * length > source.size)
    return {
        "core": known(
            {
                "point_count": min(points, 2**53),
                "format_version": f"{head[24]}.{minor}",
                "generator": clean(head[58:90].split(b"\x00")[0].decode("latin-1")),
                "created": _day(*struct.unpack_from("<HH", head, 90)),
                "identifier": str(uuid.UUID(bytes_le=head[8:24])) if any(head[8:24]) else None,
                "compression": "LASzip" if packed else None,
            }
        ),
        **known(
            {
                "system": clean(head[26:58].split(b"\x00")[0].decode("latin-1")),
                "point_format": point_format,
                "point_bytes": length,
                "extra_bytes": _extra(point_format, length),
                "points_by_return": _returns(head, minor),
                "has_gps_time": point_format in _GPS_TIME,
                "gps_time_kind": _time_kind(head, point_format),
                "has_color": point_format in _COLOUR,
                "has_waveforms": point_format in _WAVEFORM,
                "bounds": _bounds(head),
                "scale": _floats(head, 131, 3),
                "offset": _floats(head, 155, 3),
                "crs": _crs(records),
                "record_count": count,
                "is_copc": True if any(record.user == "copc" for record in records) else None,
            }
        ),
        **({"outcome": "partial", "reason": "points are missing at the end"} if missing else {}),
    }


def _records(data: bytes, count: int) -> list[_Record]:
    found = []
    at = 0
    for _ in range(count):
        if at + 54 > len(data):
            break
        user = data[at + 2 : at + 18].split(b"\x00")[0].decode("latin-1")
        number, length = struct.unpack_from("<HH", data, at + 18)
        found.append(_Record(user, number, data[at + 54 : at + 54 + length]))
        at += 54 + length
    return found


def _crs(records: list[_Record]) -> JSON:
    by_number = {record.number: record.data for record in records if record.user == "LASF_Projection"}
    if 2112 in by_number:
        return crs.from_wkt(by_number[2112].split(b"\x00")[0].decode("utf-8", "replace"))
    if 34735 in by_number:
        return crs.from_geo_keys(by_number[34735], by_number.get(34737, b"").decode("latin-1"))
    return None


def _day(day: int, year: int) -> str | None:
    """Return the day of the year as a date."""
    if not 1 <= day <= 366 or not 1900 <= year <= 9000:
        return None
    return (date(year, 1, 1) + timedelta(days=day - 1)).isoformat()


def _extra(point_format: int, length: int) -> int | None:
    known_length = _POINT_BYTES[point_format] if point_format < len(_POINT_BYTES) else length
    return length - known_length if length > known_length else None


def _returns(head: bytes, minor: int) -> list[int]:
    if minor >= 4 and len(head) >= 375:
        counts = struct.unpack_from("<15Q", head, 255)
        if any(counts):
            return [min(count, 2**53) for count in counts]
    return list(struct.unpack_from("<5I", head, 111))


def _time_kind(head: bytes, point_format: int) -> str | None:
    if point_format not in _GPS_TIME:
        return None
    return "adjusted standard GPS time" if head[6] & 1 else "GPS week time"


def _bounds(head: bytes) -> JSON:
    values = _floats(head, 179, 6)
    if values is None:
        return None
    keys = ("max_x", "min_x", "max_y", "min_y", "max_z", "min_z")
    return dict(sorted(zip(keys, values, strict=True)))


def _floats(data: bytes, at: int, count: int) -> list[float] | None:
    values = struct.unpack_from(f"<{count}d", data, at)
    return list(values) if all(math.isfinite(value) for value in values) else None
