"""DER and BER (ITU-T X.690), read in place: nothing is copied, no length is trusted.

root = element(data)                 the outermost element, clipped to what is there
for child in root.children(): ...    its elements, at most `limit`
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from firstbytes.errors import Corrupt

BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
SEQUENCE, SET = 0x30, 0x31

_STRINGS = {
    0x0C: "utf-8",
    0x12: "ascii",
    0x13: "ascii",
    0x14: "latin-1",
    0x16: "ascii",
    0x1A: "ascii",
    0x1C: "utf-32-be",
    0x1E: "utf-16-be",
}
_CHILDREN = 4096
_OID_ARCS = 64
_OID_BITS = 128


def context(number: int, *, constructed: bool = True) -> int:
    """Return the identifier octet of the context-specific tag [number], number < 31."""
    return (0xA0 if constructed else 0x80) | number


@dataclass(frozen=True, slots=True)
class Element:
    """One element: identifier octet, where its header and content are in `data`, and whether its end was there.

    `end` never lies beyond the parent's end or the data's; `whole` is False when it was claimed to.
    """

    data: bytes
    tag: int
    offset: int
    start: int
    end: int
    whole: bool

    @property
    def content(self) -> bytes:
        """Content octets, as far as they are there."""
        return self.data[self.start : self.end]

    @property
    def encoded(self) -> bytes:
        """Header and content octets."""
        return self.data[self.offset : self.end]

    def children(self, limit: int = _CHILDREN) -> Iterator[Element]:
        """Yield the elements inside, at most `limit`; stops where the data was cut off.

        Raises:
            Corrupt: an element inside has no legal header.
        """
        at = self.start
        for _ in range(limit):
            if at >= self.end or self.data[at : at + 2] == b"\x00\x00":
                return
            child = element(self.data, at, self.end)
            yield child
            if not child.whole:
                return
            at = child.end + (2 if self.data[child.offset + 1] == 0x80 else 0)

    def child(self, *path: int) -> Element | None:
        """Return the descendant found by taking the nth child at each step, None where there is none."""
        found: Element | None = self
        for index in path:
            if found is None or not found.tag & 0x20:
                return None
            found = next((c for i, c in enumerate(found.children(index + 1)) if i == index), None)
        return found


def element(data: bytes, offset: int = 0, end: int | None = None) -> Element:
    """Return the element whose identifier octet is at `offset`, clipped at `end`.

    Raises:
        Corrupt: there is no header, or one that no format here uses (tag number >= 31, length of more than 8 octets).
    """
    stop = len(data) if end is None else min(end, len(data))
    if offset < 0 or offset + 2 > stop:
        msg = f"ASN.1 element cut off at {offset}"
        raise Corrupt(msg)
    tag, length = data[offset], data[offset + 1]
    start = offset + 2
    if tag & 0x1F == 0x1F or tag == 0:
        msg = f"ASN.1 tag {tag:#04x} at {offset} is not expected"
        raise Corrupt(msg)
    if length == 0x80:
        return _indefinite(data, tag, offset, stop)
    if length > 0x80:
        octets = length & 0x7F
        if octets > 8 or start + octets > stop:
            msg = f"ASN.1 length of {octets} octets at {offset}"
            raise Corrupt(msg)
        length = int.from_bytes(data[start : start + octets], "big")
        start += octets
    return Element(data, tag, offset, start, min(start + length, stop), start + length <= stop)


def _indefinite(data: bytes, tag: int, offset: int, stop: int) -> Element:
    if not tag & 0x20:
        msg = f"ASN.1 primitive of indefinite length at {offset}"
        raise Corrupt(msg)
    depth, at = 1, offset + 2
    while at + 2 <= stop:
        if data[at : at + 2] == b"\x00\x00":
            depth -= 1
            if depth == 0:
                return Element(data, tag, offset, offset + 2, at, whole=True)
            at += 2
        elif data[at + 1] == 0x80:
            depth += 1
            at += 2
        else:
            at = element(data, at, stop).end
    return Element(data, tag, offset, offset + 2, stop, whole=False)


def oid(node: Element | None) -> str:
    """Return an object identifier in dotted form, "" when the element is not one or is malformed."""
    if node is None or node.tag != OID or not node.whole or node.start == node.end:
        return ""
    arcs: list[int] = []
    value = 0
    for octet in node.content[: _OID_ARCS * 4]:
        value = value << 7 | octet & 0x7F
        if value.bit_length() > _OID_BITS:
            return ""
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    if not arcs:
        return ""
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:_OID_ARCS])))


def integer(node: Element | None) -> int | None:
    """Return the value of an INTEGER or ENUMERATED; None for anything else and above 8 KB."""
    if node is None or node.tag not in {INTEGER, ENUMERATED} or not node.whole or node.end - node.start > 8192:
        return None
    return int.from_bytes(node.content, "big", signed=True)


def text(node: Element | None) -> str | None:
    """Return the value of a character string of any kind, None for other elements."""
    if node is None or node.tag not in _STRINGS:
        return None
    return node.content[:8192].decode(_STRINGS[node.tag], "replace")


def octets(node: Element | None, limit: int = 1 << 20) -> bytes:
    """Return the value of an OCTET STRING, joined where BER cut it into pieces, at most `limit` bytes."""
    if node is None:
        return b""
    if node.tag == OCTET_STRING or node.tag & 0xE0 == 0x80:
        return node.content[:limit]
    if node.tag == OCTET_STRING | 0x20 or node.tag & 0xE0 == 0xA0:
        return b"".join(piece.content for piece in node.children() if piece.tag == OCTET_STRING)[:limit]
    return b""


def moment(node: Element | None) -> datetime | None:
    """Return the instant of a UTCTime (1950-2049, X.509) or GeneralizedTime, aware; None when it is neither."""
    if node is None or node.tag not in {UTC_TIME, GENERALIZED_TIME}:
        return None
    written = node.content[:32].decode("ascii", "replace").strip()
    if node.tag == UTC_TIME:
        written = ("19" if written[:2] >= "50" else "20") + written
    digits = written[: len(written) - len(written.lstrip("0123456789"))]
    digits = (digits + "00")[:14] if len(digits) == 12 else digits
    try:
        found = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        zone = written[-5:]
        if zone[0] in "+-":
            shift = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
            found += -shift if zone[0] == "+" else shift
    except (ValueError, IndexError, OverflowError):
        return None
    return found
