"""Elements of EBML (RFC 8794), the container under Matroska and WebM (RFC 9559).

An element of unknown size is given its parent's end; a live recording's Segment and Clusters are like that.
Nothing recurses over a file's own nesting, and a level has at most `MAX_ELEMENTS` elements.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from firstbytes.errors import Corrupt
from firstbytes.source import ByteSource

MAX_ELEMENTS = 4096
"""Elements looked at on one level; what follows is not read."""

MAX_PAYLOAD = 1024 * 1024
"""Bytes read of one element when the caller names no limit."""

HEADER = 0x1A45DFA3
"""ID of the EBML header, the first element of every file."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element: its ID with the marker bits, offsets in bytes. `end` is never beyond the parent."""

    id: int
    start: int
    body: int
    end: int
    cut: bool = False
    unknown: bool = False

    @property
    def size(self) -> int:
        """Length of the payload in bytes, within the parent."""
        return self.end - self.body


def walk(source: ByteSource, start: int, end: int, *, limit: int = MAX_ELEMENTS) -> Iterator[Element]:
    """Yield the elements of one level between two offsets, at most `limit`.

    Raises:
        Corrupt: what stands there is no element.
    """
    at, stop = start, min(end, source.size)
    for _ in range(limit):
        if at >= stop:
            return
        element = element_at(source, at, stop)
        if element is None:
            return
        yield element
        at = element.end


def children(source: ByteSource, element: Element, *, limit: int = MAX_ELEMENTS) -> Iterator[Element]:
    """Yield the elements inside one."""
    return walk(source, element.body, element.end, limit=limit)


def element_at(source: ByteSource, at: int, stop: int) -> Element | None:
    """Return the element that starts at `at`, or None when the file ends inside its head.

    Raises:
        Corrupt: the ID or the size is longer than RFC 8794 allows (4 and 8 bytes).
    """
    head = source.read(at, min(12, stop - at))
    if not head:
        return None
    id_length = 9 - head[0].bit_length()
    if id_length > 4:
        msg = f"no EBML element at {at}"
        raise Corrupt(msg)
    if len(head) <= id_length:
        return None
    size_length = 9 - head[id_length].bit_length()
    if size_length > 8:
        msg = f"EBML element at {at} has no size"
        raise Corrupt(msg)
    body = id_length + size_length
    if len(head) < body:
        return None
    size = int.from_bytes(head[id_length:body]) & ((1 << 7 * size_length) - 1)
    unknown = size == (1 << 7 * size_length) - 1
    end = stop if unknown else min(at + body + size, stop)
    cut = not unknown and at + body + size > stop
    return Element(int.from_bytes(head[:id_length]), at, at + body, end, cut, unknown)


def payload(source: ByteSource, element: Element, limit: int = MAX_PAYLOAD) -> bytes:
    """Return the payload of an element, at most `limit` bytes of it."""
    return source.read(element.body, min(element.size, limit))


def unsigned(data: bytes) -> int:
    """Return an unsigned integer element's value; RFC 8794 gives it at most 8 bytes."""
    return int.from_bytes(data[:8])


def signed(data: bytes) -> int:
    """Return a signed integer element's value."""
    return int.from_bytes(data[:8], signed=True)


def number(data: bytes) -> float:
    """Return a float element's value; 0.0 for a length that no float has."""
    if len(data) == 4:
        return float(struct.unpack(">f", data)[0])
    return float(struct.unpack(">d", data)[0]) if len(data) == 8 else 0.0


def text(data: bytes) -> str:
    """Return a string element's value, which zeros may pad."""
    return data.split(b"\0", 1)[0].decode("utf-8", "replace")
