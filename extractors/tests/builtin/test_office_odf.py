"""OpenDocument packages and flat XML."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from typing import Any

import pytest

from firstbytes import BytesSource, Context, Corrupt
from firstbytes.builtin.office.odf import extract, extract_flat
from firstbytes.testing import ExtractorContract, Sample

ODF = "application/vnd.oasis.opendocument."
SPACES = " ".join(
    f'xmlns:{prefix}="{uri}"'
    for prefix, uri in {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "meta": "urn:oasis:names:tc:opendocument:xmlns:meta:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
        "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
        "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
        "dc": "http://purl.org/dc/elements/1.1/",
        "xlink": "http://www.w3.org/1999/xlink",
        "config": "urn:oasis:names:tc:opendocument:xmlns:config:1.0",
    }.items()
)
META = """<office:meta><dc:title>Grüße</dc:title><dc:subject>About</dc:subject><dc:description>Words</dc:description>
<meta:keyword>a</meta:keyword><meta:keyword>b</meta:keyword><meta:initial-creator>Ann</meta:initial-creator>
<dc:creator>Bob</dc:creator><meta:creation-date>2024-05-01T10:00:00.123</meta:creation-date>
<dc:date>2024-05-02T10:00:00</dc:date><meta:print-date>2024-05-03</meta:print-date>
<meta:printed-by>Cy</meta:printed-by><meta:editing-cycles>7</meta:editing-cycles>
<meta:editing-duration>PT1H5M</meta:editing-duration><meta:generator>Writer</meta:generator>
<meta:template xlink:title="Letter" xlink:href="a.ott"/>
<meta:user-defined meta:name="Project">Apollo</meta:user-defined>
<meta:user-defined meta:name="Count" meta:value-type="float">12</meta:user-defined>
<meta:user-defined meta:name="Done" meta:value-type="boolean">true</meta:user-defined>
<meta:user-defined meta:name="Empty"/>
<meta:document-statistic meta:page-count="3" meta:word-count="12" meta:paragraph-count="4" meta:table-count="1"
 meta:character-count="80" meta:non-whitespace-character-count="70" meta:image-count="2" meta:object-count="1"/>
</office:meta>"""
STYLES = (
    f"<office:document-styles {SPACES}>"
    '<style:text-properties fo:language="de" fo:country="DE"/></office:document-styles>'
)
SHEETS = """<office:automatic-styles>
<style:style style:name="ta1"><style:table-properties table:display="true"/></style:style>
<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style></office:automatic-styles>
<office:body><office:spreadsheet>
<table:table table:name="One &amp; more" table:style-name="ta1" table:protected="true">
<table:table-row><table:table-cell office:value-type="string"><text:p>Day</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>Amount</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="3">
<table:table-cell office:value-type="date" office:date-value="2024-05-01"/>
<table:table-cell/></table:table-row>
<table:table-row><table:table-cell office:value-type="date" office:date-value="2024-05-02"/>
<table:table-cell office:value-type="float" office:value="1.5"><text:p>1.5</text:p></table:table-cell></table:table-row>
<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="1024"/>
</table:table-row>
</table:table><table:table table:name="Two" table:style-name="ta2"><table:table-row><table:table-cell
 office:value-type="boolean" office:boolean-value="true" table:number-columns-repeated="2"/></table:table-row>
