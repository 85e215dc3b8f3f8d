"""A bounded stream of JSON events over a head or a whole small document, in any encoding (RFC 8259). By ijson."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from firstbytes.errors import Decline
from firstbytes.formats.text import Text, decode
from firstbytes.source import ByteSource

_DEPTH = 512


@dataclass(slots=True)
class Events:
    """Iterate for (path, event, value) of ijson; afterwards `error` says why it ended early, "" when it did not."""

    text: Text
    limit: int = 2_000_000
    """Events after which reading stops."""
    error: str = ""
    seen: int = field(default=0, init=False)

    def __iter__(self) -> Iterator[tuple[str, str, Any]]:
        """Yield events until the document, the head, the limit or the well-formedness ends."""
        import ijson

        depth = 0
        stream = io.BytesIO(self.text.text.lstrip("\ufeff\x1e").encode("utf-8", "replace"))
        try:
            for path, event, value in ijson.parse(stream, use_float=True):
                self.seen += 1
                depth += event.startswith("start_") - event.startswith("end_")
                if depth > _DEPTH or self.seen > self.limit:
                    self.error = f"nested deeper than {_DEPTH}" if depth > _DEPTH else f"more than {self.limit} values"
                    return
                yield path, event, value
        except (ijson.JSONError, ValueError, OverflowError, UnicodeError) as error:
            self.error = "not well-formed: " + (str(error).partition("\n")[0][:200] or type(error).__name__)

    @property
    def cut(self) -> bool:
        """True when the text is a head, so that an error at its end is no error of the file."""
        return not self.text.whole


def events(source: ByteSource, whole_up_to: int, head: int, limit: int = 2_000_000) -> Events:
    """Return the events of a source: all of them up to `whole_up_to` bytes, else those of its first `head` bytes.

    Raises:
        Decline: it is no text.
    """
    whole = source.size <= whole_up_to
    text = decode(source.read(0, source.size if whole else head), whole=whole)
    if text is None:
        msg = "not text: it has bytes that no text encoding uses" if source.size else "the file is empty"
        raise Decline(msg)
    return Events(text, limit)


def kind_of(event: str) -> str:
    """Return the name of a value's type: object, array, string, number, boolean, null."""
    return {"start_map": "object", "start_array": "array"}.get(event, event)
