"""MP4 and QuickTime say what their boxes hold, within bounds, in few reads."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from media_files import (
    Holes,
    box,
    cost,
    descriptor,
    esds,
    ftyp,
    full,
    hdlr,
    mp4,
    mvhd,
    read,
    sound,
    trak,
    type_of,
    visual,
)

from firstbytes import Corrupt

GIGABYTE = 10**9
VIDEO = trak("vide", visual("avc1"))


def _data(kind: int, value: bytes) -> bytes:
    return box("data", struct.pack(">II", kind, 0), value)


def _ilst(*items: bytes) -> bytes:
    return box("udta", full("meta", hdlr("mdir"), box("ilst", *items)))


def _tags(*items: bytes) -> dict[str, Any]:
    return read(mp4(VIDEO, extra=_ilst(*items)))


def test_plain() -> None:
    """Length, size, rate, codecs and time come from the headers."""
    said = read(mp4(VIDEO, trak("soun", sound("mp4a", esds()), number=2, language=0x1A45), brand="mp42"))
    core = said["core"]
    assert core["created"] == core["modified"] == "2023-12-31T03:04:05Z"
    assert (core["duration_ms"], core["width_px"], core["height_px"], core["frame_rate_hz"]) == (4000, 320, 240, 25.0)
    assert (core["video_codec"], core["audio_codec"], core["sample_rate_hz"], core["channel_count"]) == (
        "h264",
        "aac",
        48000,
        2,
    )
    assert (core["frame_count"], core["track_count"], core["language"]) == (100, 2, "fr")
    assert (said["brand"], said["faststart"], said["duration_source"]) == ("mp42", True, "mvhd")
    assert said["tracks"][1]["profile"] == "LC"
    assert said["tracks"][1]["bit_rate_bps"] == 128000


def test_wide_headers() -> None:
    """Version 1 headers have 64-bit times; an unset duration is none."""
    said = read(mp4(trak("vide", visual("hvc1"), version=1, turn=90), header=mvhd(version=1)))
    assert (said["core"]["duration_ms"], said["core"]["orientation_deg"], said["core"]["video_codec"]) == (
        4000,
        90,
        "hevc",
    )
    unset = read(mp4(trak("vide", visual("hvc1"), duration=0xFFFFFFFF), header=mvhd(0xFFFFFFFF)))
    assert "duration_ms" not in unset["core"]
    assert "duration_ms" not in unset["tracks"][0]
    assert "duration_ms" not in read(mp4(VIDEO, header=box("free")))["core"]


@pytest.mark.parametrize(("turn", "size"), [(0, (320, 240)), (90, (240, 320)), (180, (320, 240)), (270, (240, 320))])
def test_turn(turn: int, size: tuple[int, int]) -> None:
    """Width and height are those shown: after the turn of the track's matrix."""
    core = read(mp4(trak("vide", visual("avc1"), turn=turn)))["core"]
    assert (core["width_px"], core["height_px"], core.get("orientation_deg", 0)) == (*size, turn)


def test_picture_facts() -> None:
    """Sample aspect, colour, light levels, Dolby Vision, depth and bit rate have boxes of their own."""
    entry = visual(
        "hvc1",
        box("hvcC", bytes(17) + b"\xfa" + bytes(5)),
        box("pasp", struct.pack(">II", 4, 3)),
        box("colr", b"nclx", struct.pack(">HHHB", 9, 16, 9, 0x80)),
        box("mdcv", bytes(16), struct.pack(">II", 10_000_000, 50)),
        box("clli", struct.pack(">HH", 1000, 400)),
        box("dvcC", bytes([1, 0, 8 << 1, 5 << 3 | 5, 1 << 4])),
        box("btrt", struct.pack(">III", 0, 0, 5_000_000)),
    )
    track = read(mp4(trak("vide", entry)))["tracks"][0]
    assert track["color"] == {
        "primaries": "bt2020",
        "transfer": "smpte2084",
        "matrix": "bt2020nc",
        "full_range": True,
        "dynamic_range": "pq",
    }
    assert track["hdr"]["mastering_max_cdm2"] == 1000.0
    assert track["hdr"]["max_cll_cdm2"] == 1000
    assert track["hdr"]["dolby_vision"] == {"profile": 8, "level": 5, "base_layer_compatibility": 1}
    assert (track["sample_aspect_ratio"], track["bit_depth"], track["bit_rate_bps"]) == ("4:3", 10, 5_000_000)


