"""Bytes, reads and memory that gigabyte files take."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.large import GB, LARGE, GeneratedCsv
from bench.report import say, table
from firstbytes import FileSource
from firstbytes.assemble import assemble
from firstbytes.cli.reports import table as route_table
from firstbytes.envelope import Document, Envelope, outcome_of
from firstbytes.run import InProcess, Task
from firstbytes.source import ByteSource

MB = 1 << 20
_PEAK = (
    "import sys; from firstbytes.cli import commands\n"
    "try: commands.main(['extract', '--json', '--isolation', 'none', sys.argv[1]])\n"
    "except SystemExit: pass\n"
    "print(open('/proc/self/status').read().partition('VmHWM:')[2].split()[0], file=sys.stderr)"
)


def examine(source: ByteSource, name: str) -> Envelope:
    """Return the envelope of a source, in process."""
    document = Document(name=name, size_bytes=source.size)
    return assemble(document, InProcess(route_table(None)).run(source, Task(document=document)))


def cost(envelope: Envelope) -> tuple[int, int]:
    """Return bytes and reads of an envelope, sniffing included."""
    reports = envelope.facets.values()
    by = envelope.sniffed_by
    return by.bytes_read + sum(r.bytes_read for r in reports), by.requests + sum(r.requests for r in reports)


def peak_mb(path: Path) -> float:
    """Return the peak resident memory of a process that examines one file, in MB."""
    done = subprocess.run([sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=False)
    return int(done.stderr.split()[-1]) / 1024


def run() -> str:
    """Measure, and return the section of the page."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, make in LARGE.items():
            say(f"ranges: {name}")
            big, small = Path(folder, name), Path(folder, f"small-{name}")
            make(big, GB)
            make(small, MB)
            with FileSource(big) as source:
                envelope = examine(source, name)
            read, requests = cost(envelope)
            rows.append(
                (
                    name,
                    outcome_of(envelope),
                    f"{read / 1024:.0f} KB",
                    requests,
                    f"{peak_mb(big):.0f}",
                    f"{peak_mb(small):.0f}",
                )
            )
            big.unlink()
    heading = ("file", "outcome", "read", "reads", "peak MB", "peak MB of 1 MB file")
    return "\n".join(
        ["## Bytes and reads of 1 GB files", "", "Sparse files made on the spot.", "", table(heading, rows), "", _csv()]
    )


def _csv() -> str:
    say("ranges: a CSV of 10 GB")
    source = GeneratedCsv(10 * GB)
    envelope = examine(source, "levels.csv")
    core = envelope.core
    read, requests = cost(envelope)
    error = abs((core.row_count or 0) - source.rows) / source.rows
    return (
        f"A CSV of 10 GB: {core.row_count:,} rows (estimated: {core.row_count_estimated}), {source.rows:,} in truth, "
        f"{error:.2%} off; {core.column_count} columns; {read / MB:.1f} MB in {requests} reads."
    )
