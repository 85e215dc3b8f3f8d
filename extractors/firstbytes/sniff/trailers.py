"""Formats whose mark is at the end: one read of the last 64 KB serves all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.formats.zip import END
from firstbytes.sniff.values import Match
from firstbytes.sniff.zip import behind
from firstbytes.source import BLOCK

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_SECTOR = 512
_LEVELDB = b"\x57\xfb\x80\x8b\x24\x75\x47\xdb"


def trailer(head: Head, source: ByteSource) -> Match | None:
    """Answer for Apple and fixed virtual disks, ORC, LevelDB, MaxMind databases, and ZIP behind other bytes."""
    tail = source.read(max(0, head.size - BLOCK), min(BLOCK, head.size))
    last = tail[-_SECTOR:]
    if last.startswith(b"koly\x00\x00\x00\x04"):
        return Match("application/x-apple-diskimage", "koly trailer")
    if last.startswith(b"conectix") or tail[-_SECTOR + 1 :].startswith(b"conectix"):
        return Match("application/x-vhd-disk", "conectix trailer")
    if tail[-4:-1] == b"ORC" and head.data.startswith(b"ORC"):
        return Match("application/vnd.apache.orc", "ORC postscript")
    if tail.endswith(_LEVELDB):
        return Match("application/x-leveldb", "LevelDB footer")
    if b"\xab\xcd\xefMaxMind.com" in tail:
        return Match("application/vnd.maxmind.maxmind-db", "MaxMind metadata")
    return behind(head, source) if END in tail else None


RULES = (trailer,)
