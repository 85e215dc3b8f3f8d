"""Sound says what its headers and tags say: what the tools' files do not reach."""

from __future__ import annotations

import struct

import pytest
from media_files import (
    Holes,
    ape_tag,
    chunk,
    comments,
    cost,
    id3,
    id3_frame,
    id3v1,
    mp3_frame,
    page,
    read,
    riff,
)

from firstbytes import Corrupt

GIGABYTE = 10**9
TITLE = id3_frame("TIT2", b"\0Light")
VORBIS = b"\x01vorbis" + struct.pack("<IBIiiiBB", 0, 2, 44100, 0, 112000, 0, 0xB8, 1)


def _xing(mark: bytes, frames: int, size: int, encoder: bytes = b"LAME3.100") -> bytes:
    body = mark + struct.pack(">III", 3, frames, size) + encoder + bytes(2) + struct.pack(">I", 0x400000)
    frame = bytearray(mp3_frame())
    frame[36 : 36 + len(body)] = body
    return bytes(frame)


def test_mp3_headers() -> None:
    """The encoder's header gives length, mode and program; one that cannot be is not believed."""
    sound = mp3_frame() * 100
    said = read(id3(TITLE) + _xing(b"Xing", 100, 41800) + sound)
    core = said["core"]
    assert (core["duration_ms"], core["title"], core["producer"]) == (2612, "Light", "LAME3.100")
    assert (said["duration_source"], said["bit_rate_mode"], said["lame_replaygain_peak"]) == (
        "Xing header",
        "variable",
        0.5,
    )
    constant = read(_xing(b"Info", 100, 0, b"") + sound)
    assert (constant["bit_rate_mode"], constant["core"]["bit_rate_bps"]) == ("constant", 128000)
    assert read(_xing(b"Xing", 10**9, 0) + sound)["duration_source"] == "constant bit rate"
    assert read(_xing(b"Xing", 0, 0) + sound)["duration_source"] == "constant bit rate"
    vbri = bytearray(mp3_frame())
    vbri[36:54] = b"VBRI" + struct.pack(">HHHII", 1, 0, 75, 41700, 100)
    assert read(bytes(vbri) + sound)["duration_source"] == "VBRI header"


def test_mp3_tags() -> None:
    """Tags at the start win over those at the end, which fill in what is missing."""
    end = ape_tag(("Artist", b"Bo", 0), ("Title", b"Other", 0)) + id3v1()
    said = read(id3(TITLE) + mp3_frame() * 40 + end)
    assert (said["core"]["title"], said["core"]["authors"], said["core"]["album"]) == ("Light", ["Bo"], "Coast")
    assert (said["core"]["track_number"], said["core"]["genre"], said["year"]) == (7, "Ambient", 1999)
    assert said["core"]["duration_ms"] == round(40 * 417 * 8 / 128)


def test_mp3_of_many_tags() -> None:
    """A second tag at the start fills in; lyrics before the last tag are no sound."""
    lyrics = b"LYRICSBEGIN" + b"x" * 89
    end = lyrics + b"000100LYRICS200" + id3v1()
    said = read(id3(TITLE) + id3(id3_frame("TIT2", b"\0Other"), id3_frame("TPE1", b"\0Bo")) + mp3_frame() * 40 + end)
    assert (said["core"]["title"], said["core"]["authors"], said["core"]["album"]) == ("Light", ["Bo"], "Coast")
    assert said["core"]["duration_ms"] == round(40 * 417 * 8 / 128)


def test_mp3_behind_a_cover() -> None:
    """A cover of 20 MB costs no more than a small one."""
    picture = b"\0image/jpeg\0\3\0\xff\xd8"
    size = 20_000_000
    head = b"ID3\3\0\0" + bytes((size + len(TITLE) + 10) >> s & 127 for s in (21, 14, 7, 0)) + TITLE
    head += b"APIC" + struct.pack(">IH", size, 0) + picture
    at = 10 + len(TITLE) + 10 + size
    said, reads, octets = cost(Holes(at + 40 * 417, (0, head), (at, mp3_frame() * 40)))
    assert said["cover"] == {
        "media_type": "image/jpeg",
        "size_bytes": size - 14,
        "kind": "front cover",
        "picture_count": 1,
    }
    assert said["core"]["audio_codec"] == "mp3"
    assert (reads <= 4, octets <= 300_000) == (True, True)


