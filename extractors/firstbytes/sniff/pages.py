"""Page description: PDF behind other bytes, Illustrator, FDF, PostScript, EPS and printer languages.

A PDF header may stand anywhere in the first 1024 bytes (ISO 32000-1, annex H.3, note 13). EPS says so in its first
line (EPSF 3.0). A printer job names the language it switches to (HP PJL, `ENTER LANGUAGE`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_HEADER = re.compile(rb"(?:^|[\r\n\0\xbb\xbf\x0c ])%(PDF|FDF)-[12]\.\d[ \t]*[\r\n]")
_OBJECT = re.compile(rb"[\r\n]\d{1,10} \d{1,5} obj\b")
_ILLUSTRATOR = re.compile(
    rb"/AI(?:PDF)?PrivateData\d|application/vnd\.adobe\.illustrator|/PieceInfo\s*<<\s*/Illustrator\b"
)
_FIRST_LINE = re.compile(rb"%!PS-Adobe-\d\.\d[ \t]+(EPSF|PDF)-\d\.\d")
_LANGUAGE = re.compile(rb"@PJL[ \t]+ENTER[ \t]+LANGUAGE[ \t]*=[ \t]*([A-Za-z0-9]+)", re.IGNORECASE)
_BOM = b"\xef\xbb\xbf"
_BLANK = b"\x04\r\n\t \0"


def pdf(head: Head, _: ByteSource) -> Match | None:
    """Tell Illustrator drawings: their own data are kept beside the page."""
    found = _ILLUSTRATOR.search(head.block)
    return Match("application/illustrator", "Illustrator's private data") if found else None


def postscript(head: Head, _: ByteSource) -> Match | None:
    """Tell EPS, and PDF that calls itself PostScript, by the first line."""
    found = _FIRST_LINE.match(head.data)
    if not found:
        return None
    kind = "image/x-eps" if found[1] == b"EPSF" else "application/pdf"
    return Match(kind, f"first line {found[1].decode()}")


def printer(head: Head, _: ByteSource) -> Match | None:
    """Tell what a printer job carries: PostScript or PDF where its PJL header says so."""
    language = _LANGUAGE.search(head.data)
    wanted = language[1].upper() if language else b""
    body = head.data[language.end() :] if language else b""
    if wanted == b"POSTSCRIPT" or head.data.startswith(b"\x1b%-12345X%!"):
        return Match("application/postscript", "PJL language PostScript")
    if wanted == b"PDF" and b"%PDF-" in body:
        return Match("application/pdf", "PJL language PDF")
    return None


def content(head: Head, _: ByteSource) -> Match | None:
    """Find PDF, FDF and PostScript that do not start with their signature."""
    start = head.data[:1033]
    found = _HEADER.search(start)
    if found and _OBJECT.search(head.data, found.start()):
        kind = "application/pdf" if found[1] == b"PDF" else "application/fdf"
        return Match(kind, f"header at {found.start(1) - 1}")
    stripped = start.removeprefix(_BOM).lstrip(_BLANK)
    if stripped.startswith(b"%PDF-"):
        return Match("application/pdf", "header behind white space")
    if stripped.startswith(b"%!PS-Adobe-") or (stripped.startswith(b"%!") and re.match(rb"%![ \t]*[\r\n]", stripped)):
        first = _FIRST_LINE.match(stripped)
        return Match("image/x-eps" if first and first[1] == b"EPSF" else "application/postscript", "%! line")
    return None
