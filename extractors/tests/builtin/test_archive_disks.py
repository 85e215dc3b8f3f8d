"""Disk images tell their size as shown to a machine, their kind and who made them."""

from __future__ import annotations

import contextlib
import random
import struct
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from firstbytes import JSON, BlockCache, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.archive import disks

_Extract = Callable[[ByteSource, Context], Mapping[str, JSON]]


def _read(extract: _Extract, data: bytes) -> dict[str, Any]:
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/octet-stream")))


def squashfs(order: str = "<", major: int = 4) -> bytes:
    """Return a superblock."""
    magic = b"hsqs" if order == "<" else b"sqsh"
    head = magic + struct.pack(f"{order}4I6H", 7, 1714557600, 131072, 1, 6, 17, 0xC0, 1, major, 0)
    return (head + struct.pack(f"{order}QQ", 0, 96)).ljust(96, b"\0")


def qcow(version: int = 3, cipher: int = 0, backing: bytes = b"") -> bytes:
    """Return a header; version 1 keeps its cipher elsewhere."""
    head = b"QFI\xfb" + struct.pack(">IQI", version, 72 if backing else 0, len(backing))
    if version == 1:
        return (head + struct.pack(">IQII", 0, 3 << 20, 0, cipher)).ljust(72, b"\0")
    return (head + struct.pack(">IQI", 16, 3 << 20, cipher)).ljust(60, b"\0") + struct.pack(">IQ", 2, 0) + backing


def vhd(kind: int = 3) -> bytes:
    """Return a footer."""
    head = b"conectix" + struct.pack(
        ">IIQI4sI4sQQII", 2, 0x10000, 512, 767872800, b"qemu", 0, b"Wi2k", 5, 6 << 20, 0, kind
    )
    return (head.ljust(68, b"\0") + bytes(range(16))).ljust(512, b"\0")


def vdi() -> bytes:
    """Return a header."""
    head = (
        b"<<< Oracle VM VirtualBox Disk Image >>>\n".ljust(64, b"\0") + b"\x7f\x10\xda\xbe" + struct.pack("<HH", 1, 1)
    )
    head += struct.pack("<III", 400, 2, 0) + b"a note".ljust(256, b"\0")
    return head.ljust(368, b"\0") + struct.pack("<Q", 5 << 20) + bytes(200)


_DESCRIPTOR = b'# Disk DescriptorFile\nCID=abcd1234\ncreateType="monolithicSparse"\nRW 8 SPARSE "a"\nRW 2 FLAT "b"\n'
_DESCRIPTOR += b'ddb.adapterType = "ide"\n'


def vmdk(flags: int = 3) -> bytes:
    """Return a sparse extent with its descriptor."""
    head = b"KDMV" + struct.pack("<IIQQQQ", 1, flags, 6144, 128, 1, 1)
    return head.ljust(512, b"\0") + _DESCRIPTOR.ljust(512, b"\0")


def dmg() -> bytes:
    """Return data and a trailer."""
    trailer = b"koly" + struct.pack(">IIIQQQ", 4, 512, 1, 0, 0, 100)
    return (
        bytes(100)
        + trailer.ljust(60, b"\0")
        + struct.pack(">I", 1).ljust(432, b"\0")
        + struct.pack(">Q", 8).ljust(20, b"\0")
    )


def test_a_squashfs_image_tells_inodes_time_and_compression() -> None:
    """In either byte order; versions before 4 only tell that; an image that is longer is cut."""
    for order in "<>":
        facts = _read(disks.squashfs, squashfs(order))
        assert facts["core"] == {
            "format_version": "4.0",
            "created": "2024-05-01T10:00:00Z",
            "entry_count": 7,
            "compression": "zstd",
        }
        assert (facts["block_bytes"], facts["exportable"]) == (131072, True)
    assert _read(disks.squashfs, squashfs(major=3)) == {"core": {"format_version": "3.0"}}
    longer = squashfs()[:40] + struct.pack("<Q", 9999) + bytes(48)
    assert _read(disks.squashfs, longer)["outcome"] == "partial"


