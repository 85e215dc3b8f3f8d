"""ZIP archives, and packages that are ZIP archives, are told by their directory and a few members."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from firstbytes import JSON, BlockCache, ByteSource, BytesSource, Context, Corrupt
from firstbytes.builtin.archive import android, java, packages
from firstbytes.builtin.archive import zip as archives
from firstbytes.source import Metered

_Extract = Callable[[ByteSource, Context], Mapping[str, JSON]]


def _read(extract: _Extract, data: bytes) -> dict[str, Any]:
    return dict(extract(BlockCache(BytesSource(data)), Context(media_type="application/zip")))


def _zip(members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.comment = comment
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 5, 1, 10, 0, 0)), data, compress_type=method)
    return out.getvalue()


def test_entries_sizes_types_times_and_comment_are_told() -> None:
    """The directory alone says all of this."""
    facts = _read(archives.extract, _zip({"a/": b"", "a/b.txt": b"x" * 100, "c.png": b"y"}, comment=b"Kit"))
    assert facts["core"] == {
        "entry_count": 3,
        "uncompressed_bytes": 101,
        "description": "Kit",
        "compression": "deflate",
    }
    assert (facts["file_count"], facts["folder_count"]) == (2, 1)
    assert facts["largest_entries"][0] == {"name": "a/b.txt", "size_bytes": 100}
    assert facts["media_types"] == {"image/png": 1, "text/plain": 1}
    assert facts["newest_entry_at"] == "2024-05-01T10:00:00"
    assert facts["names"] == ["a/", "a/b.txt", "c.png"]
    assert "outcome" not in facts


def test_an_empty_archive_has_no_entries() -> None:
    """Twenty-two bytes are an archive."""
    facts = _read(archives.extract, _zip({}))
    assert facts["core"] == {"entry_count": 0, "uncompressed_bytes": 0, "compression": "stored"}


def test_names_to_beware_of_are_counted() -> None:
    """Paths that lead out, absolute ones, drives, names that come twice, and ones that are written backwards."""
    names = ("gpj\u202eexe", "../up", "a/../../up", "..\\win", "/etc/x", "C:\\x", "same", "emas", "a..b")
    data = _zip(dict.fromkeys(names, b"")).replace(b"emas", b"same")
    assert _read(archives.extract, data)["suspicious"] == {
        "path_traversal_count": 3,
        "absolute_name_count": 2,
        "duplicate_name_count": 1,
        "disguised_name_count": 1,
    }


def test_a_bomb_is_named_by_its_ratio_and_not_unpacked() -> None:
    """Ten megabytes of zeros are only counted."""
    facts = _read(archives.extract, _zip({"zeros": bytes(10_000_000)}))
    assert facts["suspicious"]["compression_ratio"] > 500


def test_entries_that_share_their_data_are_noticed() -> None:
    """More packed bytes than the file has can only overlap."""
    data = _zip({"a": b"x" * 1000}, method=zipfile.ZIP_STORED)
    start = data.index(b"PK\1\2")
    end = data.index(b"PK\5\6")
    entry = data[start:end]
    tail = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 50, 50, len(entry) * 50, start, 0)
    facts = _read(archives.extract, data[:start] + entry * 50 + tail)
    assert facts["entries_overlap"] is True
    assert facts["core"]["entry_count"] == 50


@pytest.mark.parametrize(("method", "expected"), [(8, "ZipCrypto"), (99, "AES")])
def test_encrypted_entries_are_counted(method: int, expected: str) -> None:
    """Bit 0 of the flags; method 99 stands for AES."""
    data = bytearray(_zip({"a": b"x"}))
    place = data.index(b"PK\1\2")
    data[place + 8] |= 1
    data[place + 10 : place + 12] = struct.pack("<H", method)
    facts = _read(archives.extract, bytes(data))
    assert facts["core"]["encrypted"] is True
    assert (facts["encryption_method"], facts["encrypted_entry_count"]) == (expected, 1)
    assert facts["outcome"] == "encrypted"


def test_an_archive_of_which_a_part_is_encrypted_is_complete() -> None:
    """What is open can be read; that a part is not is said."""
    data = bytearray(_zip({"a": b"x", "b": b"y"}))
    data[data.index(b"PK\1\2") + 8] |= 1
    facts = _read(archives.extract, bytes(data))
    assert facts["core"]["encrypted"] is True
    assert "outcome" not in facts


def test_links_and_prefixes_are_noticed() -> None:
    """A Unix link is no file; a program before the archive is measured."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link")
        info.external_attr = 0o120777 << 16
        info.create_system = 3
        archive.writestr(info, b"target")
    facts = _read(archives.extract, b"#!/bin/sh\n" + out.getvalue())
    assert (facts["link_count"], facts["file_count"], facts["prefix_bytes"]) == (1, 0, 10)


