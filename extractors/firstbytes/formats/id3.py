"""ID3 tags: versions 2.2 to 2.4 at the start of a file, 1.0 and 1.1 in its last 128 bytes (id3.org).

A cover is measured, not read: frames are walked by their heads, so a tag of 20 MB costs no more than a small one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from firstbytes.formats.id3_genres import genre
from firstbytes.formats.media_tags import Picture, Tags, picture_kind, picture_type
from firstbytes.source import ByteSource, BytesSource

MAX_FRAMES = 512
"""Frames looked at in one tag."""

_MAX_TEXT = 16 * 1024
_UNSYNCHRONISED_LIMIT = 256 * 1024

_TEXT_FRAMES = {
    "TIT2": "title",
    "TPE1": "artist",
    "TPE2": "album_artist",
    "TALB": "album",
    "TRCK": "track",
    "TPOS": "disc",
    "TDRC": "date",
    "TYER": "date",
    "TDRL": "date",
    "TCON": "genre",
    "TCOM": "composer",
    "TPE3": "conductor",
    "TEXT": "lyricist",
    "TCOP": "copyright",
    "TPUB": "publisher",
    "TSSE": "encoder",
    "TENC": "encoded_by",
    "TSRC": "isrc",
    "TBPM": "bpm",
    "TLAN": "language",
    "TIT1": "grouping",
    "TIT3": "subtitle",
    "TMOO": "mood",
    "TT2": "title",
    "TP1": "artist",
    "TP2": "album_artist",
    "TAL": "album",
    "TRK": "track",
    "TPA": "disc",
    "TYE": "date",
    "TCO": "genre",
    "TCM": "composer",
    "TP3": "conductor",
    "TXT": "lyricist",
    "TCR": "copyright",
    "TPB": "publisher",
    "TSS": "encoder",
    "TEN": "encoded_by",
    "TRC": "isrc",
    "TBP": "bpm",
    "TLA": "language",
    "TT1": "grouping",
    "TT3": "subtitle",
}
_GENRE_NUMBERS = re.compile(r"\((\d{1,3}|RX|CR)\)")


@dataclass(frozen=True, slots=True)
class Header:
    """An ID3v2 header: `length` in bytes is the whole tag's, header and footer included."""

    version: int
    flags: int
    length: int


def header(data: bytes) -> Header | None:
    """Return the ID3v2 header at the start of some bytes, None when there is none."""
    if data[:3] != b"ID3" or len(data) < 10 or data[3] not in {2, 3, 4} or max(data[6:10]) > 127:
        return None
    footer = 10 if data[3] == 4 and data[5] & 16 else 0
    return Header(data[3], data[5], _syncsafe(data[6:10]) + 10 + footer)


def _syncsafe(data: bytes) -> int:
    value = 0
    for byte in data:
        value = value << 7 | byte & 127
    return value


def read(source: ByteSource, at: int = 0) -> tuple[Tags, int]:
    """Return the tags of an ID3v2 tag and where it ends; the same offset and no tags when there is none."""
    tags = Tags()
    head = header(source.read(at, 10))
    if head is None:
        return tags, at
    end = min(at + head.length, source.size)
    if head.flags & 0x80 and head.version < 4:
        # The whole tag is unsynchronised: sizes count bytes as they were before. Bounded: the rest is not read.
        plain = source.read(at + 10, min(head.length - 10, _UNSYNCHRONISED_LIMIT)).replace(b"\xff\x00", b"\xff")
        _frames(BytesSource(plain), 0, len(plain), head, tags)
    else:
        _frames(source, at + 10, end, head, tags)
    return tags, end


@dataclass(frozen=True, slots=True)
class _Frame:
    name: str
    body: int
    size: int
    flags: int


def _walk(source: ByteSource, start: int, end: int, head: Header) -> Iterator[_Frame]:
    at = start
    if head.flags & 0x40 and head.version > 2:
        extended = source.read(at, 4)
        at += _syncsafe(extended) if head.version == 4 else int.from_bytes(extended) + 4
    width = 6 if head.version == 2 else 10
    for _ in range(MAX_FRAMES):
        data = source.read(at, width)
        if at + width > end or len(data) < width or not data[0]:
            return
        name = data[: 3 if head.version == 2 else 4].decode("latin-1")
        if not (name.isascii() and name.isalnum()):
            return
        size = int.from_bytes(data[3:6] if head.version == 2 else data[4:8])
        if head.version == 4 and max(data[4:8]) < 128 and not _plain_size(source, at + 10, size, end):
            size = _syncsafe(data[4:8])
        yield _Frame(name, at + width, max(0, min(size, end - at - width)), data[9] if width == 10 else 0)
        at += width + size


def _plain_size(source: ByteSource, body: int, size: int, end: int) -> bool:
    """Return whether a 2.4 frame's size was written as in 2.3, as iTunes did: only then a frame follows it so."""
    if size < 128:
        return True
    data = source.read(body + size, 4) if body + size + 4 <= end else b""
    safe = (size & 0x7F) | (size & 0x7F00) >> 1 | (size & 0x7F0000) >> 2 | (size & 0x7F000000) >> 3
    there = source.read(body + safe, 4)
    return _is_name(data) and not _is_name(there) and body + safe != end and there != b"\0\0\0\0"


def _is_name(data: bytes) -> bool:
    return len(data) == 4 and data.isalnum() and data.upper() == data


