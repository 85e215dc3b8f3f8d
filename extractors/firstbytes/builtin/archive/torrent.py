"""BitTorrent metainfo (BEP 3, 12, 19, 27, 52), bencoded."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from firstbytes import Corrupt
from firstbytes.builtin.archive.listing import MAX_ENTRIES, Entry, Listing
from firstbytes.formats.values import clean, from_unix, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firstbytes import JSON, ByteSource, Context

_LIMIT = 8 * 1024 * 1024
_DEPTH = 64
_VALUES = 300_000
_TRACKERS = 50


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a torrent.

    Raises:
        Corrupt: it is not bencoded, has no info dictionary, or is cut off.
    """
    if source.size > _LIMIT:
        msg = f"a torrent of {source.size} bytes is not read"
        raise Corrupt(msg)
    reader = _Reader(source.read(0, source.size))
    root = reader.value(0)
    info = root.get(b"info") if isinstance(root, dict) else None
    if not isinstance(root, dict) or not isinstance(info, dict):
        msg = "no info dictionary"
        raise Corrupt(msg)
    start, end = reader.info
    digest = hashlib.sha1(reader.data[start:end], usedforsecurity=False).hexdigest()
    listing = Listing()
    for name, size in _files(info):
        if listing.count >= MAX_ENTRIES:
            break
        listing.add(Entry(name=name, size=size))
    pieces, stamp = info.get(b"pieces"), root.get(b"creation date")
    core = {
        **listing.core(),
        "title": _text(info.get(b"name")),
        "description": _text(root.get(b"comment")),
        "generator": _text(root.get(b"created by")),
        "created": from_unix(stamp) if isinstance(stamp, int) and 0 < stamp < 2**40 else None,
        "identifier": f"urn:btih:{digest}",
        "publisher": _text(root.get(b"publisher")),
    }
    own: dict[str, Any] = {
        "trackers": _trackers(root),
        "piece_bytes": info.get(b"piece length") if isinstance(info.get(b"piece length"), int) else None,
        "piece_count": len(pieces) // 20 if isinstance(pieces, bytes) else None,
        "private": True if info.get(b"private") == 1 else None,
        "source": _text(info.get(b"source")),
        "meta_version": info.get(b"meta version") if isinstance(info.get(b"meta version"), int) else 1,
        "web_seeds": _texts(root.get(b"url-list")),
    }
    return {"core": known(core), **listing.own(), **known(own)}


def _text(value: Any) -> str | None:
    return clean(value[:16_384].decode("utf-8", "replace")) if isinstance(value, bytes) else None


def _texts(value: Any) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [text for text in (_text(item) for item in values[:_TRACKERS]) if text]


def _trackers(root: Mapping[bytes, Any]) -> list[str]:
    tiers = root.get(b"announce-list")
    found = _texts(root.get(b"announce"))
    for tier in tiers[:_TRACKERS] if isinstance(tiers, list) else []:
        found += _texts(tier)
    return list(dict.fromkeys(found))[:_TRACKERS]


def _files(info: Mapping[bytes, Any]) -> Iterator[tuple[str, int]]:
    """Yield path and size of the files: one, a list, or (version 2) a tree."""
    files, tree = info.get(b"files"), info.get(b"file tree")
    if isinstance(files, list):
        for item in files:
            path = item.get(b"path") if isinstance(item, dict) else None
            size = item.get(b"length") if isinstance(item, dict) else None
            if isinstance(path, list) and isinstance(size, int):
                yield "/".join(part.decode("utf-8", "replace") for part in path if isinstance(part, bytes)), size
    elif isinstance(info.get(b"length"), int):
        yield _text(info.get(b"name")) or "", info[b"length"]
    elif isinstance(tree, dict):
        yield from _tree(tree)


def _tree(tree: Mapping[bytes, Any]) -> Iterator[tuple[str, int]]:
    waiting: list[tuple[str, Any]] = [("", tree)]
    while waiting:
        path, node = waiting.pop()
        leaf = node.get(b"") if isinstance(node, dict) else None
        if isinstance(leaf, dict) and isinstance(leaf.get(b"length"), int):
            yield path, leaf[b"length"]
        elif isinstance(node, dict):
            folder = f"{path}/" if path else ""
            waiting += [(folder + key.decode("utf-8", "replace"), child) for key, child in reversed(node.items())]


class _Reader:
    """Reads bencoded values, with a bound on depth and number. `info` is where the info dictionary stood."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.info = (0, 0)
        self._position = 0
        self._values = 0

    def value(self, depth: int) -> Any:
        """Read the value at the position.

        Raises:
            Corrupt: there is none, or it ends early.
        """
        self._values += 1
        kind = self.data[self._position : self._position + 1]
        if depth > _DEPTH or self._values > _VALUES:
            raise self._broken()
        if kind == b"i":
            return self._number(b"e", skip=1)
        if kind == b"l":
            self._position += 1
            return list(self._until_end(depth))
        if kind == b"d":
            return self._dictionary(depth)
        return self._string()

    def _until_end(self, depth: int) -> Iterator[Any]:
        while self.data[self._position : self._position + 1] != b"e":
            yield self.value(depth + 1)
        self._position += 1

    def _dictionary(self, depth: int) -> dict[bytes, Any]:
        self._position += 1
        found: dict[bytes, Any] = {}
        while self.data[self._position : self._position + 1] != b"e":
            key = self._string()
            start = self._position
            found[key] = self.value(depth + 1)
            if depth == 0 and key == b"info":
                self.info = (start, self._position)
        self._position += 1
        return found

    def _string(self) -> bytes:
        length = self._number(b":", skip=0)
        found = self.data[self._position : self._position + length]
        if length < 0 or len(found) < length:
            raise self._broken()
        self._position += length
        return found

    def _number(self, end: bytes, *, skip: int) -> int:
        start = self._position + skip
        stop = self.data.find(end, start, start + 22)
        digits = self.data[start:stop]
        if stop < 0 or not digits.removeprefix(b"-").isdigit():
            raise self._broken()
        self._position = stop + 1
        return int(digits)

    def _broken(self) -> Corrupt:
        return Corrupt(f"not bencoded at {self._position}")
