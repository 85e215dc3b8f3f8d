"""From what was typed to what is read: files, folders, globs, `-`, URLs. Nothing is opened before its turn."""

from __future__ import annotations

import glob
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from firstbytes.errors import SourceError
from firstbytes.remote import from_stream, open_source
from firstbytes.source import ByteSource

STDIN = "-"
STDIN_LIMIT = 256 << 20


@dataclass(frozen=True, slots=True)
class Input:
    """One thing to read: its name as typed or found, and the error that already stands, if any."""

    name: str
    error: str = ""

    def open(self) -> ByteSource:
        """Open it.

        Raises:
            SourceError: it cannot be read.
        """
        if self.error:
            raise SourceError(self.error)
        if self.name == STDIN:
            return from_stream(sys.stdin.buffer, STDIN_LIMIT)
        return open_source(self.name)


def expand(paths: Sequence[str], *, recursive: bool, limit: int | None = None) -> Iterator[Input]:
    """Yield the inputs that the arguments name, in order, folders sorted; at most `limit` of them."""
    for count, found in enumerate(found for path in paths for found in _expand(path, recursive=recursive)):
        if limit is not None and count >= limit:
            return
        yield found


def _expand(text: str, *, recursive: bool) -> Iterator[Input]:
    if text == STDIN or "://" in text:
        yield Input(text)
    elif os.path.isdir(text):  # noqa: PTH112 - the text is what was typed, and is shown so
        if recursive:
            yield from _walk(text, ())
        else:
            yield Input(text, f"cannot read {text!r}: expected a file, got a folder; try: -r {text}")
    elif not os.path.lexists(text) and glob.has_magic(text):
        matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 - the pattern is what was typed
        if not matches:
            yield Input(text, f"cannot read {text!r}: nothing matches")
        for match in matches:
            yield from _expand(match, recursive=recursive)
    else:
        yield Input(text)


def _walk(folder: str, above: tuple[tuple[int, int], ...]) -> Iterator[Input]:
    """Yield the files below a folder; symbolic links are followed, and one that leads back up is reported."""
    try:
        status = os.stat(folder)  # noqa: PTH116 - see _expand
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        yield Input(folder, f"cannot read {folder!r}: {error.strerror or error}")
        return
    here = (status.st_dev, status.st_ino)
    if here in above:
        yield Input(folder, f"cannot read {folder!r}: it leads back to a folder above it")
        return
    for entry in entries:
        if entry.is_dir():
            yield from _walk(entry.path, (*above, here))
        elif entry.is_file() or not entry.is_symlink():
            yield Input(entry.path)
        else:
            target = Path(entry.path).readlink()
            yield Input(entry.path, f"cannot read {entry.path!r}: a link to {str(target)!r}, which is not there")
