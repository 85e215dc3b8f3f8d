"""Compressed streams tell sizes, names and what is inside, of which only the head is unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from firstbytes import JSON, BlockCache, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.archive import frames, streams
from firstbytes.source import Metered

_Extract = Callable[[ByteSource, Context], Mapping[str, JSON]]
_SKIPPED = b"\x50\x2a\x4d\x18\2\0\0\0zz"
_NOISE = random.Random(1).randbytes(1_600_000)


def _read(extract: _Extract, data: bytes, name: str = "") -> dict[str, Any]:
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/gzip", name=name)))


def _tar(count: int = 1, size: int = 5) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for number in range(count):
            info = tarfile.TarInfo(f"f{number}.txt")
            info.size = size
            archive.addfile(info, io.BytesIO(bytes(size)))
    return out.getvalue()


def test_gzip_tells_name_time_system_size_and_contents() -> None:
    """All fields of the header, and the type of what is inside."""
    out = io.BytesIO()
    with gzip.GzipFile("tides.csv", "wb", fileobj=out, mtime=1714557600) as packed:
        packed.write(b"port,height\nA,1\nB,2\n")
    facts = _read(streams.gzip, out.getvalue())
    assert facts["core"] == {
        "compression": "deflate",
        "modified": "2024-05-01T10:00:00Z",
        "uncompressed_bytes": 20,
    }
    assert facts["original_name"] == "tides.csv"
    assert facts["contents_media_type"] == "text/csv"


def test_gzip_has_a_comment_and_an_extra_field() -> None:
    """Optional fields come in their order; BGZF is noticed."""
    body = gzip.compress(b"x", mtime=0)[10:]
    head = b"\x1f\x8b\x08\x1c\0\0\0\0\0\3" + b"\6\0BC\2\0\1\1" + b"n.txt\0" + b"say\0"
    facts = _read(streams.gzip, head + body)
    assert (facts["original_name"], facts["core"]["description"], facts["blocked"]) == ("n.txt", "say", True)
    unended = _read(streams.gzip, b"\x1f\x8b\x08\x00\0\0\0\0\0\3" + body)
    assert "original_name" not in unended


@pytest.mark.parametrize(
    ("pack", "extract", "name"),
    [
        (gzip.compress, streams.gzip, "a.tar.gz"),
        (bz2.compress, streams.bzip2, "a.tbz2"),
        (lzma.compress, frames.xz, "a.tar.xz"),
        (lambda data: lzma.compress(data, lzma.FORMAT_ALONE), frames.lzma_alone, "a.tar.lzma"),
    ],
)
def test_a_compressed_tar_is_listed(pack: Callable[[bytes], bytes], extract: _Extract, name: str) -> None:
    """Whole where it is small; of a large one the first entries, and the outcome says so."""
    facts = _read(extract, pack(_tar()), name)
    assert facts["contents_media_type"] == "application/x-tar"
    assert facts["core"]["entry_count"] == 1
    assert facts["names"] == ["f0.txt"]
    assert "outcome" not in facts
    large = _read(extract, pack(_tar(40, 100_000)), name)
    assert large["outcome"] == "partial"
    assert "entry_count" not in large["core"]
    assert large["reason"] == f"the first {large['file_count']} entries were looked at"


@pytest.mark.parametrize(
    ("pack", "extract"),
    [(gzip.compress, streams.gzip), (bz2.compress, streams.bzip2), (lzma.compress, frames.xz)],
)
def test_members_one_after_the_other_are_one_stream(pack: Callable[[bytes], bytes], extract: _Extract) -> None:
    """Sizes add up over members that are all unpacked."""
    facts = _read(extract, pack(b"a" * 10) + pack(b"b" * 20))
    assert facts["core"]["uncompressed_bytes"] == 30


@pytest.mark.parametrize(
    ("pack", "extract"),
    [
        (gzip.compress, streams.gzip),
        (bz2.compress, streams.bzip2),
        (lzma.compress, frames.xz),
        (lambda data: lzma.compress(data, lzma.FORMAT_ALONE), frames.lzma_alone),
    ],
)
def test_cut_broken_and_foreign_streams(pack: Callable[[bytes], bytes], extract: _Extract) -> None:
    """A cut stream is partial, one broken from the start or of another format is corrupt."""
    data = pack(_NOISE[:50_000])
    cut = _read(extract, data[:30_000])
    assert cut["outcome"] == "partial"
    if extract is not streams.bzip2:
        assert _read(extract, data[:-20] + bytes(range(20)))["outcome"] == "partial"
    for foreign in (b"", b"\xff" * 50, data[:4]):
        with pytest.raises(Corrupt):
            _read(extract, foreign)
    if extract is not frames.xz:
        with pytest.raises(Corrupt):
            _read(extract, data[:13] + b"\xff" * 60)


@pytest.mark.parametrize(
    ("pack", "extract"),
    [(gzip.compress, streams.gzip), (bz2.compress, streams.bzip2), (lzma.compress, frames.xz)],
)
def test_a_large_stream_costs_a_megabyte_at_most(pack: Callable[[bytes], bytes], extract: _Extract) -> None:
    """Noise and bombs alike: what is read and what is unpacked are bounded."""
    for content in (_NOISE, bytes(8_000_000)):
        metered = Metered(BytesSource(pack(content)))
        facts = dict(extract(BlockCache(metered), Context(media_type="application/gzip")))
        assert metered.bytes_read <= 1024 * 1024 + 3 * 65536
        assert "outcome" not in facts


def test_thousands_of_empty_members_are_not_all_unpacked() -> None:
    """A stream of nothing but headers ends the search, and its size is not claimed."""
    facts = _read(streams.gzip, gzip.compress(b"x") + gzip.compress(b"") * 30_000)
    assert facts["contents_media_type"] == "text/plain"
    padded = _read(streams.gzip, gzip.compress(b"x") + bytes(2000))
    assert padded["core"]["uncompressed_bytes"] == 1


def test_the_size_of_a_large_gzip_is_only_known_modulo_four_gib() -> None:
    """Above four megabytes the trailer may have wrapped, so it is no fact about the whole."""
    facts = _read(streams.gzip, gzip.compress(_NOISE * 3, 1))
    assert facts["size_modulo_4_gib_bytes"] == 4_800_000
    assert "uncompressed_bytes" not in facts["core"]


@pytest.mark.parametrize(
    ("name", "inner"),
    [("a.tgz", "a.tar"), ("a.CSV.gz", "a.CSV"), ("a.svgz", "a.svg"), ("a.txt", ""), ("gz", ""), ("", "")],
)
def test_the_contents_name_is_the_files_without_the_suffix(name: str, inner: str) -> None:
    """Tgz and the like stand for two suffixes."""
    assert streams.inner_name(name) == inner


@pytest.mark.parametrize(
    ("check", "name"), [(lzma.CHECK_CRC64, "CRC64"), (lzma.CHECK_SHA256, "SHA-256"), (lzma.CHECK_NONE, "none")]
)
def test_xz_tells_size_blocks_streams_and_check_by_its_index(check: int, name: str) -> None:
    """The size is exact however large the file."""
    data = lzma.compress(_NOISE, check=check)
    facts = _read(frames.xz, data + data)
    assert facts["core"]["uncompressed_bytes"] == 3_200_000
    assert (facts["check"], facts["block_count"], facts["stream_count"]) == (name, 2, 2)


def test_xz_without_its_index_is_partial() -> None:
    """Padding or rubbish at the end hides the index."""
    data = lzma.compress(_NOISE)
    facts = _read(frames.xz, data[:-8] + b"rubbish!")
    assert facts["reason"] == "the index at the end is missing"
    assert "stream_count" not in facts
    lying = data[:-8] + b"\xff\xff\xff\0" + data[-4:-2] + b"YZ"
    assert _read(frames.xz, lying)["outcome"] == "partial"


def test_lzma_may_know_its_size() -> None:
    """Eight bytes of the header, all ones when unknown."""
    data = lzma.compress(b"x" * 100, lzma.FORMAT_ALONE)
    sized = data[:5] + struct.pack("<Q", 100) + data[13:]
    assert _read(frames.lzma_alone, sized)["core"]["uncompressed_bytes"] == 100
    assert _read(frames.lzma_alone, data)["dictionary_bytes"] == 8 * 1024 * 1024
    greedy = data[:1] + b"\0\0\0\xff" + data[5:]
    with pytest.raises(Corrupt):
        _read(frames.lzma_alone, greedy)


def _lzip(data: bytes) -> bytes:
    raw = [{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 20, "lc": 3, "lp": 0, "pb": 2}]
    body = lzma.compress(data, lzma.FORMAT_RAW, filters=raw)
    return b"LZIP\1\x14" + body + struct.pack("<IQQ", 0, len(data), len(body) + 26)


def test_lzip_adds_up_its_members() -> None:
    """Trailers lead from the end to the start; where they do not, the outcome is partial."""
    data = _lzip(b"a" * 100) + _lzip(b"b" * 50)
    facts = _read(frames.lzip, data)
    assert facts == {
        "core": {"compression": "lzip", "uncompressed_bytes": 150},
        "dictionary_bytes": 1 << 20,
        "member_count": 2,
    }
    oldest = b"LZIP\0" + _lzip(b"a" * 100)[5:-8]
    assert _read(frames.lzip, oldest)["core"]["uncompressed_bytes"] == 100
    assert _read(frames.lzip, data[:-1])["outcome"] == "partial"
    assert _read(frames.lzip, b"LZIP\1\x14")["outcome"] == "partial"
    with pytest.raises(Corrupt):
        _read(frames.lzip, b"LZI")


def _zstd(descriptor: int, fields: bytes, *blocks: bytes) -> bytes:
    out = b"\x28\xb5\x2f\xfd" + bytes([descriptor]) + fields
    for number, block in enumerate(blocks, 1):
        out += (len(block) << 3 | (number == len(blocks))).to_bytes(3, "little") + block
    return out


@pytest.mark.parametrize(
    ("data", "core", "own"),
    [
        (_zstd(0x20, b"\5", b"hello"), {"uncompressed_bytes": 5}, {}),
        (_zstd(0x60, struct.pack("<H", 44), b"x" * 300), {"uncompressed_bytes": 300}, {}),
        (_zstd(0x80, b"\x50" + struct.pack("<I", 7), b"x"), {"uncompressed_bytes": 7}, {"window_bytes": 1 << 20}),
        (_zstd(0xC4, b"\x51" + struct.pack("<Q", 7), b"x", b"y"), {"uncompressed_bytes": 7}, {"has_checksum": True}),
        (_zstd(0x01, b"\x50\x07", b"x"), {}, {"dictionary_id": 7}),
        (_zstd(0x00, b"\x50") + b"\x53\0\0z", {}, {"window_bytes": 1 << 20}),
        (
            b"\x50\x2a\x4d\x18\2\0\0\0zz" + _zstd(0x20, b"\1", b"h"),
            {"uncompressed_bytes": 1},
            {"skippable_frame_count": 1},
        ),
    ],
)
def test_a_zstandard_header_tells_size_window_dictionary_and_checksum(
    data: bytes, core: dict[str, Any], own: dict[str, Any]
) -> None:
    """All widths of all fields, behind skippable frames as well."""
    facts = _read(frames.zstd, data)
    assert facts["core"] == {"compression": "zstd", **core}
    assert own.items() <= facts.items()
    assert "outcome" not in facts


def test_a_zstandard_frame_that_is_cut_or_missing() -> None:
    """Blocks that lead behind the end are noticed; without a frame nothing is said."""
    data = _zstd(0x20, b"\5", b"hello")
    assert _read(frames.zstd, data[:-2])["outcome"] == "partial"
    assert _read(frames.zstd, data[:7])["outcome"] == "partial"
    for foreign in (b"", b"\x50\x2a\x4d\x18\2\0\0\0zz", b"\x50\x2a\x4d\x18\0\0\0\0" * 20, data[:5]):
        with pytest.raises(Corrupt):
            _read(frames.zstd, foreign)


def test_a_large_zstandard_frame_is_walked_a_few_blocks_only() -> None:
    """What is farther away is not claimed to be missing."""
    metered = Metered(BytesSource(_zstd(0x00, b"\x50", *[bytes(100_000)] * 30)))
    facts = frames.zstd(BlockCache(metered), Context(media_type="application/zstd"))
    assert "outcome" not in facts
    assert metered.reads <= 5
    many = _zstd(0x00, b"\x50", *[b""] * 10_001)
    assert "outcome" not in _read(frames.zstd, many)


def test_an_lz4_frame_tells_its_settings() -> None:
    """Content size and dictionary are optional; the legacy format tells nothing."""
    plain = b"\x04\x22\x4d\x18\x64\x40\xa7" + struct.pack("<I", 2**31 | 1) + b"x" + bytes(4) + b"sum!"
    assert _read(frames.lz4, plain) == {
        "core": {"compression": "lz4"},
        "block_bytes": 65536,
        "has_independent_blocks": True,
        "has_block_checksum": False,
        "has_checksum": True,
    }
    sized = b"\x04\x22\x4d\x18\x69\x70" + struct.pack("<QI", 99, 7) + b"\0" + bytes(4)
    facts = _read(frames.lz4, sized)
    assert facts["core"]["uncompressed_bytes"] == 99
    assert facts["dictionary_id"] == 7
    assert _read(frames.lz4, plain[:-6])["outcome"] == "partial"
    assert _read(frames.lz4, b"\x02\x21\x4c\x18")["frame"] == "legacy"
    with pytest.raises(Corrupt):
        _read(frames.lz4, b"\x04\x22\x4d\x18\0\0\0\0")
