"""Matroska and WebM say what their elements hold, wherever these are."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from media_files import Holes, cost, element, matroska, read, real, text, uint

from firstbytes import Corrupt

INFO, TRACKS, ENTRY, TAGS, CHAPTERS, ATTACHMENTS, CLUSTER = (
    0x1549A966, 0x1654AE6B, 0xAE, 0x1254C367, 0x1043A770, 0x1941A469, 0x1F43B675,
)  # fmt: skip
SEEK_HEAD, SEEK, SEEK_ID, SEEK_POSITION, CRC = 0x114D9B74, 0x4DBB, 0x53AB, 0x53AC, 0xBF


def _info(*more: bytes, duration: float | None = 4000.0) -> bytes:
    length = b"" if duration is None else real(0x4489, duration)
    return element(INFO, uint(0x2AD7B1, 1_000_000), length, text(0x4D80, "libmkv"), text(0x5741, "writer"), *more)


def _track(kind: int, codec: str, *more: bytes, private: bytes = b"") -> bytes:
    own = element(0x63A2, private) if private else b""
    return element(ENTRY, uint(0xD7, kind), uint(0x73C5, 100 + kind), uint(0x83, kind), text(0x86, codec), own, *more)


def _video(*more: bytes) -> bytes:
    return element(0xE0, uint(0xB0, 320), uint(0xBA, 240), *more)


def _first(*entries: bytes) -> dict[str, Any]:
    tracks: list[dict[str, Any]] = read(matroska(_info(), element(TRACKS, *entries)))["tracks"]
    return tracks[0]


def test_plain() -> None:
    """Length, title, applications, date and tracks come from the header."""
    date = element(0x4461, (10**9).to_bytes(8))
    info = _info(text(0x7BA9, "Light"), date, element(0x73A4, bytes(range(16))))
    film = _track(1, "V_VP9", _video(), uint(0x23E383, 40_000_000))
    sound = _track(2, "A_OPUS", element(0xE1, real(0xB5, 48000.0), uint(0x9F, 2)), text(0x22B59C, "ger"))
    words = _track(
        17, "S_TEXT/UTF8", uint(0x88, 0), uint(0x55AA, 1), uint(0xB9, 0), text(0x22B59D, "pt-BR"), text(0x536E, "All")
    )
    said = read(matroska(info, element(TRACKS, film, sound, words), element(CLUSTER)))
    core = said["core"]
    assert (core["title"], core["generator"], core["producer"], core["created"]) == (
        "Light",
        "writer",
        "libmkv",
        "2001-01-01T00:00:01Z",
    )
    assert (core["duration_ms"], core["width_px"], core["height_px"], core["frame_rate_hz"]) == (4000, 320, 240, 25.0)
    assert (core["video_codec"], core["audio_codec"], core["language"], core["track_count"]) == ("vp9", "opus", "de", 3)
    assert said["tracks"][2] == {
        "kind": "subtitle",
        "codec": "subrip",
        "number": 17,
        "codec_id": "S_TEXT/UTF8",
        "language": "pt-BR",
        "name": "All",
        "default": False,
        "forced": True,
        "enabled": False,
    }
    assert (said["subtitle_count"], said["doc_type"], said["doc_type_version"]) == (1, "matroska", 4)


def test_picture_facts() -> None:
    """Cropping, sample aspect, colour, light, projection and Dolby Vision have elements of their own."""
    colour = element(
        0x55B0,
        *(
            uint(number, value)
            for number, value in ((0x55B1, 9), (0x55B9, 2), (0x55BA, 18), (0x55BB, 9), (0x55BC, 1000), (0x55BD, 400))
        ),
        element(0x55D0, real(0x55D9, 1000.0), real(0x55DA, 0.005)),
    )
    mapping = element(0x41E4, uint(0x41E7, 0x64766343), element(0x41ED, bytes([1, 0, 5 << 1, 6 << 3, 0])))
    cropped = _video(uint(0x54CC, 10), uint(0x54DD, 10), uint(0x54B0, 400), uint(0x54BA, 240), uint(0x53B8, 1), colour)
    track = _first(_track(1, "V_MPEGH/ISO/HEVC", cropped, mapping, private=bytes(17) + b"\xfa" + bytes(5)))
    assert (track["width_px"], track["sample_aspect_ratio"], track["stereo_mode"], track["bit_depth"]) == (
        300,
        "4:3",
        1,
        10,
    )
    assert track["color"]["dynamic_range"] == "hlg"
    assert track["color"]["full_range"] is True
    assert track["hdr"] == {
        "max_cll_cdm2": 1000,
        "max_fall_cdm2": 400,
        "mastering_max_cdm2": 1000.0,
        "mastering_min_cdm2": 0.005,
        "dolby_vision": {"profile": 5, "level": 6, "base_layer_compatibility": 0},
    }


@pytest.mark.parametrize(
    ("roll", "turn", "size"), [(0.0, None, (320, 240)), (-90.0, 90, (240, 320)), (180.0, 180, (320, 240))]
)
def test_roll(roll: float, turn: int | None, size: tuple[int, int]) -> None:
    """A rolled projection is turned upright."""
    film = _track(1, "V_VP8", _video(element(0x7670, real(0x7675, roll))))
    core = read(matroska(_info(), element(TRACKS, film)))["core"]
    assert (core.get("orientation_deg"), (core["width_px"], core["height_px"])) == (turn, size)


def test_no_picture() -> None:
    """A video track without its settings, or with impossible ones, has no size."""
    assert "width_px" not in _first(_track(1, "V_VP8"))
    shape = element(0xE0, uint(0xB0, 5), uint(0xBA, 5), uint(0x54CC, 9), uint(0x54B0, 5), uint(0x54BA, 5))
    assert "width_px" not in _first(_track(1, "V_VP8", shape))


WAVE = struct.pack("<HHIIHHH", 0x55, 2, 44100, 16000, 1, 0, 0)
BITMAP = struct.pack("<IiiHH4s", 40, 320, -240, 1, 24, b"XVID") + bytes(20)


@pytest.mark.parametrize(
    ("codec_id", "private", "depth", "codec", "want"),
    [
        ("A_PCM/INT/LIT", b"", 24, "pcm_s24le", 24),
        ("A_PCM/INT/BIG", b"", 16, "pcm_s16be", 16),
        ("A_PCM/FLOAT/IEEE", b"", 32, "pcm_f32le", 32),
        ("A_PCM/INT/LIT", b"", None, "pcm_s16le", None),
        ("A_FLAC", b"", 16, "flac", 16),
        ("A_AAC", b"\x11\x90", 16, "aac", None),
        ("A_AAC/MPEG4/LC/SBR", b"", None, "aac", None),
        ("A_MS/ACM", WAVE, None, "mp3", None),
        ("A_MS/ACM", b"", None, "A_MS/ACM", None),
        ("A_UNHEARD/OF", b"", None, "A_UNHEARD/OF", None),
    ],
)
def test_sound_codecs(codec_id: str, private: bytes, depth: int | None, codec: str, want: int | None) -> None:
    """A codec is named by its ID, or by the description of another container in it."""
    settings = element(0xE1, uint(0x6264, depth) if depth else b"")
    track = _first(_track(2, codec_id, settings, private=private))
    assert (track["codec"], track.get("bit_depth")) == (codec, want)


@pytest.mark.parametrize(
    ("codec_id", "private", "codec", "depth"),
    [
        ("V_MS/VFW/FOURCC", BITMAP, "mpeg4", None),
        ("V_QUICKTIME", b"\0\0\0\x56SVQ3" + bytes(20), "svq3", None),
        ("V_QUICKTIME", b"", "V_QUICKTIME", None),
        ("V_MPEG4/ISO/AVC", b"\1\x42\0\x1e\xff\xe1\0", "h264", 8),
        ("V_AV1", b"\x81\0\x40", "av1", 10),
        ("V_AV1", b"\x81\0\x60", "av1", 12),
        ("V_MPEGH/ISO/HEVC", b"", "hevc", None),
    ],
)
def test_picture_codecs(codec_id: str, private: bytes, codec: str, depth: int | None) -> None:
    """The depth of a picture is in the codec's own configuration."""
    track = _first(_track(1, codec_id, _video(), private=private))
    assert (track["codec"], track.get("bit_depth")) == (codec, depth)


