"""Film formats whose header says it all: IVF, YUV4MPEG2, RealMedia, FLIC."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats import codecs
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.values import clean, known

_MAX_CHUNKS = 32


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a film with a plain header.

    Raises:
        Corrupt: the header is cut off or says nothing sensible.
    """
    del ctx
    head = source.read(0, 4096)
    reader = next((r for magic, at, r in _READERS if head.startswith(magic, at)), None)
    try:
        found = reader(source, head) if reader else None
    except struct.error:
        found = None
    if not found:
        msg = "no header of a known format"
        raise Corrupt(msg)
    return found


def _picture(codec: str, width: int, height: int, rate: float, frames: int, source: ByteSource) -> dict[str, JSON]:
    seconds = frames / rate if rate else 0.0
    return believable(
        known(
            {
                "video_codec": codec,
                "width_px": width or None,
                "height_px": height or None,
                "frame_rate_hz": round(rate, 3) if 0 < rate < 1e6 else None,
                "frame_count": frames or None,
                "duration_ms": milliseconds(seconds),
                "bit_rate_bps": bit_rate(source.size, seconds),
            }
        )
    )


def _ivf(source: ByteSource, head: bytes) -> dict[str, JSON]:
    fourcc, width, height, rate, scale, frames = struct.unpack_from("<4sHHIII", head, 8)
    # A frame has a head of 12 bytes: a count for which there is no room is not believed.
    frames = frames if frames * 12 <= source.size else 0
    hertz = rate / scale if scale else 0.0
    return {"core": _picture(codecs.video(fourcc.decode("latin-1")), width, height, hertz, frames, source)}


def _y4m(source: ByteSource, head: bytes) -> dict[str, JSON] | None:
    line = head.partition(b"\n")[0].decode("latin-1")
    fields = {part[0]: part[1:] for part in line.split(" ")[1:] if part}
    width, height = (
        int(v) if (v := fields.get(key, "")).isascii() and v.isdigit() and len(v) < 7 else 0 for key in "WH"
    )
    if not width or not height:
        return None
    top, _, bottom = fields.get("F", "").partition(":")
    rate = int(top) / int(bottom) if top.isdecimal() and bottom.isdecimal() and int(bottom) and len(line) < 512 else 0.0
    layout = fields.get("C", "420jpeg")
    halves = {"420": 3, "422": 4, "444": 6, "mon": 2, "411": 3}.get(layout[:3], 3)
    wide = 2 if "p1" in layout or layout.endswith(("16", "10", "12")) else 1
    size = width * height * halves // 2 * wide + 6
    frames = max(0, source.size - len(line) - 1) // size
    aspect = fields.get("A", "1:1")
    return {
        "core": _picture("rawvideo", width, height, rate, frames, source),
        **known(
            {
                "chroma": clean(layout, 32),
                "interlacing": clean(fields.get("I", ""), 8),
                "sample_aspect_ratio": clean(aspect, 16) if aspect not in {"1:1", "0:0"} else None,
            }
        ),
    }


def _flic(source: ByteSource, head: bytes) -> dict[str, JSON]:
    kind, frames, width, height, depth = struct.unpack_from("<HHHHH", head, 4)
    speed = int.from_bytes(head[16:20], "little")
    # FLI counts in 1/70 s, FLC in milliseconds.
    rate = (70 / speed if kind == 0xAF11 else 1000 / speed) if speed else 0.0
    return {"core": _picture("flic", width, height, rate, frames, source), **known({"color_bits": depth or None})}


def _real(source: ByteSource, head: bytes) -> dict[str, JSON] | None:
    """Read the chunks of a RealMedia file before its data: PROP, CONT and one MDPR a stream."""
    core: dict[str, Any] = {}
    tracks: list[dict[str, Any]] = []
    at = int.from_bytes(head[4:8])
    for _ in range(_MAX_CHUNKS):
        chunk = source.read(at, 10)
        kind, size = chunk[:4], int.from_bytes(chunk[4:8])
        if len(chunk) < 10 or size < 10 or kind == b"DATA":
            break
        body = source.read(at + 10, min(size - 10, 8192))
        if kind == b"PROP" and len(body) >= 24:
            core |= {
                "bit_rate_bps": int.from_bytes(body[4:8]) or None,
                "duration_ms": int.from_bytes(body[20:24]) or None,
            }
        elif kind == b"CONT":
            core |= _real_content(body)
        elif kind == b"MDPR":
            tracks.append(_real_stream(body))
        at += size
    for track in reversed(tracks):
        if track.get("kind") == "video":
            core |= {k: track.get(k) for k in ("width_px", "height_px", "frame_rate_hz")}
            core["video_codec"] = track.get("codec")
        elif track.get("kind") == "audio":
            core |= {k: track.get(k) for k in ("sample_rate_hz", "channel_count")}
            core["audio_codec"] = track.get("codec")
    return {"core": believable(known(core)) | {"track_count": len(tracks)}, "tracks": tracks} if tracks else None


def _real_content(body: bytes) -> dict[str, Any]:
    found, at = dict[str, Any](), 0
    for name in ("title", "authors", "copyright", "description"):
        size = int.from_bytes(body[at : at + 2])
        text = clean(body[at + 2 : at + 2 + size].decode("utf-8", "replace"))
        found[name] = [text] if text and name == "authors" else text
        at += 2 + size
    return known(found)


def _real_stream(body: bytes) -> dict[str, Any]:
    at = 30
    name_size = body[at] if at < len(body) else 0
    at += 1 + name_size
    type_size = body[at] if at < len(body) else 0
    media_type = body[at + 1 : at + 1 + type_size].decode("latin-1")
    data = body[at + 1 + type_size + 4 :]
    if data[4:8] == b"VIDO" and len(data) >= 16:
        codec, width, height = struct.unpack_from(">4sHH", data, 8)
        facts = {
            "kind": "video",
            "codec": codecs.video(codec.decode("latin-1")),
            "width_px": width,
            "height_px": height,
        }
        return known(facts)
    if data[:4] == b".ra\xfd":
        # The fields before the rate are six bytes longer since version 5.
        at = 54 if data[4:6] == b"\0\5" else 48
        rate, channels = int.from_bytes(data[at : at + 2]), int.from_bytes(data[at + 6 : at + 8])
        facts = {"sample_rate_hz": rate or None, "channel_count": channels or None}
        return known({"kind": "audio", "codec": _real_audio(data), **facts})
    return known({"kind": "data", "media_type": clean(media_type, 64)})


def _real_audio(data: bytes) -> str:
    names = {b"dnet": "ac3", b"cook": "cook", b"sipr": "sipr", b"28_8": "ra_288", b"raac": "aac", b"racp": "aac"}
    found = (name for code, name in names.items() if code in data[:128])
    return next(found, "realaudio")


_READERS: tuple[tuple[bytes, int, Callable[[ByteSource, bytes], dict[str, JSON] | None]], ...] = (
    (b"DKIF", 0, _ivf),
    (b"YUV4MPEG2", 0, _y4m),
    (b".RMF", 0, _real),
    (b"\x11\xaf", 4, _flic),
    (b"\x12\xaf", 4, _flic),
)
