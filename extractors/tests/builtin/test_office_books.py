"""EPUB, iWork and XPS."""

from __future__ import annotations

import plistlib
from typing import Any

import pytest
from damage import endures
from small_files import pack

from firstbytes import BytesSource, Context, Corrupt
from firstbytes.builtin.office import epub, iwork, xps
from firstbytes.testing import ExtractorContract, Sample

Members = dict[str, bytes | str]
APPLE = "application/vnd.apple."
CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
OPF = """<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="own">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
<dc:title>Grüße</dc:title><dc:title>Second</dc:title><dc:language>de</dc:language><dc:language>en</dc:language>
<dc:identifier id="other">urn:isbn:9780000000002</dc:identifier><dc:identifier id="own">urn:uuid:1</dc:identifier>
<dc:creator id="c1">Ann</dc:creator><meta refines="#c1" property="role">aut</meta>
<dc:creator id="c2">Tom</dc:creator><meta refines="#c2" property="role">trl</meta><dc:contributor>Cy</dc:contributor>
<dc:publisher>Acme</dc:publisher><dc:date>2024-05-01</dc:date><dc:rights>Free</dc:rights>
<dc:subject>Seas</dc:subject><dc:subject>Ships</dc:subject><dc:description>Words</dc:description>
<dc:source>urn:isbn:1</dc:source><meta property="dcterms:modified">2024-05-02T10:00:00Z</meta>
<meta property="rendition:layout">pre-paginated</meta><meta name="generator" content="Maker 1"/>
<meta name="calibre:series" content="Tales"/><meta name="calibre:series_index" content="2"/>
<meta property="schema:accessibilityFeature">alternativeText</meta></metadata>
<manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
<item id="p1" href="1.xhtml" media-type="application/xhtml+xml" properties="scripted"/>
<item id="i" href="c.jpg" media-type="image/jpeg" properties="cover-image"/>
<item id="f" href="f.otf" media-type="font/otf"/><item id="a" href="a.mp3" media-type="audio/mpeg"/></manifest>
<spine page-progression-direction="ltr"><itemref idref="p1"/><itemref idref="p2"/></spine></package>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body>
<nav epub:type="toc"><ol><li><a href="1">One</a></li><li><a href="2">Two</a></li></ol></nav>
<nav epub:type="landmarks"><ol><li><a href="1">Start</a></li></ol></nav></body></html>"""


def book(**more: bytes | str) -> bytes:
    """Return an EPUB 3 book."""
    members: Members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": OPF,
        "OPS/nav.xhtml": NAV,
        **more,
    }
    return pack(members)


def read_book(data: bytes) -> dict[str, Any]:
    """Return what the extractor says of a book."""
    return dict(epub.extract(BytesSource(data), Context(media_type="application/epub+zip")))


def read_apple(members: Members, kind: str) -> dict[str, Any]:
    """Return what the extractor says of an iWork document."""
    return dict(iwork.extract(BytesSource(pack(members)), Context(media_type=f"{APPLE}{kind}")))


def test_book() -> None:
    """A book says all of its metadata and what it is made of."""
    assert read_book(book()) == {
        "core": {
            "title": "Grüße",
            "authors": ["Ann"],
            "language": "de",
            "publisher": "Acme",
            "identifier": "urn:uuid:1",
            "copyright": "Free",
            "keywords": ["Seas", "Ships"],
            "description": "Words",
            "created": "2024-05-01",
            "modified": "2024-05-02T10:00:00Z",
            "format_version": "3.0",
            "generator": "Maker 1",
            "macros": True,
            "encrypted": False,
            "signed": False,
        },
        "contributors": ["Cy"],
        "subtitle": "Second",
        "series": "Tales",
        "series_index": "2",
        "identifiers": ["urn:isbn:9780000000002", "urn:uuid:1"],
        "source": "urn:isbn:1",
        "languages": ["en"],
        "layout": "pre-paginated",
        "fixed_layout": True,
        "accessibility": ["alternativeText"],
        "spine_item_count": 2,
        "manifest_item_count": 5,
        "image_count": 1,
        "font_count": 1,
        "audio_count": 1,
        "cover": {"media_type": "image/jpeg", "name": "c.jpg"},
        "page_direction": "ltr",
        "toc_entry_count": 2,
    }


