"""One rule for what EXIF, IPTC and XMP say twice."""

from __future__ import annotations

import pictures
import pytest

from firstbytes import BytesSource, Corrupt
from firstbytes.builtin.image.merge import from_iptc, from_xmp, merge
from firstbytes.builtin.image.picture import Embedded, size, turned
from firstbytes.formats import iptc, xmp


def test_xmp_has_the_same_names() -> None:
    """A packet's facts have EXIF's names and units."""
    assert from_xmp(xmp.read(pictures.XMP)) == {
        "title": "Harbour", "rating": 4, "modified": "2024-06-01T09:00:00Z", "authors": ["Ada"],
        "keywords": ["sea", "light"], "latitude_deg": 59.90833333, "longitude_deg": -10.73333333, "altitude_m": -46.5,
    }  # fmt: skip


def test_xmp_codes() -> None:
    """Orientation, marks and numbers; a position outside the world is none."""
    found = from_xmp(
        {
            "tiff:Orientation": "6", "xmpRights:Marked": "True", "exif:FNumber": "28/10", "exif:GPSAltitude": "10",
            "exif:GPSLatitude": "95,0N", "exif:GPSLongitude": "1,0E", "photoshop:DateCreated": "2024",
            "exif:DateTimeOriginal": "never",
        }
    )  # fmt: skip
    assert found == {
        "orientation_code": 6,
        "copyright_marked": True,
        "f_number": 2.8,
        "altitude_m": 10,
        "taken_at": "2024",
    }


def test_iptc_has_the_same_names() -> None:
    """Dates and times are joined, lists of writers are one text."""
    found = from_iptc(iptc.read(pictures.iptc() + pictures.dataset(62, b"20240502")))
    assert (found["taken_at"], found["created"], found["generator"]) == ("2024-05-01T08:00:00Z", "2024-05-02", "Wire")
    assert (found["writers"], found["keywords"]) == ("W", ["sea", "boat"])


def test_words_and_measures() -> None:
    """Words are XMP's, measures EXIF's, keywords everybody's; versions that differ are kept."""
    merged = merge(
        {"title": "e", "f_number": 2.8, "keywords": ["a"], "copyright": "same"},
        {"title": "i", "city": "Bergen", "keywords": ["b", "a"]},
        {"title": "x", "f_number": 4, "iso": 100, "keywords": ["c"], "copyright": "same"},
    )
    assert merged == {
        "title": "x", "f_number": 2.8, "keywords": ["c", "b", "a"], "copyright": "same", "iso": 100, "city": "Bergen",
        "sources_differ": {"title": {"exif": "e", "iptc": "i", "xmp": "x"}},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "degrees", "mirrored"), [(1, 0, False), (2, 0, True), (3, 180, False), (5, 270, True)]
)
def test_turns(code: int, degrees: int, mirrored: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The eight codes are four turns and a mirror."""
    facts = turned({"width_px": 4, "height_px": 3}, code)
    assert (facts["orientation_deg"], facts.get("mirrored", False)) == (degrees, mirrored)
    assert facts.get("width_px", 4) == (3 if degrees in {90, 270} else 4)


def test_sizes() -> None:
    """A size is positive and fits 31 bits."""
    assert size(1, 2**31, "X") == {"width_px": 1, "height_px": 2**31}
    for width in (0, -1, 2**31 + 1):
        with pytest.raises(Corrupt, match="X: size"):
            size(width, 1, "X")


def test_the_first_block_of_a_kind_counts() -> None:
    """A second EXIF, XMP, IPTC or ICC block changes nothing; broken ones are told, numbers beyond sense dropped."""
    embedded = Embedded()
    for _ in range(2):
        embedded.add_exif(BytesSource(pictures.exif()))
        embedded.add_xmp(pictures.XMP)
        embedded.add_iptc(pictures.iptc())
        embedded.add_icc(pictures.icc())
    embedded.add_exif(BytesSource(b"junk"))
    found = embedded.result({"width_px": 4, "height_px": 3, "bit_depth": 999}, broken="cut")
    assert ("bit_depth" in found["core"], found["reason"]) == (False, "cut")
    hollow = Embedded()
    hollow.add_exif(BytesSource(b"II*\0\x08\0\0\0"))
    hollow.add_xmp(b"<broken")
    assert hollow.broken[0] == "EXIF: no directory"
    assert hollow.result({})["outcome"] == "partial"
