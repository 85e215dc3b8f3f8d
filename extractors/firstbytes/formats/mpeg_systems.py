"""MPEG-2 systems (ISO/IEC 13818-1; DVB: ETSI EN 300 468): packets, tables, PES headers and their clocks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from firstbytes.formats import languages

SYNC = 0x47
CLOCK_HZ = 90_000
WRAP = 1 << 33
"""Time stamps have 33 bits: they start again after 26.5 hours."""

_STREAM_TYPES = {
    0x01: ("video", "mpeg1video"),
    0x02: ("video", "mpeg2video"),
    0x10: ("video", "mpeg4"),
    0x1B: ("video", "h264"),
    0x1F: ("video", "h264"),
    0x20: ("video", "h264"),
    0x24: ("video", "hevc"),
    0x25: ("video", "hevc"),
    0x33: ("video", "vvc"),
    0x42: ("video", "cavs"),
    0xD1: ("video", "dirac"),
    0xEA: ("video", "vc1"),
    0x03: ("audio", "mp3"),
    0x04: ("audio", "mp3"),
    0x0F: ("audio", "aac"),
    0x11: ("audio", "aac_latm"),
    0x1C: ("audio", "aac"),
    0x80: ("audio", "pcm_bluray"),
    0x81: ("audio", "ac3"),
    0x82: ("audio", "dts"),
    0x83: ("audio", "truehd"),
    0x84: ("audio", "eac3"),
    0x85: ("audio", "dts"),
    0x86: ("audio", "dts"),
    0x87: ("audio", "eac3"),
    0xA1: ("audio", "eac3"),
    0xA2: ("audio", "dts"),
    0x15: ("metadata", "id3"),
    0x90: ("subtitle", "hdmv_pgs_subtitle"),
    0x91: ("buttons", "hdmv_igs"),
    0x92: ("subtitle", "hdmv_text_subtitle"),
}
_REGISTERED = {
    b"AC-3": ("audio", "ac3"),
    b"EAC3": ("audio", "eac3"),
    b"DTS1": ("audio", "dts"),
    b"DTS2": ("audio", "dts"),
    b"DTS3": ("audio", "dts"),
    b"HEVC": ("video", "hevc"),
    b"Opus": ("audio", "opus"),
    b"VC-1": ("video", "vc1"),
    b"drac": ("video", "dirac"),
    b"BSSD": ("audio", "s302m"),
    b"AC-4": ("audio", "ac4"),
    b"AV01": ("video", "av1"),
    b"KLVA": ("metadata", "klv"),
    b"ID3 ": ("metadata", "id3"),
    b"VVC ": ("video", "vvc"),
}
_BY_DESCRIPTOR = {
    0x6A: ("audio", "ac3"),
    0x7A: ("audio", "eac3"),
    0x7B: ("audio", "dts"),
    0x59: ("subtitle", "dvb_subtitle"),
    0x56: ("subtitle", "dvb_teletext"),
    0x7C: ("audio", "aac"),
}


@dataclass(slots=True)
class Stream:
    """One elementary stream of a programme."""

    pid: int
    kind: str
    codec: str
    language: str | None = None


@dataclass(slots=True)
class Tables:
    """What the tables at the start of a transport stream say."""

    streams: dict[int, Stream] = field(default_factory=dict)
    programs: dict[int, int] = field(default_factory=dict)
    service: str | None = None
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class Packet:
    """A transport packet's payload, and whether a table or PES packet starts in it."""

    pid: int
    starts: bool
    scrambled: bool
    payload: bytes
    clock: int | None = None


def packets(data: bytes, step: int, offset: int) -> Iterator[Packet]:
    """Yield the packets of a buffer; `step` is 188, 192 or 204 bytes, `offset` where the first sync byte stands."""
    for at in range(offset, len(data) - 187, step):
        head = data[at : at + 4]
        if head[0] != SYNC:
            continue
        body, clock = at + 4, None
        if head[3] & 0x20:
            length = data[at + 4]
            body += 1 + length
            if length >= 7 and data[at + 5] & 0x10:
                clock = int.from_bytes(data[at + 6 : at + 11]) >> 7
        content = data[body : at + 188] if head[3] & 0x10 and body < at + 188 else b""
        yield Packet((head[1] & 31) << 8 | head[2], bool(head[1] & 0x40), bool(head[3] & 0xC0), content, clock)


