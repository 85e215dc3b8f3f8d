"""Mobipocket and Kindle books, compiled help."""

from __future__ import annotations

import random
import struct
from typing import Any

import pytest
from small_books import EXTRAS, book, compiled

from firstbytes import BytesSource, Context, Corrupt
from firstbytes.builtin.office import chm, mobi


def read(data: bytes) -> dict[str, Any]:
    """Return what the extractor says of a book."""
    return dict(mobi.extract(BytesSource(data), Context(media_type="application/x-mobipocket-ebook")))


def test_book() -> None:
    """A book says all of its metadata."""
    assert read(book(extras=EXTRAS)) == {
        "core": {
            "title": "Grüße",
            "created": "2024-04-28T03:29:04Z",
            "modified": "2024-05-01T10:20:30Z",
            "compression": "palmdoc",
            "encrypted": False,
            "authors": ["Ann", "Bob"],
            "publisher": "Acme",
            "description": "Words",
            "keywords": ["Seas"],
            "identifier": "B000",
            "copyright": "Free",
            "language": "de",
            "encoding": "utf-8",
            "format_version": "6",
        },
        "text_bytes": 5000,
        "kind": "book",
        "published_at": "2024-05-01",
        "contributors": ["Cy"],
        "source": "urn:1",
        "asin": "B000",
        "producer_build": "0730",
        "has_cover": True,
        "record_count": 1,
    }


def test_bare_books() -> None:
    """Without extra records the header's own language counts; without a MOBI header the database's name is all."""
    core = read(book())["core"]
    assert (core["language"], core["title"]) == ("de-DE", "Grüße")
    core = read(book().replace(b"MOBI\0\0\0\xe8", b"XXXX\0\0\0\xe8"))["core"]
    assert core["title"] == "Gruesse"
    assert read(book(extras=[(503, b"New title")]))["core"]["title"] == "New title"


def test_encrypted_books() -> None:
    """A book with rights management says that its text is encrypted."""
    assert read(book(encryption=2, extras=EXTRAS))["outcome"] == "encrypted"


def test_broken_books() -> None:
    """A book without its first record is corrupt; lengths that lie are not followed."""
    for cut in (10, 80, 90):
        with pytest.raises(Corrupt):
            read(book()[:cut])
    assert read(book(extras=[(1, b"")]).replace(struct.pack(">II", 1, 8), struct.pack(">II", 1, 0)))
    assert read(book(extras=EXTRAS)[:400])
    rng = random.Random(14)
    data = book(extras=EXTRAS)
    for _ in range(1000):
        broken = bytearray(data)
        for _ in range(rng.randint(1, 9)):
            broken[rng.randrange(len(broken))] = rng.randrange(256)
        try:
            read(bytes(broken))
        except Corrupt:
            continue


def read_help(data: bytes) -> dict[str, Any]:
    """Return what the extractor says of compiled help."""
    return dict(chm.extract(BytesSource(data), Context(media_type="application/vnd.ms-htmlhelp")))


def test_help() -> None:
    """Compiled help has a language and a version."""
    assert read_help(compiled()) == {
        "core": {"language": "en-GB", "format_version": "3"},
        "directory_chunk_count": 3,
        "chunk_bytes": 4096,
    }
    assert read_help(compiled()[:110])["outcome"] == "partial"
    with pytest.raises(Corrupt):
        read_help(b"ITSF")
