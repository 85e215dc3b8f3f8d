"""Virtual disks and file system images by their headers: qcow, VHD, VHDX, VDI, VMDK, SquashFS, Apple disk images."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from firstbytes import Corrupt
from firstbytes.formats.values import clean, from_epoch, from_unix, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_HEAD = 64 * 1024
_SECTOR = 512
_2000 = datetime(2000, 1, 1, tzinfo=UTC)
_SQUASH = {1: "gzip", 2: "lzma", 3: "lzo", 4: "xz", 5: "lz4", 6: "zstd"}
_QCOW_CIPHERS = {1: "AES", 2: "LUKS"}
_VHD_KINDS = {2: "fixed", 3: "dynamic", 4: "differencing"}
_VDI_KINDS = {1: "dynamic", 2: "fixed", 3: "undo", 4: "differencing"}
_EXTENT = re.compile(r"^(?:RW|RDONLY|NOACCESS) (\d{1,16}) ", re.MULTILINE)
_SETTING = re.compile(r'^(\w[\w.]{0,60})\s*=\s*"?([^"\n]{0,200})"?\s*$', re.MULTILINE)


def squashfs(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a SquashFS superblock (Linux Documentation/filesystems/squashfs).

    Raises:
        Corrupt: it is cut off.
    """
    head = _at_least(source.read(0, 96), 96, "a superblock")
    order = "<" if head.startswith(b"hsqs") else ">"
    inodes, made, block = struct.unpack_from(f"{order}III", head, 4)
    if struct.unpack_from(f"{order}H", head, 28)[0] < 4:
        return {"core": {"format_version": _version(head, order, 28)}}
    method, flags = struct.unpack_from(f"{order}H2xH", head, 20)
    used = struct.unpack_from(f"{order}Q", head, 40)[0]
    facts: dict[str, JSON] = {
        "core": known(
            {
                "format_version": _version(head, order, 28),
                "created": from_unix(made),
                "entry_count": inodes,
                "compression": _SQUASH.get(method),
            }
        ),
        "block_bytes": block,
        "used_bytes": used,
        "exportable": bool(flags & 0x80),
    }
    return facts if used <= source.size else facts | {"outcome": "partial", "reason": "the end of the image is missing"}


def _version(head: bytes, order: str, position: int) -> str:
    major, minor = struct.unpack_from(f"{order}HH", head, position)
    return f"{major}.{minor}"


def _at_least(data: bytes, length: int, what: str) -> bytes:
    if len(data) < length:
        msg = f"expected {what} of {length} bytes, got {len(data)}"
        raise Corrupt(msg)
    return data


