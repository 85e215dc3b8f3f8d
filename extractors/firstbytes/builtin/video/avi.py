"""AVI (Microsoft AVI RIFF, OpenDML 1.02): headers first, then one jump over the frames to what follows."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import codecs, riff, riff_info
from firstbytes.formats.media_facts import believable, bit_rate
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.riff import Chunk
from firstbytes.formats.values import clean, from_datetime, known
from firstbytes.formats.wave_format import bitmap_info, wave_format

_MAX_STREAMS = 32
_KINDS = {b"vids": "video", b"auds": "audio", b"txts": "subtitle", b"mids": "midi", b"iavs": "video"}


@dataclass(slots=True)
class Movie:
    """What the header list says."""

    microseconds: int = 0
    frames: int = 0
    tracks: list[dict[str, Any]] = field(default_factory=list)
    created: str | None = None


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of an AVI file.

    Raises:
        Corrupt: it has no header list.
    """
    del ctx
    movie, tags, cut = None, Tags(), False
    outer = next(riff.walk(source, 0, source.size, limit=1), None)
    end = outer.end if outer and not outer.cut else source.size
    for chunk in riff.walk(source, 12, end, limit=16):
        if chunk.form == "hdrl" and movie is None:
            movie = _headers(source, chunk)
        elif chunk.form == "INFO":
            riff_info.info(source, chunk, tags)
        elif chunk.form == "movi":
            cut = chunk.cut
    if movie is None:
        msg = "no AVI header list"
        raise Corrupt(msg)
    return _facts(source, movie, tags, cut=cut)


def _headers(source: ByteSource, hdrl: Chunk) -> Movie:
    movie = Movie()
    for chunk in riff.children(source, hdrl, limit=64):
        if chunk.kind == "avih":
            data = riff.payload(source, chunk, 56)
            if len(data) >= 40:
                movie.microseconds, movie.frames = struct.unpack_from("<I12xI", data)
        elif chunk.form == "strl" and len(movie.tracks) < _MAX_STREAMS:
            movie.tracks.append(_stream(source, chunk))
        elif chunk.form == "odml":
            # A file over 1 GB has its frames in several parts: this counts them all.
            for inner in riff.children(source, chunk, limit=4):
                total = int.from_bytes(riff.payload(source, inner, 4), "little")
                movie.frames = max(movie.frames, total) if inner.kind == "dmlh" else movie.frames
        elif chunk.kind == "IDIT":
            movie.created = _digitised(riff.payload(source, chunk, 64).decode("latin-1"))
    return movie


def _digitised(text: str) -> str | None:
    """Return the time of an IDIT chunk: "Mon Mar 10 15:04:43 2003", in no known zone."""
    try:
        return from_datetime(datetime.strptime(text.strip("\0 \r\n"), "%a %b %d %H:%M:%S %Y"))  # noqa: DTZ007 - it has none
    except ValueError:
        return None


def _stream(source: ByteSource, strl: Chunk) -> dict[str, Any]:
    parts = {chunk.kind: chunk for chunk in riff.children(source, strl, limit=16)}
    head = riff.payload(source, parts["strh"], 64) if "strh" in parts else b""
    shape = riff.payload(source, parts["strf"], 64) if "strf" in parts else b""
    if len(head) < 36:
        return {"kind": "unknown"}
    kind = _KINDS.get(head[:4], "unknown")
    scale, rate, _, length = struct.unpack_from("<IIII", head, 20)
    track: dict[str, Any] = {"kind": kind, "duration_ms": round(length * 1000 * scale / rate) if rate else None}
    if kind == "video":
        track |= bitmap_info(shape)
        track |= {"frame_rate_hz": round(rate / scale, 3) if scale and rate else None, "sample_count": length or None}
        if "codec" not in track:
            track["codec"] = codecs.video(head[4:8].decode("latin-1"))
        track["sample_aspect_ratio"] = _aspect(source, parts.get("vprp"), track)
    elif kind == "audio" and (sound := wave_format(shape)):
        track |= sound.facts()
    if "strn" in parts:
        track["name"] = clean(riff.payload(source, parts["strn"], 256).split(b"\0")[0].decode("latin-1"))
    return known(track)


def _aspect(source: ByteSource, vprp: Chunk | None, track: Mapping[str, Any]) -> str | None:
    """Return a sample's shape by the video properties header's frame aspect (OpenDML 5.0)."""
    data = riff.payload(source, vprp, 32) if vprp else b""
    width, height = track.get("width_px"), track.get("height_px")
    if len(data) < 24 or not width or not height:
        return None
    down, across = struct.unpack_from("<HH", data, 20)
    if not down or not across:
        return None
    ratio = Fraction(across * height, down * width).limit_denominator(255)
    return None if not ratio or abs(float(ratio) - 1) < 0.01 else f"{ratio.numerator}:{ratio.denominator}"


def _facts(source: ByteSource, movie: Movie, tags: Tags, *, cut: bool) -> dict[str, JSON]:
    film = next((t for t in movie.tracks if t["kind"] == "video"), {})
    sound = next((t for t in movie.tracks if t["kind"] == "audio"), {})
    rate = film.get("frame_rate_hz") or (1e6 / movie.microseconds if movie.microseconds else 0)
    length = film.get("duration_ms") or sound.get("duration_ms") or 0
    if movie.frames > film.get("sample_count", 0) and rate:
        length = round(movie.frames * 1000 / rate)
    core, own = tags.facts()
    core |= known(
        {
            "created": movie.created or core.get("created"),
            "duration_ms": length or None,
            "bit_rate_bps": None if cut else bit_rate(source.size, length / 1000),
            "track_count": len(movie.tracks) or None,
            "frame_count": max(movie.frames, film.get("sample_count", 0)) or None,
            "video_codec": film.get("codec"),
            **{key: film.get(key) for key in ("width_px", "height_px", "frame_rate_hz")},
            "audio_codec": sound.get("codec"),
            **{key: sound.get(key) for key in ("sample_rate_hz", "channel_count")},
        }
    )
    own |= known({"tracks": movie.tracks, "subtitle_count": sum(t["kind"] == "subtitle" for t in movie.tracks) or None})
    if cut:
        own |= {"outcome": "partial", "reason": "the frames are cut off"}
    return {"core": believable(core), **own}
