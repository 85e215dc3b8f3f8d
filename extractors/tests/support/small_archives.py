"""Makes one small archive of every format that the folder `samples` has none of."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable

from firstbytes.testing import Sample


def zipped(members: dict[str, bytes], name: str = "") -> Sample:
    """Return a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, data in members.items():
            archive.writestr(zipfile.ZipInfo(member), data)
    return Sample(out.getvalue(), name)


def gem() -> Sample:
    """Return a tar archive with a gemspec, packed."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name in ("metadata.gz", "data.tar.gz", "checksums.yaml.gz"):
            data = gzip.compress(b"name: tides\nsummary: Tide tables\n", mtime=0)
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return Sample(out.getvalue(), "tides-1.gem")


def lzip() -> Sample:
    """Return one member: header, LZMA stream with end mark, trailer."""
    filters = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20, "lc": 3, "lp": 0, "pb": 2}]
    body = lzma.compress(b"tides", lzma.FORMAT_RAW, filters=filters)
    trailer = struct.pack("<IQQ", zlib.crc32(b"tides"), 5, len(body) + 26)
    return Sample(b"LZIP\1\x14" + body + trailer)


def lz4() -> Sample:
    """Return a frame of one stored block."""
    return Sample(b"\x04\x22\x4d\x18\x60\x40\x82" + struct.pack("<I", 2**31 | 5) + b"tides" + bytes(4))


def ar() -> Sample:
    """Return an archive of one member."""
    return Sample(b"!<arch>\n%-16s%-12d%-6d%-6d%-8s%-10d`\ntides\n" % (b"a.txt/", 0, 0, 0, b"100644", 6))


def cpio() -> Sample:
    """Return a new ASCII archive of its trailer only."""
    return Sample(b"070701" + b"%08X" % 0 * 11 + b"%08X%08XTRAILER!!!\0\0\0\0" % (11, 0))


def cabinet() -> Sample:
    """Return a cabinet of one stored file."""
    head = struct.pack("<4s5IBB5H", b"MSCF", 0, 75, 0, 44, 0, 3, 1, 1, 1, 0, 7, 0)
    entry = struct.pack("<IIHHHH", 6, 0, 0, 0x58A1, 0x5000, 0x20) + b"a.txt\0"
    return Sample(head + struct.pack("<IHH", 66, 1, 0) + entry + b"tides\n".rjust(9, b"\0"))


def rar() -> Sample:
    """Return a version 5 archive: main header, one stored file, end."""
    main = bytes.fromhex("00000000 03 01 00 00".replace(" ", ""))
    file = bytes(4) + b"\x0e\x02\x02\x05\x00\x05\x00\x00\x01\x05a.txt"[:15] + b"tides"
    return Sample(b"Rar!\x1a\x07\x01\0" + main + file + bytes(4) + b"\x03\x05\x00\x00")


def lha() -> Sample:
    """Return a level 0 header of a stored file, and the end."""
    body = b"-lh0-" + struct.pack("<IIIBBB", 5, 5, 0x58A15000, 32, 0, 5) + b"a.txt\0\0"
    return Sample(bytes([len(body), sum(body) & 255]) + body + b"tides\0", "a.lzh")


def arj() -> Sample:
    """Return a main header, one stored file, and the end."""

    def header(kind: int, name: bytes) -> bytes:
        sizes = (5, 5) if kind == 0 else (0, 0)
        fixed = struct.pack("<8BIIIIHHH", 30, 11, 1, 0, 0, 0, kind, 0, 0x58A15000, *sizes, 0, 0, 0, 0)
        body = fixed + name + b"\0\0"
        return b"\x60\xea" + struct.pack("<H", len(body)) + body + struct.pack("<IH", zlib.crc32(body), 0)

    return Sample(header(2, b"a.arj") + header(0, b"a.txt") + b"tides\x60\xea\0\0", "a.arj")


def squashfs() -> Sample:
    """Return a superblock."""
    head = b"hsqs" + struct.pack("<4I6H", 7, 1714557600, 131072, 1, 6, 17, 0xC0, 1, 4, 0)
    return Sample((head + struct.pack("<QQ", 0, 96)).ljust(96, b"\0"))


def qcow() -> Sample:
    """Return the header of an empty disk of three megabytes, version 2."""
    return Sample((b"QFI\xfb" + struct.pack(">IQIIQI", 2, 0, 0, 16, 3 << 20, 0)).ljust(72, b"\0"))


def vhd() -> Sample:
    """Return a dynamic disk's two footers."""
    head = b"conectix" + struct.pack(">IIQI4sI4s", 2, 0x10000, 512, 767872800, b"qemu", 0, b"Wi2k")
    footer = (head + struct.pack(">QQII", 5, 6 << 20, 0, 3)).ljust(512, b"\0")
    return Sample(footer + footer)


