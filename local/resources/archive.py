"""A Pulumi archive as the bytes of a zip file: the same bytes for the same content."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi

from local.errors import Unsupported

_DATE = (1990, 1, 1, 0, 0, 0)
"""The date that Pulumi's engine gives every entry."""


def entries(archive: Any, prefix: str = "") -> Iterator[tuple[str, Path | bytes]]:
    """Yield (name, content) of an archive in order: content as a file's path or as bytes.

    Raises:
        Unsupported: something in it is neither a file, a folder nor text.
    """
    if isinstance(archive, pulumi.AssetArchive):
        for name, item in sorted(archive.assets.items()):
            yield from entries(item, f"{prefix}/{name}" if prefix else name)
    elif isinstance(archive, pulumi.FileAsset):
        yield prefix, Path(archive.path)
    elif isinstance(archive, pulumi.StringAsset):
        yield prefix, archive.text.encode()
    elif isinstance(archive, pulumi.FileArchive) and Path(archive.path).is_dir():
        for path in sorted(Path(archive.path).rglob("*")):
            if path.is_file():
                yield f"{prefix}/{path.relative_to(archive.path)}".lstrip("/"), path
    else:
        raise Unsupported(f"expected files, folders and text in an archive, got {type(archive).__name__} at {prefix!r}")


def zipped(archive: Any) -> bytes:
    """Return an archive as a zip file, stored: unpacking is what costs here."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as target:
        for name, content in entries(archive):
            data = content if isinstance(content, bytes) else content.read_bytes()
            target.writestr(zipfile.ZipInfo(name, _DATE), data)
    return out.getvalue()


def fingerprint(archive: Any) -> str:
    """Return what changes when the archive's content does: names, and each file's size and time of change."""
    digest = hashlib.sha256()
    for name, content in entries(archive):
        if isinstance(content, bytes):
            digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
        else:
            stat = content.stat()
            digest.update(f"{name}\0{content}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
