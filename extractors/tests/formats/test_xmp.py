"""XMP packets become plain values, and hostile ones cost little."""

from __future__ import annotations

import pytest

from firstbytes import Corrupt
from firstbytes.formats import xmp

HEAD = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:i="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/" '
    'xmlns:ref="http://ns.adobe.com/xap/1.0/sType/ResourceRef#" xmlns:mm="http://ns.adobe.com/xap/1.0/mm/" '
    'xmlns:own="urn:own">'
)
TAIL = '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'


def packet(body: str) -> bytes:
    """Return a packet around RDF descriptions."""
    return (HEAD + body + TAIL).encode()


def test_attributes_elements_alternatives_and_lists() -> None:
    """All four ways to write a property give the same kind of value."""
    found = xmp.read(
        packet(
            '<rdf:Description rdf:about="" xmp:Rating="4" xmp:Label=" ">'
            '<dc:title><rdf:Alt><rdf:li xml:lang="nb">Havn</rdf:li><rdf:li xml:lang="x-default">Harbour</rdf:li>'
            "</rdf:Alt></dc:title><dc:rights><rdf:Alt><rdf:li xml:lang='de'>Frei</rdf:li></rdf:Alt></dc:rights>"
            "<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Bo</rdf:li><rdf:li/></rdf:Seq></dc:creator>"
            "<dc:subject><rdf:Bag/></dc:subject><dc:format>image/jpeg</dc:format>"
            '<xmp:BaseURL rdf:resource="https://example.org/"/></rdf:Description>'
            '<rdf:Description xmp:CreatorTool="Tool"/>'
        )
    )
    assert found == {
        "xmp:Rating": "4",
        "dc:title": "Harbour",
        "dc:rights": "Frei",
        "dc:creator": ["Ada", "Bo"],
        "dc:format": "image/jpeg",
        "xmp:BaseURL": "https://example.org/",
        "xmp:CreatorTool": "Tool",
    }


def test_structures_get_a_path() -> None:
    """A structure's fields are found below its name, in each of the three notations."""
    found = xmp.read(
        packet(
            '<rdf:Description><i:CreatorContactInfo rdf:parseType="Resource"><i:CiEmailWork>a@b</i:CiEmailWork>'
            '</i:CreatorContactInfo><mm:DerivedFrom ref:instanceID="x"/>'
            "<mm:Ingredient><rdf:Description ref:documentID='y'/></mm:Ingredient>"
            "<own:thing>z</own:thing></rdf:Description>"
        )
    )
    assert found == {
        "Iptc4xmpCore:CreatorContactInfo/Iptc4xmpCore:CiEmailWork": "a@b",
        "xmpMM:DerivedFrom/stRef:instanceID": "x",
        "xmpMM:Ingredient/stRef:documentID": "y",
        "{urn:own}thing": "z",
    }


def test_padding_after_the_root_is_ignored() -> None:
    """Bytes after the closed root element do not matter; an unclosed one does."""
    good = packet('<rdf:Description xmp:Rating="1"/>')
    assert xmp.read(good + b"\0\0")["xmp:Rating"] == "1"
    assert xmp.read(good + b"junk")["xmp:Rating"] == "1"
    with pytest.raises(Corrupt, match="XMP"):
        xmp.read(good[:-60])
    with pytest.raises(Corrupt, match="XMP"):
        xmp.read(b"   ")


def test_rdf_as_root_and_no_rdf() -> None:
    """rdf:RDF may be the root; without one there are no properties."""
    body = packet('<rdf:Description xmp:Rating="1"/>').decode()
    rdf = body[body.index("<rdf:RDF") : body.index("</x:xmpmeta>")]
    assert xmp.read(rdf.encode()) == {"xmp:Rating": "1"}
    assert xmp.read(b"<a><b/></a>") == {}


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
        b"<a>" * 100,
        b"<a>" + b"<b/>" * 30_000 + b"</a>",
        b"<?xml version='1.0' encoding='nothing'?><a/>",
    ],
)
def test_hostile_packets_are_corrupt(hostile: bytes) -> None:
    """Entities, depth, breadth and unknown encodings end in Corrupt."""
    with pytest.raises(Corrupt):
        xmp.read(hostile)


def test_property_count_is_bounded() -> None:
    """A packet of many properties gives the first 1024 of them."""
    many = "".join(f"<own:p{i}>{i}</own:p{i}>" for i in range(3000))
    assert len(xmp.read(packet(f"<rdf:Description>{many}</rdf:Description>"))) == 1024


def test_one_and_many() -> None:
    """Either shape can be asked for, in the caller's order of preference."""
    found = {"a": ["x", "y"], "b": "z"}
    assert (xmp.one(found, "c", "a"), xmp.one(found, "b"), xmp.one(found, "c")) == ("x", "z", None)
    assert (xmp.many(found, "c", "a"), xmp.many(found, "b"), xmp.many(found, "c")) == (["x", "y"], ["z"], [])


def test_numbers_and_coordinates() -> None:
    """Rationals and GPS coordinates become numbers; nonsense becomes None."""
    assert (xmp.number("28/5"), xmp.number("1.5"), xmp.number("1/0"), xmp.number("inf"), xmp.number(None)) == (
        5.6,
        1.5,
        None,
        None,
        None,
    )
    assert xmp.degrees("59,54.5N") == pytest.approx(59.9083333)
    assert xmp.degrees("10,30,36W") == pytest.approx(-10.51)
    assert xmp.degrees("north") is None
