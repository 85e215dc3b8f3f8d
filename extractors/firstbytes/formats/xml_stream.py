"""A bounded walk over the elements of an XML document, for extractors that count or add up. Nothing is expanded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from xml.parsers import expat

from firstbytes.formats.text import Text

_DEPTH = 256
_TEXT = 64 * 1024


class _TooDeep(Exception):
    pass


class Walk:
    """One walk: `start(name, attributes)` and `end(name, text)` get local names; `path` holds the open elements."""

    def __init__(
        self,
        start: Callable[[str, Mapping[str, str]], None] | None = None,
        end: Callable[[str, str], None] | None = None,
    ) -> None:
        self.path: list[str] = []
        self.error = ""
        self._text: list[list[str]] = []
        self._sizes: list[int] = []
        self._on_start, self._on_end = start, end
        # No namespaces: an undeclared prefix must not end the walk, and local names are what dialects are read by.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.UseForeignDTD(True)  # noqa: FBT003 - positional in pyexpat
        self._parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_UNLESS_STANDALONE)
        self._parser.ExternalEntityRefHandler = self._external
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.EntityDeclHandler = self._entity
        self._parser.DefaultHandler = lambda _: None

    def run(self, text: Text) -> bool:
        """Walk a decoded document; return whether it was well-formed to the end, else `error` says what is wrong."""
        data = text.text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")
        try:
            self._parser.Parse(data, text.whole)
        except expat.ExpatError as error:
            self.error = f"not well-formed: {error}"[:200]
        except _TooDeep:
            self.error = f"elements nested deeper than {_DEPTH}, or entities made of entities"
        return text.whole and not self.error

    def _external(self, context: str, *_: object) -> int:
        self._parser.ExternalEntityParserCreate(context).Parse(b"", True)  # noqa: FBT003 - positional in pyexpat
        return 1

    def _entity(self, _name: str, _parameter: int, value: str | None, *_: object) -> None:
        if value is not None and "&" in value.replace("&#", ""):
            raise _TooDeep

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self.path) >= _DEPTH:
            raise _TooDeep
        local = name.rpartition(":")[2]
        self.path.append(local)
        self._text.append([])
        self._sizes.append(0)
        if self._on_start:
            self._on_start(local, attributes)

    def _end(self, _: str) -> None:
        text = "".join(self._text.pop())
        self._sizes.pop()
        if self._on_end:
            self._on_end(self.path[-1], text)
        self.path.pop()

    def _characters(self, text: str) -> None:
        if self._text and self._sizes[-1] < _TEXT:
            self._sizes[-1] += len(text)
            self._text[-1].append(text)
