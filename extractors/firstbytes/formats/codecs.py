"""Common short names of codecs (those of FFmpeg) by the codes that containers use.

Sources: mp4ra.org (sample entries, object types), QuickTime File Format, the registered FourCCs and WAVE format tags of
Microsoft's mmreg.h, the Matroska codec registry (RFC 9559), ISO/IEC 13818-1 stream types.
"""

from __future__ import annotations

from firstbytes.formats.fourccs import AUDIO, TEXT, VIDEO


def _by_code(table: dict[str, str]) -> dict[str, str]:
    return {code: name for name, codes in table.items() for code in codes.split(" ") if code}


_VIDEO_CODES, _AUDIO_CODES, _TEXT_CODES = _by_code(VIDEO), _by_code(AUDIO), _by_code(TEXT)

_WAVE_TAGS = {
    0x0002: "adpcm_ms",
    0x0006: "pcm_alaw",
    0x0007: "pcm_mulaw",
    0x0008: "dts",
    0x0011: "adpcm_ima_wav",
    0x0020: "adpcm_yamaha",
    0x0022: "truespeech",
    0x0031: "gsm_ms",
    0x0032: "gsm_ms",
    0x0040: "adpcm_g726",
    0x0042: "g723_1",
    0x0045: "adpcm_g726",
    0x0050: "mp2",
    0x0055: "mp3",
    0x0057: "amr_nb",
    0x0058: "amr_wb",
    0x0064: "adpcm_g726",
    0x00FF: "aac",
    0x0160: "wmav1",
    0x0161: "wmav2",
    0x0162: "wmapro",
    0x0163: "wmalossless",
    0x000A: "wmavoice",
    0x0270: "atrac3",
    0x0401: "imc",
    0x1600: "aac",
    0x1602: "aac_latm",
    0x1610: "aac",
    0x2000: "ac3",
    0x2001: "dts",
    0x566F: "vorbis",
    0x674F: "vorbis",
    0x6770: "vorbis",
    0x706D: "aac",
    0xA106: "aac",
    0xA109: "speex",
    0xF1AC: "flac",
    0x704F: "opus",
}

_OBJECT_TYPES = {
    0x20: "mpeg4",
    0x21: "h264",
    0x23: "hevc",
    0x33: "vvc",
    0x40: "aac",
    **dict.fromkeys(range(0x60, 0x66), "mpeg2video"),
    **dict.fromkeys(range(0x66, 0x69), "aac"),
    0x69: "mp3",
    0x6A: "mpeg1video",
    0x6B: "mp3",
    0x6C: "mjpeg",
    0x6D: "png",
    0x6E: "jpeg2000",
    0xA3: "vc1",
    0xA4: "dirac",
    0xA5: "ac3",
    0xA6: "eac3",
    0xA9: "dts",
    0xAC: "dts",
    0xAD: "opus",
    0xAE: "ac4",
    0xDD: "vorbis",
    0xE0: "dvd_subtitle",
    0xE1: "qcelp",
}

