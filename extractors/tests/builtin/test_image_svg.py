"""SVG: sizes in every unit, words, scripts, references, and hostile XML."""

from __future__ import annotations

import gzip

import pictures
import pytest
from pictures import extracted

from firstbytes import Corrupt


def svg(attributes: str, inside: str = "") -> bytes:
    """Return a drawing."""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{inside}</svg>'.encode()


def test_everything() -> None:
    """Size from one length and the view box, words, metadata, scripts, references."""
    found = extracted("svg", pictures.SVG)
    core = found["core"]
    assert (core["width_px"], core["height_px"], found["view_box"]) == (189, 94, [0.0, 0.0, 200.0, 100.0])
    assert (core["title"], core["description"], core["authors"]) == ("Sign", "A sign.", ["Ada"])
    assert (core["generator"], core["created"], core["macros"]) == ("Adobe Illustrator 27.0", "2025-03-14", True)
    assert (found["script_count"], found["has_event_handlers"], found["animated"], found["shape_count"]) == (
        1,
        True,
        True,
        2,
    )
    assert found["external_references"] == ["https://x.example/a.png"]


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="100" height="50"', (100, 50)),
        ('width="1in" height="72pt"', (96, 96)),
        ('width="2.54cm" height="101.6Q"', (96, 96)),
        ('width="1pc" height="1em"', (16, 16)),
        ('viewBox="0,0,30.4,20"', (30, 20)),
        ('height="40" viewBox="0 0 30 20"', (60, 40)),
        ('width="100%" height="50%" viewBox="0 0 200 100"', (200, 50)),
        ('width="100%" height="10"', (None, 10)),
        ('width="auto" height="-5" viewBox="0 0 0 0"', (None, None)),
        ('width="0.2" height="1e3"', (1, 1000)),
        ('width="9e99" height="3" viewBox="1 2"', (None, 3)),
    ],
)
def test_sizes(attributes: str, size: tuple[int | None, int | None]) -> None:
    """Lengths become CSS pixels at 96 an inch; what has no sense is left out."""
    core = extracted("svg", svg(attributes))["core"]
    assert (core.get("width_px"), core.get("height_px")) == size


def test_compressed_and_unqualified() -> None:
    """SVGZ is unpacked; a root without namespace is still a drawing; Inkscape names itself."""
    assert extracted("svg", gzip.compress(pictures.SVG))["core"]["compression"] == "gzip"
    space = "http://www.inkscape.org/namespaces/inkscape"
    core = extracted("svg", f'<svg xmlns:i="{space}" i:version="1.3" xml:lang="nb"/>'.encode())["core"]
    assert (core["generator"], core["language"]) == ("Inkscape 1.3", "nb")
    with pytest.raises(Corrupt):
        extracted("svg", b"\x1f\x8bnot gzip at all")


def test_metadata_of_both_kinds() -> None:
    """XMP inside the metadata element counts; broken metadata does not stop the rest."""
    inside = f"<metadata>{pictures.XMP.decode()}</metadata><title>Own</title><g><title>inner</title></g>"
    found = extracted("svg", svg('width="1" height="1"', inside))
    assert (found["core"]["title"], found["core"]["keywords"], found["rating"]) == ("Own", ["sea", "light"], 4)


def test_many_references_are_bounded() -> None:
    """Fifty references are told, and long ones are cut."""
    links = "".join(f'<image href="https://x.example/{i}/{"a" * 900}"/>' for i in range(80))
    found = extracted("svg", svg("", links))["external_references"]
    assert (len(found), max(map(len, found))) == (50, 500)


def test_cut_off() -> None:
    """A drawing that ends early says what it could; one of many megabytes is read as far as two."""
    found = extracted("svg", pictures.SVG[:-8])
    assert (found["core"]["title"], found["outcome"]) == ("Sign", "partial")
    huge = svg('width="5" height="5"', "<path d='M0 0'/>" * 200_000)
    assert extracted("svg", huge)["reason"] == "SVG: only the first 2 MB were read"
    assert "outcome" not in extracted("svg", svg('width="5" height="5"') + b"junk")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html/>",
        b"no markup",
        b'<!DOCTYPE svg [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&c;</svg>',
        b'<!DOCTYPE svg [<!ENTITY a "' + b"x" * 3000 + b'">]><svg/>',
    ],
)
def test_hostile_drawings_are_corrupt(data: bytes) -> None:
    """Other roots, no markup, nested and long entities end in Corrupt."""
    with pytest.raises(Corrupt):
        extracted("svg", data)


def test_more_metadata_than_any_drawing_has() -> None:
    """Metadata of too many elements is corrupt."""
    with pytest.raises(Corrupt):
        extracted("svg", svg("", "<metadata>" + "<a/>" * 30_000 + "</metadata>"))
