"""Files a second: metadata of a mixed corpus, on one core, against exiftool, mediainfo, file and Apache Tika."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Sequence
from pathlib import Path

from bench.peers import PeerMissingError, tika_jar
from bench.report import FIRSTBYTES, one_core, say, seconds, table

ROOT = Path(__file__).parent.parent
PASSES = 3


def corpus() -> tuple[str, list[Path]]:
    """Return what the corpus is, and its files: `.corpus` where it was built, else the samples."""
    manifest = ROOT / ".corpus" / "manifest.tsv"
    if manifest.exists():
        with manifest.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        paths = [ROOT / ".corpus" / row["path"] for row in rows]
        return "the accuracy corpus (`python -m bench.corpus build`)", [p for p in paths if p.is_file()]
    return "samples/", sorted(p for p in (ROOT / "samples").iterdir() if p.is_file())


def _tika(paths: Sequence[Path]) -> float:
    command = ["java", "-cp", str(tika_jar()), str(Path(__file__).with_name("TikaExtract.java"))]
    done = subprocess.run(
        command,
        input="".join(f"{p}\n" for p in paths),
        capture_output=True,
        text=True,
        preexec_fn=one_core,
        timeout=3600,
        check=True,
    )
    return float(done.stdout)


def run() -> str:
    """Measure, and return the section of the page."""
    what, paths = corpus()
    listed = "".join(f"{path}\n" for path in paths)
    names = [str(path) for path in paths]
    megabytes = sum(path.stat().st_size for path in paths) / 1e6
    ours = [*FIRSTBYTES, "extract", "--json"]
    # Writes the compiled modules of everything that is imported.
    seconds([*ours, "--isolation", "none", *names])
    times: dict[str, float] = {}
    commands = {
        "firstbytes": ([*ours, *names], ""),
        "exiftool": (["exiftool", "-json", "-q", "-charset", "filename=utf8", "-@", "-"], listed),
        "mediainfo": (["mediainfo", "--Output=JSON", *names], ""),
        "file": (["file", "--mime-type", "-f", "-"], listed),
    }
    for name, (command, stdin) in commands.items():
        say(f"throughput: {name}")
        try:
            times[name] = min(seconds(command, stdin=stdin) for _ in range(PASSES))
        except FileNotFoundError:
            say(f"  {name} is not installed")
    say("throughput: firstbytes, a second pass")
    # Both passes in one process, less the first: what Tika's second pass is compared with.
    warm = min(seconds([*ours, *names, *names]) for _ in range(PASSES)) - times["firstbytes"]
    times["firstbytes, second pass in one process"] = warm
    tika = 0.0
    try:
        say("throughput: Apache Tika")
        tika = _tika(paths)
        times["Apache Tika, second pass in one JVM"] = tika
    except (PeerMissingError, FileNotFoundError, subprocess.SubprocessError) as error:
        say(f"  {error}")
    base = times["firstbytes"]
    rows = [(n, f"{len(paths) / t:,.0f}", f"{t:.1f}", f"{t / base:.2f}") for n, t in times.items()]
    heading = ("tool", "files/s", "seconds", "times firstbytes' time")
    lines = [
        "## Files a second",
        "",
        f"{len(paths)} files, {megabytes:.0f} MB: {what}.",
        f"Whole processes on one core, metadata of every file, best of {PASSES}.",
        "firstbytes runs in its default isolation, a pooled child process.",
        "",
        table(heading, rows),
        "",
        f"Second pass against second pass, Apache Tika takes {tika / warm:.1f} times as long.",
        _jobs(ours, names),
    ]
    return "\n".join(lines)


def _jobs(ours: Sequence[str], names: Sequence[str]) -> str:
    say("throughput: one and two jobs")
    one, two = (
        min(seconds([*ours, "--jobs", str(jobs), *names], core=False) for _ in range(PASSES)) for jobs in (1, 2)
    )
    return f"With all cores: {one:.1f} s with one job, {two:.1f} s with `--jobs 2`: {one / two:.2f} times as fast."
