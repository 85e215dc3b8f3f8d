"""What the sandbox costs a document, and what a cold start costs."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.report import say, seconds, table
from firstbytes import BytesSource
from firstbytes.cli.reports import table as route_table
from firstbytes.envelope import Document
from firstbytes.routes import RouteTable, to_json
from firstbytes.run import InProcess, Runner, Task
from firstbytes.sandbox import Forked, Pool

ROOT = Path(__file__).parent.parent
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


def _installed(folder: Path) -> Path:
    """Install the library alone, as a function has it, and return its interpreter."""
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--python", sys.executable, str(folder)], check=True)
    python = folder / "bin" / "python"
    install = [
        *uv,
        "pip",
        "install",
        "--quiet",
        "--compile-bytecode",
        "--python",
        str(python),
        str(ROOT / "extractors"),
    ]
    subprocess.run(install, check=True)
    return python


def _start(python: Path, code: str, path: Path | None = None) -> float:
    environment = ["env", f"PYTHONPATH={path}"] if path else ["env"]
    return seconds([*environment, str(python), "-c", code]) * 1000


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
        python = _installed(Path(folder, "venv"))
        subprocess.run([str(python), "-c", code], check=True)
        # In turns, so that what else the machine does falls on all alike.
        starts = [("pass", None), (code, None), (code, alone), (code, crowd)]
        rounds = [[_start(python, *start) for start in starts] for _ in range(STARTS)]
        bare, cold, few, many = (statistics.median(times) for times in zip(*rounds, strict=True))
    rows = [
        ("python -c pass", f"{bare:.0f}", ""),
        ("import firstbytes.run and a compiled route table", f"{cold:.0f}", f"{cold - bare:.0f} ms more than bare"),
        (f"the same with {PLUGINS} plugins installed", f"{many:.0f}", f"{many / few:.2f} of without"),
    ]
    return table(("cold start of the library alone, median", "ms", ""), rows)


def run() -> str:
    """Measure, and return the section of the page."""
    routes = route_table(None)
    return "\n".join(["## Overhead", "", _sandbox(routes), "", _cold(routes)])
