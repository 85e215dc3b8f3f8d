"""Java archives by their manifest (JAR File Specification) and the Maven properties beside it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from firstbytes import Corrupt, Decline
from firstbytes.builtin.archive import zip as archives
from firstbytes.formats.values import clean, known
from firstbytes.formats.zip import Zip, open_zip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_MANIFEST = "META-INF/MANIFEST.MF"
_LIMIT = 64 * 1024
_ATTRIBUTES = 100
_SIGNED = re.compile(r"META-INF/[^/]+\.(?:RSA|DSA|EC)", re.IGNORECASE)
_MAVEN = re.compile(r"META-INF/maven/[^/]+/[^/]+/pom\.properties")


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a Java archive."""
    archive = open_zip(source)
    manifest = read_manifest(archive)
    maven = _maven(archive)
    return archives.facts(archive, core(manifest, maven) | {"signed": signed(archive)}, own(manifest, maven))


def read_manifest(archive: Zip) -> dict[str, str]:
    """Return the main attributes of the manifest, continuation lines joined; nothing without one."""
    text = read_text(archive, _MANIFEST).replace("\r\n", "\n").replace("\r", "\n").replace("\n ", "")
    found: dict[str, str] = {}
    for line in text.partition("\n\n")[0].split("\n"):
        key, colon, value = line.partition(":")
        cleaned = clean(value)
        if colon and cleaned and len(found) < _ATTRIBUTES:
            found[key.strip()[:100]] = cleaned
    return found


def read_text(archive: Zip, name: str, limit: int = _LIMIT) -> str:
    """Return up to `limit` bytes of a member as text; nothing when it is missing, encrypted or broken."""
    try:
        return archive.read(name, limit).decode("utf-8", "replace")
    except (Corrupt, Decline):
        return ""


def signed(archive: Zip) -> bool:
    """Return whether a signature block lies beside the manifest (present, not verified)."""
    return any(_SIGNED.fullmatch(name) for name in archive.names(10_000))


def _maven(archive: Zip) -> dict[str, str]:
    """Return the Maven coordinates when the archive holds exactly one project's."""
    projects = [name for name in archive.names(20_000) if _MAVEN.fullmatch(name)]
    if len(projects) != 1:
        return {}
    pairs = (line.partition("=") for line in read_text(archive, projects[0], 4096).splitlines())
    return {
        key.strip(): value.strip() for key, _, value in pairs if key.strip() in {"groupId", "artifactId", "version"}
    }


def core(manifest: Mapping[str, str], maven: Mapping[str, str]) -> dict[str, Any]:
    """Return the core facts: of Implementation-*, else of Bundle-* (OSGi), else Maven's, else of Specification-*."""

    def first(*keys: str) -> str | None:
        return next((manifest[key] for key in keys if key in manifest), None)

    coordinates = ":".join(filter(None, (maven.get("groupId"), maven.get("artifactId"))))
    symbolic = (first("Bundle-SymbolicName") or "").partition(";")[0]
    return {
        "title": first("Implementation-Title", "Bundle-Name", "Specification-Title"),
        "version": first("Implementation-Version", "Bundle-Version")
        or maven.get("version")
        or first("Specification-Version"),
        "publisher": first("Implementation-Vendor", "Bundle-Vendor", "Specification-Vendor"),
        "license": first("Bundle-License"),
        "description": first("Bundle-Description"),
        "identifier": coordinates or clean(symbolic) or first("Implementation-Vendor-Id", "Automatic-Module-Name"),
        "generator": first("Created-By"),
    }


def own(manifest: Mapping[str, str], maven: Mapping[str, str]) -> dict[str, Any]:
    """Return what core has no field for, and the manifest itself."""
    return known(
        {
            "main_class": manifest.get("Main-Class"),
            "build_jdk": manifest.get("Build-Jdk") or manifest.get("Build-Jdk-Spec"),
            "module_name": manifest.get("Automatic-Module-Name"),
            "multi_release": True if manifest.get("Multi-Release", "").lower() == "true" else None,
            "maven": dict(maven),
            "manifest": dict(manifest),
        }
    )
