"""PDF documents say what they are, in full, in part, or under a password; broken ones never crash a reader."""

from __future__ import annotations

import contextlib
import io
import logging
import time
import zlib
from typing import TYPE_CHECKING, Any

import pypdf
import pytest
from damage import endures
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, TextStringObject

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.pdf import opening
from firstbytes.builtin.pdf.document import extract
from firstbytes.source import Metered

if TYPE_CHECKING:
    from collections.abc import Mapping

_XMP = b"""<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?><x:xmpmeta xmlns:x='adobe:ns:meta/'>
<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description rdf:about=''
 xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:xmp='http://ns.adobe.com/xap/1.0/'
 xmlns:xmpMM='http://ns.adobe.com/xap/1.0/mm/' xmlns:pdfaid='http://www.aiim.org/pdfa/ns/id/'
 xmp:CreateDate='2024-05-01T10:00:00+02:00' xmp:CreatorTool='Tool' pdfaid:part='2' pdfaid:conformance='B'
 xmpMM:DocumentID='uuid:1' xmpMM:InstanceID='uuid:2'>
<dc:creator><rdf:Seq><rdf:li>Ada</rdf:li><rdf:li>Grace</rdf:li></rdf:Seq></dc:creator>
<dc:subject><rdf:Bag><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>
<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>About tides</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""

_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.276 841.89]>>"


def make(objects: Mapping[int, bytes], trailer: bytes = b"", version: bytes = b"1.4") -> bytes:
    """Return a PDF of these objects with a classic cross-reference table; object 1 is the catalog."""
    out = b"%PDF-" + version + b"\n%\xe2\xe3\xcf\xd3\n"
    places = {}
    for number, body in sorted(objects.items()):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    size = max(objects) + 1
    rows = b"".join(
        b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n" for number in range(size)
    )
    tail = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    return out + b"xref\n0 %d\n" % size + rows + tail


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def read(data: bytes) -> dict[str, Any]:
    """Return what the extractor says."""
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/pdf")))


def simple(catalog: bytes = b"", extra: Mapping[int, bytes] | None = None, **more: bytes) -> bytes:
    """Return a document of one A4 page, with additions to its catalog."""
    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    base = {1: b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog, 2: pages, 3: _PAGE}
    return make(base | dict(extra or {}), **more)


def test_the_information_dictionary_becomes_core_facts() -> None:
    """Title, author, subject, keywords, tools and dates are there, the dates in UTC."""
    info = (
        b"<</Title(Harbour \\(old\\))/Author(Ada)/Subject(Tides)/Keywords(sea, moon)/Creator(Writer)"
        b"/Producer(Maker 1)/CreationDate(D:20240501100000+02'00')/ModDate(D:20240502)/Trapped/False/Company(Quay)>>"
    )
    facts = read(simple(extra={4: info}, trailer=b"/Info 4 0 R"))
    assert facts["core"] == {
        "title": "Harbour (old)",
        "authors": ["Ada"],
        "subject": "Tides",
        "keywords": ["sea", "moon"],
        "company": "Quay",
        "generator": "Writer",
        "producer": "Maker 1",
        "created": "2024-05-01T08:00:00Z",
        "modified": "2024-05-02T00:00:00",
        "page_count": 1,
        "format_version": "1.4",
        "encrypted": False,
        "attachment_count": 0,
        "macros": False,
        "signed": False,
    }
    assert facts["trapped"] == "False"
    assert facts["info"] == {"Company": "Quay"}
    assert (facts["page_width_mm"], facts["page_height_mm"], facts["page_format"]) == (210.0, 297.0, "A4")
    assert facts["linearized"] is False


def test_xmp_fills_what_the_information_dictionary_leaves_out() -> None:
    """Several creators, keywords, identifiers and conformance come from the packet; a zone makes its date better."""
    info = b"<</Author(Ada)/CreationDate(D:20240501100000)/Keywords()>>"
    packet = stream(_XMP, b"/Type/Metadata/Subtype/XML")
    facts = read(simple(b"/Metadata 5 0 R", {4: info, 5: packet}, trailer=b"/Info 4 0 R"))
    core = facts["core"]
    assert core["authors"] == ["Ada", "Grace"]
    assert core["keywords"] == ["sea"]
    assert core["subject"] == "About tides"
    assert core["created"] == "2024-05-01T08:00:00Z"
    assert core["identifier"] == "uuid:1"
    assert facts["pdf_a"] == "2b"
    assert facts["instance_id"] == "uuid:2"
    assert facts["xmp"]["xmp:CreatorTool"] == "Tool"


def test_a_packed_packet_is_unpacked_and_a_broken_one_makes_it_partial() -> None:
    """XMP behind Flate is read; XMP that is no XML is named as the part that is missing."""
    packed = stream(zlib.compress(_XMP), b"/Filter/FlateDecode")
    assert read(simple(b"/Metadata 4 0 R", {4: packed}))["pdf_a"] == "2b"
    facts = read(simple(b"/Metadata 4 0 R", {4: stream(b"<rdf")}))
    assert (facts["outcome"], facts["reason"]) == ("partial", "cannot read the XMP")
    assert facts["core"]["page_count"] == 1


def test_the_catalog_tells_version_language_tags_layout_labels_layers_and_intents() -> None:
    """Everything the catalog declares is there; a later version in it wins over the header's."""
    catalog = (
        b"/Version/1.7/Lang(nb-NO)/MarkInfo<</Marked true>>/PageLayout/OneColumn/PageMode/UseOutlines"
        b"/PageLabels<</Nums[0<</S/r>>4<</S/D/P(A-)>>9<<>>]>>/OCProperties<</OCGs[3 0 R 3 0 R]>>"
        b"/Collection<<>>/OutputIntents[<</S/GTS_PDFA1/OutputConditionIdentifier(sRGB)>>]"
        b"/Extensions<</ADBE<</ExtensionLevel 3>>>>/ViewerPreferences<</DisplayDocTitle true>>"
        b"/Outlines<</Count -2/First 4 0 R>>"
    )
    facts = read(simple(catalog, {4: b"<</Title(a)/Next 5 0 R>>", 5: b"<</Title(b)/Next 4 0 R>>"}))
    assert facts["core"]["format_version"] == "1.7"
    assert facts["core"]["language"] == "nb-NO"
    assert facts["tagged"] is True
    assert (facts["page_layout"], facts["page_mode"]) == ("OneColumn", "UseOutlines")
    assert facts["page_labels"] == ["lower roman", "A- decimal", "none"]
    assert (facts["layer_count"], facts["is_portfolio"]) == (2, True)
    assert facts["output_intents"] == ["sRGB"]
    assert facts["extensions"] == {"ADBE": 3}
    assert facts["display_title"] is True
    assert facts["outline_count"] == 2


