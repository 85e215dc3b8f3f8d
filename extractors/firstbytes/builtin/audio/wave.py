"""WAVE, RF64, BW64 and Wave64 (RIFF 1991; EBU Tech 3306; ITU-R BS.2088; Sony Wave64)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import id3, riff, riff_info
from firstbytes.formats.media_facts import believable, milliseconds
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.riff import Chunk, Order
from firstbytes.formats.values import known
from firstbytes.formats.wave_format import WaveFormat, wave_format

_MAX_CHUNKS = 24
_W64_TAIL = bytes.fromhex("f3acd3118cd100c04f8edb8a")
_W64_RIFF = bytes.fromhex("2e91cf11a5d628db04c10000")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a WAVE file.

    Raises:
        Corrupt: it has no format chunk.
    """
    del ctx
    head = source.read(0, 16)
    if head[4:16] == _W64_RIFF:
        return _facts(source, _wave64(source), "little", {})
    order: Order = "big" if head[:4] == b"RIFX" else "little"
    wide = _wide_sizes(source) if head[:4] in {b"RF64", b"BW64"} else {}
    chunks = list(riff.walk(source, 12, source.size, order, limit=_MAX_CHUNKS, wide=wide))
    return _facts(source, chunks, order, wide)


def _wide_sizes(source: ByteSource) -> dict[str, int]:
    """Return 64-bit sizes by chunk, and the sample count under "", from the `ds64` chunk that comes first."""
    data = source.read(12, 8 + 28)
    if data[:4] != b"ds64" or len(data) < 36:
        return {}
    return {"data": int.from_bytes(data[16:24], "little"), "": int.from_bytes(data[24:32], "little")}


def _wave64(source: ByteSource) -> list[Chunk]:
    """Return the chunks of a Wave64 file: 16-byte names, 64-bit sizes that count the head, 8-byte alignment."""
    chunks: list[Chunk] = []
    at = 40
    for _ in range(_MAX_CHUNKS):
        head = source.read(at, 24)
        size = int.from_bytes(head[16:24], "little")
        if len(head) < 24 or size < 24:
            break
        if head[4:16] == _W64_TAIL:
            end = min(at + size, source.size)
            chunks.append(Chunk(head[:4].decode("latin-1"), at, at + 24, end, cut=at + size > source.size))
        at += (size + 7) & ~7
    return chunks


def _facts(source: ByteSource, chunks: list[Chunk], order: Order, wide: Mapping[str, int]) -> dict[str, JSON]:
    by_kind = {chunk.kind: chunk for chunk in reversed(chunks)}
    body = riff.payload(source, by_kind["fmt "], 64) if "fmt " in by_kind else b""
    sound = wave_format(_swapped(body) if order == "big" else body)
    if sound is None:
        msg = "no format chunk"
        raise Corrupt(msg)
    tags = Tags()
    for chunk in chunks:
        if chunk.form == "INFO":
            riff_info.info(source, chunk, tags, order)
        elif chunk.kind in {"id3 ", "ID3 "}:
            _add(tags, id3.read(source, chunk.body)[0])
    data = by_kind.get("data")
    seconds = _seconds(source, sound, data, by_kind.get("fact"), wide.get("", 0))
    extension = riff.payload(source, by_kind["bext"], 4096) if "bext" in by_kind else b""
    bext = riff_info.broadcast(extension, sound.sample_rate_hz)
    core, own = tags.facts()
    core |= known(
        {
            "description": core.get("description") or bext.pop("description", None),
            "created": core.get("created") or bext.get("originated_at"),
            "duration_ms": milliseconds(seconds),
            "audio_codec": sound.codec,
            **{k: v for k, v in sound.facts().items() if k != "codec"},
        }
    )
    own |= known({"broadcast": bext, "ixml": "iXML" in by_kind or None, "cue_points": _cues(source, by_kind)})
    if data is None:
        own |= {"outcome": "partial", "reason": "no sound data"}
    elif data.cut and int.from_bytes(source.read(data.start + 4, 4), order) not in {0, 0xFFFFFFFF}:
        own |= {"outcome": "partial", "reason": "the sound data is cut off"}
    return {"core": believable(core), **own}


def _add(tags: Tags, more: Tags) -> None:
    for name, values in more.values.items():
        tags.values.setdefault(name, values)
    tags.pictures = tags.pictures or more.pictures
    for key, value in more.others.items():
        tags.other(key, value)


def _swapped(body: bytes) -> bytes:
    """Return a big-endian format chunk as a little-endian one: fields of 2, 2, 4, 4, 2 and 2 bytes."""
    edges = (0, 2, 4, 8, 12, 14, 16)
    return b"".join(body[a:b][::-1] for a, b in pairwise(edges))


def _seconds(source: ByteSource, sound: WaveFormat, data: Chunk | None, fact: Chunk | None, wide: int) -> float:
    if data is None or not sound.sample_rate_hz:
        return 0.0
    size = data.size or source.size - data.body
    if sound.uncompressed and sound.block:
        return size // sound.block / sound.sample_rate_hz
    samples = wide if wide not in {0, 0xFFFFFFFFFFFFFFFF} else 0
    if not samples and fact:
        samples = int.from_bytes(riff.payload(source, fact, 4), "little")
    # A sample count is believed where the bytes leave each at least a 64th of a bit.
    if 0 < samples <= size * 512:
        return samples / sound.sample_rate_hz
    return size / sound.bytes_per_second if sound.bytes_per_second else 0.0


def _cues(source: ByteSource, by_kind: Mapping[str, Chunk]) -> int | None:
    if "cue " not in by_kind:
        return None
    count = int.from_bytes(riff.payload(source, by_kind["cue "], 4), "little")
    return count if 0 < count <= by_kind["cue "].size // 24 else None
