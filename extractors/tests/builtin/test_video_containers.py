"""AVI, ASF, Flash, transport, programme and plain streams: what the tools' files do not reach."""

from __future__ import annotations

import struct
from typing import Any
from uuid import UUID

import pytest
from media_files import Holes, chunk, cost, read, riff

from firstbytes import Corrupt


def _list(form: str, *chunks: bytes) -> bytes:
    return chunk("LIST", form.encode() + b"".join(chunks))


def _strh(kind: bytes, *, scale: int = 1, rate: int = 25, length: int = 100, codec: bytes = b"XVID") -> bytes:
    return chunk(
        "strh", struct.pack("<4s4sIHHIIIIIIII", kind, codec, 0, 0, 0, 0, scale, rate, 0, length, 0, 0, 0) + bytes(8)
    )


BITMAP = struct.pack("<IiiHH4sIiiII", 40, 320, 240, 1, 24, b"XVID", 0, 0, 0, 0, 0)
WAVE = struct.pack("<HHIIHH", 1, 2, 44100, 176400, 4, 16)


def _avi(*more: bytes, tail: bytes = b"") -> bytes:
    avih = chunk("avih", struct.pack("<14I", 40000, 0, 0, 0, 100, 0, 2, 0, 320, 240, 0, 0, 0, 0))
    film = _list("strl", _strh(b"vids"), chunk("strf", BITMAP), chunk("strn", b"Main\0"))
    sound = _list("strl", _strh(b"auds", scale=1, rate=44100, length=176400), chunk("strf", WAVE))
    return riff("AVI ", _list("hdrl", avih, film, sound, *more), _list("movi", bytes(64)), tail)


def test_avi() -> None:
    """Streams, date, tags and the frames of all parts of an AVI file."""
    odml = _list("odml", chunk("dmlh", struct.pack("<I", 250)))
    words = _list("strl", _strh(b"txts"))
    said = read(
        _avi(
            odml,
            words,
            _list("strl"),
            chunk("IDIT", b"Mon Mar 10 15:04:43 2003\n\0"),
            tail=_list("INFO", chunk("INAM", b"Boat\0")),
        )
    )
    core = said["core"]
    assert (core["title"], core["created"], core["duration_ms"], core["frame_count"]) == (
        "Boat",
        "2003-03-10T15:04:43",
        10_000,
        250,
    )
    assert (core["video_codec"], core["audio_codec"], core["sample_rate_hz"], core["track_count"]) == (
        "mpeg4",
        "pcm_s16le",
        44100,
        4,
    )
    assert (said["subtitle_count"], said["tracks"][0]["name"]) == (1, "Main")


def test_avi_aspect() -> None:
    """The video properties header gives the frame's shape, from which a sample's follows."""

    def film(down: int, across: int) -> bytes:
        vprp = chunk("vprp", struct.pack("<5IHHIII", 0, 0, 25, 320, 240, down, across, 320, 240, 1))
        strh = _strh(b"vids", codec=b"MJPG", scale=0)
        return riff(
            "AVI ", _list("hdrl", _list("strl", strh, chunk("strf", BITMAP[:12]), vprp), chunk("IDIT", b"today"))
        )

    assert "sample_aspect_ratio" not in read(film(9, 16))["tracks"][0]
    wide = BITMAP.replace(struct.pack("<ii", 320, 240), struct.pack("<ii", 320, 240))
    vprp = chunk("vprp", struct.pack("<5IHHIII", 0, 0, 25, 320, 240, 9, 16, 320, 240, 1))
    track = read(riff("AVI ", _list("hdrl", _list("strl", _strh(b"vids"), chunk("strf", wide), vprp))))["tracks"][0]
    assert track["sample_aspect_ratio"] == "4:3"
    square = chunk("vprp", struct.pack("<5IHHIII", 0, 0, 25, 320, 240, 3, 4, 320, 240, 1))
    none = chunk("vprp", struct.pack("<5IHHIII", 0, 0, 25, 320, 240, 0, 4, 320, 240, 1))
    for shape in (square, none):
        header = _list("strl", _strh(b"vids"), chunk("strf", wide), shape)
        assert "sample_aspect_ratio" not in read(riff("AVI ", _list("hdrl", header)))["tracks"][0]


