"""Page descriptions are told by their headers, wherever the specifications let these stand."""

from __future__ import annotations

import struct

import pytest

from firstbytes import BytesSource
from firstbytes.sniff import Head, sniff
from firstbytes.sniff.pages import content

_PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (_PDF, "application/pdf"),
        (b"\r\n\r\n" + _PDF, "application/pdf"),
        (b"\xef\xbb\xbf" + _PDF, "application/pdf"),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n" + _PDF, "application/pdf"),
        (b"\0" * 128 + _PDF, "application/pdf"),
        (b"\xef\xbb\xbf\r\n%PDF-1.7\r\n%\xe2\xe3\xcf\xd3\r\n", "application/pdf"),
        (b"\n\n%PDF-2.0", "application/pdf"),
        (_PDF.replace(b"/Catalog", b"/Catalog/AIPrivateData1 5 0 R"), "application/illustrator"),
        (_PDF + b"<dc:format>application/vnd.adobe.illustrator</dc:format>", "application/illustrator"),
        (b"%FDF-1.2\n1 0 obj\n<</FDF<</F(a.pdf)>>>>\nendobj\n", "application/fdf"),
        (b"\n%FDF-1.2\n1 0 obj\n<</FDF<<>>>>\nendobj\n", "application/fdf"),
        (b"%!PS-Adobe-3.0\n%%Title: a\n", "application/postscript"),
        (b"%!PS\n/Helvetica findfont\n", "application/postscript"),
        (b"\x04%!PS-Adobe-3.0\n", "application/postscript"),
        (b"%!\n100 100 moveto\n", "application/postscript"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "image/x-eps"),
        (b"\x04%!PS-Adobe-2.0 EPSF-1.2\n", "image/x-eps"),
        (b"%!PS-Adobe-3.0 PDF-1.4\n", "application/pdf"),
        (b"\xc5\xd0\xd3\xc6" + struct.pack("<6IH", 30, 9, 0, 0, 0, 0, 0xFFFF) + b"%!PS-Adobe", "image/x-eps"),
        (b"\x1bE\x1b&l1X", "application/vnd.hp-pcl"),
        (b"\x1b%-12345X@PJL JOB\r\n@PJL ENTER LANGUAGE=PCL\r\n\x1bE", "application/vnd.hp-pcl"),
        (b"\x1b%-12345X@PJL ENTER LANGUAGE = POSTSCRIPT\r\n%!PS-Adobe-3.0\n", "application/postscript"),
        (b"\x1b%-12345X%!PS-Adobe-3.0\n", "application/postscript"),
        (b"\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n" + _PDF, "application/pdf"),
    ],
)
def test_a_page_description_is_told_by_its_header(data: bytes, media_type: str) -> None:
    """The header decides, behind up to 1024 other bytes where the format allows that."""
    assert sniff(BytesSource(data)).media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        b"A PDF starts with\n%PDF-1.4\nand that is all this note says.\n",
        b"x" * 1100 + b"\n" + _PDF,
        b"%!/bin/false\n",
    ],
)
def test_a_mention_of_a_header_is_no_document(data: bytes) -> None:
    """A header needs an object behind it, and has to stand in the first 1024 bytes."""
    assert content(Head(data, data, len(data)), BytesSource(data)) is None


def test_a_pdf_named_ai_is_an_illustrator_drawing() -> None:
    """Both claims fit together: the name is the more specific one."""
    assert sniff(BytesSource(_PDF), name="logo.ai").media_type == "application/illustrator"
    assert sniff(BytesSource(b"%!PS-Adobe-3.0\n"), name="logo.ai").media_type == "application/postscript"
