"""Office documents in OLE2 compound files: Word, Excel, PowerPoint, Visio, Publisher, Project and others.

Properties come from the summary streams, the rest from the directory and the first bytes of the main stream.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from firstbytes import Decline
from firstbytes.builtin.office.biff import workbook
from firstbytes.builtin.office.package import result
from firstbytes.builtin.office.summary import summary
from firstbytes.builtin.office.word import statistics, word
from firstbytes.formats.ole import SIGNATURE, open_ole
from firstbytes.formats.values import clean, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from firstbytes import JSON, ByteSource, Context
    from firstbytes.formats.ole import Ole

_STREAM = 256 * 1024
_DOCUMENT, _SLIDE_LIST, _SLIDE = 1000, 4080, 1011
_PPT_ENCRYPTED = 0xF3D1C4DF
_ALGORITHMS = {0x6801: "RC4", 0x660E: "AES-128", 0x660F: "AES-192", 0x6610: "AES-256"}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a document's properties and what kinds of things are in it."""
    if source.read(0, 8) != SIGNATURE:
        return _bare(source, ctx)
    ole = open_ole(source)
    core, own = summary(ole)
    core |= _contained(ole)
    own |= _counts(ole)
    more: dict[str, JSON] = {}
    others: dict[str, JSON] = {}
    if "WordDocument" in ole.paths:
        more, others = word(ole.read("WordDocument", 32))
        counted, also = statistics(ole)
        core = {**counted, **known(core)}
        own = {**also, **known(own)}
    elif ctx.media_type == "application/vnd.ms-excel":
        stream = next((path for path in ole.paths if path.lower() in {"workbook", "book"}), "")
        more, others = workbook(ole.read(stream, _STREAM))
    elif "PowerPoint Document" in ole.paths:
        more, others = _presentation(ole, counted="page_count" in known(core))
    elif ctx.media_type == "application/x-hwp":
        more, others = _hangul(ole)
    elif "VisioDocument" in ole.paths:
        version = ole.read("VisioDocument", 32)[26:27]
        more = {"format_version": str(version[0]) if version and version[0] < 16 else None}
    core |= known(more)
    own |= known(others)
    if core.get("encrypted"):
        return result(core, own, {"outcome": "encrypted", "reason": "the content is encrypted"})
    lost = "part of the directory is beyond the end" if not ole.complete else _beyond(ole)
    return result(core, own, {"outcome": "partial", "reason": lost} if lost else {})


def _bare(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a document that is its own main stream: Word 2, Excel 2 to 5, before there were compound files."""
    data = source.read(0, _STREAM)
    if ctx.media_type == "application/msword":
        core, own = word(data[:32])
    elif ctx.media_type == "application/vnd.ms-excel":
        core, own = workbook(data)
    else:
        core, own = {}, {}
    if not known(core):
        msg = "not an OLE2 compound file"
        raise Decline(msg)
    if core.get("encrypted"):
        return result(core, own, {"outcome": "encrypted", "reason": "the content is encrypted"})
    return result(core, own)


def extract_protected(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read how an encrypted Office Open XML document is encrypted ([MS-OFFCRYPTO] 2.3.4)."""
    del ctx
    ole = open_ole(source)
    core, own = summary(ole)
    core["encrypted"] = True
    info = ole.read("EncryptionInfo", 4096)
    if len(info) >= 8:
        major, minor = struct.unpack_from("<HH", info)
        own["encryption_method"] = _agile(info) if (major, minor) == (4, 4) else _standard(info)
    if (package := ole.paths.get("EncryptedPackage")) and len(start := ole.read(package, 8)) == 8:
        size = int.from_bytes(start, "little")
        own["package_bytes"] = size if size <= package.size else None
    return result(core, own, {"outcome": "encrypted", "reason": "the whole document is encrypted"})


def _agile(info: bytes) -> str:
    """Name the cipher of an agile EncryptionInfo, whose descriptor is XML."""
    found = {}
    for name in (b"cipherAlgorithm", b"keyBits", b"hashAlgorithm"):
        _, _, rest = info.partition(name + b'="')
        found[name] = rest[:16].partition(b'"')[0].decode("ascii", "replace")
    return f"agile {found[b'cipherAlgorithm']}-{found[b'keyBits']} {found[b'hashAlgorithm']}".strip()


def _standard(info: bytes) -> str:
    algorithm = struct.unpack_from("<I", info, 20)[0] if len(info) >= 24 else 0
    return f"standard {_ALGORITHMS.get(algorithm, 'unknown')}"


def _contained(ole: Ole) -> dict[str, JSON]:
    paths = ole.paths
    # A VBA project has this stream beside its modules; an empty storage of that name is no project.
    macros = any(path.upper().endswith("VBA/DIR") for path in paths)
    signed = any(
        name in paths for name in ("_signatures", "_xmlsignatures", "\x05DigitalSignature", "\x06DigitalSignature")
    )
    return {"macros": macros, "signed": signed, "encrypted": False}


def _counts(ole: Ole) -> dict[str, JSON]:
    pool = len(list(ole.children("ObjectPool")))
    linked = sum(name.startswith(("MBD", "LNK")) for name in ole.children(""))
    return {"embedded_object_count": pool + linked}


def _hangul(ole: Ole) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Read the file header of HWP 5 (Hancom's published specification, 3.2.1)."""
    header = ole.read("FileHeader", 256)
    if len(header) < 40 or not header.startswith(b"HWP Document File"):
        return {}, {}
    revision, build, minor, major, flags = struct.unpack_from("<4BI", header, 32)
    version = f"{major}.{minor}.{build}.{revision}"
    core: dict[str, JSON] = {"format_version": version, "encrypted": bool(flags & 2), "signed": bool(flags & 0x80)}
    return core, {"rights_managed": True if flags & 16 else None}


def _presentation(ole: Ole, *, counted: bool) -> tuple[dict[str, JSON], dict[str, JSON]]:
    """Read the Current User stream ([MS-PPT] 2.3.2), and the list of slides in the document container (2.4.1)."""
    user = ole.read("Current User", 512)
    core: dict[str, JSON] = {}
    if not counted:
        core["page_count"] = _slides(ole.read("PowerPoint Document", _STREAM))
    if len(user) < 28:
        return core, {}
    token = struct.unpack_from("<I", user, 12)[0]
    length = struct.unpack_from("<H", user, 20)[0]
    name = clean(user[28 : 28 + length].decode("latin-1")) if length <= 255 else None
    core["encrypted"] = token == _PPT_ENCRYPTED
    return core, {"current_user": name}


def _slides(data: bytes) -> int | None:
    for kind, _, start, end in _containers(data, 0, len(data)):
        if kind != _DOCUMENT:
            continue
        for inner, instance, first, last in _containers(data, start, end):
            if inner == _SLIDE_LIST and instance == 0 and last <= len(data):
                return sum(row[0] == _SLIDE for row in _containers(data, first, last)) or None
    return None


def _containers(data: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield (type, instance, start, end) of the records in a range ([MS-PPT] 2.3.1)."""
    while start + 8 <= min(end, len(data)):
        version, kind, length = struct.unpack_from("<HHI", data, start)
        yield kind, version >> 4, start + 8, start + 8 + length
        start += 8 + length


def _beyond(ole: Ole) -> str:
    """Return what is missing when the main stream's last sector lies beyond the end of the file."""
    for name in ("WordDocument", "Workbook", "Book", "PowerPoint Document", "VisioDocument"):
        entry = ole.paths.get(name)
        if entry and entry.size > ole.source.size:
            return f"{name} is cut off"
    return ""