@pytest.mark.parametrize(
    ("entry", "codec", "depth"),
    [
        (visual("av01", box("av1C", b"\x81\0\x40\0")), "av1", 10),
        (visual("av01", box("av1C", b"\x81\0\x60\0")), "av1", 12),
        (visual("vp09", full("vpcC", b"\0\x10\xa2\2")), "vp9", 10),
        (visual("avc1", box("avcC", b"\1\x64\0\x1e\xff\xe1\0\2ab\1\0\2cd\xfd\xfa\xfa\0")), "h264", 10),
        (visual("avc1", box("avcC", b"\1\x42\0\x1e\xff\xe1\0")), "h264", 8),
        (visual("avc1", box("avcC", b"\1")), "h264", None),
        (visual("mp4v", esds(0x20, b"")), "mpeg4", None),
        (visual("mp4v", esds(0x6C, b"")), "mjpeg", None),
        (visual("apch"), "prores", None),
        (visual("zzzz"), "zzzz", None),
        (box("avc1", bytes(20)), "h264", None),
    ],
)
def test_video_codecs(entry: bytes, codec: str, depth: int | None) -> None:
    """The codec is known by its entry or object type, the depth by its configuration."""
    track = read(mp4(trak("vide", entry)))["tracks"][0]
    assert (track["codec"], track.get("bit_depth")) == (codec, depth)


@pytest.mark.parametrize(
    ("entry", "facts"),
    [
        (sound("twos"), ("pcm_s16be", 2, 48000, 16)),
        (sound("sowt", version=1), ("pcm_s16le", 2, 48000, 16)),
        (sound("raw ", bits=8), ("pcm_u8", 2, 48000, 8)),
        (sound("in24", box("wave", box("enda", b"\0\1")), version=1, bits=24), ("pcm_s24le", 2, 48000, 24)),
        (sound("fl32", bits=32), ("pcm_f32be", 2, 48000, 32)),
        (sound("ipcm", full("pcmC", b"\1\x18")), ("pcm_s24le", 2, 48000, 16)),
        (sound("ipcm"), ("pcm_s16be", 2, 48000, 16)),
        (
            sound("fLaC", full("dfLa", b"\x80\0\0\x22" + bytes(10) + (96000 << 12 | 1 << 9 | 23 << 4).to_bytes(4))),
            ("flac", 2, 96000, 24),
        ),
        (
            sound("alac", full("alac", struct.pack(">IBBBBBBHIII", 4096, 0, 24, 40, 10, 14, 1, 255, 0, 900000, 44100))),
            ("alac", 1, 44100, 24),
        ),
        (sound("ac-3", box("dac3", b"\x10\x3d\xe0")), ("ac3", 6, 48000, None)),
        (sound("ec-3", box("dec3", b"\x0f\xa0\x20\x0f\0")), ("eac3", 6, 48000, None)),
        (sound("Opus"), ("opus", 2, 48000, None)),
        (sound("ms\0\x55"), ("mp3", 2, 48000, None)),
        (sound("mp4a", esds(0x6B, b"")), ("mp3", 2, 48000, None)),
        (sound("mp4a", full("esds", b"nothing")), ("aac", 2, 48000, None)),
        (sound("mp4a", esds(0x40, b"\x2b\x8a\x08\0")), ("aac", 1, 44100, None)),
        (box("mp4a", bytes(20)), ("aac", None, None, None)),
    ],
)
def test_audio_codecs(entry: bytes, facts: tuple[str, int | None, int | None, int | None]) -> None:
    """What the codec's own configuration says outranks the entry's fields."""
    track = read(mp4(trak("soun", entry)))["tracks"][0]
    assert tuple(track.get(k) for k in ("codec", "channel_count", "sample_rate_hz", "bit_depth")) == facts