def test_mp3_estimate() -> None:
    """A long file of changing rates without a header is measured in four places, and says so."""
    mix = (mp3_frame(9) + mp3_frame(5)) * 2000
    said = read(mix)
    assert (said["duration_source"], "bit_rate_mode" in said) == ("estimated from samples", False)
    assert said["core"]["duration_ms"] == pytest.approx(4000 * 1152 / 44.1, rel=0.01)
    counted = read((mp3_frame(9) + mp3_frame(5)) * 200)
    assert (counted["duration_source"], counted["core"]["duration_ms"]) == ("frames counted", round(400 * 1152 / 44.1))


def test_mp3_of_a_gigabyte() -> None:
    """A gigabyte of constant rate costs its two ends."""
    said, reads, octets = cost(Holes(GIGABYTE, (0, mp3_frame() * 200)))
    assert said["core"]["duration_ms"] == GIGABYTE // 16
    assert (reads <= 8, octets <= 1024 * 1024) == (True, True)


def test_mp3_without_sound() -> None:
    """Tags without a frame are partial; neither is corrupt."""
    assert read(id3(TITLE) + b"no sound here" * 20)["outcome"] == "partial"
    for data in (b"no sound here" * 20, b"#!AMR\n\xff\xff"):
        with pytest.raises(Corrupt):
            read(data, "audio/mpeg")


def test_junk_before_sound() -> None:
    """Frames are found behind junk, zeros and a long gap."""
    for junk in (b"\xff\xfejunk" * 9, bytes(3000), b"\xff\xe0 " * 900 + bytes(40_000)):
        assert read(junk + mp3_frame() * 40, "audio/mpeg")["core"]["sample_rate_hz"] == 44100


def test_amr() -> None:
    """AMR counts 20 ms for each frame."""
    narrow = read(b"#!AMR\n" + (b"\x3c" + bytes(31)) * 50)
    assert (narrow["core"]["duration_ms"], narrow["core"]["audio_codec"], narrow["core"]["sample_rate_hz"]) == (
        1000,
        "amr_nb",
        8000,
    )
    wide = read(b"#!AMR-WB\n" + (b"\x44" + bytes(60)) * 50)
    assert (wide["core"]["duration_ms"], wide["core"]["audio_codec"], wide["core"]["sample_rate_hz"]) == (
        1000,
        "amr_wb",
        16000,
    )


def _flac(*blocks: tuple[int, bytes], samples: int = 88200) -> bytes:
    info = bytes(10) + (44100 << 44 | 1 << 41 | 15 << 36 | samples).to_bytes(8) + bytes(range(16))
    out = b"fLaC"
    for n, (kind, body) in enumerate([(0, info), *blocks]):
        out += bytes([kind | (128 if n == len(blocks) else 0)]) + len(body).to_bytes(3) + body
    return out


PICTURE = (
    struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">I", 0) + bytes(16) + struct.pack(">I", 900) + bytes(900)
)


def test_flac() -> None:
    """Comments, a cover and a cue sheet are metadata blocks; an ID3 tag before them fills in."""
    data = id3(id3_frame("TALB", b"\0Coast")) + _flac(
        (4, comments("TITLE=Light", "TRACKNUMBER=3")), (6, PICTURE), (5, bytes(40))
    )
    said = read(data + bytes(1000))
    assert (said["core"]["title"], said["core"]["album"], said["core"]["producer"]) == ("Light", "Coast", "maker")
    assert (said["core"]["duration_ms"], said["core"]["bit_depth"], said["cue_sheet"]) == (2000, 16, True)
    assert (said["cover"]["size_bytes"], said["audio_md5"]) == (900, bytes(range(16)).hex())
    assert "duration_ms" not in read(_flac(samples=0))["core"]


def test_flac_broken() -> None:
    """A FLAC file that ends in its metadata is partial, and without stream info corrupt."""
    assert read(_flac((1, bytes(99)), (4, b""))[:-60])["outcome"] == "partial"
    for data in (b"fLaC" + bytes([129, 0, 0, 0]), b"fLaC" + bytes(50), b"none"):
        with pytest.raises(Corrupt):
            read(data, "audio/flac")


