"""Pictures with a textual header: PNM, PAM, PFM, Radiance HDR, FITS, MIFF, XBM, XPM; and OpenEXR's named attributes."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats.tiff import decode
from firstbytes.formats.values import clean, from_exif, from_iso, known

_HEAD = 64 * 1024
_MAX_TAGS = 100
_PNM = {b"1": "gray", b"2": "gray", b"3": "RGB", b"4": "gray", b"5": "gray", b"6": "RGB"}
_CARD = 80


def _said(facts: Facts, broken: str = "") -> Mapping[str, JSON]:
    return Embedded().result(known(facts), turn=False, broken=broken)


def _bad(what: str) -> Corrupt:
    return Corrupt(f"{what}: no header")


def netpbm(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Netpbm: PBM, PGM, PPM, PAM and PFM headers."""
    head = source.read(0, 8192)
    if head[:2] == b"P7":
        return _said(_pam(head))
    comments = [clean(decode(line)) or "" for line in re.findall(rb"#([^\n\r]*)", head[:2048])]
    plain = re.sub(rb"#[^\n\r]*", b" ", head[:2048])
    if found := re.match(rb"P([Ff])4?\s+(\d{1,10})\s+(\d{1,10})\s+(-?[\d.]{1,20})\s", plain):
        facts: Facts = {"bit_depth": 32, "color_space": "RGB" if found[1] == b"F" else "gray", "compression": "none"}
        order = "little" if found[4].startswith(b"-") else "big"
        return _said(size(int(found[2]), int(found[3]), "PFM") | facts | {"byte_order": order})
    found = re.match(rb"P([1-6])\s+(\d{1,10})\s+(\d{1,10})(?:\s+(\d{1,5}))?\s", plain)
    if not found:
        raise _bad("PNM")
    bitmap = found[1] in b"14"
    highest = 1 if bitmap else int(found[4] or 0)
    facts = {"max_value": None if bitmap else highest, "bit_depth": max(1, highest.bit_length())}
    facts |= {"color_space": _PNM[found[1]], "compression": "none", "plain_text": found[1] in b"123"}
    return _said(size(int(found[2]), int(found[3]), "PNM") | facts | {"file_comment": clean("\n".join(comments))})


def _pam(head: bytes) -> Facts:
    fields = dict(
        re.findall(rb"^(WIDTH|HEIGHT|DEPTH|MAXVAL|TUPLTYPE)\s+(\w{1,40})", head.partition(b"ENDHDR")[0], re.MULTILINE)
    )
    numbers = {key: int(value) for key, value in fields.items() if value.isdigit() and len(value) < 11}
    kind = decode(fields.get(b"TUPLTYPE", b""))
    return size(numbers.get(b"WIDTH", 0), numbers.get(b"HEIGHT", 0), "PAM") | {
        "component_count": numbers.get(b"DEPTH"),
        "max_value": numbers.get(b"MAXVAL"),
        "bit_depth": min(32, max(1, numbers.get(b"MAXVAL", 1).bit_length())),
        "color_space": "RGB" if kind.startswith("RGB") else "gray" if "GRAY" in kind or "BLACK" in kind else None,
        "has_alpha": kind.endswith("_ALPHA"),
        "compression": "none",
    }


