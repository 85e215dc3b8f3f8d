"""A document made of parts in a ZIP: parts are read bounded, and what could not be read is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from firstbytes import BudgetExceededError, Corrupt, Decline
from firstbytes.formats.values import known
from firstbytes.formats.xml import read_head
from firstbytes.formats.zip import open_zip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from firstbytes import JSON, ByteSource
    from firstbytes.formats.xml import Element, XmlHead
    from firstbytes.formats.zip import Zip

PART = 256 * 1024
"""Bytes of one XML part that are looked at."""
_MAX_NAMES = 20_000
_MAX_DIRECTORY = 2 * 1024 * 1024
_MAX_ELEMENTS = 8000


@dataclass(slots=True)
class Package:
    """An opened document: its archive, the names of its parts, and the parts that are there but unreadable."""

    archive: Zip
    names: tuple[str, ...]
    lost: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, limit: int = PART) -> bytes:
        """Return up to `limit` bytes of a part; nothing when it is missing or unreadable."""
        try:
            return self.archive.read(name, limit)
        except BudgetExceededError:
            raise
        except (Corrupt, Decline) as error:
            self.lost[name] = str(error)
            return b""

    def elements(self, name: str, limit: int = PART, max_elements: int = _MAX_ELEMENTS) -> Sequence[Element]:
        """Return the elements of an XML part in document order, the root first."""
        data = self.read(name, limit)
        if not data:
            return ()
        head = read_head(data, whole=len(data) < limit, max_elements=max_elements)
        if lost := fault(head, whole=len(data) < limit, max_elements=max_elements):
            self.lost[name] = lost
        return (head.root, *head.elements) if head else ()

    def counted(self, name: str, elements: Sequence[Element]) -> bool:
        """Return whether these are all the elements of a part, so that they can be counted."""
        member = self.archive.get(name)
        return member is not None and member.size < PART and len(elements) < _MAX_ELEMENTS

    def outcome(self, *, needed: Iterable[str] = ()) -> Mapping[str, JSON]:
        """Return `outcome` and `reason` when something known to be there could not be read.

        Raises:
            Corrupt: a part of `needed` is missing or unreadable.
        """
        if self.archive.truncated:
            return {"outcome": "partial", "reason": "cut off: no central directory"}
        for name in needed:
            if name in self.lost or name not in self.archive:
                msg = f"{name}: {self.lost.get(name, 'missing')}"[:200]
                raise Corrupt(msg)
        if not self.archive.complete:
            return {"outcome": "partial", "reason": "more parts than are looked at"}
        if "encrypted" in self.lost.values():
            return {"outcome": "encrypted", "reason": "parts are encrypted"}
        for name, error in self.lost.items():
            return {"outcome": "partial", "reason": f"{name}: {error}"[:200]}
        return {}


def fault(head: XmlHead | None, *, whole: bool, max_elements: int) -> str:
    """Return what is wrong with an XML document of which `whole` was there to be read; nothing when all is well."""
    if head is None:
        return "no XML"
    if whole and not head.complete and len(head.elements) < max_elements - 1:
        return head.error or "cut off"
    return head.error


def result(
    core: Mapping[str, JSON], own: Mapping[str, JSON], outcome: Mapping[str, JSON] | None = None
) -> dict[str, JSON]:
    """Return what an extractor answers: the facts that say something, and the outcome where it is not a plain one."""
    facts: dict[str, JSON] = {"core": known(core)}
    facts.update(known(own))
    facts.update(outcome or {})
    return facts


def open_package(source: ByteSource) -> Package:
    """Open a document.

    Raises:
        Corrupt: it is no ZIP archive.
    """
    archive = open_zip(source, max_directory=_MAX_DIRECTORY, window=PART)
    return Package(archive, tuple(archive.names(_MAX_NAMES)))
