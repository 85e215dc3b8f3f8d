"""Debian and RPM packages name themselves; ar archives are listed."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from damage import endures

from firstbytes import JSON, BlockCache, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.archive import ar, rpm
from firstbytes.source import Metered

_Extract = Callable[[ByteSource, Context], Mapping[str, JSON]]
_STAMP = 1714557600


def _read(extract: _Extract, data: bytes) -> dict[str, Any]:
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/x-unix-archive")))


def _member(name: bytes, data: bytes, size: int | None = None) -> bytes:
    length = len(data) if size is None else size
    head = b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name, _STAMP, 0, 0, b"100644", length)
    return head + data + b"\n" * (len(data) % 2)


_ARCHIVE = (
    b"!<arch>\n"
    + _member(b"/", struct.pack(">II", 1, 0) + b"f\0")
    + _member(b"//", b"a_very_long_name.o/\n")
    + _member(b"a.o/", b"x" * 5)
    + _member(b"/0", b"yy")
    + _member(b"#1/8", b"bsd.o\0\0\0zzz")
)


def test_a_library_is_listed_with_its_symbol_table() -> None:
    """Short names, GNU's table of long ones, and BSD's names before the data."""
    facts = _read(ar.extract, _ARCHIVE)
    assert facts["core"] == {"entry_count": 3, "uncompressed_bytes": 10}
    assert facts["names"] == ["a.o", "a_very_long_name.o", "bsd.o"]
    assert (facts["has_symbol_table"], facts["symbol_count"]) == (True, 1)
    assert facts["newest_entry_at"] == "2024-05-01T10:00:00Z"


def test_other_symbol_tables_are_no_entries() -> None:
    """BSD's and the 64-bit one."""
    data = b"!<arch>\n" + _member(b"__.SYMDEF", b"x") + _member(b"/SYM64/", bytes(8)) + _member(b"a/", b"x")
    facts = _read(ar.extract, data)
    assert (facts["names"], facts["has_symbol_table"]) == (["a"], True)


def test_a_thin_archive_has_its_members_elsewhere() -> None:
    """Only the tables take room."""
    data = b"!<thin>\n" + _member(b"//", b"dir/a.o/\n") + _member(b"/0", b"", 999) + _member(b"b.o/", b"", 5)
    facts = _read(ar.extract, data)
    assert facts["names"] == ["dir/a.o", "b.o"]
    assert facts["core"]["uncompressed_bytes"] == 1004


def test_a_cut_a_broken_and_a_long_archive_are_partial() -> None:
    """Three ways not to come to the end, each named."""
    assert _read(ar.extract, _ARCHIVE[:-4])["reason"] == "the end of the archive is missing"
    assert _read(ar.extract, _ARCHIVE + b"rubbish" * 20)["reason"] == "a header is broken"
    long = b"!<arch>\n" + b"".join(_member(b"%d" % n, bytes(200_000)) for n in range(40))
    metered = Metered(BytesSource(long))
    facts = ar.extract(BlockCache(metered), Context(media_type="application/x-unix-archive"))
    assert str(facts["reason"]).endswith("entries were looked at")
    assert metered.reads <= 24
    with pytest.raises(Corrupt):
        _read(ar.extract, b"no archive")


_CONTROL = b"""Package: tides
Source: harbour
Version: 1.0-2
Architecture: all
Maintainer: Ada <ada@example.org>
Installed-Size: 12
Depends: python3 (>= 3.9),
 libc6
Section: misc
Priority: optional
Homepage: https://example.org
Description: Tide tables
 Of many ports.
 .
 And of one more.
"""