def test_an_open_outline_is_counted_by_its_declaration() -> None:
    """A positive count stands for all open bookmarks; an empty outline has none."""
    assert read(simple(b"/Outlines<</Count 7>>"))["outline_count"] == 7
    assert "outline_count" not in read(simple(b"/Outlines<<>>"))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (b"/MediaBox[0 0 612 792]", (612.0, 792.0, "Letter")),
        (b"/MediaBox[0 0 612 792]/Rotate 90", (792.0, 612.0, "Letter")),
        (b"/MediaBox[0 0 612 792]/Rotate -90", (792.0, 612.0, "Letter")),
        (b"/MediaBox[0 0 900 900]/CropBox[10 10 110 60]", (100.0, 50.0, None)),
        (b"/MediaBox[100 100 0 0]/UserUnit 2", (200.0, 200.0, None)),
        (b"/MediaBox[0 0 0 0]", (None, None, None)),
        (b"/MediaBox[0 0 1]", (None, None, None)),
        (b"/MediaBox[0 0 1000000 9]/UserUnit 9", (None, None, None)),
        (b"", (None, None, None)),
    ],
)
def test_the_first_page_has_its_size_as_shown(page: bytes, expected: tuple[Any, ...]) -> None:
    """Crop box before media box, turned, in the page's own unit; nonsense gives no size."""
    facts = read(simple(extra={3: b"<</Type/Page/Parent 2 0 R%s>>" % page}))
    assert (facts.get("page_width_pt"), facts.get("page_height_pt"), facts.get("page_format")) == expected