def test_ogg() -> None:
    """The last page of a stream gives its length, whatever other streams do."""
    data = (
        page(1, VORBIS, first=True)
        + page(2, b"fishead\0", first=True)
        + page(1, b"\x03vorbis" + comments("TITLE=Light"), b"setup")
    )
    said = read(data + page(1, bytes(99), granule=88200) + page(2, b"x", granule=10**9))
    assert (said["core"]["duration_ms"], said["core"]["title"], said["nominal_bit_rate_bps"]) == (2000, "Light", 112000)
    assert "duration_ms" not in read(data)["core"]


def test_ogg_with_a_large_cover() -> None:
    """A cover of 200 KB in the comments is found, and measured by its own head."""
    import base64

    cover = "METADATA_BLOCK_PICTURE=" + base64.b64encode(PICTURE + bytes(150_000)).decode()
    packet = b"OpusTags" + comments(cover, "TITLE=Light")
    pages, rest = b"", packet
    while len(rest) > 255 * 255:
        piece, rest = rest[: 255 * 255], rest[255 * 255 :]
        pages += struct.pack("<4sBBQIIIB", b"OggS", 0, 0, 2**64 - 1, 1, 0, 0, 255) + b"\xff" * 255 + piece
    head = page(1, b"OpusHead" + struct.pack("<BBHIHB", 1, 2, 312, 44100, 0, 0), first=True)
    said = read(head + pages + page(1, rest) + page(1, bytes(9), granule=48312))
    assert (said["core"]["title"], said["cover"]["size_bytes"], said["core"]["duration_ms"]) == ("Light", 900, 1000)
    assert said["original_sample_rate_hz"] == 44100


def test_ogg_of_several_streams() -> None:
    """Film and sound are tracks; FLAC's blocks and a broken header are told apart."""
    theora = (
        b"\x80theora\3\2\1"
        + struct.pack(">HH", 20, 15)
        + b"\0\1\x40\0\0\xf0\0\0"
        + struct.pack(">II", 25, 1)
        + b"\0\0\4\0\0\3"
        + bytes(4)
        + b"\0\xc0"
    )
    flac = b"\x7fFLAC\1\0\0\1" + _flac((4, b""))[:42]
    speex = b"Speex   " + bytes(28) + struct.pack("<IIIII", 16000, 0, 0, 1, 2**31 - 1) + bytes(20)
    heads = [theora, flac, speex, b"OpusHead", b"\x01vorbis", b"\x80theora", b"Speex   "]
    data = b"".join(page(n, packet, first=True) for n, packet in enumerate(heads))
    data += page(1, b"\x84\0\0\0" + comments("TITLE=Light"), b"\x86\0\0\0" + PICTURE) + page(
        0, b"x", granule=99 << 6 | 1
    )
    said = read(data)
    assert [t["codec"] for t in said["tracks"]] == ["theora", "flac", "speex"]
    assert said["tracks"][0] == {
        "kind": "video",
        "codec": "theora",
        "width_px": 320,
        "height_px": 240,
        "frame_rate_hz": 25.0,
        "sample_aspect_ratio": "4:3",
    }
    assert (said["core"]["duration_ms"], said["core"]["title"], said["cover"]["size_bytes"]) == (4000, "Light", 900)
    with pytest.raises(Corrupt):
        read(page(1, b"nobody knows", first=True), "audio/ogg")


FMT = struct.pack("<HHIIHH", 1, 2, 44100, 176400, 4, 16)


