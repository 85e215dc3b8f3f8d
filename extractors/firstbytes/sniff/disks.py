"""Archives, compressed streams and disk images that checksums, fields or far-away marks give away."""

from __future__ import annotations

import lzma
import zlib
from binascii import crc_hqx
from typing import TYPE_CHECKING

from firstbytes.sniff.numbers import be, le, printable
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_SKIPPABLE = range(0x184D2A50, 0x184D2A60)
_FRAMES = {b"\x28\xb5\x2f\xfd": "application/zstd", b"\x04\x22\x4d\x18": "application/x-lz4"}
_ISO_MARKS = frozenset({b"CD001", b"BEA01"})
_MEMORY = 1 << 26
_DICTIONARIES = frozenset({0xFFFFFFFF, *(1 << n for n in range(12, 32)), *(3 << n for n in range(11, 31))})
"""Sizes of dictionary that LZMA's encoders write: 4 KB and more, a power of two or one and a half of it."""


def tar(head: Head, source: ByteSource) -> Match | None:
    """Answer for tar before POSIX: a name, and the header's checksum (unsigned or signed) in octal."""
    block = head.data[:512]
    digits = block[148:156].strip(b"\x00 ")
    if len(block) < 512 or not block[0] or not digits.isdigit():
        return None
    rest = block[:148] + b" " * 8 + block[156:]
    signed = sum(byte - 256 if byte > 127 else byte for byte in rest)
    if int(digits, 8) not in {sum(rest), signed}:
        return None
    return members(head, source) or Match("application/x-tar", "tar checksum")


def members(head: Head, source: ByteSource) -> Match | None:
    """Say what a tar file is by its first members: a Ruby gem, an OVF appliance."""
    data = head.block
    names: list[bytes] = []
    at = 0
    while at + 512 <= len(data) and data[at] and len(names) < 4:
        names.append(data[at : at + 100].partition(b"\x00")[0])
        digits = data[at + 124 : at + 136].strip(b"\x00 ")
        size = int(digits, 8) if digits.isdigit() else head.size
        at += 512 + (size + 511) // 512 * 512
    if b"metadata.gz" in names and {b"data.tar.gz", b"checksums.yaml.gz"} & set(names) | _late(names, source, at):
        return Match("application/x-gem", "member metadata.gz", "container")
    if names and names[0].lower().endswith(b".ovf"):
        return Match("application/x-ova", "first member .ovf", "container")
    return None


def _late(names: list[bytes], source: ByteSource, at: int) -> set[bytes]:
    """Return the next member's name when the known ones end beyond the head."""
    name = source.read(at, 100).partition(b"\x00")[0] if len(names) < 2 else b""
    return {name} & {b"data.tar.gz"}


def cpio(head: Head, source: ByteSource) -> Match | None:
    """Answer for binary cpio of either byte order: magic, and a name that ends where its size says."""
    data = head.data
    number = {b"\xc7\x71": le, b"\x71\xc7": be}.get(data[:2])
    if number is None:
        return None
    size = number(data, 20, 2)
    name = data[26 : 26 + size]
    return Match("application/x-cpio", "binary cpio") if 1 < size < 4096 and name.find(b"\x00") == size - 1 else None


def old_archives(head: Head, source: ByteSource) -> Match | None:
    """Answer for LHA, ARJ and ARC by their first header."""
    data = head.data
    method = data[2:7]
    if (
        method[:1] + method[4:] == b"--"
        and method[1:3] in {b"lh", b"lz", b"pm"}
        and method[3:4] in b"0123456789sdx"
        and data[20:21] <= b"\x03"
    ):
        return Match("application/x-lzh-compressed", f"LHA {method.decode('ascii')}")
    if data[:2] == b"\x60\xea" and 0 < le(data, 2, 2) <= 2600 and data[10:11] == b"\x02":
        return Match("application/x-arj", "ARJ header")
    name, _, _ = data[2:15].partition(b"\x00")
    if data[:1] == b"\x1a" and 0 < data[1] < 0x14 and printable(name) and b"\x00" in data[2:15]:
        return Match("application/x-arc", "ARC header") if le(data, 15, 4) < head.size else None
    return None


