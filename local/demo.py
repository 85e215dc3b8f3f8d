"""`make demo`: the whole way on this machine, from sign-in to envelopes, for every sample.

Starts the platform, makes a user, signs in with code and PKCE, uploads samples/ through the API, waits until each
document has been read, and prints a line for each. Exits 1 when a document is not what samples/expected.tsv says.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from firstbytes.cli import render
from firstbytes.cli.words import safe, size
from firstbytes.envelope import Envelope, Outcome, outcome_of
from firstbytes.media import label
from local.client import SETTLED, Client
from local.errors import LocalError
from local.platform import running
from samples.expected import HERE, Expected, differences, read_expected

EMAIL = "demo@example.com"
PROJECT = "samples"
_UPLOADERS = 4
_PATIENCE_S = 120.0

STATUS = {
    Outcome.COMPLETE: "completed",
    Outcome.PARTIAL: "partial",
    Outcome.LIMITED: "partial",
    Outcome.UNSUPPORTED: "unsupported",
    Outcome.ENCRYPTED: "unsupported",
    Outcome.CORRUPT: "failed",
    Outcome.FAILED: "failed",
}
"""How a document ends whose extraction ended so."""

Advance = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one sample."""

    file: str
    document_id: str
    status: str
    envelope: Envelope | None
    wrong: tuple[str, ...]
    """How it differs from what is expected."""

    @property
    def bytes_read(self) -> int:
        """Bytes that were read of it, to tell its type and by every extractor."""
        if self.envelope is None:
            return 0
        return self.envelope.sniffed_by.bytes_read + sum(report.bytes_read for report in self.envelope.facets.values())

    @property
    def ms(self) -> float:
        """Milliseconds in extractors."""
        return sum(report.ms for report in self.envelope.facets.values()) if self.envelope else 0.0


def judge(expected: Expected, document: Any, envelope: Envelope | None) -> Result:
    """Compare what the platform says of a sample with what is expected. Pure.

    Args:
        expected: the sample's row.
        document: the API's document.
        envelope: its envelope; None when there is none.
    """
    status = STATUS[Outcome(expected.outcome)]
    wrong = [] if document["status"] == status else [f"expected {status}, got {document['status']}"]
    wrong += list(differences(expected, envelope)) if envelope else ["expected an envelope, got none"]
    return Result(
        file=expected.file,
        document_id=document["id"],
        status=document["status"],
        envelope=envelope,
        wrong=tuple(wrong),
    )


def upload(client: Client, path: Path) -> str:
    """Send a file through the API; return its document's id."""
    begun = client.begin(path.name, path.stat().st_size, project=PROJECT)
    with path.open("rb") as content:
        client.send_bytes(begun, content)
    return str(begun["document"]["id"])


def settled(client: Client) -> Iterator[Any]:
    """Yield the documents of the project that have been read, from every page of the list."""
    query: dict[str, Any] = {"project": PROJECT, "limit": 100}
    while True:
        page = client.call("GET", "/documents", query=query)
        yield from (document for document in page["documents"] if document["status"] in SETTLED)
        if "next_cursor" not in page:
            return
        query["cursor"] = page["next_cursor"]


def envelope_of(client: Client, document: Any) -> Envelope | None:
    """Return a document's envelope; None when the API has none."""
    answer = client.send("GET", f"/documents/{document['id']}/envelope")
    return msgspec.json.decode(answer.body, type=Envelope) if answer.status == 200 else None


def process(client: Client, rows: Sequence[Expected], advance: Advance) -> list[Result]:
    """Upload every sample, wait until all have been read, fetch their envelopes, compare.

    Args:
        client: the API as the user.
        rows: what is expected.
        advance: called with "uploaded" or "read" for each sample that is.

    Raises:
        LocalError: some have not been read in time; they are named.
    """
    with ThreadPoolExecutor(_UPLOADERS) as pool:

        def send(row: Expected) -> str:
            document_id = upload(client, HERE / row.file)
            advance("uploaded")
            return document_id

        rows_by_id = dict(zip(pool.map(send, rows), rows, strict=True))
        done: dict[str, Any] = {}
        deadline = time.monotonic() + _PATIENCE_S
        while len(done) < len(rows_by_id):
            for document in settled(client):
                if document["id"] in rows_by_id and document["id"] not in done:
                    done[document["id"]] = document
                    advance("read")
            if time.monotonic() > deadline:
                late = sorted(row.file for key, row in rows_by_id.items() if key not in done)
                raise LocalError(f"expected every sample to be read within {_PATIENCE_S:g} s, got none of {late}")
            time.sleep(0.2)
        envelopes = pool.map(lambda key: envelope_of(client, done[key]), rows_by_id)
        return [
            judge(row, done[key], envelope) for (key, row), envelope in zip(rows_by_id.items(), envelopes, strict=True)
        ]


