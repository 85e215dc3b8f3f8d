"""Building blocks of hostile files."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache

PNG = b"\x89PNG\r\n\x1a\n"


@cache
def deflated_zeros(megabytes: int, wbits: int = 15, fill: bytes = b"\0") -> bytes:
    """Return that many megabytes of one byte, deflated: about a thousandth of it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    block = fill * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, *extra: bytes) -> bytes:
    """Return a PNG that claims a size and has next to no pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return PNG + header + b"".join(extra) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def box(kind: bytes, data: bytes = b"", size: int | None = None) -> bytes:
    """Return an ISO-BMFF box, with a size of its own or a false one."""
    return struct.pack(">I4s", 8 + len(data) if size is None else size, kind) + data


def zipped(members: dict[str, bytes], bombs: dict[str, int] | None = None) -> bytes:
    """Return a ZIP of members, and of members that unpack to so many megabytes of spaces."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        for name, megabytes in (bombs or {}).items():
            with archive.open(name, "w", force_zip64=True) as member:
                for _ in range(megabytes):
                    member.write(b" " * (1 << 20))
    return data.getvalue()


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a PDF of numbered objects with a right cross-reference table."""
    out = b"%PDF-1.5\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, rows)
    return out + table + b"trailer\n<</Size %d %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, len(out))


def tiff(entries: list[tuple[int, int, int, int]], following: int = 0, tail: bytes = b"") -> bytes:
    """Return a little-endian TIFF with one directory at 8: entries of (tag, type, count, value)."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + packed + struct.pack("<I", following) + tail


def ole(fat: list[int], directory_sector: int = 1) -> bytes:
    """Return an OLE2 file whose sector chains are as the list says: sector -> next sector."""
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory_sector, 0)
    header += struct.pack("<IIIII", 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", *fat, *[0xFFFFFFFF] * (128 - len(fat)))
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0")
    root += struct.pack("<HBBIII", 22, 5, 1, 1, 1, 1) + bytes(36) + struct.pack("<IQ", 2, 1 << 40)
    return header + table + root * 4 + bytes(512) * 4
