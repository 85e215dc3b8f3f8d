"""Forms Data Format (ISO 32000-2, 12.7.8): the form it belongs to, and its fields' names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.pdf.objects import text
from firstbytes.formats.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_BLOCK = 256 * 1024
_FIELDS = 100
_HEADER = re.compile(rb"%FDF-(\d\.\d)")
_FORM = re.compile(rb"/(?:U?F)\s*\(((?:[^()\\]|\\.){1,1000})\)")
_FIELD = re.compile(rb"/T\s*\(((?:[^()\\]|\\.){1,500})\)")
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an FDF file.

    Raises:
        Corrupt: there is no header.
    """
    data = source.read(0, _BLOCK)
    header = _HEADER.search(data[:1032])
    if not header:
        msg = "no %FDF header in the first 1024 bytes"
        raise Corrupt(msg)
    names = [_text(found) for found in _FIELD.findall(data)]
    form = _FORM.search(data)
    facts: dict[str, JSON] = {
        "core": {"format_version": header[1].decode()},
        **known(
            {
                "form": _text(form[1]) if form else None,
                "form_field_count": len(names),
                "fields": [name for name in names[:_FIELDS] if name],
            }
        ),
    }
    if source.size > _BLOCK or b"%%EOF" not in data:
        facts |= {"outcome": "partial", "reason": "only the first fields were read"}
    return facts


def _text(raw: bytes) -> str | None:
    return text(_ESCAPE.sub(rb"\1", raw), 500)