def test_avi_cut() -> None:
    """An AVI file that ends in its frames is partial, and without headers corrupt."""
    assert read(_avi()[:-20])["outcome"] == "partial"
    with pytest.raises(Corrupt):
        read(riff("AVI ", _list("movi")))


def test_avi_of_a_gigabyte() -> None:
    """What follows a gigabyte of frames costs one more read."""
    start = _avi()[: -64 - 4]
    start = start[:4] + struct.pack("<I", 10**9) + start[8:-4] + struct.pack("<I", 10**9 - 9000) + b"movi"
    said, reads, octets = cost(Holes(10**9, (0, start)))
    assert said["core"]["duration_ms"] == 4000
    assert (reads <= 8, octets <= 1024 * 1024) == (True, True)


def _guid(text: str) -> bytes:
    return UUID(text).bytes_le


def _object(name: str, *body: bytes) -> bytes:
    inside = b"".join(body)
    return _guid(name) + struct.pack("<Q", 24 + len(inside)) + inside


def _utf16(text: str) -> bytes:
    return (text + "\0").encode("utf-16-le")


STREAM, AUDIO, VIDEO = (
    "b7dc0791-a9b7-11cf-8ee6-00c00c205365",
    _guid("f8699e40-5b4d-11cf-a8fd-00805f5c442b"),
    _guid("bc19efc0-5b4d-11cf-a8fd-00805f5c442b"),
)


def _stream(kind: bytes, number: int, data: bytes) -> bytes:
    return _object(STREAM, kind, bytes(16), bytes(8), struct.pack("<IIHI", len(data), 0, number, 0), data)


FILM = _stream(VIDEO, 1, struct.pack("<IIBH", 320, 240, 2, 40) + BITMAP.replace(b"XVID", b"WMV2"))
SOUND = _stream(AUDIO, 2, struct.pack("<HHIIHHH", 0x161, 2, 44100, 16000, 1, 16, 0))


def _properties(created: int = 132_000_000_000_000_000, flags: int = 2) -> bytes:
    body = struct.pack("<16sQQQQQQIIII", bytes(16), 0, created, 0, 41_000_000, 0, 100, flags, 0, 0, 500_000)
    return _object("8cabdca1-a947-11cf-8ee4-00c00c205365", body)


def _asf(*objects: bytes) -> bytes:
    inside = b"".join(objects)
    return (
        _guid("75b22630-668e-11cf-a6d9-00aa0062ce6c")
        + struct.pack("<QIBB", 30 + len(inside), len(objects), 1, 2)
        + inside
    )


def _extended(*items: tuple[str, int, bytes]) -> bytes:
    body = b"".join(
        struct.pack("<H", len(_utf16(name))) + _utf16(name) + struct.pack("<HH", kind, len(value)) + value
        for name, kind, value in items
    )
    return _object("d2d0a440-e307-11d2-97f0-00a0c95ea850", struct.pack("<H", len(items)), body)


def _library(*items: tuple[int, str, int, bytes]) -> bytes:
    body = b"".join(
        struct.pack("<HHHHI", 0, stream, len(_utf16(name)), kind, len(value)) + _utf16(name) + value
        for stream, name, kind, value in items
    )
    return _object("44231c94-9498-49d1-a141-1d134e457054", struct.pack("<H", len(items)), body)