def _control(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


_FILES = {"./control": _CONTROL, "./md5sums": b"0  a\n1  b\n", "./postinst": b"#!/bin/sh\n"}


def _deb(suffix: bytes, control: bytes, data: bytes | None = b"data") -> bytes:
    out = b"!<arch>\n" + _member(b"debian-binary", b"2.0\n") + _member(b"control.tar" + suffix, control)
    return out + (_member(b"data.tar.xz", data) if data is not None else b"")


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [
        (b"", bytes),
        (b".gz", gzip.compress),
        (b".xz", lzma.compress),
        (b".bz2", bz2.compress),
        (b".lzma", lambda data: lzma.compress(data, lzma.FORMAT_ALONE)),
    ],
)
def test_a_debian_package_is_told_by_its_control_file(suffix: bytes, pack: Callable[[bytes], bytes]) -> None:
    """Name, version, maintainer, description, dependencies, size, files and scripts."""
    facts = _read(ar.deb, _deb(suffix, pack(_control(_FILES))))
    assert facts["core"] == {
        "format_version": "2.0",
        "signed": False,
        "identifier": "tides",
        "title": "tides",
        "version": "1.0-2",
        "description": "Tide tables\nOf many ports.\n\nAnd of one more.",
        "authors": ["Ada <ada@example.org>"],
        "uncompressed_bytes": 12288,
    }
    assert facts["dependencies"] == ["python3 (>= 3.9)", "libc6"]
    assert (facts["architecture"], facts["source_package"]) == ("all", "harbour")
    assert (facts["file_count"], facts["scripts"]) == (2, ["postinst"])
    assert (facts["data_compression"], facts["data_bytes"]) == ("xz", 4)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (_deb(b".zst", b"\x28\xb5\x2f\xfd"), "control.tar.zst is packed in a way that is not read"),
        (_deb(b".gz", b"no gzip"), "control.tar.gz is packed in a way that is not read"),
        (_deb(b".gz", gzip.compress(b"no tar")), "the control file cannot be read"),
        (_deb(b"", _control(_FILES), None), "the end of the package is missing"),
        (_deb(b"", _control(_FILES), b"long")[:-2], "the end of the package is missing"),
    ],
)
def test_a_debian_package_that_is_not_whole_is_partial(data: bytes, reason: str) -> None:
    """What can be said is said, and what is missing is named."""
    facts = _read(ar.deb, data)
    assert (facts["outcome"], facts["reason"]) == ("partial", reason)
    assert facts["core"]["format_version"] == "2.0"


def test_an_archive_without_control_archive_is_no_package() -> None:
    """The control archive is what makes it one."""
    with pytest.raises(Corrupt):
        _read(ar.deb, _ARCHIVE)


def _header(values: Mapping[int, tuple[int, int, bytes]]) -> bytes:
    """Return an RPM header of tag -> (type, count, bytes); numbers are aligned."""
    index, store = b"", b""
    for tag, (kind, count, data) in values.items():
        store += bytes(-len(store) % {3: 2, 4: 4, 5: 8}.get(kind, 1))
        index += struct.pack(">4I", tag, kind, len(store), count)
        store += data
    return b"\x8e\xad\xe8\1\0\0\0\0" + struct.pack(">II", len(values), len(store)) + index + store


def _strings(*texts: bytes) -> tuple[int, int, bytes]:
    return 8, len(texts), b"".join(text + b"\0" for text in texts)


def _text(text: bytes) -> tuple[int, int, bytes]:
    return 6, 1, text + b"\0"


_TAGS: dict[int, tuple[int, int, bytes]] = {
    1000: _text(b"tides"),
    1001: _text(b"1.0"),
    1002: _text(b"2"),
    1003: (4, 1, struct.pack(">I", 1)),
    1004: (9, 2, b"Tide tables\0Tafeln\0"),
    1005: (9, 1, b"Of many ports.\0"),
    1006: (4, 1, struct.pack(">I", _STAMP)),
    1009: (4, 1, struct.pack(">I", 300)),
    1011: _text(b"Quay"),
    1014: _text(b"MIT"),
    1015: _text(b"Ada"),
    1022: _text(b"noarch"),
    1028: (4, 3, struct.pack(">III", 300, 5, 4096)),
    1030: (3, 3, struct.pack(">HHH", 0x81A4, 0xA1FF, 0x41ED)),
    1034: (4, 3, struct.pack(">III", _STAMP, _STAMP, _STAMP)),
    1044: _text(b"tides-1.0-2.src.rpm"),
    1049: _strings(b"libc.so.6", b"libc.so.6", b"rpmlib(X)"),
    1064: _text(b"4.18"),
    1116: (4, 3, struct.pack(">III", 0, 0, 9)),
    1117: _strings(b"t.csv", b"l", b"d"),
    1118: _strings(b"/usr/share/"),
    1124: _text(b"cpio"),
    1125: _text(b"zstd"),
    9999: (7, 3, b"bin"),
}


