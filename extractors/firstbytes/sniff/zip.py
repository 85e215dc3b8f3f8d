"""What kind of ZIP it is: the main part of a package, the `mimetype` member, a manifest, telling member names.

At most three small reads beside the central directory, usually in blocks that are there already.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from firstbytes import BudgetExceededError, BytesSource, Corrupt, Decline
from firstbytes.formats.xml import read_head
from firstbytes.formats.zip import open_zip
from firstbytes.formats.zip_entries import LOCAL
from firstbytes.media import canonical, table
from firstbytes.sniff.values import Match
from firstbytes.sniff.zip_types import CUT_PACKAGES, LESSER_PARTS, MAIN_PARTS, MEMBERS, PACKAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from firstbytes.formats.xml import Element
    from firstbytes.formats.zip import Zip
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_MAX_DIRECTORY = 512 * 1024
_MAX_NAMES = 12_000
_PART = 256 * 1024
_TYPE = re.compile(r"[a-z]+/[a-z0-9][\w.+-]+")
_CONTENT_TYPES = "[Content_Types].xml"


def refine(head: Head, source: ByteSource) -> Match | None:
    """Return what the archive is, or None for one that is nothing but an archive."""
    del head
    archive = open_zip(source, max_directory=_MAX_DIRECTORY)
    every = archive.names(_MAX_NAMES)
    if not archive.complete and not archive.truncated:
        # Some packages put what tells their kind at the end (wheels do).
        every = chain(every, archive.last_names())
    names = [name.replace("\n", " ") for name in every]
    listing = "\n".join(names)
    for rule in (_mimetype, _package, _iwork, _manifest, _container, _uniform):
        if found := rule(archive, names, listing):
            return found
    return _members(MEMBERS, listing)


def content(head: Head, source: ByteSource) -> Match | None:
    """Return the type of an archive behind a line that names its interpreter (a Python zipapp, a self-extractor)."""
    if not head.data.startswith(b"#!") or LOCAL not in head.block:
        return None
    return behind(head, source)


def behind(head: Head, source: ByteSource) -> Match | None:
    """Return the type of an archive behind other bytes, whose central directory is whole."""
    if open_zip(source, max_directory=_MAX_DIRECTORY).truncated:
        return None
    return refine(head, source) or Match("application/zip", "central directory", "container")


def _read(archive: Zip, name: str, limit: int) -> bytes:
    try:
        return archive.read(name, limit)
    except BudgetExceededError:
        raise
    except (Corrupt, Decline):
        return b""


def _elements(archive: Zip, name: str) -> Sequence[Element]:
    data = _read(archive, name, _PART)
    head = read_head(data, whole=len(data) < _PART, max_elements=5000) if data else None
    return (head.root, *head.elements) if head else ()


def _members(rules: Sequence[tuple[str, tuple[str, ...]]], listing: str) -> Match | None:
    for media_type, patterns in rules:
        hits = [re.search(f"^{pattern}$", listing, re.MULTILINE) for pattern in patterns]
        if all(hits) and hits[0]:
            return Match(media_type, f"member {hits[0].group()[:100]}", "container")
    return None


def _mimetype(archive: Zip, names: Sequence[str], listing: str) -> Match | None:
    """OCF and ODF packages name their type in a member: first and stored, or wherever careless writers put it."""
    declared = _read(archive, "mimetype", 200).decode("ascii", "replace").strip("\ufeff\0 \t\r\n").lower()
    if not _TYPE.fullmatch(declared):
        return None
    found = canonical(declared)
    if found == "application/epub+zip" and "com.apple.ibooks.display-options.xml" not in listing:
        ibooks = any(name.endswith("iBooksMetadata.plist") for name in names) and ".ibooks" in listing
        return Match("application/x-ibooks+zip" if ibooks else found, "member mimetype", "container")
    return Match(found, "member mimetype", "container") if found in table() or "." in found else None


def _package(archive: Zip, names: Sequence[str], listing: str) -> Match | None:
    """Return the type of an OPC package: the content type of the part that the root relationship leads to."""
    del names
    if _CONTENT_TYPES not in archive:
        return _cut_package(archive, listing)
    types = dict(_content_types(archive))
    mains = {part: MAIN_PARTS[kind] for part, kind in types.items() if kind in MAIN_PARTS}
    if len(set(mains.values())) != 1 or "application/vnd.ms-xpsdocument" in mains.values():
        mains = _rooted(archive, types) or mains
    for part, media_type in mains.items():
        return Match(media_type, f"main part {part[:100]}", "container")
    return (
        _members(PACKAGES, listing)
        or _cut_package(archive, listing)
        or Match("application/vnd.ms-package.opc", f"member {_CONTENT_TYPES}", "container")
    )


def _cut_package(archive: Zip, listing: str) -> Match | None:
    """Return what most packages of the kind are, where the list of their content types is cut off."""
    if not archive.truncated or not re.search(r"^(_rels/\.rels|\[Content_Types\]\.xml)$", listing, re.MULTILINE):
        return None
    found = _members(CUT_PACKAGES, listing)
    return replace(found, weak=True) if found else None


def _content_types(archive: Zip) -> Iterator[tuple[str, str]]:
    """Yield (part or ".suffix", content type in lower case)."""
    for element in _elements(archive, _CONTENT_TYPES):
        kind = element.attributes.get("ContentType", "").strip().lower()
        if element.name == "Override":
            yield element.attributes.get("PartName", ""), kind
        elif element.name == "Default":
            yield "." + element.attributes.get("Extension", "").lower(), kind


def _rooted(archive: Zip, types: dict[str, str]) -> dict[str, str]:
    for element in _elements(archive, "_rels/.rels"):
        target = "/" + element.attributes.get("Target", "").lstrip("/")
        if "openxps.org" in element.attributes.get("Type", ""):
            return {target: "application/oxps"}
        kind = types.get(target, types.get("." + target.rpartition(".")[2].lower(), ""))
        if media_type := MAIN_PARTS.get(kind) or LESSER_PARTS.get(kind):
            return {target: media_type}
    return {}


def _iwork(archive: Zip, names: Sequence[str], listing: str) -> Match | None:
    """iWork: an XML document by its root (2005 to 2009), IWA objects since 2013."""
    for suffix in ("", ".gz"):
        if f"index.apxl{suffix}" in archive:
            return Match("application/vnd.apple.keynote", f"member index.apxl{suffix}", "container")
    if found := re.search(rb"<(sl|ls|key):(document|presentation)\b", _read(archive, "index.xml", 4096)):
        kind = {b"sl": "pages", b"ls": "numbers", b"key": "keynote"}[found[1]]
        return Match(f"application/vnd.apple.{kind}", f"root {found[1].decode()}", "container")
    inner = archive
    if "Index.zip" in archive and "Index/Document.iwa" not in archive:
        packed = BytesSource(_read(archive, "Index.zip", _PART))
        inner = open_zip(packed) if packed.size else archive
        names = list(inner.names(_MAX_NAMES))
    if not any(name.endswith(".iwa") for name in names):
        locked = ".iwpv2" in archive or ".iwph" in archive
        return Match("application/vnd.apple.iwork", "member .iwpv2", "container") if locked else None
    del listing
    return _iwa(inner, names)


def _iwa(archive: Zip, names: Sequence[str]) -> Match | None:
    first = _first_type(_read(archive, "Index/Document.iwa", 64))
    if first == 10000:
        return Match("application/vnd.apple.pages", "IWA object TP.DocumentArchive", "container")
    if slide := next((n for n in names if re.match(r"Index/(Slide|MasterSlide|TemplateSlide)", n)), None):
        return Match("application/vnd.apple.keynote", f"member {slide[:100]}", "container")
    if first == 1:
        return Match("application/vnd.apple.numbers", "IWA object TN.DocumentArchive", "container")
    return Match("application/vnd.apple.iwork", "member Index/Document.iwa", "container")


def _first_type(data: bytes) -> int:
    """Return the type number of the first object of an IWA file: Snappy chunk, ArchiveInfo, MessageInfo field 1."""
    literal = re.match(rb"\x00...[\x80-\xff]*[\x00-\x7f][\x00-\xfc]", data, re.DOTALL)
    body = (
        data[literal.end() + ((data[literal.end() - 1] >> 2) - 59 if data[literal.end() - 1] >= 0xF0 else 0) :]
        if literal
        else b""
    )
    found = re.match(
        rb"[\x80-\xff]*[\x00-\x7f]\x08[\x80-\xff]*[\x00-\x7f]\x12[\x80-\xff]*[\x00-\x7f]\x08([\x80-\xff]*[\x00-\x7f])",
        body,
    )
    return sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(found[1][:5])) if found else 0


def _manifest(archive: Zip, names: Sequence[str], listing: str) -> Match | None:
    """OpenDocument without `mimetype`: the manifest's entry for the whole package."""
    del names, listing
    for element in _elements(archive, "META-INF/manifest.xml")[:200]:
        attributes = element.attributes
        declared = attributes.get("media-type", "").lower()
        if attributes.get("full-path") == "/" and _TYPE.fullmatch(declared):
            return Match(canonical(declared), "META-INF/manifest.xml", "container")
    return None


def _container(archive: Zip, names: Sequence[str], listing: str) -> Match | None:
    """OCF without `mimetype`: the media type or the name of the first root file (EPUB, MusicXML)."""
    del names, listing
    for element in _elements(archive, "META-INF/container.xml")[:50]:
        if element.name != "rootfile":
            continue
        declared, path = element.attributes.get("media-type", ""), element.attributes.get("full-path", "")
        if declared == "application/oebps-package+xml" or path.endswith(".opf"):
            return Match("application/epub+zip", "META-INF/container.xml", "container")
        if "musicxml" in declared or path.endswith((".musicxml", ".xml")):
            return Match("application/vnd.recordare.musicxml", "META-INF/container.xml", "container")
    return None


def _uniform(archive: Zip, names: Sequence[str], listing: str) -> Match | None:
    """Some archives hold nothing but one kind of file: NumPy's arrays, translation files."""
    del archive, listing
    for media_type, suffixes in (("application/x-npz", (".npy",)), ("application/x-xliff+zip", (".xlf", ".skl"))):
        if names and all(name.endswith(suffixes) for name in names):
            return Match(media_type, f"members {suffixes[0]}", "container")
    return None
