"""ZIP archives by ranges."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest

from firstbytes import BytesSource, Corrupt, Decline
from firstbytes.formats.zip import Zip, open_zip
from firstbytes.formats.zip_entries import Member

TIME = (2024, 5, 1, 10, 20, 30)


def pack(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    """Return an archive of these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.comment = comment
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, TIME), data, method)
    return out.getvalue()


class Unseekable(io.RawIOBase):
    """A pipe: zipfile writes data descriptors to it."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        """Return True."""
        return True

    def write(self, data: object) -> int:
        """Take the bytes."""
        self.data += bytes(data)  # type: ignore[call-overload]
        return len(bytes(data))  # type: ignore[call-overload]


def opened(data: bytes) -> Zip:
    """Open an archive in memory."""
    return open_zip(BytesSource(data))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members(method: int) -> None:
    """Entries come in the directory's order with their sizes and local times."""
    archive = opened(pack(("a.txt", b"a" * 1000), ("dir/", b""), ("b", b"bb"), method=method, comment=b"hello"))
    members = list(archive.members())
    assert [m.name for m in members] == list(archive.names()) == ["a.txt", "dir/", "b"]
    assert (members[0].size, members[0].modified, members[1].is_folder) == (1000, "2024-05-01T10:20:30", True)
    assert (archive.entry_count, archive.comment, archive.complete, archive.truncated) == (3, b"hello", True, False)
    assert archive.read("a.txt", 10) == b"a" * 10
    assert archive.read(members[2], 10) == b"bb"
    assert archive.read("none", 10) == b""


def test_loose_names() -> None:
    """A name is found exactly, else in another case, with a leading slash or backslashes."""
    archive = opened(pack(("[content_types].xml", b"1"), ("word\\document.xml", b"2"), ("/x", b"3"), ("X", b"4")))
    assert archive.read("[Content_Types].xml", 9) == b"1"
    assert archive.read("word/document.xml", 9) == b"2"
    assert archive.read("x", 9) == b"3"
    assert archive.read("X", 9) == b"4"
    assert "y" not in archive


def test_around() -> None:
    """A program before an archive and rubbish after it do not hide its members."""
    data = b"#!/bin/sh\nexit\n" * 99 + pack(("a", b"aaa")) + b"rubbish" * 99
    archive = opened(data)
    assert archive.read("a", 9) == b"aaa"
    assert archive.prefix == 15 * 99


def test_offsets_that_are_already_right() -> None:
    """A prefix that the writer counted in shifts nothing, even with a gap before the end record."""
    data = pack(("a", b"aaa"))
    end = data.rindex(b"PK\5\6")
    archive = opened(data[:end] + b"gap" + data[end:])
    assert archive.read("a", 9) == b"aaa"


def test_zip64() -> None:
    """A ZIP64 end record and extra field are read where the short fields overflow."""
    body = b"x" * 10
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 45, 0, 0, 0, 33, zlib.crc32(body), 10, 10, 1, 0) + b"x" + body
    extra = struct.pack("<2H3Q", 1, 24, 10, 10, 0)
    full = 0xFFFFFFFF
    central = struct.pack("<4s6H3I5H2I", b"PK\1\2", 45, 45, 0, 0, 0, 33, 0, full, full, 1, 28, 0, 0, 0, 0, full)
    central += b"x" + extra
    end64 = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(central), len(local))
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(local) + len(central), 1)
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 65535, 65535, full, full, 0)
    archive = opened(local + central + end64 + locator + end)
    assert (archive.zip64, archive.entry_count, archive.read("x", 99)) == (True, 1, body)
    prefixed = opened(b"program" + local + central + end64 + locator + end)
    assert prefixed.read("x", 99) == body
    lost = opened(local + central + b"\0" * 56 + locator + end)
    assert lost.truncated


def test_truncated() -> None:
    """Without a central directory the local headers in the first bytes stand in."""
    data = pack(("a", b"a" * 500), ("b/c", b"c"))
    archive = opened(data[: data.index(b"PK\1\2")])
    assert archive.truncated
    assert not archive.complete
    assert [m.name for m in archive.members()] == list(archive.names()) == ["a", "b/c"]
    assert archive.read("a", 600) == b"a" * 500
    assert archive.read("B/C", 9) == b"c"


def test_truncated_with_descriptors() -> None:
    """A streamed archive that is cut off gives the members before the cut."""
    pipe = Unseekable()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[arg-type]
        archive.writestr("a", b"a" * 500)
        archive.writestr("b", b"b" * 500)
    data = bytes(pipe.data)
    assert list(opened(data).names()) == ["a", "b"]
    assert opened(data).read("b", 600) == b"b" * 500
    cut = opened(data[: data.rindex(b"PK\7\x08")])
    assert cut.truncated
    assert cut.read("a", 600) == b"a" * 500
    assert cut.read("b", 600) == b"b" * 500