def test_the_page_size_is_inherited() -> None:
    """A page without boxes has those of the tree above it."""
    pages = b"<</Type/Pages/Kids[null 3 0 R]/Count 1/MediaBox[0 0 300 400]>>"
    facts = read(simple(extra={2: pages, 3: b"<</Type/Page>>"}))
    assert facts["page_width_pt"] == 300.0


def test_a_count_of_a_thousand_million_pages_is_not_believed() -> None:
    """A count above the number of objects is replaced by a walk; a tree of loops ends."""
    lying = b"<</Type/Pages/Kids[3 0 R 3 0 R 2 0 R]/Count 1000000000>>"
    assert read(simple(extra={2: lying}))["core"]["page_count"] == 1
    missing = read(make({1: b"<</Type/Catalog>>"}))
    assert missing["core"]["page_count"] == 0
    endless = b"<</Type/Pages/Kids[2 0 R]/Count 99>>"
    facts = read(simple(extra={2: endless}))
    assert facts["core"]["page_count"] == 0
    assert "page_width_pt" not in facts


def test_more_nodes_than_are_walked_give_no_count() -> None:
    """A flat tree of thousands of nothings is given up."""
    kids = b"<</Type/Pages/Kids[%s]/Count 99999999>>" % (b"null " * 3000)
    assert "page_count" not in read(simple(extra={2: kids}))["core"]


def test_form_fields_signatures_and_field_scripts_are_counted() -> None:
    """Terminal fields count, widgets of one field do not; a signature has to have a value."""
    objects = {
        4: b"<</T(a)/Kids[5 0 R 6 0 R]>>",
        5: b"<</T(b)/FT/Tx/AA<</K<</S/JavaScript/JS(x)>>>>>>",
        6: b"<</T(s)/FT/Sig/V<<>>>>",
        7: b"<</T(w)/FT/Btn/Kids[8 0 R 8 0 R]>>",
        8: b"<</Subtype/Widget>>",
    }
    facts = read(simple(b"/AcroForm<</XFA(x)/Fields[4 0 R 7 0 R 7 0 R 9 0 R]>>", objects | {9: b"null"}))
    assert facts["form_field_count"] == 3
    assert facts["has_xfa_form"] is True
    assert facts["signature_count"] == 1
    assert facts["core"]["signed"] is True
    assert facts["core"]["macros"] is True


@pytest.mark.parametrize(
    "catalog",
    [
        b"/OpenAction<</S/JavaScript/JS(x)>>",
        b"/Names<</JavaScript<</Names[(n)<</S/JavaScript/JS(x)>>]>>>>",
        b"/Names<</JavaScript<</Kids[<</Names[(n)<</JS(x)>>]>>]>>>>",
        b"/AA<</WC<</S/JavaScript>>>>",
    ],
)
def test_scripts_are_noticed(catalog: bytes) -> None:
    """Scripts run on opening, by name or on a document's event."""
    assert read(simple(catalog))["core"]["macros"] is True


def test_a_link_on_opening_is_no_script() -> None:
    """An open action that goes somewhere runs nothing; a page's own may."""
    assert read(simple(b"/OpenAction[3 0 R/Fit]"))["core"]["macros"] is False
    page = b"<</Type/Page/AA<</O<</S/JavaScript/JS(x)>>>>>>"
    assert read(simple(extra={3: page}))["core"]["macros"] is True