def section(payload: bytes) -> bytes:
    """Return the table section that starts in a payload, without its head and check sum; as far as it is there."""
    if not payload or payload[0] + 1 >= len(payload):
        return b""
    body = payload[1 + payload[0] :]
    length = int.from_bytes(body[1:3]) & 0xFFF
    return body[8 : 3 + length - 4] if length > 9 else b""


def associations(data: bytes) -> dict[int, int]:
    """Return the programme number by the PID of its map (2.4.4.3)."""
    pairs = (data[at : at + 4] for at in range(0, len(data) - 3, 4))
    return {int.from_bytes(p[2:]) & 0x1FFF: int.from_bytes(p[:2]) for p in pairs if p[:2] != b"\0\0"}


def program_map(data: bytes, tables: Tables) -> None:
    """Add the streams of a programme map section (2.4.4.8), at most 64."""
    at = 4 + (int.from_bytes(data[2:4]) & 0xFFF)
    while at + 5 <= len(data) and len(tables.streams) < 64:
        kind, codec = _STREAM_TYPES.get(data[at], ("data", f"stream_type_{data[at]:#04x}"))
        pid, length = int.from_bytes(data[at + 1 : at + 3]) & 0x1FFF, int.from_bytes(data[at + 3 : at + 5]) & 0xFFF
        stream = Stream(pid, kind, codec)
        _descriptors(data[at + 5 : at + 5 + length], stream)
        tables.streams.setdefault(pid, stream)
        at += 5 + length


def _descriptors(data: bytes, stream: Stream) -> None:
    at = 0
    while at + 2 <= len(data):
        tag, body = data[at], data[at + 2 : at + 2 + data[at + 1]]
        if tag == 0x0A and len(body) >= 3:
            stream.language = languages.tag(body[:3].decode("latin-1"))
        elif tag == 0x05 and stream.kind == "data" and body[:4] in _REGISTERED:
            stream.kind, stream.codec = _REGISTERED[body[:4]]
        elif tag in _BY_DESCRIPTOR and stream.kind == "data":
            stream.kind, stream.codec = _BY_DESCRIPTOR[tag]
        if tag in {0x59, 0x56} and len(body) >= 3:
            stream.language = stream.language or languages.tag(body[:3].decode("latin-1"))
        at += 2 + len(body) if body else 2


def service_description(data: bytes, tables: Tables) -> None:
    """Take the first service's provider and name (EN 300 468, 5.2.3 and 6.2.33)."""
    at = data.find(b"\x48", 8, 64)
    if at < 0 or tables.service:
        return
    body = data[at + 3 : at + 2 + data[at + 1]] if at + 1 < len(data) else b""
    if len(body) < 2 or body[0] + 2 > len(body):
        return
    tables.provider = _dvb_text(body[1 : 1 + body[0]])
    rest = body[1 + body[0] :]
    tables.service = _dvb_text(rest[1 : 1 + rest[0]])


def _dvb_text(data: bytes) -> str:
    """Return a DVB string: its first byte may name the character table (EN 300 468, annex A)."""
    if data[:1] == b"\x15":
        return data[1:].decode("utf-8", "replace")
    if data[:1] == b"\x11":
        return data[1:].decode("utf-16-be", "replace")
    skip = 3 if data[:1] == b"\x10" else 1 if data[:1] and data[0] < 0x20 else 0
    return data[skip:].decode("latin-1")


def time_stamp(pes: bytes) -> int | None:
    """Return the presentation time of a PES packet in 1/90000 s (2.4.3.7); None when it has none."""
    if len(pes) < 14 or pes[:3] != b"\0\0\1" or pes[6] >> 6 != 2 or not pes[7] & 0x80:
        return None
    return clock(pes[9:14])


def clock(data: bytes) -> int | None:
    """Return a 33-bit time in five bytes with marker bits; None when a marker is missing."""
    if len(data) < 5 or not data[0] & 1 or not data[2] & 1 or not data[4] & 1:
        return None
    return (data[0] >> 1 & 7) << 30 | data[1] << 22 | data[2] >> 1 << 15 | data[3] << 7 | data[4] >> 1


def pes_body(pes: bytes) -> bytes:
    """Return what a PES packet carries, after its head."""
    return pes[9 + pes[8] :] if len(pes) > 9 and pes[6] >> 6 == 2 else pes[6:]


def between(first: int, last: int) -> float:
    """Return the seconds from one time stamp to a later one, over a wrap if there was one."""
    return (last - first) % WRAP / CLOCK_HZ