def test_wave() -> None:
    """Broadcast data, tags of both kinds and markers lie before or after the samples."""
    bext = b"Take 4".ljust(256, b"\0") + b"Studio".ljust(32, b"\0") + b"REF".ljust(32, b"\0")
    bext += b"2019-05-0412-30-00" + struct.pack("<Q", 88200) + bytes(256) + b"A=PCM\r\n"
    data = riff(
        "WAVE",
        chunk("bext", bext),
        chunk("fmt ", FMT),
        chunk("data", bytes(176400)),
        chunk("LIST", b"INFO" + chunk("INAM", b"Light\0") + chunk("ISRF", b"tape\0") + chunk("IART", b"Fl\xf6te")),
        chunk("id3 ", id3(id3_frame("TALB", b"\0Coast"), id3_frame("TXXX", b"\0tool\0x"))),
        chunk("cue ", struct.pack("<I", 1) + bytes(24)),
        chunk("iXML", b"<x/>"),
    )
    said = read(data)
    core = said["core"]
    assert (core["title"], core["authors"], core["album"], core["duration_ms"]) == ("Light", ["Flöte"], "Coast", 1000)
    assert (core["description"], core["created"]) == ("Take 4", "2019-05-04T12:30:00")
    assert said["broadcast"]["time_reference_s"] == 2.0
    assert (said["cue_points"], said["ixml"], said["tags"]) == (1, True, {"ISRF": "tape", "tool": "x"})


def test_wave_sizes() -> None:
    """A stream's size of all ones means all the rest; a compressed one is counted by `fact`."""
    endless = riff("WAVE", chunk("fmt ", FMT)) + b"data" + struct.pack("<I", 0xFFFFFFFF) + bytes(176400)
    assert (read(endless)["core"]["duration_ms"], "outcome" in read(endless)) == (1000, False)
    law = struct.pack("<HHIIHH", 0x31, 1, 8000, 1625, 65, 0)
    assert (
        read(riff("WAVE", chunk("fmt ", law), chunk("fact", struct.pack("<I", 16000)), chunk("data", bytes(3250))))[
            "core"
        ]["duration_ms"]
        == 2000
    )
    assert read(riff("WAVE", chunk("fmt ", law), chunk("data", bytes(3250))))["core"]["duration_ms"] == 2000
    assert (
        "duration_ms"
        not in read(
            riff("WAVE", chunk("fmt ", struct.pack("<HHIIHH", 0x31, 1, 8000, 0, 65, 0)), chunk("data", bytes(32)))
        )["core"]
    )
    extensible = (
        struct.pack("<HHIIHHHHI", 0xFFFE, 6, 48000, 864000, 18, 24, 22, 20, 63) + struct.pack("<H", 1) + bytes(14)
    )
    core = read(riff("WAVE", chunk("fmt ", extensible), chunk("data", bytes(18))))["core"]
    assert (core["bit_depth"], core["channel_count"], core["audio_codec"]) == (20, 6, "pcm_s20le")


def test_wave_broken() -> None:
    """A file without samples or cut off in them is partial; without a format it is corrupt."""
    assert read(riff("WAVE", chunk("fmt ", FMT)))["outcome"] == "partial"
    assert read(riff("WAVE", chunk("fmt ", FMT), chunk("data", bytes(999)))[:-500])["outcome"] == "partial"
    with pytest.raises(Corrupt):
        read(riff("WAVE", chunk("data", bytes(4))))


