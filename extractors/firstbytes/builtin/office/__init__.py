"""Office documents: what they say about themselves, from their properties and structure; never their text."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_OOXML = "application/vnd.openxmlformats-officedocument."
_WORD, _EXCEL, _POINT = "application/vnd.ms-word.", "application/vnd.ms-excel.", "application/vnd.ms-powerpoint."
_VISIO, _APPLE = "application/vnd.ms-visio.", "application/vnd.apple."
_ODF, _SUN = "application/vnd.oasis.opendocument.", "application/vnd.sun.xml."

_DOCX = (
    *(f"{_OOXML}wordprocessingml.{kind}" for kind in ("document", "template")),
    *(f"{_WORD}{kind}.macroenabled.12" for kind in ("document", "template")),
)
_XLSX = (
    *(f"{_OOXML}spreadsheetml.{kind}" for kind in ("sheet", "template")),
    *(f"{_EXCEL}{kind}.macroenabled.12" for kind in ("sheet", "template", "addin", "sheet.binary")),
)
_PPTX = (
    *(f"{_OOXML}presentationml.{kind}" for kind in ("presentation", "template", "slideshow", "slide")),
    *(f"{_POINT}{kind}.macroenabled.12" for kind in ("presentation", "template", "slideshow", "addin", "slide")),
)
_VSDX = tuple(
    f"{_VISIO}{kind}{macros}.main+xml"
    for kind in ("drawing", "template", "stencil")
    for macros in ("", ".macroenabled")
)
_OPEN_DOCUMENT = (
    *(f"{_ODF}{kind}" for kind in ("text", "text-master", "text-web", "spreadsheet", "presentation", "graphics")),
    *(f"{_ODF}{kind}" for kind in ("chart", "formula", "image", "base")),
    *(f"{_ODF}{kind}-template" for kind in ("text", "spreadsheet", "presentation", "graphics")),
    *(f"{_ODF}{kind}-template" for kind in ("chart", "formula", "image")),
    *(f"{_SUN}{kind}" for kind in ("writer", "calc", "impress", "draw", "math", "writer.global")),
    *(f"{_SUN}{kind}.template" for kind in ("writer", "calc", "impress", "draw")),
)
_FLAT = tuple(f"{_ODF}{kind}-flat-xml" for kind in ("text", "spreadsheet", "presentation", "graphics"))
_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("docx", "ooxml:extract", _DOCX),
    ("xlsx", "ooxml:extract", _XLSX),
    ("pptx", "ooxml:extract", _PPTX),
    ("vsdx", "ooxml:extract", _VSDX),
    # Its descendants (themes, DWFx, extensions) inherit it.
    ("opc", "ooxml:extract", ("application/vnd.ms-package.opc",)),
    ("odf", "odf:extract", _OPEN_DOCUMENT),
    ("flat-odf", "odf:extract_flat", _FLAT),
    ("doc", "legacy:extract", ("application/msword",)),
    ("xls", "legacy:extract", ("application/vnd.ms-excel",)),
    ("ppt", "legacy:extract", ("application/vnd.ms-powerpoint",)),
    # Its descendants (Visio, Publisher, Project, Works, installers, models) inherit it.
    ("ole", "legacy:extract", ("application/x-ole-storage",)),
    ("ooxml-protected", "legacy:extract_protected", ("application/x-tika-ooxml-protected",)),
    ("msg", "msg:extract", ("application/vnd.ms-outlook",)),
    ("rtf", "rtf:extract", ("application/rtf",)),
    ("epub", "epub:extract", ("application/epub+zip", "application/x-ibooks+zip")),
    ("iwork", "iwork:extract", tuple(f"{_APPLE}{kind}" for kind in ("pages", "numbers", "keynote", "iwork"))),
    ("xps", "xps:extract", ("application/vnd.ms-xpsdocument", "application/oxps")),
    ("mobi", "mobi:extract", ("application/x-mobipocket-ebook", "application/vnd.amazon.mobi8-ebook")),
    ("chm", "chm:extract", ("application/vnd.ms-htmlhelp",)),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the extractors of office documents and books."""
    return [Extractor(name, accepts, f"firstbytes.builtin.office.{entry}") for name, entry, accepts in _READERS]
