"""The item structure of HEIF: items, properties, places and references, within bounds."""

from __future__ import annotations

import struct

import pictures
import pytest
from pictures import box, full

from firstbytes import BytesSource, Corrupt
from firstbytes.formats import bmff, heif


def opened(data: bytes) -> tuple[heif.Heif, BytesSource]:
    """Return the structure and its source."""
    source = BytesSource(data)
    meta = bmff.find(source, "meta")
    assert meta is not None
    return heif.read(source, meta), source


def test_items_and_properties() -> None:
    """Items have types and content types; properties are found by kind, in the item's order."""
    found, _ = opened(pictures.heif())
    assert {item.id: (item.kind, item.content_type) for item in found.items.values()} == {
        1: ("grid", ""), 2: ("hvc1", ""), 3: ("hvc1", ""), 4: ("hvc1", ""), 5: ("Exif", ""),
        6: ("mime", "application/rdf+xml"),
    }  # fmt: skip
    assert found.primary == 1
    assert [kind for kind, _ in found.of(1)] == ["ispe", "pixi", "colr", "clap", "irot", "imir", "colr"]
    assert found.property(2, "irot") is None
    assert heif.sizes(found) == {1: (4032, 3024), 2: (4032, 3024), 3: (320, 240), 4: (4032, 3024)}


def test_places_and_references() -> None:
    """Bytes are in the file or in idat; references go both ways."""
    found, source = opened(pictures.heif())
    assert found.data(source, 1, 99) == b"gridgrid"
    assert found.data(source, 6, 9) == pictures.XMP[:9]
    assert found.data(source, 2, 99) == b""
    assert found.linked("thmb", target=1) == [(3, (1,))]
    assert found.linked("thmb", origin=9) == []
    assert found.linked("dimg", origin=1) == [(1, (2,))]


def test_no_primary_item() -> None:
    """A structure that shows nothing is corrupt."""
    source = BytesSource(full(b"meta", full(b"pitm", b"\0\7")))
    meta = bmff.find(source, "meta")
    assert meta is not None
    with pytest.raises(Corrupt):
        heif.read(source, meta)


def test_counts_are_bounded() -> None:
    """Counts of four billion end where the bytes do."""
    item = full(b"infe", struct.pack(">HH", 1, 0), b"av01\0", version=2)
    boxes = [
        full(b"pitm", b"\0\1"),
        full(b"iinf", b"\xff\xff", item),
        box(b"iprp", box(b"ipco"), full(b"ipma", b"\xff\xff\xff\xff\0\1\xff\1\2"), box(b"else")),
        full(b"iloc", b"\x44\x00\xff\xff\xff\xff\0\1\0\0\xff\xff" + bytes(8), version=2),
        full(b"iref", box(b"dimg", b"\0\1\xff\xff\0\2")),
    ]
    found, _ = opened(full(b"meta", *boxes))
    assert list(found.of(1)) == []
    assert found.linked("dimg") == [(1, (2,))]
    assert heif.sizes(found) == {}
