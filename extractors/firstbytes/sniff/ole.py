"""What kind of OLE2 compound file it is: the names directly below the root, then the root's class.

Sources: [MS-DOC], [MS-XLS], [MS-PPT], [MS-VSDX] 1.3, [MS-OXMSG], [MS-OFFCRYPTO] (stream names), [MS-OSHARED] and the
applications' registered classes. Names come first: a writer may leave the class empty, or that of another program.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.formats.ole import open_ole
from firstbytes.formats.ole_directory import Entry, entries, tree
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_WORD, _EXCEL, _POINT = "application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"
_STAR = "application/vnd.stardivision."

NAMES: tuple[tuple[str, str], ...] = (
    ("application/vnd.ms-outlook", r"__properties_version1\.0|__nameid_version1\.0"),
    ("application/x-tika-ooxml-protected", r"EncryptedPackage"),
    ("application/x-hwp", r"BodyText|HwpSummaryInformation|\x05HwpSummaryInformation"),
    (f"{_STAR}calc", r"StarCalcDocument"),
    (f"{_STAR}math", r"StarMathDocument"),
    (f"{_STAR}chart", r"StarChartDocument"),
    (f"{_STAR}writer", r"StarWriterDocument"),
    (f"{_STAR}draw", r"StarDrawDocument3?"),
    ("application/vnd.ms-works", r"WksSSWorkBook|MatOST|MatadorObject|MN0"),
    ("application/x-mspublisher", r"Quill|Escher"),
    ("application/vnd.ms-project", r"Props(9|12|14)?|   1\d{2}|   1"),
    ("application/vnd.visio", r"VisioDocument"),
    ("application/x-quattro-pro", r"NativeContent_MAIN"),
    ("application/sldworks", r"SwDocContentMgr.*|SwDocMgr.*|_MO_VERSION_.*|ISolidWorksInformation.*|SWVersion"),
    ("image/vnd.dgn", r"Dgn[~^].*"),
    ("application/x-revit", r"BasicFileInfo"),
    ("application/x-3dsmax", r"ClassDirectory\d?|DllDirectory"),
    ("application/vnd.microsoft.windows.thumbnail-cache", r"Catalog"),
    ("application/x-ms-jumplist", r"DestList"),
    (_POINT, r"PowerPoint Document|PP40|PP97_DUALSTORAGE"),
    (_WORD, r"WordDocument"),
    (_EXCEL, r"Workbook|Book"),
    ("image/vnd.fpx", r"Data Object Store.*|.?Image Contents.*"),
)
"""Type -> pattern of a name directly below the root; the first that matches counts. Case is not significant."""

CLASSES: dict[str, str] = {
    **dict.fromkeys(("00020900", "00020901", "00020906", "00020907"), _WORD),
    **dict.fromkeys(("00020810", "00020811", "00020820", "00020821"), _EXCEL),
    **dict.fromkeys(("64818d10", "64818d11", "ea7bae70", "ea7bae71"), _POINT),
    **dict.fromkeys(("00021a13", "00021a14"), "application/vnd.visio"),
    "00021201": "application/x-mspublisher",
    "74b78f3a": "application/vnd.ms-project",
    "00020d0b": "application/vnd.ms-outlook",
    **dict.fromkeys(("000c1084", "000c1086", "000c1082"), "application/x-msi"),
    **dict.fromkeys(("28cddbc2", "28cddbc3"), "application/vnd.ms-works"),
    **dict.fromkeys(("dc5c7e40", "8b04e9b0", "c20cf9d1"), f"{_STAR}writer"),
    **dict.fromkeys(("3f543fa0", "6361d441", "c6a5b861"), f"{_STAR}calc"),
    **dict.fromkeys(("012d3cc0", "565c7221"), f"{_STAR}impress"),
    **dict.fromkeys(("af10aae0", "2e8905a0"), f"{_STAR}draw"),
    **dict.fromkeys(("d4590460", "02b3b7e1", "ffb5e640"), f"{_STAR}math"),
    **dict.fromkeys(("fb9c99e0", "02b3b7e0", "bf884321"), f"{_STAR}chart"),
    **dict.fromkeys(("83a33d30", "83a33d32", "83a33d34"), "application/sldworks"),
    **dict.fromkeys(("4d29b490", "e60f81e1", "bbf9fdf1"), "application/vnd.autodesk.inventor"),
    "402efe60": "application/x-corelpresentations",
    "402efe62": "application/x-quattro-pro",
    "56616700": "image/vnd.fpx",
}
"""First part of the root's class -> type."""

