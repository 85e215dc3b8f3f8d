"""cpio archives, cabinets, disk images, web archives and torrents tell what they hold."""

from __future__ import annotations

import gzip
import hashlib
import struct
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from damage import endures

from firstbytes import JSON, BlockCache, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.archive import cabinet, cpio, iso, torrent, warc
from firstbytes.source import Metered

_Extract = Callable[[ByteSource, Context], Mapping[str, JSON]]
_STAMP = 1714557600


def _read(extract: _Extract, data: bytes) -> dict[str, Any]:
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/octet-stream")))


def _pad(data: bytes, align: int) -> bytes:
    return data + bytes(-len(data) % align)


def _newc(name: bytes, data: bytes = b"", mode: int = 0o100644, magic: bytes = b"070701") -> bytes:
    fields = (1, mode, 0, 0, 1, _STAMP, len(data), 0, 0, 0, 0, len(name) + 1, 0)
    head = magic + b"".join(b"%08X" % field for field in fields) + name + b"\0"
    return _pad(head, 4) + _pad(data, 4)


def _odc(name: bytes, data: bytes = b"", mode: int = 0o100644) -> bytes:
    head = b"070707%06o%06o%06o%06o%06o%06o%06o%011o%06o%011o" % (
        0,
        1,
        mode,
        0,
        0,
        1,
        0,
        _STAMP,
        len(name) + 1,
        len(data),
    )
    return head + name + b"\0" + data


def _binary(name: bytes, data: bytes = b"", mode: int = 0o100644, order: str = "<") -> bytes:
    words = (0o070707, 0, 1, mode, 0, 0, 1, 0, _STAMP >> 16, _STAMP & 0xFFFF, len(name) + 1, 0, len(data))
    return struct.pack(f"{order}13H", *words) + _pad(name + b"\0", 2) + _pad(data, 2)


def _newcrc(name: bytes, data: bytes = b"", mode: int = 0o100644) -> bytes:
    return _newc(name, data, mode, b"070702")


def _swapped(name: bytes, data: bytes = b"", mode: int = 0o100644) -> bytes:
    return _binary(name, data, mode, ">")


@pytest.mark.parametrize(
    ("make", "variant"), [(_newc, "newc"), (_newcrc, "crc"), (_odc, "odc"), (_binary, "binary"), (_swapped, "binary")]
)
def test_every_variant_of_cpio_is_listed(make: Callable[..., bytes], variant: str) -> None:
    """Files, folders and links up to the trailer."""
    data = make(b"a.txt", b"hello") + make(b"d", b"", 0o040755) + make(b"l", b"a.txt", 0o120777) + make(b"TRAILER!!!")
    facts = _read(cpio.extract, data)
    assert facts["core"] == {"entry_count": 3, "uncompressed_bytes": 5}
    assert (facts["folder_count"], facts["link_count"], facts["variant"]) == (1, 1, variant)
    assert facts["newest_entry_at"] == "2024-05-01T10:00:00Z"


def test_a_cpio_archive_that_does_not_end_is_partial() -> None:
    """Cut in a header, cut in the data, broken, or too long to be walked."""
    data = _newc(b"a", b"x" * 50) + _newc(b"b")
    for case in (data, data[:-3], data[:130], data + b"070701" + b"g" * 104, data + _newc(b"n" * 5000)):
        facts = _read(cpio.extract, case)
        assert facts["reason"] == "the end of the archive is missing"
        assert facts["core"] == {}
    long = b"".join(_newc(b"f", bytes(200_000)) for _ in range(40))
    assert _read(cpio.extract, long)["reason"].endswith("entries were looked at")
    with pytest.raises(Corrupt):
        _read(cpio.extract, b"rubbish")


