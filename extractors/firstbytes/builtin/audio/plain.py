"""Formats whose header says it all: AU, Core Audio, DSF, DSDIFF, Creative Voice, NIST SPHERE."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import codecs, id3
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.values import known

Sound = dict[str, "JSON"]

_AU = {
    1: ("pcm_mulaw", 8),
    2: ("pcm_s8", 8),
    3: ("pcm_s16be", 16),
    4: ("pcm_s24be", 24),
    5: ("pcm_s32be", 32),
    6: ("pcm_f32be", 32),
    7: ("pcm_f64be", 64),
    23: ("adpcm_g726", 0),
    24: ("adpcm_g722", 0),
    27: ("pcm_alaw", 8),
}
_CAF_KEYS = {
    "title": "title",
    "artist": "artist",
    "album": "album",
    "composer": "composer",
    "genre": "genre",
    "copyright": "copyright",
    "year": "date",
    "comments": "comment",
    "track number": "track",
    "encoding application": "encoder",
    "encoder": "encoder",
    "date": "date",
    "track": "track",
    "comment": "comment",
    "album_artist": "album_artist",
    "disc": "disc",
    "lyrics": "lyrics",
    "tempo": "bpm",
}
_MAX_CHUNKS = 32


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a file with a plain header.

    Raises:
        Corrupt: the header is cut off or says nothing sensible.
    """
    del ctx
    head, tags = source.read(0, 1024), Tags()
    reader = next((r for magic, at, r in _READERS if head.startswith(magic, at)), None)
    sound = reader(source, head, tags) if reader else None
    if not sound:
        msg = "no header of a known format"
        raise Corrupt(msg)
    core, own = tags.facts()
    return {"core": believable(core | known(sound)), **own}


def _facts(codec: str, rate: float, channels: int, bits: int, seconds: float, size: int = 0) -> Sound:
    return {
        "audio_codec": codec,
        "sample_rate_hz": round(rate) or None,
        "channel_count": channels if 0 < channels <= 256 else None,
        "bit_depth": bits or None,
        "duration_ms": milliseconds(seconds),
        "bit_rate_bps": bit_rate(size, seconds),
    }


def _au(source: ByteSource, head: bytes, tags: Tags) -> Sound | None:
    order = ">" if head[:4] == b".snd" else "<"
    if len(head) < 24:
        return None
    start, size, kind, rate, channels = struct.unpack_from(f"{order}5I", head, 4)
    codec, bits = _AU.get(kind, (f"au_{kind}", 0))
    there = max(0, source.size - start)
    size = there if size == 0xFFFFFFFF else min(size, there)
    width = channels * rate * bits
    tags.add("comment", head[24 : max(24, min(start, len(head)))].split(b"\0")[0].decode("utf-8", "replace"))
    return _facts(
        codec, rate, channels, bits if codec.startswith("pcm_") else 0, size * 8 / width if width else 0, size
    )


def _core_audio(source: ByteSource, head: bytes, tags: Tags) -> Sound | None:
    """Read a Core Audio file: `desc` comes first; packets are counted by `pakt`, or by size where that is constant."""
    del head
    rate, codec, packet_bytes, packet_frames, channels, bits = 0.0, "", 0, 0, 0, 0
    frames, size, at = 0, 0, 8
    for _ in range(_MAX_CHUNKS):
        chunk = source.read(at, 12)
        if len(chunk) < 12:
            break
        kind, length = chunk[:4], int.from_bytes(chunk[4:], signed=True)
        length = source.size - at - 12 if length < 0 else length
        if kind == b"desc" and length >= 32:
            rate, name, flags, packet_bytes, packet_frames, channels, bits = struct.unpack(
                ">d4s5I", source.read(at + 12, 32)
            )
            codec = _caf_codec(name.decode("latin-1"), flags, bits)
        elif kind == b"pakt" and length >= 24:
            frames = int.from_bytes(source.read(at + 20, 8))
        elif kind == b"data":
            size = min(length, source.size - at - 12) - 4
        elif kind == b"info":
            _caf_info(source.read(at + 12, min(length, 64 * 1024)), tags)
        at += 12 + length
    if not codec or not 0 < rate < 1e8:
        return None
    if not frames and packet_bytes:
        frames = size // packet_bytes * packet_frames
    return _facts(codec, rate, channels, bits, frames / rate, size)


def _caf_codec(name: str, flags: int, bits: int) -> str:
    if name == "lpcm":
        return codecs.pcm(bits, big=not flags & 2, real=bool(flags & 1))
    return codecs.audio(name)


def _caf_info(data: bytes, tags: Tags) -> None:
    parts = data[4:].split(b"\0")
    for key, value in zip(parts[::2], parts[1::2], strict=False):
        name, text = key.decode("utf-8", "replace"), value.decode("utf-8", "replace")
        if name in _CAF_KEYS:
            tags.add(_CAF_KEYS[name], text)
        else:
            tags.other(name, text)


