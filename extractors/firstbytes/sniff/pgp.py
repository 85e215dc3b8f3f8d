"""OpenPGP messages in binary (RFC 4880, RFC 9580): the first packet's tag, length and version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.numbers import be
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_SESSION, _SIGNATURE, _SYMMETRIC, _ONE_PASS, _SECRET, _PUBLIC, _COMPRESSED = 1, 2, 3, 4, 5, 6, 8
_ALGORITHMS = frozenset({1, 2, 3, 16, 17, 18, 19, 20, 22, 25, 26, 27, 28})
_PARTIAL = -1


def packet(head: Head, source: ByteSource) -> Match | None:
    """Answer for a key, a message or a signature whose first packet is sane."""
    header = _header(head.data)
    if header is None:
        return None
    tag, start, size = header
    if size != _PARTIAL and start + size > head.size:
        return None
    body = head.data[start : start + 16]
    found = _by_tag(tag, body)
    return Match(found, f"OpenPGP packet {tag}") if found and _follows(head, start, size) else None


def _header(data: bytes) -> tuple[int, int, int] | None:
    """Return tag, start of the body and its length (-1: not told), None when it is no packet."""
    first = data[0]
    if not first & 0x80 or len(data) < 8:
        return None
    if not first & 0x40:
        kind = first & 3
        return (
            (first >> 2 & 0x0F, 1, _PARTIAL)
            if kind == 3
            else (first >> 2 & 0x0F, 1 + (1 << kind), be(data, 1, 1 << kind))
        )
    second = data[1]
    if second < 192:
        return first & 0x3F, 2, second
    if second < 224:
        return first & 0x3F, 3, (second - 192 << 8) + data[2] + 192
    return (first & 0x3F, 6, be(data, 2, 4)) if second == 255 else (first & 0x3F, 2, _PARTIAL)


def _follows(head: Head, start: int, size: int) -> bool:
    """Return whether the first packet ends the file or another one begins there."""
    end = start + size
    if size == _PARTIAL or end >= len(head.block):
        return True
    return end == head.size or head.block[end] & 0x80 != 0


def _by_tag(tag: int, body: bytes) -> str | None:
    version = body[0]
    if tag in {_PUBLIC, _SECRET} and version in {2, 3, 4, 5, 6}:
        algorithm = body[7] if version < 4 else body[5]
        return "application/pgp-keys" if algorithm in _ALGORITHMS else None
    if tag == _SESSION and version in {2, 3, 6} and (version == 6 or body[9] in _ALGORITHMS):
        return "application/pgp-encrypted"
    if tag == _SYMMETRIC and version in {4, 5, 6} and 1 <= body[1] <= 13:
        return "application/pgp-encrypted"
    if tag == _SIGNATURE and _is_signature(version, body):
        return "application/pgp-signature"
    if tag == _ONE_PASS and version in {3, 6} and body[2] in range(1, 15) and body[3] in _ALGORITHMS:
        return "application/x-pgp-binary"
    return "application/x-pgp-binary" if tag == _COMPRESSED and version in {1, 2, 3} and body[1:2] else None


def _is_signature(version: int, body: bytes) -> bool:
    if version in {2, 3}:
        return body[1] == 5 and body[15] in _ALGORITHMS
    return version in {4, 5, 6} and body[2] in _ALGORITHMS and body[3] in range(1, 15)


RULES = (packet,)