def _rpm(
    tags: Mapping[int, tuple[int, int, bytes]] = _TAGS, signature: Mapping[int, tuple[int, int, bytes]] | None = None
) -> bytes:
    first = _header(signature if signature is not None else {1002: (7, 3, b"sig")})
    body = b"\xed\xab\xee\xdb\3\0" + bytes(90) + first
    return body + bytes(-len(body) % 8) + _header(tags) + b"payload"


def test_an_rpm_is_told_by_its_header() -> None:
    """Name, version, licence, vendor, build, files, requirements and signature."""
    facts = _read(rpm.extract, _rpm())
    assert facts["core"] == {
        "identifier": "tides",
        "title": "tides",
        "version": "1.0",
        "description": "Tide tables\nOf many ports.",
        "license": "MIT",
        "publisher": "Quay",
        "authors": ["Ada"],
        "created": "2024-05-01T10:00:00Z",
        "generator": "rpm 4.18",
        "entry_count": 3,
        "uncompressed_bytes": 300,
        "compression": "zstd",
        "format_version": "3.0",
        "signed": True,
    }
    assert (facts["release"], facts["epoch"], facts["architecture"]) == ("2", 1, "noarch")
    assert facts["names"] == ["usr/share/t.csv", "usr/share/l", "d"]
    assert (facts["file_count"], facts["link_count"], facts["folder_count"]) == (1, 1, 1)
    assert facts["dependencies"] == ["libc.so.6"]
    assert facts["is_source"] is False
    assert "suspicious" not in facts


def test_a_bare_rpm_says_little_and_a_cut_one_is_partial() -> None:
    """Without tags it is a source package of nothing; sizes tell whether the payload is whole."""
    facts = _read(rpm.extract, _rpm({}))
    assert (facts["is_source"], facts["core"]["compression"]) == (True, "gzip")
    assert _read(rpm.extract, _rpm()[:-7])["outcome"] == "partial"
    short = _rpm(signature={1000: (4, 1, struct.pack(">I", 10**6))})
    assert _read(rpm.extract, short)["reason"] == "the end of the payload is missing"


@pytest.mark.parametrize(
    "tags",
    [
        {1000: (6, 1, b"unended")},
        {1000: (4, 1, b"\0\0\0\1")},
        {1117: (8, 2**32 - 1, b"a\0b\0")},
        {1028: (4, 2**32 - 1, b"")},
        {1009: (6, 1, b"x\0")},
    ],
)
def test_values_of_another_kind_are_left_out(tags: dict[int, tuple[int, int, bytes]]) -> None:
    """Counts beyond the store, strings that do not end, numbers that are texts."""
    assert "title" not in _read(rpm.extract, _rpm(tags))["core"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xed\xab\xee\xdb" + bytes(100),
        _rpm()[:110],
        b"\xed\xab\xee\xdb" + bytes(92) + b"\x8e\xad\xe8\1\0\0\0\0" + b"\xff" * 8,
    ],
)
def test_what_has_no_headers_is_no_rpm(data: bytes) -> None:
    """A lead, a signature and a header make one."""
    with pytest.raises(Corrupt):
        _read(rpm.extract, data)


@pytest.mark.parametrize(
    ("extract", "good"), [(ar.extract, _ARCHIVE), (ar.deb, _deb(b"", _control(_FILES))), (rpm.extract, _rpm())]
)
def test_changed_packages_end_in_facts_or_corrupt(extract: _Extract, good: bytes) -> None:
    """Byte flips and cuts raise nothing else."""
    assert endures(lambda case: _read(extract, case), good, seed=5, flips=400)
