"""HEIF and AVIF: the items of a `meta` box and their properties (ISO/IEC 23008-12; AV1 image file format 1.2).

heif = read(source)
heif.primary                   the item that is shown
heif.property(item, "ispe")    payload of its property
heif.data(source, item, n)     its bytes, by iloc
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from firstbytes.errors import Corrupt
from firstbytes.formats import bmff
from firstbytes.source import ByteSource

MAX_ITEMS = 4096
_MAX_PROPERTIES = 4096
_MAX_EXTENTS = 64


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its id, four-character type, content type (of `mime` items) and where its bytes are."""

    id: int
    kind: str
    content_type: str = ""
    hidden: bool = False


@dataclass(slots=True)
class Heif:
    """The still-image part of a file."""

    primary: int = 0
    items: dict[int, Item] = field(default_factory=dict)
    properties: list[tuple[str, bytes]] = field(default_factory=list)
    owned: dict[int, list[int]] = field(default_factory=dict)
    places: dict[int, tuple[int, list[tuple[int, int]]]] = field(default_factory=dict)
    references: list[tuple[str, int, tuple[int, ...]]] = field(default_factory=list)
    item_data: bytes = b""

    def of(self, item: int) -> Iterator[tuple[str, bytes]]:
        """Yield kind and payload of an item's properties, in order."""
        for index in self.owned.get(item, ()):
            if 0 < index <= len(self.properties):
                yield self.properties[index - 1]

    def property(self, item: int, kind: str) -> bytes | None:
        """Return the payload of the item's first property of a kind."""
        return next((payload for name, payload in self.of(item) if name == kind), None)

    def data(self, source: ByteSource, item: int, limit: int) -> bytes:
        """Return up to `limit` bytes of an item; empty when it has no place in this file."""
        method, extents = self.places.get(item, (0, []))
        parts: list[bytes] = []
        left = limit
        for offset, length in extents:
            take = min(length, left)
            part = self.item_data[offset : offset + take] if method == 1 else source.read(offset, take)
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def linked(
        self, kind: str, origin: int | None = None, target: int | None = None
    ) -> list[tuple[int, tuple[int, ...]]]:
        """Return (from, to) of the references of a kind, filtered by either end."""
        return [
            (start, ends)
            for name, start, ends in self.references
            if name == kind and origin in {None, start} and (target is None or target in ends)
        ]


class _Fields:
    """Reads big-endian numbers; beyond the end they are zero."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.at = 0

    def u(self, size: int) -> int:
        """Return the next `size` bytes as an integer."""
        value = int.from_bytes(self._data[self.at : self.at + size], "big")
        self.at += size
        return value

    @property
    def left(self) -> int:
        """Bytes that are left."""
        return len(self._data) - self.at


def read(source: ByteSource, meta: bmff.Box) -> Heif:
    """Read the item information of a file-level `meta` box.

    Raises:
        Corrupt: a box is broken.
    """
    heif = Heif()
    for box in bmff.meta_children(source, meta, limit=64):
        if box.kind == "pitm":
            version, _, body = bmff.full(source, box, 16)
            heif.primary = int.from_bytes(body[: 4 if version else 2], "big")
        elif box.kind == "iinf":
            heif.items = {item.id: item for item in _items(source, box)}
        elif box.kind == "iprp":
            _properties(source, box, heif)
        elif box.kind == "iloc":
            heif.places = _places(*bmff.full(source, box))
        elif box.kind == "iref":
            heif.references = list(_references(source, box))
        elif box.kind == "idat":
            heif.item_data = bmff.payload(source, box, 64 * 1024)
    if heif.primary not in heif.items:
        msg = "HEIF: no primary item"
        raise Corrupt(msg)
    return heif


def _items(source: ByteSource, box: bmff.Box) -> Iterator[Item]:
    version = source.read(box.body, 1)
    skip = 4 + (4 if version > b"\0" else 2)
    for entry in bmff.children(source, box, skip=skip, limit=MAX_ITEMS):
        if entry.kind != "infe" or entry.size < 12:
            continue
        number, flags, body = bmff.full(source, entry, 512)
        if number < 2:
            continue
        fields = _Fields(body)
        item, _ = fields.u(4 if number == 3 else 2), fields.u(2)
        kind = body[fields.at : fields.at + 4].decode("latin-1")
        texts = body[fields.at + 4 :].split(b"\0")
        content = texts[1].decode("latin-1") if kind == "mime" and len(texts) > 1 else ""
        yield Item(item, kind, content[:100], bool(flags & 1))


def _properties(source: ByteSource, box: bmff.Box, heif: Heif) -> None:
    for child in bmff.children(source, box, limit=16):
        if child.kind == "ipco":
            for found in bmff.children(source, child, limit=_MAX_PROPERTIES):
                # Profiles are read as far as their description; the rest is small.
                heif.properties.append((found.kind, bmff.payload(source, found, 64 * 1024)))
        elif child.kind == "ipma":
            version, flags, body = bmff.full(source, child)
            fields = _Fields(body)
            for _ in range(min(fields.u(4), MAX_ITEMS)):
                if fields.left <= 0:
                    return
                item = fields.u(4 if version else 2)
                wide = flags & 1
                owned = [fields.u(2) & 0x7FFF if wide else fields.u(1) & 0x7F for _ in range(fields.u(1))]
                heif.owned.setdefault(item, owned)


def _places(version: int, _: int, body: bytes) -> dict[int, tuple[int, list[tuple[int, int]]]]:
    """Return construction method and extents by item (ISO/IEC 14496-12, 8.11.3)."""
    fields = _Fields(body)
    sizes = fields.u(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in {1, 2} else 0
    count = fields.u(4 if version == 2 else 2)
    found: dict[int, tuple[int, list[tuple[int, int]]]] = {}
    for _item in range(min(count, MAX_ITEMS)):
        if fields.left <= 0:
            break
        item = fields.u(4 if version == 2 else 2)
        method = fields.u(2) & 15 if version in {1, 2} else 0
        reference, base = fields.u(2), fields.u(base_size)
        extents: list[tuple[int, int]] = []
        for extent in range(fields.u(2)):
            if fields.left <= 0:
                break
            fields.u(index_size)
            offset, length = fields.u(offset_size), fields.u(length_size)
            if extent < _MAX_EXTENTS:
                extents.append((base + offset, length or 2**31))
        if reference == 0 and method in {0, 1}:
            found[item] = (method, extents)
    return found


def _references(source: ByteSource, box: bmff.Box) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    wide = source.read(box.body, 1) > b"\0"
    size = 4 if wide else 2
    for child in bmff.children(source, box, skip=4, limit=MAX_ITEMS):
        fields = _Fields(bmff.payload(source, child, 64 * 1024))
        start, count = fields.u(size), fields.u(2)
        yield (
            child.kind,
            start,
            tuple(fields.u(size) for _ in range(min(count, MAX_ITEMS, max(0, fields.left // size)))),
        )


def sizes(heif: Heif) -> Mapping[int, tuple[int, int]]:
    """Return width and height by item, before rotation."""
    found = {item: heif.property(item, "ispe") for item in heif.items}
    return {
        item: (int.from_bytes(body[4:8], "big"), int.from_bytes(body[8:12], "big"))
        for item, body in found.items()
        if body is not None and len(body) >= 12
    }
