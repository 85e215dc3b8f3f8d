"""Safetensors: names, types and shapes of tensors in a JSON header (format description of Hugging Face)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.columnar import schema
from firstbytes.formats.values import clean, known

_HEADER = 8 * 1024 * 1024
_LISTED = 100


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return tensors, their types and parameter count, and metadata of a safetensors file."""
    size = int.from_bytes(source.read(0, 8), "little")
    if size > source.size - 8:
        raise Corrupt(f"header of {size} bytes in a file of {source.size}")
    if size > _HEADER:
        return schema.too_large("header", size, _HEADER)
    try:
        header = json.loads(source.read(8, size))
    except (ValueError, RecursionError) as error:
        raise Corrupt("header is not JSON") from error
    if not isinstance(header, dict):
        raise Corrupt("header is not a mapping")
    pairs = header.pop("__metadata__", None)
    tensors = {name: tensor for name, tensor in header.items() if _is_tensor(tensor)}
    counts: dict[str, int] = {}
    end = 0
    for tensor in tensors.values():
        kind = str(tensor["dtype"])[:32]
        counts[kind] = counts.get(kind, 0) + _elements(tensor["shape"])
        end = max(end, *tensor["data_offsets"])
    missing = 8 + size + end > source.size
    texts = {str(key): str(value) for key, value in pairs.items()} if isinstance(pairs, dict) else {}
    return {
        "core": {"entry_count": len(tensors)},
        **known(
            {
                "tensors": [
                    {"name": clean(name, 512) or "", "dtype": str(t["dtype"])[:32], "shape": t["shape"][:16]}
                    for name, t in list(tensors.items())[:_LISTED]
                ],
                "parameters_by_dtype": {kind: min(count, 2**53) for kind, count in list(counts.items())[:50]},
                "parameter_count": min(sum(counts.values()), 2**53),
                "tags": schema.metadata(texts),
            }
        ),
        **({"outcome": "partial", "reason": "tensors are missing at the end"} if missing else {}),
    }


def _is_tensor(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and "dtype" in value
        and _numbers(value.get("shape"))
        and _numbers(value.get("data_offsets"))
        and len(value["data_offsets"]) == 2
    )


def _numbers(value: Any) -> bool:
    return isinstance(value, list) and all(type(number) is int and 0 <= number <= 2**53 for number in value)


def _elements(shape: list[int]) -> int:
    total = 1
    for length in shape[:64]:
        total *= length
    return total
