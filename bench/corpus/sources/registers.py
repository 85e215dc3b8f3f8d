"""Files of projects that sniff types themselves, with the list of types that their own tests expect."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bench.corpus import fetch
from bench.corpus.model import Candidate, Source, Truth

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.corpus.model import Workspace

__all__ = ["MIMETYPE", "SHARED_MIME_INFO"]

# Names that say nothing about the content: the list has them for lookups by name alone.
NAME_ONLY = re.compile(r"^(Empty|empty|this-file-does-not-exist|.*truncated)")


def _shared_mime_info(work: Workspace) -> Iterator[Candidate]:
    """Read `<file> <type> [NDF]`; entries where every lookup is expected to fail are somebody's wish, not a type."""
    folder = fetch.debian_source(work, "shared-mime-info") / "tests/mime-detection"
    for line in (folder / "list").read_text().splitlines():
        name, media_type, flags = (*line.split("#")[0].split(), "", "", "")[:3]
        path = folder / name
        if not media_type or ".." in name or NAME_ONLY.match(name) or not path.is_file():
            continue
        # Plain text is what is left when the owner knows no better name.
        if media_type in {"application/x-zerosize", "text/plain"} or flags[2:3] == "x":
            continue
        yield Candidate(path=path, name=name, media_type=media_type, truth=Truth.OWNER, source="shared-mime-info")


def _mimetype(work: Workspace) -> Iterator[Candidate]:
    """Read the table `"file": "type"` of the project's test."""
    tree = fetch.debian_source(work, "golang-github-gabriel-vasile-mimetype")
    table = (tree / "mimetype_test.go").read_text().partition("var files = ")[2].partition("\n}")[0]
    for name, media_type in re.findall(r'^\s*"([^"]+)":\s*"([^"]+)"', table, re.MULTILINE):
        path = tree / "testdata" / name
        # Plain text that nearly is something else is this project's own judgement.
        judged = name.startswith(("not.", "json.")) and media_type.startswith("text/plain")
        if path.is_file() and not judged:
            yield Candidate(path=path, name=name, media_type=media_type, truth=Truth.OWNER, source="mimetype")


SHARED_MIME_INFO = Source(name="shared-mime-info", build=_shared_mime_info)
MIMETYPE = Source(name="mimetype", build=_mimetype)
