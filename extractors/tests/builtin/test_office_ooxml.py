"""Office Open XML documents."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from damage import endures

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.office.numbers import cell, extent, integer, language, minutes, number, people, words
from firstbytes.builtin.office.ooxml import extract
from firstbytes.source import Metered
from firstbytes.testing import ExtractorContract, Sample

OOXML = "application/vnd.openxmlformats-officedocument."
DOCX, PPTX = f"{OOXML}wordprocessingml.document", f"{OOXML}presentationml.presentation"
XLSX = f"{OOXML}spreadsheetml.sheet"
XLSB = "application/vnd.ms-excel.sheet.binary.macroenabled.12"
VSDX = "application/vnd.ms-visio.drawing.main+xml"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Members = dict[str, bytes | str]

CORE = """<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
<dc:title>Grüße</dc:title><dc:subject>About</dc:subject><dc:creator>Ann; Bob</dc:creator>
<cp:keywords>a, b; c</cp:keywords><dc:description>Words</dc:description><cp:lastModifiedBy>Cy</cp:lastModifiedBy>
<cp:revision>7</cp:revision><dcterms:created>2024-05-01T10:00:00Z</dcterms:created>
<dcterms:modified>2024-05-02T10:00:00Z</dcterms:modified><cp:category>Reports</cp:category>
<cp:lastPrinted>2024-05-03T10:00:00Z</cp:lastPrinted><cp:contentStatus>Draft</cp:contentStatus>
<dc:language>de-DE</dc:language></cp:coreProperties>"""
APP = """<Properties xmlns="x" xmlns:vt="y"><Template>Normal.dotm</Template><TotalTime>65</TotalTime><Pages>3</Pages>
<Words>120</Words><Characters>700</Characters><CharactersWithSpaces>800</CharactersWithSpaces><Lines>40</Lines>
<Paragraphs>12</Paragraphs><Application>Microsoft Office Word</Application><AppVersion>16.0000</AppVersion>
<Company>Acme</Company><Manager>Mo</Manager><DocSecurity>0</DocSecurity>
<HeadingPairs><vt:vector size="2" baseType="variant"><vt:variant><vt:lpstr>Title</vt:lpstr></vt:variant>
<vt:variant><vt:i4>1</vt:i4></vt:variant></vt:vector></HeadingPairs>
<TitlesOfParts><vt:vector size="1" baseType="lpstr"><vt:lpstr>Grüße</vt:lpstr></vt:vector></TitlesOfParts>
</Properties>"""
CUSTOM = """<Properties xmlns="x" xmlns:vt="y"><property name="Project"><vt:lpwstr>Apollo</vt:lpwstr></property>
<property name="Count"><vt:i4>12</vt:i4></property><property name="Share"><vt:r8>0.5</vt:r8></property>
<property name="Done"><vt:bool>true</vt:bool></property>
<property name="When"><vt:filetime>2024-05-01T10:00:00Z</vt:filetime></property>
<property name="Broken"><vt:i4>x</vt:i4></property></Properties>"""


def relations(*rows: tuple[str, str, str, str]) -> str:
    """Return a relationships part: (id, last step of the type, target, mode)."""
    found = "".join(
        f'<Relationship Id="{key}" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
        for key, kind, target, mode in rows
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{found}</Relationships>'
    )


def package(main: str, kind: str, members: Members) -> bytes:
    """Return a document whose main part has this content type."""
    types = f'<Types><Override PartName="/{main}" ContentType="{kind}"/></Types>'
    rels = relations(
        ("r1", "officeDocument", main, "Internal"),
        ("r2", "core-properties", "docProps/core.xml", "Internal"),
        ("r3", "extended-properties", "/docProps/app.xml", "Internal"),
        ("r4", "custom-properties", "docProps/custom.xml", "Internal"),
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        properties: Members = {"docProps/core.xml": CORE, "docProps/app.xml": APP, "docProps/custom.xml": CUSTOM}
        for name, data in {"[Content_Types].xml": types, "_rels/.rels": rels, **properties, **members}.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(**more: bytes | str) -> bytes:
    """Return a text document with a picture, an embedded object, links and comments."""
    members: Members = {
        "word/document.xml": "<w:document/>",
        "word/_rels/document.xml.rels": relations(
            ("r1", "hyperlink", "https://example.org/", "External"),
            ("r2", "attachedTemplate", "file:///C:/T.dotm", "External"),
            ("r3", "image", "media/image1.png", "Internal"),
        ),
        "word/styles.xml": '<w:styles><w:lang w:val="fr-FR" w:eastAsia="zh-CN"/></w:styles>',
        "word/settings.xml": "<w:settings><w:trackRevisions/><w:documentProtection/></w:settings>",
        "word/comments.xml": "<w:comments><w:comment /><w:comment /></w:comments>",
        "word/media/image1.png": b"png",
        "word/embeddings/oleObject1.bin": b"ole",
        "docProps/thumbnail.jpeg": b"jpg",
    }
    return package("word/document.xml", f"{DOCX}.main+xml", {**members, **more})


def read(data: bytes, media_type: str) -> dict[str, Any]:
    """Return what the extractor says."""
    return dict(extract(BytesSource(data), Context(media_type=media_type)))


def test_document() -> None:
    """A text document says all of its properties and what is in it."""
    assert read(docx(), DOCX) == {
        "core": {
            "title": "Grüße",
            "subject": "About",
            "authors": ["Ann", "Bob"],
            "keywords": ["a", "b", "c"],
            "description": "Words",
            "last_modified_by": "Cy",
            "created": "2024-05-01T10:00:00Z",
            "modified": "2024-05-02T10:00:00Z",
            "language": "de-DE",
            "generator": "Microsoft Office Word",
            "company": "Acme",
            "page_count": 3,
            "word_count": 120,
            "line_count": 40,
            "macros": False,
            "signed": False,
        },
        "revision": "7",
        "last_printed_at": "2024-05-03T10:00:00Z",
        "category": "Reports",
        "content_status": "Draft",
        "application_version": "16.0000",
        "template": "Normal.dotm",
        "manager": "Mo",
        "character_count": 700,
        "character_count_with_spaces": 800,
        "paragraph_count": 12,
        "editing_minutes": 65,
        "document_security": 0,
        "contents": {"Title": ["Grüße"]},
        "tags": {
            "Project": "Apollo",
            "Count": 12,
            "Share": 0.5,
            "Done": True,
            "When": "2024-05-01T10:00:00Z",
        },
        "comment_count": 2,
        "tracks_changes": True,
        "protected": True,
        "embedded_object_count": 1,
        "image_count": 1,
        "has_thumbnail": True,
        "hyperlinks": ["https://example.org/"],
        "external_links": [{"kind": "attachedTemplate", "target": "file:///C:/T.dotm"}],
    }


def test_language_of_styles() -> None:
    """Without a language property, the styles' language counts."""
    members: Members = {"docProps/core.xml": CORE.replace("<dc:language>de-DE</dc:language>", "")}
    assert read(docx(**members), DOCX)["core"]["language"] == "fr-FR"  # type: ignore[arg-type]