def test_not_an_archive() -> None:
    """Neither a directory nor a local header is corrupt."""
    with pytest.raises(Corrupt):
        opened(b"PK\5\6" + b"nothing" * 5)
    with pytest.raises(Corrupt):
        opened(b"")


def test_empty() -> None:
    """An archive without members is one."""
    assert list(opened(pack()).members()) == []


def test_encrypted_and_foreign_methods() -> None:
    """Encrypted members and methods other than deflate are declined, not misread."""
    data = bytearray(pack(("a", b"a")))
    data[data.index(b"PK\1\2") + 8] |= 1
    archive = opened(bytes(data))
    assert next(archive.members()).encrypted
    with pytest.raises(Decline, match="encrypted"):
        archive.read("a", 9)
    with pytest.raises(Decline, match="method 14"):
        opened(pack(("a", b"a"), method=zipfile.ZIP_LZMA)).read("a", 9)


def test_broken_members() -> None:
    """A member without local header, or with data that do not unpack, is corrupt; a good start is given."""
    data = pack(("a", random.Random(1).randbytes(200_000)))
    with pytest.raises(Corrupt, match="local header"):
        opened(b"\0\0" + data[2:]).read("a", 9)
    with pytest.raises(Corrupt, match="deflate"):
        opened(data[:31] + b"\xff" * 99 + data[130:]).read("a", 9)
    half = opened(data[:100_000] + b"\xff" * 50_000 + data[150_000:]).read("a", 10**6)
    assert 0 < len(half) < 200_000


def test_bomb() -> None:
    """A member is unpacked no further than asked."""
    archive = opened(pack(("a", bytes(50_000_000))))
    assert len(archive.read("a", 1000)) == 1000


def test_lying_sizes() -> None:
    """A member that ends early is short, not an error."""
    data = pack(("a", b"abc" * 1000))
    source = BytesSource(data)
    assert open_zip(source)._directory
    lie = Member(name="a", method=8, compressed=10**12)
    assert Zip(source=source, entry_count=1).read(lie, 10**6) == b"abc" * 1000
    noise = random.Random(2).randbytes(5000)
    cut = BytesSource(pack(("a", noise))[:3000])
    assert noise.startswith(Zip(source=cut, entry_count=1).read(lie, 10**6)[:2900])
    assert len(Zip(source=cut, entry_count=1).read(lie, 10**6)) > 2900


def test_many_entries() -> None:
    """No more entries than asked for are looked at, and a capped directory says so."""
    data = pack(*((f"{n:05}", b"") for n in range(3000)), method=0)
    assert len(list(opened(data).members(10))) == 10
    small = open_zip(BytesSource(data), max_directory=5000)
    assert not small.complete
    assert 90 < len(list(small.names())) < 100
    assert small.entry_count == 3000
    assert list(small.last_names())[-1] == "02999"


def test_names_and_times() -> None:
    """Names are UTF-8, code page 437 or from the Unicode path field; the extended timestamp is UTC."""
    stamp = struct.pack("<HHBi", 0x5455, 5, 1, 1714558830)
    assert Member(name="a", extra=stamp).modified == "2024-05-01T10:20:30Z"
    assert Member(name="a").modified is None
    assert list(opened(pack(("é", b""))).names()) == ["é"]
    plain = pack(("ab", b"")).replace(b"ab", b"\x82b")
    assert list(opened(plain).names()) == ["éb"]
    flagged = bytearray(plain)
    flagged[flagged.index(b"PK\1\2") + 9] |= 8
    assert list(opened(bytes(flagged)).names()) == ["\ufffdb"]
    info = zipfile.ZipInfo("x", TIME)
    info.extra = struct.pack("<HHBI", 0x7075, 8, 1, 0) + b"\xc3\xa9y"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(info, b"")
    assert next(opened(out.getvalue()).members()).name == "éy"


def test_mutations() -> None:
    """Byte flips and truncation leave members, Corrupt or Decline, nothing else."""
    data = pack(*((f"file{n}", b"data" * n) for n in range(20)), comment=b"c")
    rng = random.Random(4)
    for turn in range(2000):
        broken = bytearray(data)
        for _ in range(rng.randint(1, 8)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        if turn % 4 == 0:
            del broken[rng.randrange(len(broken)) :]
        with suppress(Corrupt, Decline):
            archive = opened(bytes(broken))
            for member in archive.members():
                assert len(archive.read(member, 100)) <= 100
                assert member.modified is None or member.modified[4] == "-"
            archive.get("file3")


def test_an_archive_inside_one_that_is_cut_off() -> None:
    """The directory of a stored inner archive is not that of the outer one, whose own is cut off."""
    inner = pack(("inner.txt", b"x"))
    outer = pack(("first.txt", b"y"), ("inner.zip", inner), method=zipfile.ZIP_STORED)
    cut = opened(outer[: outer.index(inner) + len(inner)])
    assert cut.truncated
    assert "first.txt" in cut
    assert "inner.txt" not in opened(outer)
    assert "inner.txt" in opened(b"program" + inner)