def test_an_archive_without_its_directory_is_partial() -> None:
    """Local headers stand in for the directory."""
    facts = _read(archives.extract, _zip({"a.txt": b"x" * 100, "b.txt": b"y"})[:60])
    assert (facts["outcome"], facts["names"]) == ("partial", ["a.txt"])
    with pytest.raises(Corrupt):
        _read(archives.extract, b"PK\5\6")


def test_a_directory_of_a_million_entries_is_looked_at_in_part() -> None:
    """A hundred thousand are counted, the declared number is given, and that is said."""
    name = b"n"
    entry = struct.pack("<4sHHHHIIIIHHHHHII", b"PK\1\2", 20, 20, 0, 0, 0x58210000, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + name
    count = 1_000_000
    start = b"PK\3\4" + bytes(26)
    end64 = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(entry) * count, len(start))
    end64 += struct.pack("<4sIQI", b"PK\6\7", 0, len(start) + len(entry) * count, 1)
    tail = end64 + struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    facts = _read(archives.extract, start + entry * count + tail)
    assert facts["core"]["entry_count"] == count
    assert facts["file_count"] == 100_000
    assert facts["outcome"] == "partial"
    assert facts["zip64"] is True


def test_a_large_archive_costs_its_directory_only() -> None:
    """Fifty megabytes of data are not read."""
    data = _zip({f"f{n}": bytes(500_000) for n in range(100)}, method=zipfile.ZIP_STORED)
    metered = Metered(BytesSource(data))
    facts = archives.extract(BlockCache(metered), Context(media_type="application/zip"))
    core = facts["core"]
    assert isinstance(core, Mapping)
    assert core["uncompressed_bytes"] == 50_000_000
    assert metered.reads <= 3
    assert metered.bytes_read <= 3 * 65536


_MANIFEST = (
    b"Manifest-Version: 1.0\r\nImplementation-Title: Lamp\r\nImplementation-Version: 3.1\r\n"
    b"Main-Class: org.example.very.long.name.that.is.continued.on.the.next.li\r\n ne.Main\r\n"
    b"Created-By: 17 (Maker)\r\nBuild-Jdk-Spec: 17\r\nMulti-Release: true\r\nno colon\r\nEmpty: \r\n"
    b"\r\nName: a/\r\nSealed: true\r\n"
)


def test_a_java_archive_is_told_by_its_manifest() -> None:
    """Continued lines are joined, sections are left out, a signature is noticed."""
    data = _zip({"META-INF/MANIFEST.MF": _MANIFEST, "META-INF/A.RSA": b"", "A.class": b""})
    facts = _read(java.extract, data)
    core = facts["core"]
    assert (core["title"], core["version"], core["generator"]) == ("Lamp", "3.1", "17 (Maker)")
    assert core["signed"] is True
    assert facts["main_class"] == "org.example.very.long.name.that.is.continued.on.the.next.line.Main"
    assert (facts["build_jdk"], facts["multi_release"]) == ("17", True)
    assert "Sealed" not in facts["manifest"]


def test_a_bundle_and_a_maven_project_name_themselves() -> None:
    """OSGi headers and pom.properties fill in what Implementation-* leaves out."""
    manifest = b"Bundle-SymbolicName: org.a;singleton:=true\nBundle-Version: 2\nBundle-License: MIT\nBundle-Name: A\n"
    facts = _read(java.extract, _zip({"META-INF/MANIFEST.MF": manifest}))
    assert facts["core"]["identifier"] == "org.a"
    assert (facts["core"]["version"], facts["core"]["license"]) == ("2", "MIT")
    pom = {"META-INF/maven/g/a/pom.properties": b"#made\ngroupId=g\nartifactId=a\nversion=9\n"}
    facts = _read(java.extract, _zip(pom))
    assert (facts["core"]["identifier"], facts["core"]["version"]) == ("g:a", "9")
    assert facts["maven"] == {"groupId": "g", "artifactId": "a", "version": "9"}
    several = _read(java.extract, _zip(pom | {"META-INF/maven/g/b/pom.properties": b"version=8"}))
    assert "maven" not in several


