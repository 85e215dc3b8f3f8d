"""LHA and ARJ archives are listed by their chains of headers."""

from __future__ import annotations

import contextlib
import random
import struct
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from firstbytes import JSON, BlockCache, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.archive.lha import arj, lha

_Extract = Callable[[ByteSource, Context], Mapping[str, JSON]]
_DOS, _UNIX = 0x58A15000, 1714557600


def _read(extract: _Extract, data: bytes) -> dict[str, Any]:
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/x-lzh-compressed")))


def _extended(*parts: tuple[int, bytes]) -> bytes:
    """Return the chain of extended headers: the size of each stands before it, a zero at the end."""
    return b"".join(struct.pack("<HB", len(body) + 3, kind) + body for kind, body in parts) + b"\0\0"


def _level0(name: bytes, data: bytes, method: bytes = b"-lh5-") -> bytes:
    body = method + struct.pack("<IIIBBB", len(data), len(data) * 2, _DOS, 32, 0, len(name)) + name + b"\0\0"
    return bytes([len(body), 0]) + body + data


def _level1(name: bytes, data: bytes, *parts: tuple[int, bytes]) -> bytes:
    chain = _extended(*parts)
    packed = len(data) + len(chain) - 2
    body = b"-lh0-" + struct.pack("<IIIBBB", packed, len(data), _DOS, 32, 1, len(name)) + name + b"\0\0U" + chain[:2]
    return bytes([len(body), 0]) + body + chain[2:] + data


def _level2(data: bytes, *parts: tuple[int, bytes], method: bytes = b"-lh7-") -> bytes:
    chain = _extended(*parts)
    body = method + struct.pack("<IIIBBHB", len(data), len(data), _UNIX, 32, 2, 0, ord("M")) + chain
    return struct.pack("<H", len(body) + 2) + body + data


def test_all_levels_of_header_are_listed() -> None:
    """Names with folders, sizes, local and Unix times, methods and the system."""
    data = (
        _level0(b"DIR\\A.TXT", b"xx")
        + _level1(b"b", b"yyy", (1, b"long.html"), (2, b"d\xffe\xff"), (0x54, struct.pack("<I", _UNIX)))
        + _level2(b"z", (1, "テ.csv".encode("cp932")))
        + _level2(b"", (2, b"folder\xff"), method=b"-lhd-")
        + _level2(b"", (1, b"link|target"), method=b"-lhd-")
        + b"\0"
    )
    facts = _read(lha, data)
    assert facts["names"] == ["DIR/A.TXT", "d/e/long.html", "テ.csv", "folder/", "link"]
    assert facts["core"] == {"entry_count": 5, "uncompressed_bytes": 8, "compression": "lh5"}
    assert (facts["folder_count"], facts["link_count"]) == (1, 1)
    assert facts["compression_methods"] == ["lh5", "lh0", "lh7", "lhd"]
    assert facts["operating_system"] == "MS-DOS"
    assert "2024-05-01T10:00:00Z" in {facts["oldest_entry_at"], facts["newest_entry_at"]}


def test_an_archive_may_end_without_a_zero_but_not_in_the_middle() -> None:
    """The end of the file will do; rubbish or a cut will not."""
    data = _level0(b"a", b"xx")
    whole = _read(lha, data)
    assert whole["core"]["entry_count"] == 1
    assert whole["newest_entry_at"] == "2024-05-01T10:00:00"
    for case in (data[:-1], data + b"rubbish" * 9, data + data[:20] + b"\3" + data[21:]):
        assert _read(lha, case)["outcome"] == "partial"
    assert _read(lha, data[:-1])["reason"] == "the end of the archive is missing"


def test_a_long_lha_archive_is_listed_in_part() -> None:
    """A few dozen blocks are walked."""
    facts = _read(lha, b"".join(_level0(b"a%d" % n, bytes(200_000)) for n in range(40)))
    assert facts["reason"].endswith("entries were looked at")


def _arj_header(body: bytes, extended: bytes = b"\0\0") -> bytes:
    return b"\x60\xea" + struct.pack("<H", len(body)) + body + bytes(4) + extended


def _arj_body(name: bytes, comment: bytes, *, packed: int = 0, kind: int = 2, flags: int = 0, host: int = 0) -> bytes:
    stamp = _UNIX if host == 2 else _DOS
    fixed = struct.pack("<8B3IIHHH", 30, 11, 1, host, flags, 1, kind, 0, stamp, packed, packed * 2, 0, 0, 0, 0)
    return fixed + name + b"\0" + comment + b"\0"


_MAIN = _arj_header(_arj_body(b"kit.arj", b"Say"))


@pytest.mark.parametrize(("host", "when"), [(0, "2024-05-01T10:00:00"), (2, "2024-05-01T10:00:00Z")])
def test_an_arj_archive_is_listed(host: int, when: str) -> None:
    """Files, folders, encryption, comment; Unix systems write seconds."""
    data = (
        _MAIN
        + _arj_header(_arj_body(b"d\\a.txt", b"", packed=5, kind=0, host=host), b"\3\0xyz" + bytes(4) + b"\0\0")
        + b"12345"
        + _arj_header(_arj_body(b"d", b"", kind=3, flags=1, host=host))
        + b"\x60\xea\0\0"
    )
    facts = _read(arj, data)
    assert facts["names"] == ["d/a.txt", "d"]
    assert facts["core"] == {
        "entry_count": 2,
        "uncompressed_bytes": 10,
        "encrypted": True,
        "description": "Say",
        "title": "kit.arj",
        "compression": "arj",
        "format_version": "11",
    }
    assert facts["newest_entry_at"] == when
    assert facts["operating_system"] == "MS-DOS"
    assert _read(arj, data[:-4])["outcome"] == "partial"
    assert _read(arj, data[:-60])["outcome"] == "partial"


@pytest.mark.parametrize("data", [b"", b"\x60\xea\0\0", b"\x60\xea\xff\xff" + bytes(40), b"\x60\xea\x28\0" + bytes(9)])
def test_what_has_no_first_header_is_corrupt(data: bytes) -> None:
    """Sizes beyond what a header may have, or beyond the file."""
    for extract in (arj, lha):
        with pytest.raises(Corrupt):
            _read(extract, data)


@pytest.mark.parametrize(
    ("extract", "good"),
    [
        (lha, _level1(b"b", b"y", (1, b"l"), (2, b"d\xff")) + _level2(b"z", (1, b"n")) + _level0(b"a", b"x") + b"\0"),
        (arj, _MAIN + _arj_header(_arj_body(b"a", b"", packed=1, kind=0)) + b"x\x60\xea\0\0"),
    ],
)
def test_changed_archives_end_in_facts_or_corrupt(extract: _Extract, good: bytes) -> None:
    """Byte flips and cuts raise nothing else."""
    dice = random.Random(2)
    cases = [good[:length] for length in range(len(good))]
    for _ in range(800):
        changed = bytearray(good)
        changed[dice.randrange(len(good))] = dice.randrange(256)
        cases.append(bytes(changed))
    for case in cases:
        with contextlib.suppress(Corrupt):
            assert "core" in _read(extract, case)
