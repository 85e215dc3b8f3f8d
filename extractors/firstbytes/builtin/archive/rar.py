"""RAR archives, version 4 by its technote and version 5 by its format description: headers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.archive.listing import MAX_ENTRIES, Entry, Listing, Window
from firstbytes.builtin.archive.rar_headers import Block, blocks4, blocks5, file4, file5, link5, vint
from firstbytes.formats.values import clean, from_unix, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_OLD, _NEW = b"Rar!\x1a\x07\0", b"Rar!\x1a\x07\x01\0"
_COMMENT = 4096
_SYSTEMS4 = {0: "MS-DOS", 1: "OS/2", 2: "Windows", 3: "Unix", 4: "Mac OS", 5: "BeOS"}
_SYSTEMS5 = {0: "Windows", 1: "Unix"}
_METHODS = {0: "stored", 1: "fastest", 2: "fast", 3: "normal", 4: "good", 5: "best"}


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a RAR archive.

    Raises:
        Corrupt: there is no signature, or no header behind it.
    """
    start = source.read(0, 8)
    window = Window(source)
    if start == _NEW:
        facts, headers, ended = _version5(window)
    elif start.startswith(_OLD):
        facts, headers, ended = _version4(window)
    else:
        msg = "expected a RAR signature"
        raise Corrupt(msg)
    if not headers:
        msg = "no header behind the signature"
        raise Corrupt(msg)
    if ended:
        return facts
    core = facts["core"] if isinstance(facts["core"], dict) else {}
    count = core.pop("entry_count", 0)
    core.pop("uncompressed_bytes", None)
    reason = f"the first {count} entries were looked at" if window.exhausted else "the end of the archive is missing"
    return facts | {"outcome": "partial", "reason": reason}


def _version4(window: Window) -> tuple[dict[str, JSON], int, bool]:
    listing = Listing(render=lambda entry: entry.origin.modified)
    flags, headers, system, comment, ended, method, end = 0, 0, 0, None, False, 0, 0
    for block in blocks4(window, 7):
        headers, end = headers + 1, block.end
        if block.kind == 0x73:
            flags = block.flags
            if flags & 0x80:
                return _sealed("4"), headers, True
        elif block.kind == 0x74 and listing.count < MAX_ENTRIES:
            entry, system, used = file4(block)
            method = method if entry.folder else used
            listing.add(entry)
        elif block.kind == 0x7A:
            comment = comment or _stored_comment4(window, block)
        elif block.kind == 0x7B:
            ended = True
    # Before version 3 there was no end block: the last file's data end the archive.
    ended = ended or end == window.size
    own = {
        "solid": bool(flags & 0x08),
        "is_volume": bool(flags & 0x01) or None,
        "locked": bool(flags & 0x04) or None,
        "has_recovery_record": bool(flags & 0x40) or None,
        "operating_system": _SYSTEMS4.get(system),
        "compression_methods": [_METHODS[method - 0x30]] if method - 0x30 in _METHODS else None,
    }
    return _facts(listing, own, "4", comment), headers, ended


def _stored_comment4(window: Window, block: Block) -> str | None:
    """Return the archive comment where it is stored, not packed."""
    body = block.body
    if len(body) < 28 or body[18] != 0x30 or b"CMT" not in body[25:]:
        return None
    return clean(window.read(block.data, min(block.data_size, _COMMENT)).decode("utf-8", "replace"))


def _version5(window: Window) -> tuple[dict[str, JSON], int, bool]:
    listing = Listing(render=lambda entry: from_unix(int(entry.moment)))
    flags, headers, system, method, comment, ended = 0, 0, -1, 0, None, False
    for block in blocks5(window, 8):
        headers += 1
        if block.kind == 4:
            return _sealed("5"), headers, True
        if block.kind == 1:
            flags = vint(block.body, 0)[0]
        elif block.kind == 2 and listing.count < MAX_ENTRIES:
            item = file5(block)
            system, method = item.system, item.method if item.size else method
            listing.add(
                Entry(
                    name=item.name,
                    size=item.size,
                    packed=block.data_size,
                    folder=item.folder,
                    link=link5(block),
                    encrypted=item.encrypted,
                    moment=item.modified,
                )
            )
        elif block.kind == 3 and (item := file5(block)).name == "CMT" and item.method == 0 and not item.encrypted:
            comment = clean(window.read(block.data, min(block.data_size, _COMMENT)).decode("utf-8", "replace"))
        elif block.kind == 5:
            ended = True
    own = {
        "solid": bool(flags & 4),
        "is_volume": bool(flags & 1) or None,
        "locked": bool(flags & 16) or None,
        "has_recovery_record": bool(flags & 8) or None,
        "operating_system": _SYSTEMS5.get(system),
        "compression_methods": [_METHODS[method]] if method in _METHODS else None,
    }
    return _facts(listing, own, "5", comment), headers, ended


def _facts(listing: Listing, own: Mapping[str, JSON], version: str, comment: str | None) -> dict[str, JSON]:
    core = {**listing.core(), "description": comment, "format_version": version, "compression": "rar"}
    core["encrypted"] = listing.encrypted > 0
    return {"core": known(core), **listing.own(), **known(dict(own)), **listing.sealed()}


def _sealed(version: str) -> dict[str, JSON]:
    return {
        "core": {"format_version": version, "encrypted": True},
        "encrypted_names": True,
        "outcome": "encrypted",
        "reason": "the names are encrypted",
    }
