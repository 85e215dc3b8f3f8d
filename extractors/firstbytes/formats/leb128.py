"""Numbers of seven bits an octet, the lowest first, the highest bit set on all but the last (LEB128, "varint").

Protocol Buffers, Thrift and Avro have readers of their own, for which a number that does not end is an error.
"""

from __future__ import annotations


def number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of at most that many octets, and where the next value is; octets that are missing count as 0."""
    value = 0
    for shift in range(0, 7 * most, 7):
        octet = data[at] if at < len(data) else 0
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            break
    return value, at