def test_wave_of_four_gigabytes() -> None:
    """RF64 keeps its sizes in `ds64`; RIFX has the other byte order."""
    size = 5 * GIGABYTE
    ds64 = chunk("ds64", struct.pack("<QQQI", size, size - 200, (size - 200) // 4, 0))
    head = b"RF64\xff\xff\xff\xffWAVE" + ds64 + chunk("fmt ", FMT) + b"data\xff\xff\xff\xff"
    said, reads, _ = cost(Holes(size, (0, head)))
    assert (said["core"]["duration_ms"], reads <= 8) == (round((size - 200) // 4 / 44.1), True)
    assert (
        read(b"RF64\xff\xff\xff\xffWAVE" + chunk("fmt ", FMT) + chunk("data", bytes(176400)))["core"]["duration_ms"]
        == 1000
    )
    swapped = chunk("fmt ", struct.pack(">HHIIHH", 1, 2, 44100, 176400, 4, 16), ">")
    assert (
        read(riff("WAVE", swapped, chunk("data", bytes(176400), ">"), kind="RIFX", order=">"))["core"]["sample_rate_hz"]
        == 44100
    )


def test_aiff() -> None:
    """AIFF has text chunks, an ID3 tag that outranks them, and codings by name."""
    rate = b"\x40\x0e\xac\x44" + bytes(6)
    common = chunk("COMM", struct.pack(">HIH", 2, 88200, 16) + rate + b"fl32", ">")
    data = riff(
        "AIFC",
        common,
        chunk("NAME", b"Plain", ">"),
        chunk("ID3 ", id3(TITLE), ">"),
        chunk("SSND", bytes(99), ">"),
        kind="FORM",
        order=">",
    )
    core = read(data)["core"]
    assert (core["title"], core["duration_ms"], core["audio_codec"], core["sample_rate_hz"]) == (
        "Light",
        2000,
        "pcm_f16be",
        44100,
    )
    assert read(data[:-50])["outcome"] == "partial"
    other = riff("AIFC", chunk("COMM", struct.pack(">HIH", 1, 0, 0) + bytes(10) + b"ima4", ">"), kind="FORM", order=">")
    assert read(other)["core"] == {"channel_count": 1, "audio_codec": "adpcm_ima_qt"}
    with pytest.raises(Corrupt):
        read(riff("AIFF", kind="FORM", order=">"))


def _monkeys(version: int) -> bytes:
    if version >= 3980:
        return struct.pack("<4sHHIIIIIII16s", b"MAC ", version, 0, 52, 24, 0, 0, 0, 0, 0, bytes(16)) + struct.pack(
            "<HHIIIHHI", 2000, 0, 73728, 100, 2, 16, 2, 44100
        )
    return struct.pack("<4sHHHHIIIII", b"MAC ", version, 4000, 8, 2, 44100, 0, 0, 2, 100) + bytes(60)


@pytest.mark.parametrize(
    ("data", "codec", "samples", "bits"),
    [
        (_monkeys(3990), "ape", 73828, 16),
        (_monkeys(3970), "ape", 73728 * 4 + 100, 24),
        (_monkeys(3900), "ape", 73828, 24),
        (_monkeys(3800), "ape", 73828, 24),
        (_monkeys(3700), "ape", 9316, 24),
        (b"wvpk" + struct.pack("<IHBBIIIII", 99, 0x410, 0, 0, 44100, 0, 0, 1 | 9 << 23, 0), "wavpack", 44100, 16),
        (b"wvpk" + struct.pack("<IHBBIIIII", 99, 0x410, 0, 0, 0xFFFFFFFF, 0, 0, 0x80000005 | 9 << 23, 0), "dsd", 0, 16),
        (b"TTA1" + struct.pack("<HHHII", 1, 2, 16, 44100, 44100), "tta", 44100, 16),
        (b"MP+\x07" + struct.pack("<IIIIII", 100, 0, 0, 0, 576 << 20, 0), "musepack7", 99 * 1152 + 576, None),
        (b"MP+\x07" + struct.pack("<IIIIII", 100, 0, 0, 0, 0, 0), "musepack7", 100 * 1152 - 576, None),
        (b"MPCKSH\x0f" + bytes(4) + b"\x08\x82\xd8\x44\x00\x1f\x13", "musepack8", 44100, None),
    ],
)
def test_lossless(data: bytes, codec: str, samples: int, bits: int | None) -> None:
    """Each lossless header counts its samples in its own way; tags at the end are read."""
    said = read(data + bytes(500) + ape_tag(("Title", b"Light", 0)) + id3v1("Other"))
    core = said["core"]
    assert (core["audio_codec"], core.get("bit_depth"), core["title"], core["album"]) == (codec, bits, "Light", "Coast")
    assert core.get("duration_ms") == (round(samples / 44.1) or None)


@pytest.mark.parametrize(
    "data",
    [b"MAC \x96\x0f", b"wvpk", b"TTA1", b"TTA2" + bytes(30), b"MP+\7", b"MPCKXX", b"MPCKSH", _monkeys(3990)[:60], b"?"],
)
def test_lossless_broken(data: bytes) -> None:
    """A header that is cut off is corrupt."""
    with pytest.raises(Corrupt):
        read(data, "audio/x-ape")


def _dsf() -> bytes:
    tag = id3(TITLE)
    body = b"fmt " + struct.pack("<QIIIIIIQII", 52, 1, 0, 2, 2, 2822400, 1, 2822400, 4096, 0)
    data = b"data" + struct.pack("<Q", 20) + bytes(8)
    size = 28 + len(body) + len(data)
    return b"DSD " + struct.pack("<QQQ", 28, size + len(tag), size) + body + data + tag


def _dff() -> bytes:
    def part(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack(">Q", len(body)) + body

    prop = part(
        b"PROP",
        b"SND "
        + part(b"FS  ", struct.pack(">I", 2822400))
        + part(b"CHNL", struct.pack(">H", 2) + b"SLFTSRGT")
        + part(b"CMPR", b"DSD "),
    )
    return part(b"FRM8", b"DSD " + part(b"FVER", bytes(4)) + prop + part(b"DSD ", bytes(705600)))


def _sphere(coding: str) -> bytes:
    text = "NIST_1A\n   1024\nsample_rate -i 16000\nsample_count -i 32000\nchannel_count -i 1\n"
    text += f"sample_n_bytes -i 2\nsample_byte_format -s2 10\n{coding}end_head\n"
    return text.encode().ljust(1024) + bytes(64)


def _caf(*more: bytes, codec: bytes = b"lpcm", flags: int = 2, packet: int = 4) -> bytes:
    def part(kind: bytes, body: bytes) -> bytes:
        return kind + struct.pack(">q", len(body)) + body

    desc = part(b"desc", struct.pack(">d4s5I", 44100.0, codec, flags, packet, 1, 2, 16))
    info = part(b"info", struct.pack(">I", 2) + b"title\0Light\0odd\0x\0")
    return b"caff\0\1\0\0" + desc + info + b"".join(more) + b"data" + struct.pack(">q", -1) + bytes(4 + 176400)


@pytest.mark.parametrize(
    ("data", "codec", "duration", "rate"),
    [
        (_dsf(), "dsd_lsbf_planar", 1000, 2822400),
        (_dff(), "dsd_msbf", 1000, 2822400),
        (_sphere(""), "pcm_s16be", 2000, 16000),
        (_sphere("sample_coding -s4 ulaw\n"), "pcm_mulaw", 2000, 16000),
        (_sphere("sample_coding -s4 what\n"), "unknown", 2000, 16000),
        (_caf(), "pcm_s16le", 1000, 44100),
        (_caf(b"pakt" + struct.pack(">qqqii", 24, 3, 44100, 0, 0), codec=b"alac", packet=0), "alac", 1000, 44100),
        (b".snd" + struct.pack(">5I", 24, 0xFFFFFFFF, 1, 8000, 1) + bytes(8000), "pcm_mulaw", 1000, 8000),
        (b"dns." + struct.pack("<5I", 24, 16000, 3, 8000, 1) + bytes(16000), "pcm_s16be", 1000, 8000),
        (b".snd" + struct.pack(">5I", 24, 16000, 99, 8000, 1) + bytes(16000), "au_99", None, 8000),
        (b"Creative Voice File\x1a\x1a\0\x0a\1\x29\x11\1\2\0\0\x83\0" + bytes(8000), "pcm_u8", 1000, 8000),
        (
            b"Creative Voice File\x1a\x1a\0\x0a\1\x29\x11\x09\0\0\0"
            + struct.pack("<IBBH4x", 8000, 16, 1, 4)
            + bytes(16000),
            "pcm_s16le",
            1000,
            8000,
        ),
    ],
)
def test_plain(data: bytes, codec: str, duration: int | None, rate: int) -> None:
    """A plain header gives codec, rate and length."""
    core = read(data)["core"]
    assert (core["audio_codec"], core.get("duration_ms"), core["sample_rate_hz"]) == (codec, duration, rate)


def test_plain_tags() -> None:
    """DSF has an ID3 tag at its end, Core Audio an information chunk."""
    assert read(_dsf())["core"]["title"] == "Light"
    said = read(_caf())
    assert (said["core"]["title"], said["tags"]) == ("Light", {"odd": "x"})


@pytest.mark.parametrize(
    "data",
    [
        b".snd",
        b"caff\0\1\0\0",
        b"DSD \x1c" + bytes(30),
        b"FRM8" + bytes(8) + b"DSD ",
        b"NIST_1A\n",
        b"Creative Voice File\x1a",
        b"?",
    ],
)
def test_plain_broken(data: bytes) -> None:
    """A header that is cut off is corrupt."""
    with pytest.raises(Corrupt):
        read(data, "audio/basic")


def test_voice_of_nothing() -> None:
    """A voice file whose first block holds no sound is corrupt."""
    with pytest.raises(Corrupt):
        read(b"Creative Voice File\x1a\x1a\0\x0a\1\x29\x11\3\0\0\0" + bytes(20))


def _midi(*tracks: bytes, division: int = 96, kind: int = 1) -> bytes:
    return (
        b"MThd"
        + struct.pack(">IHHH", 6, kind, len(tracks), division)
        + b"".join(b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks)
    )


TEMPO = b"\0\xff\x51\3\x0f\x42\x40"
END = b"\0\xff\x2f\0"


def test_midi() -> None:
    """Names, lyrics, copyright and length of a MIDI file, over changes of tempo."""
    first = b"\0\xff\3\5Light\0\xff\2\3(c)\0\xff\1\4note\0\xff\5\2la" + TEMPO + b"\x60\xff\x51\3\x07\xa1\x20" + END
    second = b"\0\xff\3\5Piano\0\xf0\2\1\xf7\0\x90\x3c\x40\x81\x40\x3c\0\0\xc0\5" + END
    said = read(_midi(first, second))
    core = said["core"]
    assert (core["title"], core["copyright"], core["description"], core["track_count"]) == ("Light", "(c)", "note", 2)
    assert (core["duration_ms"], said["tempo_bpm"], said["track_names"], said["has_lyrics"]) == (
        1500,
        60.0,
        ["Piano"],
        True,
    )
    assert read(riff("RMID", chunk("data", _midi(first))))["core"]["title"] == "Light"


def test_midi_clocks() -> None:
    """A division in frames a second needs no tempo; one of zero has no length."""
    track = b"\x87\x68\xff\x06\0" + END
    assert read(_midi(track, division=0xE728))["core"]["duration_ms"] == 1000
    assert "duration_ms" not in read(_midi(track, division=0))["core"]
    assert "duration_ms" not in read(_midi(track, division=0x8000 | 0x6400))["core"]


def test_midi_broken() -> None:
    """A track that is cut off is partial; bytes that are no events end it; no header is corrupt."""
    assert read(_midi(TEMPO + END)[:-2])["outcome"] == "partial"
    for track in (b"\0\x05\5", b"\0\xf1\0", b"\xff\xff\xff\xff\xff\xff", b"\0\xff", b"\0"):
        assert read(_midi(track))["core"]["track_count"] == 1
    assert read(_midi()[:14] + b"XXXX" + struct.pack(">I", 0))["core"]["track_count"] == 0
    with pytest.raises(Corrupt):
        read(b"MThd", "audio/midi")


def test_modules() -> None:
    """Tracker modules say their name, tracker and channels."""
    xm = (
        b"Extended Module: "
        + b"Light".ljust(20)
        + b"\x1aFastTracker II".ljust(21)
        + struct.pack("<HIHHHHHH", 0x104, 276, 1, 0, 8, 4, 2, 0)
    )
    assert read(xm + bytes(10))["core"] == {"title": "Light", "generator": "FastTracker II", "track_count": 8}
    it = b"IMPMLight".ljust(30, b"\0") + struct.pack("<HHHHH", 0, 1, 3, 0, 5) + bytes(24) + b"\x20" * 4 + b"\xa0" * 60
    assert read(it.ljust(192, b"\0"))["core"]["track_count"] == 4
    s3m = (
        b"Light".ljust(28, b"\0")
        + b"\x1a\x10\0\0"
        + struct.pack("<HHH", 1, 3, 5)
        + bytes(6)
        + b"SCRM"
        + bytes(16)
        + b"\0" * 4
        + b"\xff" * 28
    )
    assert read(s3m)["pattern_count"] == 5
    for marks, channels in ((b"M.K.", 4), (b"6CHN", 6), (b"16CH", 16)):
        said = read(b"Light".ljust(952, b"\0") + b"\2" + bytes(127) + marks)
        assert (said["core"]["track_count"], said["pattern_count"]) == (channels, 3)
    assert read(bytes(1080) + b"what", "audio/x-mod") == {"core": {}, "pattern_count": 1, "instrument_count": 31}
    with pytest.raises(Corrupt):
        read(b"short", "audio/x-mod")
