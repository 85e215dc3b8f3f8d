"""7z archives are listed by the header at their end, plain or packed."""

from __future__ import annotations

import lzma
import random
import struct
from typing import Any

import pytest

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.archive.sevenzip import extract
from firstbytes.builtin.archive.sevenzip_header import AES

_LZMA = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16, "lc": 3, "lp": 0, "pb": 2}]
_LZMA2 = [{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 16}]
_TICKS = (1714557600 + 11_644_473_600) * 10**7


def _read(data: bytes) -> dict[str, Any]:
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/x-7z-compressed")))


def _number(value: int) -> bytes:
    """Return a number in 7z's form: the first byte's leading ones tell how many bytes follow."""
    for extra in range(8):
        if value < 1 << 7 * (extra + 1):
            high = 0xFF00 >> extra & 0xFF
            return bytes([high | value >> 8 * extra]) + (value & (1 << 8 * extra) - 1).to_bytes(extra, "little")
    return b"\xff" + value.to_bytes(8, "little")


def _archive(header: bytes, packed: bytes = b"") -> bytes:
    start = struct.pack("<QQI", len(packed), len(header), 0)
    return b"7z\xbc\xaf\x27\x1c\0\4" + bytes(4) + start + packed + header


def _coder(method: bytes, properties: bytes = b"") -> bytes:
    flags = len(method) | (0x20 if properties else 0)
    return bytes([flags]) + method + (_number(len(properties)) + properties if properties else b"")


def _streams(sizes: list[int], packed: int, coder: bytes, *, checked: bool = False) -> bytes:
    """Return the description of one folder from which files of these sizes come."""
    out = b"\x06" + _number(0) + b"\1" + b"\x09" + _number(packed) + b"\0"
    out += b"\x07\x0b\1\0" + b"\1" + coder + b"\x0c" + _number(sum(sizes))
    out += (b"\x0a\1" + bytes(4) if checked else b"") + b"\0"
    out += b"\x08" + (b"\x0d" + _number(len(sizes)) if len(sizes) != 1 else b"")
    if len(sizes) > 1:
        out += b"\x09" + b"".join(_number(size) for size in sizes[:-1])
    digests = 0 if checked and len(sizes) == 1 else len(sizes)
    return out + (b"\x0a\1" + bytes(4 * digests) if digests else b"") + b"\0\0"


def _property(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _number(len(body)) + body


def _files(names: list[str], *properties: bytes) -> bytes:
    text = _property(0x11, b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name in names))
    return b"\x05" + _number(len(names)) + text + b"".join(properties) + b"\0"


_TIMES = _property(0x14, b"\1\0" + struct.pack("<QQQ", _TICKS, _TICKS, _TICKS))
_FOLDER = _property(0x0E, b"\x20") + _property(0x0F, b"\0")
_HEADER = (
    b"\x01"
    b"\x04"
    + _streams([300, 20], 100, _coder(b"\x21", b"\x18"))
    + _files(["a.txt", "b.html", "c"], _FOLDER, _TIMES, _property(0x19, bytes(3)))
    + b"\0"
)


def test_a_plain_header_lists_files_folders_times_and_methods() -> None:
    """Sizes belong to files with data; an entry without data is a folder unless it says otherwise."""
    facts = _read(_archive(_HEADER, bytes(100)))
    assert facts["core"] == {
        "entry_count": 3,
        "uncompressed_bytes": 320,
        "encrypted": False,
        "format_version": "0.4",
        "compression": "LZMA2",
    }
    assert (facts["file_count"], facts["folder_count"], facts["solid"]) == (2, 1, True)
    assert facts["compressed_bytes"] == 100
    assert facts["newest_entry_at"] == "2024-05-01T10:00:00Z"
    assert facts["largest_entries"] == [{"name": "a.txt", "size_bytes": 300}, {"name": "b.html", "size_bytes": 20}]
    assert facts["compression_methods"] == ["LZMA2"]


@pytest.mark.parametrize("checked", [True, False])
def test_one_file_has_its_checksum_beside_the_folder(*, checked: bool) -> None:
    """Both places of the checksum are passed over."""
    header = b"\1\4" + _streams([5], 9, _coder(b"\0"), checked=checked) + _files(["a"]) + b"\0"
    facts = _read(_archive(header, bytes(9)))
    assert facts["core"]["uncompressed_bytes"] == 5
    assert "compression" not in facts["core"]


def test_an_empty_file_and_an_attribute_tell_files_from_folders() -> None:
    """The empty-file bits and the directory attribute."""
    empty = _property(0x0E, b"\xc0") + _property(0x0F, b"\x80")
    attributes = _property(0x15, b"\0\x40\0" + struct.pack("<I", 0x10))
    facts = _read(_archive(b"\1" + _files(["zero", "dir"], empty, attributes) + b"\0"))
    assert (facts["file_count"], facts["folder_count"]) == (1, 1)
    external = _property(0x14, b"\1\1")
    assert _read(_archive(b"\1" + _files(["a"], external) + b"\0"))["core"]["entry_count"] == 1


