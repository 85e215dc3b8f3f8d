"""HEIC, HEIF, AVIF: the primary item as shown, its metadata items, sequences (ISO/IEC 23008-12, MIAF, AVIF 1.2)."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.image import sequence
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats import bmff, heif
from firstbytes.formats.color import coding
from firstbytes.formats.values import known

_MAX_EXIF = 256 * 1024
_MAX_XMP = 1024 * 1024
_CODECS = {
    "hvc1": "HEVC", "av01": "AV1", "avc1": "AVC", "jpeg": "JPEG", "j2k1": "JPEG 2000", "vvc1": "VVC", "unci": "none",
    "lhv1": "HEVC", "mskC": "mask",
}  # fmt: skip
_ALPHA = (b"urn:mpeg:hevc:2015:auxid:1", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:avc:2015:auxid:1")
_DEPTH = (b"urn:mpeg:hevc:2015:auxid:2", b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a HEIF or AVIF file."""
    boxes = {box.kind: box for box in bmff.walk(source, limit=256)}
    if "ftyp" not in boxes:
        msg = "HEIF: no file type box"
        raise Corrupt(msg)
    embedded = Embedded()
    major, _, compatible = bmff.brands(source, boxes["ftyp"])
    facts: Facts = bmff.brand_facts(major, compatible)
    if "meta" in boxes:
        found = heif.read(source, boxes["meta"])
        facts |= _picture(found, embedded)
        _metadata(source, found, embedded)
    if "moov" in boxes:
        facts |= sequence.read(source, boxes["moov"])
    if "width_px" not in facts:
        msg = "HEIF: no picture"
        raise Corrupt(msg)
    cut = boxes["meta"].cut if "meta" in boxes else False
    cut = cut or any(box.cut for box in boxes.values())
    return embedded.result(facts, turn=False, broken="HEIF: cut off" if cut else "")


def _picture(found: heif.Heif, embedded: Embedded) -> Facts:
    item = found.items[found.primary]
    measured = heif.sizes(found)
    width, height = measured.get(item.id, (0, 0))
    tiles = [end for _, ends in found.linked("dimg", origin=item.id) for end in ends]
    coded = next((found.items[tile] for tile in tiles if tile in found.items), item) if item.kind == "grid" else item
    facts: Facts = {**size(width, height, "HEIF"), "compression": _CODECS.get(coded.kind, coded.kind.strip())}
    facts |= _colors(found, item.id, coded.id, embedded)
    facts |= _turned(found, item.id, facts)
    shown = [other for other in found.items.values() if not other.hidden and other.id in measured]
    helpers = {start for kind in ("thmb", "auxl") for start, _ in found.linked(kind)} | set(tiles)
    thumbnails = [start for start, _ in found.linked("thmb", target=item.id)]
    facts |= {
        "frame_count": sum(1 for other in shown if other.id not in helpers) or 1,
        "tile_count": len(tiles) if item.kind == "grid" else None,
        "has_alpha": _auxiliary(found, item.id, _ALPHA) or False,
        "has_depth_map": _auxiliary(found, item.id, _DEPTH),
        "has_gain_map": True if any(other.kind == "tmap" for other in found.items.values()) else None,
    }
    if thumbnails and thumbnails[0] in measured:
        small = measured[thumbnails[0]]
        length = sum(count for _, count in found.places.get(thumbnails[0], (0, []))[1])
        embedded.own["thumbnail"] = known({"width_px": small[0], "height_px": small[1], "size_bytes": length or None})
    return known(facts)


def _turned(found: heif.Heif, item: int, facts: Facts) -> Facts:
    """Apply crop, rotation and mirror in their order (HEIF 6.5: clap, irot, imir)."""
    width, height, degrees, mirrored = facts["width_px"], facts["height_px"], 0, False
    for kind, body in found.of(item):
        if kind == "clap" and len(body) >= 16:
            above, below = int.from_bytes(body[:4], "big"), int.from_bytes(body[4:8], "big")
            over, under = int.from_bytes(body[8:12], "big"), int.from_bytes(body[12:16], "big")
            if below and under and 0 < above // below <= width and 0 < over // under <= height:
                width, height = above // below, over // under
        elif kind == "irot" and body:
            # The property counts turns against the clock.
            degrees = (degrees - 90 * (body[0] & 3)) % 360
            width, height = (height, width) if body[0] & 1 else (width, height)
        elif kind == "imir":
            mirrored = not mirrored
    out: Facts = {"width_px": width, "height_px": height, "orientation_deg": degrees}
    return out | ({"mirrored": True} if mirrored else {})


def _colors(found: heif.Heif, item: int, coded: int, embedded: Embedded) -> Facts:
    facts: Facts = {}
    for owner in (item, coded):
        for kind, body in found.of(owner):
            if kind == "pixi" and len(body) > 5:
                facts.setdefault("bit_depth", body[5] or None)
                facts.setdefault("component_count", body[4])
            elif kind == "colr":
                _color(body, facts, embedded)
            elif kind == "av1C" and len(body) >= 3:
                facts |= _av1(body)
            elif kind == "hvcC" and len(body) >= 19:
                names = {0: "4:0:0", 1: "4:2:0", 2: "4:2:2", 3: "4:4:4"}
                facts |= {"chroma_subsampling": names[body[16] & 3], "bit_depth": (body[17] & 7) + 8}
    model = {1: "gray", 3: "YCbCr", 4: "CMYK"}.get(facts.get("component_count", 3))
    facts["color_space"] = "RGB" if facts.get("color", {}).get("matrix") == "gbr" else model
    if facts.get("chroma_subsampling") == "4:0:0":
        facts["color_space"] = "gray"
    return facts


def _color(body: bytes, facts: Facts, embedded: Embedded) -> None:
    if body[:4] == b"nclx" and len(body) >= 11:
        facts.setdefault("color", coding(body))
    elif body[:4] in {b"prof", b"rICC"}:
        embedded.add_icc(body[4:])


def _av1(body: bytes) -> Facts:
    """AV1CodecConfigurationRecord (AV1 ISO media binding, 2.3.3)."""
    depth = 8 + 2 * (body[2] >> 6 & 1) + 2 * (body[2] >> 5 & body[2] >> 6 & 1)
    x, y = body[2] >> 3 & 1, body[2] >> 2 & 1
    gray = body[2] >> 4 & 1
    subsampling = "4:0:0" if gray else {(1, 1): "4:2:0", (1, 0): "4:2:2"}.get((x, y), "4:4:4")
    return {"chroma_subsampling": subsampling, "bit_depth": depth}


def _auxiliary(found: heif.Heif, item: int, names: tuple[bytes, ...]) -> bool | None:
    for start, _ in found.linked("auxl", target=item):
        body = found.property(start, "auxC")
        if body is not None and body[4:].partition(b"\0")[0] in names:
            return True
    return None


def _metadata(source: ByteSource, found: heif.Heif, embedded: Embedded) -> None:
    described = {start for start, ends in found.linked("cdsc") if found.primary in ends}
    for item in found.items.values():
        if described and item.id not in described:
            continue
        if item.kind == "Exif":
            block = found.data(source, item.id, _MAX_EXIF)
            # Four bytes say how far the TIFF header is behind them.
            start = 4 + int.from_bytes(block[:4], "big")
            embedded.add_exif(BytesSource(block[start:]))
        elif item.kind == "mime" and item.content_type.startswith("application/rdf+xml"):
            embedded.add_xmp(found.data(source, item.id, _MAX_XMP))
