"""JSON: kind, depth, key paths with types, what the usual keys say (RFC 8259, RFC 6901 in spirit)."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.json import Events, events, kind_of
from firstbytes.formats.text import WHOLE, line_ending
from firstbytes.formats.values import clean, from_iso, known

_HEAD = 256 * 1024
_PATHS = 200
_USUAL = {
    "title": ("title", "info.title", "name"),
    "description": ("description", "info.description", "summary"),
    "version": ("version", "info.version"),
    "language": ("language", "lang", "inLanguage", "@language"),
    "identifier": ("@id", "$id", "id", "identifier"),
    "license": ("license", "license.name", "info.license.name", "license.url"),
    "generator": ("generator", "asset.generator", "creator.name", "log.creator.name"),
    "copyright": ("copyright", "asset.copyright"),
}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the document whole up to 1 MB, else its first 256 KB."""
    stream = events(source, WHOLE, _HEAD, limit=300_000)
    shape = Shape()
    for path, event, value in stream:
        shape.take(path, event, value)
    if not shape.kind or (stream.error and stream.seen <= 1 and not stream.cut):
        msg = f"not JSON: {stream.error or 'no value'}"
        raise Corrupt(msg)
    text = stream.text
    whole = text.whole and not stream.error
    result: dict[str, JSON] = {
        "core": known({"encoding": text.unicode_encoding, **_facts(shape)}),
        **known(
            {
                "kind": shape.kind,
                "line_ending": line_ending(text.text),
                "indented": "\n" in text.text.strip(),
                "schema": clean(shape.strings.get("$schema"), 500),
                "depth": shape.depth,
                "item_count": shape.length if whole and shape.kind in {"array", "object"} else None,
                "value_count": shape.values if whole else None,
                "key_paths": {path: sorted(kinds) for path, kinds in shape.paths.items()},
                "key_paths_truncated": True if shape.more else None,
            }
        ),
    }
    return result | _outcome(stream)


def _outcome(stream: Events) -> dict[str, JSON]:
    if stream.error and not stream.cut:
        return {"outcome": "partial", "reason": stream.error}
    if stream.cut:
        return {"outcome": "partial", "reason": "only the first 256 KB of a document over 1 MB were read"}
    return {}


def _facts(shape: Shape) -> dict[str, JSON]:
    facts: dict[str, JSON] = {}
    for name, paths in _USUAL.items():
        facts[name] = next((text for path in paths if (text := clean(shape.strings.get(path)))), None)
    author = next(
        (text for path in ("author", "author.name", "creator") if (text := clean(shape.strings.get(path)))), None
    )
    facts["authors"] = [author] if author else None
    facts["created"] = from_iso(shape.strings.get("created") or shape.strings.get("datePublished"))
    facts["modified"] = from_iso(shape.strings.get("modified") or shape.strings.get("dateModified"))
    return facts


class Shape:
    """Gathers kinds by path; `[]` stands for any element of an array."""

    def __init__(self) -> None:
        self.kind = ""
        self.depth = self.length = self.values = 0
        self.paths: dict[str, set[str]] = {}
        self.strings: dict[str, str] = {}
        self.more = False
        self._open: list[str] = []

    def take(self, path: str, event: str, value: object) -> None:
        """Take one event of ijson."""
        if event in {"end_map", "end_array"}:
            self._open.pop()
            return
        if event == "map_key":
            self.length += len(self._open) == 1
            return
        self.values += 1
        kind = kind_of(event)
        if not self.kind:
            self.kind = kind
        elif self._open:
            self.length += len(self._open) == 1 and self._open[0] == "array"
            self._note(path, kind, value)
        if kind in {"object", "array"}:
            self._open.append(kind)
            self.depth = max(self.depth, len(self._open))

    def _note(self, path: str, kind: str, value: object) -> None:
        name = path[:256].replace(".item", "[]").replace("item", "[]", 1 if path.startswith("item") else 0)
        name = clean(name, 256) or '""'
        if name in self.paths:
            self.paths[name].add(kind)
        elif len(self.paths) < _PATHS:
            self.paths[name] = {kind}
        else:
            self.more = True
        if kind == "string" and len(self.strings) < 500:
            self.strings.setdefault(path[:256], str(value)[:4096])