def test_asf_tags() -> None:
    """ASF tags come as plain, extended and library values; a cover is measured."""
    plain = [_utf16(value) for value in ("Light", "Ida", "(c)", "note", "")]
    cover = b"\3" + struct.pack("<I", 900) + _utf16("image/png") + _utf16("") + bytes(900)
    said = read(
        _asf(
            _properties(),
            SOUND,
            _object("75b22633-668e-11cf-a6d9-00aa0062ce6c", struct.pack("<5H", *map(len, plain)), *plain),
            _extended(
                ("WM/AlbumTitle", 0, _utf16("Coast")),
                ("WM/Track", 3, struct.pack("<I", 2)),
                ("WM/PartOfSet", 0, _utf16("1/2")),
                ("IsVBR", 2, struct.pack("<I", 1)),
                ("TOOL", 3, struct.pack("<I", 7)),
                ("Binary", 1, b"??"),
                ("WM/Picture", 1, cover),
                ("replaygain_track_gain", 0, _utf16("-3.0 dB")),
            ),
        )
    )
    core = said["core"]
    assert (core["title"], core["authors"], core["copyright"], core["description"]) == ("Light", ["Ida"], "(c)", "note")
    assert (core["album"], core["track_number"], said["disc_number"], said["disc_total"]) == ("Coast", 3, 1, 2)
    assert said["cover"] == {"media_type": "image/png", "size_bytes": 900, "kind": "front cover", "picture_count": 1}
    assert (said["tags"], said["replaygain"]) == ({"TOOL": "7"}, {"track_gain_db": -3.0})
    assert (core["duration_ms"], core["audio_codec"], core["created"]) == (4000, "wmav2", "2019-04-17T18:40:00Z")


def test_asf_streams() -> None:
    """Languages, rates, aspect and markers are in the header's extension and tables."""
    inner = struct.pack("<QQIIIIIIIIHHQHH", 0, 0, 300_000, 0, 0, 0, 0, 0, 0, 0, 1, 0, 400_000, 1, 1)
    inner += struct.pack("<HH", 0, 4) + b"ab\0\0" + bytes(16) + struct.pack("<HI", 0, 2) + b"xy" + FILM
    extension = _object(
        "5fbf03b5-a92e-11cf-8ee3-00c00c205365",
        bytes(22),
        _object("14e6a5cb-c672-4332-8399-a96952065b5a", inner),
        _object("7c4346a9-efe0-4bfc-b229-393ede415c85", struct.pack("<HB", 1, len(_utf16("de-DE"))), _utf16("de-DE")),
        _library(
            (1, "AspectRatioX", 3, struct.pack("<I", 4)),
            (1, "AspectRatioY", 3, struct.pack("<I", 3)),
            (0, "WM/Year", 0, _utf16("1999")),
        ),
    )
    marker = _object("f487cd01-a951-11cf-8ee6-00c00c205365", bytes(16), struct.pack("<I", 2), bytes(80))
    data = _asf(_properties(created=116_444_736_000_000_000), SOUND, extension, marker, _stream(bytes(16), 3, b""))
    said = read(data, "video/x-ms-wmv")
    assert said["tracks"][0] == {
        "kind": "video",
        "codec": "wmv2",
        "codec_tag": "WMV2",
        "width_px": 320,
        "height_px": 240,
        "bit_rate_bps": 300_000,
        "frame_rate_hz": 25.0,
        "language": "de-DE",
        "sample_aspect_ratio": "4:3",
    }
    assert (said["chapter_count"], said["year"], said["core"]["track_count"]) == (2, 1999, 3)


def test_asf_protected() -> None:
    """Encrypted content is named so; a broadcast has no length; broken objects cost their own facts."""
    drm = _object("2211b3fb-bd23-11d2-b4b7-00a0c955fc6e", bytes(8))
    broken = _object("d2d0a440-e307-11d2-97f0-00a0c95ea850", b"\5\0\xff\xff")
    said = read(_asf(_properties(flags=1), FILM, drm, broken))
    assert said["core"]["encrypted"] is True
    assert "duration_ms" not in said["core"]
    assert (
        read((_asf(FILM) + bytes(9)).replace(struct.pack("<Q", len(_asf(FILM))), struct.pack("<Q", 9999)))["outcome"]
        == "partial"
    )
    for data in (b"nothing", _asf(_properties())):
        with pytest.raises(Corrupt):
            read(data, "video/x-ms-wmv")


def _tag(kind: int, body: bytes, time: int = 0) -> bytes:
    head = bytes([kind]) + len(body).to_bytes(3) + (time & 0xFFFFFF).to_bytes(3) + bytes([time >> 24]) + bytes(3)
    return head + body + struct.pack(">I", 11 + len(body))


def _flv(*tags: bytes) -> bytes:
    return b"FLV\1\5" + struct.pack(">II", 9, 0) + b"".join(tags)


