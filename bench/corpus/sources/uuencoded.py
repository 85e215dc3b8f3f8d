"""Archives of libarchive's own tests, which the project keeps as uuencoded text."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.corpus import fetch
from bench.corpus.model import Candidate, Source, Truth, Workspace, write_once
from bench.corpus.sources.packages import BROKEN

__all__ = ["LIBARCHIVE"]

MOST = 8
# The end of the name, before `.uu`, and the type that the test opens it as.
ENDS = (
    (".7z", "application/x-7z-compressed"),
    (".cab", "application/vnd.ms-cab-compressed"),
    (".cpio", "application/x-cpio"),
    (".lzh", "application/x-lha"),
    (".rar", "application/vnd.rar"),
    (".rpm", "application/x-rpm"),
    (".tar", "application/x-tar"),
    (".zip", "application/zip"),
    (".Z", "application/x-compress"),
    (".tar.lz4", "application/x-lz4"),
    (".tar.lrz", "application/x-lrzip"),
    (".tbz", "application/x-bzip2"),
    (".tgz", "application/gzip"),
    (".txz", "application/x-xz"),
    (".tar.zst", "application/zstd"),
    (".xar", "application/x-xar"),
    (".warc", "application/warc"),
    (".ar", "application/x-archive"),
)


def decode(text: bytes) -> bytes:
    """Decode one uuencoded file, whatever stands around it."""
    out = bytearray()
    inside = False
    for line in text.splitlines():
        if line.startswith(b"begin "):
            inside = True
        elif line.strip() == b"end":
            break
        elif inside and line.strip() not in {b"", b"`"}:
            out += _line(line)
    return bytes(out)


def _line(line: bytes) -> bytes:
    """Decode a line: its first byte says how many bytes the groups of four carry, whatever pads the last one."""
    count = (line[0] - 32) & 63
    values = [(byte - 32) & 63 for byte in line[1:]]
    values += [0] * (-len(values) % 4)
    groups = zip(*[iter(values)] * 4, strict=True)
    return b"".join((a << 18 | b << 12 | c << 6 | d).to_bytes(3, "big") for a, b, c, d in groups)[:count]


def _build(work: Workspace) -> Iterator[Candidate]:
    folder = fetch.debian_source(work, "libarchive") / "libarchive/test"
    # A part of a set that is not the first has no head of its own.
    names = [path for path in folder.glob("*.uu") if not BROKEN.search(path.name) and ".part" not in path.name]
    names.sort(key=lambda path: hashlib.sha256(path.name.encode()).digest())
    for end, media_type in ENDS:
        for source in [path for path in names if path.stem.endswith(end)][:MOST]:
            path = work.cache / "made/libarchive" / source.stem
            write_once(path, partial(_write, source))
            yield Candidate(path=path, name=path.name, media_type=media_type, truth=Truth.OWNER, source="libarchive")


def _write(source: Path, path: Path) -> None:
    path.write_bytes(decode(source.read_bytes()))


LIBARCHIVE = Source(name="libarchive", build=_build)