def test_a_broken_manifest_leaves_the_listing() -> None:
    """A member that cannot be unpacked says nothing, the archive still does."""
    data = bytearray(_zip({"META-INF/MANIFEST.MF": _MANIFEST}))
    data[60:90] = b"\xff" * 30
    assert _read(java.extract, bytes(data))["core"]["entry_count"] == 1


def _pool(strings: list[str], *, utf8: bool) -> bytes:
    body, offsets = b"", []
    for text in strings:
        offsets.append(len(body))
        if utf8:
            raw = text.encode()
            long = len(raw) > 127
            lengths = bytes([0x80, len(text)]) + bytes([0x80 | len(raw) >> 8, len(raw) & 255]) if long else b""
            body += (lengths or bytes([len(text), len(raw)])) + raw + b"\0"
        else:
            units = text.encode("utf-16-le")
            count = len(units) // 2
            body += (struct.pack("<HH", 0x8000, count) if count > 100 else struct.pack("<H", count)) + units + b"\0\0"
    start = 28 + 4 * len(strings)
    head = struct.pack("<IIIII", len(strings), 0, 0x100 if utf8 else 0, start, 0)
    data = head + struct.pack(f"<{len(offsets)}I", *offsets) + body
    return struct.pack("<HHI", 1, 28, 8 + len(data)) + data


def _axml(*, utf8: bool) -> bytes:
    names = ["manifest", "package", "versionName", "versionCode", "uses-permission", "name", "application", "label"]
    values = ["org.example", "1.2", "android.permission.CAMERA", "x" * 150, "debuggable"]
    strings = names + values

    def element(tag: int, *attributes: tuple[int, int, int, int]) -> bytes:
        rows = b"".join(
            struct.pack("<IIIHBBI", 0xFFFFFFFF, key, raw, 8, 0, kind, value) for key, raw, kind, value in attributes
        )
        body = struct.pack("<IIIIHHHHHH", 1, 0xFFFFFFFF, 0xFFFFFFFF, tag, 20, 20, len(attributes), 0, 0, 0) + rows
        return struct.pack("<HHI", 0x0102, 16, 8 + len(body)) + body

    none = 0xFFFFFFFF
    body = _pool(strings, utf8=utf8)
    body += struct.pack("<HHI", 0x0180, 8, 8)
    body += element(0, (1, none, 3, 8), (2, none, 3, 9), (3, none, 0x10, 7))
    body += element(4, (5, none, 3, 10))
    body += element(6, (7, 11, 1, 0), (12, none, 0x12, 1), (99, none, 0x05, 1))
    return struct.pack("<HHI", 3, 8, 8 + len(body)) + body


def test_an_encrypted_manifest_leaves_the_listing() -> None:
    """Nothing inside can be read, the directory can."""
    data = bytearray(_zip({"AndroidManifest.xml": _axml(utf8=True)}))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert _read(android.extract, bytes(data))["core"]["encrypted"] is True


@pytest.mark.parametrize("utf8", [True, False])
def test_an_android_package_is_told_by_its_binary_manifest(*, utf8: bool) -> None:
    """Package, versions, permissions and label, with either kind of string."""
    facts = _read(android.extract, _zip({"AndroidManifest.xml": _axml(utf8=utf8), "classes.dex": b""}))
    core = facts["core"]
    assert (core["identifier"], core["version"], core["title"]) == ("org.example", "1.2", "x" * 150)
    assert facts["version_code"] == 7
    assert facts["permissions"] == ["android.permission.CAMERA"]
    assert facts["debuggable"] is True


@pytest.mark.parametrize(
    "manifest",
    [b"", b"<manifest/>", b"\3\0\x08\0\xff\0\0\0\1\0\x1c\0\x10\0\0\0" + bytes(8), b"\3\0\x08\0\x10\0\0\0" + bytes(8)],
)
def test_a_manifest_that_is_none_leaves_the_listing(manifest: bytes) -> None:
    """Text, nothing, or a chunk that says nothing sensible."""
    assert _read(android.extract, _zip({"AndroidManifest.xml": manifest}))["core"]["entry_count"] == 1
    assert _read(android.extract, _zip({"a": b""}))["core"]["signed"] is False


def test_changed_binary_manifests_raise_nothing() -> None:
    """Every byte set to 255, one after the other, and every length cut."""
    good = _axml(utf8=True)
    for place in range(len(good)):
        changed = bytearray(good)
        changed[place] = 0xFF
        assert isinstance(list(android._elements(bytes(changed))), list)
        assert len(list(android._elements(good[:place]))) <= len(list(android._elements(good)))


