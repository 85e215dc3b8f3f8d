"""tar archives are walked from header to header, as far as a few blocks reach."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Mapping
from typing import Any

import pytest

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.archive import tar
from firstbytes.builtin.archive.tarwalk import Walk, number
from firstbytes.source import Metered


def _read(data: bytes) -> dict[str, Any]:
    return dict(tar.extract(BlockCache(BytesSource(data)), Context(media_type="application/x-tar")))


def _tar(members: Mapping[str, bytes], fmt: int = tarfile.GNU_FORMAT, **more: Any) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=fmt, **more) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name.rstrip("/"))
            info.size, info.mtime, info.uname = len(data), 1714557600, "ada"
            if name.endswith("/"):
                info.type = tarfile.DIRTYPE
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


@pytest.mark.parametrize(
    ("fmt", "dialect"),
    [(tarfile.GNU_FORMAT, "gnu"), (tarfile.USTAR_FORMAT, "ustar"), (tarfile.PAX_FORMAT, "ustar")],
)
def test_every_dialect_is_listed(fmt: int, dialect: str) -> None:
    """Names, sizes, folders, times and owners."""
    facts = _read(_tar({"a/": b"", "a/b.txt": b"x" * 600, "c.csv": b"1"}, fmt))
    assert facts["core"] == {"entry_count": 3, "uncompressed_bytes": 601}
    assert (facts["file_count"], facts["folder_count"], facts["dialect"]) == (2, 1, dialect)
    assert facts["newest_entry_at"] == "2024-05-01T10:00:00Z"
    assert facts["media_types"] == {"text/csv": 1, "text/plain": 1}
    assert facts["owners"] == ["ada"]


@pytest.mark.parametrize("fmt", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_long_names_are_whole(fmt: int) -> None:
    """In GNU's extra member, in a pax record or in the prefix field."""
    name = "d" * 90 + "/" + "f" * 90
    assert _read(_tar({name: b"x"}, fmt))["names"] == [name]


def test_pax_records_override_the_header() -> None:
    """Path and time with fractions come from records; the global comment names the commit."""
    out = io.BytesIO()
    headers = {"comment": "0123456789abcdef"}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT, pax_headers=headers) as archive:
        info = tarfile.TarInfo("größe.txt")
        info.mtime = 1714557600.5  # type: ignore[assignment] - tarfile writes fractions
        archive.addfile(info, io.BytesIO())
        link = tarfile.TarInfo("x" * 120)
        link.type, link.linkname = tarfile.SYMTYPE, "y" * 150
        archive.addfile(link)
    facts = _read(out.getvalue())
    assert facts["names"] == ["größe.txt", "x" * 120]
    assert facts["comment"] == "0123456789abcdef"
    assert (facts["dialect"], facts["link_count"]) == ("pax", 1)


