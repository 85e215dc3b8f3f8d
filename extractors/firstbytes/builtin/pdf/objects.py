"""Reading pypdf's objects without believing them: a look-up answers None where the file is not what it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firstbytes.formats.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

_BOMS = ((b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"), (b"\xef\xbb\xbf", "utf-8"))


def resolved(value: Any) -> Any:
    """Return the object a reference points to, the value itself when it is none, None for PDF null."""
    for _ in range(4):
        if not hasattr(value, "get_object"):
            return value
        found = value.get_object()
        if found is value:
            break
        value = found
    return None if type(value).__name__ == "NullObject" else value


def at(value: Any, *path: str) -> Any:
    """Return what lies at a path of dictionary keys, or None."""
    for key in path:
        value = resolved(value)
        if not isinstance(value, dict) or key not in value:
            return None
        value = dict.get(value, key)
    return resolved(value)


def items(value: Any, limit: int) -> Iterator[Any]:
    """Yield up to `limit` members of an array, unresolved; nothing when it is no array."""
    found = resolved(value)
    if isinstance(found, list):
        yield from found[:limit]


def integer(value: Any) -> int | None:
    """Return a whole number, or None."""
    return int(value) if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**53 else None


def number(value: Any) -> float | None:
    """Return a number as float, or None."""
    try:
        return float(value) if isinstance(value, int | float) or hasattr(value, "as_numeric") else None
    except (ValueError, ArithmeticError):
        return None


def boolean(value: Any) -> bool | None:
    """Return a PDF boolean, or None."""
    if isinstance(value, bool):
        return value
    inner = getattr(value, "value", None)
    return inner if isinstance(inner, bool) else None


def name(value: Any) -> str | None:
    """Return a PDF name without its slash, or None."""
    return clean(value.removeprefix("/"), 200) if isinstance(value, str) and value.startswith("/") else None


def text(value: Any, limit: int = 4096) -> str | None:
    """Return a text string (ISO 32000-2, 7.9.2.2) as clean text, or None."""
    if isinstance(value, bytes):
        raw = bytes(value[: limit * 4])
        bom, encoding = next(((b, e) for b, e in _BOMS if raw.startswith(b)), (b"", "latin-1"))
        return clean(raw[len(bom) :].decode(encoding, "replace"), limit)
    return clean(str(value[: limit * 2]), limit) if isinstance(value, str) else None