def test_macros_and_signatures() -> None:
    """A VBA project and a signature are seen by their parts."""
    core = read(docx(**{"word/vbaProject.bin": b"vba", "_xmlsignatures/sig1.xml": b"<x/>"}), DOCX)["core"]
    assert (core["macros"], core["signed"]) == (True, True)


def test_presentation() -> None:
    """Slides are counted in the presentation part, whatever the properties say."""
    main = (
        '<p:presentation xmlns:p="p" xmlns:r="r" xmlns:a="a">'
        '<p:sldMasterIdLst><p:sldMasterId id="1"/></p:sldMasterIdLst>'
        '<p:sldIdLst><p:sldId id="256" r:id="r2"/><p:sldId id="257" r:id="r3"/></p:sldIdLst>'
        '<p:sldSz cx="9144000" cy="6858000"/><p:defaultTextStyle><a:defPPr><a:defRPr lang="nb-NO"/></a:defPPr>'
        "</p:defaultTextStyle><p:modifyVerifier/></p:presentation>"
    )
    core = CORE.replace("<dc:language>de-DE</dc:language>", "")
    members: Members = {"ppt/presentation.xml": main, "ppt/notesSlides/notesSlide1.xml": "", "docProps/core.xml": core}
    found = read(package("ppt/presentation.xml", f"{PPTX}.main+xml", members), PPTX)
    assert (found["core"]["page_count"], found["core"]["language"]) == (2, "nb-NO")
    assert (found["slide_width_mm"], found["slide_height_mm"], found["master_count"]) == (254.0, 190.5, 1)
    assert (found["notes_slide_count"], found["protected"]) == (1, True)


def test_drawing() -> None:
    """Pages of a drawing are those in front; masters are counted."""
    pages = '<Pages><Page Name="Plan" NameU="Page-1"/><Page NameU="B" Background="1"/><Page NameU="Two"/></Pages>'
    members: Members = {
        "visio/document.xml": "<VisioDocument/>",
        "visio/pages/pages.xml": pages,
        "visio/masters/masters.xml": "<Masters><Master/></Masters>",
    }
    found = read(package("visio/document.xml", VSDX, members), VSDX)
    assert (found["core"]["page_count"], found["page_names"], found["master_count"]) == (2, ["Plan", "Two"], 1)


