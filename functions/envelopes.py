"""How an envelope is kept: compressed in its version's item, or in S3 with a digest where it is large. Pure."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

MAX_JSON = 100_000
"""Bytes of JSON that are kept in an item."""

MAX_COMPRESSED = 64_000
"""Bytes that they may have compressed: an item of 400 KB holds more, but each KB is a write unit."""

_MOST = 16 * 1024 * 1024
"""Bytes that a stored envelope may unpack to: no envelope is that large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Either `envelope` for the item, or `key` and `sha256` (hex) of the artifact that must be written first."""

    envelope: bytes = b""
    key: str = ""
    sha256: str = ""


def pack(json: bytes, key: str) -> Packed:
    """Return how an envelope's JSON is kept; `key` is where, if it is too large for its item."""
    if len(json) <= MAX_JSON and len(compressed := zlib.compress(json)) <= MAX_COMPRESSED:
        return Packed(envelope=compressed)
    return Packed(key=key, sha256=digest(json).hex())


def unpack(envelope: bytes) -> bytes:
    """Return the JSON of an envelope that an item holds.

    Raises:
        ValueError: it is not one.
    """
    reader = zlib.decompressobj()
    try:
        json = reader.decompress(envelope, _MOST)
    except zlib.error as error:
        raise ValueError(f"expected a zlib-compressed envelope, got bytes where {error}") from error
    if not reader.eof:
        raise ValueError("expected a zlib-compressed envelope, got one that is cut off or too large")
    return json


def digest(json: bytes) -> bytes:
    """Return the SHA-256 of an envelope's JSON."""
    return hashlib.sha256(json).digest()
