"""A PDF's facts (ISO 32000-2): trailer, information dictionary, XMP, catalog and first page, in two to four reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from firstbytes import BudgetExceededError, Corrupt
from firstbytes.builtin.pdf import catalog, embedded, info, pages, plain, security
from firstbytes.builtin.pdf.objects import at, resolved, text
from firstbytes.builtin.pdf.opening import CUT, SMALL, open_reader, quiet
from firstbytes.formats import xmp
from firstbytes.formats.values import known

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from firstbytes import JSON, ByteSource, Context

_HEAD = 64 * 1024


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a PDF.

    Raises:
        Corrupt: there is no header, or nothing can be read behind it.
    """
    head = source.read(0, _HEAD)
    version = plain.version(head)
    if version is None:
        msg = "no %PDF header in the first 1024 bytes"
        raise Corrupt(msg)
    with quiet():
        try:
            opened = open_reader(source)
        except Corrupt as error:
            return _without_reader(source, head, version, str(error))
        cut = opened.cut or plain.shortened(head, source.size)
        document = _Document(source, head, version, opened.reader, missing=[CUT] if cut else [])
        facts = document.facts(opened.catalog)
    return facts | ({"damage": opened.damage} if opened.damage and not cut else {})


def _without_reader(source: ByteSource, head: bytes, version: str, damage: str) -> dict[str, JSON]:
    """Return what the plain bytes show when no library opens the file; raise when that is only the header."""
    encryption = plain.encryption(source)
    numbers = plain.linearized(head, source.size)
    if encryption is None and not numbers and damage != CUT:
        raise Corrupt(damage)
    count = (numbers or {}).get("N")
    outcome = {"outcome": "partial", "reason": damage} if encryption is None else _locked()
    return {
        "core": known(
            {"format_version": version, "page_count": count, "encrypted": True if encryption is not None else None}
        ),
        "linearized": bool(numbers),
        **({"encryption": encryption} if encryption else {}),
        **outcome,
    }


def _locked() -> dict[str, str]:
    return {"outcome": "encrypted", "reason": "the document needs a password or a cipher that is not there"}


class _Document:
    """The parts of one opened document; each that cannot be read is named, and the others are still given."""

    def __init__(self, source: ByteSource, head: bytes, version: str, reader: Any, *, missing: list[str]) -> None:
        self._source, self._head, self._version, self._reader = source, head, version, reader
        self._missing = missing

    def facts(self, root: Any) -> dict[str, JSON]:
        """Return everything there is to say about the document with this catalog, None when a password seals it."""
        encrypt = self._part("encryption", lambda: at(self._reader.trailer, "/Encrypt"), None)
        encryption = self._part("encryption", lambda: security.facts(encrypt), {}) if encrypt is not None else None
        if root is None:
            return self._sealed(encryption or {})
        packet = self._part("XMP", lambda: _packet(root), {})
        entries = self._part("information dictionary", lambda: info.entries(self._reader.trailer), {})
        own: dict[str, Any] = {
            "linearized": plain.linearized(self._head, self._source.size) is not None,
            "object_count": self._objects(),
            "encryption": encryption,
            **self._part("catalog", lambda: catalog.facts(root), {}),
            **self._part("pages", lambda: self._pages(root), {}),
            **info.own(entries, packet),
        }
        core = info.core(entries, packet) | {"encrypted": encrypt is not None, **self._counts(root, own)}
        core["format_version"] = self._part("version", lambda: self._latest(root), None) or self._version
        core["language"] = self._part("language", lambda: text(at(root, "/Lang"), 100), None) or core["language"]
        return {"core": known(core), **known(own), **self._outcome()}

    def _sealed(self, encryption: dict[str, JSON]) -> dict[str, JSON]:
        numbers = plain.linearized(self._head, self._source.size)
        core: dict[str, Any] = {
            "format_version": self._version,
            "encrypted": True,
            "page_count": (numbers or {}).get("N"),
        }
        return {
            "core": known(core),
            "linearized": numbers is not None,
            "object_count": self._objects(),
            "encryption": encryption,
            **_locked(),
        }

    def _objects(self) -> int:
        reader = self._reader
        return sum(len(table) for table in reader.xref.values()) + len(reader.xref_objStm)

    def _pages(self, root: Any) -> dict[str, JSON]:
        page, attributes = pages.first(root)
        return pages.size(page, attributes)

    def _counts(self, root: Any, own: dict[str, Any]) -> dict[str, Any]:
        """Count pages, fields and attachments; the latter two are described among the own facts."""
        form = self._part("form", lambda: catalog.form(root, 2000 if self._source.size <= SMALL else 64), None)
        page, _ = self._part("pages", lambda: pages.first(root), (None, {}))
        scripts = self._part("scripts", lambda: catalog.has_scripts(root, page), default=False)
        files = self._part("attachments", lambda: embedded.files(self._source, self._reader, root), [])
        count = self._part("pages", lambda: pages.count(root, self._objects()), None)
        if form:
            own["form_field_count"] = form.fields
            own["has_xfa_form"] = form.xfa or None
            own["signature_count"] = form.signatures or None
        own["attachments"] = files
        return {
            "page_count": count,
            "attachment_count": len(files),
            "macros": scripts or bool(form and form.scripts),
            "signed": bool(form and form.signatures),
        }

    def _latest(self, root: Any) -> str:
        declared = (text(at(root, "/Version")) or "").removeprefix("/")
        return max(declared, self._version) if len(declared) == 3 and declared[1] == "." else self._version

    def _part(self, name: str, read: Callable[[], Any], default: Any) -> Any:
        try:
            return read()
        except BudgetExceededError:
            raise
        except Exception:  # noqa: BLE001 - pypdf raises nearly anything on hostile bytes
            if (sentence := f"cannot read the {name}") not in self._missing:
                self._missing.append(sentence)
            return default

    def _outcome(self) -> dict[str, str]:
        return {"outcome": "partial", "reason": "; ".join(self._missing)[:500]} if self._missing else {}


def _packet(root: Any) -> xmp.Properties:
    stream = resolved(at(root, "/Metadata"))
    return xmp.read(stream.get_data()) if hasattr(stream, "get_data") else {}
