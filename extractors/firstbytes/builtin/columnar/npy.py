"""NumPy's array files: a Python literal in the header says type, order and shape (NEP 1)."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.values import clean, known

_HEADER = 64 * 1024


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return element type, shape and order of a NumPy array."""
    head = source.read(0, 12)
    if len(head) < 12 or head[:6] != b"\x93NUMPY":
        raise Corrupt("header ends early")
    start, width = (10, 2) if head[6] == 1 else (12, 4)
    size = int.from_bytes(head[8 : 8 + width], "little")
    if size > _HEADER:
        raise Corrupt(f"header of {size} bytes, more than {_HEADER}")
    kind, shape, fortran = _parse(source.read(start, size).decode("latin-1" if head[6] < 3 else "utf-8", "replace"))
    fields = [field[0] for field in kind if isinstance(field, tuple) and field] if isinstance(kind, list) else []
    rows = shape[0] if shape else None
    needed = _bytes_needed(kind, shape)
    reason = "the array is cut off" if needed is not None and start + size + needed > source.size else ""
    return {
        "core": known(
            {
                "format_version": f"{head[6]}.{head[7]}",
                "row_count": rows if rows is not None and rows <= 2**53 else None,
                "column_count": len(fields) or (min(shape[1], 2**53) if len(shape) == 2 else None),
            }
        ),
        **known(
            {
                "dtype": clean(str(kind), 1024),
                "shape": [min(length, 2**53) for length in shape[:32]],
                "order": "Fortran" if fortran else "C",
                "field_names": [clean(str(name), 256) for name in fields[:200]],
            }
        ),
        **({"outcome": "partial", "reason": reason} if reason else {}),
    }


def _parse(text: str) -> tuple[object, tuple[int, ...], bool]:
    try:
        found = ast.literal_eval(text.strip())
        kind, shape, fortran = found["descr"], found["shape"], bool(found["fortran_order"])
    except (ValueError, SyntaxError, TypeError, KeyError, RecursionError, MemoryError) as error:
        raise Corrupt("header is not a dictionary of descr, shape and fortran_order") from error
    if not isinstance(shape, tuple) or not all(type(length) is int and length >= 0 for length in shape):
        raise Corrupt("shape is not a tuple of lengths")
    return kind, shape, fortran


def _bytes_needed(kind: object, shape: tuple[int, ...]) -> int | None:
    """Return the bytes that an array of a simple type needs."""
    if not isinstance(kind, str) or kind[:1] not in "<>|=" or not kind[2:].isdigit() or "O" in kind:
        return None
    total = int(kind[2:4]) * (4 if kind[1] == "U" else 1)
    for length in shape:
        total *= length
    return total
