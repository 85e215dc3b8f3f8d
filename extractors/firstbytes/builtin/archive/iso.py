"""ISO 9660 images by their volume descriptors and folders (ECMA-119, Joliet, SUSP and Rock Ridge, El Torito)."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any

from firstbytes import Corrupt
from firstbytes.builtin.archive.iso_folders import Tree
from firstbytes.formats.values import clean, from_iso, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_SECTOR = 2048
_FIRST = 16
_DESCRIPTORS = 16
_JOLIET = (b"%/@", b"%/C", b"%/E")
_DIGITS = re.compile(rb"\d{16}")


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an ISO 9660 image.

    Raises:
        Corrupt: there is no primary volume descriptor.
    """
    area = source.read(_FIRST * _SECTOR, _DESCRIPTORS * _SECTOR)
    descriptors = [area[at : at + _SECTOR] for at in range(0, len(area), _SECTOR)]
    primary = next((d for d in descriptors if d[:7] == b"\x01CD001\x01" and len(d) >= 883), None)
    if primary is None:
        msg = "no primary volume descriptor"
        raise Corrupt(msg)
    joliet = next((d for d in descriptors if d[:6] == b"\x02CD001" and d[88:91] in _JOLIET and len(d) >= 883), None)
    boot = next((d for d in descriptors if d[:6] == b"\x00CD001" and d[7:30] == b"EL TORITO SPECIFICATION"), None)
    names = joliet or primary
    blocks, block_size = struct.unpack_from("<I", primary, 80)[0], struct.unpack_from("<H", primary, 128)[0]
    tree = Tree(source, names, block_size)
    read = tree.walk()
    whole = read and tree.complete
    volume_size = blocks * block_size
    facts: dict[str, JSON] = {
        "core": known({**_core(primary, joliet), **(tree.listing.core() if whole else {})}),
        **tree.listing.own(),
        **_volume(primary),
        **known(
            {
                "volume_bytes": volume_size,
                "block_bytes": block_size,
                "has_joliet": joliet is not None,
                "has_rock_ridge": tree.rock_ridge
                or (joliet is not None and _has_rock_ridge(source, primary, block_size)),
                "has_udf": any(d[1:6] in {b"NSR02", b"NSR03"} for d in descriptors) or None,
                "bootable": boot is not None,
            }
        ),
    }
    if volume_size > source.size:
        facts |= {"outcome": "partial", "reason": "the end of the image is missing"}
    elif not read:
        facts |= {"outcome": "partial", "reason": "the root folder cannot be read"}
    elif not whole:
        facts |= {"outcome": "partial", "reason": f"the first {tree.listing.count} entries were looked at"}
    return facts


def _volume(primary: bytes) -> dict[str, Any]:
    return known(
        {
            "volume_id": _text(primary[40:72]),
            "volume_set_id": _text(primary[190:318]),
            "system_id": _text(primary[8:40]),
            "expires_at": _date(primary[847:864]),
            "effective_at": _date(primary[864:881]),
        }
    )


def _core(primary: bytes, joliet: bytes | None) -> dict[str, Any]:
    wide = _wide(joliet[40:72]) if joliet else None
    title = wide if wide and len(wide) > len(_text(primary[40:72]) or "") else _text(primary[40:72])
    preparer = _file_or_text(primary[446:574])
    return {
        "title": title or wide,
        "publisher": _file_or_text(primary[318:446]),
        "authors": [preparer] if preparer else None,
        "generator": _file_or_text(primary[574:702]),
        "copyright": _file_or_text(primary[702:739]),
        "description": _file_or_text(primary[739:776]),
        "created": _date(primary[813:830]),
        "modified": _date(primary[830:847]),
    }


def _text(field: bytes) -> str | None:
    return clean(field.decode("utf-8", "replace").rstrip(" \0"))


def _wide(field: bytes) -> str | None:
    return clean(field.decode("utf-16-be", "replace").rstrip(" \0"))


def _file_or_text(field: bytes) -> str | None:
    """Return an identifier; one that starts with an underscore names a file of the root folder (ECMA-119, 8.4.20)."""
    return _text(field.removeprefix(b"\x5f"))


def _date(field: bytes) -> str | None:
    """Return a date of 16 digits and an offset in quarters of an hour; None when it is all zeros."""
    if len(field) < 17 or not _DIGITS.fullmatch(field[:16]) or field[:16] == b"0" * 16:
        return None
    digits = field[:14].decode()
    quarters = struct.unpack("b", field[16:17])[0]
    if not -48 <= quarters <= 52:
        return None
    zone = f"{'-' if quarters < 0 else '+'}{abs(quarters) // 4:02}:{abs(quarters) % 4 * 15:02}"
    day = f"{digits[:4]}-{digits[4:6]}-{digits[6:8]}"
    return from_iso(f"{day}T{digits[8:10]}:{digits[10:12]}:{digits[12:14]}{zone}")


def _has_rock_ridge(source: ByteSource, primary: bytes, block_size: int) -> bool:
    """Return whether the primary tree, which stands beside Joliet's, uses Rock Ridge."""
    extent = struct.unpack_from("<I", primary, 158)[0]
    return b"SP\x07\x01\xbe\xef" in source.read(extent * block_size, 256)
