"""Makes OLE2 compound files."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from uuid import UUID

FREE, END = 0xFFFFFFFF, 0xFFFFFFFE


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), END] if count else []


def _padded(data: bytes, size: int) -> bytes:
    return data + bytes(-len(data) % size)


def _numbered(streams: Mapping[str, bytes]) -> list[tuple[str, bytes | None]]:
    """Return every storage and stream by path, storages first."""
    paths: dict[str, bytes | None] = {}
    for path, data in streams.items():
        parts = path.split("/")
        for depth in range(1, len(parts)):
            paths.setdefault("/".join(parts[:depth]), None)
        paths[path] = data
    return list(paths.items())


def _links(paths: list[str]) -> dict[str, tuple[int, int]]:
    """Return (next sibling, first child) of every path; "" is the root. Siblings hang in a line of right links."""
    links = {path: [FREE, FREE] for path in ["", *paths]}
    last: dict[str, str] = {}
    for number, path in enumerate(paths, 1):
        above = path.rpartition("/")[0]
        if above in last:
            links[last[above]][0] = number
        else:
            links[above][1] = number
        last[above] = path
    return {path: (right, child) for path, (right, child) in links.items()}


def make_compound(streams: Mapping[str, bytes], clsid: str = "", *, sector: int = 512) -> bytes:
    """Return an OLE2 compound file with these streams by path ([MS-CFB]); short ones are in the mini stream."""
    every = _numbered(streams)
    links = _links([path for path, _ in every])
    mini, mini_fat, body, fat = b"", list[int](), b"", list[int]()
    rows = []
    for path, data in every:
        name, start = path.rpartition("/")[2], 0
        if data is not None and len(data) < 4096:
            start = len(mini) // 64
            mini += _padded(data, 64)
            mini_fat += _chain(start, -(-len(data) // 64))
        elif data is not None:
            start = len(fat)
            fat += _chain(start, -(-len(data) // sector))
            body += _padded(data, sector)
        rows.append((name, 1 if data is None else 2, links[path], "", start, len(data or b"")))
    places = []
    for data in (mini, struct.pack(f"<{len(mini_fat)}I", *mini_fat) + b"\xff" * (-len(mini_fat) * 4 % sector)):
        places.append(len(fat) if data else END)
        fat += _chain(len(fat), -(-len(data) // sector))
        body += _padded(data, sector)
    rows.insert(0, ("Root Entry", 5, links[""], clsid, places[0], len(mini)))
    table = b"".join(
        struct.pack(
            "<64sHBBIII16sIQQIQ",
            name.encode("utf-16-le"),
            len(name) * 2 + 2,
            kind,
            1,
            FREE,
            right,
            child,
            UUID(identity or "0" * 32).bytes_le,
            0,
            0,
            0,
            start,
            size,
        )
        for name, kind, (right, child), identity, start, size in rows
    )
    directory = len(fat)
    fat += _chain(directory, -(-len(table) // sector))
    body += _padded(table, sector)
    width, tables = sector // 4, 1
    while tables * width < len(fat) + tables:
        tables += 1
    first = len(fat)
    fat += [0xFFFFFFFD] * tables
    body += _padded(struct.pack(f"<{len(fat)}I", *fat), sector)[: len(fat) * 4] + b"\xff" * (-len(fat) * 4 % sector)
    header = struct.pack(
        "<8s16x5H6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        62,
        3 if sector == 512 else 4,
        0xFFFE,
        sector.bit_length() - 1,
        6,
        0 if sector == 512 else -(-len(table) // sector),
        tables,
        directory,
        0,
        4096,
        places[1],
        -(-len(mini_fat) * 4 // sector),
        END,
        0,
    )
    difat = struct.pack("<109I", *[*range(first, first + tables), *[FREE] * (109 - tables)])
    return _padded(header + difat, sector) + body
