"""Coded audio without a container: MP3 and its kin, ADTS, AC-3, E-AC-3, DTS, AMR, SBC, with ID3 and APE tags around.

The length comes from the encoder's own header (Xing, Info, VBRI) where there is one, from counting the frames of a
small file, from the bit rate when it is constant, and else from the average of frames in four places.
`duration_source` says which.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, replace

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import aac_config, ape_tag, id3
from firstbytes.formats import audio_frames as frames
from firstbytes.formats.media_facts import believable, milliseconds
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.values import clean, known

_WINDOW = 32 * 1024
_SEARCH = 128 * 1024
_COUNTED = 1024 * 1024
_MAX_TAGS = 4
_READERS: Mapping[str, tuple[frames.Reader, ...]] = {
    "audio/aac": (frames.adts_frame,),
    "audio/mp4a-latm": (frames.latm_frame,),
    "audio/ac3": (frames.ac3_frame,),
    "audio/eac3": (frames.ac3_frame,),
    "audio/vnd.dts": (frames.dts_frame,),
    "audio/x-sbc": (frames.sbc_frame,),
}
_ANY = (frames.mpeg_frame, frames.adts_frame, frames.ac3_frame, frames.dts_frame)
_AMR: Mapping[bytes, frames.Reader] = {b"#!AMR\n": frames.amr_nb_frame, b"#!AMR-WB\n": frames.amr_wb_frame}


@dataclass(frozen=True, slots=True)
class Length:
    """How long the audio is: seconds, bits a second on average, and how that is known."""

    seconds: float
    bit_rate_bps: float
    source: str


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of coded audio.

    Raises:
        Corrupt: no frame was found.
    """
    for magic, reader in _AMR.items():
        if source.read(0, len(magic)) == magic:
            return _facts(source, reader, len(magic), source.size, Tags())
    tags, start = _leading(source)
    end, tags = _trailing(source, tags)
    for reader in _READERS.get(ctx.media_type, _ANY):
        at = _first(source, start, reader)
        if at is not None:
            return _facts(source, reader, at, end, tags)
    if tags.values or tags.pictures:
        core, own = tags.facts()
        return {"core": believable(core), **own, "outcome": "partial", "reason": "tags, but no audio frame in reach"}
    msg = "no audio frame in the first 128 KB"
    raise Corrupt(msg)


def _leading(source: ByteSource) -> tuple[Tags, int]:
    """Return the tags at the start, of which there may be several, and where they end; the first ones win."""
    tags, start = id3.read(source)
    for _ in range(_MAX_TAGS):
        more, end = id3.read(source, start)
        if end == start:
            break
        _fill(tags, more)
        start = end
    return tags, start


def _fill(tags: Tags, more: Tags) -> None:
    """Add what other tags have and these lack."""
    for name, values in more.values.items():
        tags.values.setdefault(name, values)
    tags.pictures = tags.pictures or more.pictures
    tags.others = {**more.others, **tags.others}


def _lyrics(source: ByteSource, end: int) -> int:
    """Return the length in bytes of a Lyrics3 2.00 tag that ends at an offset; 0 when there is none (id3.org)."""
    mark = source.read(max(0, end - 15), 15)
    if mark[6:] != b"LYRICS200" or not mark[:6].isdigit():
        return 0
    return min(int(mark[:6]) + 15, end)


def _trailing(source: ByteSource, tags: Tags) -> tuple[int, Tags]:
    """Return where the audio ends, and the tags with what the trailing ones add; those at the start win."""
    end = source.size
    old = id3.read_v1(source)
    end -= 128 if old else 0
    end -= _lyrics(source, end)
    ape = ape_tag.find(source, end)
    for more in (ape[0] if ape else None, old):
        if more:
            _fill(tags, more)
    return ape[1] if ape else end, tags


def _first(source: ByteSource, start: int, reader: frames.Reader) -> int | None:
    """Return where the first of three frames in step starts; junk may come first."""
    data = source.read(start, _WINDOW)
    for window in (data, b""):
        data = window or source.read(start, _SEARCH)
        at = len(data) - len(data.lstrip(b"\0"))
        for _ in range(4096):
            run = frames.chain(data, at, reader, most=3)
            if len(run) == 3 or (run and at + sum(f.length for f in run) >= len(data)):
                return start + at
            found = min((i for i in (data.find(b, at + 1) for b in _sync(reader)) if i >= 0), default=-1)
            if found < 0:
                break
            at = found
    return None


def _sync(reader: frames.Reader) -> tuple[bytes, ...]:
    if reader in {frames.mpeg_frame, frames.adts_frame}:
        return (b"\xff",)
    return (b"\x0b\x77",) if reader is frames.ac3_frame else (b"\x7f\xfe\x80\x01", b"\x56", b"\x9c")


def _facts(source: ByteSource, reader: frames.Reader, at: int, end: int, tags: Tags) -> dict[str, JSON]:
    data = source.read(at, _WINDOW)
    run = frames.chain(data, at=0, reader=reader)
    if not run:
        msg = "no audio frame after the header"
        raise Corrupt(msg)
    first = _loudest(run)
    if first.codec == "aac_latm":
        first = _configured(data, run)
    vbr = _encoder_header(data[: first.length + 64], run, end - at)
    length = vbr.length or _length(source, reader, (at, end), run, first.sample_rate_hz or 44100)
    core, own = tags.facts()
    core = {
        **core,
        **known(
            {
                "producer": vbr.encoder,
                "duration_ms": milliseconds(length.seconds),
                "bit_rate_bps": round(length.bit_rate_bps) or None,
                "sample_rate_hz": first.sample_rate_hz or None,
                "channel_count": first.channels or None,
                "audio_codec": first.codec,
            }
        ),
    }
    own |= known(
        {
            "duration_source": length.source,
            "bit_rate_mode": vbr.mode or ("constant" if length.source == "constant bit rate" else None),
            "mpeg_version": first.profile if first.codec.startswith("mp") else None,
            "profile": first.profile if first.codec.startswith("aac") else None,
            "lame_replaygain_peak": vbr.peak,
        }
    )
    if vbr.length and vbr.missing_bytes:
        own |= {"outcome": "partial", "reason": f"{vbr.missing_bytes} bytes are missing at the end"}
    return {"core": believable(core), **own}