@pytest.mark.parametrize(
    ("method", "filters", "properties"),
    [(b"\x03\x01\x01", _LZMA, b"\x5d" + struct.pack("<I", 1 << 16)), (b"\x21", _LZMA2, b"\x08"), (b"\0", None, b"")],
)
def test_a_packed_header_is_unpacked(method: bytes, filters: Any, properties: bytes) -> None:
    """With LZMA, with LZMA2, or only stored."""
    packed = lzma.compress(_HEADER, lzma.FORMAT_RAW, filters=filters) if filters else _HEADER
    outer = b"\x17" + _streams([len(_HEADER)], len(packed), _coder(method, properties))
    assert _read(_archive(outer, packed))["core"]["entry_count"] == 3


def test_encrypted_data_and_encrypted_names() -> None:
    """Data that are encrypted leave the names; a header behind AES leaves nothing."""
    chain = b"\2" + _coder(AES, b"\x13") + _coder(b"\x21", b"\x18") + b"\1\0"
    out = b"\x06\0\1\x09" + _number(9) + b"\0\x07\x0b\1\0" + chain + b"\x0c" + _number(16) + _number(5) + b"\0\0"
    facts = _read(_archive(b"\1\4" + out + _files(["a"]) + b"\0", bytes(9)))
    assert facts["core"]["encrypted"] is True
    assert facts["core"]["compression"] == "LZMA2"
    assert (facts["encrypted_entry_count"], facts["outcome"]) == (1, "encrypted")
    sealed = _read(_archive(b"\x17" + _streams([5], 9, _coder(AES, b"\x13")), bytes(9)))
    assert sealed["outcome"] == "encrypted"
    assert sealed["core"] == {"format_version": "0.4", "encrypted": True}


def test_coders_of_many_streams_are_passed_over() -> None:
    """BCJ2 has four inputs; what is bound inside is no output of the folder."""
    bcj2 = bytes([0x14]) + b"\x03\x03\x01\x1b" + b"\4\1"
    chain = b"\2" + bcj2 + _coder(b"\x21", b"\x18") + b"\0\1" + b"\0\1\2\3"
    out = b"\x06\0\4\x09" + b"\1\1\1\1" + b"\0\x07\x0b\1\0" + chain + b"\x0c" + _number(50) + _number(40) + b"\0\0"
    facts = _read(_archive(b"\1\3" + out + b"\4" + out + _files(["a"]) + b"\0", bytes(4)))
    assert facts["core"]["uncompressed_bytes"] == 50
    assert facts["compression_methods"] == ["BCJ2", "LZMA2"]


def test_archive_properties_are_passed_over() -> None:
    """They are defined and unused."""
    assert _read(_archive(b"\1\2\x20\1\0\0" + _files(["a"]) + b"\0"))["names"] == ["a"]


def test_an_empty_a_cut_and_an_oversized_archive() -> None:
    """No header is no entries; a header behind the end, or of many megabytes, leaves the version."""
    assert _read(_archive(b""))["core"]["entry_count"] == 0
    cut = _read(_archive(_HEADER, bytes(100))[:-1])
    assert (cut["outcome"], cut["core"]) == ("partial", {"format_version": "0.4"})
    assert _read(_archive(bytes(5_000_000)))["outcome"] == "partial"


@pytest.mark.parametrize(
    "header",
    [
        b"\x02",
        b"\x01\x09",
        b"\x01\x04\x02",
        b"\x01\x04\x06\0\xff" + b"\xff" * 8,
        b"\x01\x04\x07\x0b\1\1\0\0",
        b"\x01\x04\x07\x0b\1\0\1\x01\0\x0c\5\0\x08\x0d\x7f\0\0",
        b"\x01\x04\x08\x0b\0\0",
        b"\x01\x05\x7f",
        b"\x17\0",
        b"\x17" + _streams([5], 9, _coder(b"\x03\x04\x01", b"\1")),
        b"\x17" + _streams([5], 9, _coder(b"\x21", b"\x18")),
        b"\x17" + _streams([5], 9, _coder(b"\x03\x01\x01", b"\1")),
        b"\x17" + _streams([1 << 30], 9, _coder(b"\x21", b"\x18")),
    ],
)
def test_a_broken_header_is_corrupt(header: bytes) -> None:
    """Unknown sections, counts without room, foreign methods, and bytes that do not unpack."""
    with pytest.raises(Corrupt):
        _read(_archive(header, b"\xff" * 9))


def test_what_is_no_archive_is_corrupt() -> None:
    """The signature decides."""
    with pytest.raises(Corrupt):
        _read(b"7z")


def test_changed_headers_end_in_facts_or_corrupt() -> None:
    """A thousand byte flips raise nothing else."""
    good, dice = _archive(_HEADER, bytes(100)), random.Random(7)
    for _ in range(1000):
        changed = bytearray(good)
        for _ in range(dice.choice((1, 3))):
            changed[dice.randrange(12, len(changed))] = dice.randrange(256)
        try:
            assert "core" in _read(bytes(changed))
        except Corrupt:
            continue