def test_sound_description_2() -> None:
    """QuickTime's second sound description has its rate as a float."""
    fields = bytes(6) + b"\0\1" + struct.pack(">H6xHHhHI", 2, 3, 16, -2, 0, 65536)
    fields += struct.pack(">IdIIIIII", 72, 96000.0, 6, 0x7F000000, 24, 4 | 2, 0, 0)
    track = read(mp4(trak("soun", box("lpcm", fields)), brand="qt  "))["tracks"][0]
    assert (track["codec"], track["sample_rate_hz"], track["channel_count"]) == ("pcm_s24be", 96000, 6)


def test_descriptor_options() -> None:
    """Optional fields of the elementary stream descriptor are passed over."""
    decoder = descriptor(4, struct.pack(">BB3xII", 0x40, 0x15, 0, 99000), descriptor(5, b"\x11\x90"))
    body = full("esds", descriptor(3, b"\0\1\xe0\0\2\3url\0\7", decoder))
    assert read(mp4(trak("soun", sound("mp4a", body))))["tracks"][0]["bit_rate_bps"] == 99000
    assert (
        read(mp4(trak("soun", sound("mp4a", full("esds", descriptor(3, b"\0\1\0", b"\5\1\0"))))))["core"]["audio_codec"]
        == "aac"
    )


def test_encrypted() -> None:
    """A protected entry names its codec inside, and the file counts as encrypted."""
    sinf = box("sinf", box("frma", b"avc1"), full("schm", b"cenc", bytes(4)))
    said = read(mp4(trak("vide", visual("encv", sinf)), extra=full("pssh", bytes(range(16)), bytes(4))))
    assert (said["core"]["encrypted"], said["core"]["video_codec"]) == (True, "h264")
    assert said["tracks"][0]["protection_scheme"] == "cenc"
    assert said["protection_systems"] == [bytes(range(16)).hex()]
    assert read(mp4(trak("soun", sound("drms"))))["core"]["encrypted"] is True


def test_itunes_tags() -> None:
    """ITunes items are text, numbers and pairs; a cover is measured."""
    said = _tags(
        box("©nam", _data(1, b"Light")),
        box("©ART", _data(1, b"Ida"), _data(1, b"Bo")),
        box("trkn", _data(0, struct.pack(">HHHH", 0, 3, 12, 0))),
        box("disk", _data(0, struct.pack(">HHH", 0, 1, 2))),
        box("gnre", _data(0, b"\0\x1b")),
        box("tmpo", _data(21, b"\0\x78")),
        box("©lyr", _data(1, b"la")),
        box("cpil", _data(21, b"\1")),
        box("©too", _data(2, "ü".encode("utf-16-be"))),
        box("covr", _data(13, b"\xff\xd8" + bytes(98)), _data(0, b"\x89PNG")),
        box("----", full("mean", b"com.apple.iTunes"), full("name", b"replaygain_track_gain"), _data(1, b"-6.5 dB")),
        box("----", full("mean", b"x"), full("name", b"LABEL"), _data(1, b"Press")),
        box("----", full("mean", b"x"), full("name", b"ISRC"), _data(1, b"NO1")),
        box("----", full("mean", b"x"), full("name", b"iTunSMPB"), _data(1, b"0 0")),
        box("----", full("mean", b"x"), full("name", b"TOOL"), _data(1, b"y")),
        box("rate", _data(23, struct.pack(">f", 0.5))),
        box("dbl ", _data(24, struct.pack(">d", 0.25))),
        box("junk", _data(99, b"?")),
        box("none", box("free")),
    )
    core = said["core"]
    assert (core["title"], core["authors"], core["genre"], core["generator"]) == (
        "Light",
        ["Ida", "Bo"],
        "Ambient",
        "ü",
    )
    assert (core["track_number"], said["track_total"], said["disc_number"], said["disc_total"]) == (3, 12, 1, 2)
    assert said["cover"] == {"media_type": "image/jpeg", "size_bytes": 100, "kind": "front cover", "picture_count": 2}
    assert (said["bpm"], said["has_lyrics"], said["isrc"], core["publisher"]) == ("120", True, "NO1", "Press")
    assert said["replaygain"] == {"track_gain_db": -6.5}
    assert said["tags"] == {"cpil": "1", "TOOL": "y", "rate": "0.5", "dbl": "0.25"}


