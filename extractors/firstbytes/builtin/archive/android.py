"""Android packages by their binary manifest (frameworks/base ResourceTypes.h)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

from firstbytes import Corrupt, Decline
from firstbytes.builtin.archive import java
from firstbytes.builtin.archive import zip as archives
from firstbytes.formats.values import clean
from firstbytes.formats.zip import open_zip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firstbytes import JSON, ByteSource, Context

_LIMIT = 1024 * 1024
_STRINGS = 20_000
_ELEMENTS = 5000
_PERMISSIONS = 100
_TREE, _POOL, _START = 0x0003, 0x0001, 0x0102
_UTF8 = 0x100
_TYPE_STRING, _TYPE_DECIMAL, _TYPE_HEX = 0x03, 0x10, 0x11
_NONE = 0xFFFFFFFF


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an Android package."""
    archive = open_zip(source)
    try:
        data = archive.read("AndroidManifest.xml", _LIMIT)
    except (Corrupt, Decline):
        data = b""
    core, own = _manifest(list(_elements(data)))
    return archives.facts(archive, core | {"signed": java.signed(archive)}, own)


def _manifest(elements: list[tuple[str, dict[str, str | int]]]) -> tuple[dict[str, Any], dict[str, Any]]:
    def first(name: str) -> dict[str, str | int]:
        return next((attributes for tag, attributes in elements if tag == name), {})

    def text(value: str | int | None) -> str | None:
        return clean(value) if isinstance(value, str) else None

    root, sdk, application = first("manifest"), first("uses-sdk"), first("application")
    permissions = [text(attributes.get("name")) for tag, attributes in elements if tag == "uses-permission"]
    version = root.get("versionName")
    core = {
        "identifier": text(root.get("package")),
        "version": str(version) if version is not None else None,
        "title": text(application.get("label")),
    }
    own = {
        "version_code": root.get("versionCode"),
        "min_sdk": sdk.get("minSdkVersion"),
        "target_sdk": sdk.get("targetSdkVersion"),
        "compile_sdk": root.get("compileSdkVersion"),
        "permissions": [name for name in permissions if name][:_PERMISSIONS],
        "debuggable": True if application.get("debuggable") not in {None, 0, "false"} else None,
    }
    return core, own


def _elements(data: bytes) -> Iterator[tuple[str, dict[str, str | int]]]:
    """Yield name and attributes of the elements of a compiled XML file; nothing when it is none."""
    if len(data) < 8 or struct.unpack_from("<H", data)[0] != _TREE:
        return
    strings: list[str] = []
    position, count = 8, 0
    while position + 8 <= len(data) and count < _ELEMENTS:
        kind, header, size = struct.unpack_from("<HHI", data, position)
        if size < 8 or header < 8:
            return
        chunk = data[position : position + size]
        if kind == _POOL and not strings:
            strings = _strings(chunk)
        elif kind == _START and len(chunk) >= header + 20:
            count += 1
            yield _element(chunk, header, strings)
        position += size


def _strings(chunk: bytes) -> list[str]:
    if len(chunk) < 28:
        return []
    count, _, flags, start, _ = struct.unpack_from("<5I", chunk, 8)
    count = min(count, _STRINGS, (len(chunk) - 28) // 4)
    read = _utf8 if flags & _UTF8 else _utf16
    return [read(chunk, start + offset) for offset in struct.unpack_from(f"<{count}I", chunk, 28)]


def _utf8(chunk: bytes, at: int) -> str:
    """Return a string that is preceded by its lengths in characters and in bytes, one or two bytes each."""
    if at + 4 > len(chunk):
        return ""
    at += 2 if chunk[at] & 0x80 else 1
    length = chunk[at]
    if length & 0x80 and at + 1 < len(chunk):
        length, at = (length & 0x7F) << 8 | chunk[at + 1], at + 1
    return chunk[at + 1 : at + 1 + length].decode("utf-8", "replace")


def _utf16(chunk: bytes, at: int) -> str:
    if at + 4 > len(chunk):
        return ""
    length, low = struct.unpack_from("<HH", chunk, at)
    at += 2
    if length & 0x8000:
        length, at = (length & 0x7FFF) << 16 | low, at + 2
    return chunk[at : at + 2 * min(length, 4096)].decode("utf-16-le", "replace")


def _element(chunk: bytes, header: int, strings: list[str]) -> tuple[str, dict[str, str | int]]:
    def string(index: int) -> str:
        return strings[index] if index < len(strings) else ""

    _, name, start, size, count = struct.unpack_from("<IIHHH", chunk, header)
    found: dict[str, str | int] = {}
    for number in range(min(count, 100)):
        at = header + start + number * max(size, 20)
        if at + 20 > len(chunk):
            break
        _, key, raw, _, _, kind, value = struct.unpack_from("<IIIHBBI", chunk, at)
        if kind == _TYPE_STRING:
            found[string(key)] = string(value)
        elif raw != _NONE:
            found[string(key)] = string(raw)
        elif kind in {_TYPE_DECIMAL, _TYPE_HEX, 0x12}:
            found[string(key)] = value
    return string(name), found