def test_older_books() -> None:
    """EPUB 2 has roles and events in attributes, an NCX and a cover by name; OEBPS 1 has capitals."""
    old = (
        '<package version="2.0"><metadata xmlns:opf="o" xmlns:dc="d"><dc:creator opf:role="ill">Pic</dc:creator>'
        '<dc:creator opf:role="aut">Ann</dc:creator><dc:date opf:event="modification">2024-05-02</dc:date>'
        '<dc:date opf:event="publication">2024</dc:date><meta name="cover" content="img"/>'
        '<dc:identifier opf:scheme="ISBN">978</dc:identifier></metadata><manifest>'
        '<item id="img" href="c.png" media-type="image/png"/>'
        '<item id="ncx" href="../toc.ncx" media-type="application/x-dtbncx+xml"/></manifest></package>'
    )
    ncx = "<ncx><navMap><navPoint/><navPoint><navPoint/></navPoint></navMap></ncx>"
    found = read_book(book(**{"OPS/book.opf": old, "toc.ncx": ncx}))
    assert found["core"]["authors"] == ["Ann"]
    assert (found["core"]["created"], found["core"]["modified"]) == ("2024", "2024-05-02")
    assert (found["core"]["identifier"], found["toc_entry_count"], found["cover"]["media_type"]) == (
        "978",
        3,
        "image/png",
    )
    names = "<dc-metadata><dc:Title>T</dc:Title><dc:Creator>A</dc:Creator></dc-metadata>"
    oldest = f"<package><metadata>{names}</metadata></package>"
    core = read_book(book(**{"OPS/book.opf": oldest}))["core"]
    assert (core["title"], core["authors"]) == ("T", ["A"])


def test_protected_books() -> None:
    """A book whose text is encrypted says so; obfuscated fonts leave it open."""

    def encryption(algorithm: str) -> str:
        data = f'<EncryptedData><EncryptionMethod Algorithm="{algorithm}"/></EncryptedData>'
        return f"<encryption>{data}</encryption>"

    found = read_book(book(**{"META-INF/encryption.xml": encryption("http://www.w3.org/2001/04/xmlenc#aes256-cbc")}))
    assert (found["outcome"], found["core"]["encrypted"]) == ("encrypted", True)
    found = read_book(book(**{"META-INF/encryption.xml": encryption("http://www.idpf.org/2008/embedding")}))
    assert (found["core"]["encrypted"], found["obfuscated_fonts"]) == (False, True)
    found = read_book(book(**{"META-INF/rights.xml": "<r/>", "META-INF/signatures.xml": "<s/>"}))
    assert (found["rights_managed"], found["core"]["signed"]) == (True, True)


def test_broken_books() -> None:
    """Without a container the package is found by suffix; without a package the book is corrupt."""
    assert read_book(pack({"OPS/book.opf": OPF}))["core"]["title"] == "Grüße"
    with pytest.raises(Corrupt):
        read_book(pack({"META-INF/container.xml": CONTAINER}))
    with pytest.raises(Corrupt):
        read_book(pack({"a": b""}))


PROPERTIES = plistlib.dumps(
    {
        "documentUUID": "D-1",
        "shareUUID": "S-1",
        "fileFormatVersion": "1.5.0",
        "revision": "0::R",
        "isMultiPage": True,
    },
    fmt=plistlib.FMT_BINARY,
)


def test_iwork() -> None:
    """Documents since 2013 say in property lists which build made them."""
    members: Members = {
        "Index/Document.iwa": b"",
        "Index/Slide.iwa": b"",
        "Index/Slide-12.iwa": b"",
        "Index/Slide-12-1.iwa": b"",
        "Index/Tables/Tile-1.iwa": b"",
        "Data/pic.jpg": b"1",
        "Metadata/Properties.plist": PROPERTIES,
        "Metadata/DocumentIdentifier": "D-1",
        "Metadata/BuildVersionHistory.plist": plistlib.dumps(["Template: Blank", "M1"]),
        "preview.jpg": b"123",
    }
    assert read_apple(members, "keynote") == {
        "core": {
            "identifier": "D-1",
            "format_version": "1.5.0",
            "generator": "Keynote",
            "encrypted": False,
            "page_count": 3,
        },
        "build_versions": ["Template: Blank", "M1"],
        "revision": "0::R",
        "document_uuid": "D-1",
        "share_uuid": "S-1",
        "multi_page": True,
        "data_file_count": 1,
        "previews": [{"name": "preview.jpg", "size_bytes": 3}],
        "table_count": 1,
    }


