"""Tags of ISO media and QuickTime: iTunes `ilst`, QuickTime keys, QuickTime and 3GPP user data, Nero chapters.

Sources: QuickTime File Format (Apple 2012), 3GPP TS 26.244 section 8, and the de facto list of iTunes.
"""

from __future__ import annotations

import struct

from firstbytes import ByteSource
from firstbytes.formats import bmff, languages
from firstbytes.formats.bmff import Box
from firstbytes.formats.id3_genres import genre
from firstbytes.formats.media_tags import MAX_TAGS, MAX_TEXT, Picture, Tags, picture_type

_ILST = {
    "©nam": "title",
    "©ART": "artist",
    "©aut": "artist",
    "©alb": "album",
    "aART": "album_artist",
    "©wrt": "composer",
    "©com": "composer",
    "©day": "date",
    "©gen": "genre",
    "©cmt": "comment",
    "desc": "comment",
    "©des": "comment",
    "ldes": "synopsis",
    "cprt": "copyright",
    "©cpy": "copyright",
    "©too": "encoder",
    "©enc": "encoded_by",
    "©swr": "software",
    "©lyr": "lyrics",
    "©grp": "grouping",
    "©mak": "make",
    "©mod": "model",
    "©dir": "director",
    "©pub": "publisher",
    "tvsh": "show",
    "tvnn": "network",
    "tven": "episode",
    "titl": "title",
    "perf": "artist",
    "auth": "artist",
    "albm": "album",
    "dscp": "comment",
    "gnre": "genre",
}
_KEYS = {
    "title": "title",
    "displayname": "title",
    "artist": "artist",
    "author": "artist",
    "album": "album",
    "albumartist": "album_artist",
    "album_artist": "album_artist",
    "track": "track",
    "disc": "disc",
    "comment": "comment",
    "description": "comment",
    "copyright": "copyright",
    "genre": "genre",
    "make": "make",
    "model": "model",
    "software": "software",
    "encoder": "encoder",
    "director": "director",
    "publisher": "publisher",
    "year": "date",
    "date": "date",
    "composer": "composer",
    "manufacturer": "make",
}
_PICTURE_TYPES = {13: "image/jpeg", 14: "image/png", 27: "image/bmp", 12: "image/gif"}
_NUMBERS = {0, 21, 22, 65, 66, 67, 75, 76, 77, 78}
_POSITION = "com.apple.quicktime.location.iso6709"
_MAX_ITEMS = 512


def read(source: ByteSource, moov: Box) -> tuple[Tags, dict[str, str]]:
    """Return the tags of a moov, and what else is wanted by name: `location` (ISO 6709), `taken_at`."""
    tags, extra = Tags(), dict[str, str]()
    for box in bmff.children(source, moov):
        if box.kind == "udta":
            _user_data(source, box, tags, extra)
        elif box.kind == "meta":
            _meta(source, box, tags, extra)
    return tags, extra


def _meta(source: ByteSource, meta: Box, tags: Tags, extra: dict[str, str]) -> None:
    inside = {box.kind: box for box in bmff.meta_children(source, meta, limit=64)}
    if "ilst" not in inside:
        return
    names = _key_names(source, inside["keys"]) if "keys" in inside else []
    for item in bmff.children(source, inside["ilst"], limit=_MAX_ITEMS):
        index = int.from_bytes(item.kind.encode("latin-1"))
        if names and 1 <= index <= len(names):
            _keyed(source, item, names[index - 1], tags, extra)
        else:
            _item(source, item, tags)


def _key_names(source: ByteSource, keys: Box) -> list[str]:
    boxes = bmff.children(source, keys, skip=8, limit=_MAX_ITEMS)
    return [bmff.payload(source, key, 256).decode("utf-8", "replace") for key in boxes]


def _keyed(source: ByteSource, item: Box, name: str, tags: Tags, extra: dict[str, str]) -> None:
    data = next((b for b in bmff.children(source, item, limit=8) if b.kind == "data"), None)
    value = _value(source, data) if data else None
    if value is None:
        return
    base = name.lower()
    if base == _POSITION:
        extra["location"] = value
    elif base == "com.apple.quicktime.creationdate":
        extra["taken_at"] = value
    elif known := _KEYS.get(base.rpartition(".")[2]):
        tags.add(known, value)
    else:
        tags.other(name, value)


