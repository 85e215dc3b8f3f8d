"""XPS and OpenXPS: core properties, documents and pages (ECMA-388)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.builtin.office.opc import properties
from firstbytes.builtin.office.package import open_package, result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".wdp", ".jxr")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the properties and count documents, pages, fonts and images by member names."""
    del ctx
    package = open_package(source)
    core, own = properties(package)
    # A part may be stored in pieces, "1.fpage/[0].piece" and so on.
    names = {name.lower().partition("/[")[0] for name in package.names}
    pages = sum(name.endswith(".fpage") for name in names)
    core["page_count"] = pages or core.get("page_count")
    core["signed"] = any(name.endswith((".psdsxs", ".psdsor")) or "signature" in name for name in names)
    own |= {
        "document_count": sum(name.endswith(".fdoc") for name in names),
        "font_count": sum(name.endswith((".odttf", ".ttf", ".otf", ".ttc")) for name in names),
        "image_count": sum(name.endswith(_IMAGES) and "thumbnail" not in name for name in names),
        "has_thumbnail": any("thumbnail" in name for name in names) or None,
    }
    return result(core, own, package.outcome())
