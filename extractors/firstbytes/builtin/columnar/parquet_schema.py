"""Parquet's flat list of schema elements as columns with Arrow's names of types."""

from __future__ import annotations

from typing import Any

from firstbytes import Corrupt
from firstbytes.builtin.columnar.schema import Field, listing, mapping, struct

_DEPTH = 32
_TYPE, _LENGTH, _REPETITION, _NAME, _CHILDREN, _CONVERTED, _SCALE, _PRECISION, _LOGICAL = 1, 2, 3, 4, 5, 6, 7, 8, 10
_REQUIRED, _REPEATED = 0, 2
_PHYSICAL = ("bool", "int32", "int64", "timestamp[ns]", "float", "double", "binary", "fixed_size_binary")
_BY_CONVERTED = {
    0: "string",
    4: "string",
    6: "date32[day]",
    7: "time32[ms]",
    8: "time64[us]",
    9: "timestamp[ms, tz=UTC]",
    10: "timestamp[us, tz=UTC]",
    11: "uint8",
    12: "uint16",
    13: "uint32",
    14: "uint64",
    15: "int8",
    16: "int16",
    17: "int32",
    18: "int64",
    19: "json",
    20: "bson",
    21: "interval",
}
_MAPS, _LISTS = frozenset({1, 2}), frozenset({3})
_UNITS = {1: "ms", 2: "us", 3: "ns"}
_LOGICAL_NAMES = {1: "string", 4: "string", 6: "date32[day]", 11: "null", 12: "json", 13: "bson", 14: "uuid"}
_LOGICAL_MORE = {15: "halffloat", 16: "variant", 17: "geometry", 18: "geography"}


def read(elements: list[Any]) -> tuple[list[Field], int]:
    """Return the top-level columns and the number of leaf columns, as far as the list goes."""
    walk = _Walk([element for element in elements if isinstance(element, dict)])
    if not walk.elements:
        raise Corrupt("empty schema")
    return walk.children(walk.next(), 0), walk.leaves


class _Walk:
    """Takes the elements in their depth-first order."""

    def __init__(self, elements: list[dict[int, Any]]) -> None:
        self.elements = elements
        self.at = 0
        self.leaves = 0

    def next(self) -> dict[int, Any]:
        """Take the next element."""
        self.at += 1
        return self.elements[self.at - 1]

    def children(self, parent: dict[int, Any], depth: int) -> list[Field]:
        """Return the fields of a group, of which the elements follow it."""
        if depth > _DEPTH:
            msg = f"schema nests deeper than {_DEPTH}"
            raise Corrupt(msg)
        found: list[Field] = []
        count = parent.get(_CHILDREN)
        while self.at < len(self.elements) and len(found) < (count if isinstance(count, int) else 0):
            found.append(self.field(self.next(), depth))
        return found

    def field(self, element: dict[int, Any], depth: int) -> Field:
        """Return the field that an element begins."""
        raw = element.get(_NAME)
        name = raw[:512].decode("utf-8", "replace") if isinstance(raw, bytes) else ""
        repetition = element.get(_REPETITION)
        if _CHILDREN in element and element.get(_CHILDREN):
            kind = self.group(element, depth)
        else:
            self.leaves += 1
            kind = _leaf(element)
        kind = listing(Field(name, kind)) if repetition == _REPEATED and depth == 0 else kind
        return Field(name, kind, repetition != _REQUIRED)

    def group(self, element: dict[int, Any], depth: int) -> str:
        """Return the type of a group: a list or map of the three-level form, else a struct (LogicalTypes.md)."""
        inner = self.peek()
        children = self.children(element, depth + 1)
        logical = element.get(_LOGICAL)
        kinds = set(logical) if isinstance(logical, dict) else set()
        repeated = len(children) == 1 and inner is not None and inner.get(_REPETITION) == _REPEATED
        if repeated and (_number(element, _CONVERTED, -1) in _LISTS or 3 in kinds):
            return listing(_element(children[0], inner or {}))
        if repeated and (_number(element, _CONVERTED, -1) in _MAPS or 2 in kinds):
            pair = _split(children[0].type)
            return mapping(*pair) if pair else struct(children)
        return struct(children)

    def peek(self) -> dict[int, Any] | None:
        """Return the next element without taking it."""
        return self.elements[self.at] if self.at < len(self.elements) else None


def _element(repeated: Field, element: dict[int, Any]) -> Field:
    """Return the list's element: the only field of the repeated group, or the repeated field itself."""
    inner = repeated.type.removeprefix("struct<").removesuffix(">")
    if element.get(_CHILDREN) == 1 and repeated.type.startswith("struct<"):
        name, _, kind = inner.partition(": ")
        return Field(name, kind)
    return repeated


def _split(kind: str) -> tuple[str, str] | None:
    """Return the key's and value's types of the struct of two fields that a map repeats."""
    depth = 0
    inner = kind.removeprefix("struct<").removesuffix(">")
    for at, letter in enumerate(inner):
        depth += (letter in "<(") - (letter in ">)")
        if letter == "," and depth == 0:
            return inner[:at].partition(": ")[2], inner[at + 1 :].partition(": ")[2]
    return None


def _leaf(element: dict[int, Any]) -> str:
    logical = element.get(_LOGICAL)
    if isinstance(logical, dict) and logical:
        kind = next(iter(logical))
        named = _logical(kind, logical[kind] if isinstance(logical[kind], dict) else {})
        if named:
            return named
    converted = _number(element, _CONVERTED, -1)
    if converted == 5:
        return f"decimal128({_number(element, _PRECISION)}, {_number(element, _SCALE)})"
    if converted in _BY_CONVERTED:
        return _BY_CONVERTED[converted]
    physical = _number(element, _TYPE, -1)
    if physical == 7:
        return f"fixed_size_binary[{_number(element, _LENGTH)}]"
    return _PHYSICAL[physical] if 0 <= physical < len(_PHYSICAL) else "null"


def _number(fields: dict[int, Any], field: int, default: int = 0) -> int:
    value = fields.get(field)
    return value if isinstance(value, int) else default


def _logical(kind: int, options: dict[int, Any]) -> str | None:
    if kind == 5:
        precision = _number(options, 2)
        return f"decimal{128 if precision <= 38 else 256}({precision}, {_number(options, 1)})"
    if kind in {7, 8}:
        unit = _UNITS.get(next(iter(options[2]), 0), "us") if isinstance(options.get(2), dict) else "us"
        if kind == 7:
            return f"time{32 if unit == 'ms' else 64}[{unit}]"
        return f"timestamp[{unit}, tz=UTC]" if options.get(1) else f"timestamp[{unit}]"
    if kind == 10:
        return f"{'' if options.get(2) else 'u'}int{_number(options, 1, 32)}"
    return _LOGICAL_NAMES.get(kind) or _LOGICAL_MORE.get(kind)
