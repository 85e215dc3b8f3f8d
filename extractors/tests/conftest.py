"""Shared fixtures: a table over the misbehaving extractors, checked envelopes, external tools, OLE2 files."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

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
    "file": "file",
    "openssl": "openssl",
}


def pytest_configure() -> None:
    """Let this process and the children of a sandbox import the modules in support/ by name."""
    if str(SUPPORT) not in sys.path:
        sys.path.insert(0, str(SUPPORT))


def pytest_sessionstart() -> None:
    """With CI=true a missing tool is a failure, before any test."""
    missing = {name: package for name, package in PACKAGES.items() if shutil.which(name) is None}
    if missing and os.environ.get("CI") == "true":
        pytest.exit(f"{', '.join(missing)} not here; try: apt-get install {' '.join(missing.values())}", returncode=1)


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


@pytest.fixture(scope="session")
def compound() -> Callable[..., bytes]:
    """Return the maker of OLE2 compound files: `compound({"A/b": b"data"}, clsid)`."""
    from compound_files import make_compound

    return make_compound


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes by their length: compressed ones hold the time, and workers must agree on names."""
    return f"{len(val)}-bytes" if isinstance(val, bytes) else None
