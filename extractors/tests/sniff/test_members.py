"""Member names for third parties' container signatures."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from firstbytes import BytesSource, Signature
from firstbytes.sniff import sniff
from firstbytes.sniff.members import names


def test_zip() -> None:
    """The members of an archive are found, and a plugin's signature with them."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("acme/model.bin", b"1")
    source = BytesSource(out.getvalue())
    assert names("application/zip", source) == {"acme/model.bin"}
    ours = Signature("application/x-acme", member="acme/model.bin")
    assert sniff(source, signatures=[ours]).media_type == "application/x-acme"


def test_ole(compound: Callable[..., bytes]) -> None:
    """The storages and streams of a compound file are found by path."""
    source = BytesSource(compound({"Acme/data": b"1"}))
    assert names("application/x-ole-storage", source) == {"Acme", "Acme/data"}


def test_broken() -> None:
    """A broken container has no members."""
    assert names("application/zip", BytesSource(b"PK")) == frozenset()
    assert names("application/x-ole-storage", BytesSource(b"\xd0\xcf")) == frozenset()
