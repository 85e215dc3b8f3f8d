"""One name a type, its family and its ancestors: committed facts, applied alike to every tool.

`equivalent.tsv` has the name we use (the registered one where there is one) and the other names of the same type.
`ancestors.tsv` has the family and the parents of a type; rules for suffixes such as `+xml` add theirs.
A type is graded when it is registered at IANA, or known to two of Tika, shared-mime-info, libmagic, magika, Apache
httpd and Debian's mime.types, or named by our own requirements: column `registers`. That keeps out the names that one
project made up for itself, and keeps the figures from being about game cartridges.
Both were drawn up from those registers' own aliases and parents and then gone through by hand; a new type of a source
needs its line in `ancestors.tsv` to take part.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

__all__ = ["UNKNOWN", "Types", "load"]

HERE = Path(__file__).parent
UNKNOWN = "application/octet-stream"
STRUCTURED = {
    "+xml": "application/xml",
    "+zip": "application/zip",
    "+json": "application/json",
    "+gzip": "application/gzip",
    "+ole": "application/x-ole-storage",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """Names, families and parents of media types."""

    names: dict[str, str]
    families: dict[str, str]
    parents: dict[str, tuple[str, ...]]
    graded: frozenset[str]

    def canonical(self, media_type: str | None) -> str:
        """Give the one name of a type; parameters are dropped, nothing and empty become octet-stream."""
        bare = (media_type or "").partition(";")[0].strip().lower()
        return self.names.get(bare, bare) or UNKNOWN

    def family(self, media_type: str) -> str:
        """Give the family of a canonical type; types that no one listed go by their first word."""
        return self.families.get(media_type, media_type.partition("/")[0])

    def ancestors(self, media_type: str) -> frozenset[str]:
        """Give every type that a canonical type is a kind of, itself and octet-stream left out."""
        found: set[str] = set()
        todo = [media_type]
        while todo:
            for parent in self._direct(todo.pop()):
                if parent not in found:
                    found.add(parent)
                    todo.append(parent)
        return frozenset(found - {media_type, UNKNOWN})

    def _direct(self, media_type: str) -> set[str]:
        direct = set(self.parents.get(media_type, ()))
        direct |= {parent for suffix, parent in STRUCTURED.items() if media_type.endswith(suffix)}
        if media_type.startswith("text/") and media_type != "text/plain":
            direct.add("text/plain")
        return {self.canonical(one) for one in direct}


def load(folder: Path = HERE) -> Types:
    """Read both tables."""
    names: dict[str, str] = {}
    for media_type, aliases in _rows(folder / "equivalent.tsv"):
        names |= dict.fromkeys(aliases.split(), media_type)
    families: dict[str, str] = {}
    parents: dict[str, tuple[str, ...]] = {}
    graded = set()
    for media_type, family, kinds, registers in _rows(folder / "ancestors.tsv"):
        families[media_type] = family
        parents[media_type] = tuple(kinds.split())
        if registers:
            graded.add(media_type)
    return Types(names=names, families=families, parents=parents, graded=frozenset(graded))


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as lines:
        rows = [row for row in csv.reader(lines, delimiter="\t") if row and not row[0].startswith("#")]
    return rows[1:]
