"""TIFF files that are something more: DNG and the makers' camera RAW formats.

A RAW file is a TIFF whose maker and tags say so: the sensor's pattern (photometric interpretation 32803, TIFF/EP)
or a compression only that maker uses. An ordinary TIFF that a camera made has neither, and stays a TIFF.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from firstbytes.formats.tiff import SUB_IFDS, Ifd, Tiff, open_tiff
from firstbytes.sniff.values import Head, Match
from firstbytes.source import ByteSource

_COMPRESSION, _PHOTOMETRIC, _MAKE, _MODEL = 259, 262, 271, 272
_DNG_VERSION, _LEAF_DATA, _SR2_PRIVATE = 50706, 34310, 50740
_CFA = 32803
_RAW_COMPRESSIONS = frozenset({32767, 32769, 32770, 32772, 32773, 34713, 65000, 65535})
"""Sony ARW, packed RAW, Samsung SRW (32770, 32772, 32773), Nikon NEF, Kodak DCR, Pentax PEF."""

_MAX_DIRECTORIES = 8


def refine(head: Head, source: ByteSource) -> Match | None:
    """Name the RAW format by tags and maker; None for a plain TIFF."""
    if head.data[128:132] == b"DICM":
        # A DICOM file may wear a TIFF header in its free first 128 bytes (DICOM part 10, 7.1).
        return Match("application/dicom", "DICM at 128", "container")
    tiff = open_tiff(source)
    first = next(tiff.chain(limit=1), None)
    if first is None or head.size < 16:
        return None
    if head.data[8:12] in {b"IIII", b"MMMM"} and b"Raw" in {head.data[12:15], head.data[15:12:-1]}:
        return Match("image/x-phaseone-iiq", "block Raw at 8", "container")
    if _DNG_VERSION in first:
        return Match("image/x-adobe-dng", "tag DNGVersion", "container")
    if _LEAF_DATA in first:
        return Match("image/x-leaf-mos", "tag Leaf metadata", "container")
    make, model = ((tiff.text(first, tag, 64) or "").upper() for tag in (_MAKE, _MODEL))
    for prefix, name in _MAKERS:
        if make.startswith(prefix) and _is_raw(tiff, first):
            return Match(name(tiff, first, model), f"{prefix.title()} RAW tags", "container")
    return None


def _directories(tiff: Tiff, first: Ifd) -> Iterator[Ifd]:
    yield first
    yield from tiff.children(first, SUB_IFDS, 4)
    yield from islice(tiff.chain(limit=4), 1, None)


def _is_raw(tiff: Tiff, first: Ifd) -> bool:
    return any(
        tiff.integer(ifd, _PHOTOMETRIC) == _CFA or tiff.integer(ifd, _COMPRESSION) in _RAW_COMPRESSIONS
        for ifd in islice(_directories(tiff, first), _MAX_DIRECTORIES)
    ) or (_SR2_PRIVATE in first)


def _always(name: str) -> Callable[[Tiff, Ifd, str], str]:
    def answer(_tiff: Tiff, _first: Ifd, _model: str) -> str:
        return name

    return answer


def _nikon(tiff: Tiff, first: Ifd, model: str) -> str:
    # Coolpix cameras write NRW: the same tags around a JPEG-compressed preview.
    nrw = model.startswith("COOLPIX") or tiff.integer(first, _COMPRESSION) == 6
    return "image/x-nikon-nrw" if nrw else "image/x-nikon-nef"


def _sony(_tiff: Tiff, _first: Ifd, model: str) -> str:
    # The only cameras that wrote the two formats before ARW.
    return {"DSC-R1": "image/x-sony-sr2", "DSC-F828": "image/x-sony-srf", "DSC-V3": "image/x-sony-srf"}.get(
        model, "image/x-sony-arw"
    )


def _kodak(_tiff: Tiff, _first: Ifd, model: str) -> str:
    if "DC25" in model:
        return "image/x-kodak-k25"
    consumer = any(name in model for name in ("DC40", "DC50", "DC120", "EASYSHARE", "P712", "P850", "P880"))
    return "image/x-kodak-kdc" if consumer else "image/x-kodak-dcr"


_MAKERS: tuple[tuple[str, Callable[[Tiff, Ifd, str], str]], ...] = (
    ("NIKON", _nikon),
    ("SONY", _sony),
    ("PENTAX", _always("image/x-pentax-pef")),
    ("RICOH", _always("image/x-pentax-pef")),
    ("ASAHI", _always("image/x-pentax-pef")),
    ("SAMSUNG", _always("image/x-samsung-srw")),
    ("SEIKO EPSON", _always("image/x-epson-erf")),
    ("EPSON", _always("image/x-epson-erf")),
    ("KODAK", _kodak),
    ("EASTMAN KODAK", _kodak),
    ("HASSELBLAD", _always("image/x-hasselblad-3fr")),
    ("IMACON", _always("image/x-hasselblad-3fr")),
    ("MAMIYA", _always("image/x-mamiya-mef")),
    ("LEAF", _always("image/x-leaf-mos")),
    ("PHASE ONE", _always("image/x-phaseone-iiq")),
    ("CANON", _always("image/x-canon-cr2")),
    ("OLYMPUS", _always("image/x-olympus-orf")),
)
