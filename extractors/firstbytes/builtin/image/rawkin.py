"""Camera RAW outside TIFF: Fujifilm RAF, Minolta MRW, Canon CRW (CIFF) and CR3 (ISO-BMFF), Sigma X3F.

Each holds its EXIF in a block of its own (a JPEG, a TIFF, Canon's CMT boxes); the layouts are those that the
makers' formats show and that independent projects publish.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Literal

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image import jpeg
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats import bmff, exif
from firstbytes.formats.tiff import decode, open_tiff
from firstbytes.formats.values import clean, from_unix, known

_CANON = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
_CR3_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_CR3_PREVIEW = bytes.fromhex("eaf42b5e1c984b88b9fbb7dc406e4d16")
_MAX_DIRECTORY = 256


def _bad(what: str) -> Corrupt:
    return Corrupt(f"{what}: no header")


def raf(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read Fujifilm RAF: a JPEG with the EXIF, and a directory of sizes before the sensor data."""
    head = source.read(0, 108)
    if len(head) < 108 or not head.startswith(b"FUJIFILMCCD-RAW "):
        raise _bad("RAF")
    preview_at, preview_size, sizes_at = struct.unpack_from(">III", head, 84)
    embedded, facts = Embedded(), Facts()
    try:
        inner = jpeg.read(source, preview_at)
        embedded = inner.embedded
        facts["previews"] = [known({"size_bytes": preview_size}) | _dimensions(inner.frame)]
    except Corrupt as error:
        embedded.broken.append(f"RAF preview: {error}")
    facts |= _fuji_sizes(source.read(sizes_at, 16 * 1024))
    if "width_px" not in facts:
        exif_size = (embedded.exif.get("exif_width_px", 0), embedded.exif.get("exif_height_px", 0))
        facts |= size(exif_size[0], exif_size[1], "RAF")
    facts |= {"color_space": "CFA", "format_version": clean(decode(head[16:20]))}
    embedded.exif.setdefault("device_model", clean(decode(head[28:60].partition(b"\0")[0])) or "")
    embedded.exif.setdefault("device_make", "FUJIFILM")
    return embedded.result(facts)


def _dimensions(frame: Facts) -> Facts:
    return {key: frame[key] for key in ("width_px", "height_px") if key in frame}


def _fuji_sizes(block: bytes) -> Facts:
    count, at, found = int.from_bytes(block[:4], "big"), 4, dict[int, tuple[int, int]]()
    for _ in range(min(count, _MAX_DIRECTORY)):
        if at + 8 > len(block):
            break
        tag, length, first, second = struct.unpack_from(">HHHH", block, at)
        if length == 4:
            found.setdefault(tag, (second, first))
        at += 4 + length
    facts: Facts = {"sensor_px": list(found.get(0x100, ()))}
    best = found.get(0x111) or found.get(0x121) or found.get(0x100)
    if best and all(best):
        facts |= size(best[0], best[1], "RAF")
    return known(facts)


