"""File names: what is kept of them, and how they go out again (RFC 6266)."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from functions.api.problem import refuse

LONGEST = 255
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
UNSAFE = frozenset('<>:"|?*/\\;%')
MOST_BYTES = 180
"""Of a name in Content-Disposition: browsers and file systems cut longer ones, some in the middle of a character."""


def checked_name(name: str, *, what: str = "name") -> str:
    """Return the name as it is kept: NFC, nothing else changed.

    Raises:
        Refusal: `invalid_name`: empty, over 255 characters, with a control character, a path separator or a lone
            surrogate; "." and ".." likewise.
    """
    found = unicodedata.normalize("NFC", name)
    if not found.strip() or found in {".", ".."}:
        raise refuse("invalid_name", f"expected a {what} with something to read in it; choose another {what}")
    if len(name) > LONGEST:
        raise refuse("invalid_name", f"expected a {what} of at most {LONGEST} characters, got {len(name)}; shorten it")
    for at, character in enumerate(found):
        if character in "/\\":
            raise refuse("invalid_name", f"expected a {what} without / and \\, got one at character {at}; leave it out")
        if unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}:
            raise refuse(
                "invalid_name",
                f"expected a {what} without control characters, got U+{ord(character):04X} at {at}; leave it out",
            )
    return found


def safe_name(name: str) -> str:
    """Return a name that any file system takes and no shell, page or eye is fooled by; at most 180 bytes of UTF-8."""
    found = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    found = found.replace("\\", "/").rsplit("/", 1)[-1]
    safe = "".join("_" if _is_unsafe(character) else character for character in found).strip(" .")
    if len(safe.encode()) > MOST_BYTES:
        stem, dot, suffix = safe.rpartition(".")
        tail = dot + suffix if stem and len(suffix.encode()) <= 16 else ""
        head = safe.removesuffix(tail).encode()[: MOST_BYTES - len(tail.encode())].decode("utf-8", "ignore")
        safe = head.strip(" .") + tail
    return safe or "download"


def _is_unsafe(character: str) -> bool:
    return (
        unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        or character in BIDI
        or character in UNSAFE
    )


def content_disposition(name: str) -> str:
    """Return the Content-Disposition that saves a file under its name: ASCII for old clients, UTF-8 for all."""
    safe = safe_name(name)
    plain = safe.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}"
