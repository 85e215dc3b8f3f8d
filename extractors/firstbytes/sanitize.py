"""Makes an extractor's result safe to store and show: JSON only, and bounded.

What poisons a store or a page was measured (numbers no database takes, lone surrogates, deep nesting, huge strings);
each is cut or replaced, and the path of every cut is kept. Pure, and idempotent.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from firstbytes.spec import JSON

MAX_DEPTH = 20
MAX_KEYS = 2000
MAX_ITEMS = 1000
MAX_TEXT = 4096
MAX_KEY = 256
MAX_BYTES = 256 * 1024
MAX_INTEGER = 2**63 - 1
"""Integers beyond 64 bits become text: few stores and no wire format keep them."""

_CONTROLS = dict.fromkeys(
    (*range(9), 11, 12, *range(14, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
)


@dataclass(slots=True)
class _Bounds:
    keys: int = 0
    size: int = 0
    truncated: list[str] = field(default_factory=list)

    def cut(self, path: str) -> None:
        if len(self.truncated) < 100 and path not in self.truncated:
            self.truncated.append(path)


def sanitize(value: object, path: str = "") -> tuple[JSON, list[str]]:
    """Return a bounded JSON value, and the paths of what was cut."""
    bounds = _Bounds()
    return _value(value, path, 0, bounds), bounds.truncated


def text(value: str, limit: int = MAX_TEXT) -> str:
    """Return text as NFC, without controls, bidirectional overrides and lone surrogates, bounded."""
    if value.isascii() and value.isprintable():
        return value[:limit]
    cut = value[: limit * 2].translate(_CONTROLS).encode("utf-8", "replace").decode("utf-8")
    return unicodedata.normalize("NFC", cut)[:limit]


def _value(value: object, path: str, depth: int, bounds: _Bounds) -> JSON:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, path, bounds)
    if isinstance(value, int):
        return int(value) if abs(value) <= MAX_INTEGER else str(value)[:MAX_TEXT] if abs(value) < 10**4000 else None
    if isinstance(value, float):
        return (
            float(value) if math.isfinite(value) and abs(value) < 1e125 and (abs(value) > 1e-125 or not value) else None
        )
    if isinstance(value, Enum):
        return _value(value.value, path, depth, bounds)
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        return _container(value, path, depth, bounds)
    if isinstance(value, bytes | bytearray | memoryview):
        return _text(bytes(value[:MAX_TEXT]).decode("utf-8", "replace"), path, bounds)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return _text(str(value), path, bounds)


def _text(value: str, path: str, bounds: _Bounds) -> str:
    cleaned = text(value)
    if len(value) > MAX_TEXT:
        bounds.cut(path)
    bounds.size += len(cleaned) + 2
    if bounds.size > MAX_BYTES:
        bounds.cut(path)
        return ""
    return cleaned


def _container(
    value: Mapping[object, object] | list[object] | tuple[object, ...] | set[object] | frozenset[object],
    path: str,
    depth: int,
    bounds: _Bounds,
) -> JSON:
    if depth >= MAX_DEPTH:
        bounds.cut(path)
        return None
    if isinstance(value, Mapping):
        return _mapping(value, path, depth, bounds)
    items = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
    result: list[JSON] = []
    for index, item in enumerate(items):
        bounds.size += 8
        if index >= MAX_ITEMS or bounds.size > MAX_BYTES:
            bounds.cut(path)
            break
        result.append(_value(item, f"{path}[{index}]", depth + 1, bounds))
    return result


def _mapping(value: Mapping[object, object], path: str, depth: int, bounds: _Bounds) -> dict[str, JSON]:
    result: dict[str, JSON] = {}
    for key, item in value.items():
        name = text(str(key), MAX_KEY) or "_"
        bounds.keys += 1
        bounds.size += len(name) + 8
        if bounds.keys > MAX_KEYS or bounds.size > MAX_BYTES:
            bounds.cut(path)
            break
        result[name] = _value(item, f"{path}.{name}" if path else name, depth + 1, bounds)
    return result