def test_encrypted() -> None:
    """An encryption among a track's encodings makes the file encrypted; compression does not."""

    def encodings(inside: int) -> bytes:
        return element(0x6D80, element(CRC, bytes(4)), element(0x6240, element(inside)))

    assert read(matroska(_info(), element(TRACKS, _track(1, "V_VP9", encodings(0x5035)))))["core"]["encrypted"] is True
    assert "encrypted" not in read(matroska(_info(), element(TRACKS, _track(1, "V_VP9", encodings(0x5034)))))["core"]


def _simple(name: str, value: str) -> bytes:
    return element(0x67C8, text(0x45A3, name), text(0x4487, value))


def test_tags() -> None:
    """Tags of the whole file are its own; those of a track are statistics; those of a chapter are passed over."""
    tags = element(
        TAGS,
        element(CRC, bytes(4)),
        element(0x7373, element(0x63C0, uint(0x68CA, 50)), _simple("ARTIST", "Ida"), _simple("TOOL", "x")),
        element(
            0x7373, element(0x63C0, uint(0x68CA, 30)), _simple("TITLE", "Light"), _simple("REPLAYGAIN_GAIN", "-6.5 dB")
        ),
        element(
            0x7373, element(0x63C0, uint(0x63C5, 101)), _simple("BPS", "723448"), _simple("NUMBER_OF_FRAMES", "100")
        ),
        element(0x7373, element(0x63C0, uint(0x63C4, 5)), _simple("TITLE", "Chapter")),
    )
    said = read(matroska(_info(), element(TRACKS, _track(1, "V_VP9", _video())), tags))
    assert (said["core"]["title"], said["core"]["authors"], said["core"]["frame_count"]) == ("Light", ["Ida"], 100)
    assert said["tags"] == {"TOOL": "x"}
    assert said["replaygain"] == {"track_gain_db": -6.5}
    assert said["tracks"][0]["bit_rate_bps"] == 723448