def macbinary(head: Head, source: ByteSource) -> Match | None:
    """Answer for MacBinary: the fixed zeros, a name, and the header's CRC (II, III) or the sizes of the forks (I)."""
    data = head.data
    if len(data) < 128 or data[0] or data[74] or data[82] or not 0 < data[1] < 64 or not all(data[2 : 2 + data[1]]):
        return None
    crc = crc_hqx(data[:124], 0)
    forks = sum((be(data, at, 4) + 127) // 128 * 128 for at in (83, 87))
    if (crc and crc == be(data, 124, 2)) or (not any(data[99:128]) and forks and forks + 128 == head.size):
        return Match("application/x-macbinary", "MacBinary header")
    return None


def streams(head: Head, source: ByteSource) -> Match | None:
    """Answer for skippable frames before a compressed one, LZMA alone and zlib, which are tried."""
    data = head.data
    if le(data, 0, 4) in _SKIPPABLE and len(data) >= 8:
        found = _FRAMES.get(source.read(8 + le(data, 4, 4), 4))
        return Match(found, "frame after a skippable one") if found else None
    if len(data) > 14 and 0 < data[0] < 225 and data[13] == 0 and _is_lzma_header(data) and _unpacks_lzma(data):
        return Match("application/x-lzma", "LZMA header")
    if data[0] & 0x8F == 0x08 and be(data, 0, 2) % 31 == 0 and not data[1] & 0x20 and _unpacks_zlib(data):
        return Match("application/zlib", "zlib header")
    return None


def _is_lzma_header(data: bytes) -> bool:
    dictionary, size = le(data, 1, 4), le(data, 5, 8)
    return dictionary in _DICTIONARIES and (size == (1 << 64) - 1 or 0 < size < 1 << 38)


def _unpacks_lzma(data: bytes) -> bool:
    try:
        return bool(lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MEMORY).decompress(data, max_length=64))
    except lzma.LZMAError as error:
        return "Memory usage limit" in str(error)


def _unpacks_zlib(data: bytes) -> bool:
    try:
        return bool(zlib.decompressobj().decompress(data, 64))
    except zlib.error:
        return False


def optical(head: Head, source: ByteSource) -> Match | None:
    """Answer for ISO 9660 and UDF, in sectors of 2048 bytes or raw ones of 2352."""
    if head.block[32769:32774] in _ISO_MARKS or {head.block[37633:37638], head.block[37641:37646]} & _ISO_MARKS:
        return Match("application/vnd.efi.iso", "volume descriptor in sector 16")
    return None


def disks(head: Head, source: ByteSource) -> Match | None:
    """Answer for raw images: partition tables, FAT, NTFS and ext boot or super blocks."""
    data = head.data
    if len(data) < 2048:
        return None
    boot = data[510:512] == b"\x55\xaa"
    jump = data[0] == 0xE9 or (data[0] == 0xEB and data[2] == 0x90)
    fat = boot and jump and le(data, 11, 2) in {512, 1024, 2048, 4096} and data[16] in {1, 2}
    entries = [data[at : at + 16] for at in range(446, 510, 16)]
    partitioned = (
        boot
        and all(entry[0] in {0, 0x80} for entry in entries)
        and any(entry[4] and le(entry, 12, 4) for entry in entries)
    )
    ext = data[1080:1082] == b"\x53\xef" and le(data, 1048, 4) <= 6 and le(data, 1024, 4) > 0
    if fat or partitioned or ext or data[3:11] == b"NTFS    " or data[512:520] == b"EFI PART":
        return Match("application/vnd.efi.img", "boot sector or super block")
    if data[:4] in {b"\x45\x3d\xcd\x28", b"\x28\xcd\x3d\x45"}:
        return Match("application/x-cramfs", "cramfs super block")
    return None


RULES = (tar, cpio, old_archives, macbinary, optical, streams, disks)