def test_a_qemu_disk_tells_size_backing_file_and_cipher() -> None:
    """All three versions."""
    facts = _read(disks.qcow, qcow(backing=b"base.img"))
    assert facts["core"] == {"format_version": "3", "encrypted": False}
    assert (facts["virtual_bytes"], facts["backing_file"]) == (3 << 20, "base.img")
    assert (facts["snapshot_count"], facts["cluster_bytes"]) == (2, 65536)
    assert _read(disks.qcow, qcow(2, cipher=2))["cipher"] == "LUKS"
    assert _read(disks.qcow, qcow(1, cipher=1))["core"] == {"format_version": "1", "encrypted": True}
    with pytest.raises(Corrupt):
        _read(disks.qcow, qcow(9))


def test_a_virtual_hard_disk_tells_by_its_footer() -> None:
    """A dynamic disk that lost it still has the copy at its start."""
    facts = _read(disks.vhd, bytes(1024) + vhd(2))
    assert facts["core"]["created"] == "2024-05-01T10:00:00Z"
    assert (facts["core"]["generator"], facts["core"]["format_version"]) == ("qemu", "1.0")
    assert (facts["virtual_bytes"], facts["kind"]) == (6 << 20, "fixed")
    assert _read(disks.vhd, vhd() + bytes(1024))["outcome"] == "partial"
    with pytest.raises(Corrupt):
        _read(disks.vhd, bytes(2000))


def test_a_second_version_disk_names_its_creator() -> None:
    """The rest is in structures that need not be read."""
    data = b"vhdxfile" + "Maker 1".encode("utf-16-le").ljust(512, b"\0")
    assert _read(disks.vhdx, data)["core"] == {"generator": "Maker 1", "format_version": "2"}


def test_a_virtualbox_disk_tells_size_kind_and_comment() -> None:
    """All of it is in the header."""
    facts = _read(disks.vdi, vdi())
    assert facts["core"] == {
        "format_version": "1.1",
        "description": "a note",
        "generator": "Oracle VM VirtualBox Disk Image",
    }
    assert (facts["virtual_bytes"], facts["kind"]) == (5 << 20, "fixed")


def test_a_vmware_disk_tells_by_header_or_descriptor() -> None:
    """A sparse extent has both; a descriptor alone names its extents."""
    facts = _read(disks.vmdk, vmdk(1 << 16))
    assert facts["core"] == {"format_version": "1", "compression": "deflate", "identifier": "abcd1234"}
    assert (facts["virtual_bytes"], facts["kind"], facts["adapter"]) == (6144 * 512, "monolithicSparse", "ide")
    alone = _read(disks.vmdk, _DESCRIPTOR)
    assert (alone["virtual_bytes"], alone["extent_count"]) == (10 * 512, 2)
    bare = b"KDMV" + struct.pack("<IIQQQQ", 1, 3, 8, 128, 0, 0) + bytes(64)
    assert _read(disks.vmdk, bare)["virtual_bytes"] == 4096


def test_an_apple_disk_image_tells_by_its_trailer() -> None:
    """An encrypted one says only that."""
    facts = _read(disks.apple, dmg())
    assert facts["core"] == {"format_version": "4", "uncompressed_bytes": 4096}
    assert (facts["compressed_bytes"], facts["segment_count"]) == (100, 1)
    assert _read(disks.apple, b"encrcdsa" + bytes(600))["outcome"] == "encrypted"
    with pytest.raises(Corrupt):
        _read(disks.apple, bytes(600))


@pytest.mark.parametrize(
    ("extract", "good"),
    [
        (disks.squashfs, squashfs()),
        (disks.qcow, qcow(backing=b"b")),
        (disks.vhd, vhd()),
        (disks.vhdx, b"vhdxfile" + bytes(512)),
        (disks.vdi, vdi()[:400]),
        (disks.vmdk, vmdk()),
        (disks.apple, dmg()),
    ],
)
def test_changed_and_cut_headers_end_in_facts_or_corrupt(extract: _Extract, good: bytes) -> None:
    """Byte flips and cuts raise nothing else; too little is corrupt."""
    with pytest.raises(Corrupt):
        _read(extract, good[:40])
    dice = random.Random(4)
    for _ in range(400):
        changed = bytearray(good)
        changed[dice.randrange(len(good))] = dice.randrange(256)
        with contextlib.suppress(Corrupt):
            assert "core" in _read(extract, bytes(changed))
