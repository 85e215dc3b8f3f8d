"""Kinds of OLE2 compound files."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from firstbytes import BytesSource
from firstbytes.media import table
from firstbytes.sniff import sniff
from firstbytes.sniff.ole import CLASSES, FIRST_SECTOR, NAMES
from firstbytes.source import BlockCache, Metered

Compound = Callable[..., bytes]
REST = "-0000-0000-c000-000000000046"
STAR = "application/vnd.stardivision."


def kind(data: bytes) -> str:
    """Return what the bytes alone say."""
    return sniff(BytesSource(data)).media_type


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("WordDocument", "application/msword"),
        ("Workbook", "application/vnd.ms-excel"),
        ("BOOK", "application/vnd.ms-excel"),
        ("PowerPoint Document", "application/vnd.ms-powerpoint"),
        ("PP40", "application/vnd.ms-powerpoint"),
        ("VisioDocument", "application/vnd.visio"),
        ("Quill/QuillSub/CONTENTS", "application/x-mspublisher"),
        ("   1/Props", "application/vnd.ms-project"),
        ("Props14", "application/vnd.ms-project"),
        ("__properties_version1.0", "application/vnd.ms-outlook"),
        ("EncryptedPackage", "application/x-tika-ooxml-protected"),
        ("BodyText/Section0", "application/x-hwp"),
        ("StarCalcDocument", f"{STAR}calc"),
        ("StarWriterDocument", f"{STAR}writer"),
        ("StarDrawDocument3", f"{STAR}draw"),
        ("StarMathDocument", f"{STAR}math"),
        ("MatOST", "application/vnd.ms-works"),
        ("WksSSWorkBook", "application/vnd.ms-works"),
        ("NativeContent_MAIN", "application/x-quattro-pro"),
        ("SwDocContentMgr", "application/sldworks"),
        ("Dgn~H", "image/vnd.dgn"),
        ("BasicFileInfo", "application/x-revit"),
        ("ClassDirectory3", "application/x-3dsmax"),
        ("Catalog", "application/vnd.microsoft.windows.thumbnail-cache"),
        ("DestList", "application/x-ms-jumplist"),
        ("\u4840\u3f7f\u4164", "application/x-msi"),
        ("anything", "application/x-ole-storage"),
    ],
)
def test_names(compound: Compound, name: str, expected: str) -> None:
    """The name of a stream or storage below the root gives the program away."""
    assert kind(compound({name: b"data"})) == expected


@pytest.mark.parametrize(
    ("clsid", "expected"),
    [
        (f"00020906{REST}", "application/msword"),
        ("64818d10-4f9b-11cf-86ea-00aa00b929e8", "application/vnd.ms-powerpoint"),
        (f"000c1084{REST}", "application/x-msi"),
        ("74b78f3a-c8c8-11d1-be11-00c04fb6faf1", "application/vnd.ms-project"),
        ("4d29b490-49b2-11d0-93c3-7e0706000000", "application/vnd.autodesk.inventor"),
        ("28cddbc2-0ae2-11ce-a29a-00aa004a1a72", "application/vnd.ms-works"),
    ],
)
def test_classes(compound: Compound, clsid: str, expected: str) -> None:
    """Where no name tells, the root's class does."""
    assert kind(compound({"Contents": b"data"}, clsid)) == expected


def test_impress_is_a_draw_document_of_another_class(compound: Compound) -> None:
    """StarImpress and StarDraw share their stream; the class tells them apart."""
    data = compound({"StarDrawDocument3": b""}, "565c7221-85bc-11d1-89d0-008029e4b0b1")
    assert kind(data) == f"{STAR}impress"


def test_embedded_objects_do_not_count(compound: Compound) -> None:
    """A sheet inside a text document leaves it a text document."""
    streams = {"ObjectPool/_1/Workbook": b"sheet", "WordDocument": b"text"}
    assert kind(compound(streams)) == "application/msword"


def test_corel(compound: Compound) -> None:
    """Corel's documents share a stream; its own header or a neighbour tells."""
    header = b"\xffWPC\x10\0\0\0\1"
    assert kind(compound({"PerfectOffice_MAIN": header + b"\x0a\2\1"})) == "application/vnd.wordperfect"
    assert kind(compound({"PerfectOffice_MAIN": b"\0\0\2\0"})) == "application/x-quattro-pro"
    streams = {"PerfectOffice_MAIN": header, "SlideShow": b""}
    assert kind(compound(streams)) == "application/x-corelpresentations"


def test_works_contents(compound: Compound) -> None:
    """Works from 6.0 on has one stream with its own header."""
    assert kind(compound({"CONTENTS": b"CHNKWKS  more than this"})) == "application/vnd.ms-works"


def test_cut_before_its_directory(compound: Compound) -> None:
    """A directory that the chain does not reach is looked for in the first bytes."""
    data = bytearray(compound({"WordDocument": b"data"}))
    data[48:52] = b"\xff\xff\0\0"
    assert kind(bytes(data)) == "application/msword"
    assert kind(bytes(data[:512])) == "application/x-ole-storage"
    assert kind(bytes(data[:512]) + b"\xec\xa5\xc1\x00" + bytes(100)) == "application/msword"


def test_few_reads(compound: Compound) -> None:
    """A large document takes at most four reads beside the head."""
    meter = Metered(BytesSource(compound({"WordDocument": bytes(2_000_000), "x": b"1"})))
    assert sniff(BlockCache(meter)).media_type == "application/msword"
    assert meter.reads <= 5


def test_mutations(compound: Compound) -> None:
    """Byte flips and truncation always leave an answer."""
    data = compound({"WordDocument": b"data" * 2000, "ObjectPool/_1/Workbook": b"sheet"})
    rng = random.Random(6)
    for turn in range(500):
        broken = bytearray(data)
        for _ in range(4):
            broken[rng.randrange(8, 800)] = rng.randrange(256)
        assert "/" in kind(bytes(broken[: rng.randrange(8, len(broken))] if turn % 2 else broken))


def test_types_are_known() -> None:
    """Every type that a rule can answer is in the table by its canonical name."""
    answers = {media_type for media_type, _ in (*NAMES, *FIRST_SECTOR)} | set(CLASSES.values())
    assert {media_type for media_type in answers if media_type not in table()} == set()
