"""Office documents in OLE2 compound files."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from damage import endures

from firstbytes import BytesSource, Context, Corrupt, Decline
from firstbytes.builtin.office.legacy import extract, extract_protected
from firstbytes.testing import ExtractorContract, Sample

Compound = Callable[..., bytes]
DOC, XLS, PPT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
TICKS = 133_590_000_000_000_000
"""2024-05-01T01:20Z."""
SUMMARY, DOCUMENT = "\x05SummaryInformation", "\x05DocumentSummaryInformation"
Typed = dict[int, bytes]


def text(value: str) -> bytes:
    """Return a string property in code page 1252."""
    raw = value.encode("cp1252") + b"\0"
    return struct.pack("<II", 30, len(raw)) + raw


def whole(value: int) -> bytes:
    """Return a 32-bit property."""
    return struct.pack("<Ii", 3, value)


def section(properties: Typed) -> bytes:
    """Return a section of a property set."""
    table, body = b"", b""
    for number, value in properties.items():
        table += struct.pack("<II", number, 8 + 8 * len(properties) + len(body))
        body += value + bytes(-len(value) % 4)
    return struct.pack("<II", 8 + len(table) + len(body), len(properties)) + table + body


def properties(*sections: Typed) -> bytes:
    """Return a property set stream."""
    parts = [section({1: struct.pack("<IH", 2, 1252), **values}) for values in sections]
    offset = 28 + 20 * len(parts)
    head = struct.pack("<HHI16sI", 0xFFFE, 0, 0, b"", len(parts))
    for part in parts:
        head += struct.pack("<16sI", b"", offset)
        offset += len(part)
    return head + b"".join(parts)


FIRST = properties(
    {
        2: text("Grüße"),
        3: text("About"),
        4: text("Ann; Bob"),
        5: text("a, b"),
        6: text("Words"),
        7: text("Normal.dot"),
        8: text("Cy"),
        9: text("7"),
        10: struct.pack("<IQ", 64, 65 * 600_000_000),
        11: struct.pack("<IQ", 64, TICKS),
        12: struct.pack("<IQ", 64, TICKS),
        13: struct.pack("<IQ", 64, TICKS + 10_000_000),
        14: whole(3),
        15: whole(120),
        16: whole(700),
        17: struct.pack("<II", 71, 0),
        18: text("Microsoft Word"),
        19: whole(1),
    }
)
SECOND = properties(
    {
        2: text("Reports"),
        5: whole(40),
        6: whole(12),
        12: struct.pack("<II", 0x100C, 2) + struct.pack("<II", 30, 6) + b"Title\0" + whole(1),
        13: struct.pack("<II", 0x101E, 1) + struct.pack("<I", 2) + b"T\0",
        14: text("Mo"),
        15: text("Acme"),
        17: whole(800),
        23: whole(0x000B15E6),
    },
    {
        0: struct.pack("<I", 3)
        + struct.pack("<II", 2, 8)
        + b"Project\0"
        + struct.pack("<II", 3, 10)
        + b"_PID_GUID\0"
        + struct.pack("<II", 4, 5)
        + b"When\0",
        2: text("Apollo"),
        3: text("{1}"),
        4: struct.pack("<IQ", 64, TICKS),
    },
)


def fib(flags: int = 0, *, language: int = 0x0407, dop: tuple[int, int] = (0, 0)) -> bytes:
    """Return the start of a Word document's main stream."""
    head = struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, language, 0, flags)
    return head.ljust(402, b"\0") + struct.pack("<II", *dop) + bytes(100)


def read(data: bytes, media_type: str) -> dict[str, Any]:
    """Return what the extractor says."""
    return dict(extract(BytesSource(data), Context(media_type=media_type)))


