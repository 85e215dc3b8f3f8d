"""ASF: WMV, WMA and their kin (Advanced Systems Format 1.20.06), from the header object alone."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import languages
from firstbytes.formats.media_facts import believable, bit_rate
from firstbytes.formats.media_tags import Picture, Tags, picture_kind
from firstbytes.formats.values import clean, from_filetime, known
from firstbytes.formats.wave_format import bitmap_info, wave_format

_MAX_HEADER = 1024 * 1024
_MAX_OBJECTS = 256
_YEAR_1970 = 116_444_736_000_000_000
_HEADER = UUID("75b22630-668e-11cf-a6d9-00aa0062ce6c").bytes_le
_AUDIO = UUID("f8699e40-5b4d-11cf-a8fd-00805f5c442b").bytes_le
_VIDEO = UUID("bc19efc0-5b4d-11cf-a8fd-00805f5c442b").bytes_le
_KEYS = {
    "Title": "title",
    "Author": "artist",
    "WM/AlbumArtist": "album_artist",
    "WM/AlbumTitle": "album",
    "WM/Genre": "genre",
    "WM/Year": "date",
    "WM/TrackNumber": "track",
    "WM/PartOfSet": "disc",
    "WM/Mood": "mood",
    "WM/Composer": "composer",
    "WM/Conductor": "conductor",
    "WM/Publisher": "publisher",
    "WM/ISRC": "isrc",
    "WM/EncodedBy": "encoded_by",
    "WM/EncodingSettings": "encoder_settings",
    "WM/ToolName": "encoder",
    "WM/Writer": "lyricist",
    "WM/Lyrics": "lyrics",
    "WM/Language": "language",
    "WM/SubTitle": "subtitle",
    "WM/BeatsPerMinute": "bpm",
    "WM/Director": "director",
    "WM/ContentGroupDescription": "grouping",
    "Description": "comment",
    "Copyright": "copyright",
    "WM/Text": "comment",
    "encoder": "encoder",
    "album": "album",
    "album_artist": "album_artist",
    "genre": "genre",
    "composer": "composer",
    "date": "date",
    "track": "track",
    "disc": "disc",
    "title": "title",
    "comment": "comment",
}


@dataclass(slots=True)
class Movie:
    """What the header object says."""

    tags: Tags = field(default_factory=Tags)
    tracks: dict[int, dict[str, Any]] = field(default_factory=dict)
    declared_bytes: int = 0
    duration_ms: int = 0
    created: str | None = None
    bit_rate_bps: int = 0
    languages: list[str | None] = field(default_factory=list)
    markers: int = 0
    encrypted: bool = False


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of an ASF file.

    Raises:
        Corrupt: it does not start with a header object.
    """
    del ctx
    head = source.read(0, 30)
    size = int.from_bytes(head[16:24], "little")
    if head[:16] != _HEADER or size < 30:
        msg = "no ASF header"
        raise Corrupt(msg)
    header = source.read(0, min(size, _MAX_HEADER))
    movie = Movie()
    for kind, body in _objects(header[30:]):
        _object(kind, body, movie)
    if not movie.tracks:
        msg = "no ASF stream"
        raise Corrupt(msg)
    return _facts(source, movie, cut=len(header) < size)