def mrw(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read Minolta MRW: blocks PRD (sizes) and TTW (a TIFF with the EXIF)."""
    if source.read(0, 4) != b"\0MRM":
        raise _bad("MRW")
    end, at = 8 + int.from_bytes(source.read(4, 4), "big"), 8
    embedded, facts = Embedded(), Facts()
    for _block in range(16):
        head = source.read(at, 8)
        if len(head) < 8 or at >= end:
            break
        length = int.from_bytes(head[4:], "big")
        if head[:4] == b"\0PRD":
            body = source.read(at + 8, 24)
            if len(body) >= 18:
                sensor_h, sensor_w, height, width, depth = struct.unpack_from(">4HxB", body, 8)
                facts |= size(width, height, "MRW") | {"bit_depth": depth or None, "sensor_px": [sensor_w, sensor_h]}
        elif head[:4] == b"\0TTW":
            embedded.add_exif(source, at + 8)
        at += 8 + length
    if "width_px" not in facts:
        raise _bad("MRW")
    return embedded.result(known(facts | {"color_space": "CFA"}))


def x3f(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read Sigma X3F: size and rotation of the header, and the EXIF of the embedded JPEG."""
    head = source.read(0, 40)
    if len(head) < 40 or head[:4] != b"FOVb":
        raise _bad("X3F")
    minor, major, width, height, rotation = struct.unpack_from("<HH20xIII", head, 4)
    embedded, facts = Embedded(), Facts()
    for kind, at, length in _sections(source):
        if kind == b"IMA2" and source.read(at + 28, 2) == b"\xff\xd8":
            try:
                inner = jpeg.read(source, at + 28)
            except Corrupt:
                continue
            embedded = inner.embedded if inner.embedded.exif else embedded
            facts.setdefault("previews", []).append({"size_bytes": max(0, length - 28), **_dimensions(inner.frame)})
        elif kind == b"PROP":
            facts |= _sigma_properties(source.read(at, min(length, 64 * 1024)))
    for key in ("device_make", "device_model", "taken_at"):
        if key in embedded.exif:
            facts.pop(key, None)
    facts |= size(width, height, "X3F") | {"format_version": f"{major}.{minor}", "color_space": "RGB"}
    if rotation in {0, 90, 180, 270}:
        facts["orientation_deg"] = rotation
        if rotation in {90, 270}:
            facts |= {"width_px": height, "height_px": width}
    return embedded.result(facts, turn=False)


def _sections(source: ByteSource) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, offset and length of the sections that the directory at the end lists."""
    start = int.from_bytes(source.read(source.size - 4, 4), "little")
    head = source.read(start, 12)
    if head[:4] != b"SECd" or len(head) < 12:
        return
    for i in range(min(int.from_bytes(head[8:12], "little"), 64)):
        row = source.read(start + 12 + 12 * i, 12)
        if len(row) == 12:
            at, length = struct.unpack_from("<II", row)
            yield row[8:12], at, length


def _sigma_properties(block: bytes) -> Facts:
    """PROP: pairs of offsets into a pool of UTF-16 texts."""
    if block[:4] != b"SECp" or len(block) < 24:
        return {}
    count = min(int.from_bytes(block[8:12], "little"), 256)
    pool = block[24 + 8 * count :].decode("utf-16-le", "replace")
    found: dict[str, str] = {}
    for i in range(count):
        row = block[24 + 8 * i : 32 + 8 * i]
        if len(row) == 8:
            name, value = (pool[at : at + 200].partition("\0")[0] for at in struct.unpack("<II", row))
            found[name] = value
    seconds = int(found["TIME"]) if found.get("TIME", "").isdecimal() and len(found["TIME"]) < 12 else None
    taken = from_unix(seconds)
    return known(
        {
            "device_make": clean(found.get("CAMMANUF")),
            "device_model": clean(found.get("CAMMODEL")),
            "camera_serial": clean(found.get("CAMSERIAL")),
            # The camera's clock knows no zone.
            "taken_at": taken.removesuffix("Z") if taken else None,
        }
    )


def crw(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read Canon CRW: the CIFF heap, whose directories stand at the ends of their blocks (CIFF 1.0)."""
    head = source.read(0, 14)
    if head[6:14] != b"HEAPCCDR" or head[:2] not in {b"II", b"MM"}:
        raise _bad("CRW")
    order = "<" if head[:2] == b"II" else ">"
    facts: Facts = {"color_space": "CFA"}
    pending, visited = [(struct.unpack_from(f"{order}I", head, 2)[0], source.size)], 0
    while pending and visited < 16:
        visited += 1
        start, end = pending.pop()
        for tag, at, length in _heap(source, order, start, end):
            if tag >> 11 in {5, 6}:
                pending.append((at, at + length))
            else:
                _ciff(facts, tag, source.read(at, min(length, 128)), order)
    if "width_px" not in facts:
        raise _bad("CRW")
    code = facts.pop("rotation", 0)
    if code in {0, 90, 180, 270}:
        facts["orientation_deg"] = code
        if code in {90, 270}:
            facts |= {"width_px": facts["height_px"], "height_px": facts["width_px"]}
    return Embedded().result(known(facts), turn=False)


def _heap(source: ByteSource, order: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    if not start < end <= source.size or end - start < 6:
        return
    endian: Literal["little", "big"] = "little" if order == "<" else "big"
    table = start + int.from_bytes(source.read(end - 4, 4), endian)
    if not start <= table < end - 4:
        return
    count = min(int.from_bytes(source.read(table, 2), endian), _MAX_DIRECTORY)
    for i in range(count):
        row = source.read(table + 2 + 10 * i, 10)
        if len(row) < 10:
            return
        tag, length, offset = struct.unpack(f"{order}HII", row)
        # The top bits say that the value is in the row itself.
        inside = tag & 0xC000 == 0x4000
        yield tag & 0x3FFF, (table + 4 + 10 * i) if inside else start + offset, 8 if inside else length


def _ciff(facts: Facts, tag: int, body: bytes, order: str) -> None:
    if tag == 0x080A:
        make, _, rest = body.partition(b"\0")
        facts |= {"device_make": clean(decode(make)), "device_model": clean(decode(rest.partition(b"\0")[0]))}
    elif tag == 0x1810 and len(body) >= 28:
        width, height, _, rotation, depth = struct.unpack_from(f"{order}IIfiI", body)
        facts |= size(width, height, "CRW") | {"rotation": rotation % 360}
        facts["bit_depth"] = depth if 0 < depth < 65 else None
    elif tag == 0x180E and len(body) >= 4:
        taken = from_unix(struct.unpack_from(f"{order}I", body)[0])
        facts["taken_at"] = taken.removesuffix("Z") if taken else None
    elif tag == 0x0805:
        facts["comment"] = clean(decode(body.partition(b"\0")[0]))
    elif tag == 0x080B:
        facts["firmware"] = clean(decode(body.partition(b"\0")[0]))
    elif tag == 0x0810:
        facts["camera_owner"] = clean(decode(body.partition(b"\0")[0]))
    elif tag == 0x180B and len(body) >= 4:
        facts["camera_serial"] = str(struct.unpack_from(f"{order}I", body)[0])
    elif tag == 0x1818 and len(body) >= 12:
        _, shutter, aperture = struct.unpack_from(f"{order}fff", body)
        if abs(shutter) < 30 and abs(aperture) < 30:
            facts |= {"exposure_time_s": float(f"{2**-shutter:.6g}"), "f_number": round(2 ** (aperture / 2), 1)}


def cr3(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read Canon CR3: EXIF in the CMT boxes of `moov`, the sensor's size in the tracks."""
    moov = bmff.find(source, "moov")
    if moov is None:
        raise _bad("CR3")
    embedded, facts = Embedded(), Facts()
    sizes: list[tuple[int, int]] = []
    for box in bmff.children(source, moov, limit=64):
        if box.kind == "uuid" and box.uuid == _CANON:
            _canon(source, box, embedded)
        elif box.kind == "trak":
            sizes += _sample_size(source, box)
    for box in bmff.walk(source, limit=16):
        if box.kind == "uuid" and box.uuid == _CR3_XMP:
            embedded.add_xmp(bmff.payload(source, box))
        elif box.kind == "uuid" and box.uuid == _CR3_PREVIEW:
            facts["previews"] = _preview(source.read(box.body, 32))
    shown = (embedded.exif.get("exif_width_px", 0), embedded.exif.get("exif_height_px", 0))
    largest = max(sizes, key=lambda pair: pair[0] * pair[1], default=(0, 0))
    width, height = shown if all(shown) else largest
    facts |= size(width, height, "CR3") | {"color_space": "CFA", "compression": "CRX"}
    facts["sensor_px"] = list(largest) if all(largest) else None
    return embedded.result(known(facts))


def _canon(source: ByteSource, box: bmff.Box, embedded: Embedded) -> None:
    for child in bmff.children(source, box, limit=32):
        if child.kind not in {"CMT1", "CMT2", "CMT4"}:
            continue
        try:
            tiff = open_tiff(source, child.body)
        except Corrupt as error:
            embedded.broken.append(f"{child.kind}: {error}")
            continue
        ifd = next(tiff.chain(limit=1), None)
        if ifd is not None:
            reader = {"CMT1": exif.read, "CMT2": exif.read_exif, "CMT4": exif.read_gps}[child.kind]
            embedded.exif = embedded.exif | reader(tiff, ifd)


def _sample_size(source: ByteSource, track: bmff.Box) -> list[tuple[int, int]]:
    table = bmff.find(source, "mdia", "minf", "stbl", "stsd", within=track)
    body = bmff.payload(source, table, 64) if table else b""
    if len(body) < 44 or body[12:16] != b"CRAW":
        return []
    return [(int.from_bytes(body[40:42], "big"), int.from_bytes(body[42:44], "big"))]


def _preview(body: bytes) -> list[Facts]:
    at = body.find(b"PRVW")
    if at < 0 or len(body) < at + 20:
        return []
    width, height = struct.unpack_from(">HH", body, at + 10)
    return [{"width_px": width, "height_px": height, "size_bytes": int.from_bytes(body[at + 16 : at + 20], "big")}]