def _cabinet(flags: int = 0, names: tuple[bytes, ...] = (b"a.txt", b"d\\b.html"), method: int = 1) -> bytes:
    extra = struct.pack("<HBB", 2, 1, 0) + b"zz" if flags & 4 else b""
    extra += b"prev.cab\0disk\0" if flags & 1 else b""
    extra += b"next.cab\0disk\0" if flags & 2 else b""
    reserve = b"r" if flags & 4 else b""
    start = 36 + len(extra) + 8 + len(reserve)
    rows = b"".join(
        struct.pack("<IIHHHH", 10, 0, 0, 0x58A1, 0x5000, 0x80 if name > b"\x7f" else 0x20) + name + b"\0"
        for name in names
    )
    size = start + len(rows) + 4
    head = struct.pack("<4sIIIIIBBHHHHH", b"MSCF", 0, size, 0, start, 0, 3, 1, 1, len(names), flags, 7, 0)
    return head + extra + struct.pack("<IHH", start + len(rows), 1, method) + reserve + rows + b"data"


def test_a_cabinet_is_listed() -> None:
    """Files, sizes, local times, method and set."""
    facts = _read(cabinet.extract, _cabinet())
    assert facts["core"] == {
        "entry_count": 2,
        "uncompressed_bytes": 20,
        "format_version": "1.3",
        "compression": "MSZIP",
    }
    assert facts["names"] == ["a.txt", "d/b.html"]
    assert facts["newest_entry_at"] == "2024-05-01T10:00:00"
    assert (facts["set_id"], facts["block_count"]) == (7, 1)
    assert "continues" not in facts


def test_a_cabinet_of_a_set_names_its_neighbours() -> None:
    """Reserved areas are passed over; names may be UTF-8."""
    facts = _read(cabinet.extract, _cabinet(7, (b"\xc3\xb6.txt",), 15))
    assert facts["neighbours"] == ["prev.cab", "disk", "next.cab", "disk"]
    assert facts["names"] == ["ö.txt"]
    assert (facts["continues"], facts["core"]["compression"]) == (True, "unknown")


def test_a_cut_cabinet_is_partial_and_rubbish_is_corrupt() -> None:
    """In its data, in its files, in a name, in its neighbours."""
    data = _cabinet()
    assert _read(cabinet.extract, data[:-2])["reason"] == "the end of the cabinet is missing"
    assert _read(cabinet.extract, data[:80])["outcome"] == "partial"
    assert _read(cabinet.extract, data[:65])["outcome"] == "partial"
    assert _read(cabinet.extract, data[:40])["outcome"] == "partial"
    assert _read(cabinet.extract, _cabinet(1)[:40])["outcome"] == "partial"
    with pytest.raises(Corrupt):
        _read(cabinet.extract, b"MSCF")


def _both(value: int, width: str = "I") -> bytes:
    return struct.pack(f"<{width}", value) + struct.pack(f">{width}", value)


def _record(
    name: bytes, extent: int, size: int, *, folder: bool = False, susp: bytes = b"", changed: bytes = bytes(7)
) -> bytes:
    body = bytes([0]) + _both(extent) + _both(size) + changed + bytes([2 if folder else 0, 0, 0]) + _both(1, "H")
    body += bytes([len(name)]) + name + (b"" if len(name) % 2 else b"\0") + susp
    return bytes([len(body) + 1]) + _pad(body, 1)


def _volume(kind: int, root: bytes, label: bytes, escape: bytes = b"", blocks: int = 24) -> bytes:
    def text(value: bytes, size: int) -> bytes:
        return value.ljust(size, b"\0\x20"[1:] if kind == 1 else b"\0")

    out = bytes([kind]) + b"CD001\1\0" + text(b"LINUX", 32) + text(label, 32) + bytes(8) + _both(blocks)
    out += escape.ljust(32, b"\0") + _both(1, "H") + _both(1, "H") + _both(2048, "H") + bytes(24)
    out = out.ljust(156, b"\0") + root.ljust(34, b"\0") + text(b"SET", 128) + text(b"Quay", 128) + text(b"_README", 128)
    out += text(b"Maker", 128) + text(b"(c)", 37) + text(b"", 37) + text(b"", 37)
    out += b"2024050110000000\x08" + b"0" * 16 + b"\0" + b"2030010100000000\x7f" + b"x" * 17
    return out.ljust(2048, b"\0")


