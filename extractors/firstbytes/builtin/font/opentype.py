"""What an OpenType font says about itself: names, metrics, coverage, variation, colour, embedding permission."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context
from firstbytes.builtin.font import coverage, names
from firstbytes.formats import sfnt
from firstbytes.formats.sfnt import Font
from firstbytes.formats.values import clean, from_mac, known

_COLOUR = ("COLR", "CPAL", "SVG ", "sbix", "CBDT")
_NAME_TABLE = 256 * 1024
_AXES = 64
_INSTANCES = 200
_WIDTHS = (
    *("ultra-condensed", "extra-condensed", "condensed", "semi-condensed", "normal"),
    *("semi-expanded", "expanded", "extra-expanded", "ultra-expanded"),
)
_EMBEDDING = {0: "installable", 2: "restricted", 4: "preview and print", 8: "editable"}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a font; of a collection those of its first font, and the names of all."""
    file = sfnt.read(source)
    font = file.fonts[0]
    table = font.table("name", _NAME_TABLE)
    texts = names.read(table)
    reason = file.missing or _missing(font, source, file.wrapper)
    return {
        "core": _core(font, texts) | known({"entry_count": file.claimed if file.claimed > 1 else None}),
        **_own(font, texts),
        **known(
            {
                "wrapper": file.wrapper,
                "wrapper_version": file.wrapper_version,
                "fonts": [_short(member) for member in file.fonts] if file.claimed > 1 else None,
            }
        ),
        **({"outcome": "partial", "reason": reason} if reason else {}),
    }


def _missing(font: Font, source: ByteSource, wrapper: str) -> str:
    if wrapper == "WOFF2":
        return ""
    end = max(place.offset + place.stored for place in font.places.values())
    return "tables are missing at the end" if end > source.size else ""


def _core(font: Font, texts: dict[int, str]) -> dict[str, JSON]:
    head, maxp = font.table("head", 54), font.table("maxp", 6)
    version = clean(texts.get(5), 256)
    return known(
        {
            "title": clean(texts.get(4)),
            "authors": [designer] if (designer := clean(texts.get(9))) else None,
            "description": clean(texts.get(10)),
            "copyright": clean(texts.get(0)),
            "license": clean(texts.get(14)) or clean(texts.get(13)),
            "publisher": clean(texts.get(8)),
            "identifier": clean(texts.get(3)),
            "version": version.removeprefix("Version ").strip() if version else _revision(head),
            "created": from_mac(_signed(head[20:28])) if len(head) >= 36 else None,
            "modified": from_mac(_signed(head[28:36])) if len(head) >= 36 else None,
            "glyph_count": int.from_bytes(maxp[4:6], "big") if len(maxp) >= 6 else None,
            "signed": True if int.from_bytes(font.table("DSIG", 8)[4:6], "big") else None,
        }
    )


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "big", signed=True)


def _revision(head: bytes) -> str | None:
    return f"{_signed(head[4:8]) / 65536:.3f}" if len(head) >= 8 else None


def _own(font: Font, texts: dict[int, str]) -> dict[str, JSON]:
    head, post = font.table("head", 54), font.table("post", 32)
    return known(
        {
            "family": clean(texts.get(16) or texts.get(1)),
            "style": clean(texts.get(17) or texts.get(2)),
            "postscript_name": clean(texts.get(6), 256),
            "license_text": clean(texts.get(13)) if texts.get(14) else None,
            "trademark": clean(texts.get(7)),
            "vendor_url": clean(texts.get(11)),
            "designer_url": clean(texts.get(12)),
            "sample_text": clean(texts.get(19)),
            "units_per_em": int.from_bytes(head[18:20], "big") if len(head) >= 20 else None,
            "outlines": _outlines(font),
            "monospaced": bool(int.from_bytes(post[12:16], "big")) if len(post) >= 16 else None,
            "italic_angle_deg": _signed(post[4:8]) / 65536 if len(post) >= 8 else None,
            "color_tables": [tag.strip() for tag in _COLOUR if tag in font.places],
            "hinted": any(tag in font.places for tag in ("fpgm", "prep")),
            "layout_scripts": coverage.layout_scripts(font),
            "tables": [clean(tag, 8) for tag in sorted(font.places)],
            **_os2(font.table("OS/2", 128), head),
            **_variation(font.table("fvar"), texts),
        }
    )


def _os2(os2: bytes, head: bytes) -> dict[str, JSON]:
    """Return weight, width, style bits, vendor, permission and scripts; style from `head` where there is no OS/2."""
    style = int.from_bytes(head[44:46], "big")
    if len(os2) < 64:
        return {"bold": bool(style & 1), "italic": bool(style & 2)} if len(head) >= 46 else {}
    weight, width, permission = struct.unpack_from(">HHH", os2, 4)
    selection = int.from_bytes(os2[62:64], "big")
    return {
        "weight": weight,
        "width": _WIDTHS[width - 1] if 1 <= width <= 9 else None,
        "bold": bool(selection & 0x20),
        "italic": bool(selection & 0x01),
        "oblique": True if selection & 0x200 else None,
        "vendor": clean(os2[58:62].decode("latin-1"), 8),
        "embedding": _EMBEDDING.get(permission & 0x0E),
        "no_subsetting": True if permission & 0x100 else None,
        "bitmap_embedding_only": True if permission & 0x200 else None,
        "scripts": coverage.scripts(os2),
    }


def _outlines(font: Font) -> str | None:
    tables = {"glyf": "TrueType", "CFF ": "CFF", "CFF2": "CFF2", "CBDT": "bitmap", "EBDT": "bitmap", "sbix": "bitmap"}
    return next((name for tag, name in tables.items() if tag in font.places), None)


def _variation(fvar: bytes, texts: dict[int, str]) -> dict[str, JSON]:
    """Return axes with their ranges and the names of the instances (OpenType 1.9, fvar)."""
    if len(fvar) < 16:
        return {}
    start, _, axes, size, instances, instance_size = struct.unpack_from(">6H", fvar, 4)
    found: list[JSON] = []
    for at in range(start, min(start + size * min(axes, _AXES), len(fvar) - 19), max(size, 20)):
        tag, low, default, high, flags, name = struct.unpack_from(">4siiiHH", fvar, at)
        found.append(
            known(
                {
                    "tag": clean(tag.decode("latin-1"), 8),
                    "name": clean(texts.get(name), 256),
                    "minimum": low / 65536,
                    "default": default / 65536,
                    "maximum": high / 65536,
                    "hidden": True if flags & 1 else None,
                }
            )
        )
    first = start + size * axes
    ids = [
        int.from_bytes(fvar[at : at + 2], "big")
        for at in range(
            first, min(first + instance_size * min(instances, _INSTANCES), len(fvar) - 1), max(instance_size, 4)
        )
    ]
    return {"axes": found, "instances": [name for number in ids if (name := clean(texts.get(number), 256))]}


def _short(font: Font) -> JSON:
    texts = names.read(font.table("name", _NAME_TABLE))
    return known(
        {
            "family": clean(texts.get(16) or texts.get(1), 256),
            "style": clean(texts.get(17) or texts.get(2), 256),
            "postscript_name": clean(texts.get(6), 256),
        }
    )
