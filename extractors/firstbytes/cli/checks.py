"""What `firstbytes doctor` checks: each a name and a function that says whether it works, and a detail."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable

import firstbytes
from firstbytes import settings
from firstbytes.envelope import Document
from firstbytes.plugins import Plugins, discover
from firstbytes.routes import RouteTable, compile_table
from firstbytes.run import Task
from firstbytes.source import BytesSource

Answer = tuple[bool, str]
_WAV = b"".join((b"RIFF$\0\0\0WAVEfmt ", bytes.fromhex("100000000100010044ac000088580100020010"), b"\0data\0\0\0\0"))


def _python() -> Answer:
    return sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.system()} {platform.machine()}"


def _library() -> Answer:
    return True, f"firstbytes {firstbytes.__version__}"


def _libmagic() -> Answer:
    from firstbytes.sniff import libmagic

    # Some builds of libmagic cannot follow offsets in buffers: they call a WAV octet-stream.
    found = libmagic.media_type(_WAV)
    return found == "audio/vnd.wave", f"calls a WAV {found}"


def _found() -> Plugins:
    return discover(settings.load().plugins)


def _plugins() -> Answer:
    found = _found()
    problems = "; ".join(str(problem) for problem in found.problems)
    return not found.problems, problems or f"{len(found.loaded)} load, {len(found.claims)} extractors"


def _table() -> RouteTable:
    found = _found()
    wanted = settings.load()
    return compile_table(found.claims, found.signatures, wanted.pins, wanted.config, found.versions)


def _routes() -> Answer:
    return True, f"{len(_table().routes)} media types have an extractor"


def _sandbox(kind: str) -> Answer:
    from firstbytes.sandbox import Forked, Pool

    with (Pool if kind == "pool" else Forked)(_table()) as runner:
        findings = runner.run(BytesSource(b"plain words\n"), Task(document=Document(name="a.txt"), timeout_s=20))
    return findings.media_type == "text/plain", f"a {kind} child examined {findings.media_type}"


def _attempt(check: Callable[[], Answer]) -> Callable[[], Answer]:
    def attempted() -> Answer:
        try:
            return check()
        except Exception as error:  # noqa: BLE001 - a doctor reports whatever is wrong
            return False, f"{type(error).__name__}: {error}"

    return attempted


CHECKS: tuple[tuple[str, Callable[[], Answer]], ...] = (
    ("python", _attempt(_python)),
    ("library", _attempt(_library)),
    ("libmagic", _attempt(_libmagic)),
    ("plugins", _attempt(_plugins)),
    ("routes", _attempt(_routes)),
    ("pool", _attempt(lambda: _sandbox("pool"))),
    ("process", _attempt(lambda: _sandbox("process"))),
)
