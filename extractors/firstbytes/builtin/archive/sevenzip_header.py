"""The header of a 7z archive: packed streams, folders (chains of coders), and files (7-Zip's 7zFormat.txt)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from firstbytes import Corrupt
from firstbytes.builtin.archive.sevenzip_cursor import Cursor

AES = b"\x06\xf1\x07\x01"
METHODS = {
    b"\x00": "copy",
    b"\x03": "delta",
    b"\x04": "BCJ",
    b"\x21": "LZMA2",
    b"\x03\x01\x01": "LZMA",
    b"\x03\x03\x01\x03": "BCJ",
    b"\x03\x03\x01\x1b": "BCJ2",
    b"\x03\x04\x01": "PPMd",
    b"\x04\x01\x08": "deflate",
    b"\x04\x01\x09": "deflate64",
    b"\x04\x02\x02": "bzip2",
    b"\x04\xf7\x11\x01": "zstd",
    b"\x04\xf7\x11\x04": "LZ4",
    AES: "AES-256",
}
_FOLDERS = 100_000
_FILES = 300_000
_CODERS = 32
(_END, _HEADER, _ARCHIVE, _ADDITIONAL, _MAIN, _FILE_INFO, _PACK, _UNPACK, _SUBSTREAMS, _SIZE, _CRC, _FOLDER) = range(12)
_UNPACK_SIZE, _COUNT, _EMPTY, _EMPTY_FILE, _ANTI, _NAMES = range(12, 18)
_MODIFIED, _ATTRIBUTES = 0x14, 0x15
_DIRECTORY = 0x10


@dataclass(frozen=True, slots=True)
class Coder:
    """A method and its properties."""

    method: bytes
    properties: bytes


@dataclass(slots=True)
class Folder:
    """Coders in a chain; `unpacked` is the size of what comes out of it."""

    coders: list[Coder]
    outputs: int
    bound: set[int]
    unpacked: int = 0
    checked: bool = False
    """True when a checksum of the whole stands beside it."""


@dataclass(slots=True)
class Streams:
    """Packed streams, the folders that unpack them, and how many files, of which sizes, come out of each."""

    pack_position: int = 0
    pack_sizes: list[int] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    file_counts: list[int] = field(default_factory=list)
    file_sizes: list[int] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """One entry; `modified` counts 100 ns since 1601."""

    name: str = ""
    size: int = 0
    folder: bool = False
    modified: int = 0


@dataclass(slots=True)
class Header:
    """A plain header."""

    streams: Streams
    files: list[File]
    file_count: int

    @property
    def encrypted(self) -> bool:
        """True when a folder's data are encrypted."""
        return any(coder.method == AES for folder in self.streams.folders for coder in folder.coders)


def read_header(data: bytes) -> Header:
    """Read a plain header.

    Raises:
        Corrupt: it ends early, or counts more than there is room for.
    """
    cursor = Cursor(data, 1)
    streams, files, count = Streams(), list[File](), 0
    while (kind := cursor.byte()) != _END:
        if kind == _ARCHIVE:
            while cursor.byte() != _END:
                cursor.take(cursor.number())
        elif kind in {_ADDITIONAL, _MAIN}:
            found = _streams(cursor)
            streams = found if kind == _MAIN else streams
        elif kind == _FILE_INFO:
            files, count = _files(cursor, streams)
        else:
            msg = f"unknown section {kind}"
            raise Corrupt(msg)
    return Header(streams, files, count)


def read_streams(data: bytes, position: int) -> Streams:
    """Read the description of packed streams at a position, as a packed header starts with."""
    return _streams(Cursor(data, position))


def _streams(cursor: Cursor) -> Streams:
    found = Streams()
    while (kind := cursor.byte()) != _END:
        if kind == _PACK:
            _pack_info(cursor, found)
        elif kind == _UNPACK:
            _folders(cursor, found)
        elif kind == _SUBSTREAMS:
            _substreams(cursor, found)
        else:
            msg = f"unknown stream section {kind}"
            raise Corrupt(msg)
    if not found.file_counts:
        found.file_counts = [1] * len(found.folders)
        found.file_sizes = [folder.unpacked for folder in found.folders]
    return found


def _pack_info(cursor: Cursor, found: Streams) -> None:
    found.pack_position = cursor.number()
    count = cursor.count(_FOLDERS)
    while (kind := cursor.byte()) != _END:
        if kind == _SIZE:
            found.pack_sizes = [cursor.number() for _ in range(count)]
        else:
            cursor.digests(count)