def radiance(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Radiance RGBE: header lines, then "-Y height +X width" (Radiance reference manual, file formats)."""
    head = source.read(0, 8192)
    if head[:2] != b"#?":
        raise _bad("Radiance")
    lines, tags, found = head.split(b"\n"), dict[str, JSON](), None
    for line in lines[1:100]:
        if found := re.match(rb"[+-]([XY])\s+(\d{1,10})\s+[+-]([XY])\s+(\d{1,10})", line):
            break
        key, equals, value = decode(line[:500]).partition("=")
        name, text = clean(key, 60), clean(value, 400)
        if equals and name and text:
            tags[name.lower()] = text
    if not found:
        raise _bad("Radiance")
    first, second = int(found[2]), int(found[4])
    width, height = (second, first) if found[1] == b"Y" else (first, second)
    facts: Facts = {"bit_depth": 32, "color_space": "RGB", "compression": tags.pop("format", None)}
    facts |= {"generator": tags.pop("software", None), "tags": tags}
    return _said(size(width, height, "Radiance") | facts)


def _cards(source: ByteSource) -> Iterator[tuple[str, str]]:
    for block in range(16):
        data = source.read(block * 2880, 2880)
        for at in range(0, len(data) - _CARD + 1, _CARD):
            card = decode(data[at : at + _CARD])
            if card.startswith("END     "):
                return
            if card[8:10] == "= ":
                value = card[10:].strip()
                text = re.match(r"'((?:[^']|'')*)'", value)
                yield card[:8].strip(), text[1].replace("''", "'").strip() if text else value.partition("/")[0].strip()


def fits(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """FITS 4.0: the primary header's cards."""
    if not source.read(0, _CARD).startswith(b"SIMPLE  ="):
        raise _bad("FITS")
    cards = dict(list(_cards(source))[:1000])
    axes = [int(cards[f"NAXIS{i}"]) for i in range(1, 10) if re.fullmatch(r"\d{1,10}", cards.get(f"NAXIS{i}", ""))]
    bits = int(cards["BITPIX"]) if re.fullmatch(r"-?\d{1,3}", cards.get("BITPIX", "")) else 0
    told = {key: clean(cards.get(name)) for key, name in _FITS_TEXTS.items()}
    author = told.pop("authors")
    picture = size(axes[0], axes[1], "FITS") if len(axes) >= 2 and all(axes[:2]) else {}
    facts: Facts = picture | {
        "bit_depth": abs(bits) or None,
        "sample_format": "float" if bits < 0 else "integer",
        "axes_px": axes,
        "has_extensions": cards.get("EXTEND") == "T",
        "authors": [author] if author else None,
        "taken_at": from_iso(cards.get("DATE-OBS")),
        "created": from_iso(cards.get("DATE")),
        "tags": {key: value[:200] for key, value in list(cards.items())[:_MAX_TAGS] if key not in _FITS_KNOWN},
    }
    return _said(facts | told)


_FITS_TEXTS = {
    "title": "OBJECT", "authors": "AUTHOR", "device_model": "INSTRUME", "telescope": "TELESCOP",
    "observer": "OBSERVER", "publisher": "ORIGIN", "generator": "CREATOR",
}  # fmt: skip
_FITS_KNOWN = {*_FITS_TEXTS.values(), "SIMPLE", "BITPIX", "NAXIS", "EXTEND", "DATE", "DATE-OBS"}


def miff(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Magick image file format: key=value pairs up to a colon."""
    head = source.read(0, _HEAD).partition(b"\n:\x1a")[0].partition(b"\f\n:")[0]
    if not head.startswith(b"id=ImageMagick"):
        raise _bad("MIFF")
    pairs = {decode(k).lower(): decode(v.strip(b"{}")) for k, v in re.findall(rb"([\w:-]{1,60})=(\{[^}]*\}|\S+)", head)}
    width, height, depth = (
        int(pairs[key]) if pairs.get(key, "").isdigit() else 0 for key in ("columns", "rows", "depth")
    )
    facts: Facts = {
        "bit_depth": depth if 0 < depth <= 64 else None,
        "color_space": pairs.get("colorspace"),
        "compression": pairs.get("compression"),
        "file_comment": clean(pairs.get("comment")),
        "has_alpha": pairs.get("matte", pairs.get("alpha-trait", "false")).lower() not in {"false", "undefined"},
    }
    return _said(size(width, height, "MIFF") | facts)


def xbm(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """X bitmap: C defines."""
    head = source.read(0, 8192)
    found = {key: int(n) for key, n in re.findall(rb"#define\s+\S*?(width|height|x_hot|y_hot)\s+(\d{1,9})", head)}
    facts: Facts = {"bit_depth": 1, "color_space": "gray", "compression": "none"}
    if b"x_hot" in found and b"y_hot" in found:
        facts["hotspot_px"] = [found[b"x_hot"], found[b"y_hot"]]
    return _said(size(found.get(b"width", 0), found.get(b"height", 0), "XBM") | facts)


def xpm(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """X pixmap 2 and 3: "width height colors characters [hot spot]"."""
    head = source.read(0, 16384)
    found = re.search(rb"(?:\"|^! XPM2\s)\s*(\d{1,9})\s+(\d{1,9})\s+(\d{1,9})\s+(\d)", head)
    if not found:
        raise _bad("XPM")
    facts: Facts = {"palette_color_count": int(found[3]), "color_space": "palette", "compression": "none"}
    facts["has_alpha"] = re.search(rb"\sc\s+none\b", head, re.IGNORECASE) is not None
    return _said(size(int(found[1]), int(found[2]), "XPM") | facts)


_EXR_COMPRESSIONS = (
    "none", "RLE", "ZIPS", "ZIP", "PIZ", "PXR24", "B44", "B44A", "DWAA", "DWAB", "HTJ2K256", "HTJ2K32",
)  # fmt: skip
_EXR_TEXTS = {"owner": "copyright", "comments": "description", "name": "title"}
_EXR_DEPTHS = {0: 32, 1: 16, 2: 32}


def exr(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """OpenEXR: version and the first part's attributes (OpenEXR file layout)."""
    head = source.read(0, _HEAD)
    if len(head) < 9 or head[:4] != b"\x76\x2f\x31\x01":
        raise _bad("OpenEXR")
    flags = int.from_bytes(head[4:8], "little")
    facts: Facts = {
        "format_version": str(flags & 255),
        "tiled": bool(flags & 0x200),
        "multi_part": bool(flags & 0x1000),
    }
    facts |= {"deep": bool(flags & 0x800), "tags": {}}
    for name, kind, value in _attributes(head):
        _attribute(facts, name, kind, value)
    if "width_px" not in facts:
        raise _bad("OpenEXR")
    return _said(facts)


def _attributes(head: bytes) -> Iterator[tuple[str, str, bytes]]:
    at = 8
    for _ in range(256):
        name, _, rest = head[at : at + 256].partition(b"\0")
        kind, _, _ = rest.partition(b"\0")
        at += len(name) + len(kind) + 2
        if not name or at + 4 > len(head):
            return
        length = int.from_bytes(head[at : at + 4], "little")
        yield decode(name), decode(kind), head[at + 4 : at + 4 + length]
        at += 4 + length


def _attribute(facts: Facts, name: str, kind: str, value: bytes) -> None:
    if name == "displayWindow" and len(value) == 16:
        left, top, right, bottom = struct.unpack("<4i", value)
        facts |= size(right - left + 1, bottom - top + 1, "OpenEXR")
    elif name == "compression" and value and value[0] < len(_EXR_COMPRESSIONS):
        facts["compression"] = _EXR_COMPRESSIONS[value[0]]
    elif name == "channels":
        found = re.findall(rb"([^\0]{1,60})\0([\0-\2])\0\0\0.{12}", value, re.DOTALL)
        names = [decode(channel) for channel, _ in found][:64]
        facts |= {"channel_names": names, "component_count": len(found), "has_alpha": "A" in names}
        facts["color_space"] = "RGB" if {"R", "G", "B"} <= set(names) else "gray" if "Y" in names else None
        if found:
            facts["bit_depth"] = _EXR_DEPTHS[found[0][1][0]]
    elif name == "capDate":
        facts["taken_at"] = from_exif(decode(value))
    elif name in _EXR_TEXTS and kind == "string":
        facts[_EXR_TEXTS[name]] = clean(decode(value))
    elif kind == "float" and len(value) == 4:
        number = struct.unpack("<f", value)[0]
        if name in _EXR_NUMBERS and abs(number) < 1e9:
            facts[_EXR_NUMBERS[name]] = round(number, 6)
    elif kind == "string" and (text := clean(decode(value), 400)) and len(facts["tags"]) < _MAX_TAGS:
        facts["tags"][clean(name, 80) or "?"] = text


_EXR_NUMBERS = {
    "pixelAspectRatio": "pixel_aspect", "expTime": "exposure_time_s", "aperture": "f_number", "isoSpeed": "iso",
    "altitude": "altitude_m", "framesPerSecond": "frame_rate_hz",
}  # fmt: skip
