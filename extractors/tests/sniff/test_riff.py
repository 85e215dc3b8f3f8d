"""RIFF files are told by their form type."""

from __future__ import annotations

import pytest
from media_files import chunk, riff, type_of


@pytest.mark.parametrize(
    ("kind", "form", "media_type"),
    [
        ("RIFF", "WAVE", "audio/vnd.wave"),
        ("RIFX", "WAVE", "audio/vnd.wave"),
        ("RF64", "WAVE", "audio/vnd.wave"),
        ("BW64", "WAVE", "audio/vnd.wave"),
        ("RIFF", "AVI ", "video/vnd.avi"),
        ("RIFF", "WEBP", "image/webp"),
        ("RIFF", "ACON", "application/x-navi-animation"),
        ("RIFF", "RMID", "audio/midi"),
        ("RIFF", "sfbk", "audio/soundfont"),
        ("RIFF", "DLS ", "audio/dls"),
        ("RIFF", "QLCM", "audio/qcelp"),
        ("RIFF", "CDR9", "application/vnd.corel-draw"),
        ("RIFF", "CMX1", "image/x-cmx"),
        ("RIFF", "abcd", "application/x-riff"),
    ],
)
def test_forms(kind: str, form: str, media_type: str) -> None:
    """A known form names the type, any other is RIFF."""
    assert type_of(riff(form, chunk("note", b"x"), kind=kind)) == media_type
