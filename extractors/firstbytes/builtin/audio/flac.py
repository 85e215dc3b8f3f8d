"""FLAC (RFC 9639): stream info, comments and pictures; a picture is measured, not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import id3, vorbis_comment
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.values import clean, known

_MAX_BLOCKS = 128
_MAX_COMMENT = 512 * 1024
_STREAM_INFO, _COMMENT, _CUE_SHEET, _PICTURE = 0, 4, 5, 6


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """What a STREAMINFO block says (RFC 9639, 8.2). `samples` of 0 is unknown."""

    sample_rate_hz: int
    channels: int
    bit_depth: int
    samples: int
    md5: str


def stream_info(data: bytes) -> StreamInfo:
    """Return a STREAMINFO block's facts.

    Raises:
        Corrupt: it is shorter than 34 bytes or has no sample rate.
    """
    bits = int.from_bytes(data[10:18])
    if len(data) < 34 or not bits >> 44:
        msg = "no FLAC stream info"
        raise Corrupt(msg)
    return StreamInfo(bits >> 44, (bits >> 41 & 7) + 1, (bits >> 36 & 31) + 1, bits & 0xFFFFFFFFF, data[18:34].hex())


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a FLAC file, behind an ID3v2 tag or not."""
    del ctx
    before, at = id3.read(source)
    if source.read(at, 4) != b"fLaC":
        msg = "no FLAC stream"
        raise Corrupt(msg)
    tags, info, own, at = _blocks(source, at + 4)
    for name, values in before.values.items():
        tags.values.setdefault(name, values)
    seconds = info.samples / info.sample_rate_hz
    core, more = tags.facts()
    core |= known(
        {
            "producer": own.pop("vendor", None),
            "duration_ms": milliseconds(seconds),
            "bit_rate_bps": bit_rate(source.size - at, seconds),
            "sample_rate_hz": info.sample_rate_hz,
            "channel_count": info.channels,
            "bit_depth": info.bit_depth,
            "audio_codec": "flac",
        }
    )
    return {
        "core": believable(core),
        **more,
        **known(own),
        **known({"audio_md5": info.md5 if info.md5.strip("0") else None}),
    }


def _blocks(source: ByteSource, at: int) -> tuple[Tags, StreamInfo, dict[str, JSON], int]:
    tags, info = Tags(), None
    own: dict[str, JSON] = {}
    for _ in range(_MAX_BLOCKS):
        head = source.read(at, 4)
        if len(head) < 4:
            own |= {"outcome": "partial", "reason": "cut off in the metadata"}
            break
        kind, size = head[0] & 127, int.from_bytes(head[1:])
        if kind == _STREAM_INFO and info is None:
            info = stream_info(source.read(at + 4, 34))
        elif kind == _COMMENT:
            vendor = vorbis_comment.read(source.read(at + 4, min(size, _MAX_COMMENT)), tags)
            own["vendor"] = clean(vendor)
        elif kind == _PICTURE:
            tags.picture(vorbis_comment.picture(source.read(at + 4, min(size, 1024))))
        elif kind == _CUE_SHEET:
            own["cue_sheet"] = True
        at += 4 + size
        if head[0] & 128:
            break
    if info is None:
        msg = "no FLAC stream info"
        raise Corrupt(msg)
    return tags, info, own, at
