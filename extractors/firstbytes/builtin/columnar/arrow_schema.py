"""Arrow's schema message: fields and their types (Schema.fbs)."""

from __future__ import annotations

from firstbytes import Corrupt
from firstbytes.builtin.columnar.schema import Field, listing, mapping, struct
from firstbytes.formats.flatbuffers import Table

_DEPTH = 32
_FIELDS = 100_000
_UNITS = ("s", "ms", "us", "ns")
_FLOATS = ("halffloat", "float", "double")
_INTERVALS = ("month_interval", "day_time_interval", "month_day_nano_interval")
_SIMPLE = {
    1: "null",
    4: "binary",
    5: "string",
    6: "bool",
    19: "large_binary",
    20: "large_string",
    22: "run_end_encoded",
    23: "binary_view",
    24: "string_view",
}
_INT, _FLOAT, _DECIMAL, _DATE, _TIME, _TIMESTAMP, _INTERVAL = 2, 3, 7, 8, 9, 10, 11
_LIST, _STRUCT, _UNION, _FIXED_BINARY, _FIXED_LIST, _MAP, _DURATION, _LARGE_LIST = 12, 13, 14, 15, 16, 17, 18, 21
_VIEWS = frozenset({25, 26})


def read(schema: Table) -> list[Field]:
    """Return the columns of a schema table, at most 100,000."""
    return [_field(field, 0) for field in schema.tables(1, _FIELDS)]


def metadata(table: Table, field: int) -> dict[str, str]:
    """Return key-value metadata, at most 100 pairs; what Pandas and Arrow keep there for themselves is left out."""
    pairs = {pair.text(0) or "": pair.text(1) or "" for pair in table.tables(field, 100)}
    return {key: value for key, value in pairs.items() if not key.startswith("ARROW:")}


def _field(field: Table, depth: int) -> Field:
    if depth > _DEPTH:
        msg = f"schema nests deeper than {_DEPTH}"
        raise Corrupt(msg)
    kind = _kind(field, depth)
    index = field.table(4)
    if index is not None:
        number = index.table(1)
        indices = _integer(number) if number else "int32"
        kind = f"dictionary<values={kind}, indices={indices}, ordered={index.scalar(2, 1)}>"
    return Field(field.text(0, 512) or "", kind, bool(field.scalar(1, 1)))


def _kind(field: Table, depth: int) -> str:
    number, options = field.scalar(2, 1, signed=False), field.table(3)
    if number in _SIMPLE:
        return _SIMPLE[number]
    if options is None:
        return f"type {number}"
    if number in {_LIST, _LARGE_LIST, _FIXED_LIST, _MAP, _STRUCT, _UNION} or number in _VIEWS:
        return _nested(number, options, [_field(child, depth + 1) for child in field.tables(5, _FIELDS)])
    if number == _DECIMAL:
        return f"decimal{options.scalar(2, default=128)}({options.scalar(0)}, {options.scalar(1)})"
    if number == _FIXED_BINARY:
        return f"fixed_size_binary[{options.scalar(0)}]"
    return _number(number, options)


def _number(number: int, options: Table) -> str:
    if number == _INT:
        return _integer(options)
    if number == _FLOAT:
        return _pick(_FLOATS, options.scalar(0, 2))
    if number == _DATE:
        return "date32[day]" if options.scalar(0, 2, default=1) == 0 else "date64[ms]"
    if number == _INTERVAL:
        return _pick(_INTERVALS, options.scalar(0, 2))
    unit = _pick(_UNITS, options.scalar(0, 2, default=0 if number == _TIMESTAMP else 1))
    if number == _TIME:
        return f"time{options.scalar(1, default=32)}[{unit}]"
    if number == _TIMESTAMP:
        zone = options.text(1, 64)
        return f"timestamp[{unit}, tz={zone}]" if zone else f"timestamp[{unit}]"
    return f"duration[{unit}]" if number == _DURATION else f"type {number}"


def _nested(number: int, options: Table, children: list[Field]) -> str:
    if number == _STRUCT or not children:
        return struct(children)
    if number == _UNION:
        inner = ", ".join(f"{child.name}: {child.type}={at}" for at, child in enumerate(children))
        return f"{'dense' if options.scalar(0, 2) else 'sparse'}_union<{inner}>"
    if number == _MAP:
        pair = children[0].type.removeprefix("struct<").removesuffix(">")
        return mapping(*halves(pair))
    prefix = {_LARGE_LIST: "large_", _FIXED_LIST: "fixed_size_"}.get(number, "")
    suffix = f"[{options.scalar(0)}]" if number == _FIXED_LIST else ""
    return f"{prefix}{listing(children[0])}{suffix}"


def halves(pair: str) -> tuple[str, str]:
    """Return the types of the two fields of a struct's inside, "key: string, value: int64"."""
    depth = 0
    for at, letter in enumerate(pair):
        depth += (letter in "<([") - (letter in ">)]")
        if letter == "," and depth == 0:
            return pair[:at].partition(": ")[2], pair[at + 1 :].partition(": ")[2]
    return pair.partition(": ")[2], "null"


def _integer(options: Table) -> str:
    return f"{'' if options.scalar(1, 1) else 'u'}int{options.scalar(0)}"


def _pick(names: tuple[str, ...], index: int) -> str:
    return names[index] if 0 <= index < len(names) else f"type {index}"
