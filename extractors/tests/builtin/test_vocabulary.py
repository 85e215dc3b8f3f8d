"""Every answer keeps the conventions of the documentation's page on extractors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pictures
import promised_files
import pytest
import small_archives
import small_books
import small_files

from firstbytes.core import Core
from firstbytes.envelope import Document
from firstbytes.plugins import discover
from firstbytes.routes import RouteTable, compile_table
from firstbytes.run import InProcess, Task
from firstbytes.source import BytesSource
from firstbytes.testing.harness import as_sample

SAMPLES = Path(__file__).parents[3] / "samples"
MAKERS: Mapping[str, Any] = {
    **small_files.MAKERS,
    **small_archives.MAKERS,
    **small_books.MAKERS,
    **pictures.MAKERS,
    **promised_files.MAKERS,
}
ROWS = [line.split("\t") for line in (SAMPLES / "expected.tsv").read_text("utf-8").splitlines()[1:]]
FILES = [row[0] for row in ROWS if row[2] == "complete" and row[0] != "museum.sqlite"] + sorted(MAKERS)
TRUE_OR_FALSE = ("_present", "_embedded", "_available", "_exists", "_used")
UNCLEAR = ("_size", "_length", "_duration", "_time", "_date", "_number_of", "count_of")
STILL_CLEAR = {"exposure_time", "gps_time"}
"""Names of Exif's own; their units are seconds and a time of day."""
MOST = 256


@cache
def table() -> RouteTable:
    """Return the table of the built-in extractors."""
    builtin = discover(allow=())
    return compile_table(builtin.claims, builtin.signatures)


def own(file: str) -> Mapping[str, Any]:
    """Return the own facts of a sample, or of a file that is made here."""
    sample = as_sample(MAKERS[file]() if file in MAKERS else SAMPLES / file)
    name = sample.name or (file if "." in file else "")
    findings = InProcess(table()).run(BytesSource(sample.data), Task(document=Document(name=name)))
    return {key: value for key, value in findings.facets[0].facts.items() if key != "core"}


def walk(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (path, value) of everything in a value, the value itself last."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from walk(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, f"{path}[]")
    yield path, value


@pytest.mark.parametrize("file", FILES)
def test_keys_and_values_keep_the_conventions(file: str) -> None:
    """No empty value, no long list, no name of `core` again at the top, units and booleans named as the page says."""
    facts = own(file)
    wrong = [f"{key}: is a field of core" for key in facts if key in Core.__struct_fields__]
    for key, value in facts.items():
        if isinstance(value, bool) and key.endswith(TRUE_OR_FALSE):
            wrong.append(f"{key}: has_<thing> or is_<thing>")
        if key.endswith(UNCLEAR) and not isinstance(value, bool) and key not in STILL_CLEAR:
            wrong.append(f"{key}: lacks its unit")
        if type(value) is int and key.endswith("s") and "_" not in key:
            wrong.append(f"{key}: <thing>_count")
    for path, value in walk(facts):
        if path and (value is None or value in ("", [], {})):
            wrong.append(f"{path}: is empty")
        if isinstance(value, list) and len(value) > MOST:
            wrong.append(f"{path}: {len(value)} entries")

    assert not wrong