def line(result: Result, widths: render.Columns) -> Text:
    """Return a result as a line: file, type, outcome, bytes read, milliseconds, what tells most. Pure."""
    envelope = result.envelope
    if envelope is None:
        return Text(f"{safe(result.file)}  {result.status}, without an envelope", style="bold red")
    outcome = outcome_of(envelope)
    name, kind = widths.lay(safe(result.file), safe(label(envelope.media_type)))
    report = envelope.facets.get("metadata")
    reason = safe(report.reason) if report and report.reason and outcome is not Outcome.COMPLETE else ""
    facts = " · ".join(part for part in (reason, render.telling(envelope.core)) if part)
    claimed = envelope.claims.suffix or envelope.claims.declared
    facts += f" (claims {safe(claimed)})" if envelope.mismatch and claimed else ""
    return Text.assemble(
        (name, "bold"),
        f"  {kind}  ",
        (f"{outcome:<11}", render.STYLES[outcome]),
        (f"  {size(result.bytes_read):>8}  {result.ms:>7.1f} ms", "dim"),
        f"  {facts}",
    )


def record(result: Result) -> dict[str, Any]:
    """Return a result as JSON has it. Pure."""
    return {
        "file": result.file,
        "document_id": result.document_id,
        "status": result.status,
        "media_type": result.envelope.media_type if result.envelope else None,
        "outcome": outcome_of(result.envelope) if result.envelope else None,
        "core": msgspec.to_builtins(result.envelope.core) if result.envelope else {},
        "bytes_read": result.bytes_read,
        "ms": round(result.ms, 1),
        "differences": list(result.wrong),
    }


@contextmanager
def progress(console: Console, total: int) -> Iterator[Advance]:
    """Show how far it is, on a terminal; elsewhere show nothing."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        tasks = {name: bar.add_task(f"{name:<9}", total=total) for name in ("uploaded", "read")}
        yield lambda name: bar.advance(tasks[name])


def show(results: Sequence[Result], *, as_json: bool, seconds: float) -> None:
    """Print the results, and what is not as expected."""
    out, _ = render.consoles()
    wrong = [f"{result.file}: {difference}" for result in results for difference in result.wrong]
    if as_json:
        documents = [record(result) for result in results]
        sys.stdout.write(json.dumps({"documents": documents, "differences": wrong}, indent=2) + "\n")
        return
    widths = render.columns(out, max(len(result.file) for result in results))
    for result in results:
        render.show(out, line(result, widths))
    tally = ", ".join(f"{count} {status}" for status, count in sorted(Counter(r.status for r in results).items()))
    read = size(sum(result.bytes_read for result in results))
    sys.stdout.write(
        f"\n{len(results)} documents in {seconds:.1f} s: {tally}; {read} read; "
        f"{len(wrong)} differ from samples/expected.tsv\n"
    )
    for difference in wrong:
        sys.stdout.write(f"  {difference}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    given = parser.parse_args(arguments)
    rows = list(read_expected())
    _, errors = render.consoles()

    def note(text: str) -> None:
        errors.print(text, style="dim")

    try:
        began = time.monotonic()
        note("starting the platform on this machine ...")
        with running() as platform:
            note(f"{len(platform.stack.created)} resources after {time.monotonic() - began:.1f} s; signing in")
            client = platform.client(platform.user(EMAIL))
            sent = time.monotonic()
            with progress(errors, len(rows)) as advance:
                results = process(client, rows, advance)
            show(results, as_json=given.json, seconds=time.monotonic() - sent)
    except KeyboardInterrupt:
        note("stopped; nothing is left running")
        return 130
    except BrokenPipeError:
        # Whoever reads has seen enough; what is left in the buffer must not be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 1 if any(result.wrong for result in results) else 0


if __name__ == "__main__":
    sys.exit(main())
