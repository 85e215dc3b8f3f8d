"""From what was typed to what is read: files, folders, globs, `-`, URLs. Nothing is opened before its turn."""

from __future__ import annotations

import contextlib
import glob
import os
import shlex
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from firstbytes.errors import SourceError
from firstbytes.remote import from_stream, open_source
from firstbytes.source import ByteSource

STDIN = "-"
STDIN_LIMIT = 256 << 20
_KINDS = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFDIR: "a folder",
}


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
            if not sys.stdin:
                msg = "cannot read standard input: it is closed"
                raise SourceError(msg)
            return from_stream(sys.stdin.buffer, STDIN_LIMIT)
        if "://" not in self.name:
            _check(self.name)
        return open_source(self.name)


def _check(path: str) -> None:
    """Refuse what is no plain file, before anything waits for it, and say what to type instead.

    Raises:
        SourceError: it is a folder, a pipe, a device, a socket, or a file of /proc that says it is empty and is not.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 - the text is what was typed
        kind = _KINDS.get(stat.S_IFMT(status.st_mode), "")
        sizeless = not kind and not status.st_size and _holds_something(path)
    except OSError as error:
        raise SourceError(_cannot(path, error.strerror or str(error))) from error
    redirect = f"; try: - < {shlex.quote(path)}"
    if kind:
        raise SourceError(_cannot(path, f"expected a regular file, got {kind}{redirect if kind == 'a pipe' else ''}"))
    if sizeless:
        raise SourceError(_cannot(path, f"it does not tell its size{redirect}"))


def _holds_something(path: str) -> bool:
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - the text is what was typed
        return bool(file.read(1))


def _cannot(path: str, why: str) -> str:
    return f"cannot read {path!r}: {why}"


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
            yield from _walk(text)
        else:
            yield Input(text, _cannot(text, f"expected a file, got a folder; try: -r {shlex.quote(text)}"))
    elif not os.path.lexists(text) and glob.has_magic(text):
        matches = sorted(glob.glob(text, recursive=True))  # noqa: PTH207 - the pattern is what was typed
        if not matches:
            yield Input(text, _cannot(text, "nothing matches"))
        for match in matches:
            yield from _expand(match, recursive=recursive)
    else:
        yield Input(text)


def _walk(top: str) -> Iterator[Input]:
    """Yield the files below a folder; symbolic links are followed, and one that leads back up is reported.

    The stack is our own: folders nest deeper than Python recurses.
    """
    stack: list[tuple[str, bool, tuple[tuple[int, int], ...]]] = [(top, True, ())]
    while stack:
        path, is_folder, above = stack.pop()
        if not is_folder:
            yield Input(path, _dangling(path))
            continue
        try:
            status = os.stat(path)  # noqa: PTH116 - see _expand
            here = (status.st_dev, status.st_ino)
            with os.scandir(path) as entries:
                found = [] if here in above else sorted((entry.path, _is_folder(entry)) for entry in entries)
        except OSError as error:
            yield Input(path, _cannot(path, error.strerror or str(error)))
            continue
        if here in above:
            yield Input(path, _cannot(path, "it leads back to a folder above it"))
        stack.extend((child, folder, (*above, here)) for child, folder in reversed(found))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to where we may not look: opening it says so
        return False


def _dangling(path: str) -> str:
    """Return what is wrong with a link that leads nowhere, else nothing."""
    try:
        os.stat(path)  # noqa: PTH116 - see _expand
    except FileNotFoundError:
        with contextlib.suppress(OSError):
            return _cannot(path, f"a link to {str(Path(path).readlink())!r}, which is not there")
    except OSError:
        return ""  # opening it says what is wrong
    return ""
