"""Make the samples of this folder, the papers, pictures, music, maps and data of a small lighthouse museum.

    python samples/make.py                     make what is missing
    python samples/make.py --force             make everything anew
    python samples/make.py --only sign.svg     make this one anew (may be given more than once)

A tool that is missing costs the files that need it: the Debian package is named and the rest is made. At the end
`expected.tsv` and the table of README.md are written from the same recipes.
"""
# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "cryptography", "ebooklib", "fastavro", "fonttools", "brotli", "hatchling", "icalendar", "laspy", "mido",
#   "msoffcrypto-tool", "mutagen", "nbformat", "numpy", "olefile", "openpyxl", "pidng", "pillow", "pillow-heif",
#   "pyarrow", "pypdf", "rasterio", "reportlab", "trimesh",
# ]
# ///

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from recipes import archives, data, fonts, geo, mail, office, papers, pictures, sound, text, video
from recipes.workshop import MissingToolError, Sample

HERE = Path(__file__).resolve().parent
FAMILIES = (papers, pictures, sound, video, office, data, mail, archives, text, fonts, geo)
BEGIN, END = "<!-- table: written by make.py -->\n", "<!-- end of table -->\n"


def samples() -> tuple[Sample, ...]:
    """Every sample, in the order of the families."""
    return tuple(sample for family in FAMILIES for sample in family.SAMPLES)


def make(sample: Sample) -> str | None:
    """Make one file; what was missing, or `None` when it is there. An older one stays until the new one is whole."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / sample.name
        try:
            sample.make(path)
        except MissingToolError as error:
            return str(error)
        except ModuleNotFoundError as error:
            return f"no Python module {error.name}: see the dependencies at the head of make.py"
        shutil.move(path, HERE / sample.name)
    return None


def write_tables(everything: tuple[Sample, ...]) -> None:
    """Write `expected.tsv` and the table of README.md."""
    rows = [(s.name, s.media_type, s.outcome, s.fact) for s in everything]
    lines = ["\t".join(row) for row in (("file", "media_type", "outcome", "fact"), *rows)]
    (HERE / "expected.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    table = ["| file | media type | what it is |", "|---|---|---|"]
    table += [f"| [{s.name}]({s.name}) | `{s.media_type}` | {s.caption} |" for s in everything]
    readme = HERE / "README.md"
    head, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    tail = rest.partition(END)[2]
    readme.write_text(head + BEGIN + "\n" + "\n".join(table) + "\n\n" + END + tail, encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Make what is asked for; 1 when something could not be made, 2 for a name that no recipe has."""
    everything = samples()
    parser = argparse.ArgumentParser(description="Make the samples of this folder.")
    parser.add_argument("--only", action="append", metavar="NAME", help="make this file anew, and no other")
    parser.add_argument("--force", action="store_true", help="make every file anew")
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.only or ()) - {sample.name for sample in everything})
    if unknown:
        parser.error(f"no recipe for {', '.join(unknown)}; the names are in samples/README.md")
    missed = 0
    for sample in everything:
        chosen = sample.name in options.only if options.only else options.force or not (HERE / sample.name).exists()
        if chosen:
            problem = make(sample)
            missed += problem is not None
            size = "" if problem else f"{(HERE / sample.name).stat().st_size:,} bytes"
            print(f"{sample.name}: {problem or size}", flush=True)
    write_tables(everything)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
