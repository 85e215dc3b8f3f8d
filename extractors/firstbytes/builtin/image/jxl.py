"""JPEG XL: the image header of a codestream, bare or in boxes, with EXIF and XMP boxes (ISO/IEC 18181-1 and -2)."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size, turned
from firstbytes.formats import bmff, jxl
from firstbytes.formats.values import known

_SIGNATURE = b"\x00\x00\x00\x0cJXL \r\n\x87\n"
_MAX_BLOCK = 256 * 1024
_MAX_XMP = 1024 * 1024
_MAX_BOXES = 64


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a JPEG XL file."""
    embedded = Embedded()
    cut = False
    head, own = source.read(0, 512), dict[str, object]()
    if head.startswith(_SIGNATURE):
        head = b""
        for box in bmff.walk(source, limit=_MAX_BOXES):
            cut = cut or box.cut
            if box.kind in {"jxlc", "jxlp"} and not head:
                head = source.read(box.body + (4 if box.kind == "jxlp" else 0), 512)
            elif box.kind == "jbrd":
                own["has_jpeg_reconstruction"] = True
            else:
                _box(source, box, embedded)
    if not head.startswith(b"\xff\x0a"):
        msg = "JPEG XL: no codestream"
        raise Corrupt(msg)
    header = jxl.read(head[2:])
    if header is None:
        msg = "JPEG XL: image header cut off"
        raise Corrupt(msg)
    facts = size(header.width, header.height, "JPEG XL") | _facts(header) | own
    embedded.own["orientation_code"] = header.orientation
    facts |= turned(facts, header.orientation)
    return embedded.result(facts, turn=False, broken="JPEG XL: cut off" if cut else "")


def _facts(header: jxl.Header) -> Facts:
    return known(
        {
            "bit_depth": header.bit_depth,
            "has_float_samples": True if header.float_samples else None,
            "color_space": header.color_space,
            "compression": "JPEG XL",
            "has_alpha": header.alpha,
            "extra_channel_count": header.extra_channels or None,
            "xyb_encoded": header.xyb,
            "has_icc_profile": header.icc or None,
            "animated": header.ticks_per_second is not None,
            "ticks_per_second": header.ticks_per_second,
            "loop_count": header.loops,
            "intrinsic_size_px": list(header.intrinsic or ()),
        }
    )


def _box(source: ByteSource, box: bmff.Box, embedded: Embedded) -> None:
    if box.kind == "Exif":
        block = bmff.payload(source, box, _MAX_BLOCK)
        embedded.add_exif(BytesSource(block[4 + int.from_bytes(block[:4], "big") :]))
    elif box.kind == "xml ":
        embedded.add_xmp(bmff.payload(source, box, _MAX_XMP))
    elif box.kind == "brob":
        kind = source.read(box.body, 4)
        data = _unpack(source.read(box.body + 4, min(box.size - 4, _MAX_BLOCK)))
        if kind == b"Exif" and data:
            embedded.add_exif(BytesSource(data[4 + int.from_bytes(data[:4], "big") :]))
        elif kind == b"xml " and data:
            embedded.add_xmp(data)


def _unpack(data: bytes) -> bytes:
    """Return at most 1 MB of Brotli data; what could be unpacked of broken data."""
    import brotli

    try:
        out: bytes = brotli.Decompressor().process(data, output_buffer_limit=_MAX_XMP)
    except brotli.error:
        return b""
    return out[:_MAX_XMP]