def _iso(*, joliet: bool = True, rock: bool = True, boot: bool = True, blocks: int = 24) -> bytes:
    sp = b"SP\x07\x01\xbe\xef\0" if rock else b""
    nm = b"NM\x0e\1\0long na" + b"me" + b"NM\x09\1\0.txt" if rock else b""
    dots = _record(b"\0", 22, 2048, folder=True, susp=sp) + _record(b"\1", 22, 2048, folder=True)
    plain = dots + _record(b"A.TXT;1", 23, 5, susp=nm) + _record(b"D", 23, 2048, folder=True)
    inner = _record(b"\0", 23, 2048, folder=True) + _record(b"B.TXT;1", 23, 9, changed=b"\x7c\5\1\x0a\0\0\x08")
    wide = _record(b"\0", 21, 2048, folder=True) + _record("ä.html".encode("utf-16-be"), 23, 7)
    area = [_volume(1, _record(b"\0", 22, 2048, folder=True), b"TIDES", blocks=blocks)]
    if boot:
        area.append((b"\0CD001\1EL TORITO SPECIFICATION").ljust(2048, b"\0"))
    if joliet:
        label = "Tides of 2024".encode("utf-16-be")
        area.append(_volume(2, _record(b"\0", 21, 2048, folder=True), label, b"%/E", blocks))
    area.append((b"\xffCD001\1").ljust(2048, b"\0"))
    area.append((b"\0NSR03\1").ljust(2048, b"\0"))
    image = bytes(16 * 2048) + b"".join(area)
    return image.ljust(21 * 2048, b"\0") + _pad(wide, 2048) + _pad(plain, 2048) + _pad(inner, 2048)


def test_an_image_is_told_by_its_descriptors_and_root_folder() -> None:
    """Labels, publisher, dates in UTC, extensions, boot record, and the root in Joliet's names."""
    facts = _read(iso.extract, _iso())
    assert facts["core"] == {
        "title": "Tides of 2024",
        "publisher": "Quay",
        "authors": ["README"],
        "generator": "Maker",
        "copyright": "(c)",
        "created": "2024-05-01T08:00:00Z",
        "entry_count": 1,
        "uncompressed_bytes": 7,
    }
    assert (facts["volume_id"], facts["volume_set_id"], facts["system_id"]) == ("TIDES", "SET", "LINUX")
    assert (facts["has_joliet"], facts["has_rock_ridge"], facts["has_udf"], facts["bootable"]) == (
        True,
        True,
        True,
        True,
    )
    assert (facts["names"], facts["media_types"]) == (["ä.html"], {"text/html": 1})
    assert facts["largest_entries"] == [{"name": "ä.html", "size_bytes": 7}]
    assert "outcome" not in facts


@pytest.mark.parametrize(("rock", "name"), [(True, "long name.txt"), (False, "A.TXT")])
def test_a_plain_image_has_iso_or_rock_ridge_names(*, rock: bool, name: str) -> None:
    """Rock Ridge's name in pieces, else the short one without its version."""
    facts = _read(iso.extract, _iso(joliet=False, rock=rock, boot=False))
    assert facts["names"] == [name, "D", "D/B.TXT"]
    assert (facts["file_count"], facts["folder_count"], facts["oldest_entry_at"]) == (2, 1, "2024-05-01T08:00:00Z")
    assert facts["has_rock_ridge"] is rock
    assert facts["core"]["title"] == "TIDES"


def test_a_cut_image_is_partial_and_one_without_descriptor_corrupt() -> None:
    """The volume's size, the root folder, the descriptor."""
    assert _read(iso.extract, _iso(blocks=500))["reason"] == "the end of the image is missing"
    assert _read(iso.extract, _iso(blocks=1)[: 21 * 2048])["reason"] == "the root folder cannot be read"
    with pytest.raises(Corrupt):
        _read(iso.extract, bytes(40_000))