def _amf(value: Any) -> bytes:
    if isinstance(value, bool):
        return b"\1" + bytes([value])
    if isinstance(value, float):
        return b"\0" + struct.pack(">d", value)
    if isinstance(value, str):
        return b"\2" + struct.pack(">H", len(value)) + value.encode()
    if isinstance(value, list):
        return b"\x0a" + struct.pack(">I", len(value)) + b"".join(map(_amf, value))
    if isinstance(value, dict):
        body = b"".join(struct.pack(">H", len(key)) + key.encode() + _amf(inner) for key, inner in value.items())
        return b"\3" + body + b"\0\0\x09"
    return b"\x0b" + bytes(10) if value is ... else b"\5"


def test_flash() -> None:
    """Metadata of every AMF kind is passed, and the last time stamp is the length where it says none."""
    meta = {
        "width": 320.0,
        "height": 240.0,
        "stereo": True,
        "title": "Light",
        "when": ...,
        "none": None,
        "times": [1.0, {"a": 2.0}],
    }
    data = _flv(_tag(18, _amf("onMetaData") + _amf(meta)), _tag(9, b"\x22data"), _tag(8, b"\x2fdata", 77_000))
    said = read(data)
    assert (said["core"]["duration_ms"], said["duration_source"], said["core"]["title"]) == (
        77_000,
        "last tag",
        "Light",
    )
    assert (said["core"]["width_px"], said["core"]["video_codec"], said["core"]["audio_codec"]) == (320, "flv1", "mp3")
    deep: Any = {}
    for _ in range(9):
        deep = {"a": deep}
    assert (
        "width_px"
        not in read(_flv(_tag(18, _amf("onMetaData") + _amf({"x": deep, "width": 1.0})), _tag(9, b"\x22")))["core"]
    )
    assert "title" not in read(_flv(_tag(18, _amf("onCuePoint")), _tag(9, b"\x22")))["core"]
    many = {f"k{n}": 1.0 for n in range(200)}
    assert read(_flv(_tag(18, _amf("onMetaData") + _amf(many)), _tag(9, b"\x22")))["core"]["video_codec"] == "flv1"
    with pytest.raises(Corrupt):
        read(_flv(), "video/x-flv")


def _packet(pid: int, payload: bytes, *, start: bool = True, scrambled: int = 0) -> bytes:
    room = 184 - len(payload)
    if not room:
        return struct.pack(">BHB", 0x47, pid | (0x4000 if start else 0), 0x10 | scrambled) + payload
    field = bytes([room - 1]) + (b"\0" + b"\xff" * (room - 2) if room > 1 else b"")
    return struct.pack(">BHB", 0x47, pid | (0x4000 if start else 0), 0x30 | scrambled) + field + payload


def _section(table: int, body: bytes) -> bytes:
    return b"\0" + bytes([table]) + struct.pack(">H", 0xB000 | len(body) + 9) + b"\0\1\xc1\0\0" + body + bytes(4)


def _pts(ticks: int) -> bytes:
    marked = [0x21 | ticks >> 29 & 14, ticks >> 22 & 255, ticks >> 14 & 254 | 1, ticks >> 7 & 255, ticks << 1 & 254 | 1]
    return bytes(marked)


def _pes(number: int, ticks: int, body: bytes) -> bytes:
    return b"\0\0\1" + bytes([number]) + struct.pack(">H", len(body) + 8) + b"\x80\x80\5" + _pts(ticks) + body


