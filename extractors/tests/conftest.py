"""Shared fixtures: a table over the misbehaving extractors, checked envelopes, external tools, OLE2 files."""

from __future__ import annotations

import os
import shutil
import struct
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import UUID

import jsonschema
import msgspec
import pytest

from firstbytes.assemble import assemble
from firstbytes.claims import Claim
from firstbytes.envelope import Document, Envelope
from firstbytes.routes import RouteTable, compile_table
from firstbytes.run import Findings
from firstbytes.schema import envelope_schema
from firstbytes.spec import Extractor

SUPPORT = Path(__file__).parent / "support"
PACKAGES = {
    "exiftool": "libimage-exiftool-perl",
    "mediainfo": "mediainfo",
    "pdfinfo": "poppler-utils",
    "ffmpeg": "ffmpeg",
    "ffprobe": "ffmpeg",
    "qpdf": "qpdf",
    "file": "file",
    "soffice": "libreoffice",
}


def pytest_configure() -> None:
    """Let this process and the children of a sandbox import the modules in support/ by name."""
    if str(SUPPORT) not in sys.path:
        sys.path.insert(0, str(SUPPORT))


@pytest.fixture(scope="session")
def route_to() -> Callable[..., RouteTable]:
    """Return a function that makes a table in which plain text goes to the named misbehaving functions, in order."""

    def table(*functions: str) -> RouteTable:
        claims = [
            Claim(
                extractor=Extractor(name.replace("_", "-"), accepts=(pattern,), entry=f"misbehaving:{name}"),
                plugin="misbehaving",
                distribution="firstbytes-misbehaving",
                version="1.0",
            )
            for name, pattern in zip(functions, ("text/plain", "text/*", "*/*"), strict=False)
        ]
        return compile_table(claims)

    return table


@pytest.fixture(scope="session")
def check_schema() -> Callable[[Envelope], Envelope]:
    """Return a function that asserts an envelope is valid under the published JSON Schema, and returns it."""
    validator = jsonschema.Draft202012Validator(envelope_schema())

    def check(envelope: Envelope) -> Envelope:
        validator.validate(msgspec.json.decode(msgspec.json.encode(envelope)))
        return envelope

    return check


@pytest.fixture(scope="session")
def enveloped(check_schema: Callable[[Envelope], Envelope]) -> Callable[[Findings], Envelope]:
    """Return a function that assembles findings into an envelope and validates it."""
    return lambda findings: check_schema(assemble(Document(name="a.txt"), findings))


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """Return a function that finds a command; where it is missing the test is skipped, or fails with CI=true."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            message = f"{name} is not here; the Debian package {PACKAGES.get(name, name)} gives it"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
        return found

    return find


FREE, END = 0xFFFFFFFF, 0xFFFFFFFE
Compound = Callable[..., bytes]


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


@pytest.fixture(scope="session")
def compound() -> Compound:
    """Return the maker of OLE2 compound files: `compound({"A/b": b"data"}, clsid)`."""
    return make_compound


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: compressed ones hold the time, and workers must agree on names."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None
