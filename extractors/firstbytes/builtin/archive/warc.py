"""Web archives: the first records of a WARC file, plain or in gzip members (ISO 28500)."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from firstbytes import BytesSource, Corrupt
from firstbytes.builtin.archive.listing import Window
from firstbytes.formats.values import clean, from_iso, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firstbytes import JSON, ByteSource, Context

_BLOCK = 64 * 1024
_RECORDS = 10_000
_HEAD = 16 * 1024
_UNPACKED = 1024 * 1024
_VERSION = re.compile(rb"WARC/(\d\.\d{1,2})\r?\n")
_TARGETS = 20


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a WARC file, record by record for as long as a few blocks reach."""
    window = Window(source, 16)
    return _facts(window, whole=lambda position: position >= source.size, packed=False)


def packed(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a WARC file of which each record is a gzip member, by the first MB unpacked."""
    data, whole = _members(source.read(0, 4 * _BLOCK), source.size)
    return _facts(BytesSource(data), whole=lambda position: whole and position >= len(data), packed=True)


def _members(data: bytes, size: int) -> tuple[bytes, bool]:
    """Unpack gzip members one after the other; return what came out, and whether that is all."""
    parts, got, left = list[bytes](), 0, data
    while left and got < _UNPACKED:
        machine = zlib.decompressobj(31)
        try:
            parts.append(machine.decompress(left, _UNPACKED - got))
        except zlib.error:
            break
        got += len(parts[-1])
        left = machine.unused_data
        if not machine.eof:
            return b"".join(parts), False
    return b"".join(parts), not left and len(data) >= size


def _facts(source: ByteSource, *, whole: Any, packed: bool) -> dict[str, JSON]:
    kinds: Counter[str] = Counter()
    targets: list[str] = []
    first: dict[str, str] = {}
    info: dict[str, str] = {}
    version, position = "", 0
    for found, headers, body, end in _records(source):
        version, position = version or found, end
        first = first or headers
        kind = headers.get("warc-type", "unknown")
        kinds[kind] += 1
        if kind == "warcinfo" and not info:
            info = _fields(source.read(body, _HEAD))
        target = clean(headers.get("warc-target-uri", "").strip("<>"), 500)
        if target and kind in {"response", "resource"} and len(targets) < _TARGETS:
            targets.append(target)
    if not first:
        msg = "no WARC record at the start"
        raise Corrupt(msg)
    complete = whole(position)
    core = {
        "format_version": version,
        "entry_count": kinds.total() if complete else None,
        "created": from_iso(first.get("warc-date")),
        "identifier": clean(first.get("warc-record-id", "").strip("<>"), 200),
        "generator": clean(info.get("software"), 500),
        "authors": [operator] if (operator := clean(info.get("operator"), 500)) else None,
        "description": clean(info.get("description")),
        "title": clean(first.get("warc-filename") or info.get("ispartof"), 500),
        "publisher": clean(info.get("publisher"), 500),
        "compression": "gzip" if packed else None,
    }
    own: dict[str, JSON] = {
        "record_types": dict(kinds.most_common(20)),
        "targets": targets,
        "user_agent": clean(info.get("http-header-user-agent"), 500) or "",
        "robots": clean(info.get("robots"), 100) or "",
        "conforms_to": clean(info.get("conformsto"), 500) or "",
    }
    facts: dict[str, JSON] = {"core": known(core), **known(own)}
    if not complete:
        facts |= {"outcome": "partial", "reason": f"the first {kinds.total()} records were looked at"}
    return facts


def _records(source: ByteSource) -> Iterator[tuple[str, dict[str, str], int, int]]:
    """Yield version, headers, position of the block, and position behind each record."""
    position = 0
    for _ in range(_RECORDS):
        head = source.read(position, _HEAD)
        version = _VERSION.match(head)
        if not version:
            return
        end = re.search(rb"\r?\n\r?\n", head)
        if not end:
            return
        headers = _fields(head[version.end() : end.start()])
        length = headers.get("content-length", "")
        if not length.isdecimal() or len(length) > 15:
            return
        body = position + end.end()
        yield version[1].decode(), headers, body, min(source.size, body + int(length) + 4)
        position = body + int(length) + 4


def _fields(data: bytes) -> dict[str, str]:
    """Return named fields, names in lower case, up to the first empty line."""
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines()[:100]:
        name, colon, value = line.partition(":")
        if not line.strip():
            break
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found
