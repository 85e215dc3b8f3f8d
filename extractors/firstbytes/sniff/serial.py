"""Serialised values and streams of messages: no magic, but a grammar that the head keeps to or not."""

from __future__ import annotations

import json
import pickletools
from typing import TYPE_CHECKING

from firstbytes.formats.protobuf import varint
from firstbytes.sniff.numbers import le
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_BSON_TYPES = frozenset((*range(1, 20), 0x7F, 0xFF))
_ONNX_FIELDS = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25})


def safetensors(head: Head, source: ByteSource) -> Match | None:
    """Answer for safetensors: the size of a JSON header, then that header."""
    size = le(head.data, 0, 8)
    if head.data[8:9] != b"{" or not 2 <= size <= min(100_000_000, head.size - 8):
        return None
    text = head.data[8 : 8 + size]
    if len(text) == size:
        json.loads(text)
    return Match("application/x-safetensors", "JSON header") if b'"' in text or text.strip() == b"{}" else None


def asar(head: Head, source: ByteSource) -> Match | None:
    """Answer for Electron's archives: three nested sizes, then the JSON of the files."""
    outer, inner, size = (le(head.data, at, 4) for at in (4, 8, 12))
    nested = le(head.data, 0, 4) == 4 and outer == inner + 4 and size <= inner <= size + 8 and outer <= head.size
    return Match("application/x-asar", "asar header") if nested and head.data[16:25] == b'{"files":' else None


def pickle(head: Head, source: ByteSource) -> Match | None:
    """Answer for pickles of protocol 2 and later whose first opcodes parse and whose last one is STOP."""
    data = head.data
    if data[0] != 0x80 or not 2 <= data[1] <= 5:
        return None
    tail = source.read(head.size - 1, 1)
    count = 0
    try:
        for _ in pickletools.genops(data):
            count += 1
            if count == 64:
                break
    except ValueError:
        if head.whole:
            return None
    framed = data[1] >= 4 and data[2:3] == b"\x95" and 0 < le(data, 3, 8) <= head.size
    return (
        Match("application/x-pickle", f"pickle protocol {data[1]}") if (tail == b"." and count > 2) or framed else None
    )


def arrow(head: Head, source: ByteSource) -> Match | None:
    """Answer for an Arrow stream: a continuation mark, then a message that is a schema."""
    data = head.data
    size = le(data, 4, 4)
    if data[:4] != b"\xff\xff\xff\xff" or not 16 <= size <= head.size - 8 or size % 8:
        return None
    table = 8 + le(data, 8, 4)
    vtable = table - le(data, table, 4)
    if not 8 <= vtable < len(data) or le(data, vtable, 2) < 8:
        return None
    kind = le(data, vtable + 6, 2)
    is_schema = kind and data[table + kind : table + kind + 1] == b"\x01"
    return Match("application/vnd.apache.arrow.stream", "schema message") if is_schema else None


def onnx(head: Head, source: ByteSource) -> Match | None:
    """Answer for an ONNX model: the fields of ModelProto, the version first, with a graph among them."""
    data = head.data
    if data[0] != 0x08 or not 1 <= data[1] <= 20:
        return None
    at, graph = 2, False
    while at < len(data):
        key, at = varint(head.block, at)
        field, wire = key >> 3, key & 7
        if field not in _ONNX_FIELDS or wire not in {0, 2}:
            return None
        value, at = varint(head.block, at)
        if wire == 2:
            at += value
            graph = graph or (field == 7 and value > 8)
        if at > head.size:
            return None
    return Match("application/x-onnx", "fields of ModelProto") if graph else None


def bson(head: Head, source: ByteSource) -> Match | None:
    """Answer for BSON: a document that ends in a zero byte, at the file's end or before the next one."""
    data = head.data
    size = le(data, 0, 4)
    if not 12 <= size <= head.size or len(data) < 12 or data[4] not in _BSON_TYPES:
        return None
    name = data[5:133].partition(b"\x00")[0]
    if not name or not all(byte >= 0x20 for byte in name) or len(name) > 126:
        return None
    if size > len(head.block):
        return Match("application/bson", "BSON document", weak=True) if size == head.size else None
    ended = head.block[size - 1] == 0
    follows = size == head.size or 5 <= le(head.block, size, 4) <= head.size - size
    return Match("application/bson", "BSON document") if ended and follows else None


def messages(head: Head, source: ByteSource) -> Match | None:
    """Answer for MessagePack and CBOR maps and arrays, only where the whole head keeps to the grammar."""
    from firstbytes.sniff import grammars

    if grammars.is_msgpack(head):
        return Match("application/vnd.msgpack", "MessagePack grammar", weak=True)
    if grammars.is_cbor(head):
        return Match("application/cbor", "CBOR grammar", weak=True)
    return None


RULES = (safetensors, asar, pickle, arrow, bson, onnx, messages)