def test_transport_tables() -> None:
    """Languages and codecs of private streams come from descriptors, the service's name from its table."""

    def stream(kind: int, pid: int, *descriptors: bytes) -> bytes:
        inside = b"".join(descriptors)
        return bytes([kind]) + struct.pack(">HH", 0xE000 | pid, 0xF000 | len(inside)) + inside

    pmt = struct.pack(">HH", 0xE100, 0xF000) + b"".join(
        (
            stream(0x1B, 0x101),
            stream(0x06, 0x102, b"\x05\4AC-3", b"\x0a\4eng\0"),
            stream(0x06, 0x103, b"\x59\x08ger\x10\0\1\0\1"),
            stream(0x06, 0x104, b"\x7a\1\0"),
            stream(0x99, 0x105, b"\x00"),
        )
    )
    service = struct.pack(">HBHBHB", 1, 0xFF, 1, 0xFC, 0x8000, 0x48) + b"\x0e\1\4\x05NDR\5\x15Nord"
    packets = [
        _packet(0, _section(0, struct.pack(">HH", 1, 0xE100))),
        _packet(0x100, _section(2, pmt)),
        _packet(0x11, _section(0x42, service)),
        *(
            _packet(0x101, _pes(0xE0, ticks * 3600 % 2**33, bytes(60)), scrambled=0x80)
            for ticks in range(2386040, 2386140)
        ),
    ]
    said = read(b"".join(packets), "video/mp2t")
    assert [(t["kind"], t["codec"], t.get("language")) for t in said["tracks"]] == [
        ("video", "h264", None),
        ("audio", "ac3", "en"),
        ("subtitle", "dvb_subtitle", "de"),
        ("audio", "eac3", None),
        ("data", "stream_type_0x99", None),
    ]
    core = said["core"]
    # The time stamps wrap in between.
    assert (core["duration_ms"], core["frame_rate_hz"], core["encrypted"]) == (4000, 25.0, True)
    assert (core["title"], core["publisher"], said["subtitle_count"]) == ("Nord", "NDR", 1)


def test_transport_without_tables() -> None:
    """Packets without a programme map are partial; no packets at all are corrupt."""
    assert read(_packet(0x1FFF, bytes(184)) * 20, "video/mp2t")["outcome"] == "partial"
    with pytest.raises(Corrupt):
        read(bytes(4000), "video/mp2t")


def test_transport_of_a_gigabyte() -> None:
    """A gigabyte of packets costs its two ends."""
    pmt = struct.pack(">HHBHH", 0xE101, 0xF000, 0x02, 0xE101, 0xF000)
    sequence = b"\0\0\1\xb3\x14\0\xf0\x13\xff\xff\xe0\x18"
    start = _packet(0, _section(0, struct.pack(">HH", 1, 0xE100))) + _packet(0x100, _section(2, pmt))
    start += b"".join(_packet(0x101, _pes(0xE0, n * 3600, sequence)) for n in range(20))
    end = b"".join(_packet(0x101, _pes(0xE0, 90_000 * 600 + n * 3600, sequence)) for n in range(20))
    size = 188 * 5_319_149
    said, reads, octets = cost(Holes(size, (0, start), (size - len(end), end)))
    assert (said["core"]["duration_ms"], said["core"]["width_px"]) == (600_800, 320)
    assert (reads <= 8, octets <= 1024 * 1024) == (True, True)


PACK = b"\0\0\1\xba\x44\0\4\0\4\1\0\0\3\xf8"


def test_programme_of_a_dvd() -> None:
    """Private streams of a DVD are sound and subtitles by their number."""
    ac3 = (b"\x0b\x77\0\0\x14\x40\x43" + bytes(505)) * 2
    packets = [
        PACK,
        _pes(0xE0, 0, b"\0\0\1\xb3\x14\0\xf0\x13\xff\xff\xe0\x18"),
        _pes(0xBD, 3600, b"\x80\1\0\1" + ac3),
        _pes(0xBD, 3600, b"\x20sub"),
        _pes(0xBD, 3600, b"\x88\1\0\1"),
        _pes(0xBD, 3600, b"\xa0\1\0\1pcm"),
        _pes(0xBD, 3600, b"\x10?"),
        _pes(0xC0, 3600, b"junk"),
        PACK,
        _pes(0xE0, 90_000, bytes(4)),
    ]
    said = read(b"".join(packets))
    assert [(t["kind"], t["codec"]) for t in said["tracks"]] == [
        ("audio", "mp2"),
        ("video", "mpeg1video"),
        ("data", "private_0x10"),
        ("subtitle", "dvd_subtitle"),
        ("audio", "ac3"),
        ("audio", "dts"),
        ("audio", "pcm_dvd"),
    ]
    assert (said["core"]["duration_ms"], said["subtitle_count"], said["mpeg_version"]) == (1040, 1, 2)