def test_quicktime_keys() -> None:
    """QuickTime keys name their values; place, time and camera go to core."""
    names = [
        "com.apple.quicktime.make",
        "com.apple.quicktime.location.ISO6709",
        "com.apple.quicktime.creationdate",
        "com.android.version",
        "gone",
    ]
    values = [b"Apple", b"+47.37+008.54+408/", b"2020-01-02T03:04:05+0100", b"13"]
    keys = full("keys", struct.pack(">I", len(names)), *(box("mdta", name.encode()) for name in names))
    items = [box(chr(0) * 3 + chr(n), _data(1, value)) for n, value in enumerate(values, 1)]
    items += [box("\0\0\0\5", box("free")), box("\0\0\0\x09", _data(1, b"lost"))]
    said = read(mp4(VIDEO, extra=box("meta", hdlr("mdta"), keys, box("ilst", *items)), brand="qt  "))
    core = said["core"]
    assert (core["device_make"], core["latitude_deg"], core["longitude_deg"], core["altitude_m"]) == (
        "Apple",
        47.37,
        8.54,
        408.0,
    )
    assert core["taken_at"] == "2020-01-02T02:04:05Z"
    assert said["tags"]["com.android.version"] == "13"


def test_user_data() -> None:
    """QuickTime and 3GPP keep plain strings beside iTunes' list; chapters are counted."""

    def string(text: bytes, language: int = 0x55C4) -> bytes:
        return struct.pack(">HH", len(text), language) + text

    loci = full(
        "loci", b"\x15\xc7Oslo\0\0" + struct.pack(">3i", int(10.75 * 65536), int(59.9 * 65536), 0) + b"earth\0\0"
    )
    said = read(
        mp4(
            VIDEO,
            extra=box(
                "udta",
                box("©nam", string(b"Caf\x8e", 0)),
                box("©mak", string(b"Maker", 0)),
                box("©mod", string(b"Model")),
                box("©swr", b"x"),
                full("titl", b"\x15\xc7Second\0"),
                full("perf", b"\x15\xc7\xfe\xff" + "Åse".encode("utf-16-be")),
                full("yrrc", b"\x07\xe3"),
                loci,
                full("chpl", bytes(4) + b"\2"),
                box("meta", full("zzzz")),
            ),
        )
    )
    core = said["core"]
    assert (core["title"], core["authors"], core["device_make"], core["device_model"]) == (
        "Café",
        ["Åse"],
        "Maker",
        "Model",
    )
    assert (round(core["latitude_deg"], 1), round(core["longitude_deg"], 2)) == (59.9, 10.75)
    assert (said["year"], said["chapter_count"]) == (2019, 2)
    assert (
        "latitude_deg"
        not in read(mp4(VIDEO, extra=box("udta", full("loci", b"\x15\xc7Oslo"), box("©xyz", string(b"+91+0/")))))[
            "core"
        ]
    )


def test_chapters_and_subtitles() -> None:
    """A text track that another one names as its chapters is not a subtitle."""
    chapters = box("tref", box("chap", struct.pack(">I", 3)))
    said = read(
        mp4(
            trak("vide", visual("avc1"), extra=chapters + box("udta", box("name", b"Main"))),
            trak("sbtl", box("tx3g", bytes(8)), number=2, media=full("elng", b"pt-BR\0")),
            trak("text", box("text", bytes(8)), number=3, stts=((2, 1000),)),
            trak("zzzz", box("abcd", bytes(8)), number=4),
        )
    )
    assert (said["subtitle_count"], said["chapter_count"]) == (1, 2)
    assert [t["kind"] for t in said["tracks"]] == ["video", "subtitle", "text", "zzzz"]
    assert said["tracks"][1]["language"] == "pt-BR"
    assert said["tracks"][0]["name"] == "Main"