_MATROSKA = {
    "V_MPEG4/ISO/AVC": "h264",
    "V_MPEGH/ISO/HEVC": "hevc",
    "V_MPEGI/ISO/VVC": "vvc",
    "V_AV1": "av1",
    "V_VP8": "vp8",
    "V_VP9": "vp9",
    "V_MPEG1": "mpeg1video",
    "V_MPEG2": "mpeg2video",
    "V_MPEG4/ISO/ASP": "mpeg4",
    "V_MPEG4/ISO/SP": "mpeg4",
    "V_MPEG4/ISO/AP": "mpeg4",
    "V_MPEG4/MS/V3": "msmpeg4v3",
    "V_MJPEG": "mjpeg",
    "V_PRORES": "prores",
    "V_FFV1": "ffv1",
    "V_THEORA": "theora",
    "V_DIRAC": "dirac",
    "V_SNOW": "snow",
    "V_UNCOMPRESSED": "rawvideo",
    "V_REAL/RV10": "rv10",
    "V_REAL/RV20": "rv20",
    "V_REAL/RV30": "rv30",
    "V_REAL/RV40": "rv40",
    "A_AAC": "aac",
    "A_AC3": "ac3",
    "A_EAC3": "eac3",
    "A_AC4": "ac4",
    "A_DTS": "dts",
    "A_TRUEHD": "truehd",
    "A_MLP": "mlp",
    "A_MPEG/L1": "mp1",
    "A_MPEG/L2": "mp2",
    "A_MPEG/L3": "mp3",
    "A_OPUS": "opus",
    "A_VORBIS": "vorbis",
    "A_FLAC": "flac",
    "A_ALAC": "alac",
    "A_TTA1": "tta",
    "A_WAVPACK4": "wavpack",
    "A_ATRAC/AT1": "atrac1",
    "A_QUICKTIME/QDM2": "qdm2",
    "A_QUICKTIME/QDMC": "qdmc",
    "A_REAL/COOK": "cook",
    "A_REAL/SIPR": "sipr",
    "A_REAL/ATRC": "atrac3",
    "A_REAL/28_8": "ra_288",
    "A_REAL/14_4": "ra_144",
    "S_TEXT/UTF8": "subrip",
    "S_TEXT/ASCII": "subrip",
    "S_TEXT/ASS": "ass",
    "S_ASS": "ass",
    "S_TEXT/SSA": "ssa",
    "S_SSA": "ssa",
    "S_TEXT/USF": "usf",
    "S_TEXT/WEBVTT": "webvtt",
    "D_WEBVTT/SUBTITLES": "webvtt",
    "D_WEBVTT/CAPTIONS": "webvtt",
    "S_VOBSUB": "dvd_subtitle",
    "S_HDMV/PGS": "hdmv_pgs_subtitle",
    "S_HDMV/TEXTST": "hdmv_text_subtitle",
    "S_DVBSUB": "dvb_subtitle",
    "S_KATE": "kate",
    "S_ARIBSUB": "arib_caption",
}


def video(fourcc: str) -> str:
    """Return the name of a video codec by its FourCC or sample entry, the code itself in lower case when unknown."""
    code = fourcc.lower().rstrip(" \0")
    return _VIDEO_CODES.get(code, code)


def audio(fourcc: str) -> str:
    """Return the name of an audio codec by its sample entry, the code itself in lower case when unknown."""
    code = fourcc.lower().rstrip(" ")
    if fourcc[:2] == "ms" and len(fourcc) == 4:
        return wave(int.from_bytes(fourcc[2:].encode("latin-1")), 16)
    return _AUDIO_CODES.get(code, code)


def text(fourcc: str) -> str:
    """Return the name of a subtitle or text format by its sample entry."""
    code = fourcc.lower().rstrip(" \0")
    return _TEXT_CODES.get(code, code)


def pcm(bits: int, *, big: bool = False, signed: bool = True, real: bool = False) -> str:
    """Return the name of uncompressed samples: pcm_s16le, pcm_u8, pcm_f32be."""
    letter = "f" if real else "s" if signed else "u"
    return f"pcm_{letter}{bits}" + ("" if bits == 8 else "be" if big else "le")


def wave(format_tag: int, bits: int) -> str:
    """Return the name of a codec by its WAVE format tag; `bits` a sample matter for uncompressed audio only."""
    if format_tag == 1:
        return pcm(bits, signed=bits != 8)
    if format_tag == 3:
        return pcm(bits, real=True)
    return _WAVE_TAGS.get(format_tag, f"wave_{format_tag:#06x}")


def object_type(number: int) -> str | None:
    """Return the name of a codec by its MPEG-4 object type indication; None when unknown."""
    return _OBJECT_TYPES.get(number)


def matroska(codec_id: str) -> str:
    """Return the name of a codec by its Matroska codec ID, the ID itself when unknown."""
    base = codec_id
    while base and base not in _MATROSKA:
        base = base.rpartition("/")[0]
    return _MATROSKA.get(base, codec_id)
