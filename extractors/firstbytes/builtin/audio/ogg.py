"""Ogg: Vorbis, Opus, Speex, FLAC, Theora, from the first packets and the last page (RFC 3533, 5334, 7845; xiph.org)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.audio.flac import stream_info
from firstbytes.formats import ogg, vorbis_comment
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.values import clean, known

_HEAD = 64 * 1024
_LONG_HEAD = 512 * 1024


@dataclass(slots=True)
class Track:
    """One logical stream that is understood. A granule position counts `granules_hz` a second after `skip`."""

    serial: int
    kind: str
    codec: str
    granules_hz: float
    skip: int = 0
    shift: int = 0
    vendor: str | None = None
    facts: dict[str, JSON] = field(default_factory=dict)

    def seconds(self, granule: int) -> float:
        """Return the time of a granule position."""
        if self.shift:
            granule = (granule >> self.shift) + (granule & ((1 << self.shift) - 1))
        return max(0, granule - self.skip) / self.granules_hz if self.granules_hz else 0.0


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of an Ogg file.

    Raises:
        Corrupt: no stream of a known kind starts it.
    """
    del ctx
    streams = ogg.streams(source, _HEAD)
    if any(len(s.packets) == 2 for s in streams) and source.size > _HEAD:
        # A comment packet that is still open holds a cover: one longer read has it, or as much as is wanted.
        streams = ogg.streams(source, _LONG_HEAD, packets=2)
    tags, tracks = Tags(), list[Track]()
    for stream in streams:
        if track := _track(stream):
            tracks.append(track)
            _comments(stream, track, tags)
    if not tracks:
        msg = "no Ogg stream of a known kind"
        raise Corrupt(msg)
    last = ogg.last_granules(source, {t.serial for t in tracks})
    seconds = max((t.seconds(last[t.serial]) for t in tracks if t.serial in last), default=0.0)
    core, own = tags.facts()
    film = next((t for t in tracks if t.kind == "video"), None)
    sound = next((t for t in tracks if t.kind == "audio"), None)
    core |= known(
        {
            "producer": next((t.vendor for t in tracks if t.vendor), None),
            "duration_ms": milliseconds(seconds),
            "bit_rate_bps": bit_rate(source.size, seconds),
            "track_count": len(tracks) if film else None,
            "video_codec": film.codec if film else None,
            **({k: film.facts.get(k) for k in ("width_px", "height_px", "frame_rate_hz")} if film else {}),
            "audio_codec": sound.codec if sound else None,
            **({k: sound.facts.get(k) for k in ("sample_rate_hz", "channel_count", "bit_depth")} if sound else {}),
        }
    )
    own |= known({"tracks": [_facts(t) for t in tracks] if film or len(tracks) > 1 else None})
    if sound and not film:
        own |= known({key: sound.facts.get(key) for key in ("nominal_bit_rate_bps", "original_sample_rate_hz")})
    return {"core": believable(core), **own}


def _facts(track: Track) -> dict[str, JSON]:
    return {"kind": track.kind, "codec": track.codec, **track.facts}


def _track(stream: ogg.Stream) -> Track | None:
    head = stream.packets[0] if stream.packets else b""
    for magic, reader in _READERS.items():
        if head.startswith(magic):
            return reader(stream.serial, head)
    return None


def _vorbis(serial: int, head: bytes) -> Track | None:
    if len(head) < 30:
        return None
    channels, rate, _, nominal = struct.unpack_from("<BIiI", head, 11)
    facts = {"sample_rate_hz": rate or None, "channel_count": channels or None}
    return Track(
        serial,
        "audio",
        "vorbis",
        rate,
        facts=known({**facts, "nominal_bit_rate_bps": nominal if nominal < 2**31 else None}),
    )


def _opus(serial: int, head: bytes) -> Track | None:
    if len(head) < 19:
        return None
    channels, skip, rate = struct.unpack_from("<BHI", head, 9)
    # Opus decodes at 48 kHz whatever went in (RFC 7845, 5.1).
    facts = {"sample_rate_hz": 48000, "channel_count": channels or None, "original_sample_rate_hz": rate or None}
    return Track(serial, "audio", "opus", 48000, skip, facts=known(facts))


def _speex(serial: int, head: bytes) -> Track | None:
    if len(head) < 60:
        return None
    rate, channels, bit_rate = (int.from_bytes(head[at : at + 4], "little") for at in (36, 48, 52))
    facts = {"sample_rate_hz": rate or None, "channel_count": channels if 0 < channels < 9 else None}
    nominal = bit_rate if 0 < bit_rate < 2**31 else None
    return Track(serial, "audio", "speex", rate, facts=known({**facts, "nominal_bit_rate_bps": nominal}))


def _flac(serial: int, head: bytes) -> Track | None:
    info = stream_info(head[17:51])
    facts = {"sample_rate_hz": info.sample_rate_hz, "channel_count": info.channels, "bit_depth": info.bit_depth}
    return Track(serial, "audio", "flac", info.sample_rate_hz, facts=known(facts))


def _theora(serial: int, head: bytes) -> Track | None:
    if len(head) < 42:
        return None
    width, height = int.from_bytes(head[14:17]), int.from_bytes(head[17:20])
    top, bottom = struct.unpack_from(">II", head, 22)
    across, down = int.from_bytes(head[30:33]), int.from_bytes(head[33:36])
    shift = int.from_bytes(head[40:42]) >> 5 & 31
    rate = top / bottom if bottom else 0.0
    facts = {
        "width_px": width or None,
        "height_px": height or None,
        "frame_rate_hz": round(rate, 3) or None,
        "sample_aspect_ratio": f"{across}:{down}" if across != down and 0 not in {across, down} else None,
    }
    return Track(serial, "video", "theora", rate, shift=shift, facts=known(facts))


_READERS = {b"\x01vorbis": _vorbis, b"OpusHead": _opus, b"Speex   ": _speex, b"\x7fFLAC": _flac, b"\x80theora": _theora}
_COMMENT_AT = {"vorbis": 7, "opus": 8, "speex": 0, "flac": 4, "theora": 7}


def _comments(stream: ogg.Stream, track: Track, tags: Tags) -> None:
    if len(stream.packets) < 2:
        return
    vendor = vorbis_comment.read(stream.packets[1][_COMMENT_AT[track.codec] :], tags)
    track.vendor = clean(vendor)
    if track.codec == "flac":
        for block in stream.packets[2:]:
            if block[:1] and block[0] & 127 == 6:
                tags.picture(vorbis_comment.picture(block[4:1024]))
