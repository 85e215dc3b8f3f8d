"""Monkey's Audio, WavPack, True Audio, Musepack, TAK's kin of plain headers, each with an APEv2 or ID3 tag around."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import ape_tag, id3
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.values import known

_WAVPACK_RATES = (
    *(6000, 8000, 9600, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000, 192000),
    0,
)
_MPC_RATES = (44100, 48000, 37800, 32000)
_UNKNOWN = 0xFFFFFFFF

Sound = dict[str, "JSON"]


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a lossless or Musepack file.

    Raises:
        Corrupt: its header is cut off or says nothing sensible.
    """
    del ctx
    tags, start = id3.read(source)
    head = source.read(start, 256)
    reader = next((r for magic, r in _READERS.items() if head.startswith(magic)), None)
    sound = reader(head) if reader else None
    if not sound:
        msg = "no header of a known lossless format"
        raise Corrupt(msg)
    old = id3.read_v1(source)
    end = source.size - (128 if old else 0)
    ape = ape_tag.find(source, end)
    for more in (ape[0] if ape else None, old):
        for name, values in more.values.items() if more else ():
            tags.values.setdefault(name, values)
        if more:
            tags.others |= more.others
            tags.pictures = tags.pictures or more.pictures
    samples, rate = sound.pop("samples"), sound.get("sample_rate_hz")
    seconds = samples / rate if isinstance(samples, int) and isinstance(rate, int) and samples and rate else 0.0
    core, own = tags.facts()
    size = (ape[1] if ape else end) - start
    core |= known({"duration_ms": milliseconds(seconds), **sound})
    core |= known({"bit_rate_bps": bit_rate(size, seconds)})
    return {"core": believable(core), **own}


def _monkeys(head: bytes) -> Sound | None:
    """Read a MAC header: since 3.98 a descriptor comes first; before, a sample has the level's number of blocks."""
    if len(head) < 76:
        return None
    version = int.from_bytes(head[4:6], "little")
    if version >= 3980:
        at = int.from_bytes(head[8:12], "little")
        if at + 24 > len(head):
            return None
        _, _, blocks, final, frames, bits, channels, rate = struct.unpack_from("<HHIIIHHI", head, at)
    else:
        level, flags, channels, rate, _, _, frames, final = struct.unpack_from("<HHHIIIII", head, 6)
        bits = 8 if flags & 1 else 24 if flags & 8 else 16
        blocks = (
            73728 * 4 if version >= 3950 else 73728 if version >= 3900 or (version >= 3800 and level == 4000) else 9216
        )
    samples = (frames - 1) * blocks + final if frames else 0
    return _sound("ape", rate, channels, bits, samples)


def _wavpack(head: bytes) -> Sound | None:
    """Read a WavPack 4 block header; the sample count has 40 bits."""
    if len(head) < 32:
        return None
    samples, flags = int.from_bytes(head[12:16], "little"), int.from_bytes(head[24:28], "little")
    total = 0 if samples == _UNKNOWN else samples + (head[11] << 32)
    bits = (flags & 3) * 8 + 8 - (flags >> 13 & 31)
    rate = _WAVPACK_RATES[flags >> 23 & 15]
    channels = 1 if flags & 4 else 2
    return _sound("dsd" if flags & 0x80000000 else "wavpack", rate, channels, bits, total)


def _true_audio(head: bytes) -> Sound | None:
    if len(head) < 18:
        return None
    if head[3:4] != b"1":
        return None
    _, channels, bits, rate, samples = struct.unpack_from("<HHHII", head, 4)
    return _sound("tta", rate, channels, bits, samples)


def _musepack_7(head: bytes) -> Sound | None:
    if len(head) < 28:
        return None
    frames = int.from_bytes(head[4:8], "little")
    rate = _MPC_RATES[head[10] & 3]
    last = int.from_bytes(head[20:24], "little") >> 20 & 0x7FF
    samples = frames * 1152 - (1152 - last if last else 576)
    return _sound("musepack7", rate, 2, 0, max(0, samples))


def _musepack_8(head: bytes) -> Sound | None:
    """Read the SH packet, which comes first: sizes and counts are in 7-bit groups."""
    at = 4
    if head[at : at + 2] != b"SH":
        return None
    at = _group(head, at + 2)[1] + 5
    samples, at = _group(head, at)
    _, at = _group(head, at)
    if at + 2 > len(head):
        return None
    rate = _MPC_RATES[head[at] >> 5 & 3]
    return _sound("musepack8", rate, (head[at + 1] >> 4) + 1, 0, samples)


def _group(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(at, min(at + 9, len(data))):
        value = value << 7 | data[index] & 127
        if not data[index] & 128:
            return value, index + 1
    return value, len(data)


def _sound(codec: str, rate: int, channels: int, bits: int, samples: int) -> Sound:
    return {
        "audio_codec": codec,
        "sample_rate_hz": rate or None,
        "channel_count": channels if 0 < channels <= 256 else None,
        "bit_depth": bits if 0 < bits <= 64 else None,
        "samples": samples,
    }


_READERS: Mapping[bytes, Callable[[bytes], Sound | None]] = {
    b"MAC ": _monkeys,
    b"wvpk": _wavpack,
    b"TTA": _true_audio,
    b"MPCK": _musepack_8,
    b"MP+": _musepack_7,
}