def _objects(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    for _ in range(_MAX_OBJECTS):
        size = int.from_bytes(data[at + 16 : at + 24], "little")
        if at + 24 > len(data) or size < 24:
            return
        yield data[at : at + 16], data[at + 24 : at + size]
        at += size


def _object(kind: bytes, body: bytes, movie: Movie) -> None:
    reader = _READERS.get(kind)
    if reader:
        try:
            reader(body, movie)
        except (struct.error, IndexError):
            return  # an object that is cut off costs its own facts


def _file_properties(body: bytes, movie: Movie) -> None:
    created, play, preroll, flags = struct.unpack_from("<24xQ8xQ8xQI", body)
    # Some writers put 1970 there for "unknown".
    movie.created = from_filetime(created) if created > _YEAR_1970 else None
    # A broadcast has no length, neither of time nor in bytes; otherwise the preroll is part of the play time.
    movie.declared_bytes = 0 if flags & 1 else int.from_bytes(body[16:24], "little")
    movie.duration_ms = 0 if flags & 1 else max(0, play // 10_000 - preroll)
    movie.bit_rate_bps = int.from_bytes(body[76:80], "little")


def _stream_properties(body: bytes, movie: Movie) -> None:
    number = struct.unpack_from("<48xH", body)[0]
    track = movie.tracks.setdefault(number & 127, {})
    data = body[54:]
    if body[:16] == _AUDIO:
        sound = wave_format(data)
        track |= {"kind": "audio"} | (sound.facts() if sound else {})
    elif body[:16] == _VIDEO:
        track |= {"kind": "video"} | bitmap_info(data[11:])
    else:
        track.setdefault("kind", "data")
    movie.encrypted = movie.encrypted or bool(number & 0x8000)


def _content_description(body: bytes, movie: Movie) -> None:
    sizes, at = struct.unpack_from("<5H", body), 10
    for name, size in zip(("title", "artist", "copyright", "comment", ""), sizes, strict=True):
        if name:
            movie.tags.add(name, _utf16(body[at : at + size]))
        at += size


def _utf16(data: bytes) -> str:
    return data[: len(data) // 2 * 2].decode("utf-16-le", "replace").split("\0")[0]


def _extended_description(body: bytes, movie: Movie) -> None:
    at = 2
    for _ in range(min(int.from_bytes(body[:2], "little"), _MAX_OBJECTS)):
        size = struct.unpack_from("<H", body, at)[0]
        name, at = _utf16(body[at + 2 : at + 2 + size]), at + 2 + size
        kind, size = struct.unpack_from("<HH", body, at)
        _store(name, kind, body[at + 4 : at + 4 + size], movie)
        at += 4 + size


def _metadata(body: bytes, movie: Movie) -> None:
    """Read a metadata or metadata library object: the same, with language and stream, and longer values."""
    at = 2
    for _ in range(min(int.from_bytes(body[:2], "little"), _MAX_OBJECTS)):
        _, stream, name_size, kind, size = struct.unpack_from("<HHHHI", body, at)
        name = _utf16(body[at + 12 : at + 12 + name_size])
        value = body[at + 12 + name_size : at + 12 + name_size + size]
        if stream == 0:
            _store(name, kind, value, movie)
        elif name in {"AspectRatioX", "AspectRatioY"}:
            movie.tracks.setdefault(stream, {})[name] = int.from_bytes(value[:4], "little")
        at += 12 + name_size + size


def _store(name: str, kind: int, value: bytes, movie: Movie) -> None:
    if name == "WM/Picture" and kind == 1 and len(value) > 5:
        media_type = _utf16(value[5:517])
        movie.tags.picture(
            Picture(media_type or "image/jpeg", int.from_bytes(value[1:5], "little"), picture_kind(value[0]))
        )
        return
    if kind == 0:
        text = _utf16(value[:8192])
    elif kind in {2, 3, 4, 5}:
        text = str(int.from_bytes(value[:8], "little"))
    else:
        return
    base = name.lower().replace(" ", "_")
    if name == "WM/Track":
        movie.tags.add("track", str(int(text) + 1) if kind == 3 and text.isascii() and text.isdigit() else None)
    elif base.startswith("replaygain_"):
        movie.tags.add(base, text)
    elif known_name := _KEYS.get(name):
        movie.tags.add(known_name, text)
    elif name not in {"IsVBR", "DeviceConformanceTemplate", "WMFSDKNeeded", "WMFSDKVersion"}:
        movie.tags.other(name, text)


def _header_extension(body: bytes, movie: Movie) -> None:
    for kind, inner in _objects(body[22:]):
        if kind != _EXTENSION:
            _object(kind, inner, movie)


def _extended_stream(body: bytes, movie: Movie) -> None:
    number, language, frame, names, extensions = struct.unpack_from("<48xHHQHH", body)
    track = movie.tracks.setdefault(number & 127, {})
    track["bit_rate_bps"] = int.from_bytes(body[16:20], "little") or None
    track["frame_rate_hz"] = round(1e7 / frame, 3) if frame else None
    track["language_index"] = language
    at = 64
    for _ in range(min(names, 32)):
        at += 4 + struct.unpack_from("<H", body, at + 2)[0]
    for _ in range(min(extensions, 32)):
        at += 22 + struct.unpack_from("<I", body, at + 18)[0]
    for kind, inner in _objects(body[at:]):
        if kind == _STREAM:
            _stream_properties(inner, movie)


def _language_list(body: bytes, movie: Movie) -> None:
    at = 2
    for _ in range(min(int.from_bytes(body[:2], "little"), 128)):
        size = body[at]
        movie.languages.append(languages.tag(_utf16(body[at + 1 : at + 1 + size])))
        at += 1 + size


def _markers(body: bytes, movie: Movie) -> None:
    movie.markers = min(struct.unpack_from("<16xI", body)[0], len(body) // 30)


def _protected(body: bytes, movie: Movie) -> None:
    del body
    movie.encrypted = True


_EXTENSION = UUID("5fbf03b5-a92e-11cf-8ee3-00c00c205365").bytes_le
_STREAM = UUID("b7dc0791-a9b7-11cf-8ee6-00c00c205365").bytes_le
_READERS: Mapping[bytes, Callable[[bytes, Movie], None]] = {
    UUID("8cabdca1-a947-11cf-8ee4-00c00c205365").bytes_le: _file_properties,
    _STREAM: _stream_properties,
    UUID("75b22633-668e-11cf-a6d9-00aa0062ce6c").bytes_le: _content_description,
    UUID("d2d0a440-e307-11d2-97f0-00a0c95ea850").bytes_le: _extended_description,
    UUID("c5f8cbea-5baf-4877-8467-aa8c44fa4cca").bytes_le: _metadata,
    UUID("44231c94-9498-49d1-a141-1d134e457054").bytes_le: _metadata,
    _EXTENSION: _header_extension,
    UUID("14e6a5cb-c672-4332-8399-a96952065b5a").bytes_le: _extended_stream,
    UUID("7c4346a9-efe0-4bfc-b229-393ede415c85").bytes_le: _language_list,
    UUID("f487cd01-a951-11cf-8ee6-00c00c205365").bytes_le: _markers,
    UUID("2211b3fb-bd23-11d2-b4b7-00a0c955fc6e").bytes_le: _protected,
    UUID("298ae614-2622-4c17-b935-dae07ee9289c").bytes_le: _protected,
}


def _facts(source: ByteSource, movie: Movie, *, cut: bool) -> dict[str, JSON]:
    tracks = [_track(track, movie) for _, track in sorted(movie.tracks.items()) if "kind" in track]
    film = next((t for t in tracks if t["kind"] == "video"), {})
    sound = next((t for t in tracks if t["kind"] == "audio"), {})
    length = movie.duration_ms
    core, own = movie.tags.facts()
    core |= known(
        {
            "created": movie.created if film else core.get("created") or movie.created,
            "duration_ms": length or None,
            "bit_rate_bps": bit_rate(source.size, length / 1000) or movie.bit_rate_bps or None,
            "track_count": len(tracks) or None,
            "language": sound.get("language"),
            "video_codec": film.get("codec"),
            **{key: film.get(key) for key in ("width_px", "height_px", "frame_rate_hz")},
            "audio_codec": sound.get("codec"),
            **{key: sound.get(key) for key in ("sample_rate_hz", "channel_count")},
            "bit_depth": None if film else sound.get("bit_depth"),
            "encrypted": movie.encrypted or None,
        }
    )
    own |= known(
        {"encoded_at": movie.created if not film else None, "chapter_count": movie.markers or None, "tracks": tracks}
    )
    if cut:
        own |= {"outcome": "partial", "reason": "the header is cut off"}
    elif movie.declared_bytes > source.size:
        own |= {"outcome": "partial", "reason": f"{source.size} of {movie.declared_bytes} bytes are there"}
    return {"core": believable(core), **own}


def _track(track: dict[str, Any], movie: Movie) -> dict[str, Any]:
    index = track.pop("language_index", None)
    across, down = track.pop("AspectRatioX", 1), track.pop("AspectRatioY", 1)
    language = movie.languages[index] if isinstance(index, int) and index < len(movie.languages) else None
    aspect = f"{across}:{down}" if across != down and across and down else None
    return known({**track, "language": language, "sample_aspect_ratio": aspect, "codec": clean(track.get("codec"))})
