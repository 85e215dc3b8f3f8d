"""PNG, APNG, JNG and MNG: chunks (PNG third edition; MNG 1.0, JNG 1.0), with metadata before or after the picture.

Chunks are walked while they stay near the head; the rest is found from the end, where the chunks after the
picture form a chain that ends in `IEND`. Compressed text is inflated to at most 1 MB.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats import iptc
from firstbytes.formats.color import named
from firstbytes.formats.values import clean, from_exif, from_iso, from_mail, known

_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "PNG", b"\x8bJNG\r\n\x1a\n": "JNG", b"\x8aMNG\r\n\x1a\n": "MNG"}
_NEAR = 128 * 1024
_NEAR_ANIMATED = 2 * 1024 * 1024
_FAR = 4 * 1024 * 1024
_AHEAD = 512 * 1024
_TAIL = 64 * 1024
_MAX_CHUNKS = 4096
_MAX_PAYLOAD = 1024 * 1024
_MAX_INFLATED = 1024 * 1024
_MAX_TAGS = 64

_MODELS = {0: ("gray", False), 2: ("RGB", False), 3: ("palette", False), 4: ("gray", True), 6: ("RGB", True)}
_INTENTS = ("perceptual", "relative colorimetric", "saturation", "absolute colorimetric")
_KEYWORDS = {
    "title": "title", "author": "authors", "description": "description", "copyright": "copyright",
    "creation time": "created", "software": "generator", "comment": "file_comment", "source": "source",
}  # fmt: skip
_AFTER = re.compile(rb"tEXt|zTXt|iTXt|eXIf|tIME|IEND")


@dataclass(slots=True)
class _Png:
    facts: Facts = field(default_factory=dict)
    embedded: Embedded = field(default_factory=Embedded)
    tags: dict[str, JSON] = field(default_factory=dict)
    delay_ms: float = 0.0
    frames_seen: int = 0
    ended: bool = False


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a PNG, APNG, JNG or MNG file."""
    if (kind := _SIGNATURES.get(source.read(0, 8))) is None:
        msg = "PNG: no signature"
        raise Corrupt(msg)
    png = _Png()
    for name, at, length in _chunks(source, png):
        if (handler := _HANDLERS.get(name)) is not None:
            handler(png, source.read(at, min(length, _MAX_PAYLOAD)))
    if "width_px" not in png.facts:
        msg = f"{kind}: no header chunk"
        raise Corrupt(msg)
    if png.facts.get("frame_count") == png.frames_seen and png.frames_seen:
        png.facts["duration_ms"] = round(png.delay_ms)
    png.facts["tags"] = png.tags
    return png.embedded.result(png.facts, broken="" if png.ended else f"{kind}: cut off before its end chunk")


