"""Streams without a signature worth the name: they are told by several frames or packets in step.

MPEG audio behind ID3 tags, ADTS, LOAS, AC-3, DTS, SBC, GSM; transport streams; H.264 and H.265 byte streams; DV, FLIC;
and ISO media without `ftyp`. Sources: the standards named in `formats.audio_frames`, ISO/IEC 13818-1,
ITU-T H.264 and H.265 Annex B, id3.org ID3v2.4.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.formats import audio_frames as frames
from firstbytes.formats import id3
from firstbytes.sniff.bmff import headless
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_BY_FRAMES: tuple[tuple[frames.Reader, str, int], ...] = (
    (frames.ac3_frame, "", 2),
    (frames.dts_frame, "audio/vnd.dts", 2),
    (frames.adts_frame, "audio/aac", 3),
    (frames.mpeg_frame, "audio/mpeg", 3),
    (frames.latm_frame, "audio/mp4a-latm", 4),
    (frames.sbc_frame, "audio/x-sbc", 6),
)
_BY_CODEC = {"ac3": "audio/ac3", "eac3": "audio/eac3"}
_BEHIND_ID3 = (
    (b"fLaC", "audio/flac"),
    (b"MAC ", "audio/x-ape"),
    (b"TTA1", "audio/x-tta"),
    (b"wvpk", "audio/x-wavpack"),
    (b"MPCK", "audio/x-musepack"),
    (b"MP+", "audio/x-musepack"),
    (b"OggS", "audio/ogg"),
    (b"tBaK", "audio/x-tak"),
)
_DTS_OTHER = (b"\xfe\x7f\x01\x80", b"\x1f\xff\xe8\x00\x07", b"\xff\x1f\x00\xe8")
_PARTITION = b"\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02\x01\x01\x02"
"""Key of an MXF partition pack; up to 64 KB may be before the first one (SMPTE ST 377-1, 6.5)."""

_SEARCH = 4096
"""Bytes in which a first frame may follow junk."""


def content(head: Head, source: ByteSource) -> Match | None:
    """Return the type of a stream by its structure."""
    data = head.data
    if data[:3] == b"ID3":
        return _behind_id3(head, source)
    return (
        _audio_at(head.block, 0)
        or transport(data)
        or _byte_stream(data)
        or headless(head)
        or _marked(head)
        or _gsm(head)
        or _late_audio(head.block)
    )


def _behind_id3(head: Head, source: ByteSource) -> Match | None:
    tag = id3.header(head.data)
    if tag is None:
        return None
    size = tag.length
    behind = head.block[size : size + 8192] if size + 2048 < len(head.block) else source.read(size, 8192)
    for magic, name in _BEHIND_ID3:
        if behind.startswith(magic):
            return Match(name, "behind ID3v2", "content")
    stripped = len(behind) - len(behind.lstrip(b"\0"))
    found = _audio_at(behind, stripped) or _late_audio(behind)
    return found or Match("audio/mpeg", "ID3v2", "content")


def _audio_at(data: bytes, at: int, least: int = 0) -> Match | None:
    if data.startswith(_DTS_OTHER, at):
        return Match("audio/vnd.dts", "DTS sync word", "content")
    for reader, name, enough in _BY_FRAMES:
        run = frames.chain(data, at, reader, most=max(enough, least))
        end = at + sum(f.length for f in run)
        # A short file may have fewer frames: they must then fill it.
        if run and (len(run) >= max(enough, least) or (end == len(data) and len(run) >= 2)):
            return Match(_BY_CODEC.get(run[0].codec, name), f"{len(run)} {run[0].codec} frames", "content")
    return None


def _late_audio(data: bytes) -> Match | None:
    """Return MPEG audio that starts after junk: more frames have to agree than at the start."""
    at = 0
    for _ in range(256):
        at = data.find(b"\xff", at + 1, _SEARCH)
        if at < 0:
            return None
        # The sync word of MPEG's frames is eleven bits.
        if data[at + 1 : at + 2] >= b"\xe0" and (found := _audio_at(data, at, least=6)):
            return found
    return None


def transport(data: bytes) -> Match | None:
    """Return MPEG transport streams: a sync byte every 188 bytes, or 192 (with time codes), or 204 (with parity)."""
    for step, offset in ((188, 0), (192, 4), (204, 0)):
        if _in_step(data, offset, step, least=3):
            return Match("video/mp2t", f"sync every {step} bytes", "content")
    for offset in range(1, min(204, len(data))):
        if data[offset] == 0x47 and any(_in_step(data, offset, step, least=12) for step in (188, 192, 204)):
            return Match("video/mp2t", f"sync from byte {offset}", "content")
    return None


def _in_step(data: bytes, offset: int, step: int, least: int) -> bool:
    column, after = data[offset::step], data[offset + 1 :: step]
    # A run of one letter is in step too; the byte after a sync is no sync in every packet.
    return len(column) >= least and column == b"\x47" * len(column) and after.count(b"\x47") < len(after)


def _byte_stream(data: bytes) -> Match | None:
    """Return H.264 and H.265 byte streams by their first NAL units (Annex B)."""
    if not data.startswith((b"\0\0\1", b"\0\0\0\1")):
        return None
    starts = [i + 3 for i in _find_all(data, b"\0\0\1", 24) if i + 5 < len(data)]
    heads = [data[i : i + 2] for i in starts]
    if heads and all(h[0] < 128 and h[1] & 7 for h in heads[:2]):
        kinds = [h[0] >> 1 & 63 for h in heads]
        if (kinds[0] in {32, 35} and _base_layer(heads[0])) and 33 in kinds:
            return Match("video/h265", "VPS and SPS", "content")
    kinds = [h[0] & 31 for h in heads if h[0] < 128]
    if kinds and kinds[0] in {6, 7, 9} and {7, 8} <= set(kinds):
        return Match("video/h264", "SPS and PPS", "content")
    return None


def _base_layer(head: bytes) -> bool:
    """Return whether an H.265 NAL unit header names layer 0 and temporal layer 0."""
    return head[0] & 129 == 0 and head[1] == 1


def _find_all(data: bytes, what: bytes, most: int) -> list[int]:
    found: list[int] = []
    at = data.find(what)
    while at >= 0 and len(found) < most:
        found.append(at)
        at = data.find(what, at + 3)
    return found


def _marked(head: Head) -> Match | None:
    """Return formats whose short magic needs a second look: FLIC, DV, MXF, Musepack before 7."""
    data = head.data
    if len(data) >= 128 and data[4:6] in {b"\x11\xaf", b"\x12\xaf"}:
        depth, reserved = int.from_bytes(data[12:14], "little"), data[14:16]
        if depth in {0, 8, 15, 16, 24} and reserved[:1] in {b"\0", b"\3"}:
            return Match("video/x-fli" if data[4] == 0x11 else "video/x-flc", "FLIC header", "content")
    if data[:3] == b"\x1f\x07\x00" and len(data) >= 480 and data[80] >> 5 == 1 and data[240] >> 5 == 2:
        return Match("video/dv", "DIF blocks", "content")
    if _PARTITION in head.block:
        return Match("application/mxf", "partition pack behind a run-in", "content")
    word = int.from_bytes(data[:4], "little")
    if len(data) > 32 and word >> 22 == 0 and word >> 11 & 1023 in {4, 5, 6} and word & 63 == 1:
        return Match("audio/x-musepack", f"stream version {word >> 11 & 1023}", "content", weak=True)
    return None


def _gsm(head: Head) -> Match | None:
    """Return GSM 06.10: every 33-byte frame starts with the same four bits."""
    column = head.data[::33]
    if len(column) >= 10 and head.size % 33 == 0 and all(byte >> 4 == 0xD for byte in column):
        return Match("audio/x-gsm", "33-byte frames", "content")
    return None