def test_iwork_before_2013() -> None:
    """Older documents have their metadata at the head of an XML document."""
    index = (
        '<ls:document xmlns:ls="l" xmlns:sf="s" xmlns:sfa="a" ls:version="92"><sf:metadata>'
        '<sf:title><sf:string sfa:string="T"/></sf:title><sf:authors><sf:string sfa:string="Ann"/></sf:authors>'
        '<sf:keywords><sf:string sfa:string="a,b"/></sf:keywords><sf:comment><sf:string sfa:string="C"/></sf:comment>'
        '<sf:projects><sf:array><sf:string sfa:string="P"/></sf:array></sf:projects></sf:metadata></ls:document>'
    )
    found = read_apple({"index.xml": index, "QuickLook/Thumbnail.jpg": b"1"}, "numbers")
    assert found["core"]["title"] == "T"
    assert (found["core"]["authors"], found["core"]["keywords"]) == (["Ann"], ["a", "b"])
    assert (found["core"]["description"], found["projects"], found["document_version"]) == ("C", ["P"], "92")


def test_broken_iwork() -> None:
    """A password or a broken property list is said, not raised."""
    assert read_apple({".iwpv2": b"", "Index.zip": b""}, "pages")["outcome"] == "encrypted"
    assert read_apple({"Metadata/Properties.plist": b"bplist00nonsense"}, "pages")["outcome"] == "partial"
    assert read_apple({"Metadata/Properties.plist": b"<plist><dict>"}, "pages")["outcome"] == "partial"


def fixed_pages() -> bytes:
    """Return an XPS document of two pages, one of them in pieces."""
    core = '<coreProperties xmlns:dc="d"><dc:title>Plan</dc:title></coreProperties>'
    members: Members = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": '<x><Relationship Id="1" Type="x/core-properties" Target="/m/core.xml"/></x>',
        "m/core.xml": core,
        "Documents/1/FixedDoc.fdoc": "",
        "Documents/1/Pages/1.fpage": "",
        "Documents/1/Pages/2.fpage/[0].piece": "",
        "Documents/1/Pages/2.fpage/[1].last.piece": "",
        "Resources/f.odttf": b"1",
        "Resources/i.png": b"1",
        "Metadata/thumbnail.jpg": b"1",
        "Signatures/s.psdsxs": b"1",
    }
    return pack(members)


def test_xps() -> None:
    """Pages, fonts and images are counted by their names."""
    found = dict(xps.extract(BytesSource(fixed_pages()), Context(media_type="application/vnd.ms-xpsdocument")))
    assert found == {
        "core": {"title": "Plan", "page_count": 2, "signed": True},
        "document_count": 1,
        "font_count": 1,
        "image_count": 1,
        "has_thumbnail": True,
    }


def test_mutations() -> None:
    """Byte flips leave an answer or Corrupt."""
    assert endures(read_book, book(), seed=13, flips=300)
    assert endures(
        lambda case: read_apple({"Metadata/Properties.plist": PROPERTIES[:8] + case}, "pages"), PROPERTIES[8:], seed=14
    )


class TestIwork(ExtractorContract):
    """The contract, on a document before 2013."""

    extractor = "iwork"

    @pytest.fixture
    def sample(self) -> Sample:
        """Return a document."""
        return Sample(pack({"index.xml": '<sl:document xmlns:sl="s"/>', "Metadata/Properties.plist": PROPERTIES}))


class TestXps(ExtractorContract):
    """The contract, on two pages."""

    extractor = "xps"

    @pytest.fixture
    def sample(self) -> Sample:
        """Return a document."""
        return Sample(fixed_pages(), "a.xps")
