"""Camera RAW inside TIFF: by tags and maker, and never a plain TIFF of the same camera."""

from __future__ import annotations

import pictures
import pytest
from pictures import ASCII, BYTE, LONG, SHORT, Ifd, tiff

from firstbytes import BytesSource
from firstbytes.sniff import sniff


def sniffed(data: bytes, name: str = "") -> str:
    """Return the type."""
    return sniff(BytesSource(data), name=name).media_type


def camera(make: bytes, model: bytes = b"X1", compression: int = 1) -> bytes:
    """Return a RAW file of this maker: a thumbnail first, the sensor's data in a second directory."""
    size: Ifd = [(256, SHORT, (160,)), (257, SHORT, (120,)), (259, SHORT, (compression,))]
    names: Ifd = [(271, ASCII, make + bytes(4)), (272, ASCII, model + bytes(4))]
    return tiff([*size, *names, (330, LONG, [pictures.SENSOR])])


@pytest.mark.parametrize(
    ("make", "model", "media_type"),
    [
        (b"NIKON CORPORATION", b"NIKON D70", "image/x-nikon-nef"),
        (b"NIKON", b"COOLPIX P6000", "image/x-nikon-nrw"),
        (b"SONY", b"DSLR-A700", "image/x-sony-arw"),
        (b"SONY", b"DSC-R1", "image/x-sony-sr2"),
        (b"SONY", b"DSC-F828", "image/x-sony-srf"),
        (b"PENTAX Corporation", b"K10D", "image/x-pentax-pef"),
        (b"RICOH IMAGING COMPANY, LTD.", b"K-1", "image/x-pentax-pef"),
        (b"SAMSUNG", b"NX300", "image/x-samsung-srw"),
        (b"SEIKO EPSON CORP.", b"R-D1", "image/x-epson-erf"),
        (b"Kodak", b"DCS Pro SLR/n", "image/x-kodak-dcr"),
        (b"EASTMAN KODAK COMPANY", b"KODAK EASYSHARE Z980", "image/x-kodak-kdc"),
        (b"Kodak", b"DC25", "image/x-kodak-k25"),
        (b"Hasselblad", b"H3D", "image/x-hasselblad-3fr"),
        (b"Mamiya-OP Co.,Ltd.", b"ZD", "image/x-mamiya-mef"),
        (b"Leaf", b"Aptus", "image/x-leaf-mos"),
        (b"Phase One", b"P45", "image/x-phaseone-iiq"),
    ],
)
def test_makers(make: bytes, model: bytes, media_type: str) -> None:
    """A sensor's pattern and the maker's name give the format."""
    assert sniffed(camera(make, model)) == media_type


def test_by_tag() -> None:
    """DNG and Leaf name themselves by a tag; a maker's own compression is enough."""
    assert sniffed(pictures.camera_raw()) == "image/x-adobe-dng"
    assert sniffed(tiff([(256, SHORT, (1,)), (257, SHORT, (1,)), (34310, BYTE, b"data")])) == "image/x-leaf-mos"
    rows: Ifd = [(256, SHORT, (1,)), (257, SHORT, (1,)), (259, SHORT, (34713,)), (271, ASCII, b"NIKON\0\0")]
    assert sniffed(tiff(rows)) == "image/x-nikon-nef"
    assert sniffed(camera(b"NIKON", compression=6)) == "image/x-nikon-nrw"


def test_plain_tiffs() -> None:
    """A camera's ordinary TIFF stays one, unless its name says RAW; so does one of an unknown maker."""
    plain = tiff([(256, SHORT, (1,)), (257, SHORT, (1,)), (262, SHORT, (2,)), (271, ASCII, b"NIKON\0\0")])
    assert sniffed(plain) == "image/tiff"
    assert sniffed(plain, "scan.nef") == "image/x-nikon-nef"
    assert sniffed(camera(b"Unknown")) == "image/tiff"
    assert sniffed(b"II*\0\x08\0\0\0") == "image/tiff"


def test_other_structures() -> None:
    """CR2, IIQ and the relatives with their own magic; a DICOM file may begin like a TIFF."""
    cr2 = b"II*\0\x10\0\0\0CR\2\0" + bytes(20)
    assert sniffed(cr2) == "image/x-canon-cr2"
    assert sniffed(b"II*\0\x10\0\0\0IIIITwaR" + bytes(20)) == "image/x-phaseone-iiq"
    raw = bytearray(tiff([(256, SHORT, (1,)), (257, SHORT, (1,))], first=24))
    raw[8:16] = b"IIIICwaR"
    assert sniffed(bytes(raw)) == "image/x-phaseone-iiq"
    assert sniffed(pictures.rw2()) == "image/x-panasonic-rw2"
    assert sniffed(b"IIRO\x08\0\0\0" + bytes(20)) == "image/x-olympus-orf"
    assert sniffed(pictures.camera_raw()[:128].ljust(128, b"\0") + b"DICM" + bytes(90)) == "application/dicom"