FIRST_SECTOR: tuple[tuple[str, bytes], ...] = (
    (_WORD, b"\xec\xa5\xc1\x00"),
    (_WORD, b"\xdc\xa5"),
    (_EXCEL, b"\x09\x08\x10\x00\x00\x06\x05\x00"),
    (_EXCEL, b"\x09\x08\x08\x00\x00\x05\x05\x00"),
    (_POINT, b"\x0f\x00\xe8\x03"),
    (_POINT, b"\x00\x6e\x1e\xf0"),
    (_POINT, b"\xa0\x46\x1d\xf0"),
    ("application/vnd.visio", b"Visio (TM) Drawing"),
)
"""Type -> how its main stream begins; writers like to put that stream first."""

_BY_CLASS = frozenset({"application/x-msi", f"{_STAR}impress", f"{_STAR}draw", "image/vnd.fpx"})
"""Where the class decides even against names that are shared."""


def refine(head: Head, source: ByteSource) -> Match | None:
    """Return the type, or None for a compound file of no known program."""
    try:
        ole = open_ole(source, max_entries=1024, max_blocks=2)
    except Corrupt:
        # A file that is cut off before its directory may still hold its start, or the start of the main stream.
        return _decide(_scan(head.block), "") or _by_first_sector(head.data)
    return _decide(ole.paths, ole.root.clsid, ole.read("CONTENTS", 16), ole.read("PerfectOffice_MAIN", 16))


def _decide(paths: Mapping[str, Entry], clsid: str, contents: bytes = b"", perfect: bytes = b"") -> Match | None:
    by_class = CLASSES.get(clsid[:8])
    if by_class in _BY_CLASS:
        return Match(by_class, f"root class {clsid}", "container")
    tops = sorted({path for path in paths if "/" not in path})
    listing = "\n".join(top.replace("\n", " ") for top in tops)
    if "PerfectOffice_MAIN" in tops and "SlideShow" in tops:
        return Match("application/x-corelpresentations", "stream SlideShow", "container")
    if "PerfectOffice_MAIN" in tops:
        return _perfect(perfect, by_class)
    for media_type, pattern in NAMES:
        if found := re.search(f"^(?:{pattern})$", listing, re.MULTILINE | re.IGNORECASE):
            return Match(media_type, f"stream {found.group().strip()[:100]}", "container")
    if by_class:
        return Match(by_class, f"root class {clsid}", "container")
    if contents.startswith((b"CHNKWKS", b"CHNKINK")):
        return Match("application/vnd.ms-works", "stream CONTENTS", "container")
    # The Installer packs table names into characters of U+3800 to U+4840.
    if any(top and "\u3800" <= top[0] <= "\u4840" for top in tops):
        return Match("application/x-msi", "packed table names", "container")
    return None


def _perfect(data: bytes, by_class: str | None) -> Match:
    """Tell Corel's documents apart by the file type in their own header."""
    kind = {10: "application/vnd.wordperfect", 15: "application/x-corelpresentations"}
    found = kind.get(data[9]) if data.startswith(b"\xffWPC") and len(data) > 9 else None
    return Match(found or by_class or "application/x-quattro-pro", "stream PerfectOffice_MAIN", "container")


def _by_first_sector(data: bytes) -> Match | None:
    for place in (512, 4096):
        for media_type, start in FIRST_SECTOR:
            if data.startswith(start, place):
                return Match(media_type, f"main stream at {place}", "container")
    return None


def _scan(block: bytes) -> Mapping[str, Entry]:
    place = block.find("Root Entry".encode("utf-16-le"))
    if place < 0:
        return {}
    found = list(entries(block[place : place + 8192], large=False))
    known = [entry for entry in found if entry.kind in {1, 2, 5}]
    return tree(found) or {entry.name: entry for entry in known}
