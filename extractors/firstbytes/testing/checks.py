"""What is wrong with an answer, as lines for its author. Pure."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from firstbytes.assemble import core_problem
from firstbytes.core import Core
from firstbytes.sanitize import MAX_BYTES, MAX_INTEGER, sanitize

OUTCOMES = frozenset({"complete", "partial", "encrypted", "limited"})
_TOO_LARGE = "an integer of more than 64 bits"
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_FIELDS = {field.name: field.type for field in msgspec.structs.fields(Core)}


def json_problems(value: object, path: str = "result") -> Iterator[str]:
    """Yield where a value is not JSON as every store takes it."""
    if isinstance(value, str):
        if not value.isascii() and value.encode("utf-8", "replace").decode() != value:
            yield f"{path}: a lone surrogate in {value[:40]!r}; put it through firstbytes.formats.values.clean"
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                yield f"{path}: expected text keys, got {key!r}"
            yield from json_problems(item, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from json_problems(item, f"{path}[{index}]")
    elif problem := _scalar_problem(value):
        yield f"{path}: {problem}"


def _scalar_problem(value: object) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return f"{value} is not JSON"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return _TOO_LARGE
    return "" if value is None or isinstance(value, int | float) else f"expected JSON, got {type(value).__name__}"


def bound_problems(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield what would be cut before it is stored: text, items, keys, depth, total size."""
    _, cut = sanitize(dict(result))
    yield from (f"{path or 'result'}: longer, wider or deeper than an envelope holds" for path in cut)
    if (size := len(json.dumps(result, default=str).encode())) > MAX_BYTES:
        yield f"result: {size} bytes of JSON, at most {MAX_BYTES} fit an envelope"


def answer_problems(result: object) -> Iterator[str]:
    """Yield what is wrong with an answer whatever the file; values out of bounds may be the lies of a bad one."""
    if not isinstance(result, Mapping):
        yield f"result: expected a mapping, got {type(result).__name__}"
        return
    yield from (line for line in json_problems(result) if not line.endswith(_TOO_LARGE))
    yield from core_problems(result, bounds=False)
    yield from key_problems(result)


def core_problems(result: Mapping[str, Any], *, bounds: bool = True) -> Iterator[str]:
    """Yield what the shared vocabulary does not have or does not allow; without `bounds` only names and types."""
    core = result.get("core", {})
    if not isinstance(core, Mapping):
        yield f"core: expected a mapping, got {type(core).__name__}"
        return
    for name, value in core.items():
        if problem := core_problem(name, value):
            hint = "" if name in _FIELDS else " (docs/core.md); an own key belongs beside `core`"
            yield f"core.{name}: {problem}{hint}"
        elif bounds:
            try:
                msgspec.convert(value, _FIELDS[name])
            except msgspec.ValidationError as error:
                yield f"core.{name}: {error}"


def key_problems(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield own keys that are not snake_case, and a bad outcome or reason."""
    yield from (f"{key}: expected a key in snake_case" for key in result if not _KEY.fullmatch(str(key)))
    outcome, reason = result.get("outcome", "complete"), result.get("reason", "")
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        yield f"outcome: expected one of {', '.join(sorted(OUTCOMES))}, got {outcome!r}"
    elif outcome != "complete" and not reason:
        yield f"reason: expected a sentence beside the outcome {outcome!r}"
    if not isinstance(reason, str):
        yield f"reason: expected text, got {type(reason).__name__}"
