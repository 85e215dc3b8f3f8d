"""TIFF and BigTIFF: pages, pixels, embedded metadata, GeoTIFF keys (TIFF 6.0; DNG 1.7 and TIFF/EP for the codes)."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image import geotiff
from firstbytes.builtin.image.merge import Facts
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats import iptc
from firstbytes.formats.tiff import MAX_IFDS, SUB_IFDS, Ifd, Tiff, open_tiff
from firstbytes.formats.values import clean, known

WIDTH, HEIGHT, BITS, COMPRESSION, PHOTOMETRIC, SAMPLES = 256, 257, 258, 259, 262, 277
_SUBFILE, _OLD_SUBFILE = 254, 255

COMPRESSIONS: Mapping[int, str] = {
    1: "none", 2: "CCITT RLE", 3: "CCITT Group 3", 4: "CCITT Group 4", 5: "LZW", 6: "JPEG (old style)", 7: "JPEG",
    8: "Deflate", 9: "JBIG (T.85)", 10: "JBIG (T.43)", 32766: "NeXT RLE", 32767: "Sony ARW", 32769: "packed RAW",
    32770: "Samsung SRW", 32771: "CCITT RLE (word)", 32773: "PackBits", 32809: "ThunderScan", 32946: "Deflate",
    33003: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG", 34676: "SGI LogLuv", 34677: "SGI LogLuv 24",
    34712: "JPEG 2000", 34713: "Nikon NEF", 34715: "JBIG2", 34887: "LERC", 34892: "lossy JPEG", 34925: "LZMA",
    50000: "Zstandard", 50001: "WebP", 50002: "JPEG XL", 52546: "JPEG XL", 65000: "Kodak DCR", 65535: "Pentax PEF",
}  # fmt: skip
COLORS: Mapping[int, str] = {
    0: "gray", 1: "gray", 2: "RGB", 3: "palette", 4: "mask", 5: "CMYK", 6: "YCbCr", 8: "Lab", 9: "ICC Lab",
    10: "ITU Lab", 32803: "CFA", 32844: "LogL", 32845: "LogLuv", 34892: "linear raw", 51177: "depth map",
}  # fmt: skip
_FORMATS = {1: "unsigned", 2: "signed", 3: "float", 5: "complex integer", 6: "complex float"}
_MAX_LISTED = 100
_BLOCK = 64 * 1024
_MAX_BLOCKS = 24


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a TIFF file's first full-size page in detail, and list the others."""
    tiff = open_tiff(source)
    chain, whole = _near_enough(tiff)
    pages = [ifd for ifd in chain if not is_reduced(tiff, ifd)] or chain
    if not pages:
        msg = "TIFF: no directory"
        raise Corrupt(msg)
    page = pages[0]
    facts = pixels(tiff, page) | {
        "page_count": len(pages) if whole else None,
        "frame_count": len(chain) if whole else None,
        "pages_seen": None if whole else len(pages),
        "reduced_image_count": len(chain) - len(pages),
        "sub_image_count": sum(len(tiff.ints(ifd, SUB_IFDS, 256)) for ifd in chain[:4]),
        "byte_order": tiff.byte_order,
        "format_version": "BigTIFF" if tiff.big else None,
        "pages": _listed(tiff, pages),
        "georeference": geotiff.read(tiff, page),
    }
    embedded = Embedded()
    embed(embedded, tiff, page)
    title = clean(tiff.text(page, 269))
    if title:
        embedded.exif.setdefault("title", title)
    embedded.own |= known({"page_name": clean(tiff.text(page, 285)), "target_printer": clean(tiff.text(page, 337))})
    return embedded.result(known(facts), broken=_cut_off(tiff, pages, whole=whole))