_METADATA = (
    "Metadata-Version: 2.1\nName: tides\nVersion: 1.2\nSummary: Tide tables\nAuthor-email: Ada <a@example.org>\n"
    "License: {}\nKeywords: sea,moon\nRequires-Python: >=3.9\nRequires-Dist: numpy\nRequires-Dist: a; extra == 'x'\n"
    "Provides-Extra: x\nClassifier: License :: OSI Approved :: MIT License\nProject-URL: Home, https://example.org\n"
    "\nLong text\n"
)


@pytest.mark.parametrize(("license_", "expected"), [("BSD", "BSD"), ("UNKNOWN", "MIT License")])
def test_a_wheel_is_told_by_its_metadata(license_: str, expected: str) -> None:
    """Name, version, summary, licence, author, dependencies and tags."""
    wheel = b"Wheel-Version: 1.0\nGenerator: maker 1\nRoot-Is-Purelib: true\nTag: py3-none-any\nTag: py2-none-any\n"
    members = {"tides-1.2.dist-info/METADATA": _METADATA.format(license_).encode(), "tides-1.2.dist-info/WHEEL": wheel}
    facts = _read(packages.python, _zip(members))
    core = facts["core"]
    assert (core["identifier"], core["version"], core["description"]) == ("tides", "1.2", "Tide tables")
    assert (core["license"], core["authors"], core["generator"]) == (expected, ["Ada <a@example.org>"], "maker 1")
    assert core["keywords"] == ["sea", "moon"]
    assert facts["requires_python"] == ">=3.9"
    assert facts["dependencies"] == ["numpy", "a; extra == 'x'"]
    assert (facts["tags"], facts["pure_python"]) == (["py3-none-any", "py2-none-any"], True)


def test_an_egg_is_told_by_its_package_information() -> None:
    """The same fields, another place; without them only the listing is left."""
    facts = _read(packages.python, _zip({"EGG-INFO/PKG-INFO": b"Name: old\nVersion: 1\nKeywords: a b\n"}))
    assert facts["core"]["identifier"] == "old"
    assert facts["core"]["keywords"] == ["a", "b"]
    assert "identifier" not in _read(packages.python, _zip({"x": b""}))["core"]


def test_a_nuget_package_is_told_by_its_specification() -> None:
    """Identifier, version, authors, licence, tags and dependencies."""
    nuspec = (
        b"<?xml version='1.0'?><package xmlns='http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd'><metadata>"
        b"<id>Quay.Tides</id><version>1.0.2</version><authors>Ada, Grace</authors><description>Tides</description>"
        b"<license type='expression'>MIT</license><projectUrl>https://example.org</projectUrl><tags>sea moon</tags>"
        b"<dependencies><dependency id='Base' version='1'/></dependencies></metadata></package>"
    )
    facts = _read(packages.nuget, _zip({"Quay.Tides.nuspec": nuspec, ".signature.p7s": b""}))
    core = facts["core"]
    assert (core["identifier"], core["version"], core["license"]) == ("Quay.Tides", "1.0.2", "MIT")
    assert (core["authors"], core["keywords"], core["signed"]) == (["Ada", "Grace"], ["sea", "moon"], True)
    assert facts["dependencies"] == ["Base"]
    assert _read(packages.nuget, _zip({"x": b""}))["core"]["entry_count"] == 1


def test_a_browser_extension_is_told_by_its_manifest() -> None:
    """Name, version, identifier and permissions; values of other types are left out."""
    manifest = {
        "manifest_version": 2,
        "name": "Tides",
        "version": "1",
        "author": "Ada",
        "applications": {"gecko": {"id": "tides@example.org"}},
        "permissions": ["tabs", 5],
    }
    facts = _read(packages.browser_extension, _zip({"manifest.json": b"\xef\xbb\xbf" + json.dumps(manifest).encode()}))
    core = facts["core"]
    assert (core["title"], core["version"], core["identifier"]) == ("Tides", "1", "tides@example.org")
    assert (facts["permissions"], facts["manifest_version"]) == (["tabs"], 2)


@pytest.mark.parametrize("manifest", [b"{", b"[]", b"[" * 100_000, b'{"applications": 5, "permissions": "x"}'])
def test_a_manifest_of_another_shape_leaves_the_listing(manifest: bytes) -> None:
    """Broken, deep or foreign JSON says nothing."""
    assert _read(packages.browser_extension, _zip({"manifest.json": manifest}))["core"]["entry_count"] == 1
