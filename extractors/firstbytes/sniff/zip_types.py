"""What the parts and members of a ZIP say about its type. Data, from the formats' specifications.

Sources: ECMA-376 and [MS-OFFMACRO] (main part content types), ECMA-388 (OpenXPS), the 3MF core specification, OASIS
ODF 1.3 part 2, EPUB OCF 3.3, PEP 427, the JAR, Android, Mozilla and Apple bundle layouts.
"""

from __future__ import annotations

_OOXML = "application/vnd.openxmlformats-officedocument."
_WORD, _EXCEL, _POINT = "application/vnd.ms-word.", "application/vnd.ms-excel.", "application/vnd.ms-powerpoint."
_VISIO = "application/vnd.ms-visio."

MAIN_PARTS: dict[str, str] = {
    f"{_OOXML}wordprocessingml.document.main+xml": f"{_OOXML}wordprocessingml.document",
    f"{_OOXML}wordprocessingml.template.main+xml": f"{_OOXML}wordprocessingml.template",
    f"{_WORD}document.macroenabled.main+xml": f"{_WORD}document.macroenabled.12",
    f"{_WORD}template.macroenabledtemplate.main+xml": f"{_WORD}template.macroenabled.12",
    f"{_OOXML}spreadsheetml.sheet.main+xml": f"{_OOXML}spreadsheetml.sheet",
    f"{_OOXML}spreadsheetml.template.main+xml": f"{_OOXML}spreadsheetml.template",
    f"{_EXCEL}sheet.macroenabled.main+xml": f"{_EXCEL}sheet.macroenabled.12",
    f"{_EXCEL}template.macroenabled.main+xml": f"{_EXCEL}template.macroenabled.12",
    f"{_EXCEL}addin.macroenabled.main+xml": f"{_EXCEL}addin.macroenabled.12",
    f"{_EXCEL}sheet.binary.macroenabled.main": f"{_EXCEL}sheet.binary.macroenabled.12",
    f"{_OOXML}presentationml.presentation.main+xml": f"{_OOXML}presentationml.presentation",
    f"{_OOXML}presentationml.template.main+xml": f"{_OOXML}presentationml.template",
    f"{_OOXML}presentationml.slideshow.main+xml": f"{_OOXML}presentationml.slideshow",
    f"{_POINT}presentation.macroenabled.main+xml": f"{_POINT}presentation.macroenabled.12",
    f"{_POINT}template.macroenabled.main+xml": f"{_POINT}template.macroenabled.12",
    f"{_POINT}slideshow.macroenabled.main+xml": f"{_POINT}slideshow.macroenabled.12",
    f"{_POINT}addin.macroenabled.main+xml": f"{_POINT}addin.macroenabled.12",
    f"{_VISIO}drawing.main+xml": f"{_VISIO}drawing.main+xml",
    f"{_VISIO}template.main+xml": f"{_VISIO}template.main+xml",
    f"{_VISIO}stencil.main+xml": f"{_VISIO}stencil.main+xml",
    f"{_VISIO}drawing.macroenabled.main+xml": f"{_VISIO}drawing.macroenabled.main+xml",
    f"{_VISIO}template.macroenabled.main+xml": f"{_VISIO}template.macroenabled.main+xml",
    f"{_VISIO}stencil.macroenabled.main+xml": f"{_VISIO}stencil.macroenabled.main+xml",
    "application/vnd.ms-package.xps-fixeddocumentsequence+xml": "application/vnd.ms-xpsdocument",
    "application/vnd.ms-package.3dmanufacturing-3dmodel+xml": "model/3mf",
}
"""Content type of a package's main part, in lower case -> the package's type."""

LESSER_PARTS: dict[str, str] = {
    f"{_OOXML}presentationml.slide+xml": f"{_OOXML}presentationml.slide",
    f"{_POINT}slide.macroenabled+xml": f"{_POINT}slide.macroenabled.12",
    f"{_OOXML}thememanager+xml": "application/vnd.ms-officetheme",
}
"""The same, of parts that are also found inside other packages: only where the root relationship leads to them."""

PACKAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("application/vsix", (r"extension\.vsixmanifest",)),
    ("application/x-nupkg", (r"[^/\n]+\.nuspec",)),
    ("application/appx", (r"Appx(BundleManifest|Manifest|BlockMap)\.xml",)),
    ("application/appx", (r"AppxMetadata/AppxBundleManifest\.xml",)),
    ("model/vnd.dwfx+xps", (r".*\.dwfseq",)),
    ("application/vnd.ms-xpsdocument", (r".*\.(fdseq|fdoc)",)),
    ("model/3mf", (r"3D/[^/\n]+\.model",)),
)
"""Packages (with [Content_Types].xml) told by member names: all of the patterns match some name."""

