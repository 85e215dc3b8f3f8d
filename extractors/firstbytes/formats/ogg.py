"""Pages and packets of Ogg (RFC 3533): the first packets of each stream, and the last page of the file."""

from __future__ import annotations

from dataclasses import dataclass, field

from firstbytes.source import ByteSource

MAX_PAGES = 4096
"""Pages walked at the start of a file."""

NO_GRANULE = (1 << 64) - 1
"""Granule position of a page on which no packet ends."""

_TAILS = (64 * 1024, 192 * 1024)


@dataclass(slots=True)
class Stream:
    """One logical stream: its serial number and the packets at its start, the last of which may be cut."""

    serial: int
    packets: list[bytes] = field(default_factory=list)


def streams(source: ByteSource, length: int, packets: int = 3) -> list[Stream]:
    """Return the streams of the first `length` bytes, in order, each with up to `packets` whole or cut packets."""
    data = source.read(0, length)
    found: dict[int, Stream] = {}
    open_packets: dict[int, bytearray] = {}
    at = data.find(b"OggS", 0, 4096)
    for _ in range(MAX_PAGES):
        if data[at : at + 4] != b"OggS" or at + 27 > len(data) or at < 0:
            break
        serial = int.from_bytes(data[at + 14 : at + 18], "little")
        stream = found.setdefault(serial, Stream(serial))
        body = at + 27 + data[at + 26]
        for size in data[at + 27 : body]:
            if len(stream.packets) < packets:
                open_packets.setdefault(serial, bytearray()).extend(data[body : body + size])
                if size < 255:
                    stream.packets.append(bytes(open_packets.pop(serial)))
            body += size
        at = body
        if all(len(s.packets) >= packets for s in found.values()) or len(found) > 64:
            break
    for serial, rest in open_packets.items():
        found[serial].packets.append(bytes(rest))
    return list(found.values())


def last_granules(source: ByteSource, wanted: set[int]) -> dict[int, int]:
    """Return the last granule position of each wanted stream, as far as the file's tail has one."""
    found: dict[int, int] = {}
    for length in _TAILS:
        start = max(0, source.size - length)
        tail = source.read(start, length)
        at = tail.rfind(b"OggS")
        while at >= 0:
            granule, serial = (int.from_bytes(tail[a:b], "little") for a, b in ((at + 6, at + 14), (at + 14, at + 18)))
            if serial in wanted and granule != NO_GRANULE and at + 27 <= len(tail) and tail[at + 4] == 0:
                found.setdefault(serial, granule)
            at = tail.rfind(b"OggS", 0, at) if len(found) < len(wanted) else -1
        if start == 0 or len(found) == len(wanted):
            break
    return found
