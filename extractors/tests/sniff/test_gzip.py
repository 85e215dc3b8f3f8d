"""gzip is looked into for formats that are gzip only outside."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zlib

import pytest

from firstbytes import BytesSource
from firstbytes.sniff import sniff
from firstbytes.sniff.gzip import unpack


def _bgzf(data: bytes, extra: bytes = b"") -> bytes:
    """Return one block of BGZF, with other extra fields before its own."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    body = packer.compress(data) + packer.flush()
    fields = extra + b"BC\x02\x00" + struct.pack("<H", len(body) + 25 + len(extra))
    head = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H", len(fields)) + fields
    return head + body + struct.pack("<II", zlib.crc32(data), len(data))


def _tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.addfile(tarfile.TarInfo("a"), io.BytesIO())
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (gzip.compress(b"plain text"), "a.gz", "application/gzip"),
        (_tar(), "a.tar.gz", "application/gzip"),
        (gzip.compress(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "", "image/svg+xml-compressed"),
        (
            gzip.compress(b"<?xml version='1.0'?><!-- c --><svg:svg xmlns:svg='http://www.w3.org/2000/svg'/>"),
            "a.svgz",
            "image/svg+xml-compressed",
        ),
        (
            gzip.compress(b"<gnm:Workbook xmlns:gnm='http://www.gnumeric.org/v10.dtd'>"),
            "",
            "application/x-gnumeric",
        ),
        (gzip.compress(b"<Workbook/>"), "", "application/gzip"),
        (gzip.compress(b"<<<"), "", "application/gzip"),
        (gzip.compress(b"WARC/1.0\r\nWARC-Type: warcinfo\r\n"), "a.warc.gz", "application/warc+gzip"),
        (gzip.compress(b"BLENDER-v300"), "", "application/x-blender"),
        (gzip.compress(b"RDX3\nX\n\0\0\0\3"), "", "application/x-rdata"),
        (gzip.compress(b"X\n\0\0\0\3\0\4\0\2"), "", "application/x-rdata"),
        (_bgzf(b"BAM\1\0\0\0\0"), "", "application/x-bam"),
        (_bgzf(b"BAM\1\0\0\0\0", b"XX\x01\x00z"), "", "application/x-bam"),
        (_bgzf(b"BCF\2\2"), "", "application/x-bcf"),
        (_bgzf(b"##fileformat=VCFv4.2\n"), "", "application/gzip"),
        (b"\x1f\x8b\x08\x04" + b"\xff" * 40, "", "application/gzip"),
        (b"\x1f\x8b", "", "application/gzip"),
    ],
)
def test_gzip_is_told_by_what_is_inside(data: bytes, name: str, media_type: str) -> None:
    """A compressed tar stays gzip; formats of their own are named."""
    assert sniff(BytesSource(data), name=name).media_type == media_type


def test_a_bomb_is_unpacked_no_further_than_the_limit() -> None:
    """A thousandfold stream costs 4 KB."""
    assert len(unpack(gzip.compress(bytes(8_000_000)))) == 4096


def test_koffice() -> None:
    """Early KOffice documents are compressed tars with their type in the name field."""
    data = b"\x1f\x8b\x08\x08" + bytes(6) + b"KOffice application/x-kspread\x04\x06\x00" + bytes(50)
    assert sniff(BytesSource(data)).media_type == "application/vnd.kde.kspread"