def test_chapters_and_attachments() -> None:
    """Chapters are counted and listed, attachments measured; a cover is one of these."""
    atoms = [element(0xB6, uint(0x91, n * 10**9), element(0x80, text(0x85, f"Part {n}"))) for n in range(120)]
    chapters = element(CHAPTERS, element(0x45B9, element(CRC, bytes(4)), *atoms))
    files = element(
        ATTACHMENTS,
        element(0x61A7, text(0x466E, "cover.jpg"), text(0x4660, "image/jpeg"), element(0x465C, bytes(500))),
        element(0x61A7, text(0x466E, "font.ttf"), text(0x4660, "font/ttf"), element(0x465C, bytes(50))),
    )
    said = read(matroska(_info(), chapters, files))
    assert (said["chapter_count"], len(said["chapters"])) == (120, 100)
    assert said["chapters"][2] == {"start_ms": 2000, "title": "Part 2"}
    assert (said["core"]["attachment_count"], said["cover"]["size_bytes"], said["cover"]["kind"]) == (
        2,
        500,
        "front cover",
    )
    assert said["attachments"][1] == {"name": "font.ttf", "media_type": "font/ttf", "size_bytes": 50}


def _index(*wanted: tuple[int, int]) -> bytes:
    entries = [
        element(SEEK, element(SEEK_ID, number.to_bytes(4)), element(SEEK_POSITION, at.to_bytes(8)))
        for number, at in wanted
    ]
    return element(SEEK_HEAD, element(CRC, bytes(4)), *entries)


def test_index() -> None:
    """What comes after the clusters is found through SeekHead; an index that points astray costs only its part."""
    cluster = element(CLUSTER, bytes(100))
    start = len(_index((TAGS, 0), (CHAPTERS, 0), (INFO, 0))) + len(_info()) + len(cluster)
    tags = element(TAGS, element(0x7373, _simple("ARTIST", "Ida")))
    head = _index((TAGS, start), (CHAPTERS, start + 3), (INFO, start))
    said = read(matroska(head, _info(), cluster, tags))
    assert said["core"]["authors"] == ["Ida"]
    assert "chapters" not in said


def test_live() -> None:
    """A recording of unknown length ends with its last block."""
    block = element(0xA3, b"\x81\0\x64\x80") + element(0xA0, element(0xA1, b"\x81\0\xc8\0"), uint(0x9B, 40))
    last = element(CLUSTER, uint(0xE7, 60_000), block, b"\0", unknown=True)
    said = read(matroska(_info(duration=None), element(CLUSTER, uint(0xE7, 0), block), last, unknown=True))
    assert (said["core"]["duration_ms"], said["duration_source"]) == (60_200, "last cluster")
    assert "duration_ms" not in read(matroska(_info(duration=None), element(CLUSTER, b"\xff"), unknown=True))["core"]
    assert "duration_ms" not in read(matroska(_info(duration=float("inf")), element(CLUSTER, b"")))["core"]


def test_cut() -> None:
    """A file that ends before its segment is partial."""
    said = read(matroska(_info(), element(CLUSTER, bytes(500)))[:-100])
    assert (said["outcome"], said["core"]["duration_ms"]) == ("partial", 4000)


@pytest.mark.parametrize(
    "data", [b"\x1aE\xdf\xa3", b"\x1aE\xdf\xa3\x80", matroska(element(CLUSTER)), element(0xEC, bytes(60))]
)
def test_nothing(data: bytes) -> None:
    """Without a segment, or without information and tracks, the file is corrupt."""
    with pytest.raises(Corrupt):
        read(data, "video/matroska")


def test_a_gigabyte() -> None:
    """A gigabyte of clusters costs at most eight reads, with tags at its end."""
    tracks, size = element(TRACKS, _track(1, "V_VP9", _video())), 10**9
    cluster = CLUSTER.to_bytes(4) + b"\x01" + size.to_bytes(7)
    head = _index((TAGS, 0))
    at = len(head) + len(_info()) + len(tracks) + len(cluster) + size
    tail = element(TAGS, element(0x7373, _simple("ARTIST", "Ida")))
    start = matroska(_index((TAGS, at)), _info(), tracks, unknown=True) + cluster
    said, reads, octets = cost(Holes(len(start) + size + len(tail), (0, start), (len(start) + size, tail)))
    assert (said["core"]["authors"], said["core"]["duration_ms"]) == (["Ida"], 4000)
    assert reads <= 8
    assert octets <= 1024 * 1024
