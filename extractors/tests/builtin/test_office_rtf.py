"""Rich Text Format."""

from __future__ import annotations

from typing import Any

import pytest
from damage import endures

from firstbytes import BytesSource, Context, Decline
from firstbytes.builtin.office.rtf import extract

INFO = rb"""{\rtf1\ansi\ansicpg1251\deflang1031{\fonttbl{\f0 Arial;}}{\*\generator Writer 1;}\formprot\revisions
{\info{\title Gr\u252\'fc\u223?e \{1\} a\~b}{\subject About}{\author Ann; Bob}{\author Second}{\operator Cy}
{\manager Mo}{\company \'c6\'e4}{\category Cat}{\keywords a, b; c}{\doccomm Words {\b and} more}{\hlinkbase http://x}
{\creatim\yr2024\mo5\dy1\hr10\min20}{\revtim\yr2024\mo5\dy2\hr10\min20\sec5}{\printim\yr1601\mo1\dy1}
{\buptim\yr2024\mo13}\version7\edmins65\nofpages3\nofwords120\nofchars700\nofcharsws800\vern99}
{\*\userprops{\propname Project}\proptype30{\staticval Apollo}{\propname Empty}{\staticval }}
{\pict\bin9 {}}{}{}{}01}{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}{\object\objemb}\pard Body\par}"""


def read(data: bytes) -> dict[str, Any]:
    """Return what the extractor says."""
    return dict(extract(BytesSource(data), Context(media_type="application/rtf")))


def test_info() -> None:
    """The information group, the header's words and what is in the document."""
    assert read(INFO) == {
        "core": {
            "title": "Grüße {1} a b",
            "subject": "About",
            "authors": ["Ann", "Bob"],
            "keywords": ["a", "b", "c"],
            "description": "Words and more",
            "last_modified_by": "Cy",
            "company": "Жд",
            "generator": "Writer 1",
            "created": "2024-05-01T10:20:00",
            "modified": "2024-05-02T10:20:05",
            "page_count": 3,
            "word_count": 120,
            "language": "de-DE",
            "encoding": "windows-1251",
            "format_version": "1",
        },
        "manager": "Mo",
        "category": "Cat",
        "hyperlink_base": "http://x",
        "revision": "7",
        "editing_minutes": 65,
        "character_count": 700,
        "character_count_with_spaces": 800,
        "protected": True,
        "tracks_changes": True,
        "tags": {"Project": "Apollo"},
        "image_count": 2,
        "embedded_object_count": 1,
    }


def test_encodings() -> None:
    """Without a code page, the character set word decides; Unicode may skip no bytes or several."""
    assert read(rb"{\rtf1\mac{\info{\title \'8e}}}")["core"]["title"] == "é"
    assert read(rb"{\rtf1\pc{\info{\title \'82}}}")["core"]["encoding"] == "ibm437"
    assert read(rb"{\rtf1\ansi{\info{\title \uc0\u233 x\uc2\u233 abz}}}")["core"]["title"] == "éxéz"
    assert read(rb"{\rtf1{\info{\title a\line b}}}")["core"]["title"] == "a b"


def test_long_documents() -> None:
    """What is counted over the whole document is left out where only its head was read."""
    found = read(INFO[:-1] + b"x" * 100_000 + b"}")
    assert "image_count" not in found
    assert found["core"]["page_count"] == 3


def test_not_rtf() -> None:
    """Something else is declined."""
    with pytest.raises(Decline):
        read(b"{\\html}")


def test_hostile() -> None:
    """Deep groups, stray braces, huge numbers and endless texts stay bounded."""
    assert read(b"{\\rtf1" + b"{" * 50_000)["core"]["format_version"] == "1"
    assert read(b"{\\rtf1}}}}{\\info{\\title x}}")["core"]["title"] == "x"
    assert read(b"{\\rtf1\\bin9999999999 {\\info{\\title x}}}")["core"].get("title") is None
    assert len(read(b"{\\rtf1{\\info{\\title " + b"a" * 60_000)["core"]["title"]) == 4096
    assert "created" not in read(b"{\\rtf1{\\info{\\creatim\\yr9999999\\mo1}}}")["core"]


def test_mutations() -> None:
    """Byte flips and truncation always leave an answer."""
    assert endures(lambda case: read(INFO[:6] + case), INFO[6:], seed=10, flips=1000)
