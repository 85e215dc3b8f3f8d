"""The head of an XML document, and the walk over a whole one: bounded, and nothing is expanded."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from firstbytes.formats.text import Text
from firstbytes.formats.xml import parse_head, read_head
from firstbytes.formats.xml_stream import Walk


def test_a_head_tells_root_namespaces_and_first_elements() -> None:
    """Declaration, document type, instructions, attributes by local name, text of elements."""
    head = parse_head(
        '<?xml version="1.1" encoding="utf-8" standalone="no"?><?pi data?><!DOCTYPE a:b SYSTEM "x.dtd">'
        '<a:b xmlns:a="urn:a" xmlns="urn:d" a:k="v" l="w"><c>one<d/>two</c></a:b>',
        whole=True,
    )
    assert head is not None
    assert (head.root.namespace, head.root.name, dict(head.root.attributes)) == ("urn:a", "b", {"k": "v", "l": "w"})
    assert (head.version, head.encoding, head.standalone) == ("1.1", "utf-8", False)
    assert head.doctype == ("a:b", "", "x.dtd")
    assert head.instructions == (("pi", "data"),)
    assert [(e.depth, e.namespace, e.name, e.parent, e.text) for e in head.elements] == [
        (1, "urn:d", "c", "b", "onetwo"),
        (2, "urn:d", "d", "c", ""),
    ]
    assert dict(head.namespaces) == {"a": "urn:a", "": "urn:d"}
    assert (head.complete, head.error) == (True, "")


def test_reading_stops_after_enough_elements() -> None:
    """What is open then keeps the text it has."""
    head = parse_head("<a>text<b/><c/><d/></a>", whole=True, max_elements=2)
    assert head is not None
    assert ([e.name for e in head.elements], head.root.text, head.complete) == (["b", "c"], "text", False)


@pytest.mark.parametrize(
    ("text", "root", "error"),
    [
        ("<a><b>", "a", "no element found"),
        ("<a>&nbsp;&copy;</a>", "a", ""),
        ("<x:a><b/></x:a>", "a", ""),
        ("<a></b>", "a", "mismatched tag"),
        ('<a b="1" b="2">', None, None),
        ("not xml", None, None),
        ("", None, None),
    ],
)
def test_broken_documents_give_what_they_can(text: str, root: str | None, error: str | None) -> None:
    """Undeclared entities and prefixes are forgiven; a broken root is none."""
    head = parse_head(text, whole=True)
    assert (head.root.name if head else None) == root
    assert head is None or error in head.error or head.error == error


def test_nested_entities_end_the_reading_at_the_declared_root() -> None:
    """A billion laughs are not laughed."""
    head = parse_head('<!DOCTYPE x:lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><lolz>&b;</lolz>', whole=True)
    assert head is not None
    assert (head.root.name, head.elements, head.complete) == ("lolz", (), False)


def test_external_entities_are_never_read() -> None:
    """A file entity yields no text."""
    head = parse_head('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>before &x; after</a>', whole=True)
    assert head is not None
    assert head.root.text == "before  after"


def test_plain_entities_name_namespaces() -> None:
    """Illustrator writes its namespaces as entities."""
    head = parse_head('<!DOCTYPE svg [<!ENTITY n "http://www.w3.org/2000/svg">]><svg xmlns="&n;"/>')
    assert head is not None
    assert head.root.namespace == "http://www.w3.org/2000/svg"


def test_a_head_is_read_in_any_encoding() -> None:
    """UTF-16 and legacy encodings that the document declares."""
    for data in ("<größe/>".encode("utf-16"), '<?xml version="1.0" encoding="iso-8859-1"?><größe/>'.encode("latin-1")):
        head = read_head(data, whole=True)
        assert head is not None
        assert head.root.name == "größe"
    assert read_head(bytes(100)) is None


def walk(text: str, *, whole: bool = True) -> tuple[Walk, list[tuple[str, ...]]]:
    """Return a walk that is done, and its calls."""
    calls: list[tuple[str, ...]] = []

    def start(name: str, attributes: Mapping[str, str]) -> None:
        calls.append(("start", name, *attributes))

    found = Walk(start, lambda name, value: calls.append(("end", name, value)))
    found.run(Text(text, "utf-8", bom=False, whole=whole))
    return found, calls


def test_a_walk_calls_for_every_element() -> None:
    """Local names, attributes, text without that of children."""
    found, calls = walk('<x:a k="1"><b>one</b>two</x:a>')
    assert calls == [("start", "a", "k"), ("start", "b"), ("end", "b", "one"), ("end", "a", "two")]
    assert (found.error, found.path) == ("", [])
    assert Walk().run(Text("<a><b/></a>", "utf-8", bom=False, whole=True))


def test_a_walk_ends_where_the_document_breaks() -> None:
    """Cut, deep and hostile documents say why they ended; a head that is cut is no error."""
    assert "not well-formed" in walk("<a><b></a>")[0].error
    assert walk("<a><b>", whole=False)[0].error == ""
    assert "deeper" in walk("<a>" * 300)[0].error
    assert "entities" in walk('<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;">]><a/>')[0].error
    assert walk("<a>&x;" + "y" * 200_000 + "</a>")[0].error == ""
