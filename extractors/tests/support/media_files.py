"""Sound and film made by hand: boxes, elements, chunks, pages and packets, and whole small files of them."""

from __future__ import annotations

import struct
from importlib import import_module
from typing import Any

from firstbytes import BlockCache, ByteSource, BytesSource, Context
from firstbytes.builtin import audio, video
from firstbytes.sniff import sniff
from firstbytes.source import Metered

ENTRIES = {
    media_type: extractor.entry
    for plugin in (audio, video)
    for extractor in plugin.register_extractors()
    for media_type in extractor.accepts
}


def read(data: bytes | ByteSource, media_type: str = "") -> dict[str, Any]:
    """Sniff some bytes and return what the built-in extractor of their type says."""
    source = BlockCache(BytesSource(data) if isinstance(data, bytes) else data)
    found = media_type or sniff(source).media_type
    module, _, function = ENTRIES[found].partition(":")
    return dict(getattr(import_module(module), function)(source, Context(media_type=found)))


def type_of(data: bytes) -> str:
    """Return the media type of some bytes, by their content alone."""
    return sniff(BytesSource(data)).media_type


def box(kind: str, *body: bytes) -> bytes:
    """Return an ISO media box."""
    inside = b"".join(body)
    return struct.pack(">I", 8 + len(inside)) + kind.encode("latin-1") + inside


def full(kind: str, *body: bytes, version: int = 0, flags: int = 0) -> bytes:
    """Return an ISO media box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *body)


def ftyp(major: str = "isom", *compatible: str) -> bytes:
    """Return a file type box."""
    return box("ftyp", major.encode(), bytes(4), *(name.encode() for name in compatible or (major,)))


def hdlr(kind: str) -> bytes:
    """Return a handler box."""
    return full("hdlr", bytes(4), kind.encode(), bytes(13))


MATRICES = {0: (65536, 0, 0, 65536), 90: (0, 65536, -65536, 0), 180: (-65536, 0, 0, -65536), 270: (0, -65536, 65536, 0)}


def trak(  # noqa: PLR0913 - a box with many fields
    kind: str,
    entry: bytes,
    *,
    number: int = 1,
    timescale: int = 1000,
    duration: int = 4000,
    stts: tuple[tuple[int, int], ...] = ((100, 40),),
    turn: int = 0,
    language: int = 0x55C4,
    extra: bytes = b"",
    media: bytes = b"",
    version: int = 0,
) -> bytes:
    """Return a track of one sample entry."""
    a, b, c, d = MATRICES[turn]
    times = bytes(16) if version else bytes(8)
    wide = ">Q" if version else ">I"
    tkhd = full(
        "tkhd",
        times + struct.pack(">II", number, 0) + struct.pack(wide, duration) + bytes(16),
        struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 0x40000000) + bytes(8),
        version=version,
        flags=3,
    )
    mdhd = full(
        "mdhd",
        times + struct.pack(">I", timescale) + struct.pack(wide, duration) + struct.pack(">HH", language, 0),
        version=version,
    )
    rows = b"".join(struct.pack(">II", *row) for row in stts)
    stbl = box("stbl", full("stsd", struct.pack(">I", 1), entry), full("stts", struct.pack(">I", len(stts)), rows))
    return box("trak", tkhd, box("mdia", mdhd, hdlr(kind), media, box("minf", stbl)), extra)


def visual(kind: str, *boxes: bytes, width: int = 320, height: int = 240) -> bytes:
    """Return a visual sample entry."""
    fields = (
        bytes(24) + struct.pack(">HH", width, height) + bytes(14) + b"\4test" + bytes(27) + struct.pack(">Hh", 24, -1)
    )
    return box(kind, fields, *boxes)


def sound(kind: str, *boxes: bytes, channels: int = 2, bits: int = 16, rate: int = 48000, version: int = 0) -> bytes:
    """Return an audio sample entry of version 0 or 1."""
    fields = bytes(6) + b"\0\1" + struct.pack(">H6xHHHHI", version, channels, bits, 0, 0, rate << 16)
    return box(kind, fields, bytes(16) if version == 1 else b"", *boxes)


def mvhd(duration: int = 4000, timescale: int = 1000, created: int = 3786836645, *, version: int = 0) -> bytes:
    """Return a movie header; the default time of creation is 2023-12-31T03:04:05Z."""
    layout = ">QQIQ" if version else ">IIII"
    return full("mvhd", struct.pack(layout, created, created, timescale, duration), bytes(80), version=version)


def mp4(*traks: bytes, header: bytes = b"", extra: bytes = b"", brand: str = "isom", tail: bytes = b"") -> bytes:
    """Return a whole file: ftyp, moov, mdat."""
    return ftyp(brand) + box("moov", header or mvhd(), *traks, extra) + box("mdat", b"data" * 16) + tail


def descriptor(tag: int, *body: bytes) -> bytes:
    """Return an MPEG-4 descriptor."""
    inside = b"".join(body)
    return bytes([tag, 0x80, 0x80, len(inside)]) + inside


def esds(object_type: int = 0x40, config: bytes = b"\x11\x90", average: int = 128000) -> bytes:
    """Return an elementary stream descriptor box."""
    decoder = descriptor(
        4, struct.pack(">BB3xII", object_type, 0x15, 0, average), descriptor(5, config) if config else b""
    )
    return full("esds", descriptor(3, b"\0\1\0", decoder))


def element(number: int, *body: bytes, unknown: bool = False) -> bytes:
    """Return an EBML element with a size of eight bytes, or an unknown one."""
    inside = b"".join(body)
    name = number.to_bytes((number.bit_length() + 7) // 8)
    return name + (b"\x01" + b"\xff" * 7 if unknown else b"\x01" + len(inside).to_bytes(7)) + inside


def uint(number: int, value: int) -> bytes:
    """Return an unsigned integer element."""
    return element(number, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


def real(number: int, value: float) -> bytes:
    """Return a float element."""
    return element(number, struct.pack(">d", value))


def text(number: int, value: str) -> bytes:
    """Return a string element."""
    return element(number, value.encode())


def matroska(*parts: bytes, doc_type: str = "matroska", unknown: bool = False) -> bytes:
    """Return a whole file of a header and a segment."""
    head = element(0x1A45DFA3, text(0x4282, doc_type), uint(0x4287, 4))
    return head + element(0x18538067, *parts, unknown=unknown)


def chunk(kind: str, body: bytes, order: str = "<") -> bytes:
    """Return a RIFF or IFF chunk, padded to an even length."""
    return kind.encode("latin-1") + struct.pack(f"{order}I", len(body)) + body + bytes(len(body) & 1)


def riff(form: str, *chunks: bytes, kind: str = "RIFF", order: str = "<") -> bytes:
    """Return a RIFF, RIFX or FORM file."""
    return chunk(kind, form.encode() + b"".join(chunks), order)


def page(serial: int, *packets: bytes, granule: int = 0, first: bool = False) -> bytes:
    """Return an Ogg page of whole packets."""
    lacing = b"".join(b"\xff" * (len(p) // 255) + bytes([len(p) % 255]) for p in packets)
    head = struct.pack("<4sBBQIIIB", b"OggS", 0, 2 if first else 0, granule, serial, 0, 0, len(lacing))
    return head + lacing + b"".join(packets)


def comments(*pairs: str, vendor: str = "maker") -> bytes:
    """Return a Vorbis comment packet's body."""
    entries = [p.encode() for p in pairs]
    body = struct.pack("<I", len(vendor)) + vendor.encode() + struct.pack("<I", len(entries))
    return body + b"".join(struct.pack("<I", len(e)) + e for e in entries)