def test_sample_table_of_billions() -> None:
    """A table that claims 2^31 rows is read as far as it goes."""
    bad = VIDEO.replace(full("stts", struct.pack(">I", 1))[8:], bytes(4) + struct.pack(">I", 0x7FFFFFFF))
    assert bad != VIDEO
    assert read(mp4(bad))["core"]["frame_rate_hz"] == 25.0
    assert "frame_rate_hz" not in read(mp4(trak("vide", visual("avc1"), stts=())))["core"]


def test_last_sample() -> None:
    """A last sample of its own length does not change the rate."""
    assert read(mp4(trak("vide", visual("avc1"), stts=((99, 40), (1, 400)))))["core"]["frame_rate_hz"] == 25.0


def test_bare_track() -> None:
    """A track without its boxes is still a track."""
    said = read(mp4(box("trak"), VIDEO, box("trak", box("mdia", full("mdhd", bytes(3)), hdlr("vide"), box("minf")))))
    assert [t["kind"] for t in said["tracks"]] == ["unknown", "video", "video"]


def test_no_movie() -> None:
    """Without a movie header or a fragment the file is corrupt; a compressed header is partial."""
    with pytest.raises(Corrupt, match="never finished"):
        read(ftyp() + box("mdat", bytes(40)), "video/mp4")
    assert read(ftyp("qt  ") + box("moov", box("cmov")) + box("mdat"))["outcome"] == "partial"


def test_cut() -> None:
    """A file that ends in its media data is partial."""
    whole = mp4(VIDEO)
    said = read(whole[:-10])
    assert (said["outcome"], said["core"]["width_px"]) == ("partial", 320)
    assert "bit_rate_bps" not in said["core"]


def _fragment(start: int, durations: tuple[int, ...] = (), *, count: int = 25, track: int = 1, each: int = 0) -> bytes:
    flags = 0x100 if durations else 0
    trun = full(
        "trun", struct.pack(">I", len(durations) or count), *(struct.pack(">I", d) for d in durations), flags=flags
    )
    tfhd = full("tfhd", struct.pack(">I", track), struct.pack(">I", each) if each else b"", flags=8 if each else 0)
    return box(
        "moof", full("mfhd", bytes(4)), box("traf", tfhd, full("tfdt", struct.pack(">Q", start), version=1), trun)
    )


def _fragmented(*rest: bytes, mehd: bytes = b"", duration: int = 0) -> bytes:
    trex = full("trex", struct.pack(">5I", 1, 1, 40, 0, 0))
    moov = box("moov", mvhd(duration), trak("vide", visual("avc1"), duration=0, stts=()), box("mvex", mehd, trex))
    return ftyp("iso5") + moov + b"".join(rest)


MDAT = box("mdat", bytes(100))


def _mfra(offset: int, *, version: int = 1) -> bytes:
    row = struct.pack(">QQ" if version else ">II", 0, offset) + b"\1\1\1"
    tfra = full("tfra", struct.pack(">III", 1, 0, 1) + row, version=version)
    return box("mfra", tfra, full("mfro", struct.pack(">I", len(tfra) + 24)))


def test_fragments() -> None:
    """The length of a fragmented file comes from the cheapest box that has it, which is named."""
    first, last = _fragment(0), _fragment(1000, (40,) * 20)
    data = _fragmented(first, MDAT, last, MDAT)
    said = read(data)
    assert (said["core"]["duration_ms"], said["duration_source"], said["fragmented"]) == (1800, "last fragment", True)
    assert said["core"]["frame_rate_hz"] == 25.0
    indexed = read(data + _mfra(len(data) - len(last) - len(MDAT)))
    assert (indexed["core"]["duration_ms"], indexed["duration_source"]) == (1800, "mfra")
    narrow = read(data + _mfra(len(data) - len(last) - len(MDAT), version=0))
    assert narrow["duration_source"] == "mfra"
    astray = read(data + _mfra(5))
    assert astray["duration_source"] == "last fragment"
    extends = read(_fragmented(first, MDAT, mehd=full("mehd", struct.pack(">I", 7000))))
    assert (extends["core"]["duration_ms"], extends["duration_source"]) == (7000, "mehd")
    header = read(_fragmented(duration=9000))
    assert (header["core"]["duration_ms"], header["duration_source"]) == (9000, "mvhd")
    assert "duration_ms" not in read(_fragmented(MDAT))["core"]