def test_attachments_are_named_and_measured_without_being_read() -> None:
    """Name, description, relation, type and size come from dictionaries; a stream is never resolved."""
    spec = b"<</Type/Filespec/F(a.txt)/UF(\xfe\xff\x00b\x00.\x00t)/Desc(note)/AFRelationship/Data/EF<</F 5 0 R>>>>"
    data = stream(b"hello", b"/Type/EmbeddedFile/Subtype/text#2Fplain/Params<</Size 5>>")
    bare = b"<</F(c.bin)>>"
    facts = read(
        simple(b"/Names<</EmbeddedFiles<</Names[(a)4 0 R(c)6 0 R]>>>>", {4: spec, 5: data, 6: bare}),
    )
    assert facts["core"]["attachment_count"] == 2
    assert facts["attachments"] == [
        {
            "name": "b.t",
            "description": "note",
            "relationship": "Data",
            "media_type": "text/plain",
            "size_bytes": 5,
        },
        {"name": "c.bin"},
    ]


def test_a_name_tree_is_walked_to_a_hundred_names() -> None:
    """Thousands of attachments are counted no further."""
    names = b"".join(b"(%d)<</F(%d)>>" % (n, n) for n in range(150))
    facts = read(simple(b"/Names<</EmbeddedFiles<</Names[%s]>>>>" % names))
    assert facts["core"]["attachment_count"] == 100


def _written(**encryption: Any) -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 300)
    writer.add_metadata({"/Title": "Sealed"})
    writer.encrypt(**encryption)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("algorithm", "method", "bits"),
    [("RC4-40", "RC4", 40), ("RC4-128", "RC4", 128), ("AES-128", "AES", 128), ("AES-256", "AES", 256)],
)
def test_a_document_with_an_empty_password_is_read_and_its_permissions_told(
    algorithm: str, method: str, bits: int
) -> None:
    """An owner's password restricts what may be done; reading needs none."""
    data = _written(user_password="", owner_password="o", algorithm=algorithm, permissions_flag=-4 & ~(1 << 4))
    facts = read(data)
    assert facts["core"]["title"] == "Sealed"
    assert facts["core"]["encrypted"] is True
    assert facts["encryption"]["method"] == method
    assert facts["encryption"]["key_bits"] == bits
    assert facts["encryption"]["permissions"]["print"] is True
    assert facts["encryption"]["permissions"]["copy"] is False
    assert "outcome" not in facts


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_a_document_with_a_password_says_what_is_plain(algorithm: str) -> None:
    """Version and encryption are plain; the rest is not, and the outcome says so."""
    facts = read(_written(user_password="u", owner_password="o", algorithm=algorithm))
    assert facts["outcome"] == "encrypted"
    assert facts["core"]["encrypted"] is True
    assert "title" not in facts["core"]
    assert facts["encryption"]["handler"] == "Standard"


def test_a_linearized_document_says_so_until_it_is_changed() -> None:
    """The dictionary's length has to be the file's: one that was appended to is not, one that is longer was cut."""

    def linear(length: int) -> bytes:
        return make({1: b"<</Linearized 1/L %09d/N 1/Type/Catalog/Pages 2 0 R>>" % length, 2: pages, 3: _PAGE})

    pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    exact = linear(len(linear(0)))
    assert read(exact)["linearized"] is True
    assert read(exact + b"\n" * 20)["linearized"] is False
    cut = read(linear(99_999))
    assert (cut["outcome"], cut["reason"]) == ("partial", "the end of the file is missing")


