"""AIFF and AIFF-C (Apple 1989, 1991)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import codecs, id3, riff
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.values import known

_MAX_CHUNKS = 24
_TEXTS = {"NAME": "title", "AUTH": "artist", "(c) ": "copyright", "ANNO": "comment"}
_CODINGS = {
    "NONE": ("s", True),
    "twos": ("s", True),
    "sowt": ("s", False),
    "in24": ("s", True),
    "in32": ("s", True),
    "raw ": ("u", True),
    "fl32": ("f", True),
    "FL32": ("f", True),
    "fl64": ("f", True),
    "FL64": ("f", True),
    "23ni": ("s", False),
    "42ni": ("s", False),
}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of an AIFF or AIFF-C file.

    Raises:
        Corrupt: it has no common chunk.
    """
    del ctx
    tags, common, cut, size = Tags(), b"", False, 0
    for chunk in riff.walk(source, 12, source.size, "big", limit=_MAX_CHUNKS):
        if chunk.kind == "COMM" and not common:
            common = riff.payload(source, chunk, 64)
        elif chunk.kind in _TEXTS:
            tags.add(_TEXTS[chunk.kind], riff.payload(source, chunk, 4096).split(b"\0")[0].decode("utf-8", "replace"))
        elif chunk.kind in {"ID3 ", "id3 "}:
            _prefer(tags, id3.read(source, chunk.body)[0])
        elif chunk.kind == "SSND":
            cut, size = chunk.cut, chunk.size - 8
    if len(common) < 18:
        msg = "no common chunk"
        raise Corrupt(msg)
    channels, frames, bits = struct.unpack_from(">HIH", common)
    rate = extended(common[8:18])
    coding = common[18:22].decode("latin-1") if len(common) >= 22 else "NONE"
    seconds = frames / rate if rate else 0.0
    letter, big = _CODINGS.get(coding, ("", True))
    core, own = tags.facts()
    core |= known(
        {
            "duration_ms": milliseconds(seconds),
            "bit_rate_bps": round(rate * channels * ((bits + 7) // 8 * 8)) if letter else bit_rate(size, seconds),
            "sample_rate_hz": round(rate) or None,
            "channel_count": channels or None,
            "bit_depth": bits if letter and bits else None,
            "audio_codec": codecs.pcm(bits, big=big, signed=letter == "s", real=letter == "f")
            if letter
            else codecs.audio(coding),
        }
    )
    if cut:
        own |= {"outcome": "partial", "reason": "the sound data is cut off"}
    return {"core": believable(core), **own}


def _prefer(tags: Tags, better: Tags) -> None:
    """Let an ID3 tag's values replace the plain chunks', which are often cut to fit."""
    tags.values |= better.values
    tags.others |= better.others
    tags.pictures = better.pictures


def extended(data: bytes) -> float:
    """Return an 80-bit IEEE 754 extended number as a rate in hertz; 0.0 outside 1 Hz to 10 MHz."""
    exponent, mantissa = int.from_bytes(data[:2]), int.from_bytes(data[2:10])
    if not 16383 <= exponent <= 16383 + 23:
        return 0.0
    return mantissa / 2.0 ** (63 - (exponent - 16383))
