"""JPEG: markers up to the first scan (ITU-T T.81, T.871 JFIF, CIPA DC-008, Adobe 5116, ICC.1 annex B.4)."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.image import afcp
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats import iptc
from firstbytes.formats.tiff import decode, open_tiff
from firstbytes.formats.values import clean, known

_MAX_SEGMENTS = 1024
_MAX_ICC = 512 * 1024
_MAX_XMP = 1024 * 1024
_TAIL = 64 * 1024
_NEAR = 128 * 1024
_AHEAD = 512 * 1024

_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_FRAMES = {
    0xC0: "baseline", 0xC1: "extended", 0xC2: "progressive", 0xC3: "lossless", 0xC5: "extended", 0xC6: "progressive",
    0xC7: "lossless", 0xC9: "extended", 0xCA: "progressive", 0xCB: "lossless", 0xCD: "extended", 0xCE: "progressive",
    0xCF: "lossless", 0xF7: "JPEG-LS",
}  # fmt: skip
_SAMPLING: Mapping[tuple[float, float], str] = {
    (1, 1): "4:4:4", (2, 1): "4:2:2", (1, 2): "4:4:0", (2, 2): "4:2:0", (4, 1): "4:1:1", (4, 2): "4:1:0",
    (1, 4): "4:4:1",
}  # fmt: skip


@dataclass(slots=True)
class Jpeg:
    """What the segments of one picture say."""

    frame: Facts = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    embedded: Embedded = field(default_factory=Embedded)
    adobe: int | None = None
    profile: dict[int, bytes] = field(default_factory=dict)
    resources: bytes = b""
    extensions: dict[bytes, dict[int, bytes]] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    scan_at: int = 0


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a JPEG or JPEG-LS picture."""
    jpeg = read(source)
    if not jpeg.frame:
        msg = "JPEG: no frame header"
        raise Corrupt(msg)
    broken = _cut_off(source, jpeg)
    if block := afcp.iptc_block(source):
        jpeg.embedded.add_iptc(block)
    return jpeg.embedded.result(jpeg.frame | jpeg.facts, broken=broken)


def read(source: ByteSource, start: int = 0) -> Jpeg:
    """Collect the segments of the picture at `start`, up to its first scan."""
    jpeg = Jpeg()
    for marker, at, length in _segments(source, start):
        if marker in _FRAMES:
            jpeg.frame = jpeg.frame or _frame(marker, source.read(at, min(length, 8 + 3 * 4)))
        elif marker == _SOS:
            jpeg.scan_at = at
        elif (handler := _HANDLERS.get(marker)) is not None:
            handler(jpeg, source.read(at, length))
    _finish(jpeg)
    return jpeg


def _segments(source: ByteSource, start: int) -> Iterator[tuple[int, int, int]]:
    if source.read(start, 2) != b"\xff\xd8":
        msg = "JPEG: no start of image"
        raise Corrupt(msg)
    at, ahead = start + 2, start + _NEAR
    for _ in range(_MAX_SEGMENTS):
        if at >= ahead:
            # Segments are at most 64 KB: many of them are cheaper in few large reads than one by one.
            source.read(at, _AHEAD)
            ahead = at + _AHEAD
        head = source.read(at, 4)
        if len(head) < 4 or head[0] != 0xFF:
            return
        if head[1] == 0xFF or head[1] == 1 or 0xD0 <= head[1] <= 0xD8:
            # Fill bytes and the markers that stand alone.
            at += 1 if head[1] == 0xFF else 2
            continue
        length = int.from_bytes(head[2:4], "big")
        if head[1] == _EOI or length < 2:
            return
        yield head[1], at + 4, length - 2
        if head[1] == _SOS:
            return
        at += 2 + length


def _frame(marker: int, body: bytes) -> Facts:
    if len(body) < 6:
        msg = "JPEG: frame header cut off"
        raise Corrupt(msg)
    depth, height, width, count = struct.unpack_from(">BHHB", body)
    rows = [tuple(body[6 + 3 * i : 9 + 3 * i]) for i in range(min(count, 4)) if len(body) >= 9 + 3 * i]
    process = _FRAMES[marker]
    facts = {"height_px": height, "width_px": width} if height == 0 and width else size(width, height, "JPEG")
    if height == 0:
        # The number of lines follows the first scan (T.81, DNL): it is not known here.
        facts = {"width_px": width}
    facts |= {"bit_depth": depth or None, "component_count": count, "process": process, "compression": "JPEG"}
    facts |= {
        "progressive": process == "progressive",
        "has_arithmetic_coding": True if 0xC9 <= marker <= 0xCF else None,
    }
    if process == "JPEG-LS":
        facts |= {"compression": "JPEG-LS", "progressive": None}
    factors = [(row[1] >> 4, row[1] & 15) for row in rows]
    if count == 3 and len(factors) == 3 and factors[1] == factors[2] and all(factors[1]):
        horizontal, vertical = factors[0][0] / factors[1][0], factors[0][1] / factors[1][1]
        facts["chroma_subsampling"] = _SAMPLING.get((horizontal, vertical))
    facts["color_space"] = {1: "gray", 3: "YCbCr", 4: "CMYK"}.get(count)
    if count == 3 and bytes(row[0] for row in rows) == b"RGB":
        facts["color_space"] = "RGB"
    return known(facts)


