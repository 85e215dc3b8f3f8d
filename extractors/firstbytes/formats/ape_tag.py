"""APEv2 tags: at the end of Monkey's Audio, WavPack, Musepack, some MP3 (Hydrogenaudio's specification)."""

from __future__ import annotations

from firstbytes.formats.media_tags import Picture, Tags, picture_type
from firstbytes.source import ByteSource

MAX_TAG = 1024 * 1024
"""Bytes of a tag that are walked."""

_MAX_ITEMS = 256
_KEYS = {
    "title": "title",
    "artist": "artist",
    "album": "album",
    "album artist": "album_artist",
    "track": "track",
    "albumartist": "album_artist",
    "album_artist": "album_artist",
    "disc": "disc",
    "year": "date",
    "genre": "genre",
    "composer": "composer",
    "comment": "comment",
    "copyright": "copyright",
    "conductor": "conductor",
    "lyrics": "lyrics",
    "isrc": "isrc",
    "publisher": "publisher",
    "label": "publisher",
    "encoder": "encoder",
    "subtitle": "subtitle",
    "date": "date",
    "barcode": "barcode",
    "catalog": "catalog_number",
    "language": "language",
    "ean/upc": "barcode",
}


def find(source: ByteSource, end: int) -> tuple[Tags, int] | None:
    """Return the tag that ends at an offset, and where it starts with its header; None when there is none."""
    footer = source.read(max(0, end - 32), 32)
    if len(footer) < 32 or footer[:8] != b"APETAGEX":
        return None
    size, count, flags = (int.from_bytes(footer[at : at + 4], "little") for at in (12, 16, 20))
    start = end - size
    if size < 32 or start < 0:
        return None
    tags = Tags()
    _items(source, start, min(end - 32, start + MAX_TAG), min(count, _MAX_ITEMS), tags)
    return tags, start - (32 if flags & 0x80000000 else 0)


def _items(source: ByteSource, start: int, end: int, count: int, tags: Tags) -> None:
    at = start
    for _ in range(count):
        head = source.read(at, min(8 + 256, end - at))
        key_end = head.find(b"\0", 8)
        if len(head) < 11 or key_end < 0:
            return
        size, flags = int.from_bytes(head[:4], "little"), int.from_bytes(head[4:8], "little")
        body = at + key_end + 1
        if size > end - body:
            return
        _store(source, head[8:key_end].decode("latin-1"), body, size, flags, tags)
        at = body + size


def _store(source: ByteSource, key: str, body: int, size: int, flags: int, tags: Tags) -> None:
    kind = flags >> 1 & 3
    if kind == 1 and key.lower().startswith("cover art"):
        name, _, data = source.read(body, min(size, 512)).partition(b"\0")
        side = key.lower().partition("(")[2].rstrip(")")
        tags.picture(Picture(picture_type(data), size - len(name) - 1, f"{side} cover" if side else ""))
    elif kind == 0:
        for value in source.read(body, min(size, 8192)).decode("utf-8", "replace").split("\0"):
            _text(key, value, tags)


def _text(key: str, value: str, tags: Tags) -> None:
    base = key.lower()
    if base.startswith("replaygain_"):
        tags.add(base, value)
    elif name := _KEYS.get(base):
        tags.add(name, value)
    else:
        tags.other(key, value)