def test_an_image_of_many_or_long_folders_is_looked_at_in_part() -> None:
    """A folder that is longer than what is read of one leaves the totals out."""
    image = bytearray(_iso(joliet=False, boot=False))
    struct.pack_into("<I", image, 16 * 2048 + 156 + 10, 70_000)
    facts = _read(iso.extract, bytes(image))
    assert (facts["outcome"], facts["reason"]) == ("partial", "the first 4 entries were looked at")
    assert "entry_count" not in facts["core"]


def _warc(kind: bytes, body: bytes, *headers: bytes) -> bytes:
    lines = (b"WARC/1.1", b"WARC-Type: " + kind, b"WARC-Date: 2024-05-01T10:00:00Z", *headers)
    return b"\r\n".join((*lines, b"Content-Length: %d" % len(body))) + b"\r\n\r\n" + body + b"\r\n\r\n"


_INFO = b"software: crawler 1\r\noperator: Ada\r\ndescription: Tides\r\nrobots: obey\r\nno colon\r\n"
_RECORDS = (
    _warc(b"warcinfo", _INFO, b"WARC-Filename: a.warc", b"WARC-Record-ID: <urn:uuid:1>"),
    _warc(b"response", b"HTTP/1.1 200 OK\r\n\r\n", b"WARC-Target-URI: <http://example.org/>"),
    _warc(b"request", b"GET /\r\n"),
)


def test_a_web_archive_is_told_by_its_first_records() -> None:
    """Who crawled, when, with what, and which kinds of record there are; packed or not."""
    plain = _read(warc.extract, b"".join(_RECORDS))
    assert plain["core"] == {
        "format_version": "1.1",
        "entry_count": 3,
        "created": "2024-05-01T10:00:00Z",
        "identifier": "urn:uuid:1",
        "generator": "crawler 1",
        "authors": ["Ada"],
        "description": "Tides",
        "title": "a.warc",
    }
    assert plain["record_types"] == {"warcinfo": 1, "response": 1, "request": 1}
    assert plain["targets"] == ["http://example.org/"]
    packed = _read(warc.packed, b"".join(gzip.compress(record) for record in _RECORDS))
    assert packed["core"] == plain["core"] | {"compression": "gzip"}
    assert packed["record_types"] == plain["record_types"]


def test_a_web_archive_that_is_not_read_to_its_end_is_partial() -> None:
    """Cut, broken in the middle, or too long."""
    data = b"".join(_RECORDS)
    cases = (data[: len(_RECORDS[0]) + 40], data + b"rubbish", data + b"WARC/1.1\r\nContent-Length: x\r\n\r\n")
    for case in cases:
        facts = _read(warc.extract, case)
        assert facts["outcome"] == "partial"
        assert "entry_count" not in facts["core"]
    packed = b"".join(gzip.compress(record) for record in _RECORDS)
    assert _read(warc.packed, packed[:-20])["outcome"] == "partial"
    assert _read(warc.packed, packed + b"rubbish")["outcome"] == "partial"
    metered = Metered(BytesSource(_RECORDS[0] + _warc(b"resource", bytes(150_000)) * 40))
    facts = warc.extract(BlockCache(metered), Context(media_type="application/warc"))
    assert facts["outcome"] == "partial"
    assert metered.reads <= 17


@pytest.mark.parametrize("data", [b"", b"WARC/1.0\r\nunended", b"WARC/1.0\r\n\r\n", gzip.compress(b"no", mtime=0)])
def test_what_starts_with_no_record_is_corrupt(data: bytes) -> None:
    """A version line and a length make a record."""
    for extract in (warc.extract, warc.packed):
        with pytest.raises(Corrupt):
            _read(extract, data)


