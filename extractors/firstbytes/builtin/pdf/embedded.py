"""Embedded files (ISO 32000-2, 7.11.4): names, types and sizes, without reading the files themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from firstbytes.builtin.pdf import catalog
from firstbytes.builtin.pdf.objects import at, name, resolved, text
from firstbytes.formats.values import clean, known

if TYPE_CHECKING:
    from firstbytes import JSON, ByteSource

_DESCRIBED = 10
_PEEK = 1024
_SIZE = re.compile(rb"/Size\s+(\d{1,15})\b")
_SUBTYPE = re.compile(rb"/Subtype\s*/([^\s/<>\[\]()]{1,200})")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


def files(source: ByteSource, reader: Any, root: Any) -> list[JSON]:
    """Return name, description, relationship, type and size of up to 100 files; type and size of the first ten."""
    found: list[JSON] = []
    for label, spec in catalog.attachments(root):
        facts: dict[str, JSON | None] = {
            "name": label,
            "description": text(at(spec, "/Desc"), 500),
            "relationship": name(at(spec, "/AFRelationship")),
        }
        if len(found) < _DESCRIBED:
            facts |= _peek(source, reader, at(spec, "/EF"))
        found.append(known(facts))
    return found


def _peek(source: ByteSource, reader: Any, streams: Any) -> dict[str, JSON | None]:
    """Look at the stream's dictionary where it lies: to resolve it would read the whole file that is embedded."""
    reference = dict.get(streams, "/F") if isinstance(streams, dict) else None
    place = reader.xref.get(getattr(reference, "generation", None), {}).get(getattr(reference, "idnum", None))
    if not isinstance(place, int) or place < 0:
        return {}
    head = source.read(place, _PEEK).partition(b"stream")[0]
    size, subtype = _SIZE.search(head), _SUBTYPE.search(head)
    kind = _ESCAPE.sub(lambda found: bytes([int(found[1], 16)]), subtype[1]).decode("latin-1") if subtype else None
    return {"media_type": clean(resolved(kind), 200), "size_bytes": int(size[1]) if size else None}
