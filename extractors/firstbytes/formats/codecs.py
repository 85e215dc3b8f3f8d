"""Common short names of codecs (those of FFmpeg) by the codes that containers use.

Sources: mp4ra.org (sample entries, object types), QuickTime File Format, the registered FourCCs and WAVE format tags of
Microsoft's mmreg.h, the Matroska codec registry (RFC 9559), ISO/IEC 13818-1 stream types.
"""

from __future__ import annotations

_VIDEO: dict[str, str] = {
    "h264": "avc1 avc2 avc3 avc4 h264 x264 davc vssh dvav dva1",
    "hevc": "hvc1 hvc2 hev1 hev2 dvh1 dvhe hevc h265 x265",
    "vvc": "vvc1 vvi1",
    "av1": "av01 dav1",
    "vp9": "vp09 vp90",
    "vp8": "vp08 vp80",
    "vp6f": "vp6f",
    "vp6": "vp60 vp61 vp62",
    "mpeg4": "mp4v xvid divx dx50 fmp4 mp4s m4s2 3iv2 3ivx xvix dm4v rmp4 seds wv1f blz0 sipp",
    "msmpeg4v3": "div3 mp43 div4 div5 div6 ap41 col1",
    "msmpeg4v2": "mp42 div2",
    "msmpeg4v1": "mp41 mpg4 div1",
    "h263": "s263 h263 x263 u263 d263 m263 viv1",
    "flv1": "flv1",
    "mjpeg": "jpeg mjpg mjpa dmb1 avdj ijpg jpgl mjls ljpg slmj",
    "mjpegb": "mjpb",
    "prores": "ap4h ap4x apch apcn apcs apco",
    "prores_raw": "aprn aprh",
    "dnxhd": "avdn avdh",
    "dvvideo": "dvc  dvcp dvpp dv5p dv5n dvsd dv25 dv50 dvsl dvhd dvh2 dvh3 dvh5 dvh6 dvhp dvhq cdvc",
    "mpeg2video": (
        "mpg2 mp2v m2v1 hdv1 hdv2 hdv3 hdv4 hdv5 hdv6 hdv7 hdv8 hdv9 mx5p mx5n mx4p mx4n mx3p mx3n "
        "xdv1 xdv2 xdv3 xdv4 xdv5 xdv6 xdv7 xdv8 xdv9 xd5b xd5c xd5d xd5e xd5f mpeg em2v dvr "
    ),
    "mpeg1video": "mpg1 mp1v m1v pim1 pim2",
    "svq1": "svq1 svqi",
    "svq3": "svq3",
    "cinepak": "cvid",
    "indeo3": "iv31 iv32",
    "indeo5": "iv50",
    "indeo4": "iv41",
    "qtrle": "rle",
    "rpza": "rpza azpr",
    "smc": "smc",
    "8bps": "8bps",
    "png": "png mpng",
    "gif": "gif",
    "tiff": "tiff",
    "jpeg2000": "mjp2 mj2c jp2k lj2c lj2k",
    "rawvideo": "raw 2vuy yuv2 yuy2 uyvy yv12 i420 iyuv yvyu nv12 y800 dib  bgr rgb3 yuvs b16g b48r",
    "v210": "v210",
    "v308": "v308",
    "v410": "v410",
    "wmv1": "wmv1",
    "wmv2": "wmv2",
    "wmv3": "wmv3 wmva wmvp",
    "vc1": "wvc1 vc-1",
    "theora": "theo",
    "dirac": "drac bbcd",
    "huffyuv": "hfyu",
    "ffvhuff": "ffvh",
    "ffv1": "ffv1",
    "utvideo": "ulrg ulra uly0 uly2 uly4 ulh0 ulh2 ulh4",
    "magicyuv": "magy m8rg m8y0",
    "lagarith": "lags",
    "cfhd": "cfhd",
    "hap": "hap1 hap5 hapy hapm",
    "msrle": "mrle",
    "msvideo1": "msvc cram wham",
    "tscc": "tscc",
    "zmbv": "zmbv",
    "fraps": "fps1",
    "rv10": "rv10 rv13",
    "rv20": "rv20",
    "rv30": "rv30",
    "rv40": "rv40",
    "snow": "snow",
}
_AUDIO: dict[str, str] = {
    "aac": "mp4a aac",
    "mp3": ".mp3 ms\0u",
    "ac3": "ac-3 sac3 ms\x20\0",
    "eac3": "ec-3",
    "ac4": "ac-4",
    "opus": "opus",
    "flac": "flac",
    "alac": "alac",
    "vorbis": "vorb",
    "amr_nb": "samr",
    "amr_wb": "sawb sawp",
    "qcelp": "qclp qclq sqcp",
    "evrc": "sevc",
    "pcm_mulaw": "ulaw",
    "pcm_alaw": "alaw",
    "adpcm_ima_qt": "ima4",
    "gsm": "agsm",
    "qdm2": "qdm2",
    "qdmc": "qdmc qclp",
    "mace3": "mac3",
    "mace6": "mac6",
    "dts": "dtsc dtsh dtsl dtse dtsx dts dts+ dts-",
    "truehd": "mlpa",
    "mpegh_3d_audio": "mha1 mha2 mhm1 mhm2",
    "iamf": "iamf",
    "speex": "spex",
}
_TEXT: dict[str, str] = {
    "mov_text": "tx3g text",
    "webvtt": "wvtt",
    "ttml": "stpp",
    "eia_608": "c608",
    "eia_708": "c708",
    "dvd_subtitle": "mp4s",
    "timecode": "tmcd",
}


def _by_code(table: dict[str, str]) -> dict[str, str]:
    return {code: name for name, codes in table.items() for code in codes.split(" ") if code}


_VIDEO_CODES, _AUDIO_CODES, _TEXT_CODES = _by_code(_VIDEO), _by_code(_AUDIO), _by_code(_TEXT)
_PCM_ENTRIES = {"twos": ("s", "be"), "sowt": ("s", "le"), "in24": ("s", "be"), "in32": ("s", "be")}

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
