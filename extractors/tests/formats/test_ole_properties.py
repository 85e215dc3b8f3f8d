"""Property sets of OLE2 files."""

from __future__ import annotations

import random
import struct
from datetime import UTC, datetime

from firstbytes.formats.ole_properties import decode_page, property_sets

TICKS = 133_590_000_000_000_000
"""2024-05-01T01:20Z in 100 ns since 1601."""


def section(properties: dict[int, bytes]) -> bytes:
    """Return a section with these typed values by number."""
    table, body = b"", b""
    for number, value in properties.items():
        table += struct.pack("<II", number, 8 + 8 * len(properties) + len(body))
        body += value + bytes(-len(value) % 4)
    return struct.pack("<II", 8 + len(table) + len(body), len(properties)) + table + body


def stream(*sections: bytes) -> bytes:
    """Return a property set stream with these sections."""
    offset = 28 + 20 * len(sections)
    head = struct.pack("<HHI16sI", 0xFFFE, 0, 0, b"", len(sections))
    for part in sections:
        head += struct.pack("<16sI", b"", offset)
        offset += len(part)
    return head + b"".join(sections)


def text(value: bytes) -> bytes:
    """Return a code page string."""
    return struct.pack("<II", 30, len(value) + 1) + value + b"\0"


def wide(value: str) -> bytes:
    """Return a Unicode string."""
    return struct.pack("<II", 31, len(value) + 1) + value.encode("utf-16-le") + b"\0\0"


def test_types() -> None:
    """Strings, numbers, booleans, times and vectors are read by their type."""
    found = property_sets(
        stream(
            section(
                {
                    1: struct.pack("<Ih", 2, 1251),
                    2: text("Привет".encode("cp1251")),
                    3: wide("wide é"),
                    4: struct.pack("<Ii", 3, -5),
                    5: struct.pack("<Id", 5, 1.5),
                    6: struct.pack("<Id", 5, float("nan")),
                    7: struct.pack("<Ih", 11, -1),
                    8: struct.pack("<IQ", 64, TICKS),
                    9: struct.pack("<IQ", 64, 2**64 - 1),
                    10: struct.pack("<II", 0x101E, 2) + b"\3\0\0\0ab\0" + b"\2\0\0\0c\0",
                    11: struct.pack("<II", 0x100C, 2) + text(b"Titles") + struct.pack("<Ii", 3, 2),
                    12: struct.pack("<I", 0x1FF),
                    13: struct.pack("<IQ", 64, 0),
                    14: struct.pack("<Iq", 20, -(2**40)),
                }
            )
        )
    )[0]
    values = found.values
    assert found.code_page == 1251
    assert [values[n] for n in (2, 3, 4, 5, 6, 7)] == ["Привет", "wide é", -5, 1.5, None, True]
    assert values[8] == datetime(2024, 5, 1, 1, 20, tzinfo=UTC)
    assert found.ticks[8] == TICKS
    assert [values[n] for n in (9, 10, 11, 12, 13, 14)] == [None, ["ab", "c"], ["Titles", 2], None, None, -(2**40)]


def test_dictionary() -> None:
    """User-defined properties have names, in the section's code page or in UTF-16."""
    names = struct.pack("<I", 2) + struct.pack("<II", 2, 8) + b"Project\0" + struct.pack("<II", 3, 3) + b"No\0"
    found = property_sets(stream(section({}), section({0: names, 2: text(b"Apollo"), 3: struct.pack("<Ii", 3, 7)})))[1]
    assert {name: found.values[number] for number, name in found.names.items()} == {"Project": "Apollo", "No": 7}
    raw = "Nö".encode("utf-16-le") + b"\0\0"
    names = struct.pack("<III", 1, 2, 3) + raw + bytes(-len(raw) % 4)
    wide_page = struct.pack("<IH", 2, 1200)
    value = struct.pack("<II", 30, 4) + "x".encode("utf-16-le") + b"\0\0"
    found = property_sets(stream(section({}), section({0: names, 1: wide_page, 2: value})))[1]
    assert (found.names, found.values[2]) == ({2: "Nö"}, "x")


def test_pages() -> None:
    """Windows code pages are read by number, unknown ones as 1252."""
    assert decode_page(b"\xe9", 65001) == "\ufffd"
    assert decode_page(b"\x8e", 10000) == "é"
    assert decode_page(b"\xe9", 4711) == "é"
    assert decode_page("가".encode("cp949"), 949) == "가"


def test_not_a_property_set() -> None:
    """Something else, or a stub, has no sections."""
    assert property_sets(b"") == []
    assert property_sets(b"\0" * 100) == []
    assert property_sets(stream(b""))[0].values == {}
    assert property_sets(stream(b"1234"))[0].values == {}
    far = struct.pack("<HHI16sI", 0xFFFE, 0, 0, b"", 9) + struct.pack("<16sI", b"", 10**9)
    assert property_sets(far)[0].values == {}


def test_mutations() -> None:
    """No byte flip or truncation is an error."""
    data = stream(
        section({1: struct.pack("<IH", 2, 1252), 2: text(b"title"), 8: struct.pack("<IQ", 64, TICKS)}),
        section(
            {
                0: struct.pack("<III", 1, 2, 3) + b"ab\0",
                2: struct.pack("<II", 0x100C, 2) + text(b"Titles") + struct.pack("<Ii", 3, 2),
                3: struct.pack("<II", 0x101E, 2) + b"\3\0\0\0ab\0" + b"\2\0\0\0c\0",
            }
        ),
    )
    rng = random.Random(7)
    for turn in range(3000):
        broken = bytearray(data)
        for _ in range(rng.randint(1, 6)):
            broken[rng.randrange(len(broken))] = rng.choice((0, 1, 255, rng.randrange(256)))
        found = property_sets(bytes(broken[: rng.randrange(len(broken))] if turn % 3 == 0 else broken))
        assert len(found) <= 2
