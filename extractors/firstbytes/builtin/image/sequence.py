"""Image sequences of HEIF and AVIF: the first picture track's size, frames and duration (ISO/IEC 23008-12, 7)."""

from __future__ import annotations

from firstbytes import ByteSource
from firstbytes.builtin.image.merge import Facts
from firstbytes.formats import bmff
from firstbytes.formats.values import known

_MAX_TRACKS = 16


def read(source: ByteSource, moov: bmff.Box) -> Facts:
    """Return what the first track of handler `pict` or `vide` says; empty when there is none."""
    for track in bmff.children(source, moov, limit=_MAX_TRACKS):
        handler = bmff.find(source, "mdia", "hdlr", within=track) if track.kind == "trak" else None
        if handler is not None and bmff.payload(source, handler, 12)[8:12] in {b"pict", b"vide"}:
            return known(_track(source, track))
    return {}


def _track(source: ByteSource, track: bmff.Box) -> Facts:
    facts: Facts = {"animated": True}
    header, media = (bmff.find(source, *path, within=track) for path in (("tkhd",), ("mdia", "mdhd")))
    if header is not None:
        version, _, body = bmff.full(source, header, 128)
        at = 84 if version else 72
        if len(body) >= at + 8:
            width, height = (int.from_bytes(body[i : i + 4], "big") >> 16 for i in (at, at + 4))
            facts |= {"width_px": width or None, "height_px": height or None}
    if media is not None:
        version, _, body = bmff.full(source, media, 64)
        scale_at, size = (16, 8) if version else (8, 4)
        scale = int.from_bytes(body[scale_at : scale_at + 4], "big")
        length = int.from_bytes(body[scale_at + 4 : scale_at + 4 + size], "big")
        if scale and length < 2**40:
            facts["duration_ms"] = round(length * 1000 / scale)
    sizes = bmff.find(source, "mdia", "minf", "stbl", "stsz", within=track)
    if sizes is not None:
        facts["frame_count"] = int.from_bytes(bmff.payload(source, sizes, 12)[8:12], "big") or None
    return facts