def mp3_frame(kbps_index: int = 9, *, mono: bool = False) -> bytes:
    """Return an MPEG-1 layer III frame of 44.1 kHz; index 9 is 128 kbit/s, 417 bytes."""
    kbps = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)[kbps_index]
    head = bytes([0xFF, 0xFB, kbps_index << 4, 0xC0 if mono else 0])
    return head + bytes(144 * kbps * 1000 // 44100 - 4)


def id3(*frames: bytes, version: int = 3, flags: int = 0) -> bytes:
    """Return an ID3v2 tag."""
    body = b"".join(frames)
    size = bytes(len(body) >> shift & 127 for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, flags]) + size + body


def id3_frame(name: str, body: bytes, *, version: int = 3, flags: int = 0) -> bytes:
    """Return an ID3v2 frame."""
    if version == 2:
        return name.encode() + len(body).to_bytes(3) + body
    size = bytes(len(body) >> shift & 127 for shift in (21, 14, 7, 0)) if version == 4 else len(body).to_bytes(4)
    return name.encode() + size + flags.to_bytes(2) + body


def ape_tag(*items: tuple[str, bytes, int]) -> bytes:
    """Return an APEv2 tag of (key, value, flags) without a header."""
    body = b"".join(struct.pack("<II", len(v), flags) + k.encode() + b"\0" + v for k, v, flags in items)
    return body + struct.pack("<8sIIII8x", b"APETAGEX", 2000, len(body) + 32, len(items), 0)


def id3v1(title: str = "Song", track: int = 7, genre: int = 26) -> bytes:
    """Return an ID3v1.1 tag."""
    return struct.pack(
        "<3s30s30s30s4s28sBBB", b"TAG", title.encode(), b"Ida", b"Coast", b"1999", b"note", 0, track, genre
    )


class Holes:
    """A source of some size that is zero but for a few parts: a gigabyte costs nothing."""

    def __init__(self, size: int, *parts: tuple[int, bytes]) -> None:
        self.size = size
        self._parts = parts

    def read(self, start: int, length: int) -> bytes:
        """Return the bytes of a range."""
        length = max(0, min(length, self.size - start))
        out = bytearray(length)
        for at, data in self._parts:
            low, high = max(at, start), min(at + len(data), start + length)
            if low < high:
                out[low - start : high - start] = data[low - at : high - at]
        return bytes(out)


def cost(source: ByteSource) -> tuple[dict[str, Any], int, int]:
    """Return what is said of a source, and the reads and bytes that sniffing and reading it took."""
    metered = Metered(source)
    cached = BlockCache(metered)
    media_type = sniff(cached).media_type
    module, _, function = ENTRIES[media_type].partition(":")
    said = getattr(import_module(module), function)(cached, Context(media_type=media_type))
    return dict(said), metered.reads, metered.bytes_read
