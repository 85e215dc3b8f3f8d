"""ID3 tags of every version give the same facts."""

from __future__ import annotations

import pytest
from media_files import id3, id3_frame, id3v1

from firstbytes import BytesSource
from firstbytes.formats import id3 as reader
from firstbytes.formats.media_tags import Tags


def _read(data: bytes) -> Tags:
    return reader.read(BytesSource(data))[0]


@pytest.mark.parametrize("version", [2, 3, 4])
def test_versions(version: int) -> None:
    """Titles, tracks, genres and covers have other names in version 2.2, and other sizes in 2.4."""
    names = {2: ("TT2", "TRK", "TCO", "PIC"), 3: ("TIT2", "TRCK", "TCON", "APIC")}[min(version, 3)]
    kind = b"PNG" if version == 2 else b"image/png\0"
    bodies = (
        b"\3Light" if version == 4 else b"\0Light",
        b"\0" + b"3/12",
        b"\0(26)",
        b"\0" + kind + b"\3front\0\x89PNG" + bytes(96),
    )
    data = id3(*(id3_frame(n, body, version=version) for n, body in zip(names, bodies, strict=True)), version=version)
    core, own = _read(data + bytes(99)).facts()
    assert (core["title"], core["track_number"], core["genre"], own["track_total"]) == ("Light", 3, "Ambient", 12)
    assert own["cover"] == {"media_type": "image/png", "size_bytes": 100, "kind": "front cover", "picture_count": 1}
    assert reader.read(BytesSource(data))[1] == len(data)


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b"\0Caf\xe9", "Café"),
        (b"\1\xff\xfeC\0a\0f\0\xe9\0", "Café"),
        (b"\1\xfe\xff\0C\0a\0f\0\xe9", "Café"),
        (b"\2\0C\0a\0f\0\xe9", "Café"),
        (b"\3Caf\xc3\xa9", "Café"),
        (b"\x09Cafe", "Cafe"),
    ],
)
def test_encodings(body: bytes, title: str) -> None:
    """Text is Latin-1, UTF-16 with and without a mark, or UTF-8."""
    assert _read(id3(id3_frame("TIT2", body, version=4), version=4)).first("title") == title


@pytest.mark.parametrize(
    ("text", "genre"),
    [
        ("17", "Rock"),
        ("(17)", "Rock"),
        ("(4)Eurodisco", "Eurodisco"),
        ("(51)(39)", "Techno-Industrial, Noise"),
        ("(RX)", "Remix"),
        ("((Odd)", "(Odd)"),
        ("250", "250"),
        ("House", "House"),
    ],
)
def test_genres(text: str, genre: str) -> None:
    """A genre is a number of the old list, with or without brackets, or a name."""
    assert _read(id3(id3_frame("TCON", b"\0" + text.encode()))).facts()[0]["genre"] == genre


def test_several_values() -> None:
    """Version 2.4 allows several values, and comments and custom texts have descriptions."""
    data = id3(
        id3_frame("TPE1", b"\3Ida\0Bo", version=4),
        id3_frame("COMM", b"\0eng\0A note", version=4),
        id3_frame("COMM", b"\0engiTunNORM\0 0000", version=4),
        id3_frame("COMM", b"\1eng\xff\xfeq\0\0\0\xff\xfew\0", version=4),
        id3_frame("TXXX", b"\0replaygain_track_gain\0-6.50 dB", version=4),
        id3_frame("TXXX", b"\2\0k", version=4),
        id3_frame("USLT", b"\0eng\0la la", version=4),
        id3_frame("WOAR", b"http://example.org", version=4),
        id3_frame("TKEY", b"\0Am", version=4),
        id3_frame("PRIV", b"owner\0data", version=4),
        version=4,
    )
    tags = _read(data)
    core, own = tags.facts()
    assert (core["authors"], core["description"]) == (["Ida", "Bo"], "A note")
    assert own["replaygain"] == {"track_gain_db": -6.5}
    assert own["has_lyrics"] is True
    assert own["tags"] == {"comment q": "w", "WOAR": "http://example.org", "TKEY": "Am"}


def test_unsynchronised() -> None:
    """The zero that keeps a player from finding a frame in a tag is taken out: of the tag, or of one frame."""
    frame = id3_frame("TIT2", b"\0A\xffB")
    assert _read(id3(frame.replace(b"\xff", b"\xff\0"), flags=0x80)).first("title") == "AÿB"
    assert _read(id3(id3_frame("TIT2", b"\0A\xff\0B", version=4, flags=2), version=4)).first("title") == "AÿB"
    with_length = id3_frame("TIT2", bytes(3) + b"\6" + b"\0Light", version=4, flags=1)
    assert _read(id3(with_length, version=4)).first("title") == "Light"


def test_extended_header() -> None:
    """An extended header is passed over; its size counts itself in version 2.4 only."""
    title = id3_frame("TIT2", b"\0Light")
    assert _read(id3(b"\0\0\0\6" + bytes(6) + title, flags=0x40)).first("title") == "Light"
    assert (
        _read(id3(b"\0\0\0\6\1\0" + id3_frame("TIT2", b"\0Light", version=4), version=4, flags=0x40)).first("title")
        == "Light"
    )


def test_sizes_as_itunes_wrote_them() -> None:
    """A plain size in a 2.4 tag is told by the frame that follows it."""
    long = b"\0" + b"x" * 299
    wrong = b"TIT2" + len(long).to_bytes(4) + b"\0\0" + long + id3_frame("TALB", b"\0Coast", version=4)
    tags = _read(id3(wrong, version=4))
    assert (tags.first("title"), tags.first("album")) == ("x" * 299, "Coast")
    right = id3_frame("TIT2", long, version=4) + id3_frame("TALB", b"\0Coast", version=4)
    assert _read(id3(right, version=4)).first("album") == "Coast"


def test_damage() -> None:
    """Compressed frames, frames beyond the tag, bad names and pictures without an end are left out."""
    data = id3(
        id3_frame("TIT2", b"", version=3),
        id3_frame("TALB", b"\0packed", flags=0x80),
        id3_frame("APIC", b"\0image/jpeg"),
        b"TPE1\0\0\xff\xff\0\0\0Ida",
    )
    tags = _read(data)
    assert (tags.first("album"), tags.first("artist"), tags.pictures[0].size_bytes) == (None, "Ida", 0)
    assert _read(id3(b"\xff\xff\xff\xff\0\0\0\1\0\0\0x")).values == {}
    assert reader.header(b"ID3\x05") is None
    assert reader.header(b"ID3\x05" + bytes(9)) is None
    assert reader.header(b"ID3\3\0\0\xff\0\0\0") is None


def test_version_1() -> None:
    """A tag of 128 bytes at the end; its last comment byte is a track in version 1.1."""
    tags = reader.read_v1(BytesSource(bytes(300) + id3v1()))
    assert tags is not None
    assert (tags.first("title"), tags.first("track"), tags.first("genre"), tags.first("date")) == (
        "Song",
        "7",
        "Ambient",
        "1999",
    )
    plain = reader.read_v1(BytesSource(id3v1(track=0, genre=255)))
    assert plain is not None
    assert (plain.first("track"), plain.first("genre")) == (None, None)
    assert reader.read_v1(BytesSource(bytes(300))) is None