def _item(source: ByteSource, item: Box, tags: Tags) -> None:
    """Read one item of `ilst`: its `data` boxes, and for "----" its own name."""
    parts = list(bmff.children(source, item, limit=32))
    data = [box for box in parts if box.kind == "data"]
    if item.kind == "covr":
        for box in data:
            head = bmff.payload(source, box, 24)
            kind = _PICTURE_TYPES.get(int.from_bytes(head[1:4])) or picture_type(head[8:])
            tags.picture(Picture(kind, max(0, box.size - 8), "front cover"))
        return
    if not data:
        return
    if item.kind in {"trkn", "disk"}:
        numbers = bmff.payload(source, data[0], 16)[10:14]
        if len(numbers) == 4:
            number, total = struct.unpack(">HH", numbers)
            tags.add("track" if item.kind == "trkn" else "disc", f"{number}/{total}")
    elif item.kind == "gnre":
        number = int.from_bytes(bmff.payload(source, data[0], 16)[8:10])
        tags.add("genre", genre(number - 1))
    elif item.kind == "----":
        name = next(
            (bmff.payload(source, b, 256)[4:].decode("utf-8", "replace") for b in parts if b.kind == "name"), ""
        )
        _freeform(name, _value(source, data[0]), tags)
    else:
        for box in data:
            _store(item.kind, _value(source, box), tags)


def _freeform(name: str, value: str | None, tags: Tags) -> None:
    base = name.lower().replace(" ", "_")
    if base.startswith("replaygain_") or base in {"isrc", "barcode", "conductor", "lyricist", "mood"}:
        tags.add(base, value)
    elif base in {"label", "publisher"}:
        tags.add("publisher", value)
    elif base != "itunsmpb":
        tags.other(name, value)


def _store(kind: str, value: str | None, tags: Tags) -> None:
    if kind == "tmpo":
        tags.add("bpm", value if value != "0" else None)
    elif known := _ILST.get(kind):
        tags.add(known, value)
    else:
        tags.other(kind.lstrip("©"), value)


def _value(source: ByteSource, data: Box) -> str | None:
    """Return the value of a `data` box as text, by its well-known type (QuickTime File Format, table 3-5)."""
    raw = bmff.payload(source, data, MAX_TEXT * 4 + 8)
    kind, body = int.from_bytes(raw[1:4]), raw[8:]
    if kind == 1:
        return body.decode("utf-8", "replace")
    if kind == 2:
        return body.decode("utf-16-be", "replace")
    if kind == 23 and len(body) == 4:
        return f"{struct.unpack('>f', body)[0]:g}"
    if kind == 24 and len(body) == 8:
        return f"{struct.unpack('>d', body)[0]:g}"
    if kind in _NUMBERS and 0 < len(body) <= 8:
        return str(int.from_bytes(body, signed=kind in {21, 65, 66, 67}))
    return None


def _user_data(source: ByteSource, udta: Box, tags: Tags, extra: dict[str, str]) -> None:
    for box in bmff.children(source, udta, limit=MAX_TAGS):
        if box.kind == "meta":
            _meta(source, box, tags, extra)
        elif box.kind == "©xyz":
            extra.setdefault("location", _quicktime_text(bmff.payload(source, box, 256)) or "")
        elif box.kind == "loci":
            extra.setdefault("location", _location(bmff.full(source, box, 512)[2]))
        elif box.kind == "chpl":
            extra["chapters"] = str(int.from_bytes(bmff.full(source, box, 16)[2][4:5]))
        elif box.kind.startswith("©"):
            _store(box.kind, _quicktime_text(bmff.payload(source, box, MAX_TEXT + 4)), tags)
        elif box.kind in {"titl", "perf", "auth", "albm", "dscp", "cprt", "gnre"}:
            _store(box.kind, _third_generation(bmff.full(source, box, MAX_TEXT)[2]), tags)
        elif box.kind == "yrrc":
            tags.add("date", str(int.from_bytes(bmff.full(source, box, 8)[2][:2])))


def _quicktime_text(data: bytes) -> str | None:
    """Return the first string of a QuickTime text item: length, language, text (MacRoman for its own languages)."""
    if len(data) < 4:
        return None
    length, language = struct.unpack_from(">HH", data)
    body = data[4 : 4 + length]
    if language < 0x400 and languages.packed(language):
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            return body.decode("mac-roman")
    return body.decode("utf-8", "replace")


def _third_generation(data: bytes) -> str:
    """Return the string of a 3GPP asset box: two bytes of language, then UTF-8 or UTF-16 with its mark."""
    body = data[2:]
    return body.decode("utf-16", "replace") if body[:2] in {b"\xfe\xff", b"\xff\xfe"} else _c_string(body)


def _c_string(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("utf-8", "replace")


def _location(data: bytes) -> str:
    """Return the ISO 6709 text of a 3GPP `loci` payload: name, role, then longitude, latitude, altitude as 16.16."""
    end = data.find(b"\0", 2)
    if end < 0 or len(data) < end + 14:
        return ""
    longitude, latitude, altitude = (n / 65536 for n in struct.unpack_from(">3i", data, end + 2))
    return f"{latitude:+.5f}{longitude:+.5f}{altitude:+.3f}/"