CUT_PACKAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (f"{_OOXML}wordprocessingml.document", (r"word/.+",)),
    (f"{_OOXML}spreadsheetml.sheet", (r"xl/.+",)),
    (f"{_OOXML}presentationml.presentation", (r"ppt/.+",)),
)
"""The same, of files that are cut off before what tells templates and macros: the plain kind of their folder."""

MEMBERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("application/vnd.android.package-archive", (r"AndroidManifest\.xml", r"(classes\d*\.dex|resources\.arsc|res/.+)")),
    ("application/vnd.android.aar", (r"AndroidManifest\.xml", r"(classes\.jar|R\.txt)")),
    ("application/vnd.android.package-archive", (r"AndroidManifest\.xml",)),
    ("application/x-authorware-aab", (r"BundleConfig\.pb",)),
    ("application/x-authorware-aab", (r"base/manifest/AndroidManifest\.xml",)),
    ("application/x-ios-app", (r"Payload/[^/\n]+\.app/.*",)),
    ("application/x-wheel+zip", (r"[^/\n]+\.dist-info/WHEEL",)),
    ("application/x-python-egg", (r"EGG-INFO/PKG-INFO",)),
    ("application/x-conda", (r"metadata\.json", r"pkg-[^/\n]+\.tar\.zst")),
    ("application/java-archive", (r"META-INF/application\.xml",)),
    ("application/java-archive", (r"WEB-INF/.*",)),
    ("application/x-xpinstall", (r"install\.rdf",)),
    ("application/x-xpinstall", (r"manifest\.json", r"META-INF/(mozilla\.(rsa|sf)|cose\.(manifest|sig))")),
    ("application/wacz", (r"datapackage\.json", r"archive/.*\.w?arc(\.gz)?")),
    ("application/wacz", (r"datapackage\.json", r"indexes/.*\.(cdx|cdxj|idx)(\.gz)?")),
    ("application/vnd.adobe.indesign-idml-package", (r"designmap\.xml", r"Resources/.*")),
    ("application/x-pytorch", (r"[^/\n]+/data\.pkl", r"[^/\n]+/(version|byteorder|data/\d+)")),
    ("application/x-keras", (r"config\.json", r"model\.weights\.h5")),
    ("application/x-sketch", (r"document\.json", r"meta\.json", r"pages/.*")),
    ("image/openraster", (r"stack\.xml", r"data/.*")),
    ("application/x-krita", (r"maindoc\.xml", r"[^/\n]+/layers/.*")),
    ("application/x-ufo-zip", (r"[^/\n]+\.ufo/metainfo\.plist",)),
    ("application/vnd.comicbook+zip", (r"(.*/)?ComicInfo\.xml",)),
    ("application/hwp+zip", (r"Contents/content\.hpf",)),
    ("application/x-musescore", (r"[^/\n]+\.mscx",)),
    ("application/vnd.geogebra.file", (r"geogebra\.xml",)),
    ("application/vnd.geogebra.tool", (r"geogebra_macro\.xml",)),
    ("application/x-extension-fcstd", (r"Document\.xml", r"(GuiDocument\.xml|.*\.brp)")),
    ("application/vnd.mindjet.mindmanager", (r"Document\.xml", r"(Preview\.png|xsd/.*)")),
    ("application/vnd.xmind.workbook", (r"content\.json", r"metadata\.json", r"manifest\.json")),
    ("application/vnd.etsi.asic-e+zip", (r"META-INF/ASiCManifest.*\.xml",)),
    ("application/x-zip-compressed-fb2", (r"[^/\n]+\.fb2",)),
    ("application/x-love-game", (r"main\.lua", r"conf\.lua")),
    ("application/vnd.openofficeorg.autotext", (r"BlockList\.xml",)),
    ("application/x-scratch3", (r"project\.json", r"[0-9a-f]{32}\.(svg|png|wav)")),
    ("application/x-anki", (r"collection\.(anki2|anki21|anki21b)",)),
    ("model/vnd.usdz+zip", (r"[^/\n]+\.usd[ac]?",)),
    ("application/vnd.openofficeorg.extension", (r"description\.xml", r"META-INF/manifest\.xml")),
    ("application/java-archive", (r"META-INF/MANIFEST\.MF",)),
    ("application/vnd.google-earth.kmz", (r"[^/\n]+\.kml",)),
    ("application/java-archive", (r".+\.class", r"META-INF/.*")),
)
"""Other archives, most specific first: all of the patterns match some member's whole name."""
