"""Protocol Buffers' wire format, read by field number without a schema."""

from __future__ import annotations

from collections.abc import Iterator

from firstbytes.errors import Corrupt

_LIMIT = 1_000_000


def fields(data: bytes, limit: int = _LIMIT) -> Iterator[tuple[int, int | bytes]]:
    """Yield (field number, value): an int for varints, bytes for what has a length or a fixed width.

    Raises:
        Corrupt: the message ends early or uses groups.
    """
    at = 0
    for _ in range(limit):
        if at >= len(data):
            return
        key, at = varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = varint(data, at)
            yield key >> 3, value
            continue
        size = 8 if wire == 1 else 4
        if wire == 2:
            size, at = varint(data, at)
        elif wire not in {1, 5}:
            msg = f"protobuf wire type {wire}"
            raise Corrupt(msg)
        if at + size > len(data):
            msg = "protobuf message ends early"
            raise Corrupt(msg)
        yield key >> 3, data[at : at + size]
        at += size


def packed(value: int | bytes) -> list[int]:
    """Return the varints of a repeated field, packed or a single one."""
    if isinstance(value, int):
        return [value]
    found = []
    at = 0
    while at < len(value):
        number, at = varint(value, at)
        found.append(number)
    return found


def varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a varint and where the next value is."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            break
        octet = data[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, at
    msg = f"protobuf integer at {at} does not end"
    raise Corrupt(msg)