def test_document(compound: Compound) -> None:
    """A document says all of its properties and what is in it."""
    streams = {
        "WordDocument": fib(8 | 0x400),
        SUMMARY: FIRST,
        DOCUMENT: SECOND,
        "ObjectPool/_1/\x01Ole": b"1",
        "Macros/VBA/dir": b"1",
        "_signatures": b"1",
    }
    assert read(compound(streams), DOC) == {
        "core": {
            "title": "Grüße",
            "subject": "About",
            "authors": ["Ann", "Bob"],
            "keywords": ["a", "b"],
            "description": "Words",
            "last_modified_by": "Cy",
            "created": "2024-05-01T01:20:00Z",
            "modified": "2024-05-01T01:20:01Z",
            "page_count": 3,
            "word_count": 120,
            "line_count": 40,
            "generator": "Microsoft Word",
            "company": "Acme",
            "language": "de-DE",
            "macros": True,
            "signed": True,
            "encrypted": False,
        },
        "template": "Normal.dot",
        "revision": "7",
        "editing_minutes": 65,
        "last_printed_at": "2024-05-01T01:20:00Z",
        "character_count": 700,
        "character_count_with_spaces": 800,
        "paragraph_count": 12,
        "security": "password",
        "code_page": 1252,
        "has_thumbnail": True,
        "category": "Reports",
        "manager": "Mo",
        "application_version": "11.5606",
        "contents": {"Title": ["T"]},
        "tags": {"Project": "Apollo", "When": "2024-05-01T01:20:00Z"},
        "embedded_object_count": 1,
        "has_pictures": True,
        "read_only_recommended": True,
        "word_version": "97",
    }


def test_statistics(compound: Compound) -> None:
    """Without counts in the summary, those of the document properties count."""
    dop = bytes(38) + struct.pack("<iihi", 6, 33, 1, 2) + bytes(4) + struct.pack("<i", 2) + bytes(24)
    streams = {"WordDocument": fib(0x200, dop=(10, len(dop))), "1Table": bytes(10) + dop}
    found = read(compound(streams), DOC)
    core = found["core"]
    assert (core["word_count"], core["page_count"], core["line_count"]) == (6, 1, 2)
    assert (found["character_count"], found["paragraph_count"]) == (33, 2)
    cut = read(compound({"WordDocument": fib(dop=(10, 84)), "0Table": b"short"}), DOC)
    assert "word_count" not in cut["core"]
    assert "language" not in read(compound({"WordDocument": b"something else"}), DOC)["core"]


def test_encrypted_document(compound: Compound) -> None:
    """An encrypted document gives its properties and says that it is."""
    found = read(compound({"WordDocument": fib(0x100), SUMMARY: FIRST}), DOC)
    assert found["outcome"] == "encrypted"
    assert (found["core"]["encrypted"], found["core"]["title"]) == (True, "Grüße")


def record(kind: int, body: bytes = b"") -> bytes:
    """Return a BIFF record."""
    return struct.pack("<HH", kind, len(body)) + body


def book(*globals_: bytes, wide: bool = True, sheets: bool = True) -> bytes:
    """Return a Workbook stream with three sheets after these records."""
    bof = record(0x0809, struct.pack("<HH", 0x0600 if wide else 0x0500, 5) + bytes(12))
    flag = b"\0" if wide else b""
    names = ((b"\1" if wide else b"") + "Blätt".encode("utf-16-le" if wide else "cp1252"), flag + b"Two", flag + b"Mod")
    bounds = [(0, 0), (1, 1), (0, 6)]
    rows = [
        struct.pack("<IBB", 0, *kind) + bytes([n]) + name
        for kind, n, name in zip(bounds, (5, 3, 3), names, strict=True)
    ]
    start = len(bof) + sum(map(len, globals_)) + sum(4 + len(row) for row in rows) + 4
    dimensions = struct.pack("<IIHHH", 0, 9, 0, 4, 0) if wide else struct.pack("<HHHHH", 0, 9, 0, 4, 0)
    rows[0] = struct.pack("<I", start) + rows[0][4:]
    rows[1] = struct.pack("<I", 0x7FFFFFFF) + rows[1][4:]
    data = bof + b"".join(globals_) + b"".join(record(0x85, row) for row in rows if sheets) + record(0x0A)
    return data + bof + record(0x0200, dimensions) + record(0x0A)