</table:table>
</office:spreadsheet></office:body>"""


def document(kind: str, body: str = "<office:body/>", **more: bytes | str) -> bytes:
    """Return a package of this kind."""
    members: dict[str, bytes | str] = {
        "mimetype": f"{ODF}{kind}",
        "meta.xml": f'<office:document-meta {SPACES} office:version="1.3">{META}</office:document-meta>',
        "styles.xml": STYLES,
        "content.xml": f"<office:document-content {SPACES}>{body}</office:document-content>",
        "META-INF/manifest.xml": "<manifest/>",
        **more,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def flat(kind: str, body: str) -> bytes:
    """Return a document in one XML file."""
    start = f'<office:document {SPACES} office:version="1.2" office:mimetype="{ODF}{kind}">'
    return f'<?xml version="1.0" encoding="UTF-8"?>{start}{META}{STYLES}{body}</office:document>'.encode()


def read(data: bytes, kind: str) -> dict[str, Any]:
    """Return what the extractor says of a package."""
    return dict(extract(BytesSource(data), Context(media_type=f"{ODF}{kind}")))


def read_flat(data: bytes, kind: str) -> dict[str, Any]:
    """Return what the extractor says of a flat document."""
    return dict(extract_flat(BytesSource(data), Context(media_type=f"{ODF}{kind}-flat-xml")))


def test_text() -> None:
    """A text document says all of its properties and statistics."""
    assert read(document("text", **{"Pictures/1.png": b"1", "Object 1/content.xml": b"<x/>"}), "text") == {
        "core": {
            "title": "Grüße",
            "subject": "About",
            "description": "Words",
            "keywords": ["a", "b"],
            "authors": ["Ann"],
            "last_modified_by": "Bob",
            "created": "2024-05-01T10:00:00",
            "modified": "2024-05-02T10:00:00",
            "generator": "Writer",
            "format_version": "1.3",
            "page_count": 3,
            "word_count": 12,
            "encrypted": False,
            "signed": False,
            "macros": False,
            "language": "de-DE",
        },
        "paragraph_count": 4,
        "character_count": 70,
        "character_count_with_spaces": 80,
        "table_count": 1,
        "image_count": 1,
        "embedded_object_count": 1,
        "template": "Letter",
        "revision": "7",
        "editing_minutes": 65,
        "last_printed_at": "2024-05-03",
        "printed_by": "Cy",
        "tags": {"Project": "Apollo", "Count": 12.0, "Done": True},
    }


SHEET_FACTS = [
    {
        "name": "One & more",
        "protected": True,
        "row_count": 5,
        "column_count": 2,
        "columns": [
            {"name": "Day", "type": "date", "null_share": 0.0},
            {"name": "Amount", "type": "number", "null_share": 0.5},
        ],
    },
    {
        "name": "Two",
        "state": "hidden",
        "row_count": 1,
        "column_count": 2,
        "columns": [{"type": "boolean", "null_share": 0.0}, {"type": "boolean", "null_share": 0.0}],
    },
]


def test_spreadsheet() -> None:
    """Sheets come with state, extent and columns; empty rows repeated to the end of the world do not count."""
    found = read(document("spreadsheet", SHEETS), "spreadsheet")
    assert found["core"]["sheet_count"] == 2
    assert found["sheets"] == SHEET_FACTS


def test_only_sheet() -> None:
    """A document of one sheet gives its rows, without the header, and its columns to the shared vocabulary."""
    one = SHEETS[: SHEETS.index('<table:table table:name="Two"')] + "</office:spreadsheet></office:body>"
    core = read(document("spreadsheet", one), "spreadsheet")["core"]
    assert (core["row_count"], core["column_count"]) == (4, 2)
    assert read_flat(flat("spreadsheet", one), "spreadsheet")["core"]["row_count"] == 4


def test_very_many_sheets() -> None:
    """Sheets are counted, and the first hundred listed."""
    tables = "".join(f'<table:table table:name="S{number}"/>' for number in range(300))
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    for found in (
        read(document("spreadsheet", body), "spreadsheet"),
        read_flat(flat("spreadsheet", body), "spreadsheet"),
    ):
        assert (found["core"]["sheet_count"], len(found["sheets"])) == (300, 100)


def test_long_spreadsheet() -> None:
    """Where the content is too long to read, the view settings list the other sheets."""
    row = "<table:table-row><table:table-cell office:value-type='float' office:value='1'/></table:table-row>"
    body = f"<office:body><office:spreadsheet><table:table table:name='A'>{row * 9000}</table:table>"
    entries = "".join(f'<config:config-item-map-entry config:name="{name}"/>' for name in "AB")
    settings = (
        f'<x {SPACES}><config:config-item-map-named config:name="Tables">{entries}</config:config-item-map-named></x>'
    )
    body += "</office:spreadsheet></office:body>"
    found = read(document("spreadsheet", body, **{"settings.xml": settings}), "spreadsheet")
    assert found["core"]["sheet_count"] == 2
    assert [sheet["name"] for sheet in found["sheets"]] == ["A", "B"]
    assert "row_count" not in found["sheets"][0]


def test_presentation() -> None:
    """Pages are counted and named; thumbnails of pages are no pages."""
    page = '<draw:page draw:name="First"/><draw:page draw:name="Second"><draw:page-thumbnail/></draw:page>'
    found = read(document("presentation", page), "presentation")
    assert (found["core"]["page_count"], found["page_names"]) == (2, ["First", "Second"])


def test_macros_and_signatures() -> None:
    """A module in a Basic library and a signature are seen by their members; an empty library is no macro."""
    empty = {"Basic/script-lc.xml": b"", "Basic/Standard/script-lb.xml": b""}
    assert read(document("text", **empty), "text")["core"]["macros"] is False
    more = {"Basic/Standard/Module1.xml": b"", "META-INF/documentsignatures.xml": b""}
    core = read(document("text", **empty, **more), "text")["core"]
    assert (core["macros"], core["signed"]) == (True, True)


def test_encrypted() -> None:
    """An encrypted document says so, with the properties that stay in plain."""
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    data = document("text", **{"META-INF/manifest.xml": manifest, "content.xml": b"\x91\x02"})
    found = read(data, "text")
    assert found["outcome"] == "encrypted"
    assert found["core"]["encrypted"] is True


def test_broken() -> None:
    """A package without content is corrupt; one that is cut off is partial."""
    data = document("text")
    with pytest.raises(Corrupt):
        read(data.replace(b"content.xml", b"kontent.xml"), "text")
    found = read(data[: data.rindex(b"PK\3\4")], "text")
    assert found["outcome"] == "partial"
    assert found["core"]["title"] == "Grüße"


def test_languages() -> None:
    """The language is read from the default styles whichever way round it is written."""
    for style, expected in (
        ('fo:country="NO" style:x="1" fo:language="nb"', "nb-NO"),
        ('fo:language="eo" fo:country="none"', "eo"),
        ("", None),
    ):
        data = document("text", **{"styles.xml": f"<style:text-properties {SPACES} {style}/>"})
        assert read(data, "text")["core"].get("language") == expected


def test_flat() -> None:
    """A flat document says the same."""
    found = read_flat(flat("text", "<office:body/>"), "text")
    assert found["core"]["title"] == "Grüße"
    assert (found["core"]["format_version"], found["core"]["language"]) == ("1.2", "de-DE")
    assert read_flat(flat("spreadsheet", SHEETS), "spreadsheet")["sheets"] == SHEET_FACTS
    pages = '<draw:page draw:name="One"/>'
    assert read_flat(flat("presentation", pages), "presentation")["core"]["page_count"] == 1
    cut = read_flat(flat("spreadsheet", SHEETS)[:-300], "spreadsheet")
    assert cut["outcome"] == "partial"
    with pytest.raises(Corrupt):
        read_flat(b"<html/>", "text")
    with pytest.raises(Corrupt):
        read_flat(b"", "text")


def test_mutations() -> None:
    """Byte flips leave an answer or Corrupt."""
    rng = random.Random(9)
    for data, call in ((document("spreadsheet", SHEETS), read), (flat("spreadsheet", SHEETS), read_flat)):
        for _ in range(300):
            broken = bytearray(data)
            for _ in range(rng.randint(1, 20)):
                broken[rng.randrange(len(broken))] = rng.randrange(256)
            with contextlib.suppress(Corrupt):
                call(bytes(broken), "spreadsheet")


class TestFlat(ExtractorContract):
    """The contract, on a flat spreadsheet."""

    extractor = "flat-odf"

    @pytest.fixture
    def sample(self) -> Sample:
        """Return a flat spreadsheet."""
        return Sample(flat("spreadsheet", SHEETS), "a.fods")
