"""RAR archives of both families are listed by their headers."""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.archive.rar import extract
from firstbytes.source import Metered

_OLD, _NEW = b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0"
_DOS = 0x58A15000


def _read(data: bytes) -> dict[str, Any]:
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/vnd.rar")))


def _block4(kind: int, flags: int, body: bytes = b"", data: bytes = b"") -> bytes:
    return struct.pack("<HBHH", 0, kind, flags, 7 + len(body)) + body + data


def _file4(
    name: bytes, data: bytes = b"", *, flags: int = 0, size: int | None = None, kind: int = 0x74, mode: int = 0
) -> bytes:
    body = struct.pack(
        "<IIBIIBBHI", len(data), len(data) if size is None else size, 3, 0, _DOS, 29, 0x30, len(name), mode
    )
    return _block4(kind, 0x8000 | flags, body + (bytes(8) if flags & 0x100 else b"") + name, data)


_MAIN4, _END4 = _block4(0x73, 0x08, bytes(6)), _block4(0x7B, 0x4000)


def test_version_four_is_listed() -> None:
    """Files, folders, links, times, solid flag and a stored comment."""
    data = (
        _OLD
        + _MAIN4
        + _file4(b"a.txt", b"hello")
        + _file4(b"dir", flags=0xE0)
        + _file4(b"link", mode=0xA1FF)
        + _file4(b"CMT", b"a comment", kind=0x7A)
        + _END4
    )
    facts = _read(data)
    assert facts["core"] == {
        "entry_count": 3,
        "uncompressed_bytes": 5,
        "encrypted": False,
        "description": "a comment",
        "format_version": "4",
        "compression": "rar",
    }
    assert (facts["folder_count"], facts["link_count"], facts["solid"]) == (1, 1, True)
    assert (facts["operating_system"], facts["compression_methods"]) == ("Unix", ["stored"])
    assert facts["newest_entry_at"] == "2024-05-01T10:00:00"
    assert "outcome" not in facts


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"gr\xc3\xb6\xc3\x9fe", "größe"),
        (b"a\\b", "a/b"),
        (b"ab\0\x04\x24A\x42\x04cd", "A\u0442\u0463d"),
        (b"abcd\0\0\xc0\x02", "abcd"),
        (b"abcd\0\4\xc0\x82\1", "\u0462\u0463\u0464\u0465"),
        (b"plain\0", "plain"),
        (b"x\0\xd8\x40\x01", "\ufffd"),
    ],
)
def test_wide_names_are_decoded(raw: bytes, name: str) -> None:
    """UTF-8 without a zero, else two bits a character say where its bytes come from."""
    facts = _read(_OLD + _MAIN4 + _file4(raw, flags=0x200) + _END4)
    assert facts["names"] == [name]


def test_encryption_large_sizes_and_a_missing_end_block() -> None:
    """An encrypted file, a size above four gigabytes; before version 3 the last file's data end the archive."""
    large = bytearray(_file4(b"big", flags=0x100 | 4))
    struct.pack_into("<I", large, 7 + 29, 1)
    facts = _read(_OLD + _MAIN4 + bytes(large))
    assert facts["core"]["uncompressed_bytes"] == 2**32
    assert facts["core"]["encrypted"] is True
    assert facts["reason"] == "the entries are encrypted"


def test_encrypted_headers_hide_everything() -> None:
    """Of version 4 by a flag, of version 5 by a block of its own."""
    for data in (_OLD + _block4(0x73, 0x80, bytes(6)), _NEW + _block5(4, b"\0\0\x0f")):
        facts = _read(data)
        assert facts["outcome"] == "encrypted"
        assert facts["core"]["encrypted"] is True


def _vint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def _block5(kind: int, body: bytes, data: bytes = b"", extra: bytes = b"") -> bytes:
    flags = (1 if extra else 0) | (2 if data else 0)
    header = _vint(kind) + _vint(flags) + (_vint(len(extra)) if extra else b"") + (_vint(len(data)) if data else b"")
    header += body + extra
    return bytes(4) + _vint(len(header)) + header + data


def _record(kind: int, body: bytes) -> bytes:
    inner = _vint(kind) + body
    return _vint(len(inner)) + inner


def _file5(
    name: bytes, data: bytes = b"", *, flags: int = 0, kind: int = 2, extra: bytes = b"", method: int = 0
) -> bytes:
    body = _vint(flags) + _vint(len(data)) + _vint(0)
    body += (struct.pack("<I", 1714557600) if flags & 2 else b"") + (bytes(4) if flags & 4 else b"")
    body += _vint(method << 7) + _vint(1) + _vint(len(name)) + name
    return _block5(kind, body, data, extra)


