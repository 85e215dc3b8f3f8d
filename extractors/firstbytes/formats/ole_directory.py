"""Directory entries of an OLE2 compound file, and the tree they form ([MS-CFB] 2.6)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from firstbytes.formats.values import from_filetime

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NONE = 0xFFFFFFFF
_MAX_DEPTH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A storage or a stream. `kind` is 1 for a storage, 2 for a stream, 5 for the root."""

    name: str
    kind: int
    size: int = 0
    """Bytes of the stream."""
    start: int = _NONE
    clsid: str = ""
    """Class of the object, "00020906-0000-0000-c000-000000000046"; empty when none is set."""
    modified: str | None = None
    """RFC 3339 UTC, of storages."""
    left: int = _NONE
    right: int = _NONE
    child: int = _NONE

    @property
    def is_storage(self) -> bool:
        """True for a storage, which holds streams and storages, and has no data."""
        return self.kind == 1


def entries(data: bytes, *, large: bool) -> Iterator[Entry]:
    """Yield the entries in a directory sector, 128 bytes each; sizes have 64 bits where sectors are `large`."""
    for position in range(0, len(data) - 127, 128):
        name, length, kind, _, left, right, child, clsid, _, _, changed, start, size = struct.unpack_from(
            "<64sHBBIII16sIQQIQ", data, position
        )
        yield Entry(
            name=name[: min(64, max(0, length - 2))].decode("utf-16-le", "replace"),
            kind=kind,
            size=size if large else size & 0xFFFFFFFF,
            start=start,
            clsid=str(UUID(bytes_le=clsid)) if clsid.strip(b"\0") else "",
            modified=from_filetime(changed),
            left=left,
            right=right,
            child=child,
        )


def tree(found: Sequence[Entry]) -> dict[str, Entry]:
    """Return the entries that hang below the root by their path; each is visited once, whatever points at it."""
    paths: dict[str, Entry] = {}
    seen = {0}
    waiting = [(found[0].child, "", 0)]
    while waiting:
        index, above, depth = waiting.pop()
        if index >= len(found) or index in seen or depth > _MAX_DEPTH:
            continue
        seen.add(index)
        entry = found[index]
        if entry.kind in {1, 2}:
            path = f"{above}{entry.name.replace('/', '_')}"
            paths.setdefault(path, entry)
            if entry.is_storage:
                waiting.append((entry.child, f"{path}/", depth + 1))
        waiting += [(entry.right, above, depth), (entry.left, above, depth)]
    return paths
