"""Extractors that end in every way one can. Children of the sandbox import this module by name."""

from __future__ import annotations

import ctypes
import math
import os
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from firstbytes import JSON, ByteSource, Context, Corrupt, Decline, Pending, RangeReader, Transient


def fine(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Say something."""
    return {"core": {"title": "fine", "line_count": 1}, "length": len(source.read(0, 100)), "type": ctx.media_type}


def partial(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Say something, and that it is not all."""
    return {"outcome": "partial", "reason": "the end is missing", "seen": 1}


def encrypted(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Give what is plain of an encrypted file."""
    return {"outcome": "encrypted", "core": {"encrypted": True}}


def declines(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Look, and decline."""
    raise Decline("not mine")


def declines_encrypted(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Decline because of a password."""
    raise Decline("encrypted")


def corrupt(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Find the file broken."""
    raise Corrupt("bad xref")


def transient(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Fail for now."""
    raise Transient("throttled")


def buggy(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Have a bug."""
    raise KeyError("oops")


class Panic(BaseException):
    """What native libraries raise."""


def panics(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Raise what `except Exception` does not catch."""
    raise Panic("index out of bounds")


def leaves(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Ask the interpreter to end."""
    raise SystemExit(3)


def recursive(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Recurse without end."""
    return recursive(source, ctx)


def pending(source: ByteSource, ctx: Context) -> Pending:
    """Wait for a service."""
    return Pending(10)


def not_a_mapping(source: ByteSource, ctx: Context) -> list[int]:
    """Return something else."""
    return [1]


def unknown_core(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Use a word that the vocabulary does not have."""
    return {"core": {"colour": "red"}}


def wild_values(source: ByteSource, ctx: Context) -> Mapping[str, object]:
    """Return what no JSON store takes."""
    deep: list[object] = []
    for _ in range(50):
        deep = [deep]
    return {
        "core": {"width_px": -5, "latitude_deg": 91.0, "title": "a\x00b\ud800\u202e"},
        "nan": math.nan,
        "infinity": math.inf,
        "big": 10**40,
        "bytes": b"\xff\x00",
        "deep": deep,
        "many": list(range(5000)),
        "long": "x" * 10_000,
        "keys": {"": 1, "a\nb": 2, 3: 4},
        "set": {2, 1},
    }


def greedy(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read everything, in small steps, and swallow the refusal."""
    reader = RangeReader(source)
    try:
        for start in range(0, source.size, 1 << 17):
            reader.seek(start)
            reader.read(1)
    except OSError:
        return {"core": {"title": "plausible, and wrong"}}
    return {"core": {"title": "read it all"}}


def hangs(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Sleep without end."""
    while True:
        time.sleep(60)


def spins(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Compute without end."""
    while True:
        pass


def hoards(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Take 4 GB."""
    return {"size": len(bytearray(4 << 30))}


def crashes(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Follow a null pointer."""
    ctypes.string_at(0)
    return {}


def exits(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """End the process."""
    os._exit(7)


def calls_home(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Open a connection."""
    with socket.socket() as connection:
        connection.connect(("127.0.0.1", 9))
    return {}


def spawns(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Start a program."""
    return {"out": subprocess.check_output(["/bin/true"]).decode()}


def writes_outside(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Write beside the document."""
    Path("/tmp/firstbytes-was-here").write_text("x")
    return {}


def writes_scratch(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Use the scratch folder as it is meant."""
    path = ctx.tmp() / "page.png"
    path.write_bytes(b"x" * 100)
    return {"folder": str(ctx.tmp()), "size": path.stat().st_size}


def spies(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Look for secrets in the environment, here and in the parents."""
    parents = []
    pid = os.getpid()
    for _ in range(3):
        pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        try:
            parents.append(Path(f"/proc/{pid}/environ").read_bytes().decode("utf-8", "replace"))
        except OSError as error:
            parents.append(type(error).__name__)
    return {"own": " ".join(os.environ), "parents": parents}


def talks(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Print, which goes nowhere."""
    print("hello")  # noqa: T201 - that is the point
    return {"talked": True}


def reads_far(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read at the end."""
    return {"length": len(source.read(source.size - 10, 10))}


def wrong_outcome(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """End in a way that does not exist."""
    return {"outcome": "ok"}
