"""What every picture reader ends with: the blocks a file embeds, put together into one result.

    embedded = Embedded()
    embedded.add_exif(BytesSource(block)); embedded.add_xmp(packet); embedded.add_icc(profile)
    return embedded.result({"width_px": 640, "height_px": 480, ...}, turn=True)

A broken block makes the result partial and never costs the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from firstbytes import JSON, ByteSource, BytesSource, Corrupt
from firstbytes.builtin.image import makernote
from firstbytes.builtin.image.merge import CORE, Facts, from_iptc, from_xmp, merge
from firstbytes.formats import exif, icc, iptc, xmp
from firstbytes.formats.exif import TURNS
from firstbytes.formats.tiff import Ifd, Tiff, open_tiff
from firstbytes.formats.values import known

_Value = TypeVar("_Value")

MAX_PIXELS = 2**31
_MOST = {"bit_depth": 256, "dpi": 1e6, "frame_count": 2**31, "page_count": 2**31, "duration_ms": 2**48}
"""Above these a number says nothing but that the file is broken."""


@dataclass(slots=True)
class Embedded:
    """Collects the metadata blocks of one picture; the first of each kind counts."""

    exif: Facts = field(default_factory=dict)
    iptc: Facts = field(default_factory=dict)
    xmp: Facts = field(default_factory=dict)
    own: Facts = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def add_exif(self, source: ByteSource, base: int = 0) -> None:
        """Read an EXIF block that starts with a TIFF header at `base`."""
        if not self.exif and (tiff := self._try(open_tiff, source, base)) is not None:
            self.add_tiff(tiff)

    def add_tiff(self, tiff: Tiff, ifd: Ifd | None = None) -> None:
        """Read the EXIF of an open TIFF structure, and of its maker note what EXIF does not say."""
        first = ifd or next(tiff.chain(limit=1), None)
        if first is None:
            self.broken.append("EXIF: no directory")
            return
        self.exif = makernote.read(tiff, first) | dict(exif.read(tiff, first))
        if thumbnail := _thumbnail(tiff, page=ifd is not None):
            self.own.setdefault("thumbnail", thumbnail)

    def add_xmp(self, packet: bytes) -> None:
        """Read an XMP packet."""
        if not self.xmp and packet and (found := self._try(xmp.read, packet)) is not None:
            self.xmp = from_xmp(found)
            self.own["xmp_bytes"] = len(packet)

    def add_more_xmp(self, packet: bytes) -> None:
        """Read the extension of an XMP packet; one that is not all there is left out."""
        try:
            found = xmp.read(packet)
        except Corrupt:
            return
        self.xmp = from_xmp(found) | self.xmp

    def add_iptc(self, block: bytes) -> None:
        """Read IPTC-IIM datasets."""
        if not self.iptc:
            self.iptc = from_iptc(iptc.read(block))

    def add_icc(self, profile: bytes) -> None:
        """Read an ICC profile, or its head."""
        if "icc_profile_name" not in self.own and (found := self._try(icc.read, profile)) is not None:
            self.own |= known(
                {
                    "icc_profile_name": found.name or "unnamed",
                    "icc_color_space": found.color_space,
                    "icc_device_class": found.device_class,
                    "icc_version": found.version,
                    "icc_bytes": found.size_bytes,
                }
            )

    def add_resources(self, blocks: dict[int, bytes]) -> None:
        """Read Photoshop image resources: thumbnail, caption, EXIF, XMP, profile, resolution."""
        if len(thumbnail := blocks.get(iptc.THUMBNAIL, b"")) > 28:
            size = {"size_bytes": len(thumbnail) - 28} | {
                key: int.from_bytes(thumbnail[at : at + 4], "big") for key, at in (("width_px", 4), ("height_px", 8))
            }
            self.own.setdefault("thumbnail", size)
        if iptc.IPTC in blocks:
            self.add_iptc(blocks[iptc.IPTC])
        if iptc.EXIF in blocks:
            self.add_exif(BytesSource(blocks[iptc.EXIF]))
        if iptc.XMP in blocks:
            self.add_xmp(blocks[iptc.XMP])
        if iptc.ICC in blocks:
            self.add_icc(blocks[iptc.ICC])
        if len(resolution := blocks.get(iptc.RESOLUTION, b"")) >= 16:
            self.own.setdefault("photoshop_dpi", round(int.from_bytes(resolution[:4], "big") / 65536, 4))

    def result(self, facts: Facts, *, turn: bool = True, broken: str = "") -> dict[str, JSON]:
        """Return core and own facts; the format's own win over embedded ones, `turn` applies EXIF's orientation."""
        merged = merge(self.exif, self.iptc, self.xmp) | self.own | known(facts)
        photoshop_dpi = merged.pop("photoshop_dpi", None)
        if photoshop_dpi:
            merged.setdefault("dpi", photoshop_dpi)
        if merged.get("dpi_y") == merged.get("dpi"):
            merged.pop("dpi_y", None)
        if turn and (code := merged.get("orientation_code")):
            merged |= turned(merged, code)
        for key, most in _MOST.items():
            if not 0 < merged.get(key, 1) <= most:
                del merged[key]
        core = known({key: merged.pop(key) for key in list(merged) if key in CORE})
        problems = [*self.broken, *([broken] if broken else [])]
        verdict: dict[str, JSON] = {"outcome": "partial", "reason": "; ".join(problems)[:500]} if problems else {}
        return {"core": core, **merged, **verdict}

    def _try(self, reader: Callable[..., _Value], *arguments: object) -> _Value | None:
        try:
            return reader(*arguments)
        except Corrupt as error:
            self.broken.append(str(error))
            return None


def turned(facts: Facts, code: int) -> Facts:
    """Return width, height and orientation as shown under an EXIF orientation code."""
    degrees, mirrored = TURNS[code]
    out: Facts = {"orientation_deg": degrees} | ({"mirrored": True} if mirrored else {})
    if degrees in {90, 270} and "width_px" in facts and "height_px" in facts:
        out |= {"width_px": facts["height_px"], "height_px": facts["width_px"]}
    return out


def size(width: int, height: int, what: str) -> Facts:
    """Return width and height.

    Raises:
        Corrupt: one of them is zero, negative or beyond 2^31.
    """
    if not (0 < width <= MAX_PIXELS and 0 < height <= MAX_PIXELS):
        msg = f"{what}: size {width} x {height}"
        raise Corrupt(msg)
    return {"width_px": width, "height_px": height}


def _thumbnail(tiff: Tiff, *, page: bool) -> Facts | None:
    """Return what the second directory says of its picture (Exif 3.0, 4.6.5); in a file of pages it may be a page."""
    ifds = list(tiff.chain(limit=2))
    if len(ifds) < 2:
        return None
    second = ifds[1]
    length = tiff.integer(second, 514) or sum(tiff.ints(second, 279, 64))
    if not length or (513 not in second and (page or 273 not in second)):
        return None
    facts = {"size_bytes": length, "width_px": tiff.integer(second, 256), "height_px": tiff.integer(second, 257)}
    return known(facts)
