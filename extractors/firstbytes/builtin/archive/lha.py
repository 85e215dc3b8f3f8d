"""LHA and ARJ archives by their chains of headers (LHA header levels 0 to 2; ARJ technical information)."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.archive.listing import MAX_ENTRIES, Entry, Listing, Window
from firstbytes.formats.values import clean, from_unix, known
from firstbytes.formats.zip_entries import Member

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firstbytes import JSON, ByteSource, Context

_EXTENSIONS = 32
_FILE_NAME, _FOLDER_NAME, _UNIX_TIME = 1, 2, 0x54
_UNIX, _NEXT = 2, 8
_ARJ = b"\x60\xea"
_ARJ_HEADER = 2600
_GARBLED = 1
_SYSTEMS = {77: "MS-DOS", 50: "OS/2", 57: "OS-9", 75: "OS/68K", 51: "OS/386", 72: "Human", 85: "Unix", 65: "Amiga"}
_ARJ_SYSTEMS = {0: "MS-DOS", 1: "PRIMOS", 2: "Unix", 3: "Amiga", 4: "Mac OS", 5: "OS/2", 10: "Windows", 11: "Windows"}


def lha(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an LHA archive.

    Raises:
        Corrupt: the first header is none.
    """
    window = Window(source)
    listing = Listing(render=_changed)
    methods: dict[str, None] = {}
    end, system = 0, 0
    for entry, method, host, following in _lha_headers(window):
        listing.add(entry)
        methods.setdefault(method)
        end, system = following, host
    if not listing.count:
        msg = "expected an LHA header"
        raise Corrupt(msg)
    # A zero ends the chain; many tools leave it out.
    ended = end == source.size or window.read(end, 1) == b"\0"
    own = {"compression_methods": list(methods)[:10], "operating_system": _SYSTEMS.get(system)}
    core = {"compression": next((name for name in methods if name not in {"lh0", "lhd", "lz4"}), None)}
    return _facts(listing, window, core, own, ended=ended)


def _facts(
    listing: Listing, window: Window, core: Mapping[str, JSON], own: Mapping[str, JSON], *, ended: bool
) -> dict[str, JSON]:
    if ended:
        return {"core": known({**listing.core(), **core}), **listing.own(), **known(dict(own)), **listing.sealed()}
    reason = "the end of the archive is missing"
    if window.exhausted or listing.count >= MAX_ENTRIES:
        reason = f"the first {listing.count} entries were looked at"
    facts: dict[str, JSON] = {"core": known(dict(core)), **listing.own(), **known(dict(own))}
    return facts | {"outcome": "partial", "reason": reason}


def _changed(entry: Entry) -> str | None:
    return entry.origin.modified if isinstance(entry.origin, Member) else from_unix(int(entry.moment))


def _lha_headers(source: ByteSource) -> Iterator[tuple[Entry, str, int, int]]:
    """Yield entry, method, system letter and position behind the data, up to 100,000."""
    position = 0
    for _ in range(MAX_ENTRIES):
        head = source.read(position, 4096)
        if len(head) < 26 or head[2:3] != b"-" or head[6:7] != b"-" or not head[3:6].isalnum():
            return
        packed, size, stamp = struct.unpack_from("<III", head, 7)
        level, method = head[20], head[3:6].decode("ascii")
        if level > 2:
            return
        if level == 2:
            length, system, start = struct.unpack_from("<H", head)[0], head[23], 24
            name = b""
        else:
            length, name = head[0] + 2, head[22 : 22 + head[21]]
            system, start = (head[24 + head[21]] if level and len(head) > 24 + head[21] else 0), length - 2
        extended = _extensions(head[:length] if level == 2 else head, start) if level else {}
        path, bar, _target = _path(extended.get(_FOLDER_NAME, b"") + extended.get(_FILE_NAME, name)).partition("|")
        origin = None if level == 2 else Member(name="", dos_time=stamp)
        if len(unix := extended.get(_UNIX_TIME, b"")) == 4:
            stamp, origin = struct.unpack("<I", unix)[0], None
        position += length + packed
        # A link is kept as a folder whose name has the target behind a bar.
        link = method == "lhd" and bool(bar)
        entry = Entry(path, size, packed, folder=method == "lhd" and not link, link=link, moment=stamp, origin=origin)
        yield entry, method, system, position


def _path(raw: bytes) -> str:
    """Return a path: folders end with byte 255; names are UTF-8 or, where the format is at home, Shift JIS."""
    slashed = raw.replace(b"\xff", b"/")
    try:
        return slashed.decode("utf-8").replace("\\", "/")
    except UnicodeDecodeError:
        return slashed.decode("cp932", "replace").replace("\\", "/")


def _extensions(head: bytes, start: int) -> dict[int, bytes]:
    """Return the chain of extended headers by kind; each is preceded by its size."""
    found: dict[int, bytes] = {}
    for _ in range(_EXTENSIONS):
        if start + 3 > len(head):
            break
        size, kind = struct.unpack_from("<HB", head, start)
        if size < 3:
            break
        found[kind] = head[start + 3 : start + size]
        start += size
    return found


def arj(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an ARJ archive.

    Raises:
        Corrupt: there is no main header.
    """
    window = Window(source)
    main = _arj_header(window, 0)
    if main is None:
        msg = "expected an ARJ main header"
        raise Corrupt(msg)
    body, position = main
    listing = Listing(render=_changed)
    ended = False
    while listing.count < MAX_ENTRIES:
        if window.read(position, 4) == _ARJ + b"\0\0":
            ended = True
            break
        found = _arj_header(window, position)
        if found is None:
            break
        entry, position = _arj_entry(*found)
        listing.add(entry)
    name, comment = _arj_texts(body)
    core = {
        "description": clean(comment),
        "title": clean(name, 500),
        "compression": "arj",
        "format_version": str(body[1]),
    }
    return _facts(listing, window, core, {"operating_system": _ARJ_SYSTEMS.get(body[3])}, ended=ended)


def _arj_header(source: ByteSource, position: int) -> tuple[bytes, int] | None:
    """Return the basic header at a position, and the position behind its extended ones."""
    intro = source.read(position, 4)
    if len(intro) < 4 or not intro.startswith(_ARJ):
        return None
    size = struct.unpack_from("<H", intro, 2)[0]
    body = source.read(position + 4, size)
    if not 30 <= size <= _ARJ_HEADER or len(body) < size:
        return None
    position += 4 + size + 4
    for _ in range(_EXTENSIONS):
        extended = int.from_bytes(source.read(position, 2), "little")
        position += 2
        if extended == 0:
            break
        position += extended + 4
    return body, position


def _arj_entry(body: bytes, data: int) -> tuple[Entry, int]:
    stamp, packed, size = struct.unpack_from("<III", body, 8)
    name, _ = _arj_texts(body)
    entry = Entry(
        name=name.replace("\\", "/"),
        size=size,
        packed=packed,
        folder=body[6] == 3,
        encrypted=bool(body[4] & _GARBLED),
        moment=stamp,
        # Unix systems write their own seconds where others write MS-DOS times.
        origin=None if body[3] in {_UNIX, _NEXT} else Member(name="", dos_time=stamp),
    )
    return entry, data + packed


def _arj_texts(body: bytes) -> tuple[str, str]:
    """Return file name and comment, which follow the fixed part."""
    parts = body[body[0] :].split(b"\0")
    texts = [part.decode("utf-8", "replace") for part in (*parts, b"", b"")[:2]]
    return texts[0], texts[1]