def _bencode(value: Any) -> bytes:
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, list):
        return b"l" + b"".join(map(_bencode, value)) + b"e"
    return b"d" + b"".join(_bencode(key) + _bencode(item) for key, item in sorted(value.items())) + b"e"


def test_a_torrent_of_many_files_is_told() -> None:
    """Files, pieces, trackers, times, and the hash it is known by."""
    info = {
        b"name": b"tides",
        b"piece length": 16384,
        b"pieces": bytes(40),
        b"private": 1,
        b"files": [{b"path": [b"a", b"b.txt"], b"length": 20}, {b"path": [b"c.csv"], b"length": 5}, {b"path": 1}, 7],
    }
    root = {
        b"announce": b"http://t.example/a",
        b"announce-list": [[b"http://t.example/a", b"udp://u.example"], 5],
        b"comment": b"Say",
        b"created by": b"maker",
        b"creation date": _STAMP,
        b"info": info,
        b"url-list": b"http://w.example/",
    }
    facts = _read(torrent.extract, _bencode(root))
    digest = hashlib.sha1(_bencode(info)).hexdigest()
    assert facts["core"] == {
        "entry_count": 2,
        "uncompressed_bytes": 25,
        "title": "tides",
        "description": "Say",
        "generator": "maker",
        "created": "2024-05-01T10:00:00Z",
        "identifier": f"urn:btih:{digest}",
    }
    assert facts["names"] == ["a/b.txt", "c.csv"]
    assert facts["trackers"] == ["http://t.example/a", "udp://u.example"]
    assert (facts["piece_count"], facts["piece_bytes"], facts["private"]) == (2, 16384, True)
    assert facts["web_seeds"] == ["http://w.example/"]


@pytest.mark.parametrize(
    ("info", "names"),
    [
        ({b"name": b"one.iso", b"length": 9}, ["one.iso"]),
        ({b"file tree": {b"d": {b"e": {b"": {b"length": 3}}}, b"f": {b"": {b"length": 1}}, b"x": 5}}, ["d/e", "f"]),
        ({}, None),
    ],
)
def test_a_torrent_has_one_file_or_a_tree(info: dict[bytes, Any], names: list[str] | None) -> None:
    """The single-file form, and version 2."""
    assert _read(torrent.extract, _bencode({b"info": info})).get("names") == names


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"d",
        b"i5e",
        b"d4:infoi5ee",
        b"d4:info",
        b"l" * 1000,
        b"d9999999999:x",
        b"d1:ai-e1:be",
        b"d1:a99:xe",
        b"de",
        b"d4:info" + b"l" * 100,
    ],
)
def test_what_is_not_bencoded_is_corrupt(data: bytes) -> None:
    """Ends early, is too deep, or has no info dictionary."""
    with pytest.raises(Corrupt):
        _read(torrent.extract, data)


def test_a_torrent_beyond_any_real_one_is_not_read() -> None:
    """Eight megabytes of piece hashes stand for hundreds of gigabytes."""
    with pytest.raises(Corrupt, match="not read"):
        _read(torrent.extract, bytes(9_000_000))


@pytest.mark.parametrize(
    ("extract", "good"),
    [
        (cpio.extract, _newc(b"a", b"x") + _newc(b"TRAILER!!!")),
        (cabinet.extract, _cabinet(7)),
        (iso.extract, _iso()),
        (warc.extract, b"".join(_RECORDS)),
        (warc.packed, b"".join(gzip.compress(record) for record in _RECORDS)),
        (torrent.extract, _bencode({b"info": {b"name": b"n", b"files": [{b"path": [b"a"], b"length": 1}]}})),
    ],
)
def test_changed_files_end_in_facts_or_corrupt(extract: _Extract, good: bytes) -> None:
    """Byte flips and cuts raise nothing else."""
    start = 16 * 2048 if extract is iso.extract else 0
    assert endures(lambda case: _read(extract, good[:start] + case), good[start:], seed=11, flips=400)
