"""ar archives and Debian packages (ar(5), deb(5), deb-control(5))."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firstbytes import BytesSource, Corrupt
from firstbytes.builtin.archive.listing import Entry, Listing, Window
from firstbytes.builtin.archive.tarwalk import Walk
from firstbytes.formats.values import clean, from_unix, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firstbytes import JSON, ByteSource, Context

_MAGIC, _THIN = b"!<arch>\n", b"!<thin>\n"
_TABLES = frozenset({b"/", b"//", b"/SYM64/"})
_HEADER = 60
_MEMBERS = 100_000
_CONTROL = 1024 * 1024
_NAMES = 256 * 1024
_MEMORY = 64 * 1024 * 1024
_FIELD = re.compile(r"^([A-Za-z][\w-]*):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)
_LISTS = {"Depends": "dependencies", "Pre-Depends": "pre_depends", "Recommends": "recommends", "Conflicts": "conflicts"}


@dataclass(frozen=True, slots=True)
class Member:
    """A member: name, position and size of its data, seconds since 1970."""

    name: str
    data: int
    size: int
    modified: int


def members(source: ByteSource) -> Iterator[Member]:
    """Yield the members of an ar archive as far as headers stand where they should.

    Raises:
        Corrupt: there is no global header.
    """
    magic = source.read(0, 8)
    if magic not in {_MAGIC, _THIN}:
        msg = "expected the global header of an ar archive"
        raise Corrupt(msg)
    position, names = 8, b""
    for _ in range(_MEMBERS):
        header = source.read(position, _HEADER)
        if len(header) < _HEADER or header[58:] != b"`\n":
            return
        name, size = header[:16].rstrip(b" "), _decimal(header[48:58])
        data = position + _HEADER
        # Of a thin archive, only the tables are inside.
        inside = magic == _MAGIC or name in _TABLES
        position = data + (size + size % 2 if inside else 0)
        if name == b"//":
            names = source.read(data, min(size, _NAMES))
        elif name.startswith(b"#1/"):
            length = min(_decimal(name[3:]), size, 4096)
            name = source.read(data, length).rstrip(b"\0")
            data, size = data + length, size - length
        elif re.fullmatch(rb"/\d+", name):
            name = names[int(name[1:]) :].partition(b"\n")[0]
        text = name.decode("utf-8", "replace")
        plain = text if name in _TABLES else text.removesuffix("/")
        yield Member(plain, data, size, _decimal(header[16:28]))


def _decimal(field: bytes) -> int:
    digits = field.strip()
    return int(digits) if digits.isdigit() else 0


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an ar archive: a static library where it has a symbol table."""
    window = Window(source)
    listing = Listing(render=lambda entry: from_unix(int(entry.moment)))
    symbols, end = None, 8
    for member in members(window):
        end = member.data + member.size
        if member.name in {"/", "/SYM64/"} or member.name.startswith("__.SYMDEF"):
            symbols = int.from_bytes(window.read(member.data, 4), "big") if member.name == "/" else symbols or 0
        elif member.name != "//":
            listing.add(Entry(name=member.name, size=member.size, moment=member.modified))
    own = {"has_symbol_table": symbols is not None, "symbol_count": symbols or None}
    facts: dict[str, JSON] = {"core": known(listing.core()), **listing.own(), **known(own)}
    if end > source.size:
        facts |= {"outcome": "partial", "reason": "the end of the archive is missing"}
    elif end < source.size - 1:
        facts["core"] = {}
        reason = f"the first {listing.count} entries were looked at" if window.exhausted else "a header is broken"
        facts |= {"outcome": "partial", "reason": reason}
    return facts


