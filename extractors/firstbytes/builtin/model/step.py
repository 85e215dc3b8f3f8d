"""STEP and IFC: the header section of the exchange structure (ISO 10303-21, 8)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.values import clean, from_iso, known

_HEADER = 64 * 1024
_ENTITY = re.compile(r"(FILE_NAME|FILE_DESCRIPTION|FILE_SCHEMA)\s*\((.{0,8000}?)\)\s*;", re.DOTALL)
_TOKEN = re.compile(r"'((?:[^']|'')*)'|([(),$])")
_ESCAPE = re.compile(r"\\X2\\((?:[0-9A-F]{4})+)\\X0\\|\\X\\([0-9A-F]{2})")


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return name, time, authors, organisation, programs and schema of a STEP file."""
    text = source.read(0, _HEADER).decode("latin-1")
    if not text.lstrip().startswith("ISO-10303-21"):
        raise Corrupt("no ISO-10303-21 at the start")
    found = {name: _arguments(arguments) for name, arguments in _ENTITY.findall(text)}
    name = found.get("FILE_NAME", [])
    padded = [*name, *[[]] * (7 - len(name))]
    about = found.get("FILE_DESCRIPTION", [[]])
    tail = source.read(max(0, source.size - 256), 256)
    ended = b"END-ISO-10303-21" in tail
    return {
        "core": known(
            {
                "title": _first(padded[0]),
                "created": from_iso(_first(padded[1])),
                "authors": padded[2][:256],
                "company": _first(padded[3]),
                "producer": _first(padded[4]),
                "generator": _first(padded[5]),
                "description": _first(about[0]) if about else None,
            }
        ),
        **known(
            {
                "schemas": found.get("FILE_SCHEMA", [[]])[0][:20],
                "implementation_level": _first(about[1]) if len(about) > 1 else None,
            }
        ),
        **({} if ended else {"outcome": "partial", "reason": "no END-ISO-10303-21: the file is cut off"}),
    }


def _arguments(text: str) -> list[list[str]]:
    """Return the arguments of an entity, each as the list of its strings."""
    found: list[list[str]] = [[]]
    depth = 0
    for token in _TOKEN.finditer(text):
        string, mark = token.groups()
        if mark == "(":
            depth += 1
        elif mark == ")":
            depth -= 1
        elif mark == "," and depth == 0:
            found.append([])
        elif string is not None:
            value = clean(_ESCAPE.sub(_unescape, string.replace("''", "'")))
            found[-1] += [value] if value else []
    return found


def _unescape(found: re.Match[str]) -> str:
    wide, narrow = found.groups()
    return bytes.fromhex(wide).decode("utf-16-be", "replace") if wide else chr(int(narrow, 16))


def _first(values: list[str]) -> str | None:
    return values[0] if values else None