def workbook() -> bytes:
    """Return a workbook by another library: dates, numbers, text, gaps, a hidden sheet, a chart sheet, a name."""
    book = openpyxl.Workbook()
    book.properties.creator = "Ann"
    book.properties.created = datetime(2024, 5, 1, 10, tzinfo=UTC).replace(tzinfo=None)
    sheet = book.active
    assert sheet is not None
    sheet.title = "Data & more"
    sheet.append(["Day", "Amount", "Note", "Done"])
    sheet.append([date(2024, 5, 1), 1.5, "x", True])
    sheet.append([date(2024, 5, 2), 2, None, False])
    sheet.append([date(2024, 5, 3), None, 7, True])
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.create_chartsheet("Chart")
    book.defined_names["Area"] = openpyxl.workbook.defined_name.DefinedName("Area", attr_text="Data!$A$1")
    book.security.lockStructure = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_workbook() -> None:
    """Sheets come with state, extent, and the columns of their first rows."""
    found = read(workbook(), XLSX)
    assert found["core"]["sheet_count"] == 3
    assert found["core"]["authors"] == ["Ann"]
    assert found["hidden_sheet_count"] == 1
    assert found["defined_name_count"] == 1
    assert found["protected"] is True
    assert found["sheets"] == [
        {
            "name": "Data & more",
            "dimension": "A1:D4",
            "row_count": 4,
            "column_count": 4,
            "columns": [
                {"name": "Day", "type": "date", "null_share": 0.0},
                {"name": "Amount", "type": "number", "null_share": 0.3333},
                {"name": "Note", "type": "mixed", "null_share": 0.3333},
                {"name": "Done", "type": "boolean", "null_share": 0.0},
            ],
        },
        {"name": "Hidden", "state": "hidden", "dimension": "A1:A1", "row_count": 1, "column_count": 1},
        {"name": "Chart", "kind": "chartsheet"},
    ]


def test_cells_by_hand() -> None:
    """Cells without references, inline strings, errors, formula text, custom date formats and 1904 dates."""
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy\\-mm"/></numFmts>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs></styleSheet>'
    )
    sheet = (
        '<worksheet><sheetData><row><c t="inlineStr"><is><t>in</t></is></c><c t="e"><v>#N/A</v></c>'
        '<c t="str"><v>f</v></c><c s="1"><v>45000</v></c><c t="s"><v>0</v></c><c t="s"><v>99</v></c>'
        "</row></sheetData></worksheet>"
    )
    members: Members = {
        "xl/workbook.xml": (
            '<workbook xmlns:r="r"><fileSharing userName="Ann"/><workbookPr date1904="1"/>'
            '<sheets><sheet name="S" r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations(
            ("r1", "worksheet", "worksheets/sheet1.xml", ""),
            ("r2", "styles", "styles.xml", ""),
            ("r3", "sharedStrings", "sharedStrings.xml", ""),
        ),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/styles.xml": styles,
        "xl/sharedStrings.xml": "<sst><si><r><t>a</t></r><r><t>b</t></r><rPh><t>no</t></rPh></si></sst>",
    }
    found = read(package("xl/workbook.xml", f"{XLSX}.main+xml", members), XLSX)
    assert (found["date_system"], found["reserved_by"]) == (1904, "Ann")
    kinds = [column["type"] for column in found["sheets"][0]["columns"]]
    assert kinds == ["string", "error", "string", "date", "string", "string"]


def test_only_sheet() -> None:
    """A workbook of one sheet gives its rows and columns to the shared vocabulary; a sample ends at a whole row."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["a", "b"])
    for number_ in range(3000):
        sheet.append([number_, None if number_ % 2 else 1.5])
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue(), XLSX)
    assert (found["core"]["row_count"], found["core"]["column_count"]) == (3000, 2)
    assert found["sheets"][0]["columns"][0] == {"name": "a", "type": "integer", "null_share": 0.0}
    assert found["sheets"][0]["columns"][1]["null_share"] == pytest.approx(0.5, abs=0.01)


def test_very_many_sheets() -> None:
    """Where the list of sheets is not read to its end, nothing is said about how many there are."""
    sheets = "".join(f'<sheet name="s{n}" r:id="r"/>' for n in range(20_000))
    members: Members = {"xl/workbook.xml": f'<workbook xmlns:r="r"><sheets>{sheets}</sheets></workbook>'}
    found = read(package("xl/workbook.xml", f"{XLSX}.main+xml", members), XLSX)
    assert "sheet_count" not in found["core"]
    assert len(found["sheets"]) == 100


def record(kind: int, body: bytes) -> bytes:
    """Return a record of a binary workbook."""
    number = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    return number + bytes([len(body)]) + body


def wide(text: str) -> bytes:
    """Return a counted UTF-16 string."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def test_binary_workbook() -> None:
    """Binary workbooks have the same sheets in records."""
    members: Members = {
        "xl/workbook.bin": record(131, b"") + record(156, struct.pack("<II", 1, 1) + wide("r1") + wide("Blatt")),
        "xl/_rels/workbook.bin.rels": relations(("r1", "worksheet", "worksheets/sheet1.bin", "")),
        "xl/worksheets/sheet1.bin": record(129, b"") + record(148, struct.pack("<4I", 0, 9, 0, 2)),
    }
    found = read(package("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main", members), XLSB)
    assert found["sheets"] == [{"name": "Blatt", "state": "hidden", "row_count": 10, "column_count": 3}]
    members["xl/worksheets/sheet1.bin"] = b"\xff\xff\xff"
    found = read(package("xl/workbook.bin", "application/vnd.ms-excel.sheet.binary.macroEnabled.main", members), XLSB)
    assert found["sheets"] == [{"name": "Blatt", "state": "hidden"}]


