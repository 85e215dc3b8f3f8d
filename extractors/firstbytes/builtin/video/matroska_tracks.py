"""Tracks of a Matroska file (RFC 9559, 5.1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from firstbytes import JSON, ByteSource
from firstbytes.builtin.video.mp4_config import avc_depth, avc_picture, hevc_picture
from firstbytes.formats import codecs, color, ebml, languages
from firstbytes.formats.aac_config import aac
from firstbytes.formats.ebml import Element
from firstbytes.formats.values import clean, known
from firstbytes.formats.wave_format import bitmap_info, wave_format

MAX_TRACKS = 128
_ENTRY = 0xAE
_NUMBER, _UID, _TYPE, _DEFAULT, _FORCED, _ENABLED = 0xD7, 0x73C5, 0x83, 0x88, 0x55AA, 0xB9
_NAME, _LANGUAGE, _BCP47, _CODEC, _PRIVATE, _FRAME_NS = 0x536E, 0x22B59C, 0x22B59D, 0x86, 0x63A2, 0x23E383
_VIDEO, _AUDIO, _ENCODINGS, _ENCODING, _ENCRYPTION, _MAPPING = 0xE0, 0xE1, 0x6D80, 0x6240, 0x5035, 0x41E4
_WIDTH, _HEIGHT, _SHOWN_WIDTH, _SHOWN_HEIGHT, _UNIT, _STEREO, _COLOUR = (
    0xB0,
    0xBA,
    0x54B0,
    0x54BA,
    0x54B2,
    0x53B8,
    0x55B0,
)
_CROPS = (0x54CC, 0x54DD, 0x54BB, 0x54AA)
_PROJECTION, _ROLL = 0x7670, 0x7675
_RATE, _OUTPUT_RATE, _CHANNELS, _BITS = 0xB5, 0x78B5, 0x9F, 0x6264
_MATRIX, _RANGE, _TRANSFER, _PRIMARIES, _CLL, _FALL, _MASTERING = 0x55B1, 0x55B9, 0x55BA, 0x55BB, 0x55BC, 0x55BD, 0x55D0
_BRIGHTEST, _DARKEST, _MAPPING_TYPE, _MAPPING_DATA = 0x55D9, 0x55DA, 0x41E7, 0x41ED
_KINDS = {
    1: "video",
    2: "audio",
    3: "complex",
    16: "logo",
    17: "subtitle",
    18: "buttons",
    32: "control",
    33: "metadata",
}
_BLOCKS = frozenset({_VIDEO, _AUDIO, _ENCODINGS, _MAPPING})
_DOLBY = frozenset({0x64766343, 0x64767643, 0x64767743})

Fields = Mapping[int, bytes]


@dataclass(frozen=True, slots=True)
class Track:
    """One track."""

    uid: int
    kind: str
    codec: str
    encrypted: bool = False
    turn_deg: int = 0
    described: dict[str, JSON] = field(default_factory=dict)

    def facts(self) -> dict[str, JSON]:
        """Return the track as JSON."""
        return known({"kind": self.kind, "codec": self.codec, **self.described, "encrypted": self.encrypted or None})


def tracks(source: ByteSource, element: Element) -> list[Track]:
    """Return the tracks of a Tracks element, at most `MAX_TRACKS`."""
    entries = (e for e in ebml.children(source, element) if e.id == _ENTRY)
    return [_track(source, entry) for _, entry in zip(range(MAX_TRACKS), entries, strict=False)]


def _fields(source: ByteSource, element: Element | None, limit: int = 4096) -> dict[int, bytes]:
    return {e.id: ebml.payload(source, e, limit) for e in ebml.children(source, element, limit=64)} if element else {}


def _track(source: ByteSource, entry: Element) -> Track:
    fields: dict[int, bytes] = {}
    blocks: dict[int, Element] = {}
    for element in ebml.children(source, entry, limit=128):
        if element.id in _BLOCKS:
            blocks.setdefault(element.id, element)
        else:
            fields[element.id] = ebml.payload(source, element, 4096)
    kind = _KINDS.get(ebml.unsigned(fields.get(_TYPE, b"")), "unknown")
    codec_id, private = ebml.text(fields.get(_CODEC, b"")), fields.get(_PRIVATE, b"")
    name = ebml.text(fields[_BCP47]) if _BCP47 in fields else ebml.text(fields.get(_LANGUAGE, b"eng"))
    frame_ns = ebml.unsigned(fields.get(_FRAME_NS, b""))
    described: dict[str, JSON] = {
        "number": ebml.unsigned(fields.get(_NUMBER, b"")),
        "codec_id": clean(codec_id, 64),
        "language": languages.tag(name),
        "name": clean(ebml.text(fields.get(_NAME, b"")), 256),
        "default": ebml.unsigned(fields.get(_DEFAULT, b"\1")) == 1,
        "forced": True if ebml.unsigned(fields.get(_FORCED, b"")) else None,
        "enabled": False if fields.get(_ENABLED) == b"\0" else None,
    }
    turn = 0
    if kind == "video":
        seen, turn = _picture(source, blocks.get(_VIDEO), blocks.get(_MAPPING))
        described |= seen | {"frame_rate_hz": round(1e9 / frame_ns, 3) if frame_ns else None}
    if kind == "audio":
        described |= _sound(_fields(source, blocks.get(_AUDIO)))
    coding = _coding(codec_id, private, described.get("bit_depth"))
    for key, value in coding.items():
        outer = described.get(key)
        if isinstance(value, Mapping) and isinstance(outer, Mapping):
            # What the container says of colour and light outranks the codec's own headers.
            described[key] = {**value, **outer}
        elif key != "codec":
            described[key] = value
    if kind == "audio" and not str(coding.get("codec")).startswith(
        ("pcm_", "flac", "alac", "tta", "wavpack", "truehd")
    ):
        described.pop("bit_depth", None)
    return Track(
        uid=ebml.unsigned(fields.get(_UID, b"")),
        kind=kind,
        codec=str(coding.get("codec") or codecs.matroska(codec_id))[:64],
        encrypted=_encrypted(source, blocks.get(_ENCODINGS)),
        turn_deg=turn,
        described=known(described),
    )


def _encrypted(source: ByteSource, encodings: Element | None) -> bool:
    return encodings is not None and any(
        inner.id == _ENCRYPTION
        for encoding in ebml.children(source, encodings, limit=8)
        if encoding.id == _ENCODING
        for inner in ebml.children(source, encoding, limit=16)
    )


def _picture(source: ByteSource, video: Element | None, mapping: Element | None) -> tuple[dict[str, JSON], int]:
    """Return size as coded less the cropping, sample aspect, colour; and the turn of a rolled projection."""
    if video is None:
        return {}, 0
    inside = {e.id: e for e in ebml.children(source, video, limit=64)}
    fields = {key: ebml.payload(source, e, 64) for key, e in inside.items()}
    left, right, top, bottom = (ebml.unsigned(fields.get(key, b"")) for key in _CROPS)
    width = ebml.unsigned(fields.get(_WIDTH, b"")) - left - right
    height = ebml.unsigned(fields.get(_HEIGHT, b"")) - top - bottom
    aspect = None
    if _SHOWN_WIDTH in fields and _SHOWN_HEIGHT in fields and ebml.unsigned(fields.get(_UNIT, b"")) in {0, 3}:
        aspect = _aspect(width, height, ebml.unsigned(fields[_SHOWN_WIDTH]), ebml.unsigned(fields[_SHOWN_HEIGHT]))
    hues = _fields(source, inside.get(_COLOUR), 64)
    roll = ebml.number(_fields(source, inside.get(_PROJECTION), 16).get(_ROLL, b""))
    facts: dict[str, JSON] = {
        "width_px": width if width > 0 else None,
        "height_px": height if height > 0 else None,
        "sample_aspect_ratio": aspect,
        "stereo_mode": ebml.unsigned(fields.get(_STEREO, b"")) or None,
        "color": _colour(hues),
        "hdr": {**_light(source, inside.get(_COLOUR), hues), **_dolby_vision(_fields(source, mapping, 64))},
    }
    # A roll is counter-clockwise (RFC 9559, 5.1.4.1.28.41); a turn that shows it upright is its opposite.
    return facts, round(-roll / 90) * 90 % 360 if abs(roll) <= 180 else 0


def _aspect(width: int, height: int, shown_width: int, shown_height: int) -> str | None:
    """Return the shape of a sample, "4:3"; None for squares, within the rounding of whole pixels."""
    if min(width, height, shown_width, shown_height) <= 0:
        return None
    ratio = Fraction(shown_width * height, shown_height * width).limit_denominator(255)
    square = abs(shown_width * height / width - shown_height) <= 1
    return None if square or not ratio else f"{ratio.numerator}:{ratio.denominator}"


def _colour(hues: Fields) -> dict[str, JSON]:
    span = ebml.unsigned(hues.get(_RANGE, b""))
    return color.named(
        ebml.unsigned(hues.get(_PRIMARIES, b"\2")),
        ebml.unsigned(hues.get(_TRANSFER, b"\2")),
        ebml.unsigned(hues.get(_MATRIX, b"\2")),
        full_range={1: False, 2: True}.get(span),
    )


def _light(source: ByteSource, colour: Element | None, hues: Fields) -> dict[str, JSON]:
    mastering = (
        next((e for e in ebml.children(source, colour, limit=64) if e.id == _MASTERING), None) if colour else None
    )
    display = _fields(source, mastering, 16)
    return known(
        {
            "max_cll_cdm2": ebml.unsigned(hues[_CLL]) if _CLL in hues else None,
            "max_fall_cdm2": ebml.unsigned(hues[_FALL]) if _FALL in hues else None,
            "mastering_max_cdm2": round(ebml.number(display[_BRIGHTEST]), 4) if _BRIGHTEST in display else None,
            "mastering_min_cdm2": round(ebml.number(display[_DARKEST]), 4) if _DARKEST in display else None,
        }
    )


def _dolby_vision(mapping: Fields) -> dict[str, JSON]:
    if ebml.unsigned(mapping.get(_MAPPING_TYPE, b"")) not in _DOLBY:
        return {}
    return color.dolby_vision(mapping.get(_MAPPING_DATA, b""))


def _sound(fields: Fields) -> dict[str, JSON]:
    rate = ebml.number(fields.get(_OUTPUT_RATE, b"")) or ebml.number(fields.get(_RATE, b"")) or 8000.0
    return {
        "sample_rate_hz": round(rate) if 0 < rate < 1e9 else None,
        "channel_count": min(ebml.unsigned(fields.get(_CHANNELS, b"\1")), 256) or None,
        "bit_depth": min(ebml.unsigned(fields.get(_BITS, b"")), 64) or None,
    }


def _coding(codec_id: str, private: bytes, depth: JSON) -> dict[str, JSON]:
    """Return the codec where its ID does not say it, and what the codec's own configuration adds."""
    bits = depth if isinstance(depth, int) else 16
    if codec_id.startswith("A_PCM/"):
        return {"codec": codecs.pcm(bits, big="BIG" in codec_id, signed=bits != 8, real="FLOAT" in codec_id)}
    if codec_id == "V_MS/VFW/FOURCC":
        return {"codec": bitmap_info(private).get("codec")}
    if codec_id == "A_MS/ACM":
        sound = wave_format(private)
        return {"codec": sound.codec} if sound else {}
    if codec_id.startswith("V_QUICKTIME"):
        return {"codec": codecs.video(private[4:8].decode("latin-1"))} if len(private) >= 8 else {}
    facts: dict[str, JSON] = {"codec": codecs.matroska(codec_id)}
    if codec_id.startswith("A_AAC") and private:
        profile, rate, channels = aac(private)
        return facts | known({"profile": profile, "sample_rate_hz": rate or None, "channel_count": channels or None})
    if codec_id == "V_MPEG4/ISO/AVC":
        return facts | known({"bit_depth": avc_depth(private)}) | avc_picture(private)
    if codec_id == "V_MPEGH/ISO/HEVC" and len(private) > 17:
        return facts | {"bit_depth": (private[17] & 7) + 8} | hevc_picture(private)
    if codec_id == "V_AV1" and len(private) > 2:
        return facts | {"bit_depth": 12 if private[2] & 0x20 else 10 if private[2] & 0x40 else 8}
    return facts