def vdi() -> Sample:
    """Return a header."""
    head = b"<<< Oracle VM VirtualBox Disk Image >>>\n".ljust(64, b"\0") + b"\x7f\x10\xda\xbe\1\0\1\0"
    return Sample((head + struct.pack("<III", 400, 2, 0)).ljust(368, b"\0") + struct.pack("<Q", 5 << 20) + bytes(200))


def vmdk() -> Sample:
    """Return a sparse extent with its descriptor."""
    head = b"KDMV" + struct.pack("<IIQQQQ", 1, 3, 6144, 128, 1, 1)
    descriptor = b'# Disk DescriptorFile\nCID=abcd1234\ncreateType="monolithicSparse"\n'
    return Sample(head.ljust(512, b"\0") + descriptor.ljust(512, b"\0"))


def apple_disk_image() -> Sample:
    """Return data and a trailer."""
    trailer = b"koly" + struct.pack(">IIIQQQ", 4, 512, 1, 0, 0, 100)
    return Sample(bytes(600) + (trailer.ljust(492, b"\0") + struct.pack(">Q", 8)).ljust(512, b"\0"), "a.dmg")


def warc() -> bytes:
    """Return one record."""
    head = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nWARC-Date: 2024-05-01T10:00:00Z\r\nContent-Length: 13\r\n\r\n"
    return head + b"software: hand\r\n"[:13] + b"\r\n\r\n"


MAKERS: dict[str, Callable[[], Sample]] = {
    "apk": lambda: zipped({"AndroidManifest.xml": b"\3\0\x08\0\x08\0\0\0", "classes.dex": b""}),
    "nuget": lambda: zipped(
        {"[Content_Types].xml": b"<Types/>", "a.nuspec": b"<package><metadata><id>a</id></metadata></package>"},
        "a.1.0.nupkg",
    ),
    "browser-extension": lambda: zipped({"manifest.json": b'{"manifest_version": 2, "name": "a"}'}, "a.xpi"),
    "gem": gem,
    "bzip2": lambda: Sample(bz2.compress(b"tides\n" * 100)),
    "lzma": lambda: Sample(lzma.compress(b"tides\n" * 100, lzma.FORMAT_ALONE)),
    "lzip": lzip,
    "lz4": lz4,
    "ar": ar,
    "cpio": cpio,
    "cabinet": cabinet,
    "rar": rar,
    "squashfs": squashfs,
    "qcow": qcow,
    "vhd": vhd,
    "vhdx": lambda: Sample(b"vhdxfile" + "Maker".encode("utf-16-le").ljust(512, b"\0")),
    "vdi": vdi,
    "vmdk": vmdk,
    "apple-disk-image": apple_disk_image,
    "lha": lha,
    "arj": arj,
    "warc": lambda: Sample(warc()),
    "warc-gzip": lambda: Sample(gzip.compress(warc(), mtime=0)),
    "torrent": lambda: Sample(b"d8:announce8:http://t4:infod6:lengthi5e4:name1:a12:piece lengthi16384e6:pieces0:ee"),
}
"""A sample for each extractor, by its name."""