_TICKS = struct.pack("<Q", (1714557600 + 11_644_473_600) * 10**7)


def test_version_five_is_listed() -> None:
    """Files, folders, links, both kinds of time, encryption, solid and volume flags, and a comment."""
    data = (
        _NEW
        + _block5(1, _vint(4 | 1 | 8 | 16))
        + _file5(b"a.txt", b"hello", flags=2 | 4, method=3)
        + _file5(b"dir", flags=1, extra=_record(3, _vint(2) + _TICKS))
        + _file5(b"l", extra=_record(5, b"\1\0\1x") + _record(3, _vint(3) + struct.pack("<I", 1714557600)))
        + _file5(b"s", b"zzz", extra=_record(1, bytes(40)))
        + _file5(b"CMT", b"a comment\0", kind=3)
        + _file5(b"RR", b"rr", kind=3)
        + _block5(5, b"\0")
    )
    facts = _read(data)
    assert facts["core"]["entry_count"] == 4
    assert facts["core"]["description"] == "a comment"
    assert facts["core"]["encrypted"] is True
    assert (facts["folder_count"], facts["link_count"], facts["encrypted_entry_count"]) == (1, 1, 1)
    assert facts["oldest_entry_at"] == facts["newest_entry_at"] == "2024-05-01T10:00:00Z"
    assert (facts["solid"], facts["is_volume"], facts["locked"], facts["has_recovery_record"]) == (
        True,
        True,
        True,
        True,
    )
    assert facts["operating_system"] == "Unix"


@pytest.mark.parametrize(
    "extra", [b"\1", b"\x7f\3", _record(3, b"\1"), _record(3, _vint(2) + b"\1"), _record(3, _vint(3) + b"\1")]
)
def test_broken_records_are_left_out(extra: bytes) -> None:
    """Sizes that lead out of the area, times that are cut."""
    facts = _read(_NEW + _block5(1, b"\0") + _file5(b"a", extra=extra) + _block5(5, b"\0"))
    assert "newest_entry_at" not in facts


def test_a_cut_archive_is_partial() -> None:
    """What was listed stays; the counts of the whole are not claimed."""
    for head, last in (
        (_OLD + _MAIN4 + _file4(b"a", b"x" * 50), _file4(b"b")),
        (_NEW + _block5(1, b"\0") + _file5(b"a", b"x" * 50), _file5(b"b")),
    ):
        facts = _read((head + last)[:-2])
        assert facts["reason"] == "the end of the archive is missing"
        assert facts["names"] == ["a"]
        assert "entry_count" not in facts["core"]


def test_a_long_archive_costs_a_few_blocks() -> None:
    """After two dozen blocks the walk ends, and says so."""
    data = _NEW + _block5(1, b"\0") + b"".join(_file5(b"f%d" % n, bytes(150_000)) for n in range(60))
    metered = Metered(BytesSource(data))
    facts = dict(extract(BlockCache(metered), Context(media_type="application/vnd.rar")))
    assert str(facts["reason"]).endswith("entries were looked at")
    assert metered.reads <= 25


@pytest.mark.parametrize("data", [b"", b"Rar!", _OLD, _NEW, _OLD + bytes(20), _NEW + bytes(20)])
def test_what_has_no_header_is_corrupt(data: bytes) -> None:
    """A signature alone is no archive."""
    with pytest.raises(Corrupt):
        _read(data)


def test_changed_archives_end_in_facts_or_corrupt() -> None:
    """Byte flips and cuts raise nothing else."""
    dice = random.Random(3)
    old = _OLD + _MAIN4 + _file4(b"ab\0\x04\x60A\x42\x04c", b"x", flags=0x300) + _file4(b"CMT", b"c", kind=0x7A) + _END4
    new = (
        _NEW + _block5(1, b"\0") + _file5(b"a", b"x", flags=6, extra=_record(3, _vint(2) + _TICKS)) + _block5(5, b"\0")
    )
    for good in (old, new):
        for place in range(600):
            changed = bytearray(good)
            changed[dice.randrange(7, len(good))] = dice.randrange(256)
            for case in (bytes(changed), good[: place % len(good)]):
                try:
                    assert "core" in _read(case)
                except Corrupt:
                    continue
