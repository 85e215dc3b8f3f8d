"""Sample entries of ISO media and QuickTime: what a track is coded with (ISO/IEC 14496-12, 8.5 and 12; 14496-14, -15).

One function for each kind: `video(source, entry)`, `audio(source, entry)`, `text(entry)`, each returning track facts.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping

from firstbytes import JSON, ByteSource
from firstbytes.builtin.video.mp4_config import audio_config, avc_depth, avc_picture, hevc_picture
from firstbytes.formats import bmff, codecs
from firstbytes.formats.bmff import Box
from firstbytes.formats.color import coding, dolby_vision, light_level, mastering
from firstbytes.formats.values import clean, known

_MONO = {"amr_nb": 8000, "amr_wb": 16000}
_MAX_FIELDS = 128
_MAX_CONFIG = 4096
_MAX_BOXES = 64


def _boxes(source: ByteSource, entry: Box, skip: int) -> dict[str, Box]:
    """Return the boxes inside a sample entry by kind, the first of each."""
    found: dict[str, Box] = {}
    for box in bmff.children(source, entry, skip=skip, limit=_MAX_BOXES):
        found.setdefault(box.kind, box)
    return found


def _protection(source: ByteSource, inside: Mapping[str, Box], tag: str) -> tuple[str, str | None, bool]:
    """Return the original sample entry code, the protection scheme, and whether the track is encrypted at all."""
    if "sinf" not in inside:
        return tag, None, tag in {"encv", "enca", "enct", "encs", "drms", "drmi"}
    original = bmff.find(source, "frma", within=inside["sinf"])
    scheme = bmff.find(source, "schm", within=inside["sinf"])
    code = bmff.payload(source, original, 4).decode("latin-1") if original else tag
    return code, clean(bmff.payload(source, scheme, 8)[4:].decode("latin-1")) if scheme else None, True


def video(source: ByteSource, entry: Box) -> dict[str, JSON]:
    """Return codec, size in pixels, sample aspect, depth, colour and protection of a visual sample entry."""
    fields = bmff.payload(source, entry, _MAX_FIELDS)
    if len(fields) < 78:
        return {"codec": codecs.video(entry.kind)}
    width, height, depth = *struct.unpack_from(">HH", fields, 24), int.from_bytes(fields[74:76])
    inside = _boxes(source, entry, 78)
    tag, scheme, encrypted = _protection(source, inside, entry.kind)

    def config(kind: str) -> bytes:
        return bmff.payload(source, inside[kind], _MAX_CONFIG) if kind in inside else b""

    codec = codecs.video(tag)
    if tag == "mp4v" and "esds" in inside:
        codec = audio_config(config("esds")).codec or codec
    aspect = struct.unpack(">II", config("pasp")[:8]) if len(config("pasp")) >= 8 else (1, 1)
    rate = int.from_bytes(config("btrt")[8:12])
    coded = hevc_picture(config("hvcC")) or avc_picture(config("avcC"))
    return known(
        {
            "codec": codec,
            "codec_tag": clean(tag),
            "width_px": width or None,
            "height_px": height or None,
            "sample_aspect_ratio": f"{aspect[0]}:{aspect[1]}" if 0 not in aspect and aspect[0] != aspect[1] else None,
            "bit_depth": _depth(config, depth),
            "bit_rate_bps": rate or None,
            "compressor": clean(fields[43 : 43 + min(fields[42], 31)].decode("utf-8", "replace")),
            "color": coding(config("colr")) or coded.get("color"),
            "hdr": known(
                {
                    **_light(coded),
                    **mastering(config("mdcv")),
                    **light_level(config("clli")),
                    **dolby_vision(config("dvcC") or config("dvvC") or config("dvwC")),
                }
            ),
            "encrypted": encrypted or None,
            "protection_scheme": scheme,
        }
    )


def _light(coded: Mapping[str, JSON]) -> Mapping[str, JSON]:
    light = coded.get("hdr")
    return light if isinstance(light, Mapping) else {}


def _depth(config: Callable[[str], bytes], depth: int) -> int | None:
    """Return bits a channel: from the codec's own configuration, since the entry's depth counts all channels."""
    if hevc := config("hvcC"):
        return (hevc[17] & 7) + 8 if len(hevc) > 17 else None
    if av1 := config("av1C"):
        return (12 if av1[2] & 0x20 else 10 if av1[2] & 0x40 else 8) if len(av1) > 2 else None
    if vp9 := config("vpcC"):
        return vp9[6] >> 4 or None if len(vp9) > 6 else None
    if avc := config("avcC"):
        return avc_depth(avc)
    return None if depth != 30 else 10


def audio(source: ByteSource, entry: Box) -> dict[str, JSON]:
    """Return codec, channels, sample rate, depth and protection of an audio sample entry, versions 0, 1 and 2."""
    fields = bmff.payload(source, entry, _MAX_FIELDS)
    if len(fields) < 28:
        return {"codec": codecs.audio(entry.kind)}
    version, channels, bits, rate = struct.unpack_from(">8xH6xHH4xI", fields)
    hertz, skip, flags = rate >> 16, {1: 44, 2: 64}.get(version, 28), None
    if version == 2 and len(fields) >= 64:
        (real, channels), (bits, flags) = struct.unpack_from(">dI", fields, 32), struct.unpack_from(">II", fields, 48)
        hertz = int(real) if 0 < real < 2**32 else 0
    elif version > 2:
        skip = 28
    inside = _boxes(source, entry, skip)
    if "wave" in inside:
        inside = {**_boxes(source, inside["wave"], 0), **inside}
    tag, scheme, encrypted = _protection(source, inside, entry.kind)
    setup = _setup(source, inside)
    codec = str(setup.pop("codec", "")) or _audio_codec(source, inside, tag, bits, flags)
    if codec in _MONO:
        # Telephone codecs have one channel and one rate whatever the entry says (3GPP TS 26.244, 6.5).
        channels, hertz = 1, _MONO[codec]
    lossy = not codec.startswith("pcm_") and codec not in {"flac", "alac"}
    return known(
        {
            "codec": codec,
            "codec_tag": clean(tag),
            "channel_count": channels or None,
            "sample_rate_hz": hertz or None,
            "bit_depth": None if lossy else bits or None,
            "encrypted": encrypted or None,
            "protection_scheme": scheme,
            **setup,
        }
    )


def _setup(source: ByteSource, inside: Mapping[str, Box]) -> dict[str, JSON]:
    """Return what the codec's own configuration says, which outranks the entry's fields."""
    if "esds" in inside:
        return audio_config(bmff.payload(source, inside["esds"], _MAX_CONFIG)).facts()
    if "dfLa" in inside:
        info = int.from_bytes(bmff.payload(source, inside["dfLa"], 64)[18:22])
        return {"sample_rate_hz": info >> 12, "channel_count": (info >> 9 & 7) + 1, "bit_depth": (info >> 4 & 31) + 1}
    if "alac" in inside and inside["alac"].size >= 28:
        cookie = bmff.payload(source, inside["alac"], 64)[4:]
        return known(
            {
                "bit_depth": cookie[5] or None,
                "channel_count": cookie[9] or None,
                "bit_rate_bps": int.from_bytes(cookie[16:20]) or None,
                "sample_rate_hz": int.from_bytes(cookie[20:24]) or None,
            }
        )
    if "dac3" in inside:
        bits = int.from_bytes(bmff.payload(source, inside["dac3"], 3))
        return {"channel_count": (2, 1, 2, 3, 3, 4, 4, 5)[bits >> 11 & 7] + (bits >> 10 & 1)}
    if "dec3" in inside:
        bits = int.from_bytes(bmff.payload(source, inside["dec3"], 5))
        return {"channel_count": (2, 1, 2, 3, 3, 4, 4, 5)[bits >> 9 & 7] + (bits >> 8 & 1)}
    return {}


def _audio_codec(source: ByteSource, inside: Mapping[str, Box], tag: str, bits: int, flags: int | None) -> str:
    little = "enda" in inside and bmff.payload(source, inside["enda"], 2) == b"\0\1"
    if tag in {"twos", "sowt", "raw ", "NONE", "in24", "in32", "fl32", "fl64"}:
        width = {"in24": 24, "in32": 32, "fl32": 32, "fl64": 64}.get(tag, bits)
        big = tag != "sowt" and not little
        return codecs.pcm(width, big=big, signed=tag not in {"raw ", "NONE"}, real=tag in {"fl32", "fl64"})
    if tag == "lpcm":
        return codecs.pcm(bits, big=bool((flags or 0) & 2), signed=bool((flags or 0) & 4), real=bool((flags or 0) & 1))
    if tag in {"ipcm", "fpcm"}:
        setup = bmff.payload(source, inside["pcmC"], 6) if "pcmC" in inside else b""
        known_setup = len(setup) == 6
        return codecs.pcm(setup[5] if known_setup else bits, big=not (known_setup and setup[4] & 1), real=tag == "fpcm")
    return codecs.audio(tag)


def text(entry: Box) -> dict[str, JSON]:
    """Return the format of a subtitle, text or metadata sample entry."""
    return known({"codec": codecs.text(entry.kind), "codec_tag": clean(entry.kind)})
