"""Formats without magic are told by their structure, and their neighbours are not."""

from __future__ import annotations

import io
import json
import lzma
import math
import pickle
import random
import struct
import zlib
from binascii import crc_hqx

import pytest

from firstbytes import BytesSource, sniff


def _msgpack_like() -> bytes:
    return b"\x83\xa4name\xa5Alice\xa3age\x1e\xa4tags\x92\xa1a\xcb" + struct.pack(">d", 1.5)


def _tar(name: bytes, magic: bytes = b"", size: int = 0) -> bytes:
    header = bytearray(512)
    header[: len(name)] = name
    header[100:108] = b"0000644\x00"
    header[124:136] = b"%011o\x00" % size
    header[257 : 257 + len(magic)] = magic
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\x00 " % sum(header)
    return bytes(header) + bytes((size + 511) // 512 * 512)


def _macbinary() -> bytes:
    header = bytearray(128)
    header[1:6] = b"\x04file"
    header[65:73] = b"TEXTttxt"
    header[83:87] = struct.pack(">I", 3)
    header[122] = header[123] = 129
    header[124:126] = struct.pack(">H", crc_hqx(bytes(header[:124]), 0))
    return bytes(header) + b"abc".ljust(128, b"\x00")


def _palm() -> bytes:
    return (
        b"Notes".ljust(32, b"\x00") + bytes(28) + b"DATAmemo" + bytes(8) + struct.pack(">HI4x", 1, 78 + 8) + bytes(60)
    )


def _dbf() -> bytes:
    field = b"NAME".ljust(11, b"\x00") + b"C" + bytes(4) + bytes([10, 0]) + bytes(14)
    return struct.pack("<B3BIHH20x", 3, 124, 5, 6, 1, 65, 11) + field + b"\r" + b" abcdefghij" + b"\x1a"


def _matlab(order: str) -> bytes:
    kind = 0 if order == "<" else 1000
    return struct.pack(order + "5i", kind, 1, 1, 0, 2) + b"x\x00" + struct.pack(order + "d", 1.0)


def _stl() -> bytes:
    return b"made by a test".ljust(80) + struct.pack("<I", 2) + struct.pack("<12fH", *range(12), 0) * 2


def _shape(*, index: bool) -> bytes:
    record = struct.pack(">II", 50, 10) if index else struct.pack(">II", 1, 10) + struct.pack("<i2d", 1, 2, 3)
    size = 100 + len(record)
    return struct.pack(">i20xi", 9994, size // 2) + struct.pack("<ii64x", 1000, 1) + record


def _dicom() -> bytes:
    def element(group: int, number: int, vr: bytes, value: bytes) -> bytes:
        return struct.pack("<HH2sH", group, number, vr, len(value)) + value

    return (
        element(8, 5, b"CS", b"ISO_IR 100")
        + element(8, 8, b"CS", b"ORIGINAL")
        + element(8, 0x16, b"UI", b"1.2.840.10008.5.1.4.1.1.7\x00")
        + element(8, 0x18, b"UI", b"1.2.3\x00")
        + element(8, 0x60, b"CS", b"CT")
    )


def _arrow_stream() -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    sink = io.BytesIO()
    table = pyarrow.table({"a": [1, 2, 3]})
    with pyarrow.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def _tfm() -> bytes:
    lengths = [0, 2, 0, 0, 2, 1, 1, 1, 0, 0, 0, 7]
    lengths[0] = 6 + 2 + 1 + 2 + 1 + 1 + 1 + 7
    return struct.pack(">12H", *lengths) + bytes(4 * (lengths[0] - 6))


def _bson() -> bytes:
    body = b"\x02name\x00\x04\x00\x00\x00Bob\x00\x10age\x00\x07\x00\x00\x00\x00"
    return struct.pack("<i", len(body) + 4) + body


def _coff() -> bytes:
    section = b".text".ljust(8, b"\x00") + bytes(32)
    return struct.pack("<HHIIIHH", 0x8664, 1, 0, 60, 0, 0, 0) + section


def _font() -> bytes:
    tables = [(b"cmap", 44), (b"head", 44)]
    directory = b"".join(tag + struct.pack(">III", 0, at, 4) for tag, at in tables)
    return b"\x00\x01\x00\x00" + struct.pack(">HHHH", 2, 32, 1, 0) + directory + bytes(8)


def _mz(kind: bytes) -> bytes:
    return (
        b"MZ"
        + struct.pack("<13H", 0x90, 3, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, 0x40, 0)
        + bytes(32)
        + struct.pack("<I", 0x80)
        + bytes(64)
        + kind.ljust(200, b"\x00")
    )


CASES: dict[str, tuple[bytes, str]] = {
    "safetensors": (
        struct.pack("<Q", 41) + json.dumps({"a": "b" * 32}).encode() + bytes(8),
        "application/x-safetensors",
    ),
    "pickle 2": (pickle.dumps({"a": [1, 2]}, 2), "application/x-pickle"),
    "pickle 5": (pickle.dumps({"a": [1, 2]}, 5), "application/x-pickle"),
    "msgpack": (_msgpack_like(), "application/vnd.msgpack"),
    "cbor": (b"\xa2\x64name\x65Alice\x63age\x18\x1e", "application/cbor"),
    "cbor tag": (b"\xd9\xd9\xf7\x01", "application/cbor"),
    "bson": (_bson(), "application/bson"),
    "onnx": (b"\x08\x07\x12\x07pytorch\x3a\x0a" + b"\x0a\x08" + b"x" * 8 + b"\x42\x02\x10\x0d", "application/x-onnx"),
    "arrow stream": (_arrow_stream(), "application/vnd.apache.arrow.stream"),
    "tar v7": (_tar(b"file", size=3) + bytes(1024), "application/x-tar"),
    "tar ustar": (_tar(b"file", b"ustar\x0000", size=3) + bytes(1024), "application/x-tar"),
    "gem": (
        _tar(b"data.tar.gz", b"ustar\x0000", 20) + _tar(b"metadata.gz", b"ustar\x0000", 9) + bytes(1024),
        "application/x-gem",
    ),
    "ova": (_tar(b"box.ovf", b"ustar\x0000", 20) + bytes(1024), "application/x-ova"),
    "cpio": (struct.pack("<13H", 0o070707, 1, 2, 0o100644, 0, 0, 1, 0, 0, 0, 2, 0, 0) + b"a\x00", "application/x-cpio"),
    "lha": (b"\x20\x00-lh5-" + bytes(13) + b"\x01" + bytes(20), "application/x-lzh-compressed"),
    "arj": (b"\x60\xea\x2a\x00\x1e\x0b\x01\x00\x10\x00\x02" + bytes(40), "application/x-arj"),
    "arc": (b"\x1a\x08FILE.TXT".ljust(15, b"\x00") + struct.pack("<I", 4) + bytes(20), "application/x-arc"),
    "macbinary": (_macbinary(), "application/x-macbinary"),
    "iso": (bytes(32768) + b"\x01CD001\x01" + bytes(2041), "application/vnd.efi.iso"),
    "lzma": (lzma.compress(b"hello" * 99, lzma.FORMAT_ALONE), "application/x-lzma"),
    "zlib": (zlib.compress(b"hello" * 99), "application/zlib"),
    "skippable": (b"\x50\x2a\x4d\x18\x02\x00\x00\x00ab\x28\xb5\x2f\xfd" + bytes(9), "application/zstd"),
    "palm": (_palm(), "application/vnd.palm"),
    "dbf": (_dbf(), "application/vnd.dbf"),
    "mat4 le": (_matlab("<"), "application/x-matlab-data"),
    "mat4 be": (_matlab(">"), "application/x-matlab-data"),
    "stl": (_stl(), "model/stl"),
    "3ds": (b"MM" + struct.pack("<I", 16) + b"\x02\x00\x0a\x00\x00\x00\x03\x00\x00\x00", "application/x-3ds"),
    "shp": (_shape(index=False), "application/vnd.shp"),
    "shx": (_shape(index=True), "application/vnd.shx"),
    "shx, cut off": (_shape(index=True)[:-3], "application/vnd.shx"),
    "dicom bare": (_dicom(), "application/dicom"),
    "analyze": (struct.pack("<i28xi2xc", 348, 16384, b"r").ljust(348, b"\x00"), "application/x-analyze"),
    "grib1": (b"GRIB\x00\x00\x40\x01" + bytes(56), "application/grib"),
    "grib2": (b"\x01\r\r\n123\r\r\nGRIB\x00\x00\x00\x02" + bytes(56), "application/grib"),
    "bufr": (b"BUFR\x00\x00\x40\x04" + bytes(56), "application/bufr"),
    "terminfo": (struct.pack("<6H", 0x11A, 5, 1, 1, 1, 2) + b"vt00\x00" + bytes(9), "application/x-terminfo"),
    "tfm": (_tfm(), "application/x-tex-tfm"),
    "psf1": (b"\x36\x04\x00\x08" + bytes(2048), "application/x-font-linux-psf"),
    "ttf": (_font(), "font/ttf"),
    "eot": (struct.pack("<III", 200, 100, 0x20001) + bytes(22) + b"LP" + bytes(164), "application/vnd.ms-fontobject"),
    "pe": (_mz(b"PE\x00\x00"), "application/vnd.microsoft.portable-executable"),
    "fon": (_mz(b"NE".ljust(90, b"\x00") + b"\x08FONTRES 100,96,96"), "application/x-font-dos"),
    "dos": (_mz(b""), "application/x-dosexec"),
    "class": (b"\xca\xfe\xba\xbe\x00\x00\x00\x41" + bytes(40), "application/java-vm"),
    "mach-o fat": (b"\xca\xfe\xba\xbe\x00\x00\x00\x02" + bytes(40), "application/x-mach-binary"),
    "coff": (_coff(), "application/x-coff"),
    "pyc": (struct.pack("<H2s3I", 3531, b"\r\n", 0, 0, 0) + b"\xe3" + bytes(20), "application/x-bytecode.python"),
    "swf": (b"CWS\x0a\x00\x01\x00\x00\x78\x9c" + bytes(9), "application/vnd.adobe.flash.movie"),
    "pgp key": (b"\x99\x00\x0d\x04\x5f\x00\x00\x00\x01" + bytes(7), "application/pgp-keys"),
    "pgp message": (b"\x84\x0c\x03" + bytes(8) + b"\x01\x00\x00\xd2\x01\x00", "application/pgp-encrypted"),
    "pgp password": (b"\x8c\x0d\x04\x09\x03\x08" + bytes(9) + b"\xd2\x01\x00", "application/pgp-encrypted"),
    "pgp signature": (b"\x88\x0c\x04\x00\x01\x08" + bytes(8), "application/pgp-signature"),
    "dmg": (b"\x01" + bytes(99) + b"koly\x00\x00\x00\x04".ljust(512, b"\x00"), "application/x-apple-diskimage"),
    "vhd": (b"\x01" + bytes(1023) + b"conectix".ljust(512, b"\x00"), "application/x-vhd-disk"),
    "leveldb": (b"\x00\x01" + bytes(99) + b"\x57\xfb\x80\x8b\x24\x75\x47\xdb", "application/x-leveldb"),
    "mmdb": (b"\x00\x01" + bytes(99) + b"\xab\xcd\xefMaxMind.com\xe9", "application/vnd.maxmind.maxmind-db"),
    "orc": (b"ORC\x08\x00" + bytes(99) + b"\x08\x00ORC\x05", "application/vnd.apache.orc"),
    "fat": (
        (b"\xeb\x3c\x90mkdosfs\x00" + struct.pack("<HBHB", 512, 1, 1, 2)).ljust(510, b"\x00")
        + b"\x55\xaa"
        + bytes(2048),
        "application/vnd.efi.img",
    ),
    "asar": (struct.pack("<4I", 4, 24, 20, 12) + b'{"files":{}}' + bytes(8), "application/x-asar"),
    "game gear": (bytes(0x7FF0) + b"TMR SEGA" + bytes(7) + b"\x7c", "application/x-gamegear-rom"),
    "master system": (bytes(0x1FF0) + b"TMR SEGA" + bytes(7) + b"\x4c" + bytes(99), "application/x-sms-rom"),
    "appimage": (b"\x7fELF\x02\x01\x01\x00AI\x02".ljust(99, b"\x00"), "application/vnd.appimage"),
    "write": (b"\x31\xbe\x00\x00\x00\xab".ljust(96, b"\x00") + b"\x02\x00" + bytes(60), "application/x-mswrite"),
}


@pytest.mark.parametrize("case", CASES)
def test_structures(case: str) -> None:
    """Each format is recognised from its bytes alone."""
    data, media_type = CASES[case]
    assert sniff(BytesSource(data)).media_type == media_type


@pytest.mark.parametrize("case", CASES)
def test_cut_off_and_changed_heads_do_not_raise(case: str) -> None:
    """A file cut anywhere, or with a byte changed, gets an answer."""
    data, _ = CASES[case]
    for at in range(0, len(data), max(1, len(data) // 24)):
        changed = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        assert "/" in sniff(BytesSource(data[:at])).media_type
        assert "/" in sniff(BytesSource(changed)).media_type


def test_text_is_not_asked(recwarn: pytest.WarningsRecorder) -> None:
    """A text with high letters and words like MZ or ORC at its start stays text."""
    for text in (
        b"MZ is a country code\n",
        b"ORC, n.: a monster\n",
        "Über \xc0".encode(),
        b"x^2 + y^2\n",
        b"BUFR GRIB\n",
    ):
        assert sniff(BytesSource(text)).media_type.startswith("text/")
    assert not recwarn


def test_random_bytes_are_bytes() -> None:
    """Of 600 random heads, half of them with many zeros, hardly one is taken for something."""
    rng = random.Random(5)
    taken = 0
    for number in range(600):
        data = rng.randbytes(rng.choice((20, 100, 600, 3000)))
        if number % 2:
            data = bytes(byte if rng.random() < 0.5 else 0 for byte in data)
        taken += sniff(BytesSource(data)).media_type != "application/octet-stream"
    assert taken <= 6


def test_lzma_dictionaries_are_at_least_4_kb() -> None:
    """A header with a smaller dictionary is no encoder's, but what other formats begin with."""
    sparse = b"\x09\x00\x06\x00\x00\x00\x10" + bytes(60)
    assert sniff(BytesSource(sparse)).media_type == "application/octet-stream"
    packed = lzma.compress(b"text " * 99, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 4096}])
    assert sniff(BytesSource(packed)).media_type == "application/x-lzma"


def test_not_a_number_in_a_triangle_is_no_model() -> None:
    """A file of the right size whose first triangle is not finite is not STL."""
    data = bytearray(_stl())
    data[84:88] = struct.pack("<f", math.nan)
    assert sniff(BytesSource(bytes(data))).media_type != "model/stl"