def test_unreadable_parts() -> None:
    """A broken property part leaves a partial answer; a broken main part is corrupt."""
    found = read(docx(**{"docProps/core.xml": "<broken"}), DOCX)
    assert found["outcome"] == "partial"
    assert found["core"]["company"] == "Acme"
    found = read(docx(**{"docProps/core.xml": b"\0\1\2"}), DOCX)
    assert found["outcome"] == "partial"
    bad: Members = {"xl/workbook.xml": "<workbook><broken"}
    with pytest.raises(Corrupt, match="workbook"):
        read(package("xl/workbook.xml", f"{XLSX}.main+xml", bad), XLSX)
    with pytest.raises(Corrupt, match="missing"):
        read(package("xl/workbook.xml", f"{XLSX}.main+xml", {}), XLSX)


def test_cut_off() -> None:
    """A document without its central directory says what its first members say."""
    data = docx()
    found = read(data[: data.index(b"word/settings.xml")], DOCX)
    assert found["outcome"] == "partial"
    assert found["core"]["title"] == "Grüße"


def test_encrypted_members() -> None:
    """Parts that ZIP itself encrypts are said to be."""
    data = bytearray(docx())
    place = data.index(b"PK\1\2", data.index(b"PK\1\2"))
    while place >= 0:
        data[place + 8] |= 1
        place = data.find(b"PK\1\2", place + 4)
    found = read(bytes(data), DOCX)
    assert found["outcome"] == "encrypted"


def test_entities_are_not_expanded() -> None:
    """An entity bomb in a property part stays what it is."""
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
    found = read(docx(**{"docProps/core.xml": bomb + CORE.replace("Grüße", "&b;")}), DOCX)
    assert "aaa" not in str(found)


def test_large_parts_are_read_at_their_beginning() -> None:
    """A part of many megabytes costs a bounded read."""
    data = docx(**{"word/comments.xml": b"<w:comments>" + b"<w:comment />" * 3_000_000})
    meter = Metered(BytesSource(data))
    found = extract(BlockCache(meter), Context(media_type=DOCX))
    assert isinstance(found["comment_count"], int)
    assert found["comment_count"] < 50_000


def test_numbers() -> None:
    """Numbers, durations, names and references as documents write them."""
    assert [integer(text) for text in ("12", " 3 ", "-1", "x", "9" * 20, None)] == [12, 3, None, None, None, None]
    assert [number(text) for text in ("1.5", "nan", "x", None)] == [1.5, None, None, None]
    assert [minutes(text) for text in ("PT1H5M3S", "P1DT1M", "PT", "x", None)] == [65, 1441, None, None, None]
    assert (people("A; B;;"), words("a,b; c")) == (["A", "B"], ["a", "b", "c"])
    assert (language(0x0407), language(0), language(0xFFFF)) == ("de-DE", None, None)
    assert (cell("C10"), cell("$AA$1"), cell("10"), extent("A1:B2"), extent("D4")) == (
        (10, 3),
        (1, 27),
        None,
        (2, 2),
        (4, 4),
    )


def test_mutations() -> None:
    """Byte flips leave an answer or Corrupt."""
    assert endures(lambda case: read(case, XLSX), workbook(), seed=8, flips=300)


class TestOpc(ExtractorContract):
    """The contract, on a package of unknown parts."""

    extractor = "opc"

    @pytest.fixture
    def sample(self) -> Sample:
        """Return a package."""
        return Sample(package("part.xml", "text/xml", {"part.xml": "<x/>"}))


class TestVsdx(ExtractorContract):
    """The contract, on a drawing."""

    extractor = "vsdx"

    @pytest.fixture
    def sample(self) -> Sample:
        """Return a drawing."""
        members: Members = {"visio/document.xml": "<VisioDocument/>", "visio/pages/pages.xml": "<Pages><Page/></Pages>"}
        return Sample(package("visio/document.xml", VSDX, members), "plan.vsdx")
