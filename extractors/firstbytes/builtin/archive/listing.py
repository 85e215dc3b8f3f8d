"""What any archive's entries add up to: counts, sizes, the largest, types by name, times, names to beware of."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from firstbytes import BytesSource
from firstbytes.formats.values import clean, known
from firstbytes.sniff import sniff

if TYPE_CHECKING:
    from collections.abc import Callable

    from firstbytes import JSON, ByteSource

MAX_ENTRIES = 100_000
_NAMED = 100
_LARGEST = 10
_NAME = 500
_BLOCK = 64 * 1024
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_DISGUISED = re.compile("[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
"""Controls, and what turns the direction of writing: such a name is not what it looks like."""
_SUSPICIOUS_RATIO = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. Sizes are bytes as declared; `moment` orders times within one archive (0: unknown)."""

    name: str
    size: int = 0
    packed: int = 0
    folder: bool = False
    link: bool = False
    encrypted: bool = False
    moment: float = 0
    origin: Any = None
    """What `Listing.render` makes the time of, where `moment` alone is not enough."""


@dataclass(slots=True, kw_only=True)
class Listing:
    """Adds up entries. `render` turns an entry into the RFC 3339 time it was changed at."""

    render: Callable[[Entry], str | None] = lambda _: None
    count: int = 0
    size: int = 0
    packed: int = 0
    folders: int = 0
    links: int = 0
    encrypted: int = 0
    readable: int = 0
    """Files with data that are not encrypted."""
    traversals: int = 0
    absolutes: int = 0
    duplicates: int = 0
    disguised: int = 0
    newest: Entry | None = None
    oldest: Entry | None = None
    first: list[Entry] = field(default_factory=list)
    largest: list[tuple[int, int, str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Count an entry."""
        self.count += 1
        self.folders += entry.folder
        self.links += entry.link
        self.encrypted += entry.encrypted
        if not entry.folder and not entry.link:
            self.size += max(0, entry.size)
            self.packed += max(0, entry.packed)
            self.readable += entry.size > 0 and not entry.encrypted
        self._judge(entry.name)
        self._rank(entry)
        if len(self.first) < _NAMED:
            self.first.append(entry)

    def _judge(self, name: str) -> None:
        if ".." in name and ".." in name.replace("\\", "/").split("/"):
            self.traversals += 1
        if name.startswith(("/", "\\")) or _DRIVE.match(name):
            self.absolutes += 1
        if _DISGUISED.search(name):
            self.disguised += 1
        if name in self._seen:
            self.duplicates += 1
        self._seen.add(name)

    def _rank(self, entry: Entry) -> None:
        if entry.moment > 0:
            if self.newest is None or entry.moment > self.newest.moment:
                self.newest = entry
            if self.oldest is None or entry.moment < self.oldest.moment:
                self.oldest = entry
        if entry.folder or entry.size <= 0:
            return
        row = (entry.size, -self.count, entry.name)
        if len(self.largest) < _LARGEST:
            heapq.heappush(self.largest, row)
        elif row > self.largest[0]:
            heapq.heapreplace(self.largest, row)

    def core(self) -> dict[str, Any]:
        """Return the core facts of a whole listing."""
        return {
            "entry_count": self.count,
            "uncompressed_bytes": min(self.size, 2**53),
            "encrypted": True if self.encrypted else None,
        }

    def sealed(self) -> dict[str, str]:
        """Return the outcome of an archive in which nothing can be read without a password; nothing otherwise."""
        if self.encrypted == 0 or self.readable > 0:
            return {}
        return {"outcome": "encrypted", "reason": "the entries are encrypted"}

    def own(self) -> dict[str, JSON]:
        """Return the archive's own facts."""
        return known(
            {
                "file_count": self.count - self.folders - self.links,
                "folder_count": self.folders,
                "link_count": self.links or None,
                "compressed_bytes": self.packed or None,
                "encrypted_entry_count": self.encrypted or None,
                "oldest_entry_at": self.render(self.oldest) if self.oldest else None,
                "newest_entry_at": self.render(self.newest) if self.newest else None,
                "largest_entries": [
                    {"name": clean(name, _NAME) or "", "size_bytes": size}
                    for size, _, name in sorted(self.largest, reverse=True)
                ],
                "media_types": self._types(),
                "names": [clean(entry.name, _NAME) or "" for entry in self.first],
                "suspicious": self._suspicions(),
            }
        )

    def _types(self) -> dict[str, JSON]:
        """Return media types of the first 100 entries by their names, most frequent first."""
        files = [entry for entry in self.first if not entry.folder and not entry.link]
        counted = Counter(type_by_name(entry.name) or "unknown" for entry in files)
        return {kind: counted[kind] for kind in sorted(counted, key=lambda kind: (-counted[kind], kind))}

    def _suspicions(self) -> dict[str, JSON]:
        ratio = self.size / self.packed if self.packed else 0
        return known(
            {
                "path_traversal_count": self.traversals or None,
                "absolute_name_count": self.absolutes or None,
                "duplicate_name_count": self.duplicates or None,
                "disguised_name_count": self.disguised or None,
                "compression_ratio": round(ratio, 1) if ratio > _SUSPICIOUS_RATIO and self.size > 2**20 else None,
            }
        )


def type_by_name(name: str) -> str:
    """Return the media type that a file name's suffix claims, or "" when it claims none."""
    return sniff(BytesSource(b""), name=name).suffix


class Window:
    """A byte source that answers from a limited number of 64 KB blocks, for walks from header to header.

    Beyond the limit it answers nothing, and `exhausted` says so: unlike the document's budget, this one is the
    extractor's own, and its facts stay true.
    """

    def __init__(self, source: ByteSource, blocks: int = 24) -> None:
        self._source, self._left = source, blocks
        self._touched: set[int] = set()
        self.exhausted = False

    @property
    def size(self) -> int:
        """Length of the object in bytes."""
        return self._source.size

    def read(self, start: int, length: int) -> bytes:
        """Return bytes, or nothing once the blocks are used up."""
        if start < 0 or length <= 0 or start >= self.size:
            return b""
        wanted = set(range(start // _BLOCK, (min(self.size, start + length) - 1) // _BLOCK + 1)) - self._touched
        if len(wanted) > self._left:
            self.exhausted = True
            return b""
        self._left -= len(wanted)
        self._touched |= wanted
        return self._source.read(start, length)
