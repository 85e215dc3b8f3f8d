"""`python -m bench.corpus build [--into .corpus] [--only NAME] [--skip NAME]`: assemble the corpus."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bench.corpus import select, types
from bench.corpus.model import SourceMissingError, Workspace
from bench.corpus.sources import ALL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.corpus.model import Candidate, Source


def main(arguments: list[str] | None = None) -> int:
    """Build the corpus; 0 when it has files, 1 when no source could be had."""
    parser = argparse.ArgumentParser(prog="python -m bench.corpus", description=__doc__)
    parser.add_argument("action", choices=["build", "summary"])
    parser.add_argument("--into", type=Path, default=Path(".corpus"), help="folder to write (default: .corpus)")
    parser.add_argument(
        "--only",
        action="append",
        choices=[one.name for one in ALL],
        help="just this source: the corpus then has no other",
    )
    parser.add_argument("--skip", action="append", default=[], help="leave this source out")
    options = parser.parse_args(arguments)
    if options.action == "build":
        sources = [one for one in ALL if one.name not in options.skip and one.name in (options.only or [one.name])]
        build(options.into.absolute(), sources)
    entries = select.read_manifest(options.into)
    for line in summary(entries):
        sys.stdout.write(line + "\n")
    return 0 if entries else 1


def build(into: Path, sources: list[Source]) -> None:
    """Ask every source, say what is missing, choose and write."""
    say = _progress()
    work = Workspace(cache=into / "cache", say=say)
    known = types.load()
    chosen = select.choose(_gather(work, sources), known)
    select.write(chosen, into)


def _gather(work: Workspace, sources: list[Source]) -> Iterator[Candidate]:
    for number, source in enumerate(sources, 1):
        count = 0
        work.say(f"{number}/{len(sources)} {source.name}")
        try:
            for candidate in source.build(work):
                count += 1
                yield candidate
        except SourceMissingError as error:
            sys.stderr.write(f"{source.name}: stopped after {count} files: {error}\n")
        work.say(f"{number}/{len(sources)} {source.name}: {count} files")


def _progress() -> Callable[[str], None]:
    """Time-stamped lines, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda text: print(f"{datetime.now().astimezone():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def summary(entries: list[select.Entry]) -> list[str]:
    """Say how many files, types and sources there are, by family."""
    types_met = len({one.media_type for one in entries})
    lines = [f"{len(entries)} files, {types_met} types, {len({one.source for one in entries})} sources"]
    families = Counter(one.family for one in entries)
    kinds = Counter(family for family, _ in {(one.family, one.media_type) for one in entries})
    lines += [f"  {family}: {count} files, {kinds[family]} types" for family, count in sorted(families.items())]
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
