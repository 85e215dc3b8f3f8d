"""Every built-in extractor keeps the contract of plugins: a generated class for each, on the samples it wins."""

from __future__ import annotations

from pathlib import Path

import pictures
import small_archives
import small_books
import small_files

from firstbytes.plugins import discover
from firstbytes.routes import compile_table
from firstbytes.sniff import sniff
from firstbytes.source import BytesSource
from firstbytes.testing import ExtractorContract, Sample
from firstbytes.testing.harness import as_sample

SAMPLES = Path(__file__).parents[3] / "samples"
AT_MOST = 2
MADE = {**small_files.MAKERS, **small_archives.MAKERS, **small_books.MAKERS, **pictures.MAKERS}
"""Samples made here, by extractor: for formats that the folder `samples` has nothing of."""

BUILTIN = discover(allow=())
TABLE = compile_table(BUILTIN.claims, BUILTIN.signatures)


def good_samples() -> list[Path]:
    """Return the files of `samples` that are meant to be read without complaint."""
    rows = [line.split("\t") for line in (SAMPLES / "expected.tsv").read_text("utf-8").splitlines()[1:] if line]
    return sorted(SAMPLES / row[0] for row in rows if row[2] == "complete")


def samples_by_extractor() -> dict[str, list[Sample]]:
    """Return the samples that each extractor wins, and the ones made here."""
    found: dict[str, list[Sample]] = {}
    for path in good_samples():
        data = path.read_bytes()
        media_type = sniff(BytesSource(data), name=path.name).media_type
        for claims in TABLE.candidates(media_type).values():
            found.setdefault(claims[0].extractor.name, []).append(Sample(data, path.name))
    for name, make in MADE.items():
        found.setdefault(name, []).append(as_sample(make()))
    return found


FOUND = samples_by_extractor()

for _claim in BUILTIN.claims:
    _name = _claim.extractor.name
    if _name in FOUND:
        _class = "Test" + "".join(part.capitalize() for part in _name.split("-"))
        globals()[_class] = type(
            _class,
            (ExtractorContract,),
            {"extractor": _name, "samples": FOUND[_name][:AT_MOST], "flips": 48, "__module__": __name__},
        )


def test_every_builtin_plugin_loads() -> None:
    """No built-in plugin has a problem or a warning."""
    assert not BUILTIN.problems
    assert not {plugin.plugin: plugin.warnings for plugin in BUILTIN.loaded if plugin.printed}


def test_every_builtin_extractor_has_a_sample() -> None:
    """Each built-in extractor is tried on at least one file; those named here have none."""
    lacking = sorted(claim.extractor.name for claim in BUILTIN.claims if claim.extractor.name not in FOUND)

    assert not lacking