def _sidx(*durations: int, size: int, version: int = 0) -> bytes:
    wide = ">QQ" if version else ">II"
    rows = b"".join(struct.pack(">III", size, duration, 0) for duration in durations)
    return full(
        "sidx",
        struct.pack(">II", 1, 1000),
        struct.pack(wide, 0, 0),
        struct.pack(">HH", 0, len(durations)),
        rows,
        version=version,
    )


@pytest.mark.parametrize("version", [0, 1])
def test_segment_index(version: int) -> None:
    """An index of all segments gives the length; one of the first segment alone does not."""
    first, last = _fragment(0) + MDAT, _fragment(1000) + MDAT
    whole = read(_fragmented(_sidx(1000, 1000, size=len(first), version=version), first, last))
    assert (whole["core"]["duration_ms"], whole["duration_source"]) == (2000, "sidx")
    own = read(_fragmented(_sidx(1000, size=len(first), version=version), first, last))
    assert (own["core"]["duration_ms"], own["duration_source"]) == (2000, "last fragment")
    assert read(_fragmented(full("sidx", bytes(8)), first))["duration_source"] == "last fragment"


def test_segment() -> None:
    """A segment by itself says its brand, its index's length and its samples."""
    first = _fragment(5000, each=40) + MDAT
    data = box("styp", b"msdh", bytes(4)) + _sidx(1000, size=len(first)) + first
    assert type_of(data) == "video/iso.segment"
    said = read(data)
    assert (said["core"]["duration_ms"], said["core"]["track_count"], said["fragment_sample_count"]) == (1000, 1, 25)
    assert said["brand"] == "msdh"
    assert read(_fragment(0) + MDAT, "video/iso.segment")["fragment_sample_count"] == 25


def _claims(kind: bytes, size: int) -> bytes:
    return struct.pack(">I4sQ", 1, kind, size)


def test_a_gigabyte() -> None:
    """A gigabyte costs at most eight reads and a megabyte, wherever moov is, with 600 KB of tables too."""
    moov = box("moov", mvhd(), VIDEO, box("free", bytes(600_000)))
    first = ftyp() + moov + _claims(b"mdat", GIGABYTE)
    start = ftyp() + _claims(b"mdat", GIGABYTE)
    pieces = _fragmented(_fragment(0))
    last = _fragment(3_600_000) + MDAT
    sources = [
        Holes(len(ftyp() + moov) + GIGABYTE, (0, first)),
        Holes(len(ftyp()) + GIGABYTE + len(moov), (0, start), (len(ftyp()) + GIGABYTE, moov)),
        Holes(
            len(pieces) + GIGABYTE + len(last), (0, pieces + _claims(b"mdat", GIGABYTE)), (len(pieces) + GIGABYTE, last)
        ),
    ]
    for source, duration in zip(sources, (4000, 4000, 3_601_000), strict=True):
        said, reads, octets = cost(source)
        assert said["core"]["duration_ms"] == duration
        assert reads <= 8
        assert octets <= 1024 * 1024


def test_many_boxes_far_apart() -> None:
    """A file of boxes 70 KB apart is given up after a dozen reads."""
    source = Holes(10**8, *((at * 70_000, struct.pack(">I4s", 70_000, b"free")) for at in range(1400)))
    with pytest.raises(Corrupt, match="no moov"):
        read(source, "video/quicktime")


def test_boxes_in_boxes() -> None:
    """Twenty thousand nested boxes, and a box that reaches to the end inside another, cost nothing."""
    size, nest = 8 * 20_000, b""
    for depth in range(20_000):
        nest += struct.pack(">I4s", size - 8 * depth, (b"trak", b"mdia", b"minf", b"stbl")[depth % 4])
    assert read(ftyp() + box("moov", mvhd(), nest) + box("mdat"))["core"]["track_count"] == 1
    open_ended = struct.pack(">I", 0) + b"trak" + struct.pack(">I", 0) + b"mdia"
    assert read(ftyp() + box("mdat") + box("moov", mvhd(), open_ended))["core"]["duration_ms"] == 4000
