"""Camera RAW in TIFF structure: DNG, CR2, NEF, ARW, PEF, SRW, ERF, DCR, KDC, 3FR, MEF, MOS, IIQ, ORF, RW2 and kin.

The raw picture is the largest directory that holds sensor data (TIFF/EP 32803, linear raw, or a maker's compression),
else the largest full-size one; every JPEG that is stored beside it is listed as a preview.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt, Decline
from firstbytes.builtin.image import jpeg
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.builtin.image.tiff import BITS, COLORS, COMPRESSION, COMPRESSIONS, HEIGHT, PHOTOMETRIC, WIDTH, embed
from firstbytes.formats.tiff import SUB_IFDS, Ifd, Tiff, open_tiff
from firstbytes.formats.values import clean, known

_PANASONIC = 0x55
_MAX_DIRECTORIES = 32
_SENSOR = frozenset({32803, 34892})
_MAX_PREVIEWS = 16


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a TIFF-based camera RAW file."""
    try:
        tiff = open_tiff(source)
    except Corrupt as error:
        raise Decline(str(error)) from error
    first = next(tiff.chain(limit=1), None)
    if first is None:
        msg = "RAW: no directory"
        raise Corrupt(msg)
    embedded = Embedded()
    embed(embedded, tiff, first)
    facts = _panasonic(tiff, first, embedded) if tiff.magic == _PANASONIC else _sensor(tiff, first)
    facts = _by_exif(facts, embedded.exif)
    facts |= {"previews": list(_previews(tiff, first))[:_MAX_PREVIEWS], "dng": _dng(tiff, first)}
    return embedded.result(known(facts), broken="" if first.complete else "RAW: directory cut off")


def _by_exif(facts: Facts, exif: Facts) -> Facts:
    """Return EXIF's size where no directory gives the sensor's: a CR2 or IIQ describes only its previews."""
    width, height = exif.get("exif_width_px", 0), exif.get("exif_height_px", 0)
    if facts.get("color_space") in {"CFA", "linear raw"} or width <= facts.get("width_px", 0):
        return facts if "width_px" in facts else facts | size(width, height, "RAW")
    return size(width, height, "RAW")


def directories(tiff: Tiff, first: Ifd) -> Iterator[Ifd]:
    """Yield the first directory, those it points to, and the rest of the chain with theirs; each once."""
    seen = set[int]()
    for ifd in tiff.chain(first.offset, limit=8):
        for found in (ifd, *tiff.children(ifd, SUB_IFDS, 8)):
            if found.offset not in seen and len(seen) < _MAX_DIRECTORIES:
                seen.add(found.offset)
                yield found


def _area(tiff: Tiff, ifd: Ifd) -> int:
    return (tiff.integer(ifd, WIDTH) or 0) * (tiff.integer(ifd, HEIGHT) or 0)


def _sensor(tiff: Tiff, first: Ifd) -> Facts:
    found = [ifd for ifd in directories(tiff, first) if _area(tiff, ifd)]
    raw = [ifd for ifd in found if tiff.integer(ifd, PHOTOMETRIC) in _SENSOR]
    best = max(raw or found, key=lambda ifd: _area(tiff, ifd), default=None)
    if best is None:
        return {}
    width, height = tiff.integer(best, WIDTH) or 0, tiff.integer(best, HEIGHT) or 0
    depth, color = tiff.integer(best, BITS), tiff.integer(best, PHOTOMETRIC)
    crop, area = tiff.ints(best, 50720, 2), tiff.ints(best, 50829, 4)
    compression = tiff.integer(best, COMPRESSION) or 1
    return known(
        {
            **size(width, height, "RAW"),
            "bit_depth": depth if depth and depth <= 256 else None,
            "color_space": COLORS.get(-1 if color is None else color),
            "compression": COMPRESSIONS.get(compression, f"code {compression}"),
            "default_crop_px": list(crop),
            "active_area_px": list(area) if len(area) == 4 else None,
            "cfa_pattern": _pattern(tiff, best),
        }
    )


def _pattern(tiff: Tiff, ifd: Ifd) -> str | None:
    """Return the sensor's colour filters, "RGGB" (TIFF/EP, CFAPattern)."""
    cells = tiff.raw(ifd, 33422, 36)
    return "".join("RGBCMYW"[cell] for cell in cells) if cells and max(cells) < 7 else None


def _panasonic(tiff: Tiff, first: Ifd, embedded: Embedded) -> Facts:
    """Panasonic RW2: sensor borders as tags, and a JPEG with the EXIF of the picture."""
    for key in ("dpi", "dpi_y"):
        embedded.exif.pop(key, None)
    top, left, bottom, right = (tiff.integer(first, tag) or 0 for tag in (4, 5, 6, 7))
    facts: Facts = {"bit_depth": tiff.integer(first, 10), "sensor_px": [tiff.integer(first, 2), tiff.integer(first, 3)]}
    if right > left and bottom > top:
        facts |= size(right - left, bottom - top, "RW2") | {"color_space": "CFA"}
    if (preview := first.entries.get(0x2E)) is not None:
        _adopt(tiff.source, preview.at, embedded)
    if iso := tiff.integer(first, 23):
        embedded.exif.setdefault("iso", iso)
    return known(facts)


def _adopt(source: ByteSource, at: int, embedded: Embedded) -> None:
    """Take the EXIF of a JPEG inside the file."""
    try:
        inner = jpeg.read(source, at)
    except Corrupt:
        return
    embedded.exif = inner.embedded.exif | embedded.exif
    embedded.xmp = embedded.xmp or inner.embedded.xmp
    embedded.iptc = embedded.iptc or inner.embedded.iptc
    embedded.own = inner.embedded.own | embedded.own


def _previews(tiff: Tiff, first: Ifd) -> Iterator[dict[str, Any]]:
    for ifd in directories(tiff, first):
        compression = tiff.integer(ifd, COMPRESSION)
        at, length = tiff.integer(ifd, 513), tiff.integer(ifd, 514)
        if not (at and length) and compression in {6, 7} and tiff.integer(ifd, PHOTOMETRIC) not in _SENSOR:
            offsets, counts = tiff.ints(ifd, 273, 2), tiff.ints(ifd, 279, 2)
            at, length = (offsets[0], counts[0]) if len(offsets) == len(counts) == 1 else (None, None)
        if at and length:
            yield known(
                {
                    "size_bytes": length,
                    "width_px": tiff.integer(ifd, WIDTH) or None,
                    "height_px": tiff.integer(ifd, HEIGHT) or None,
                }
            )
    if (whole := first.entries.get(0x2E)) is not None and tiff.magic == _PANASONIC:
        yield {"size_bytes": whole.size}


def _dng(tiff: Tiff, first: Ifd) -> Facts:
    """Return what only a DNG has (DNG 1.7, chapter 4)."""
    version = tiff.raw(first, 50706, 4)
    return known(
        {
            "version": ".".join(map(str, version)).removesuffix(".0") if len(version) == 4 else None,
            "unique_camera_model": clean(tiff.text(first, 50708)),
            "camera_serial": clean(tiff.text(first, 50735)),
            "original_raw_name": clean(tiff.text(first, 50827)),
            "profile_name": clean(tiff.text(first, 50936)),
        }
    )
