"""What the sandbox costs a document, and what a cold start costs."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.report import median, say, seconds, table
from firstbytes import BytesSource
from firstbytes.cli.reports import table as route_table
from firstbytes.envelope import Document
from firstbytes.routes import RouteTable, to_json
from firstbytes.run import InProcess, Runner, Task
from firstbytes.sandbox import Forked, Pool

DOCUMENTS = 300
STARTS = 25
PLUGINS = 100
_PNG = (
    bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489")
    + bytes.fromhex("0000000a49444154789c6300010000050001")
    + bytes.fromhex("0d0a2db40000000049454e44ae426082")
)


def _per_document(runner: Runner) -> float:
    task = Task(document=Document(name="a.png"), timeout_s=20)
    source = BytesSource(_PNG)
    for _ in range(20):
        runner.run(source, task)
    started = time.perf_counter()
    for _ in range(DOCUMENTS):
        runner.run(source, task)
    return (time.perf_counter() - started) * 1000 / DOCUMENTS


def _sandbox(routes: RouteTable) -> str:
    say("overhead: sandbox")
    times = {}
    for name, kind in (("in process", InProcess), ("pooled child", Pool), ("forked child", Forked)):
        with closing(kind(routes)) as runner:
            times[name] = _per_document(runner)
    base = times["in process"]
    rows = [(name, f"{ms:.2f}", f"{ms - base:.2f}") for name, ms in times.items()]
    return table(("a PNG of 79 bytes", "ms a document", "ms more than in process"), rows)


def _start(code: str, path: Path | None = None) -> float:
    environment = [f"PYTHONPATH={path}"] if path else []
    command = ["env", *environment, sys.executable, "-c", code] if path else [sys.executable, "-c", code]
    return seconds(command) * 1000


def _plugins(folder: Path) -> None:
    """Install a hundred plugins by hand: a module and its metadata each."""
    for number in range(PLUGINS):
        name = f"firstbytes_bench{number}"
        (folder / f"{name}.py").write_text(
            "from firstbytes import Extractor, hookimpl\n\n\n@hookimpl\ndef register_extractors():\n"
            f'    return [Extractor("bench{number}", accepts=("application/x-bench{number}",),'
            f' entry="{name}:extract")]\n'
        )
        metadata = folder / f"{name}-1.0.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: firstbytes-bench{number}\nVersion: 1.0\n")
        (metadata / "entry_points.txt").write_text(f"[firstbytes.plugin]\nbench{number} = {name}\n")


def _cold(routes: RouteTable) -> str:
    say("overhead: cold start")
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder, "routes.json")
        compiled.write_bytes(to_json(routes))
        load = f"from_json(open({str(compiled)!r}, 'rb').read())"
        code = f"import firstbytes.run; from firstbytes.routes import from_json; {load}"
        crowd = Path(folder, "plugins")
        crowd.mkdir()
        _plugins(crowd)
        alone = Path(folder, "none")
        alone.mkdir()
        subprocess.run([sys.executable, "-c", code], check=True)
        bare = median(lambda: _start("pass"), STARTS)
        cold = median(lambda: _start(code), STARTS)
        few = median(lambda: _start(code, alone), STARTS)
        many = median(lambda: _start(code, crowd), STARTS)
    rows = [
        ("python -c pass", f"{bare:.0f}", ""),
        ("import firstbytes.run and a compiled route table", f"{cold:.0f}", f"{cold - bare:.0f} ms more than bare"),
        (f"the same with {PLUGINS} plugins installed", f"{many:.0f}", f"{many / few:.2f} of without"),
    ]
    return table(("cold start, median", "ms", ""), rows)


def run() -> str:
    """Measure, and return the section of the page."""
    routes = route_table(None)
    return "\n".join(["## Overhead", "", _sandbox(routes), "", _cold(routes)])
