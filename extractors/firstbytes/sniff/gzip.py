"""What a gzip stream holds, where the whole is a format of its own: SVGZ, WARC, BAM, BCF, Gnumeric, Dia, R data.

At most 4 KB are unpacked. A compressed tar stays application/gzip, whatever its name: that is what it is registered
as, what HTTP and other tools call it, and bzip2, xz and Zstandard have no name for it either.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

from firstbytes.media import canonical
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_UNPACKED = 4096
_R_HEADERS = tuple(b"RD%c%c\n%c\n" % (kind, version, kind) for kind in b"XAB" for version in b"23")
_XML_ROOTS = {
    ("http://www.gnumeric.org/v10.dtd", "Workbook"): "application/x-gnumeric",
    ("http://www.lysator.liu.se/~alla/dia/", "diagram"): "application/x-dia-diagram",
    ("http://www.abisource.com/awml.dtd", "abiword"): "application/x-abiword",
    ("", "gnc-v2"): "application/x-gnucash",
}
_KOFFICE = re.compile(rb"\x1f\x8b\x08.{7}KOffice (application/x-k[a-z]{3,12})\x04\x06", re.DOTALL)
"""Before 1.2, KOffice wrote compressed tars that carry their type where gzip has the file's name."""
_R_SERIAL = (b"X\n\x00\x00\x00\x02", b"X\n\x00\x00\x00\x03")


def refine(head: Head, _: ByteSource) -> Match | None:
    """Tell the formats that are gzip outside by their first bytes inside."""
    if found := _KOFFICE.match(head.data):
        return Match(canonical(found[1].decode()), "gzip, KOffice name field", "container")
    inside = unpack(head.data)
    for name, rule in (("BGZF", _biology), ("magic inside", _magic), ("root element", _xml)):
        if media_type := rule(head.data, inside):
            return Match(media_type, f"gzip, {name}", "container")
    return None


def unpack(data: bytes, limit: int = _UNPACKED) -> bytes:
    """Return up to `limit` bytes of the first member, as far as `data` goes; nothing when it is broken."""
    try:
        return zlib.decompressobj(31).decompress(data, limit)
    except zlib.error:
        return b""


def is_bgzf(data: bytes) -> bool:
    """Return whether the member has the extra field BC of two bytes (SAM specification, 4.1)."""
    if len(data) < 18 or not data[3] & 4:
        return False
    extra = data[12 : 12 + struct.unpack_from("<H", data, 10)[0]]
    position = 0
    while position + 4 <= len(extra):
        if extra[position : position + 4] == b"BC\x02\x00":
            return True
        position += 4 + struct.unpack_from("<H", extra, position + 2)[0]
    return False


def _biology(data: bytes, inside: bytes) -> str | None:
    if not is_bgzf(data):
        return None
    if inside.startswith(b"BAM\x01"):
        return "application/x-bam"
    return "application/x-bcf" if inside.startswith(b"BCF\x02") else None


def _magic(_: bytes, inside: bytes) -> str | None:
    if inside.startswith((b"WARC/0.", b"WARC/1.")):
        return "application/warc+gzip"
    if inside.startswith(b"BLENDER"):
        return "application/x-blender"
    return "application/x-rdata" if inside.startswith((*_R_HEADERS, *_R_SERIAL)) else None


def _xml(_: bytes, inside: bytes) -> str | None:
    if not inside.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return None
    from firstbytes.formats.xml import read_head

    found = read_head(inside, max_elements=1)
    if found is None:
        return None
    root = found.root
    if root.name == "svg" and root.namespace in {"", "http://www.w3.org/2000/svg"}:
        return "image/svg+xml-compressed"
    return _XML_ROOTS.get((root.namespace, root.name))
