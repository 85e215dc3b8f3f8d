"""What a PDF shows without being parsed: header, linearization dictionary, encryption dictionary (ISO 32000-2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firstbytes.builtin.pdf import security

if TYPE_CHECKING:
    from firstbytes import JSON, ByteSource

_BLOCK = 64 * 1024
_HEADER = re.compile(rb"%PDF-(\d\.\d)")
_LINEARIZED = re.compile(rb"<<[^>]{0,200}/Linearized[^>]{0,400}>>")
_STANDARD = re.compile(rb"/Filter\s*/Standard\b")


def version(head: bytes) -> str | None:
    """Return the version in the header, which may stand behind up to 1024 other bytes (annex H.3)."""
    found = _HEADER.search(head[:1032])
    return found[1].decode() if found else None


def linearized(head: bytes, size: int) -> dict[str, int] | None:
    """Return the numbers of the linearization dictionary (annex F), when it still describes the file.

    A file that was appended to is no longer linearized: its length is not /L.
    """
    numbers = _numbers(head)
    return numbers if numbers and numbers.get("L", size) >= size else None


def shortened(head: bytes, size: int) -> bool:
    """Return whether the linearization dictionary tells of a longer file."""
    return _numbers(head).get("L", size) > size


def _numbers(head: bytes) -> dict[str, int]:
    found = _LINEARIZED.search(head[:2048])
    return {key.decode(): int(value) for key, value in re.findall(rb"/([LNO])\s+(\d{1,12})", found[0])} if found else {}


def encryption(source: ByteSource) -> dict[str, JSON] | None:
    """Return what the encryption dictionary says, found in the first or last block without any parsing."""
    tail = source.read(max(0, source.size - _BLOCK), _BLOCK)
    for block in (tail, source.read(0, _BLOCK)):
        if b"/Encrypt" in block and (found := _STANDARD.search(block)):
            around = block[max(0, found.start() - 1024) : found.end() + 1024]
            numbers = {key: int(value) for key, value in re.findall(rb"/(V|R|P|Length)\s*(-?\d{1,10})\b", around)}
            aes = b"/AESV" in around
            return security.describe(
                version=numbers.get(b"V"),
                revision=numbers.get(b"R"),
                length=numbers.get(b"Length"),
                permissions=numbers.get(b"P"),
                aes=aes,
            )
    return {} if b"/Encrypt" in tail else None