def test_long_link_targets_are_passed_over() -> None:
    """GNU keeps them in a member of their own."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as archive:
        link = tarfile.TarInfo("l")
        link.type, link.linkname = tarfile.LNKTYPE, "y" * 150
        archive.addfile(link)
    assert _read(out.getvalue())["names"] == ["l"]


def test_a_large_archive_is_looked_at_in_part_and_estimated() -> None:
    """A few dozen blocks are read; the number of entries is an estimate that says so."""
    data = _tar({f"f{n}": bytes(200_000) for n in range(100)})
    metered = Metered(BytesSource(data))
    facts = dict(tar.extract(BlockCache(metered), Context(media_type="application/x-tar")))
    assert facts["outcome"] == "partial"
    assert "entry_count" not in facts["core"]  # type: ignore[operator]
    estimate = facts["entry_count_estimate"]
    assert isinstance(estimate, int)
    assert 90 <= estimate <= 110
    assert metered.reads <= 24


def test_a_cut_archive_is_partial_and_rubbish_is_corrupt() -> None:
    """What was read stays; a first header with a wrong sum is none."""
    data = _tar({"a": b"x" * 2000, "b": b"y"})
    assert _read(data[:1500])["reason"] == "the end of the archive is missing"
    broken = bytearray(data)
    broken[2560 : 2560 + 100] = b"z" * 100
    assert _read(bytes(broken))["reason"] == "a header is broken"
    with pytest.raises(Corrupt):
        _read(b"z" * 2000)


def test_an_archive_without_end_blocks_is_whole() -> None:
    """The end of the file has to do; an archive of zeros is empty."""
    data = _tar({"a": b"x"})
    assert _read(data[:1024])["core"]["entry_count"] == 1
    assert _read(bytes(1024))["core"]["entry_count"] == 0


def _header(kind: bytes, size: bytes, *, name: bytes = b"s", more: bytes = b"") -> bytes:
    head = bytearray(512)
    head[: len(name)] = name
    head[124 : 124 + len(size)] = size
    head[156:157] = kind
    head[257:265] = b"ustar  \0"
    head[386 : 386 + len(more)] = more
    head[148:156] = b" " * 8
    head[148:156] = b"%06o\0 " % sum(head)
    return bytes(head)


def test_sparse_files_have_their_real_size_and_maps_are_passed_over() -> None:
    """GNU keeps the size as shown behind the map, and further maps behind the header."""
    more = bytes(96) + b"\1" + b"00000010000\0"
    second = bytearray(512)
    second[504] = 1
    data = _header(b"S", b"00000001000\0", more=more) + bytes(second) + bytes(512) + bytes(512) + bytes(1024)
    facts = _read(data)
    assert facts["largest_entries"] == [{"name": "s", "size_bytes": 0o10000}]
    assert facts["core"]["entry_count"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [(b"0000644\0", 0o644), (b"\x80\0\0\0\0\0\0\1\0\0\0\0", 2**32), (b"rubbish\0", 0), (b"", 0), (b" 17 \0", 0o17)],
)
def test_numbers_are_octal_or_binary(field: bytes, value: int) -> None:
    """Digits with blanks, or base 256 where the first bit is set; anything else is zero."""
    assert number(field) == value


def test_broken_pax_records_end_the_records_only() -> None:
    """A record whose length is wrong is left out, and so are times that are none."""
    body = b"3 a=b\n" + b"99 x"
    data = (
        _header(b"x", b"%011o\0" % len(body)) + body.ljust(512, b"\0") + _header(b"0", b"00000000000\0") + bytes(1024)
    )
    assert _read(data)["names"] == ["s"]
    body = b"12 mtime=xx\n"
    data = (
        _header(b"x", b"%011o\0" % len(body)) + body.ljust(512, b"\0") + _header(b"0", b"00000000000\0") + bytes(1024)
    )
    assert "newest_entry_at" not in _read(data)


def test_a_walk_of_nothing_is_incomplete_only_in_the_middle() -> None:
    """No bytes at all are the end of an archive."""
    walk = Walk(BytesSource(b""))
    assert not list(walk.members())
    assert walk.complete


_SPEC = b"""--- !ruby/object:Gem::Specification
name: tides
version: !ruby/object:Gem::Version
  version: 1.2.0
authors:
- Ada
- Grace
licenses:
- MIT
- "Ruby"
summary: 'Tide tables'
"""


def test_a_gem_is_told_by_its_specification() -> None:
    """Name, version, authors, licences and summary of the gemspec inside."""
    data = _tar({"metadata.gz": gzip.compress(_SPEC), "data.tar.gz": b"x"})
    facts = dict(tar.gem(BlockCache(BytesSource(data)), Context(media_type="application/x-gem")))
    assert facts["core"] == {
        "entry_count": 2,
        "uncompressed_bytes": len(gzip.compress(_SPEC)) + 1,
        "identifier": "tides",
        "title": "tides",
        "version": "1.2.0",
        "description": "Tide tables",
        "authors": ["Ada", "Grace"],
        "license": "MIT OR Ruby",
    }


def test_a_gem_with_a_broken_specification_is_still_listed() -> None:
    """The archive's facts stay; rubbish is corrupt."""
    data = _tar({"metadata.gz": b"no gzip"})
    facts = dict(tar.gem(BlockCache(BytesSource(data)), Context(media_type="application/x-gem")))
    assert facts["core"] == {"entry_count": 1, "uncompressed_bytes": 7}
    with pytest.raises(Corrupt):
        tar.gem(BlockCache(BytesSource(b"z" * 600)), Context(media_type="application/x-gem"))
