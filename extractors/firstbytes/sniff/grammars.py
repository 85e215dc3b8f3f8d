"""Whether a head keeps to the grammar of MessagePack or CBOR (RFC 8949): an iterative walk, nothing is built."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.numbers import be

if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbytes.sniff.values import Head

_ITEMS = 4096
_DEPTH = 64
_ENOUGH = 16
"""Items a cut-off head must show: fewer may be chance."""

_FIXED = {0xCA: 4, 0xCB: 8, 0xCC: 1, 0xCD: 2, 0xCE: 4, 0xCF: 8, 0xD0: 1, 0xD1: 2, 0xD2: 4, 0xD3: 8}
_FIXED_EXT = {0xD4: 2, 0xD5: 3, 0xD6: 5, 0xD7: 9, 0xD8: 17}
_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xC7: 1, 0xC8: 2, 0xC9: 4}


def is_msgpack(head: Head) -> bool:
    """Return whether it is one MessagePack map or array to the end of the file, or of the head."""
    first = head.data[0]
    if not (0x81 <= first <= 0x9F or 0xDC <= first <= 0xDF) or first == 0x90:
        return False
    return _walk(head, _msgpack_item)


def is_cbor(head: Head) -> bool:
    """Return whether it is one CBOR map to the end of the file, or of the head."""
    return 0xA1 <= head.data[0] <= 0xBB and _walk(head, _cbor_item)


def _walk(head: Head, item: Callable[[bytes, int], tuple[int, int, bool] | None]) -> bool:
    data, at, items, texts = head.data, 0, 0, 0
    open_counts = [1]
    while open_counts and items < _ITEMS:
        if at >= len(data):
            return not head.whole and items >= _ENOUGH and texts > 1
        found = item(data, at)
        if found is None:
            return False
        at, inside, text = found
        items, texts = items + 1, texts + text
        open_counts[-1] -= 1
        if inside:
            open_counts.append(inside)
        while open_counts and open_counts[-1] == 0:
            open_counts.pop()
        if len(open_counts) > _DEPTH:
            return False
    if open_counts:
        return texts > 1
    return at == head.size and texts > 0 and items > 2


def _msgpack_item(data: bytes, at: int) -> tuple[int, int, bool] | None:
    """Return where the item ends, how many items are inside it, and whether it is text."""
    code = data[at]
    at += 1
    if code < 0x80 or code >= 0xE0 or code in {0xC0, 0xC2, 0xC3}:
        return at, 0, False
    if code < 0xA0:
        return at, (code & 0x0F) * (2 if code < 0x90 else 1), False
    if code < 0xC0:
        return _text(data, at, code & 0x1F)
    if code in _FIXED or code in _FIXED_EXT:
        return at + _FIXED.get(code, _FIXED_EXT.get(code, 0)), 0, False
    if code in _SIZED:
        width = _SIZED[code]
        size = be(data, at, width)
        if code in {0xD9, 0xDA, 0xDB}:
            return _text(data, at + width, size)
        return at + width + size + (1 if code in {0xC7, 0xC8, 0xC9} else 0), 0, False
    if code >= 0xDC:
        width = 2 if code in {0xDC, 0xDE} else 4
        return at + width, be(data, at, width) * (2 if code >= 0xDE else 1), False
    return None


def _cbor_item(data: bytes, at: int) -> tuple[int, int, bool] | None:
    major, info = data[at] >> 5, data[at] & 0x1F
    at += 1
    if info >= 28:
        return None
    width = 1 << (info - 24) if info >= 24 else 0
    value = be(data, at, width) if width else info
    at += width
    if major in {2, 3}:
        return _text(data, at, value) if major == 3 else (at + value, 0, False)
    if major in {4, 5}:
        return at, value * (2 if major == 5 else 1), False
    return at, 1 if major == 6 else 0, False


def _text(data: bytes, at: int, size: int) -> tuple[int, int, bool] | None:
    piece = data[at : at + size]
    try:
        piece.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(piece) == size or error.end < len(piece):
            return None
    return at + size, 0, bool(size)