def _configured(data: bytes, run: list[frames.Frame]) -> frames.Frame:
    """Return a LOAS frame with what the first configuration in the stream says: not every frame repeats it."""
    at = 0
    for frame in run:
        profile, rate, channels = aac_config.latm(data[at + 3 : at + frame.length])
        if rate:
            return replace(frame, profile=profile, sample_rate_hz=rate, channels=channels)
        at += frame.length
    return run[0]


def _loudest(run: list[frames.Frame]) -> frames.Frame:
    """Return the first frame with the most channels any has: a programme may begin in mono."""
    return replace(run[0], channels=max(f.channels for f in run[:8]))


@dataclass(frozen=True, slots=True)
class EncoderHeader:
    """What the first MP3 frame holds in place of sound."""

    length: Length | None = None
    encoder: str | None = None
    mode: str | None = None
    peak: float | None = None
    missing_bytes: int = 0


def _encoder_header(data: bytes, run: list[frames.Frame], size: int) -> EncoderHeader:
    first = run[0]
    if not first.codec.startswith("mp"):
        return EncoderHeader()
    at = 4 + ((17 if first.channels == 1 else 32) if first.profile == "1" else (9 if first.channels == 1 else 17))
    if data[at : at + 4] in {b"Xing", b"Info"}:
        return _xing(data[at:], run, size)
    if data[36:40] == b"VBRI" and len(data) >= 54:
        amount, count = struct.unpack_from(">II", data, 46)
        return EncoderHeader(_by_count(first, count, amount or size, "VBRI header"), mode="variable")
    return EncoderHeader()


def _xing(data: bytes, run: list[frames.Frame], size: int) -> EncoderHeader:
    flags, at = int.from_bytes(data[4:8]), 8
    count = amount = 0
    if flags & 1:
        count, at = int.from_bytes(data[at : at + 4]), at + 4
    if flags & 2:
        amount, at = int.from_bytes(data[at : at + 4]), at + 4
    at += (100 if flags & 4 else 0) + (4 if flags & 8 else 0)
    encoder = clean(data[at : at + 9].decode("latin-1").rstrip("\0")) if data[at : at + 1].isalpha() else None
    constant = data[:4] == b"Info"
    # A file that was cut off later still says how much there was. The header's own frame is no sound.
    stream = max(0, (amount or size) - run[0].length)
    length = _by_count(run[0], count, stream, "Info header" if constant else "Xing header")
    if constant and length:
        # The header's own frame may have another rate: the sound starts with the second.
        length = replace(length, bit_rate_bps=run[-1].bit_rate_bps)
    peak = struct.unpack_from(">I", data, at + 11)[0] / 0x800000 if encoder and len(data) >= at + 15 else 0.0
    # Encoders may leave the header's own frame out of the amount.
    missing = max(0, amount - size - run[0].length)
    return EncoderHeader(length, encoder, "constant" if constant else "variable", round(peak, 6) or None, missing)


def _by_count(first: frames.Frame, count: int, size: int, source: str) -> Length | None:
    if not count:
        return None
    seconds = count * first.samples / first.sample_rate_hz
    # One frame has 1440 bytes at most: a count that leaves less than 8 bytes for each is not believed.
    return Length(seconds, size * 8 / seconds, source) if count * 8 <= size else None


def _length(
    source: ByteSource, reader: frames.Reader, span: tuple[int, int], run: list[frames.Frame], hertz: int
) -> Length:
    """Return the length without an encoder's header: counted, by constant rate, or estimated."""
    at, size = span[0], span[1] - span[0]
    rates = {f.bit_rate_bps for f in run}
    if len(rates) == 1 and 0 not in rates and (len(run) > 8 or size > _COUNTED):
        rate = run[0].bit_rate_bps
        return Length(size * 8 / rate, rate, "constant bit rate")
    if size <= _COUNTED:
        every = frames.chain(source.read(at, size), 0, reader, most=1_000_000)
        # A last frame that is cut off is not heard.
        counted = _span(every[:-1] if len(every) > 1 and _span(every)[0] > size else every)
        if counted[0] >= size * 0.8:
            return Length(counted[1] / hertz, counted[0] * 8 * hertz / counted[1], "frames counted")
    return _estimate(source, reader, span, run, hertz)


def _estimate(
    source: ByteSource, reader: frames.Reader, span: tuple[int, int], run: list[frames.Frame], hertz: int
) -> Length:
    at, size = span[0], span[1] - span[0]
    octets, samples = _span(run)
    for quarter in (1, 2, 3):
        data = source.read(at + size * quarter // 4, _WINDOW)
        for offset in range(min(len(data), 8192)):
            more = frames.chain(data, offset, reader)
            if len(more) > 3 and more[0].in_step(run[0]):
                octets, samples = octets + _span(more)[0], samples + _span(more)[1]
                break
    rate = octets * 8 * hertz / samples
    return Length(size * 8 / rate, rate, "estimated from samples")


def _span(run: list[frames.Frame]) -> tuple[int, int]:
    return sum(f.length for f in run), sum(f.samples for f in run)
