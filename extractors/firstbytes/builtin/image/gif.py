"""GIF: blocks of the whole file where it is small enough, for frames, loop and duration (GIF89a)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.image.picture import Embedded, size
from firstbytes.formats.tiff import decode
from firstbytes.formats.values import clean, known

_STEP = 1024 * 1024
_MAX_BYTES = 8 * 1024 * 1024
_MAX_TEXT = 256 * 1024
_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_CONTROL, _COMMENT, _APPLICATION = 0xF9, 0xFE, 0xFF


class _Cursor:
    """Reads on, in steps of a megabyte, up to the limit; `short` says that the file ended."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._data = b""
        # Frames of a larger file are not counted anyway: then the start is enough.
        self._limit = _MAX_BYTES if source.size <= _MAX_BYTES else _STEP
        self._start = 0
        self.at = 0
        self.short = False

    def take(self, count: int) -> bytes:
        """Return the next bytes, fewer at the end."""
        if self.at + count > self._start + len(self._data):
            self._start, self._data = self.at, self._source.read(self.at, min(_STEP, max(0, self._limit - self.at)))
        begin = self.at - self._start
        piece = self._data[begin : begin + count]
        self.short = self.short or len(piece) < count
        self.at += count
        return piece

    def skip(self) -> None:
        """Pass the sub-blocks."""
        while length := self.byte():
            self.at += length

    def byte(self) -> int:
        """Return the next byte, 0 at the end."""
        piece = self.take(1)
        return piece[0] if piece else 0

    def sub_blocks(self, limit: int) -> bytes:
        """Return the data of the sub-blocks, bounded."""
        parts: list[bytes] = []
        held = 0
        while length := self.byte():
            part = self.take(length)
            if held < limit:
                parts.append(part)
                held += len(part)
        return b"".join(parts)


@dataclass(slots=True)
class _Gif:
    frames: int = 0
    delay_ms: int = 0
    transparent: bool = False
    interlaced: bool = False
    ended: bool = False
    loop: int | None = None
    comments: list[str] = field(default_factory=list)
    embedded: Embedded = field(default_factory=Embedded)


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Read a GIF file."""
    head = source.read(0, 13)
    if len(head) < 13 or head[:6] not in {b"GIF87a", b"GIF89a"}:
        msg = "GIF: no header"
        raise Corrupt(msg)
    facts = size(int.from_bytes(head[6:8], "little"), int.from_bytes(head[8:10], "little"), "GIF")
    table = 2 << (head[10] & 7) if head[10] & 0x80 else 0
    gif, cursor = _Gif(), _Cursor(source)
    cursor.at = 13 + 3 * table
    _walk(cursor, gif)
    whole = gif.ended
    facts |= {
        "format_version": head[3:6].decode(),
        "bit_depth": (head[10] >> 4 & 7) + 1,
        "color_space": "palette",
        "compression": "LZW",
        "palette_color_count": table or None,
        "has_alpha": gif.transparent,
        "interlaced": gif.interlaced,
        "animated": gif.frames > 1,
        "frame_count": gif.frames if whole or gif.frames == 0 else None,
        "frames_seen": None if whole else gif.frames,
        "duration_ms": gif.delay_ms if whole and gif.frames > 1 else None,
        "loop_count": gif.loop,
        "file_comment": clean("\n".join(dict.fromkeys(gif.comments))),
    }
    cut = not whole and cursor.at >= source.size
    return gif.embedded.result(known(facts), broken="GIF: cut off before its trailer" if cut else "")


def _walk(cursor: _Cursor, gif: _Gif) -> None:
    while not cursor.short:
        kind = cursor.byte()
        if kind == _IMAGE:
            descriptor = cursor.take(9)
            if len(descriptor) == 9:
                _image(cursor, gif, descriptor[8])
        elif kind == _EXTENSION:
            _extension(cursor, gif, cursor.byte())
        else:
            gif.ended = kind == _TRAILER
            return


def _image(cursor: _Cursor, gif: _Gif, packed: int) -> None:
    gif.frames += 1
    gif.interlaced = gif.interlaced or bool(packed & 0x40)
    cursor.at += (6 << (packed & 7) if packed & 0x80 else 0) + 1
    cursor.skip()


def _extension(cursor: _Cursor, gif: _Gif, label: int) -> None:
    if label == _CONTROL:
        control = cursor.sub_blocks(16)
        if len(control) >= 4:
            gif.transparent = gif.transparent or bool(control[0] & 1)
            gif.delay_ms += 10 * int.from_bytes(control[1:3], "little")
    elif label == _COMMENT:
        text = clean(decode(cursor.sub_blocks(_MAX_TEXT)))
        if text and len(gif.comments) < 16:
            gif.comments.append(text)
    elif label == _APPLICATION:
        _application(cursor, gif, cursor.take(cursor.byte()))
    else:
        cursor.skip()


def _application(cursor: _Cursor, gif: _Gif, name: bytes) -> None:
    if name[:11] == b"XMP DataXMP":
        # The packet lies there bare; a trailer of 257 descending bytes brings readers of sub-blocks back in step.
        start = cursor.at
        packet = cursor.take(_MAX_TEXT)
        cursor.short = False
        end = packet.find(b"<?xpacket end=")
        stop = packet.find(b"?>", end) + 2 if end >= 0 else 0
        gif.embedded.add_xmp(packet[:stop])
        cursor.at = start
        cursor.skip()
        return
    body = cursor.sub_blocks(_MAX_TEXT)
    if name[:11] in {b"NETSCAPE2.0", b"ANIMEXTS1.0"} and len(body) >= 3:
        gif.loop = int.from_bytes(body[1:3], "little")
    elif name[:11] == b"ICCRGBG1012":
        gif.embedded.add_icc(body)