def _folders(cursor: Cursor, found: Streams) -> None:
    cursor.byte()
    count = cursor.count(_FOLDERS)
    if cursor.byte():
        msg = "folders are in another stream"
        raise Corrupt(msg)
    found.folders = [_folder(cursor) for _ in range(count)]
    while (kind := cursor.byte()) != _END:
        if kind == _UNPACK_SIZE:
            for folder in found.folders:
                sizes = [cursor.number() for _ in range(folder.outputs)]
                free = [size for number, size in enumerate(sizes) if number not in folder.bound]
                folder.unpacked = free[-1] if free else 0
        else:
            for folder, checked in zip(found.folders, cursor.digests(count), strict=True):
                folder.checked = checked


def _folder(cursor: Cursor) -> Folder:
    coders, inputs, outputs = list[Coder](), 0, 0
    for _ in range(cursor.count(_CODERS)):
        flags = cursor.byte()
        method = cursor.take(flags & 15)
        many = flags & 0x10
        inputs += cursor.count(_CODERS) if many else 1
        outputs += cursor.count(_CODERS) if many else 1
        coders.append(Coder(method, cursor.take(cursor.number()) if flags & 0x20 else b""))
    bound = set[int]()
    for _ in range(max(0, outputs - 1)):
        cursor.number()
        bound.add(cursor.number())
    packed = inputs - max(0, outputs - 1)
    if packed > 1:
        for _ in range(packed):
            cursor.number()
    return Folder(coders, outputs, bound)


def _substreams(cursor: Cursor, found: Streams) -> None:
    found.file_counts = [1] * len(found.folders)
    kind = cursor.byte()
    if kind == _COUNT:
        found.file_counts = [cursor.count(_FILES) for _ in found.folders]
        kind = cursor.byte()
    if sum(found.file_counts) > min(_FILES, 8 * len(cursor.data)):
        msg = "more files than the header has room for"
        raise Corrupt(msg)
    for folder, count in zip(found.folders, found.file_counts, strict=True):
        sizes = [cursor.number() for _ in range(count - 1)] if kind == _SIZE else []
        found.file_sizes += [*sizes, max(0, folder.unpacked - sum(sizes))][:count]
    # A folder of one file has its checksum beside the folder, where there is one.
    pairs = zip(found.folders, found.file_counts, strict=True)
    unchecked = sum(0 if count == 1 and folder.checked else count for folder, count in pairs)
    while kind != _END:
        if kind not in {_SIZE, _CRC}:
            msg = f"unknown substream section {kind}"
            raise Corrupt(msg)
        if kind == _CRC:
            cursor.digests(unchecked)
        kind = cursor.byte()


def _files(cursor: Cursor, streams: Streams) -> tuple[list[File], int]:
    count = cursor.count(_FILES)
    files = [File() for _ in range(count)]
    empty = [False] * count
    plain_files: list[bool] = []
    while (kind := cursor.number()) != _END:
        body = Cursor(cursor.take(cursor.number()))
        if kind == _NAMES and not body.byte():
            _names(body, files)
        elif kind == _EMPTY:
            empty = body.bits(count)
        elif kind == _EMPTY_FILE:
            plain_files = body.bits(sum(empty))
        elif kind == _MODIFIED:
            _times(body, files)
        elif kind == _ATTRIBUTES:
            _attributes(body, files)
    sizes, flags = iter(streams.file_sizes), iter(plain_files)
    for item, is_empty in zip(files, empty, strict=True):
        item.size = 0 if is_empty else next(sizes, 0)
        item.folder = item.folder or (is_empty and not next(flags, False))
    return files, count


def _names(body: Cursor, files: list[File]) -> None:
    names = body.data[body.position :].decode("utf-16-le", "replace").split("\0")
    for item, name in zip(files, names, strict=False):
        item.name = name


def _defined(body: Cursor, count: int) -> list[bool]:
    defined = [True] * count if body.byte() else body.bits(count)
    return [False] * count if body.byte() else defined


def _times(body: Cursor, files: list[File]) -> None:
    for item, defined in zip(files, _defined(body, len(files)), strict=True):
        if defined:
            item.modified = struct.unpack("<Q", body.take(8))[0]


def _attributes(body: Cursor, files: list[File]) -> None:
    for item, defined in zip(files, _defined(body, len(files)), strict=True):
        if defined:
            item.folder = bool(struct.unpack("<I", body.take(4))[0] & _DIRECTORY)
