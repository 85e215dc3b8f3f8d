"""WebP: RIFF chunks VP8, VP8L or VP8X with its ANIM, ANMF, ICCP, EXIF and XMP (RFC 9649)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats import riff

_ALPHA, _ANIMATION = 0x10, 0x02
_MAX_BLOCKS = 24
_BLOCK = 64 * 1024


@dataclass(slots=True)
class _WebP:
    facts: Facts = field(default_factory=dict)
    embedded: Embedded = field(default_factory=Embedded)
    frames: int = 0
    duration_ms: int = 0
    whole: bool = True


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a WebP file."""
    head = source.read(0, 12)
    if head[:4] != b"RIFF" or head[8:12] != b"WEBP":
        msg = "WebP: no RIFF header"
        raise Corrupt(msg)
    webp = _WebP()
    end = 8 + int.from_bytes(head[4:8], "little")
    _walk(source, webp, end)
    facts = webp.facts
    if "width_px" not in facts:
        msg = "WebP: no picture chunk"
        raise Corrupt(msg)
    if facts.get("animated"):
        facts |= {"frame_count": webp.frames, "duration_ms": webp.duration_ms} if webp.whole else {}
        facts |= {} if webp.whole else {"frames_seen": webp.frames}
    else:
        facts["frame_count"] = 1
    facts.setdefault("has_alpha", False)
    return webp.embedded.result(facts, broken="WebP: cut off" if end > source.size + 1 else "")


def _walk(source: ByteSource, webp: _WebP, end: int) -> None:
    blocks = set[int]()
    for chunk in riff.walk(source, 12, end):
        blocks.add(chunk.start // _BLOCK)
        if len(blocks) > _MAX_BLOCKS:
            webp.whole = False
            return
        if chunk.kind == "ANMF":
            webp.frames += 1
            webp.duration_ms += int.from_bytes(source.read(chunk.body + 12, 3), "little")
        elif chunk.kind in _HANDLERS:
            _HANDLERS[chunk.kind](
                webp, riff.payload(source, chunk, 16 if chunk.kind[:3] == "VP8" else riff.MAX_PAYLOAD)
            )
    webp.whole = end <= source.size + 1


def _lossy(webp: _WebP, body: bytes) -> None:
    """RFC 6386, 9.1: a key frame's start code, then 14 bits each of width and height."""
    if len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        _still(webp, size(width & 0x3FFF, height & 0x3FFF, "WebP"), "VP8", "YCbCr")
        webp.facts.setdefault("chroma_subsampling", "4:2:0")


def _lossless(webp: _WebP, body: bytes) -> None:
    if len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        _still(webp, size((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, "WebP"), "VP8L", "RGB")
        webp.facts.setdefault("has_alpha", bool(bits >> 28 & 1))


def _still(webp: _WebP, canvas: Facts, codec: str, model: str) -> None:
    facts: Facts = {"bit_depth": 8, "compression": codec, "color_space": model, "lossless": codec == "VP8L", **canvas}
    webp.facts = facts | webp.facts


def _extended(webp: _WebP, body: bytes) -> None:
    if len(body) >= 10:
        canvas = size(int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1, "WebP")
        flags = {"has_alpha": bool(body[0] & _ALPHA), "animated": bool(body[0] & _ANIMATION)}
        webp.facts |= {**canvas, **flags, "bit_depth": 8}


def _animation(webp: _WebP, body: bytes) -> None:
    if len(body) >= 6:
        webp.facts["loop_count"] = int.from_bytes(body[4:6], "little")


def _exif(webp: _WebP, body: bytes) -> None:
    webp.embedded.add_exif(BytesSource(body.removeprefix(b"Exif\0\0")))


def _xmp(webp: _WebP, body: bytes) -> None:
    webp.embedded.add_xmp(body)


def _profile(webp: _WebP, body: bytes) -> None:
    webp.embedded.add_icc(body)


_HANDLERS = {
    "VP8 ": _lossy, "VP8L": _lossless, "VP8X": _extended, "ANIM": _animation, "EXIF": _exif, "XMP ": _xmp,
    "ICCP": _profile,
}  # fmt: skip
