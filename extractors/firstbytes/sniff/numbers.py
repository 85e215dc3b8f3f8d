"""Unsigned integers at a place in bytes that may end before it."""

from __future__ import annotations


def le(data: bytes, at: int, size: int) -> int:
    """Return the little-endian integer of `size` bytes at `at`, of what is there of it."""
    return int.from_bytes(data[at : at + size], "little")


def be(data: bytes, at: int, size: int) -> int:
    """Return the big-endian integer of `size` bytes at `at`, of what is there of it."""
    return int.from_bytes(data[at : at + size], "big")


def printable(data: bytes) -> bool:
    """Return whether all bytes are printable ASCII, and there is one."""
    return bool(data) and all(0x20 <= byte < 0x7F for byte in data)