def _dsf(source: ByteSource, head: bytes, tags: Tags) -> Sound | None:
    if len(head) < 80 or head[28:32] != b"fmt ":
        return None
    pointer = int.from_bytes(head[20:28], "little")
    channels, rate, bits = struct.unpack_from("<III", head, 52)
    samples = int.from_bytes(head[64:72], "little")
    if 0 < pointer < source.size:
        found = id3.read(source, pointer)[0]
        tags.values, tags.others, tags.pictures = found.values, found.others, found.pictures
    seconds = samples / rate if rate else 0.0
    facts = _facts("dsd_lsbf_planar" if bits == 1 else "dsd_msbf_planar", rate, channels, 1, seconds)
    return {**facts, "bit_rate_bps": rate * channels or None}


def _dsdiff(source: ByteSource, head: bytes, tags: Tags) -> Sound | None:
    del head, tags
    rate = channels = size = 0
    at = 16
    for _ in range(_MAX_CHUNKS):
        chunk = source.read(at, 16)
        if len(chunk) < 12:
            break
        kind, length = chunk[:4], int.from_bytes(chunk[4:12])
        if kind == b"PROP":
            rate, channels = _dsdiff_properties(source.read(at + 16, min(length, 4096)))
        elif kind == b"DSD ":
            size = min(length, source.size - at - 12)
        at += 12 + length + (length & 1)
    seconds = size * 8 / channels / rate if channels and rate else 0.0
    return {**_facts("dsd_msbf", rate, channels, 1, seconds), "bit_rate_bps": rate * channels} if rate else None


def _dsdiff_properties(data: bytes) -> tuple[int, int]:
    rate = channels = at = 0
    while at + 12 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 12])
        if data[at : at + 4] == b"FS  ":
            rate = int.from_bytes(data[at + 12 : at + 16])
        elif data[at : at + 4] == b"CHNL":
            channels = int.from_bytes(data[at + 12 : at + 14])
        at += 12 + length + (length & 1)
    return rate, channels


def _voice(source: ByteSource, head: bytes, tags: Tags) -> Sound | None:
    """Read the first sound block of a Creative Voice file: type 1, 8 then 1, or 9 since version 1.20."""
    del tags
    at = int.from_bytes(head[20:22], "little")
    # Sound goes on in later blocks, of four bytes more each: what is left of the file measures it.
    block = source.read(at, 20)
    if len(block) < 16:
        return None
    if block[0] == 9:
        rate, bits, channels, coding = struct.unpack_from("<IBBH", block, 4)
        codec = {0: "pcm_u8", 4: "pcm_s16le", 6: "pcm_alaw", 7: "pcm_mulaw"}.get(coding, f"voc_{coding}")
        speed = rate * channels * bits
        size = source.size - at - 16
        return _facts(codec, rate, channels, bits, size * 8 / speed if speed else 0.0, size)
    if block[0] == 8:
        channels = block[7] + 1
        rate = 256_000_000 // (channels * (65536 - int.from_bytes(block[4:6], "little")))
        size = source.size - at - 14
        return _facts("pcm_u8" if block[6] == 0 else "adpcm_sbpro", rate, channels, 8, size / rate / channels, size)
    if block[0] == 1:
        rate = 1000000 // (256 - block[4])
        size = source.size - at - 6
        return _facts("pcm_u8" if block[5] == 0 else "adpcm_sbpro", rate, 1, 8, size / rate, size)
    return None


_SPHERE_CODINGS = {"ulaw": "pcm_mulaw", "alaw": "pcm_alaw"}
_SPHERE = re.compile(r"^(\w+) -(?:i|r|s\d+) (\S+)", re.MULTILINE)


def _sphere(source: ByteSource, head: bytes, tags: Tags) -> Sound | None:
    del source, tags
    fields = dict(_SPHERE.findall(head.decode("latin-1")))
    numbers = {k: int(v) for k, v in fields.items() if v.isascii() and v.isdigit() and len(v) < 12}
    rate, count = numbers.get("sample_rate", 0), numbers.get("sample_count", 0)
    if not rate:
        return None
    bits = numbers.get("sample_n_bytes", 2) * 8
    coding = fields.get("sample_coding", "pcm")
    big = fields.get("sample_byte_format", "01") == "10"
    codec = codecs.pcm(bits, big=big) if coding == "pcm" else _SPHERE_CODINGS.get(coding, "unknown")
    return _facts(codec, rate, numbers.get("channel_count", 1), bits, count / rate)


_READERS: tuple[tuple[bytes, int, Callable[[ByteSource, bytes, Tags], Sound | None]], ...] = (
    (b".snd", 0, _au),
    (b"dns.", 0, _au),
    (b"caff", 0, _core_audio),
    (b"DSD \x1c", 0, _dsf),
    (b"FRM8", 0, _dsdiff),
    (b"Creative Voice File", 0, _voice),
    (b"NIST_1A", 0, _sphere),
)