def qcow(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a QEMU disk, version 1 to 3 (QEMU docs/interop/qcow2.rst).

    Raises:
        Corrupt: the header is cut off, or of a version that is not known.
    """
    head = _at_least(source.read(0, 72), 72, "a qcow header")
    version, place, length = struct.unpack_from(">IQI", head, 4)
    if not 1 <= version <= 3:
        msg = f"unknown qcow version {version}"
        raise Corrupt(msg)
    size, cipher = struct.unpack_from(">QI", head, 24)
    if version == 1:
        cipher = struct.unpack_from(">I", head, 36)[0]
    backing = source.read(place, min(length, 1023)).decode("utf-8", "replace") if place and length else None
    own = {
        "virtual_bytes": min(size, 2**53),
        "backing_file": clean(backing, 1023),
        "cipher": _QCOW_CIPHERS.get(cipher),
        "snapshot_count": struct.unpack_from(">I", head, 60)[0] if version > 1 else None,
        "cluster_bytes": 1 << (head[23] & 31) if version > 1 else None,
    }
    return {"core": {"format_version": str(version), "encrypted": cipher != 0}, **known(own)}


def vhd(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a Virtual Hard Disk by its footer (VHD specification 1.0).

    Raises:
        Corrupt: there is no footer, nor the copy of it that a dynamic disk starts with.
    """
    footer = source.read(source.size - _SECTOR, _SECTOR)
    missing = not footer.startswith(b"conectix")
    footer = source.read(0, _SECTOR) if missing else footer
    if len(footer) < _SECTOR or not footer.startswith(b"conectix"):
        msg = "no footer"
        raise Corrupt(msg)
    stamp, application = struct.unpack_from(">I4s", footer, 24)
    size, kind = struct.unpack_from(">Q4xI", footer, 48)
    facts: dict[str, JSON] = {
        "core": known(
            {
                "created": from_epoch(stamp, _2000),
                "generator": clean(application.decode("latin-1")),
                "identifier": footer[68:84].hex(),
                "format_version": "{}.{}".format(*struct.unpack_from(">HH", footer, 12)),
            }
        ),
        **known({"virtual_bytes": min(size, 2**53), "kind": _VHD_KINDS.get(kind)}),
    }
    return facts | {"outcome": "partial", "reason": "the end of the image is missing"} if missing else facts


def vhdx(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the creator of a version 2 Virtual Hard Disk ([MS-VHDX], 2.2.1)."""
    head = _at_least(source.read(0, 520), 520, "a file identifier")
    creator = clean(head[8:520].decode("utf-16-le", "replace").partition("\0")[0], 256)
    return {"core": known({"generator": creator, "format_version": "2"})}


def vdi(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a VirtualBox disk by its header.

    Raises:
        Corrupt: it is cut off.
    """
    head = _at_least(source.read(0, 400), 400, "a VDI header")
    minor, major = struct.unpack_from("<HH", head, 68)
    kind = struct.unpack_from("<I", head, 76)[0]
    comment = clean(head[84:340].partition(b"\0")[0].decode("utf-8", "replace"))
    generator = clean(head[:64].partition(b"\0")[0].decode("latin-1").strip("< >\n"))
    core = {"format_version": f"{major}.{minor}", "description": comment, "generator": generator}
    size = struct.unpack_from("<Q", head, 368)[0]
    return {"core": known(core), **known({"virtual_bytes": min(size, 2**53), "kind": _VDI_KINDS.get(kind)})}


def vmdk(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a VMware disk: a sparse extent with its descriptor, or the descriptor alone.

    Raises:
        Corrupt: the header is cut off.
    """
    head = _at_least(source.read(0, _HEAD), 64, "a VMDK header")
    if head.startswith(b"KDMV"):
        version, flags, sectors = struct.unpack_from("<IIQ", head, 4)
        place, length = struct.unpack_from("<QQ", head, 28)
        descriptor = source.read(place * _SECTOR, min(length * _SECTOR, _HEAD)) if place else b""
        size = sectors * _SECTOR
        base: dict[str, Any] = {"format_version": str(version), "compression": "deflate" if flags & 1 << 16 else None}
    else:
        descriptor, size, base = head, 0, {}
    text = descriptor.partition(b"\0")[0].decode("utf-8", "replace").replace("\r", "")
    settings = {match[1]: match[2] for match in _SETTING.finditer(text)}
    extents = [int(match[1]) * _SECTOR for match in _EXTENT.finditer(text)]
    own = {
        "virtual_bytes": min(size or sum(extents), 2**53),
        "kind": clean(settings.get("createType")),
        "adapter": clean(settings.get("ddb.adapterType")),
        "extent_count": len(extents) or None,
    }
    return {"core": known({**base, "identifier": clean(settings.get("CID"))}), **known(own)}


def apple(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of an Apple disk image by its trailer, or that it is encrypted.

    Raises:
        Corrupt: there is no trailer.
    """
    if source.read(0, 8) in {b"encrcdsa", b"cdsaencr"}:
        return {"core": {"encrypted": True}, "outcome": "encrypted", "reason": "the image is encrypted"}
    trailer = source.read(source.size - _SECTOR, _SECTOR)
    if len(trailer) < _SECTOR or not trailer.startswith(b"koly"):
        msg = "no trailer"
        raise Corrupt(msg)
    version = struct.unpack_from(">I", trailer, 4)[0]
    data = struct.unpack_from(">Q", trailer, 32)[0]
    segments, sectors = struct.unpack_from(">I", trailer, 60)[0], struct.unpack_from(">Q", trailer, 492)[0]
    core = {"format_version": str(version), "uncompressed_bytes": min(sectors * _SECTOR, 2**53)}
    return {"core": core, "compressed_bytes": min(data, 2**53), "segment_count": segments}