def _near_enough(tiff: Tiff) -> tuple[list[Ifd], bool]:
    """Return the main chain within so many blocks, as pages of a large file lie far apart; and whether that is all."""
    found, blocks = list[Ifd](), set[int]()
    for ifd in tiff.chain():
        blocks.add(ifd.offset // _BLOCK)
        if len(blocks) > _MAX_BLOCKS:
            return found, False
        found.append(ifd)
    return found, len(found) < MAX_IFDS


def is_reduced(tiff: Tiff, ifd: Ifd) -> bool:
    """Return True for a directory that holds a smaller version of another one, or a mask."""
    kind = tiff.integer(ifd, _SUBFILE)
    return bool(kind & 5) if kind is not None else tiff.integer(ifd, _OLD_SUBFILE) == 2


def pixels(tiff: Tiff, ifd: Ifd) -> Facts:
    """Return the size, depth, colours and compression of one directory.

    Raises:
        Corrupt: it has no width or height.
    """
    samples = tiff.integer(ifd, SAMPLES) or 1
    depths = tiff.ints(ifd, BITS, 8) or (1,)
    color = tiff.integer(ifd, PHOTOMETRIC)
    extra = tiff.ints(ifd, 338, 8)
    compression = tiff.integer(ifd, COMPRESSION) or 1
    subsampling = tiff.ints(ifd, 530, 2)
    return known(
        {
            **size(tiff.integer(ifd, WIDTH) or 0, tiff.integer(ifd, HEIGHT) or 0, "TIFF"),
            "bit_depth": depths[0] if 0 < depths[0] <= 256 else None,
            "bits_per_channel": list(depths) if len(set(depths)) > 1 else None,
            "component_count": samples,
            "color_space": COLORS.get(-1 if color is None else color),
            "compression": COMPRESSIONS.get(compression, f"code {compression}"),
            "has_alpha": any(kind in {1, 2} for kind in extra),
            "sample_format": _FORMATS.get(tiff.integer(ifd, 339) or 0),
            "planar": tiff.integer(ifd, 284) == 2 or None,
            "white_is_zero": color == 0 or None,
            "predictor": {2: "horizontal", 3: "floating point"}.get(tiff.integer(ifd, 317) or 1),
            "tile_px": list(tiff.ints(ifd, 322, 1) + tiff.ints(ifd, 323, 1)),
            "chroma_subsampling": _subsampling(subsampling) if color == 6 else None,
        }
    )


def embed(embedded: Embedded, tiff: Tiff, ifd: Ifd) -> None:
    """Read EXIF, XMP, IPTC, Photoshop resources and the ICC profile that a directory holds."""
    embedded.add_tiff(tiff, ifd)
    embedded.add_xmp(tiff.raw(ifd, 700, 1024 * 1024))
    if block := tiff.raw(ifd, 33723, 256 * 1024):
        embedded.add_iptc(_in_order(tiff, ifd, block))
    if block := tiff.raw(ifd, 34377, 1024 * 1024):
        embedded.add_resources({k: v for k, v in iptc.resources(block).items() if k != iptc.RESOLUTION})
    if block := tiff.raw(ifd, 34675, 512 * 1024):
        embedded.add_icc(block)


def _in_order(tiff: Tiff, ifd: Ifd, block: bytes) -> bytes:
    """Return IPTC bytes as written: some writers declare them as LONG and swap them."""
    if block[:1] == b"\x1c" or ifd.entries[33723].type != 4 or tiff.byte_order == "big":
        return block
    return b"".join(block[i : i + 4][::-1] for i in range(0, len(block), 4))


def _subsampling(factors: tuple[int, ...]) -> str | None:
    names: Mapping[tuple[int, ...], str] = {
        (1, 1): "4:4:4", (2, 1): "4:2:2", (2, 2): "4:2:0", (4, 1): "4:1:1", (4, 2): "4:1:0",
    }  # fmt: skip
    return names.get(factors or (2, 2))


def _listed(tiff: Tiff, pages: list[Ifd]) -> list[JSON]:
    if len(pages) < 2:
        return []
    keys = {"width_px": WIDTH, "height_px": HEIGHT}
    return [known({key: tiff.integer(ifd, tag) for key, tag in keys.items()}) for ifd in pages[:_MAX_LISTED]]


def _cut_off(tiff: Tiff, pages: list[Ifd], *, whole: bool) -> str:
    """Say so when a directory, or the pixels of a page, lie beyond the end of the file."""
    for ifd in (pages[0], pages[-1]):
        offsets, counts = (
            (tiff.ints(ifd, 324, 4096), tiff.ints(ifd, 325, 4096))
            if 324 in ifd
            else (tiff.ints(ifd, 273, 4096), tiff.ints(ifd, 279, 4096))
        )
        ends = [offset + count for offset, count in zip(offsets, counts, strict=False)]
        if not ifd.complete or (ends and tiff.base + max(ends) > tiff.source.size):
            return "TIFF: cut off"
    return "TIFF: cut off" if whole and pages[-1].next >= tiff.source.size else ""
