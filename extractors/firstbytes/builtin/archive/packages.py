"""Packages that are ZIP archives: Python wheels and eggs, NuGet packages, browser extensions."""

from __future__ import annotations

import json
import re
from email import message_from_string
from typing import TYPE_CHECKING, Any

from firstbytes.builtin.archive import zip as archives
from firstbytes.builtin.archive.java import read_text
from firstbytes.formats.values import clean, known
from firstbytes.formats.xml import parse_head
from firstbytes.formats.zip import Zip, open_zip

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message

    from firstbytes import JSON, ByteSource, Context

_LIMIT = 256 * 1024
_MANY = 100
_HEADERS = 64 * 1024
_METADATA = re.compile(r"[^/]+\.dist-info/METADATA|EGG-INFO/PKG-INFO")
_WHEEL = re.compile(r"[^/]+\.dist-info/WHEEL")
_NUSPEC = re.compile(r"[^/]+\.nuspec", re.IGNORECASE)


def python(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a wheel or egg (core metadata specification, binary distribution format)."""
    archive = open_zip(source)
    core, own = python_metadata(_find(archive, _METADATA))
    wheel = message_from_string(_find(archive, _WHEEL)[:_HEADERS])
    own |= {
        "tags": [tag for tag in (clean(value, 200) for value in wheel.get_all("Tag", [])[:_MANY]) if tag],
        "pure_python": {"true": True, "false": False}.get(str(wheel.get("Root-Is-Purelib", "")).strip().lower()),
    }
    return archives.facts(archive, {"generator": clean(wheel.get("Generator")), **core}, own)


def python_metadata(text: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the core facts and the own facts of METADATA or PKG-INFO."""
    message: Message = message_from_string(text[:_HEADERS].replace("\r\n", "\n"))

    def one(key: str) -> str | None:
        value = clean(str(message.get(key) or ""))
        return None if value == "UNKNOWN" else value

    def many(key: str) -> list[str]:
        return [part for part in (clean(str(value), 500) for value in message.get_all(key, [])[:_MANY]) if part]

    licenses = [value for value in many("Classifier") if value.startswith("License :: ")]
    author = one("Author") or one("Author-email") or one("Maintainer") or one("Maintainer-email")
    keywords = re.split(r"[,\s]+" if "," not in (one("Keywords") or "") else r"\s*,\s*", one("Keywords") or "")
    core = {
        "identifier": one("Name"),
        "title": one("Name"),
        "version": one("Version"),
        "description": one("Summary"),
        "license": one("License-Expression") or one("License") or _last(licenses),
        "authors": [author] if author else None,
        "keywords": [word for word in keywords if word][:_MANY],
    }
    own = {
        "requires_python": one("Requires-Python"),
        "dependencies": many("Requires-Dist"),
        "extras": many("Provides-Extra"),
        "classifiers": many("Classifier"),
        "homepage_url": one("Home-page"),
        "project_urls": dict(part.split(", ", 1) for part in many("Project-URL") if ", " in part),
        "metadata_version": one("Metadata-Version"),
    }
    return core, own


def _last(licenses: list[str]) -> str | None:
    return licenses[0].rpartition(" :: ")[2] if licenses else None


def nuget(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a NuGet package by its .nuspec."""
    archive = open_zip(source)
    head = parse_head(_find(archive, _NUSPEC), whole=True, max_elements=200)
    values = {e.name: clean(e.text) for e in head.elements if e.parent == "metadata" and e.text} if head else {}
    authors = [author.strip() for author in (values.get("authors") or "").split(",")]
    core = {
        "identifier": values.get("id"),
        "title": values.get("title") or values.get("id"),
        "version": values.get("version"),
        "description": values.get("description") or values.get("summary"),
        "license": values.get("license") or values.get("licenseUrl"),
        "authors": [author for author in authors if author][:_MANY],
        "copyright": values.get("copyright"),
        "language": values.get("language"),
        "keywords": (values.get("tags") or "").split()[:_MANY],
        "signed": ".signature.p7s" in archive,
    }
    dependencies = [e.attributes.get("id", "") for e in head.elements if e.name == "dependency"] if head else []
    own = {"homepage_url": values.get("projectUrl"), "dependencies": [d for d in dependencies if d][:_MANY]}
    return archives.facts(archive, core, own)


def browser_extension(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a WebExtension by its manifest.json."""
    archive = open_zip(source)
    text = read_text(archive, "manifest.json", _LIMIT)
    try:
        manifest = json.loads(text.removeprefix("\ufeff")) if len(text) < _LIMIT else {}
    except (ValueError, RecursionError):
        manifest = {}
    if not isinstance(manifest, dict):
        manifest = {}

    def string(value: Any) -> str | None:
        return clean(value) if isinstance(value, str) else None

    settings = manifest.get("browser_specific_settings") or manifest.get("applications")
    gecko = settings.get("gecko") if isinstance(settings, dict) else None
    author = string(manifest.get("author"))
    permissions = manifest.get("permissions")
    core = {
        "title": string(manifest.get("name")),
        "version": string(manifest.get("version")),
        "description": string(manifest.get("description")),
        "authors": [author] if author else None,
        "identifier": string(gecko.get("id")) if isinstance(gecko, dict) else None,
        "language": string(manifest.get("default_locale")),
    }
    own = {
        "manifest_version": manifest.get("manifest_version")
        if isinstance(manifest.get("manifest_version"), int)
        else None,
        "homepage_url": string(manifest.get("homepage_url")),
        "permissions": [string(p) for p in permissions[:_MANY] if string(p)] if isinstance(permissions, list) else None,
    }
    return archives.facts(archive, core, known(own))


def _find(archive: Zip, pattern: re.Pattern[str]) -> str:
    """Return the text of the first member whose name matches; "" without one."""
    name = next((name for name in archive.names(20_000) if pattern.fullmatch(name)), None)
    return read_text(archive, name, _LIMIT) if name else ""
