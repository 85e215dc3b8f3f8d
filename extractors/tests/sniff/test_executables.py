"""Kinds of ELF files, told by type, dynamic flags and interpreter."""

from __future__ import annotations

import struct

import pytest

from firstbytes import BytesSource, sniff


def _elf(kind: int, segments: list[tuple[int, bytes]], *, wide: bool = True, order: str = "<") -> bytes:
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1 if order == "<" else 2, 1]).ljust(12, b"\x00")
    head, entry = (64, 56) if wide else (52, 32)
    at = head + entry * len(segments)
    table = body = b""
    for code, content in segments:
        place = at + len(body)
        table += (
            struct.pack(order + "IIQQQQQQ", code, 0, place, 0, 0, len(content), 0, 0)
            if wide
            else struct.pack(order + "IIIIIIII", code, place, 0, 0, len(content), 0, 0, 0)
        )
        body += content
    word = "Q" if wide else "I"
    header = struct.pack(
        order + "HHI" + word * 3 + "IHHHHHH", kind, 62, 1, 0, head, 0, 0, head, entry, len(segments), 0, 0, 0
    )
    return ident + header + table + body


def _flags(order: str, *, wide: bool) -> bytes:
    return struct.pack(order + ("QQQQ" if wide else "IIII"), 1, 5, 0x6FFFFFFB, 0x08000000)


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("order", ["<", ">"])
def test_elf(wide: bool, order: str) -> None:  # noqa: FBT001
    """Objects, programs, cores, libraries and position-independent programs differ, in both classes and orders."""

    def kind(number: int, segments: list[tuple[int, bytes]] | None = None) -> str:
        return sniff(BytesSource(_elf(number, segments or [], wide=wide, order=order))).media_type

    assert kind(1) == "application/x-object"
    assert kind(2) == "application/x-executable"
    assert kind(4) == "application/x-core"
    assert kind(9) == "application/x-elf"
    assert kind(3, [(1, b""), (2, b"")]) == "application/x-sharedlib"
    assert kind(3, [(2, _flags(order, wide=wide))]) == "application/x-pie-executable"
    assert kind(3, [(1, b""), (3, b"/lib/ld.so"), (1, b"")]) == "application/x-pie-executable"
