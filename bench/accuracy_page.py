"""`docs/accuracy.md` from the figures: pure text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from bench.corpus.select import Entry

__all__ = ["render"]

Table = Mapping[str, Mapping[str, Mapping[str, float]]]
HEAD = """\
# Media type accuracy

Written by `python -m bench.accuracy` on {day}, over the corpus of `python -m bench.corpus build`:
{files} files of {types} media types from {sources} sources, at most 25 files a type:
{truths}.

- **exact**: the type itself, after one list of equal names, `bench/corpus/equivalent.tsv`, for every tool.
- **types**: exact, averaged over types, so that a rare type weighs as much as a common one.
- **coarse**: an ancestor of the type by `bench/corpus/ancestors.tsv`, such as ZIP for a word processor's document.
- **none**: no answer, or `application/octet-stream`.
- **wrong**: anything else.

The half `held` was not looked at while rules were written; `dev` was.
"Withheld" is the same bytes under a name that says nothing.
Truth is what a tool was asked to make, what the owner of a file takes it for (in a test, in a list of types, as source
code), or what a person wrote from a specification; never the answer of a tool in these tables.
Where tools disagreed with it, in either half, a person looked: files whose label does not hold by the format's
specification, or that no content can tell apart (ASF with and without video), were left out, for every tool.
Two labels were changed (`audio/mp2`, `text/x-log`), and further names of a type were joined in
`bench/corpus/equivalent.tsv`, HEIC with HEIF and all sound in Ogg among them.
A type takes part when it is registered at IANA, or known to two of Tika, shared-mime-info, libmagic, magika, Apache
httpd and Debian's `mime.types`, or named by our own requirements.
All figures are percent.
"""


def render(table: Table, versions: Mapping[str, str], entries: Sequence[Entry], day: date) -> str:
    """Give the page."""
    truths = Counter(one.truth for one in entries)
    told = {"made": "made by tools", "owner": "vouched for by their owners", "hand": "written by hand"}
    head = HEAD.format(
        day=day.isoformat(),
        files=len(entries),
        types=len({one.media_type for one in entries}),
        sources=len({one.source for one in entries}),
        truths=", ".join(f"{count} {told[name]}" for name, count in truths.most_common()),
    )
    parts = [head]
    for key, title in (("all", "All files"), ("held", "The held half"), ("dev", "The dev half")):
        parts.append(f"## {title}\n\n{_main(table, versions, key)}")
    parts.append(f"## Exact by family, with names / withheld\n\n{_families(table, entries)}")
    return "\n".join(parts)


def _main(table: Table, versions: Mapping[str, str], key: str) -> str:
    columns = ("exact", "types", "coarse", "none", "wrong")
    rows = [
        f"| tool | files | {' | '.join(columns)} | withheld: {' | '.join(columns)} |",
        "|---|" + "---:|" * (2 * len(columns) + 1),
    ]
    for tool, parts in table.items():
        cells = [f"{parts[f'{names} {key}'][column]:.1f}" for names in ("names", "withheld") for column in columns]
        rows.append(f"| {tool} {versions[tool]} | {parts[f'names {key}']['files']:.0f} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def _families(table: Table, entries: Sequence[Entry]) -> str:
    files = Counter(one.family for one in entries)
    kinds = Counter(family for family, _ in {(one.family, one.media_type) for one in entries})
    rows = [f"| family | files | types | {' | '.join(table)} |", "|---|---:|---:|" + "---:|" * len(table)]
    for family in sorted(files):
        keys = [f"{names} all family {family}" for names in ("names", "withheld")]
        cells = [" / ".join(f"{parts[key]['exact']:.1f}" for key in keys) for parts in table.values()]
        rows.append(f"| {family} | {files[family]} | {kinds[family]} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"
