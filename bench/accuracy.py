"""Media type accuracy: our answers and those of four peers on the corpus, in one table.

`python -m bench.accuracy` asks every tool twice, with the files' names and with names withheld (the same bytes under a
neutral name without suffix), grades the answers alike, and writes `docs/accuracy.md`.
What the peers said is kept in `.corpus/answers`, as long as the corpus and their versions are the same.
`--list wrong|coarse|none` prints a tool's files of that grade instead, of the dev half unless `--split` says otherwise.

Grades, after `bench/corpus/equivalent.tsv` has given equal types one name:
exact: the type itself; coarse: one of its ancestors; none: no answer or octet-stream; wrong: anything else.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from bench import accuracy_page, peers
from bench.corpus import select, types

GRADES = ("exact", "coarse", "none", "wrong")
PASSES = ("names", "withheld")


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded:
    """One answer of one tool about one file."""

    tool: str
    names: str  # "names" or "withheld"
    entry: select.Entry
    answer: str
    grade: str


def grade(truth: str, answer: str | None, known: types.Types) -> str:
    """Grade an answer about a file whose canonical type is `truth`."""
    given = known.canonical(answer)
    if given == truth:
        return "exact"
    if given == types.UNKNOWN:
        return "none"
    return "coarse" if given in known.ancestors(truth) else "wrong"


def figures(graded: Sequence[Graded]) -> dict[str, float]:
    """Give the share of each grade in percent, and exact averaged over types."""
    by_type: dict[str, list[float]] = defaultdict(list)
    for one in graded:
        by_type[one.entry.media_type].append(100.0 * (one.grade == "exact"))
    shares = {name: 100.0 * sum(one.grade == name for one in graded) / len(graded) for name in GRADES}
    return shares | {"types": mean(mean(values) for values in by_type.values()), "files": float(len(graded))}


def withhold(corpus: Path, entries: Iterable[select.Entry]) -> dict[Path, select.Entry]:
    """Link every file under a name that says nothing; what a former run linked is left to those who still read it."""
    folder = corpus / "blind"
    folder.mkdir(exist_ok=True)
    blind = {}
    for entry in entries:
        path = folder / hashlib.sha256(f"{entry.path} {entry.sha256}".encode()).hexdigest()[:20]
        blind[path] = entry
        if not path.exists():
            try:
                os.link(corpus / entry.path, path)
            except FileExistsError:
                continue  # another run was faster
            except OSError:  # a file system without links
                shutil.copyfile(corpus / entry.path, path)
    return blind


def run(corpus: Path, tools: Sequence[peers.Peer], known: types.Types, say: Callable[[str], None]) -> list[Graded]:
    """Ask every tool about every file, with and without names."""
    entries = select.read_manifest(corpus)
    sets = {"names": {corpus / entry.path: entry for entry in entries}, "withheld": withhold(corpus, entries)}
    graded = []
    for tool in tools:
        for names in PASSES:
            say(f"{tool.name}, {names}: {len(entries)} files")
            try:
                answers = _answers(corpus, tool, names, list(sets[names]))
            except peers.PeerMissingError as error:
                sys.stderr.write(f"{tool.name} is left out: {error}\n")
                break
            graded += [
                Graded(
                    tool=tool.name,
                    names=names,
                    entry=entry,
                    answer=answers[path] or "",
                    grade=grade(entry.media_type, answers[path], known),
                )
                for path, entry in sets[names].items()
            ]
    return graded


def _answers(corpus: Path, tool: peers.Peer, names: str, paths: list[Path]) -> peers.Answers:
    """Ask a tool, or take what the same version of a peer said about the same corpus before."""
    if tool.name == "firstbytes":
        return tool.ask(paths)
    manifest = hashlib.sha256((corpus / "manifest.tsv").read_bytes()).hexdigest()[:16]
    kept = corpus / "answers" / f"{tool.name} {tool.version()} {names} {manifest}.json"
    if not kept.exists():
        answers = tool.ask(paths)
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps([answers[path] for path in paths]))
    return dict(zip(paths, json.loads(kept.read_text()), strict=True))


def _listing(graded: Iterable[Graded], wanted: str, split: str) -> list[str]:
    return sorted(
        f"{one.entry.media_type}\t{one.answer or '-'}\t{one.names}\t{one.entry.path}"
        for one in graded
        if one.grade == wanted and split in {"all", one.entry.split}
    )


def _progress() -> Callable[[str], None]:
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda text: print(f"{datetime.now().astimezone():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def _options(arguments: list[str] | None) -> argparse.Namespace:
    names = [peer.name for peer in peers.ALL]
    parser = argparse.ArgumentParser(prog="python -m bench.accuracy", description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus", type=Path, default=Path(".corpus"))
    parser.add_argument("--tool", action="append", choices=names, help="only this tool; may be repeated")
    parser.add_argument("--list", choices=GRADES[1:], help="print the files of this grade (of firstbytes, or --tool)")
    parser.add_argument("--split", choices=["dev", "held", "all"], default="dev", help="half to list (default: dev)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, write no page")
    parser.add_argument("--page", type=Path, help="where to write (default: docs/accuracy.md, for all tools alone)")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Grade; 0 when done, 2 when there is no corpus."""
    options = _options(arguments)
    corpus = options.corpus.absolute()
    if not (corpus / "manifest.tsv").exists():
        sys.stderr.write(f"{corpus} has no manifest.tsv: run `python -m bench.corpus build` first\n")
        return 2
    wanted = options.tool or (["firstbytes"] if options.list else [peer.name for peer in peers.ALL])
    known = types.load()
    graded = run(corpus, [peer for peer in peers.ALL if peer.name in wanted], known, _progress())
    if not graded:
        return 2
    if options.list:
        print("\n".join(_listing(graded, options.list, options.split)))
        return 0
    table = _table(graded)
    if options.json:
        print(json.dumps(table, indent=2, sort_keys=True))
        return 0
    versions = {peer.name: peer.version() for peer in peers.ALL if peer.name in table}
    page = accuracy_page.render(table, versions, select.read_manifest(corpus), datetime.now(UTC).date())
    target = options.page or (None if options.tool else Path("docs/accuracy.md"))
    if target:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(page)
    print(page)
    return 0


def _table(graded: Sequence[Graded]) -> dict[str, dict[str, dict[str, float]]]:
    """Give `{tool: {"names dev": figures, ..., "names all family font": figures}}`."""
    groups: dict[str, dict[str, list[Graded]]] = defaultdict(lambda: defaultdict(list))
    for one in graded:
        for key in (one.entry.split, "all", f"all family {one.entry.family}"):
            groups[one.tool][f"{one.names} {key}"].append(one)
    return {tool: {key: figures(some) for key, some in parts.items()} for tool, parts in groups.items()}


if __name__ == "__main__":
    raise SystemExit(main())
