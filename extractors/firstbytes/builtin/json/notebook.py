"""Jupyter notebooks: kernel, language, cells by kind, headings (nbformat 3 and 4)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.json import events
from firstbytes.formats.values import clean, known

_WHOLE = 4 * 1024 * 1024
_HEAD = 1024 * 1024
_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)
_MOST = 100


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the notebook whole up to 4 MB, else its first megabyte."""
    stream = events(source, _WHOLE, _HEAD)
    book = _Book()
    for path, event, value in stream:
        book.take(path, event, value)
    if not book.values and not book.cells:
        msg = f"not a notebook: {stream.error or 'no cells'}"
        raise Corrupt(msg)
    book.close()
    values = book.values
    format_version = ".".join(v for key in ("nbformat", "nbformat_minor") if (v := values.get(key)))
    title = clean(values.get("metadata.title") or values.get("metadata.name")) or next(iter(book.headings), {}).get(
        "text"
    )
    result: dict[str, JSON] = {
        "core": known(
            {
                "title": title,
                "authors": book.authors[:_MOST],
                "format_version": format_version,
                "encoding": stream.text.unicode_encoding,
                "entry_count": sum(book.cells.values()) if not stream.error and not stream.cut else None,
            }
        ),
        **known(
            {
                **_kernel(values),
                "cell_types": dict(book.cells),
                "executed_cell_count": book.executed,
                "output_count": book.outputs,
                "output_types": dict(book.output_types),
                "headings": book.headings[:_MOST],
            }
        ),
    }
    if stream.error and not stream.cut:
        result |= {"outcome": "partial", "reason": stream.error}
    elif stream.cut:
        result |= {"outcome": "partial", "reason": "only the first megabyte of a notebook over 4 MB was read"}
    return result


def _kernel(values: Mapping[str, str]) -> dict[str, str | None]:
    language = values.get("metadata.language_info.name") or values.get("metadata.kernelspec.language")
    return {
        "kernel": clean(values.get("metadata.kernelspec.name")),
        "kernel_display_name": clean(values.get("metadata.kernelspec.display_name")),
        "programming_language": clean(language),
        "language_version": clean(values.get("metadata.language_info.version")),
    }


class _Book:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.cells: Counter[str] = Counter()
        self.output_types: Counter[str] = Counter()
        self.headings: list[dict[str, str | int]] = []
        self.authors: list[str] = []
        self.executed = self.outputs = 0
        self._kind = ""
        self._source: list[str] = []

    def take(self, path: str, event: str, value: object) -> None:
        """Take one event; format 3 keeps its cells inside of worksheets."""
        path = path.removeprefix("worksheets.item.")
        if event in {"string", "number"} and not path.startswith("cells.") and len(self.values) < 200:
            self.values.setdefault(path[:200], str(value)[:1000])
            if path == "metadata.authors.item.name":
                self.authors.append(clean(str(value), 200) or "")
        if path == "cells.item" and event == "start_map":
            self.close()
        elif path == "cells.item.cell_type":
            self._kind = str(value)[:40]
            self.cells[self._kind] += 1
        elif path in {"cells.item.source", "cells.item.source.item"} and event == "string" and len(self._source) < 2000:
            self._source.append(str(value)[:4000])
        elif path in {"cells.item.execution_count", "cells.item.prompt_number"} and event == "number":
            self.executed += 1
        elif path == "cells.item.outputs.item.output_type":
            self.outputs += 1
            self.output_types[str(value)[:40]] += 1

    def close(self) -> None:
        """End the cell that is open: its headings count when it is Markdown."""
        if self._kind == "markdown" and len(self.headings) < _MOST:
            for marks, text in _HEADING.findall("".join(self._source)):
                self.headings.append({"level": len(marks), "text": clean(text, 300) or ""})
        self._kind, self._source = "", []