def _chunks(source: ByteSource, png: _Png) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, offset and length: from the start while near it, then those between the picture and the end."""
    at, ahead = 8, _NEAR
    for _ in range(_MAX_CHUNKS):
        if at >= ahead:
            # Only animations and large metadata come here: a few large reads instead of one for each chunk.
            source.read(at, _AHEAD)
            ahead = at + _AHEAD
        head = source.read(at, 8)
        if len(head) < 8 or not head[4:].isalpha():
            break
        length = int.from_bytes(head[:4], "big")
        yield head[4:], at + 8, length
        at += 12 + length
        if head[4:] in {b"IEND", b"MEND"}:
            png.ended = at <= source.size
            return
        near = _NEAR_ANIMATED if "frame_count" in png.facts else _NEAR
        if at > _FAR or (at > near and head[4:] in {b"IDAT", b"fdAT", b"JDAT"}):
            break
    if at < source.size:
        yield from _last_chunks(source, max(at, source.size - _TAIL), png)


def _last_chunks(source: ByteSource, start: int, png: _Png) -> Iterator[tuple[bytes, int, int]]:
    tail = source.read(start, _TAIL)
    for found in _AFTER.finditer(tail):
        if found.start() >= 4 and (chain := _chain(tail, found.start() - 4)):
            png.ended = True
            yield from ((name, start + at, length) for name, at, length in chain)
            return
    png.ended = tail[-8:-4] == b"MEND"


def _chain(tail: bytes, at: int) -> list[tuple[bytes, int, int]]:
    """Return the chunks from `at` on when they lead to IEND, else nothing: the match was inside a picture."""
    found: list[tuple[bytes, int, int]] = []
    while len(head := tail[at : at + 8]) == 8 and head[4:].isalpha() and len(found) < _MAX_CHUNKS:
        length = int.from_bytes(head[:4], "big")
        found.append((head[4:], at + 8, length))
        if head[4:] == b"IEND":
            return found if length == 0 else []
        at += 12 + length
    return []


def _header(png: _Png, body: bytes) -> None:
    if len(body) < 13:
        msg = "PNG: header chunk cut off"
        raise Corrupt(msg)
    width, height, depth, color, _, _, interlace = struct.unpack_from(">IIBBBBB", body)
    model, alpha = _MODELS.get(color, (None, False))
    png.facts |= known(
        {
            **size(width, height, "PNG"),
            "bit_depth": depth or None,
            "color_space": model,
            "has_alpha": alpha,
            "interlaced": interlace == 1,
            "compression": "Deflate",
        }
    )


def _jng_header(png: _Png, body: bytes) -> None:
    if len(body) < 16:
        msg = "JNG: header chunk cut off"
        raise Corrupt(msg)
    width, height, color, depth = struct.unpack_from(">IIBB", body)
    model = {8: "gray", 10: "YCbCr", 12: "gray", 14: "YCbCr"}.get(color)
    facts = {"bit_depth": depth or None, "color_space": model, "has_alpha": color >= 12, "compression": "JPEG"}
    png.facts |= known({**size(width, height, "JNG"), **facts})


def _mng_header(png: _Png, body: bytes) -> None:
    if len(body) < 28:
        msg = "MNG: header chunk cut off"
        raise Corrupt(msg)
    width, height, ticks, layers, frames, play, _ = struct.unpack_from(">7I", body)
    facts: Facts = {"frame_count": frames or None, "layer_count": layers or None}
    if ticks and play:
        facts["duration_ms"] = round(play * 1000 / ticks)
    png.facts |= known({**size(width, height, "MNG"), **facts})


def _palette(png: _Png, body: bytes) -> None:
    png.facts["palette_color_count"] = len(body) // 3


def _transparency(png: _Png, _: bytes) -> None:
    png.facts["has_alpha"] = True


def _density(png: _Png, body: bytes) -> None:
    if len(body) >= 9:
        x, y, unit = struct.unpack_from(">IIB", body)
        if unit == 1 and x and y:
            png.facts["dpi"] = round(min(x * 0.0254, 1e6), 2)
            if x != y:
                png.facts["dpi_y"] = round(y * 0.0254, 2)
        elif x and y and x != y:
            png.facts["pixel_aspect"] = round(y / x, 6)


def _gamma(png: _Png, body: bytes) -> None:
    if len(body) >= 4:
        png.facts["gamma"] = int.from_bytes(body[:4], "big") / 100_000


def _srgb(png: _Png, body: bytes) -> None:
    if body and body[0] < 4:
        png.facts["srgb_intent"] = _INTENTS[body[0]]


def _coding(png: _Png, body: bytes) -> None:
    """Coding-independent code points (ITU-T H.273): primaries, transfer, matrix."""
    if len(body) >= 4:
        png.facts["color"] = named(body[0], body[1], body[2], full_range=bool(body[3]))


def _modified(png: _Png, body: bytes) -> None:
    if len(body) >= 7:
        year, *rest = struct.unpack_from(">H5B", body)
        png.facts["modified"] = from_iso("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z".format(year, *rest))


def _profile(png: _Png, body: bytes) -> None:
    _, _, packed = body.partition(b"\0")
    png.embedded.add_icc(inflate(packed[1:]))


def _exif(png: _Png, body: bytes) -> None:
    png.embedded.add_exif(BytesSource(body.removeprefix(b"Exif\0\0")))


def _animation(png: _Png, body: bytes) -> None:
    if len(body) >= 8:
        png.facts |= known({"frame_count": int.from_bytes(body[:4], "big") or None})
        png.facts["loop_count"] = int.from_bytes(body[4:8], "big")


def _frame(png: _Png, body: bytes) -> None:
    if len(body) >= 26:
        above, below = struct.unpack_from(">HH", body, 20)
        png.delay_ms += 1000 * above / (below or 100)
        png.frames_seen += 1


def _text(png: _Png, body: bytes) -> None:
    key, _, value = body.partition(b"\0")
    _told(png, key.decode("latin-1"), value.decode("latin-1"))


def _packed_text(png: _Png, body: bytes) -> None:
    key, _, value = body.partition(b"\0")
    _told(png, key.decode("latin-1"), inflate(value[1:]).decode("latin-1"))


def _international(png: _Png, body: bytes) -> None:
    key, _, rest = body.partition(b"\0")
    packed, (_, _, value) = rest[:1] == b"\1", rest[2:].split(b"\0", 2) if rest[2:].count(b"\0") >= 2 else (b"",) * 3
    data = inflate(value) if packed else value
    if key == b"XML:com.adobe.xmp":
        png.embedded.add_xmp(data)
    else:
        _told(png, key.decode("latin-1"), data.decode("utf-8", "replace"))


def _told(png: _Png, key: str, text: str) -> None:
    if key.startswith("Raw profile type "):
        _raw_profile(png, key.removeprefix("Raw profile type ").lower(), text)
        return
    name, value = _KEYWORDS.get(key.lower()), clean(text)
    if value is None:
        return
    if name == "created":
        png.facts["created"] = from_iso(value) or from_exif(value) or from_mail(value)
    elif name and name not in png.facts:
        png.facts[name] = [value] if name == "authors" else value
    elif len(png.tags) < _MAX_TAGS and (tag := clean(key, 79)):
        png.tags.setdefault(tag, value[:1024])


def _raw_profile(png: _Png, kind: str, text: str) -> None:
    """Read what ImageMagick packs into text: name, length, then hexadecimal digits."""
    digits = re.sub(r"\s+", "", "\n".join(text.strip().split("\n")[2:]))
    try:
        data = bytes.fromhex(digits[: 2 * _MAX_INFLATED])
    except ValueError:
        png.embedded.broken.append(f"PNG: raw profile {kind[:16]}")
        return
    if kind in {"exif", "app1"} and data.startswith(b"Exif\0\0"):
        png.embedded.add_exif(BytesSource(data[6:]))
    elif kind in {"iptc", "8bim"}:
        png.embedded.add_resources(iptc.resources(data)) if data[:4] == b"8BIM" else png.embedded.add_iptc(data)
    elif kind in {"icc", "icm"}:
        png.embedded.add_icc(data)
    elif kind in {"xmp", "app1"}:
        png.embedded.add_xmp(data.removeprefix(b"http://ns.adobe.com/xap/1.0/\0"))


def inflate(data: bytes) -> bytes:
    """Return at most 1 MB of zlib data; what could be unpacked of broken data."""
    try:
        return zlib.decompressobj().decompress(data, _MAX_INFLATED)
    except zlib.error:
        return b""


_HANDLERS = {
    b"IHDR": _header, b"JHDR": _jng_header, b"MHDR": _mng_header, b"PLTE": _palette, b"tRNS": _transparency,
    b"pHYs": _density, b"gAMA": _gamma, b"sRGB": _srgb, b"cICP": _coding, b"tIME": _modified, b"iCCP": _profile,
    b"eXIf": _exif, b"acTL": _animation, b"fcTL": _frame, b"tEXt": _text, b"zTXt": _packed_text,
    b"iTXt": _international,
}  # fmt: skip