def test_workbook(compound: Compound) -> None:
    """A workbook has sheets with states, kinds and extents, who wrote it, and its settings."""
    parts = (
        record(0x42, struct.pack("<H", 1200)),
        record(0x5C, struct.pack("<HB", 3, 0) + b"Ann" + b" " * 100),
        record(0x22, b"\1\0"),
        record(0x12, b"\1\0"),
        record(0x18, b"name"),
    )
    found = read(compound({"Workbook": book(*parts), "MBD001/x": b"1"}), XLS)
    assert found["core"]["format_version"] == "BIFF8"
    assert (found["core"]["sheet_count"], found["core"]["macros"]) == (2, True)
    assert (found["current_user"], found["date_system"], found["protected"], found["defined_name_count"]) == (
        "Ann",
        1904,
        True,
        1,
    )
    assert (found["hidden_sheet_count"], found["embedded_object_count"]) == (1, 1)
    assert found["sheets"] == [
        {"name": "Blätt", "row_count": 9, "column_count": 4},
        {"name": "Two", "state": "hidden", "kind": "macrosheet"},
        {"name": "Mod", "kind": "vbmodule"},
    ]


def test_older_workbook(compound: Compound) -> None:
    """Excel 5 and 95 have strings of bytes and shorter extents."""
    parts = (record(0x42, struct.pack("<H", 1252)), record(0x5C, b"\3Ann   "))
    found = read(compound({"Book": book(*parts, wide=False)}), XLS)
    assert (found["core"]["format_version"], found["current_user"]) == ("BIFF5", "Ann")
    assert found["sheets"][0] == {"name": "Blätt", "row_count": 9, "column_count": 4}


def test_encrypted_workbook(compound: Compound) -> None:
    """An encrypted workbook keeps its sheets to itself."""
    found = read(compound({"Workbook": book(record(0x2F, b"\1\0"))}), XLS)
    assert found["outcome"] == "encrypted"
    assert "sheets" not in found


def atom(kind: int, body: bytes, instance: int = 0) -> bytes:
    """Return a PowerPoint record."""
    return struct.pack("<HHI", instance << 4 | 15, kind, len(body)) + body


def test_presentation(compound: Compound) -> None:
    """Slides are counted in the document container; the last user and encryption are in their stream."""
    slides = atom(4080, atom(1011, bytes(20)) + atom(3999, b"1234") + atom(1011, bytes(20)))
    masters = atom(4080, atom(1011, bytes(20)), 1)
    user = struct.pack("<IIIIIHHBBH", 0, 0, 20, 0xE391C05F, 0, 3, 0, 3, 0, 0) + b"Ann"
    streams = {"PowerPoint Document": atom(1, b"x") + atom(1000, masters + slides), "Current User": user}
    found = read(compound(streams), PPT)
    assert (found["core"]["page_count"], found["current_user"], found["core"]["encrypted"]) == (2, "Ann", False)
    locked = user[:12] + struct.pack("<I", 0xF3D1C4DF) + user[16:]
    assert read(compound({"PowerPoint Document": b"", "Current User": locked}), PPT)["outcome"] == "encrypted"
    assert "page_count" not in read(compound({"PowerPoint Document": b"x" * 20}), PPT)["core"]
    counted = properties({7: whole(9), 8: whole(1), 9: whole(2)})
    found = read(compound({**streams, DOCUMENT: counted}), PPT)
    assert (found["core"]["page_count"], found["hidden_slide_count"], found["note_count"]) == (9, 2, 1)


def test_drawing(compound: Compound) -> None:
    """A drawing's version is in its main stream."""
    data = compound({"VisioDocument": b"Visio (TM) Drawing\r\n".ljust(26, b"\0") + b"\x0b" + bytes(9), SUMMARY: FIRST})
    assert read(data, "application/vnd.visio")["core"]["format_version"] == "11"


def test_hangul(compound: Compound) -> None:
    """A Hangul document's version and protection are in its file header; its properties have their own stream."""
    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<4BI", 1, 0, 1, 5, 1 | 2 | 16)
    data = compound({"FileHeader": header, "BodyText/Section0": b"", "\x05HwpSummaryInformation": FIRST})
    found = read(data, "application/x-hwp")
    assert (found["core"]["format_version"], found["core"]["title"]) == ("5.1.0.1", "Grüße")
    assert (found["outcome"], found["rights_managed"]) == ("encrypted", True)
    bare = read(compound({"FileHeader": b"short", "BodyText/Section0": b""}), "application/x-hwp")
    assert "format_version" not in bare["core"]


