"""Fonts: subsets of fonts under the SIL Open Font License, renamed as the licence asks of changed versions."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from recipes.workshop import MissingToolError, Sample

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

LETTERS = "".join(map(chr, range(0x20, 0x7F))) + "ÆØÅæøåÄÖÜäöüßÉÈÊéèêçñ…“”"
SOURCES = {
    "lato": ("fonts-lato", "/usr/share/fonts/truetype/lato/Lato-Regular.ttf"),
    "lato-bold": ("fonts-lato", "/usr/share/fonts/truetype/lato/Lato-Bold.ttf"),
    "garamond": ("fonts-ebgaramond", "/usr/share/fonts/opentype/ebgaramond/EBGaramond12-Regular.otf"),
    "inter": ("fonts-inter-variable", "/usr/share/fonts/truetype/inter-vf/Inter-roman.var.ttf"),
}
FAMILY, STYLE, UNIQUE, FULL, POSTSCRIPT = 1, 2, 3, 4, 6
KEPT = {0, FAMILY, STYLE, UNIQUE, FULL, 5, POSTSCRIPT, 8, 9, 13, 14}


def subset(source: str, family: str, letters: str = LETTERS) -> TTFont:
    """A font of some letters under a family name of ours; copyright, licence and designer stay.

    Raises `MissingToolError` where the Debian package is not installed.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    package, place = SOURCES[source]
    if not Path(place).exists():
        raise MissingToolError(place, package)
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # dates before 1970 are how FontForge wrote them
    features = ["kern", "liga"]
    options = Options(drop_tables=["FFTM"], layout_features=features, hinting=False, notdef_outline=True)
    options.name_IDs = ["*"]
    font = TTFont(place, recalcTimestamp=False)
    style = font["name"].getDebugName(STYLE) or "Regular"
    cut = Subsetter(options)
    cut.populate(text=letters)
    cut.subset(font)
    font["name"].names = [name for name in font["name"].names if name.nameID in KEPT or name.nameID > 255]
    names = {FAMILY: family, UNIQUE: f"{family} {style} subset", FULL: f"{family} {style}".strip()}
    for number, words in (names | {POSTSCRIPT: f"{family}-{style}".replace(" ", "")}).items():
        for name in font["name"].names:
            if name.nameID == number:
                name.string = words
    if "CFF " in font:
        top = font["CFF "].cff
        top.fontNames = [f"{family}-{style}".replace(" ", "")]
        top[0].FamilyName, top[0].FullName = family, f"{family} {style}"
    return font


def ttf(path: Path) -> None:
    """The lettering of the signs: TrueType."""
    subset("lato", "Ternholm Sans").save(path)


def otf(path: Path) -> None:
    """The lettering of the book: OpenType with CFF outlines."""
    subset("garamond", "Ternholm Serif").save(path)


def web(path: Path) -> None:
    """The signs' lettering for the web, WOFF or WOFF2 by the suffix."""
    font = subset("lato", "Ternholm Sans")
    font.flavor = path.suffix[1:]
    font.save(path)


def variable(path: Path) -> None:
    """The lettering of the map: one axis, weight."""
    subset("inter", "Ternholm Map", "Ternholm 0123456789 m").save(path)


def collection(path: Path) -> None:
    """Two weights of the digits in one file."""
    from fontTools.ttLib import TTCollection

    both = TTCollection()
    both.fonts = [subset(source, "Ternholm Digits", "0123456789:") for source in ("lato", "lato-bold")]
    both.save(path)


SAMPLES = (
    Sample(name="TernholmSans-Regular.ttf", make=ttf, media_type="font/ttf", fact="title=Ternholm Sans Regular",
           caption="TrueType, a subset of Lato"),
    Sample(name="TernholmSerif-Regular.otf", make=otf, media_type="font/otf", fact="title=Ternholm Serif Regular",
           caption="OpenType with CFF outlines, a subset of EB Garamond"),
    Sample(name="TernholmSans-Regular.woff", make=web, media_type="font/woff", fact="title=Ternholm Sans Regular",
           caption="the same for the web"),
    Sample(name="TernholmSans-Regular.woff2", make=web, media_type="font/woff2", fact="title=Ternholm Sans Regular",
           caption="the same, Brotli"),
    Sample(name="TernholmMap-Variable.ttf", make=variable, media_type="font/ttf", fact="title=Ternholm Map Regular",
           caption="variable weight, a subset of Inter"),
    Sample(name="TernholmDigits.ttc", make=collection, media_type="font/collection", fact="",
           caption="two weights in one file"),
)  # fmt: skip
