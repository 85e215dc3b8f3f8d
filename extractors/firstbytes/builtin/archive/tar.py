"""tar archives, and Ruby gems, which are tar archives with a gemspec."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Any

from firstbytes import BytesSource, Corrupt
from firstbytes.builtin.archive.listing import Listing, Window
from firstbytes.builtin.archive.tarwalk import Walk, render
from firstbytes.formats.values import clean, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_BLOCKS = 24
_GEMSPEC = 256 * 1024


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a tar archive.

    Raises:
        Corrupt: the first block is no header.
    """
    walk = Walk(Window(source, _BLOCKS))
    listing = Listing(render=render)
    for entry, _data in walk.members():
        listing.add(entry)
    if walk.broken and not listing.count:
        msg = "the first header's checksum is wrong"
        raise Corrupt(msg)
    return facts(walk, listing)


def facts(walk: Walk, listing: Listing) -> dict[str, JSON]:
    """Return the facts of a walk: exact when it came to the end, else an estimate by how far it came."""
    found: dict[str, JSON] = {
        **listing.own(),
        **known({"dialect": walk.dialect, "comment": clean(walk.comment, 500), "owners": sorted(walk.owners)}),
    }
    if walk.complete:
        return {"core": known(listing.core()), **found}
    exhausted = isinstance(walk.source, Window) and walk.source.exhausted
    if exhausted and walk.position:
        found["entry_count_estimate"] = max(listing.count, listing.count * walk.source.size // walk.position)
    reason = f"the first {listing.count} entries were looked at"
    if not exhausted:
        reason = "a header is broken" if walk.broken else "the end of the archive is missing"
    return {"core": known({"encrypted": None}), **found, "outcome": "partial", "reason": reason}


def head_facts(data: bytes, *, whole: bool) -> dict[str, JSON] | None:
    """Return the facts of a tar archive of which the first bytes, or all, were unpacked; None when it is none."""
    walk = Walk(BytesSource(data))
    listing = Listing(render=render)
    for entry, _data in walk.members():
        listing.add(entry)
    if not listing.count:
        return None
    found = facts(walk, listing)
    if not whole and found.get("outcome"):
        found["reason"] = f"the first {listing.count} entries were looked at"
    return found


def gem(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a Ruby gem: those of the archive, and of the gemspec in metadata.gz."""
    walk = Walk(Window(source, _BLOCKS))
    listing = Listing(render=render)
    spec = ""
    for entry, data in walk.members():
        listing.add(entry)
        if entry.name == "metadata.gz":
            spec = _unpacked(source.read(data, min(entry.size, _GEMSPEC)))
    if walk.broken and not listing.count:
        msg = "the first header's checksum is wrong"
        raise Corrupt(msg)
    found = facts(walk, listing)
    core = found["core"]
    return {**found, "core": {**(core if isinstance(core, dict) else {}), **known(_gemspec(spec))}}


def _unpacked(data: bytes) -> str:
    try:
        return zlib.decompressobj(31).decompress(data, _GEMSPEC).decode("utf-8", "replace")
    except zlib.error:
        return ""


def _gemspec(spec: str) -> dict[str, Any]:
    """Return the core facts of a gemspec: a few scalars at the outermost level of its YAML."""

    def scalar(pattern: str) -> str | None:
        found = re.search(pattern, spec, re.MULTILINE)
        return clean(found[1].strip().strip("'\"")) if found else None

    def sequence(key: str) -> list[str]:
        found = re.search(rf"^{key}:\n((?:- .*\n){{1,50}})", spec, re.MULTILINE)
        lines = found[1].splitlines() if found else []
        return [text for text in (clean(line[2:].strip("'\"")) for line in lines) if text]

    licenses = sequence("licenses")
    return {
        "identifier": scalar(r"^name: (.+)$"),
        "title": scalar(r"^name: (.+)$"),
        "version": scalar(r"^version: !ruby/object:Gem::Version\n  version: (.+)$"),
        "description": scalar(r"^summary: (.+)$"),
        "authors": sequence("authors"),
        "license": " OR ".join(licenses) if licenses else None,
    }
