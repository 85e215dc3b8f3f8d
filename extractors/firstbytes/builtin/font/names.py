"""The name table of a font (OpenType 1.9, name)."""

from __future__ import annotations

import struct

_RECORDS = 4096
_LENGTH = 4096
_WINDOWS, _UNICODE, _MAC = 3, 0, 1
_ENGLISH = 0x409
_WINDOWS_ENCODINGS = {2: "shift_jis", 3: "gb18030", 4: "big5", 5: "euc_kr", 6: "johab"}


def read(table: bytes) -> dict[int, str]:
    """Return the best text for each name id: Windows in US English, then English, then any language."""
    if len(table) < 6:
        return {}
    _, count, storage = struct.unpack_from(">HHH", table)
    found: dict[int, tuple[int, str]] = {}
    for at in range(6, min(6 + 12 * min(count, _RECORDS), len(table) - 11), 12):
        platform, encoding, language, name, length, offset = struct.unpack_from(">6H", table, at)
        rank = _rank(platform, language)
        if name in found and found[name][0] >= rank:
            continue
        start = storage + offset
        text = _decode(table[start : start + min(length, _LENGTH)], platform, encoding)
        if text is not None and text.strip("\x00 "):
            found[name] = rank, text.strip("\x00")
    return {name: text for name, (_, text) in found.items()}


def _rank(platform: int, language: int) -> int:
    if platform == _WINDOWS:
        return 5 if language == _ENGLISH else 4 if language & 0x3FF == 9 else 1
    if platform == _MAC:
        return 3 if language == 0 else 0
    return 2


def _decode(data: bytes, platform: int, encoding: int) -> str | None:
    if platform == _MAC:
        return data.decode("mac_roman", "replace") if encoding == 0 else None
    codec = _WINDOWS_ENCODINGS.get(encoding, "utf-16-be") if platform == _WINDOWS else "utf-16-be"
    return data.decode(codec, "replace")
