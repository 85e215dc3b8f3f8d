"""Properties of a storage in an Outlook message: fixed ones in one stream, others in their own ([MS-OXMSG] 2)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firstbytes.formats.ole_properties import decode_page
from firstbytes.formats.values import clean, from_filetime

if TYPE_CHECKING:
    from firstbytes.formats.ole import Ole

_STREAM = 64 * 1024
_UNICODE, _BYTES8, _TIME = 0x001F, 0x001E, 0x0040
_INTEGER, _BOOLEAN = 0x0003, 0x000B


@dataclass(slots=True)
class Properties:
    """The properties of one storage, "" for the message itself. `page` decodes strings that are not Unicode."""

    ole: Ole
    storage: str
    page: int = 1252
    fixed: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def text(self, *tags: int, limit: int = 4096) -> str | None:
        """Return the first of these string properties that is there."""
        for tag in tags:
            for kind in (_UNICODE, _BYTES8):
                raw = self.ole.read(self._stream(tag, kind), min(_STREAM, limit * 4))
                if raw:
                    text = raw.decode("utf-16-le", "replace") if kind == _UNICODE else decode_page(raw, self.page)
                    if cleaned := clean(text.partition("\0")[0], limit):
                        return cleaned
        return None

    def integer(self, tag: int) -> int | None:
        """Return a 32-bit property."""
        value = self.fixed.get((tag, _INTEGER))
        return int.from_bytes(value[:4], "little") if value else None

    def flag(self, tag: int) -> bool | None:
        """Return a boolean property."""
        value = self.fixed.get((tag, _BOOLEAN))
        return value[0] != 0 if value else None

    def time(self, tag: int) -> str | None:
        """Return a time property as RFC 3339 UTC."""
        value = self.fixed.get((tag, _TIME))
        return from_filetime(int.from_bytes(value, "little")) if value else None

    def size(self, tag: int, kind: int = 0x0102) -> int | None:
        """Return the bytes of a property's stream."""
        entry = self.ole.paths.get(self._stream(tag, kind))
        return entry.size if entry else None

    def _stream(self, tag: int, kind: int) -> str:
        name = f"__substg1.0_{tag:04X}{kind:04X}"
        return f"{self.storage}/{name}" if self.storage else name


def read_properties(ole: Ole, storage: str = "", *, page: int = 1252) -> Properties:
    """Return the properties of a storage: the message's own header has 32 bytes, an attachment's or recipient's 8."""
    path = f"{storage}/__properties_version1.0" if storage else "__properties_version1.0"
    data = ole.read(path, _STREAM)[8 if storage else 32 :]
    found = Properties(ole, storage, page)
    for tag, _, value in struct.iter_unpack("<II8s", data[: len(data) // 16 * 16]):
        found.fixed[tag >> 16, tag & 0xFFFF] = value
    return found
