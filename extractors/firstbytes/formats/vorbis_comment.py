"""Vorbis comments and FLAC pictures (xiph.org: Vorbis I 5; RFC 9639, 8.6 and 8.8; RFC 7845, 5.2)."""

from __future__ import annotations

import base64
import binascii

from firstbytes.formats.media_tags import Picture, Tags, picture_kind

MAX_COMMENTS = 1024
"""Comments looked at in one file."""

_KEYS = {
    "TITLE": "title",
    "ARTIST": "artist",
    "ALBUM": "album",
    "ALBUMARTIST": "album_artist",
    "ALBUM ARTIST": "album_artist",
    "TRACKNUMBER": "track",
    "TRACKTOTAL": "track_total",
    "TOTALTRACKS": "track_total",
    "DISCNUMBER": "disc",
    "DISCTOTAL": "disc_total",
    "TOTALDISCS": "disc_total",
    "DATE": "date",
    "YEAR": "date",
    "GENRE": "genre",
    "COMPOSER": "composer",
    "COMMENT": "comment",
    "DESCRIPTION": "comment",
    "COPYRIGHT": "copyright",
    "LICENSE": "license",
    "ORGANIZATION": "publisher",
    "LABEL": "publisher",
    "PUBLISHER": "publisher",
    "ENCODER": "encoder",
    "ENCODED-BY": "encoded_by",
    "ENCODEDBY": "encoded_by",
    "ISRC": "isrc",
    "BARCODE": "barcode",
    "CONDUCTOR": "conductor",
    "LYRICIST": "lyricist",
    "PERFORMER": "performer",
    "LYRICS": "lyrics",
    "BPM": "bpm",
    "UNSYNCEDLYRICS": "lyrics",
    "LANGUAGE": "language",
    "MOOD": "mood",
    "CATALOGNUMBER": "catalog_number",
    "GROUPING": "grouping",
    "SUBTITLE": "subtitle",
    "ENCODER_OPTIONS": "encoder_settings",
    "DIRECTOR": "director",
    "SYNOPSIS": "synopsis",
    "TRACK": "track",
    "DISC": "disc",
}


def read(data: bytes, tags: Tags) -> str:
    """Add the comments of a packet to some tags and return the vendor string. What is cut off is left out."""
    size = int.from_bytes(data[:4], "little")
    vendor = data[4 : 4 + size].decode("utf-8", "replace")
    at = 4 + size
    count = min(int.from_bytes(data[at : at + 4], "little"), MAX_COMMENTS)
    at += 4
    for _ in range(count):
        if at + 4 > len(data):
            break
        size = int.from_bytes(data[at : at + 4], "little")
        key, equals, value = data[at + 4 : at + 4 + size].partition(b"=")
        if equals:
            _store(key.decode("ascii", "replace"), value, tags)
        at += 4 + size
    return vendor


def _store(key: str, value: bytes, tags: Tags) -> None:
    name = key.upper()
    if name == "METADATA_BLOCK_PICTURE":
        try:
            # The head of the block says all that is wanted: 4,000 base64 digits are 3,000 bytes.
            tags.picture(picture(base64.b64decode(value[:4000])))
        except (binascii.Error, ValueError):
            return
    elif name == "COVERART":
        tags.picture(Picture("image/jpeg", len(value) * 3 // 4 - value[-2:].count(b"="), "front cover"))
    elif name.startswith("REPLAYGAIN_"):
        tags.add(name.lower(), value.decode("utf-8", "replace"))
    elif known := _KEYS.get(name):
        tags.add(known, value.decode("utf-8", "replace"))
    else:
        tags.other(key, value.decode("utf-8", "replace"))


def picture(block: bytes) -> Picture:
    """Return the picture that a FLAC PICTURE block describes; its size field counts, not the bytes there."""
    kind, length = int.from_bytes(block[:4]), int.from_bytes(block[4:8])
    name = block[8 : 8 + length].decode("latin-1")
    at = 8 + length
    at += 4 + int.from_bytes(block[at : at + 4]) + 16
    size = int.from_bytes(block[at : at + 4])
    media_type = name.lower() if name.isascii() and "/" in name and len(name) < 64 else "application/octet-stream"
    return Picture(media_type, size, picture_kind(kind))
