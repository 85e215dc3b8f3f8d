"""IPTC records and Photoshop resources, and what becomes of broken ones."""

from __future__ import annotations

import pictures
import pytest

from firstbytes.formats import iptc


def test_datasets_by_name() -> None:
    """Repeatable datasets are lists; the record's own character set counts."""
    found = iptc.read(pictures.iptc() + pictures.dataset(3, b"unknown") + pictures.dataset(105, b" "))
    assert found == {
        "title": "Iptc title", "keywords": ["sea", "boat"], "date_created": "20240501", "time_created": "100000+0200",
        "authors": ["Ada"], "city": "Tromsø", "credit": "Agency", "description": "Iptc words", "writers": ["W"],
        "program": "Wire",
    }  # fmt: skip
    assert iptc.read(pictures.dataset(90, "Tromsø".encode("latin-1"))) == {"city": "Tromsø"}
    assert iptc.read(pictures.dataset(90, b"A") + pictures.dataset(90, b"B")) == {"city": "A"}


def test_extended_and_broken_datasets() -> None:
    """A long dataset says how long its length is; nonsense ends the walk."""
    long = b"\x1c\x02\x78\x80\x04" + (5).to_bytes(4, "big") + b"words"
    assert iptc.read(long) == {"description": "words"}
    assert iptc.read(b"\x1c\x02\x78\x80\x09" + bytes(20)) == {}
    assert iptc.read(b"\x1c\x02") == {}
    assert iptc.read(pictures.dataset(25, b"k") * 5000)["keywords"] == ["k"] * 256


def test_resources_by_id() -> None:
    """Resources are padded to even lengths; the first of an id counts, a broken one ends the list."""
    data = pictures.resources({1005: b"abc", 1060: b"xmp"})
    assert iptc.resources(data + pictures.resources({1005: b"second"})) == {1005: b"abc", 1060: b"xmp"}
    assert iptc.resources(b"8BIM\x03\xed\x03abc\0\0\0\x02hi") == {1005: b"hi"}
    assert iptc.resources(b"8BIM\x03\xed\0\0") == {}
    assert iptc.resources(b"junk") == {}


@pytest.mark.parametrize(
    ("date", "time", "expected"),
    [
        ("20240501", "100000+0200", "2024-05-01T10:00:00+02:00"),
        ("20240501", "100000", "2024-05-01T10:00:00"),
        ("20240501", None, "2024-05-01"),
        ("20240501", "10", "2024-05-01"),
        ("20240500", None, "2024-05"),
        ("20240000", "100000", "2024"),
        ("yesterday", None, None),
        (None, None, None),
    ],
)
def test_dates(date: str | None, time: str | None, expected: str | None) -> None:
    """A date may lack its day or month, a time its zone."""
    assert iptc.moment(date, time) == expected