def test_a_file_without_its_end_is_searched_for_its_objects() -> None:
    """Cut before the table: the objects are found again, and the outcome is partial."""
    info = b"<</Title(Half)/Producer(P)>>"
    data = simple(extra={4: info, 5: stream(b"x" * 500)}, trailer=b"/Info 4 0 R")
    facts = read(data[: data.index(b"5 0 obj") + 40])
    assert facts["outcome"] == "partial"
    assert facts["core"]["title"] == "Half"
    assert facts["core"]["page_count"] == 1


def test_a_file_without_catalog_or_end_still_has_a_version() -> None:
    """Nothing but the header survives, and that is said."""
    facts = read(b"%PDF-1.6\n%\xe2\xe3\xcf\xd3\n9 0 obj\n<</Length 5>>\nstream\nabc")
    assert facts["core"] == {"format_version": "1.6"}
    assert facts["outcome"] == "partial"


def test_a_large_file_without_its_end_is_not_searched() -> None:
    """Beyond two megabytes only the first and last block are looked at; a linearized one still knows its pages."""
    data = b"%PDF-1.4\n1 0 obj\n<</Linearized 1/L 99999999/N 12>>\nendobj\n" + b"x" * 3_000_000
    metered = Metered(BytesSource(data))
    facts = extract(BlockCache(metered), Context(media_type="application/pdf"))
    assert facts["core"] == {"format_version": "1.4", "page_count": 12}
    assert metered.bytes_read <= 3 * 65536


def test_broken_cross_references_are_repaired_and_the_damage_named() -> None:
    """A wrong startxref is read leniently: all facts, and what was wrong with the file."""
    data = simple().replace(b"startxref\n", b"startxref\n1")
    facts = read(data)
    assert facts["core"]["page_count"] == 1
    assert facts["damage"]
    assert "outcome" not in facts


def test_a_large_file_with_broken_cross_references_is_corrupt_and_cheap() -> None:
    """Beyond eight megabytes nothing is searched."""
    data = simple(extra={4: stream(b"x" * 9_000_000)}).replace(b"startxref\n", b"startxref\n1")
    metered = Metered(BytesSource(data))
    with pytest.raises(Corrupt, match="cannot be opened"):
        extract(BlockCache(metered), Context(media_type="application/pdf"))
    assert metered.bytes_read < 1_000_000


def test_a_reference_into_nowhere_does_not_read_a_large_file() -> None:
    """Pypdf would search the file for an object that is not where the table says; the reader refuses."""
    data = simple(b"/Metadata 4 0 R", {4: stream(_XMP), 5: stream(b"x" * 9_000_000)})
    row = b"%010d 00000 n " % data.index(b"4 0 obj")
    metered = Metered(BytesSource(data.replace(row, b"%010d 00000 n " % 400)))
    facts = extract(BlockCache(metered), Context(media_type="application/pdf"))
    assert facts["outcome"] == "partial"
    assert metered.bytes_read < 1_000_000


def test_a_large_document_costs_few_reads() -> None:
    """Thirty megabytes of content are not touched."""
    data = simple(extra={4: b"<</Title(Big)>>", 9: stream(b"x" * 30_000_000)}, trailer=b"/Info 4 0 R")
    metered = Metered(BytesSource(data))
    facts = extract(BlockCache(metered), Context(media_type="application/pdf"))
    assert facts["core"]["title"] == "Big"
    assert metered.reads <= 3
    assert metered.bytes_read <= 4 * 65536


def test_a_million_objects_are_declined() -> None:
    """A declared size beyond any real document is not read."""
    with pytest.raises(Corrupt, match="objects"):
        read(simple().replace(b"/Size 4", b"/Size 99999999"))


def test_a_stream_that_unpacks_to_a_gigabyte_is_given_up() -> None:
    """The limit on what a stream unpacks to holds."""
    bomb = zlib.compress(zlib.compress(bytes(100_000_000)))
    facts = read(simple(b"/Metadata 4 0 R", {4: stream(bomb, b"/Filter[/FlateDecode/FlateDecode]")}))
    assert facts["reason"] == "cannot read the XMP"