def _jfif(jpeg: Jpeg, body: bytes) -> None:
    if body.startswith(b"JFIF\0") and len(body) >= 12:
        major, minor, unit, x, y = struct.unpack_from(">BBBHH", body, 5)
        factor = {1: 1.0, 2: 2.54}.get(unit)
        jpeg.facts |= {"jfif_version": f"{major}.{minor:02}"}
        if factor and x and y:
            jpeg.facts |= {"jfif_dpi": round(x * factor, 4), "jfif_dpi_y": round(y * factor, 4)}


def _app1(jpeg: Jpeg, body: bytes) -> None:
    if body.startswith(b"Exif\0"):
        jpeg.embedded.add_exif(BytesSource(body[6:]))
        jpeg.facts["exif_bytes"] = len(body) - 6
    elif body.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
        jpeg.embedded.add_xmp(body[29:])
    elif body.startswith(b"http://ns.adobe.com/xmp/extension/\0"):
        _extend(jpeg, body)


def _extend(jpeg: Jpeg, body: bytes) -> None:
    """Keep a part of an extended packet: digest with whole length, offset, bytes (XMP part 3, 1.1.3.1)."""
    if len(body) > 75 and sum(len(part) for packet in jpeg.extensions.values() for part in packet.values()) < _MAX_XMP:
        jpeg.extensions.setdefault(body[35:71], {}).setdefault(int.from_bytes(body[71:75], "big"), body[75:])


def _app2(jpeg: Jpeg, body: bytes) -> None:
    if body.startswith(b"ICC_PROFILE\0") and len(body) > 14:
        if sum(map(len, jpeg.profile.values())) < _MAX_ICC:
            jpeg.profile.setdefault(body[12], body[14:])
    elif body.startswith(b"MPF\0"):
        try:
            tiff = open_tiff(BytesSource(body[4:]))
        except Corrupt:
            return
        for ifd in tiff.chain(limit=1):
            jpeg.facts["embedded_pictures"] = tiff.integer(ifd, 0xB001)


def _app13(jpeg: Jpeg, body: bytes) -> None:
    if body.startswith(b"Photoshop 3.0\0"):
        jpeg.resources += body[14:]


def _app14(jpeg: Jpeg, body: bytes) -> None:
    if body.startswith(b"Adobe") and len(body) >= 12:
        jpeg.adobe = body[11]


def _comment(jpeg: Jpeg, body: bytes) -> None:
    text = clean(decode(body.rstrip(b"\0")))
    if text and len(jpeg.comments) < 16:
        jpeg.comments.append(text)


_HANDLERS = {0xE0: _jfif, 0xE1: _app1, 0xE2: _app2, 0xED: _app13, 0xEE: _app14, _COM: _comment}


def _finish(jpeg: Jpeg) -> None:
    if jpeg.profile:
        jpeg.embedded.add_icc(b"".join(jpeg.profile[i] for i in sorted(jpeg.profile)))
    for digest, parts in jpeg.extensions.items():
        packet = b"".join(parts[at] for at in sorted(parts))
        if len(packet) == int.from_bytes(digest[32:], "big"):
            jpeg.embedded.add_more_xmp(packet)
    if jpeg.resources:
        jpeg.embedded.add_resources(iptc.resources(jpeg.resources))
    if jpeg.adobe is not None and jpeg.frame:
        names = {(3, 0): "RGB", (4, 2): "YCCK"}
        jpeg.frame["color_space"] = names.get(
            (jpeg.frame["component_count"], jpeg.adobe), jpeg.frame.get("color_space")
        )
    if jpeg.comments:
        jpeg.facts["file_comment"] = "\n".join(jpeg.comments)[:4096]
    x, y = jpeg.facts.pop("jfif_dpi", None), jpeg.facts.pop("jfif_dpi_y", None)
    if x and not jpeg.embedded.exif.get("dpi"):
        jpeg.facts |= {"dpi": x, "dpi_y": y}


def _cut_off(source: ByteSource, jpeg: Jpeg) -> str:
    """Say so when the file ends inside its header, or when no end-of-image marker is near its end."""
    if not jpeg.scan_at:
        return "JPEG: cut off before the first scan"
    start = max(jpeg.scan_at, source.size - _TAIL)
    tail = source.read(start, _TAIL)
    # Cameras and phones append further pictures, films and notes; then the end is somewhere before.
    appended = jpeg.facts.get("embedded_pictures") or jpeg.embedded.xmp.get("is_motion_photo")
    noted = b"\xff\xd9" in tail or b"ftyp" in tail or tail[-4:] == b"SEFT" or tail[-12:-8] in {b"AXS!", b"AXS*"}
    return "" if noted or appended or len(tail) < source.size - start else "JPEG: cut off in the picture"
