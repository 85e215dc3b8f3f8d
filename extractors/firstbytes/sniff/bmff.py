"""ISO base media files: the brands first, then what the tracks hold.

Brands are those registered at mp4ra.org and of ISO/IEC 14496-12 and 23008-12, 3GPP TS 26.244, QuickTime.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from firstbytes.errors import Corrupt
from firstbytes.formats import bmff
from firstbytes.sniff.frugal import Frugal, OutOfReads
from firstbytes.sniff.values import Match
from firstbytes.source import BytesSource

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_BY_BRAND: dict[str, str] = {
    **dict.fromkeys(("heic", "heix", "heim", "heis"), "image/heic"),
    **dict.fromkeys(("hevc", "hevx", "hevm", "hevs"), "image/heic-sequence"),
    **dict.fromkeys(("avif", "avis"), "image/avif"),
    **dict.fromkeys(("avci", "avcs"), "image/avci"),
    "crx ": "image/x-canon-cr3",
    "qt  ": "video/quicktime",
    **dict.fromkeys(("M4A ", "M4B ", "M4P ", "F4A ", "F4B "), "audio/mp4"),
    **dict.fromkeys(("M4V ", "M4VH", "M4VP"), "video/x-m4v"),
    "aax ": "audio/vnd.audible.aax",
}
_HEIF = frozenset({"mif1", "mif2", "mif3", "miaf", "1pic", "heif"})
_HEIF_SEQUENCE = frozenset({"msf1", "miaq"})
_THIRD_GENERATION = ("3gp", "3ge", "3gg", "3gr", "3gs", "3gh", "3gt", "3gm")
_SEGMENT_FIRST = frozenset({"styp", "sidx", "moof", "emsg", "prft", "ssix"})
_TOP_LEVEL = frozenset({"moov", "mdat", "wide", "free", "skip", "pnot", "PICT", "udta", "ftyp", "uuid"})
_MAX_TOP = 64
_MAX_TRACKS = 32


def refine(head: Head, source: ByteSource) -> Match | None:
    """Return the type of a file that starts with `ftyp`."""
    box = next(bmff.walk(source, limit=1), None)
    if box is None or box.kind != "ftyp":
        return None
    major, _, compatible = bmff.brands(source, box)
    if named := _by_brands(major, compatible):
        return Match(named, f"ftyp {major.strip()}", "container")
    return _by_tracks(head, source, f"ftyp {major.strip()}")


def _by_brands(major: str, compatible: list[str]) -> str | None:
    if major in _BY_BRAND:
        return _BY_BRAND[major]
    if major[:3] in _THIRD_GENERATION:
        return "video/3gpp"
    if major[:3] == "3g2" or major.lower() == "kddi":
        return "video/3gpp2"
    if major in _HEIF | _HEIF_SEQUENCE:
        # The generic brands say the structure; the coding is among the compatible ones.
        specific = (_BY_BRAND.get(brand, "") for brand in compatible)
        picture = next((found for found in specific if found.startswith("image/")), None)
        return picture or ("image/heif" if major in _HEIF else "image/heif-sequence")
    return None


def _by_tracks(head: Head, source: ByteSource, rule: str) -> Match | None:
    kinds, seen = handlers(source)
    if "vide" in kinds:
        return Match("video/mp4", f"{rule}, video track", "container")
    if "soun" in kinds:
        return Match("audio/mp4", f"{rule}, audio only", "container")
    if not seen and not kinds and _is_segment(head):
        return Match("video/iso.segment", rule, "container")
    # Without a track in reach the file is what most such files are; with tracks of other kinds it is not.
    return Match("application/mp4" if kinds else "video/mp4", rule, "container", weak=not kinds)


def _is_segment(head: Head) -> bool:
    try:
        return any(box.kind in _SEGMENT_FIRST for box in bmff.walk(BytesSource(head.block), limit=4))
    except Corrupt:
        return False


def handlers(source: ByteSource) -> tuple[set[str], bool]:
    """Return the handler types of the tracks and whether a moov was found, within four blocks beyond the first.

    Stops at the first video track, which settles the type.
    """
    few, kinds, seen = Frugal(source), set[str](), False
    # What was found when the reads run out or the boxes go wrong counts.
    with suppress(OutOfReads, Corrupt):
        moov = next((box for box in bmff.walk(few, limit=_MAX_TOP) if box.kind == "moov"), None)
        seen = moov is not None
        for trak in bmff.children(few, moov, limit=_MAX_TRACKS) if moov else ():
            handler = bmff.find(few, "mdia", "hdlr", within=trak) if trak.kind == "trak" else None
            if handler:
                kinds.add(bmff.payload(few, handler, 12)[8:12].decode("latin-1"))
            if "vide" in kinds:
                break
    return kinds, seen


def headless(head: Head) -> Match | None:
    """Return the type of a file without `ftyp`: old QuickTime, or a segment of a stream (content rule)."""
    kinds = []
    try:
        for box in bmff.walk(BytesSource(head.block), limit=8):
            if not box.kind.isascii() or not box.kind.strip().isalnum():
                return None
            kinds.append(box.kind)
            if box.cut and box.kind not in {"mdat", "moov", "free", "skip"}:
                return None
    except Corrupt:
        return None
    if not kinds or len(head.data) < 16:
        return None
    if kinds[0] in _SEGMENT_FIRST and (len(kinds) > 1 or kinds[0] in {"styp", "sidx"}):
        return Match("video/iso.segment", f"box {kinds[0]}", "container")
    if kinds[0] in {"moov", "mdat"} or (kinds[0] in _TOP_LEVEL and len(kinds) > 1 and kinds[1] in _TOP_LEVEL):
        return Match("video/quicktime", f"box {kinds[0]}", "container")
    return None
