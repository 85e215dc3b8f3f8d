"""Encryption and permissions of a PDF (ISO 32000-2, 7.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firstbytes.builtin.pdf.objects import at, integer, name
from firstbytes.formats.values import known

if TYPE_CHECKING:
    from firstbytes import JSON

_BITS = {
    "print": 3,
    "modify": 4,
    "copy": 5,
    "annotate": 6,
    "fill_forms": 9,
    "accessibility": 10,
    "assemble": 11,
    "print_high_quality": 12,
}
"""Table 22: permission -> its bit, counted from 1. Those from 9 up exist since revision 3."""


def facts(encrypt: Any) -> dict[str, JSON]:
    """Return what an encryption dictionary declares, as pypdf gives it."""
    filters = at(encrypt, "/CF")
    methods = {name(at(entry, "/CFM")) for entry in filters.values()} if isinstance(filters, dict) else set()
    found = describe(
        version=integer(at(encrypt, "/V")),
        revision=integer(at(encrypt, "/R")),
        length=integer(at(encrypt, "/Length")),
        permissions=integer(at(encrypt, "/P")),
        aes=any((method or "").startswith("AESV") for method in methods),
    )
    return found | known({"handler": name(at(encrypt, "/Filter"))})


def describe(
    *, version: int | None, revision: int | None, length: int | None, permissions: int | None, aes: bool
) -> dict[str, JSON]:
    """Return method, key length, revision and permissions in words."""
    bits = {1: 40, 5: 256}.get(version or 0) or (length if length and 40 <= length <= 256 else 40)
    if version == 4:
        bits = 128
    return known(
        {
            "method": "AES" if aes or version == 5 else "RC4",
            "key_bits": bits if version else None,
            "revision": revision,
            "permissions": None if permissions is None else _permissions(permissions, revision or 2),
        }
    )


def _permissions(flags: int, revision: int) -> dict[str, JSON]:
    wanted = _BITS if revision >= 3 else dict(list(_BITS.items())[:4])
    return {permission: bool(flags >> (bit - 1) & 1) for permission, bit in wanted.items()}
