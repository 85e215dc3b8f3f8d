"""XML dialects by root, namespace, document type and children."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource, sniff
from firstbytes.media import is_a, table
from firstbytes.sniff.xml_roots import (
    BY_DOCTYPE,
    BY_NAME,
    BY_NAME_AND_CHILD,
    BY_NAME_IN_NAMESPACE,
    BY_NAMESPACE,
    FLAT_ODF,
)

DOCUMENTS = (
    ("application/rss+xml", '<rss version="2.0"><channel/></rss>'),
    (
        "application/rss+xml",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/></rdf:RDF>',
    ),
    ("application/rdf+xml", '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/>'),
    ("application/rdf+xml", '<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"/>'),
    ("application/atomcat+xml", '<app:categories xmlns:app="http://www.w3.org/2007/app"/>'),
    ("application/ccxml+xml", '<ccxml version="1.0"/>'),
    ("application/atom+xml", '<feed xmlns="http://www.w3.org/2005/Atom"/>'),
    ("application/vnd.google-earth.kml+xml", '<kml xmlns="http://www.opengis.net/kml/2.2"/>'),
    ("application/gpx+xml", '<gpx version="1.1"/>'),
    ("application/xhtml+xml", '<html xmlns="http://www.w3.org/1999/xhtml"/>'),
    ("application/ttml+xml", '<tt xmlns="http://www.w3.org/ns/ttml"/>'),
    (
        "application/x-plist",
        '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x"><plist version="1.0"><dict/></plist>',
    ),
    (
        "application/vnd.oasis.opendocument.text-flat-xml",
        (
            '<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
            'office:mimetype="application/vnd.oasis.opendocument.text"/>'
        ),
    ),
    (
        "application/vnd.ms-wordml",
        '<?mso-application progid="Word.Document"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>',
    ),
    (
        "application/vnd.ms-word2006ml",
        '<?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"/>',
    ),
    (
        "application/vnd.ms-spreadsheetml",
        '<?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
    ),
    ("application/vnd.ms-wpl", '<?wpl version="1.0"?><smil><head/></smil>'),
    ("application/dita+xml", '<!DOCTYPE topic PUBLIC "-//OASIS//DTD DITA Topic//EN" "topic.dtd"><topic id="a"/>'),
    ("application/docbook+xml", "<article><articleinfo/><para>x</para></article>"),
    ("application/x-gtk-builder", '<interface><requires lib="gtk"/></interface>'),
    ("application/x-designer", '<ui version="4.0"><class>A</class></ui>'),
    (
        "application/gml+xml",
        '<ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml"/>',
    ),
    ("application/vnd.recordare.musicxml+xml", "<score-partwise/>"),
    ("application/xml", "<!-- leading remark --><a:root><c/></a:root>"),
)


@pytest.mark.parametrize(("media_type", "body"), DOCUMENTS)
def test_a_document_is_told_by_its_root(media_type: str, body: str) -> None:
    """Declarations, comments and byte order marks in front change nothing."""
    for text in (body, f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- c -->\n{body}', f"\ufeff{body}"):
        assert sniff(BytesSource(text.encode())).media_type == media_type


def test_the_tables_name_types_that_are_known_as_xml() -> None:
    """Every row of the tables is a type of the table of types, below application/xml, or XML itself."""
    kinds = {
        *BY_NAME.values(),
        *BY_NAME_IN_NAMESPACE.values(),
        *(kind for _, kind in BY_NAMESPACE),
        *(kind for _, kind in BY_DOCTYPE),
        *(kind for *_, kind in BY_NAME_AND_CHILD),
        *FLAT_ODF.values(),
    }
    assert kinds - table().keys() == set()
    assert {kind for kind in kinds if not is_a(kind, "application/xml")} == {"text/html"}


@pytest.mark.parametrize("namespace", [row[0] for row in BY_NAMESPACE])
def test_a_namespace_decides_whatever_the_prefix(namespace: str) -> None:
    """The name of the prefix is nobody's business."""
    expected = next(kind for start, kind in BY_NAMESPACE if namespace.startswith(start))
    text = f'<?xml version="1.0"?><q:unknown xmlns:q="{namespace}"/>'
    assert sniff(BytesSource(text.encode())).media_type == expected


def test_a_head_that_ends_within_the_document_is_enough() -> None:
    """The root is read from a document that is cut off."""
    text = '<svg xmlns="http://www.w3.org/2000/svg">' + "<path d='M0 0'/>" * 2000
    assert sniff(BytesSource(text.encode())).media_type == "image/svg+xml"


def test_entities_are_never_expanded() -> None:
    """A document of a billion laughs is XML, told in no time."""
    entities = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 20))
    text = f'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY l0 "lol">{entities}]><lolz>&l19;</lolz>'
    assert sniff(BytesSource(text.encode())).media_type == "application/xml"


@pytest.mark.parametrize("text", ["<p>An <b>HTML</b> <i>fragment</i></p>", "<b>note</b> and **more**\n", "a < b > c\n"])
def test_tags_alone_are_not_xml(text: str) -> None:
    """Without a declaration, HTML's tags are HTML or nothing."""
    assert sniff(BytesSource(text.encode())).media_type in {"text/html", "text/plain"}