def test_empty_vba_storage_is_no_macro(compound: Compound) -> None:
    """A storage called VBA without a project in it is no macro."""
    data = compound({"VBA/other": b"", "Quill/QuillSub/CONTENTS": b"1"})
    assert read(data, "application/x-mspublisher")["core"]["macros"] is False


def test_cut_off(compound: Compound) -> None:
    """A document whose text lies beyond the end is partial; one without its directory is corrupt."""
    data = bytearray(compound({"WordDocument": fib(), SUMMARY: FIRST}))
    place = data.index("WordDocument".encode("utf-16-le"))
    struct.pack_into("<I", data, place + 120, 10**8)
    assert read(bytes(data), DOC)["reason"] == "WordDocument is cut off"
    with pytest.raises(Corrupt):
        read(bytes(data[:600]), DOC)


def test_before_compound_files(compound: Compound) -> None:
    """Word 2 and Excel 2 to 5 wrote their main stream as the file; anything else is declined."""
    found = read(struct.pack("<HHHHHH", 0xA5DB, 0x2D, 0, 0x0409, 0, 0) + bytes(60), DOC)
    assert (found["core"]["language"], found["word_version"]) == ("en-US", "2")
    dimensions = record(0x0000, struct.pack("<4H", 0, 7, 0, 3))
    found = read(record(0x0009, bytes(4)) + record(0x5C, b"\3Ann ") + dimensions + record(0x0A), XLS)
    assert found["core"] == {"format_version": "BIFF2", "sheet_count": 1}
    assert (found["current_user"], found["row_count"], found["column_count"]) == ("Ann", 7, 3)
    locked = record(0x0409, bytes(6)) + record(0x2F, b"12") + record(0x5C, b"\3Ann ")
    assert read(locked, XLS)["outcome"] == "encrypted"
    assert read(book(wide=False), XLS)["core"]["format_version"] == "BIFF5"
    for media_type in (DOC, XLS, "application/vnd.ms-works"):
        with pytest.raises(Decline):
            read(b"something else" * 9, media_type)


def test_protected(compound: Compound) -> None:
    """An encrypted package says how it is encrypted."""
    agile = b'<encryption><keyData cipherAlgorithm="AES" keyBits="256" hashAlgorithm="SHA512"/></encryption>'
    package = struct.pack("<Q", 5000) + bytes(5008)
    context = Context(media_type="application/x-tika-ooxml-protected")
    for info, expected in (
        (struct.pack("<HHI", 4, 4, 64) + agile, "agile AES-256 SHA512"),
        (struct.pack("<HHIIIII", 3, 2, 36, 24, 36, 0, 0x660E), "standard AES-128"),
        (struct.pack("<HHI", 3, 2, 36), "standard unknown"),
    ):
        data = compound({"EncryptionInfo": info, "EncryptedPackage": package})
        found: dict[str, Any] = dict(extract_protected(BytesSource(data), context))
        assert (found["encryption_method"], found["package_bytes"], found["outcome"]) == (expected, 5000, "encrypted")
    bare: dict[str, Any] = dict(extract_protected(BytesSource(compound({"EncryptedPackage": b""})), context))
    assert bare["core"] == {"encrypted": True, "authors": []} or bare["core"] == {"encrypted": True}


def test_mutations(compound: Compound) -> None:
    """Byte flips and truncation leave an answer or Corrupt."""
    streams = {"Workbook": book(), "WordDocument": fib(), SUMMARY: FIRST, DOCUMENT: SECOND, "Current User": bytes(40)}
    data = compound(streams)
    assert endures(lambda case: read(case, XLS), data, seed=11)
    assert endures(lambda case: read(case, PPT), data, seed=12)


class TestOle(ExtractorContract):
    """The contract, on a drawing."""

    extractor = "ole"

    @pytest.fixture
    def sample(self, compound: Compound) -> Sample:
        """Return a drawing."""
        return Sample(compound({"VisioDocument": bytes(40), SUMMARY: FIRST, DOCUMENT: SECOND}), "a.vsd")