def deb(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a Debian package: its control file, its parts and the number of its files.

    Raises:
        Corrupt: there is no control archive.
    """
    parts = {member.name: member for member in members(Window(source))}
    control = next((member for name, member in parts.items() if name.startswith("control.tar")), None)
    if control is None:
        msg = "no control archive"
        raise Corrupt(msg)
    marker = parts.get("debian-binary")
    version = source.read(marker.data, min(marker.size, 16)).strip() if marker else b""
    base = {
        "format_version": clean(version.decode("ascii", "replace"), 20),
        "signed": any(name.startswith("_gpg") for name in parts),
    }
    data = next((member for name, member in parts.items() if name.startswith("data.tar")), None)
    own: dict[str, Any] = {
        "data_compression": data.name.removeprefix("data.tar").lstrip(".") or "none" if data else None,
        "data_bytes": data.size if data else None,
    }
    unpacked = _unpack(control.name, source.read(control.data, min(control.size, _CONTROL)))
    if unpacked is None:
        reason = f"{control.name} is packed in a way that is not read"
        return {"core": known(base), **known(own), "outcome": "partial", "reason": reason}
    files = _files(unpacked)
    core, more = _control(files.get("control", ""))
    sums = files.get("md5sums")
    own |= {**more, "file_count": sums.count("\n") if sums else None, "scripts": _scripts(files)}
    facts: dict[str, JSON] = {"core": known({**base, **core}), **known(own)}
    if not core.get("identifier"):
        facts |= {"outcome": "partial", "reason": "the control file cannot be read"}
    elif data is None or data.data + data.size > source.size:
        facts |= {"outcome": "partial", "reason": "the end of the package is missing"}
    return facts


def _unpack(name: str, data: bytes) -> bytes | None:
    """Unpack a control archive up to 1 MB; None where its packing is not known or broken."""
    try:
        match name.rpartition(".")[2]:
            case "tar":
                return data
            case "gz":
                return zlib.decompressobj(31).decompress(data, _CONTROL)
            case "xz":
                return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY).decompress(data, _CONTROL)
            case "lzma":
                return lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MEMORY).decompress(data, _CONTROL)
            case "bz2":
                return bz2.BZ2Decompressor().decompress(data, _CONTROL)
    except (zlib.error, lzma.LZMAError, OSError, ValueError, EOFError, MemoryError):
        return None
    return None


def _files(tar: bytes) -> dict[str, str]:
    walk = Walk(BytesSource(tar))
    found: dict[str, str] = {}
    for entry, position in walk.members():
        if len(found) < 50 and not entry.folder:
            name = entry.name.removeprefix("./")
            found[name] = tar[position : position + min(entry.size, _CONTROL)].decode("utf-8", "replace")
    return found


def _scripts(files: Mapping[str, str]) -> list[str]:
    return [name for name in ("preinst", "postinst", "prerm", "postrm", "config", "triggers") if name in files]


def _control(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the core facts and the own facts of a control file."""
    found = {match[1]: match[2] for match in _FIELD.finditer(text[: 256 * 1024])}
    summary, _, long = found.get("Description", "").partition("\n")
    paragraphs = "\n".join(line[1:] if line != " ." else "" for line in long.split("\n"))
    core = {
        "identifier": clean(found.get("Package")),
        "title": clean(found.get("Package")),
        "version": clean(found.get("Version")),
        "description": clean("\n".join(filter(None, (summary, paragraphs)))),
        "authors": [author] if (author := clean(found.get("Maintainer"))) else None,
        "uncompressed_bytes": int(size) * 1024 if (size := found.get("Installed-Size", "")).isdecimal() else None,
    }
    own: dict[str, Any] = {
        "architecture": clean(found.get("Architecture"), 100),
        "section": clean(found.get("Section"), 100),
        "priority": clean(found.get("Priority"), 100),
        "homepage_url": clean(found.get("Homepage"), 500),
        "source_package": clean(found.get("Source"), 200),
        "multi_arch": clean(found.get("Multi-Arch"), 100),
    }
    for key, name in _LISTS.items():
        parts = [clean(part, 200) for part in found.get(key, "").split(",")[:200]]
        own[name] = [part for part in parts if part]
    return core, own
