"""FDF and PostScript say what their headers and comments say."""

from __future__ import annotations

import struct
from typing import Any

import pytest

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.pdf import fdf, postscript

_PS = b"""%!PS-Adobe-3.0 EPSF-3.0
%%Title: (A chart)
%%Creator: plotter 2
%%For: Ada
%%CreationDate: (D:20240501100000Z)
%%Pages: 2 1
%%BoundingBox: 0 0 612 792
%%HiResBoundingBox: 0.5 0.5 100.5 200.5
%%LanguageLevel: 2
%%Orientation: Portrait
%%Copyright: (c) Ada
%%DocumentNeededResources: font Helvetica
%%EndComments
%%Title: (not this one)
%%EOF
"""


def _ps(data: bytes) -> dict[str, Any]:
    return dict(postscript.extract(BlockCache(BytesSource(data)), Context(media_type="application/postscript")))


def _fdf(data: bytes) -> dict[str, Any]:
    return dict(fdf.extract(BlockCache(BytesSource(data)), Context(media_type="application/fdf")))


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_the_comments_become_facts(end: bytes) -> None:
    """With any line ends, the header's comments count and the exact bounding box wins."""
    facts = _ps(_PS.replace(b"\n", end))
    assert facts["core"] == {
        "title": "A chart",
        "authors": ["Ada"],
        "generator": "plotter 2",
        "created": "2024-05-01T10:00:00Z",
        "copyright": "(c) Ada",
        "page_count": 2,
        "format_version": "3.0",
    }
    assert facts["bounding_box_pt"] == [0.5, 0.5, 100.5, 200.5]
    assert (facts["width_mm"], facts["height_mm"]) == (35.3, 70.6)
    assert facts["language_level"] == "2"
    assert facts["needed_resources"] == "font Helvetica"


def test_comments_deferred_to_the_end_are_found_there() -> None:
    """(atend) is looked up in the last block, however far away; where it is missing nothing is claimed."""
    head = b"%!PS-Adobe-3.0\n%%Pages: (atend)\n%%BoundingBox: (atend)\n%%EndComments\n"
    body = b"x\n" * 100_000
    facts = _ps(head + body + b"%%Trailer\n%%Pages: 7\n%%EOF\n")
    assert facts["core"] == {"page_count": 7, "format_version": "3.0"}
    assert "bounding_box_pt" not in facts


@pytest.mark.parametrize(
    ("places", "preview"),
    [((30, 0, 0, 0, 0, 0), None), ((30, 0, 0, 0, 9, 5), "TIFF"), ((30, 0, 9, 5, 0, 0), "WMF")],
)
def test_a_dos_header_leads_to_the_postscript_and_names_the_preview(places: tuple[int, ...], preview: str) -> None:
    """The section starts where the header says; what stands beside it is a preview."""
    facts = _ps(b"\xc5\xd0\xd3\xc6" + struct.pack("<6IH", *places, 0xFFFF) + _PS)
    assert facts["core"]["title"] == "A chart"
    assert facts.get("preview") == preview


def test_a_section_behind_a_large_preview_is_read_by_position() -> None:
    """A preview of many blocks is not read."""
    preview = b"II*\0" + bytes(200_000)
    header = b"\xc5\xd0\xd3\xc6" + struct.pack("<6IH", 30 + len(preview), len(_PS), 0, 0, 30, len(preview), 0xFFFF)
    assert _ps(header + preview + _PS)["core"]["title"] == "A chart"


def test_an_epsi_preview_is_named() -> None:
    """The interchange format's preview stands in comments."""
    assert _ps(_PS + b"%%BeginPreview: 1 1 1 1\n")["preview"] == "EPSI"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        (b"%%CreationDate: yesterday", "created"),
        (b"%%Pages: many", "page_count"),
        (b"%%BoundingBox: 0 0 x 1", "bounding_box_pt"),
        (b"%%BoundingBox: 9 9 0 0", "bounding_box_pt"),
        (b"%%BoundingBox: 0 0 1e9 1e9", "bounding_box_pt"),
        (b"%%BoundingBox: 0 0", "bounding_box_pt"),
        (b"%%Title:", "title"),
    ],
)
def test_nonsense_gives_no_fact(line: bytes, key: str) -> None:
    """A comment that cannot be what it says is left out."""
    facts = _ps(b"%!PS-Adobe-3.0\n" + line + b"\n")
    assert key not in facts
    assert key not in facts["core"]


def test_thousands_of_comments_are_not_all_read() -> None:
    """Reading stops after two thousand."""
    assert "title" not in _ps(b"%!PS\n" + b"%%Aa: b\n" * 2500 + b"%%Title: late\n")["core"]


@pytest.mark.parametrize("data", [b"no", b"\xc5\xd0\xd3\xc6" + struct.pack("<6IH", 9999, 1, 0, 0, 0, 0, 0) + _PS])
def test_what_is_no_postscript_is_corrupt(data: bytes) -> None:
    """Without %!, or with a section that is not there, nothing is said."""
    with pytest.raises(Corrupt):
        _ps(data)


def test_a_form_data_file_names_its_form_and_fields() -> None:
    """Field names and the form's file are given, escapes undone."""
    data = b"%FDF-1.2\n1 0 obj<</FDF<</F(form\\).pdf)/Fields[<</T(name)/V(x)>><</T(\xfe\xff\0a)>>]>>>>endobj\n%%EOF"
    facts = _fdf(data)
    assert facts == {
        "core": {"format_version": "1.2"},
        "form": "form).pdf",
        "form_field_count": 2,
        "fields": ["name", "a"],
    }


def test_a_form_data_file_that_is_cut_is_partial() -> None:
    """The end mark is missing, and that is said; without a header nothing is."""
    assert _fdf(b"%FDF-1.2\n1 0 obj<</FDF<<>>>>")["outcome"] == "partial"
    with pytest.raises(Corrupt):
        _fdf(b"%PDF-1.2\n")
