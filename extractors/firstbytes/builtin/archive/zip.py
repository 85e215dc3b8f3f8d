"""ZIP archives by their central directory (PKWARE APPNOTE 6.3.10)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from firstbytes.builtin.archive.listing import MAX_ENTRIES, Entry, Listing
from firstbytes.formats.values import clean, known
from firstbytes.formats.zip import Zip, open_zip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_METHODS = {
    0: "stored",
    1: "shrunk",
    6: "imploded",
    8: "deflate",
    9: "deflate64",
    12: "bzip2",
    14: "lzma",
    93: "zstd",
    95: "xz",
    96: "jpeg",
    98: "ppmd",
    99: "aes",
}
_SYMLINK, _FORMAT = 0xA000, 0xF000
_AES = 99


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a ZIP archive."""
    return facts(open_zip(source))


def facts(archive: Zip, core: Mapping[str, Any] | None = None, own: Mapping[str, Any] | None = None) -> dict[str, JSON]:
    """Return an archive's facts, with those of the package that it is put over them."""
    listing = Listing(render=lambda entry: entry.origin.modified)
    methods: Counter[str] = Counter()
    for member in archive.members(MAX_ENTRIES):
        listing.add(_entry(member))
        if not member.is_folder:
            methods[_METHODS.get(member.method, str(member.method))] += 1
    complete = listing.count >= archive.entry_count and archive.complete
    usual = [method for method, _ in methods.most_common()]
    found: dict[str, JSON] = {
        "core": known(
            {
                **listing.core(),
                "entry_count": archive.entry_count,
                "uncompressed_bytes": listing.core()["uncompressed_bytes"] if complete else None,
                "description": clean(archive.comment.decode("utf-8", "replace")),
                "compression": next((method for method in usual if method not in {"stored", "aes"}), "stored"),
                **known(dict(core or {})),
            }
        ),
        **listing.own(),
        **known(
            {
                "compression_methods": usual[:12],
                "encryption_method": _encryption(archive, listing) if listing.encrypted else None,
                "zip64": archive.zip64 or None,
                "prefix_bytes": archive.prefix or None,
                "entries_overlap": True if listing.packed > archive.source.size and not archive.truncated else None,
            }
        ),
        **known(dict(own or {})),
    }
    if archive.truncated:
        found |= {"outcome": "partial", "reason": "the central directory is missing"}
    elif not complete:
        found |= {"outcome": "partial", "reason": f"{listing.count} of {archive.entry_count} entries were looked at"}
    else:
        found |= listing.sealed()
    return found


def _entry(member: Any) -> Entry:
    mode = member.attributes >> 16 if member.system == 3 else 0
    return Entry(
        name=member.name,
        size=member.size,
        packed=member.compressed,
        folder=member.is_folder,
        link=mode & _FORMAT == _SYMLINK,
        encrypted=member.encrypted,
        moment=member.dos_time,
        origin=member,
    )


def _encryption(archive: Zip, listing: Listing) -> str:
    methods = {member.method for member in archive.members(min(listing.count, 1000)) if member.encrypted}
    return "AES" if _AES in methods else "ZipCrypto"
