"""What the document catalog says: language, tagging, forms, scripts, attachments, outline (ISO 32000-2, 7.7.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from firstbytes.builtin.pdf.objects import at, boolean, integer, items, name, resolved, text
from firstbytes.formats.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firstbytes import JSON

_NODES = 64
_NAMES = 100
_NUMBERINGS = {"D": "decimal", "R": "upper roman", "r": "lower roman", "A": "upper letters", "a": "lower letters"}


def facts(catalog: Any) -> dict[str, JSON]:
    """Return the catalog's own facts."""
    return known(
        {
            "tagged": boolean(at(catalog, "/MarkInfo", "/Marked")),
            "page_layout": name(at(catalog, "/PageLayout")),
            "page_mode": name(at(catalog, "/PageMode")),
            "page_labels": _labels(catalog),
            "outline_count": _outline(catalog),
            "layer_count": len(list(items(at(catalog, "/OCProperties", "/OCGs"), 10_000))) or None,
            "is_portfolio": True if at(catalog, "/Collection") is not None else None,
            "output_intents": _intents(catalog),
            "extensions": _extensions(catalog),
            "display_title": boolean(at(catalog, "/ViewerPreferences", "/DisplayDocTitle")),
        }
    )


def _intents(catalog: Any) -> list[JSON]:
    found = (
        text(at(entry, "/OutputConditionIdentifier")) or text(at(entry, "/Info")) or name(at(entry, "/S"))
        for entry in items(at(catalog, "/OutputIntents"), 8)
    )
    return [intent for intent in found if intent]


def _extensions(catalog: Any) -> dict[str, JSON]:
    found = at(catalog, "/Extensions")
    if not isinstance(found, dict):
        return {}
    developers = [key for key in list(found)[:20] if key != "/Type"]
    return known({name(key) or "": integer(at(found, key, "/ExtensionLevel")) for key in developers})


def _labels(catalog: Any) -> list[JSON]:
    """Return the numbering of each range of pages, with its prefix."""
    found: list[JSON] = []
    for _, value in _tree(at(catalog, "/PageLabels"), "/Nums"):
        style = _NUMBERINGS.get(name(at(value, "/S")) or "", "none")
        prefix = text(at(value, "/P"), 100)
        found.append(f"{prefix} {style}" if prefix else style)
    return found[:20]


def _outline(catalog: Any) -> int | None:
    """Return the number of bookmarks: as declared when all are open, else those of the top level."""
    root = at(catalog, "/Outlines")
    declared = integer(at(root, "/Count"))
    if declared and declared > 0:
        return declared
    total, node, seen = 0, at(root, "/First"), set[int]()
    while isinstance(node, dict) and id(node) not in seen and total < _NODES:
        seen.add(id(node))
        total += 1
        node = at(node, "/Next")
    return total or None


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """An interactive form: terminal fields, whether XFA stands beside it, signatures, and scripts in fields."""

    fields: int = 0
    xfa: bool = False
    signatures: int = 0
    scripts: bool = False
    complete: bool = True


def form(catalog: Any, limit: int) -> Form | None:
    """Return the form, looking at up to `limit` fields; None without one."""
    root = at(catalog, "/AcroForm")
    if not isinstance(root, dict):
        return None
    fields, signatures, scripts, looked = 0, 0, False, 0
    waiting = [(field, "") for field in reversed(list(items(at(root, "/Fields"), 10_000)))]
    seen: set[int] = set()
    while waiting and looked < limit:
        entry, kind = waiting.pop()
        field = resolved(entry)
        looked += 1
        if not isinstance(field, dict) or id(field) in seen:
            continue
        seen.add(id(field))
        kind = name(at(field, "/FT")) or kind
        scripts = scripts or "/AA" in field
        # Kids with a partial name are fields of their own; those without are the same field's widgets.
        kids = [kid for kid in items(dict.get(field, "/Kids"), limit) if at(kid, "/T") is not None]
        waiting.extend((kid, kind) for kid in reversed(kids))
        if not kids:
            fields += 1
            signatures += kind == "Sig" and at(field, "/V") is not None
    return Form(
        fields=fields + len(waiting),
        xfa=at(root, "/XFA") is not None,
        signatures=signatures,
        scripts=scripts,
        complete=not waiting,
    )


def has_scripts(catalog: Any, page: Any) -> bool:
    """Return whether the document, or its first page, runs JavaScript or carries actions of its own."""
    if next(_tree(at(catalog, "/Names", "/JavaScript"), "/Names"), None):
        return True
    actions = [at(catalog, "/OpenAction"), *_triggers(catalog), *_triggers(page)]
    return any(name(at(action, "/S")) == "JavaScript" or at(action, "/JS") is not None for action in actions)


def _triggers(owner: Any) -> list[Any]:
    found = at(owner, "/AA")
    return [at(found, key) for key in list(found)[:16]] if isinstance(found, dict) else []


def attachments(catalog: Any) -> list[tuple[str | None, Any]]:
    """Return name and file specification of up to 100 embedded files."""
    found: list[tuple[str | None, Any]] = []
    for key, value in _tree(at(catalog, "/Names", "/EmbeddedFiles"), "/Names"):
        spec = resolved(value)
        found.append((text(at(spec, "/UF"), 500) or text(at(spec, "/F"), 500) or text(key, 500), spec))
    return found


def _tree(root: Any, leaf: str) -> Iterator[tuple[Any, Any]]:
    """Yield up to 100 pairs of a name or number tree (7.9.6), looking at up to 64 nodes."""
    waiting, looked, given = [root], 0, 0
    while waiting and looked < _NODES:
        node = resolved(waiting.pop())
        looked += 1
        pairs = list(items(at(node, leaf), 2 * _NAMES))
        for key, value in zip(pairs[::2], pairs[1::2], strict=False):
            if given >= _NAMES:
                return
            given += 1
            yield resolved(key), resolved(value)
        waiting.extend(reversed(list(items(at(node, "/Kids"), _NODES))))
