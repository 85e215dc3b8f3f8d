"""Tags of every format end under the same names, within bounds."""

from __future__ import annotations

import pytest

from firstbytes.formats.codecs import matroska, object_type, video, wave
from firstbytes.formats.color import coding, dolby_vision, light_level, mastering
from firstbytes.formats.languages import packed, tag
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.media_tags import (
    MAX_TAGS,
    Picture,
    Tags,
    iso6709,
    music_date,
    pair,
    picture_kind,
    picture_type,
    year,
)


def test_facts() -> None:
    """Repeated values are kept once, several joined, and totals come from either tag."""
    tags = Tags()
    for name, value in (
        ("artist", "Ida"),
        ("artist", "Ida"),
        ("artist", "Bo"),
        ("track", "3"),
        ("track_total", "12"),
        ("mood", "calm"),
        ("mood", "blue"),
    ):
        tags.add(name, value)
    tags.add("title", "  ")
    tags.other("", "no name")
    core, own = tags.facts()
    assert core == {"authors": ["Ida", "Bo"], "track_number": 3}
    assert own == {"track_total": 12, "mood": "calm; blue"}


def test_bounds() -> None:
    """A file of a million tags or pictures is cut short."""
    tags = Tags()
    for n in range(MAX_TAGS + 50):
        tags.add("artist", str(n))
        tags.other(str(n), "x")
        tags.picture(Picture("image/png", n))
    assert len(tags.values["artist"]) == len(tags.others) == len(tags.pictures) == MAX_TAGS


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("+47.3769+008.5417+408/", {"latitude_deg": 47.3769, "longitude_deg": 8.5417, "altitude_m": 408.0}),
        ("-33.9-070.5/", {"latitude_deg": -33.9, "longitude_deg": -70.5}),
        ("+10+20+99999999999/", {"latitude_deg": 10.0, "longitude_deg": 20.0}),
        ("+91+0/", {}),
        ("somewhere", {}),
        (None, {}),
    ],
)
def test_position(text: str | None, want: dict[str, float]) -> None:
    """ISO 6709 in decimal degrees, within range."""
    assert iso6709(text) == want


def test_numbers_and_dates() -> None:
    """Pairs, years and dates from whatever people write."""
    assert [pair(t) for t in ("3/12", "3", "0/0", "A", None)] == [
        (3, 12),
        (3, None),
        (None, None),
        (None, None),
        (None, None),
    ]
    assert [year(t) for t in ("May 1999", "0999", "19990504", None)] == [1999, None, None, None]
    assert [music_date(t) for t in ("2019-05-04", "May 1999", "soon", None)] == ["2019-05-04", "1999", None, None]


def test_pictures() -> None:
    """Pictures are known by their first bytes, their kind by its number."""
    heads = (b"\xff\xd8", b"\x89PNG", b"GIF8", b"BM", b"RIFF\0\0\0\0WEBP", b"?")
    assert [picture_type(h) for h in heads] == [
        *("image/jpeg", "image/png", "image/gif", "image/bmp", "image/webp", "application/octet-stream"),
    ]
    assert (picture_kind(3), picture_kind(99)) == ("front cover", "")


def test_languages() -> None:
    """Three letters become two where there are two; numbers and packed letters are understood."""
    assert [tag(t) for t in ("eng", "ger", "und", "pt_BR", "x1", "nahuatlan", "", None)] == [
        "en",
        "de",
        None,
        "pt-BR",
        None,
        None,
        None,
        None,
    ]
    assert [packed(n) for n in (0, 11, 0x3FF, 0x55C4, 0x15C7, 0x7FFF)] == ["en", "ja", None, None, "en", None]


def test_codecs() -> None:
    """Codes of every container end under one name; unknown ones stay themselves."""
    assert (video("AVC1"), video("xyz "), wave(0x2000, 0), wave(0x9999, 0), object_type(0x99)) == (
        "h264",
        "xyz",
        "ac3",
        "wave_0x9999",
        None,
    )
    assert (matroska("A_AAC/MPEG2/LC"), matroska("V_NEW"), matroska("")) == ("aac", "V_NEW", "")


def test_colour() -> None:
    """Boxes that are too short say nothing; an ICC profile is named."""
    assert (mastering(b""), light_level(b""), dolby_vision(b"")) == ({}, {}, {})
    assert (coding(b"nclx"), coding(b"prof" + bytes(90))) == ({}, {"icc_profile": True})
    assert coding(b"nclc\0\1\0\1\0\1") == {"primaries": "bt709", "transfer": "bt709", "matrix": "bt709"}


def test_belief() -> None:
    """Numbers that no file has are dropped."""
    assert believable({"width_px": 2**31, "channel_count": 2, "frame_rate_hz": 0.0, "title": "x"}) == {
        "channel_count": 2,
        "title": "x",
    }
    assert [milliseconds(s) for s in (1.5, 0.0, -1.0, float("inf"), float("nan"), 1e300)] == [
        1500,
        None,
        None,
        None,
        None,
        None,
    ]
    assert [bit_rate(n, s) for n, s in ((1000, 1.0), (1000, 1e-9), (0, 1.0), (-5, 1.0))] == [8000, None, None, None]
