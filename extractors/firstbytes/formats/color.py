"""Colour coding and high dynamic range metadata of film, as containers and codecs store them.

Numbers are those of ITU-T H.273 (ISO/IEC 23091-2); luminances are in candela per square metre.
"""

from __future__ import annotations

import struct

from firstbytes.formats.values import known
from firstbytes.spec import JSON

PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "ebu3213",
}
TRANSFERS = {
    1: "bt709",
    4: "gamma22",
    5: "gamma28",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    11: "smpte2085",
    12: "chroma-derived-nc",
    13: "chroma-derived-c",
    14: "ictcp",
}


def named(primaries: int, transfer: int, matrix: int, *, full_range: bool | None) -> dict[str, JSON]:
    """Return the names of a colour coding; what is unspecified is left out."""
    return known(
        {
            "primaries": PRIMARIES.get(primaries),
            "transfer": TRANSFERS.get(transfer),
            "matrix": MATRICES.get(matrix),
            "full_range": full_range,
            "dynamic_range": {16: "pq", 18: "hlg"}.get(transfer),
        }
    )


def coding(colr: bytes) -> dict[str, JSON]:
    """Return the colour coding of a `colr` payload: `nclx` (ISO/IEC 14496-12, 12.1.5) or QuickTime's `nclc`."""
    if colr[:4] not in {b"nclx", b"nclc"} or len(colr) < 10:
        return {"icc_profile": True} if colr[:4] in {b"prof", b"rICC"} else {}
    full = bool(colr[10] & 0x80) if colr[:4] == b"nclx" and len(colr) > 10 else None
    return named(*struct.unpack_from(">HHH", colr, 4), full_range=full)


def mastering(mdcv: bytes) -> dict[str, JSON]:
    """Return the mastering display's luminances of an `mdcv` payload (ISO/IEC 14496-12, 12.1.7; H.265 D.3.28)."""
    if len(mdcv) < 24:
        return {}
    highest, lowest = struct.unpack_from(">II", mdcv, 16)
    return {"mastering_max_cdm2": round(highest / 10000, 4), "mastering_min_cdm2": round(lowest / 10000, 4)}


def light_level(clli: bytes) -> dict[str, JSON]:
    """Return MaxCLL and MaxFALL of a `clli` payload (CTA-861.3)."""
    if len(clli) < 4:
        return {}
    content, frame = struct.unpack_from(">HH", clli)
    return {"max_cll_cdm2": content, "max_fall_cdm2": frame}


def dolby_vision(record: bytes) -> dict[str, JSON]:
    """Return profile and level of a Dolby Vision configuration record (Dolby Vision in ISOBMFF, 2.2)."""
    if len(record) < 5:
        return {}
    bits = int.from_bytes(record[2:4])
    return {
        "dolby_vision": {
            "profile": bits >> 9,
            "level": bits >> 3 & 63,
            "base_layer_compatibility": record[4] >> 4,
        }
    }