def test_the_header_may_stand_behind_other_bytes_but_not_be_missing() -> None:
    """Up to 1024 bytes may come first."""
    assert read(b"junk\r\n" + simple())["core"]["format_version"] == "1.4"
    with pytest.raises(Corrupt, match="header"):
        read(b"no header at all")


def test_an_unreadable_encrypted_file_tells_its_encryption() -> None:
    """Where a cipher is missing or the table is broken, the dictionary is found without parsing."""
    encrypt = b"<</Filter/Standard/V 2/R 3/Length 128/P -44/O(%s)/U(%s)>>" % (b"o" * 32, b"u" * 32)
    data = simple(extra={4: stream(b"x" * 9_000_000), 5: encrypt}, trailer=b"/Encrypt 5 0 R")
    facts = read(data.replace(b"startxref\n", b"startxref\n1"))
    assert facts["outcome"] == "encrypted"
    assert facts["core"]["encrypted"] is True
    assert facts["encryption"]["key_bits"] == 128
    assert facts["encryption"]["permissions"]["copy"] is True
    facts = read(
        simple(extra={4: b"<</V 1>>", 5: stream(b"x" * 9_000_000)}, trailer=b"/Encrypt 4 0 R").replace(
            b"startxref\n", b"startxref\n1"
        )
    )
    assert facts["outcome"] == "encrypted"


def test_the_log_stays_silent_and_its_level_is_put_back(caplog: pytest.LogCaptureFixture) -> None:
    """Pypdf's warnings about a broken file are its own business."""
    before = logging.getLogger("pypdf").level
    read(simple().replace(b"startxref\n", b"startxref\n1"))
    assert logging.getLogger("pypdf").level == before
    assert not caplog.records
    with opening.quiet():
        assert logging.getLogger("pypdf").level > logging.CRITICAL


@pytest.mark.parametrize("seed", range(3))
def test_changed_and_shortened_files_end_in_facts_or_corrupt(seed: int) -> None:
    """Truncation at every 64th and a few hundred byte flips raise nothing but Corrupt."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 300)
    writer.add_metadata({"/Title": "x"})
    writer.add_attachment("a", b"b")
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject(
        {NameObject("/Fields"): ArrayObject([DictionaryObject({NameObject("/T"): TextStringObject("t")})])}
    )
    writer.root_object[NameObject("/Outlines")] = DictionaryObject({NameObject("/Count"): NumberObject(1)})
    out = io.BytesIO()
    writer.write(out)
    assert endures(read, out.getvalue(), seed=seed, flips=150)


def _nested(kind: bytes) -> bytes:
    return b"%PDF-1.4\n1 0 obj\n" + kind * 300_000 + b"\nstartxref\n5\n%%EOF\n"


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n" + b"startxref\n" * 400_000,
        b"%PDF-1.4\n" + b"1 0 obj <<" * 150_000,
        b"%PDF-1.4\n" + b"1 0 obj " * 400_000 + b"startxref\n5\n%%EOF\n",
        b"%PDF-1.4\n" + b"1 0 obj<</Producer(x)/Type" * 60_000,
        _nested(b"<</A"),
        _nested(b"["),
        b"%PDF-1.4\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
        b"%PDF-1.4\nxref\n0 99999999\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R>>\nstartxref\n9\n%%EOF",
        simple(b"/Names<</EmbeddedFiles<</Names[%s]>>>>" % (b"(a)3 0 R " * 60_000)),
        simple(extra={4: b"<</Title(" + b"(" * 300_000 + b")>>"}, trailer=b"/Info 4 0 R"),
    ],
)
def test_files_made_to_take_forever_do_not(data: bytes) -> None:
    """Repetition, nesting, loops and lies about counts end in seconds, in facts or in Corrupt."""
    start = time.monotonic()
    with contextlib.suppress(Corrupt):
        assert "core" in read(data)
    assert time.monotonic() - start < 10