def test_programme_of_nothing() -> None:
    """A pack without packets, and bytes without either, are corrupt."""
    for data in (PACK * 3, b"\0\0\1\xb3" + bytes(3), bytes(400)):
        with pytest.raises(Corrupt):
            read(data, "video/mpeg")


def test_mpeg1_packets() -> None:
    """An MPEG-1 packet has stuffing, a buffer size and one or two time stamps."""

    def packet(head: bytes, body: bytes) -> bytes:
        return b"\0\0\1\xe0" + struct.pack(">H", len(head + body)) + head + body

    pack = b"\0\0\1\xba\x21\0\1\0\1\x80\0\1"
    sequence = b"\0\0\1\xb3\x14\0\xf0\x13\xff\xff\xe0\x18"
    data = pack + packet(b"\xff\xff\x60\x20" + _pts(3600), sequence)
    data += packet(b"\x31" + _pts(7200)[1:] + b"\x11" + _pts(3600)[1:], b"x" * 20) + packet(b"\x0f", b"y" * 20)
    said = read(data)
    assert (said["core"]["width_px"], said["core"]["duration_ms"], said["mpeg_version"]) == (320, 80, 1)


@pytest.mark.parametrize(
    ("data", "media_type", "want"),
    [
        (
            b"YUV4MPEG2 W64 H48 F25:1 Ip A4:3 C422p10\n" + (b"FRAME\n" + bytes(64 * 48 * 4)) * 3,
            "video/x-yuv4mpeg",
            ("rawvideo", 64, 3),
        ),
        (struct.pack("<IHHHHHHI", 900, 0xAF12, 3, 320, 200, 8, 3, 40) + bytes(112), "video/x-flc", ("flic", 320, 3)),
        (struct.pack("<IHHHHHHI", 900, 0xAF11, 3, 320, 200, 8, 3, 0) + bytes(112), "video/x-fli", ("flic", 320, 3)),
        (b"DKIF\0\0\x20\0VP90" + struct.pack("<HHIIII", 64, 48, 25, 1, 10**9, 0), "video/x-ivf", ("vp9", 64, None)),
    ],
)
def test_plain_films(data: bytes, media_type: str, want: tuple[str, int, int | None]) -> None:
    """A plain header gives codec, size and frames; more frames than there is room for are none."""
    core = read(data, media_type)["core"]
    assert (core["video_codec"], core["width_px"], core.get("frame_count")) == want


@pytest.mark.parametrize("data", [b"DKIF", b"YUV4MPEG2 W64", b"what", b".RMF" + bytes(40)])
def test_plain_films_broken(data: bytes) -> None:
    """A header that is cut off is corrupt."""
    with pytest.raises(Corrupt):
        read(data, "video/x-ivf")


def test_realmedia_text() -> None:
    """RealMedia names its title, author, copyright and comment in one chunk."""

    def real(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack(">IH", 10 + len(body), 0) + body

    content = b"".join(struct.pack(">H", len(part)) + part for part in (b"Light", b"Ida", b"(c)", b""))
    other = bytes(30) + b"\0" + b"\x0eapplication/ab" + bytes(4)
    sipr = (
        bytes(30)
        + b"\0\0"
        + bytes(4)
        + b".ra\xfd\0\4"
        + bytes(42)
        + struct.pack(">HHHH", 8000, 0, 16, 1)
        + b"\4sipr\4sipr"
    )
    data = (
        b".RMF"
        + struct.pack(">IHII", 18, 0, 0, 4)
        + real(b"CONT", content)
        + real(b"MDPR", other)
        + real(b"MDPR", sipr)
        + real(b"DATA", b"")
    )
    said = read(data)
    assert (said["core"]["title"], said["core"]["authors"], said["core"]["copyright"]) == ("Light", ["Ida"], "(c)")
    assert [t["kind"] for t in said["tracks"]] == ["data", "audio"]
    assert (said["core"]["audio_codec"], said["core"]["sample_rate_hz"], said["core"]["channel_count"]) == (
        "sipr",
        8000,
        1,
    )
