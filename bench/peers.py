"""The tools that are graded, each asked once for a list of files.

A tool is a `Peer`: its name, its version, and a function from paths to media types, `None` for no answer.
A tool that is not installed raises `PeerMissingError` and is left out of the table, with the reason.
"""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

__all__ = ["ALL", "Answers", "Peer", "PeerMissingError", "tika_jar"]

Answers = dict[Path, str | None]
TIKA = "3.2.2"
BATCH = 400  # paths on one command line
LIMIT = 1800  # seconds for one run of a tool


class PeerMissingError(RuntimeError):
    """A tool is not installed, or it failed as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A tool under test."""

    name: str
    version: Callable[[], str]
    ask: Callable[[Sequence[Path]], Answers]


def _run(command: Sequence[str], stdin: str = "") -> str:
    if shutil.which(command[0]) is None:
        message = f"{command[0]} is not installed"
        raise PeerMissingError(message)
    environment = os.environ | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        list(command), input=stdin, capture_output=True, text=True, timeout=LIMIT, check=False, env=environment
    )
    if not done.stdout:
        message = f"{command[0]} answered nothing: {done.stderr.strip()[-300:]}"
        raise PeerMissingError(message)
    return done.stdout


def _lines(paths: Iterable[Path]) -> str:
    return "".join(f"{path}\n" for path in paths)


def _firstbytes() -> str:
    beside = Path(sys.executable).with_name("firstbytes")
    return str(beside) if beside.exists() else "firstbytes"


def _ask_firstbytes(paths: Sequence[Path]) -> Answers:
    answers: Answers = dict.fromkeys(paths)
    for start in range(0, len(paths), BATCH):
        batch = [str(path) for path in paths[start : start + BATCH]]
        for line in _run([_firstbytes(), "sniff", "--json", *batch]).splitlines():
            answer = json.loads(line)
            answers[Path(answer["path"])] = answer.get("media_type")
    return answers


def _ask_file(paths: Sequence[Path]) -> Answers:
    output = _run(["file", "--brief", "--mime-type", "--files-from", "-"], _lines(paths))
    # A line that is no type is an error message.
    found = [line if "/" in line and " " not in line else None for line in output.splitlines()]
    return dict(zip(paths, found, strict=True))


def _ask_exiftool(paths: Sequence[Path]) -> Answers:
    output = _run(["exiftool", "-json", "-quiet", "-charset", "filename=utf8", "-MIMEType", "-@", "-"], _lines(paths))
    found = {Path(one["SourceFile"]): one.get("MIMEType") for one in json.loads(output)}
    return {path: found.get(path) for path in paths}


def _ask_magika(paths: Sequence[Path]) -> Answers:
    try:
        from magika import Magika
    except ImportError as error:
        message = "the Python package magika is not installed"
        raise PeerMissingError(message) from error
    results = Magika().identify_paths(list(paths))
    return {path: result.output.mime_type if result.ok else None for path, result in zip(paths, results, strict=True)}


def tika_jar() -> Path:
    """Return the path of the Tika application, fetched with Maven when it is not there."""
    jar = Path.home() / f".m2/repository/org/apache/tika/tika-app/{TIKA}/tika-app-{TIKA}.jar"
    if not jar.exists():
        if shutil.which("mvn") is None:
            message = "mvn, which fetches Apache Tika, is not installed"
            raise PeerMissingError(message)
        artifact = f"-Dartifact=org.apache.tika:tika-app:{TIKA}"
        subprocess.run(
            ["mvn", "-q", "dependency:get", artifact, "-Dtransitive=false"], check=False, capture_output=True
        )
    return jar


def _ask_tika(paths: Sequence[Path]) -> Answers:
    """Ask the facade's `detect(Path)`, all detectors, in one JVM."""
    program = Path(__file__).with_name("TikaDetect.java")
    output = _run(["java", "-cp", str(tika_jar()), str(program)], _lines(paths))
    found = [line or None for line in output.split("\n")[: len(paths)]]
    return dict(zip(paths, found, strict=True))


ALL = (
    Peer(
        name="firstbytes",
        version=lambda: importlib.metadata.version("firstbytes"),
        ask=_ask_firstbytes,
    ),
    Peer(name="Apache Tika", version=lambda: TIKA, ask=_ask_tika),
    Peer(name="file", version=lambda: _run(["file", "--version"]).splitlines()[0].removeprefix("file-"), ask=_ask_file),
    Peer(name="exiftool", version=lambda: _run(["exiftool", "-ver"]).strip(), ask=_ask_exiftool),
    Peer(name="magika", version=lambda: importlib.metadata.version("magika"), ask=_ask_magika),
)
