"""Office documents: what they say about themselves, from their properties and structure; never their text."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_HOME = "firstbytes.builtin.office"
_OOXML = "application/vnd.openxmlformats-officedocument."
_WORD, _EXCEL, _POINT = "application/vnd.ms-word.", "application/vnd.ms-excel.", "application/vnd.ms-powerpoint."
_VISIO = "application/vnd.ms-visio."
_ODF = "application/vnd.oasis.opendocument."
_ODF_KINDS = (
    *("text", "text-master", "text-web", "spreadsheet", "presentation", "graphics"),
    *("chart", "formula", "image", "base"),
)
_ODF_TEMPLATES = ("text", "spreadsheet", "presentation", "graphics", "chart", "formula", "image")
_SUN = "application/vnd.sun.xml."


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the extractors of office documents and books."""
    return [*_open_xml(), *_open_document(), *_compound(), *_others()]


def _open_xml() -> list[Extractor]:
    return [
        Extractor(
            "docx",
            accepts=(
                f"{_OOXML}wordprocessingml.document",
                f"{_OOXML}wordprocessingml.template",
                f"{_WORD}document.macroenabled.12",
                f"{_WORD}template.macroenabled.12",
            ),
            entry=f"{_HOME}.ooxml:extract",
        ),
        Extractor(
            "xlsx",
            accepts=(
                f"{_OOXML}spreadsheetml.sheet",
                f"{_OOXML}spreadsheetml.template",
                *(f"{_EXCEL}{kind}.macroenabled.12" for kind in ("sheet", "template", "addin", "sheet.binary")),
            ),
            entry=f"{_HOME}.ooxml:extract",
        ),
        Extractor(
            "pptx",
            accepts=(
                *(f"{_OOXML}presentationml.{kind}" for kind in ("presentation", "template", "slideshow", "slide")),
                *(
                    f"{_POINT}{kind}.macroenabled.12"
                    for kind in ("presentation", "template", "slideshow", "addin", "slide")
                ),
            ),
            entry=f"{_HOME}.ooxml:extract",
        ),
        Extractor(
            "vsdx",
            accepts=tuple(
                f"{_VISIO}{kind}{macros}.main+xml"
                for kind in ("drawing", "template", "stencil")
                for macros in ("", ".macroenabled")
            ),
            entry=f"{_HOME}.ooxml:extract",
        ),
        Extractor(
            "opc",
            # Its descendants (themes, DWFx, extensions) inherit it.
            accepts=("application/vnd.ms-package.opc",),
            entry=f"{_HOME}.ooxml:extract",
        ),
    ]


def _open_document() -> list[Extractor]:
    return [
        Extractor(
            "odf",
            accepts=(
                *(f"{_ODF}{kind}" for kind in _ODF_KINDS),
                *(f"{_ODF}{kind}-template" for kind in _ODF_TEMPLATES),
                *(f"{_SUN}{kind}" for kind in ("writer", "calc", "impress", "draw", "math")),
                f"{_SUN}writer.global",
                *(f"{_SUN}{kind}.template" for kind in ("writer", "calc", "impress", "draw")),
            ),
            entry=f"{_HOME}.odf:extract",
        ),
        Extractor(
            "flat-odf",
            accepts=tuple(f"{_ODF}{kind}-flat-xml" for kind in ("text", "spreadsheet", "presentation", "graphics")),
            entry=f"{_HOME}.odf:extract_flat",
        ),
    ]


def _compound() -> list[Extractor]:
    return [
        Extractor("doc", accepts=("application/msword",), entry=f"{_HOME}.legacy:extract"),
        Extractor("xls", accepts=("application/vnd.ms-excel",), entry=f"{_HOME}.legacy:extract"),
        Extractor("ppt", accepts=("application/vnd.ms-powerpoint",), entry=f"{_HOME}.legacy:extract"),
        Extractor(
            "ole",
            # Its descendants (Visio, Publisher, Project, Works, installers, models) inherit it.
            accepts=("application/x-ole-storage",),
            entry=f"{_HOME}.legacy:extract",
        ),
        Extractor(
            "ooxml-protected",
            accepts=("application/x-tika-ooxml-protected",),
            entry=f"{_HOME}.legacy:extract_protected",
        ),
        Extractor("msg", accepts=("application/vnd.ms-outlook",), entry=f"{_HOME}.msg:extract"),
    ]


def _others() -> list[Extractor]:
    return [
        Extractor("rtf", accepts=("application/rtf",), entry=f"{_HOME}.rtf:extract"),
        Extractor(
            "epub",
            accepts=("application/epub+zip", "application/x-ibooks+zip"),
            entry=f"{_HOME}.epub:extract",
        ),
        Extractor(
            "iwork",
            accepts=tuple(f"application/vnd.apple.{kind}" for kind in ("pages", "numbers", "keynote", "iwork")),
            entry=f"{_HOME}.iwork:extract",
        ),
        Extractor(
            "xps",
            accepts=("application/vnd.ms-xpsdocument", "application/oxps"),
            entry=f"{_HOME}.xps:extract",
        ),
        Extractor(
            "mobi",
            accepts=("application/x-mobipocket-ebook", "application/vnd.amazon.mobi8-ebook"),
            entry=f"{_HOME}.mobi:extract",
        ),
        Extractor("chm", accepts=("application/vnd.ms-htmlhelp",), entry=f"{_HOME}.chm:extract"),
    ]