def _frames(source: ByteSource, start: int, end: int, head: Header, tags: Tags) -> None:
    for frame in _walk(source, start, end, head):
        body = source.read(frame.body, min(frame.size, _MAX_TEXT if frame.name not in {"APIC", "PIC"} else 512))
        if head.version == 4:
            body = body[4:] if frame.flags & 1 else body
            body = body.replace(b"\xff\x00", b"\xff") if frame.flags & 2 else body
        if not body or frame.flags & (0x0C if head.version == 4 else 0xC0):
            continue  # compressed or encrypted: nearly extinct, and not worth a decompressor
        _store(frame, body, tags)


def _store(frame: _Frame, body: bytes, tags: Tags) -> None:
    name = frame.name
    if name in {"APIC", "PIC"}:
        tags.picture(_picture(frame, body))
    elif name in {"TXXX", "TXX"}:
        _custom(body, tags)
    elif name in {"COMM", "COM"}:
        _comment(body, tags)
    elif name in {"USLT", "ULT", "SYLT", "SLT"}:
        tags.add("lyrics", "present")
    elif name[0] == "T":
        _text(name, _strings(body[0], body[1:]), tags)
    elif name[0] == "W" and name not in {"WXXX", "WXX"}:
        tags.other(name, body.split(b"\0")[0].decode("latin-1"))


def _text(name: str, values: list[str], tags: Tags) -> None:
    if name in {"TCON", "TCO"}:
        values = [named for value in values for named in _genres(value)]
    known = _TEXT_FRAMES.get(name)
    for value in values if known else ():
        tags.add(known or "", value)
    if not known:
        tags.other(name, "; ".join(values))


def _strings(encoding: int, data: bytes) -> list[str]:
    """Return the strings of a text frame: version 2.4 allows several, parted by zeros."""
    return [part for part in _decode(encoding, data).split("\0") if part.strip("\ufeff ")]


def _decode(encoding: int, data: bytes) -> str:
    if encoding == 1:
        return data[: len(data) // 2 * 2].decode("utf-16", "replace").replace("\ufeff", "").replace("\ufffe", "")
    name = {0: "latin-1", 2: "utf-16-be", 3: "utf-8"}.get(encoding, "latin-1")
    return data.decode(name, "replace")


def _described(encoding: int, data: bytes) -> tuple[str, bytes]:
    """Return a description and what follows its terminator, two zeros at an even offset for UTF-16."""
    if encoding not in {1, 2}:
        text, _, rest = data.partition(b"\0")
        return _decode(encoding, text), rest
    for at in range(0, len(data) - 1, 2):
        if data[at : at + 2] == b"\0\0":
            return _decode(encoding, data[:at]), data[at + 2 :]
    return _decode(encoding, data), b""


def _custom(body: bytes, tags: Tags) -> None:
    key, rest = _described(body[0], body[1:])
    value = "; ".join(_strings(body[0], rest))
    base = key.lower().replace(" ", "_")
    if base.startswith("replaygain_") or base in {"barcode", "mood", "comment"}:
        tags.add(base, value)
    else:
        tags.other(key, value)


def _comment(body: bytes, tags: Tags) -> None:
    key, rest = _described(body[0], body[4:])
    value = "; ".join(_strings(body[0], rest))
    # iTunes keeps its own numbers in comments that are described as such.
    if key.startswith(("iTun", "ID3v1")):
        return
    if key:
        tags.other(f"comment {key}", value)
    else:
        tags.add("comment", value)


def _genres(text: str) -> list[str]:
    """Return the genres of a TCON string: "(17)", "17", "(4)Eurodisco" or plain names."""
    numbers = _GENRE_NUMBERS.findall(text)
    rest = _GENRE_NUMBERS.sub("", text).strip().removeprefix("(")
    if rest.isdigit() and rest.isascii() and len(rest) <= 3:
        numbers, rest = [*numbers, rest], ""
    if rest:
        return [rest]
    return [{"RX": "Remix", "CR": "Cover"}.get(n) or genre(int(n)) or n for n in numbers]


def _picture(frame: _Frame, body: bytes) -> Picture:
    encoding = body[0]
    if frame.name == "PIC":
        kind, at = body[4] if len(body) > 4 else 0, 5
    else:
        end = body.find(b"\0", 1)
        at = end + 2 if end > 0 else len(body)
        kind = body[end + 1] if 0 < end < len(body) - 1 else 0
    _, data = _described(encoding, body[at:])
    size = frame.size - (len(body) - len(data))
    return Picture(picture_type(data), max(0, size), picture_kind(kind))


def read_v1(source: ByteSource) -> Tags | None:
    """Return the ID3v1 tag in the last 128 bytes, None when there is none."""
    data = source.read(max(0, source.size - 128), 128)
    if len(data) < 128 or data[:3] != b"TAG":
        return None
    tags = Tags()
    for name, start, length in (
        ("title", 3, 30),
        ("artist", 33, 30),
        ("album", 63, 30),
        ("date", 93, 4),
        ("comment", 97, 28 if data[125] == 0 and data[126] else 30),
    ):
        tags.add(name, data[start : start + length].split(b"\0")[0].decode("latin-1"))
    if data[125] == 0 and data[126]:
        tags.add("track", str(data[126]))
    tags.add("genre", genre(data[127]))
    return tags
