"""Extractors that each break one promise; the file they read is b"UNRULY" and more."""

# ruff: noqa: ANN001, ANN201, ARG001, D103, SIM115 - unruly on purpose, and each name says how

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from firstbytes import Corrupt, Pending

_COUNT = itertools.count()
_KEPT = []


def good(source, ctx):
    head = source.read(0, 6)
    if head[:3] != b"UNR":
        raise Corrupt("no UNRULY at the start")
    (ctx.tmp() / "scratch").write_bytes(head)
    return {
        "core": {"title": head.decode("ascii", "replace")},
        "head_bytes": len(head),
        "greeting": ctx.config.get("greeting"),
    }


def waits(source, ctx):
    if ctx.state is None:
        return Pending(1, {"job": ctx.client("clock")})
    return {"job": ctx.state["job"], "attempts": ctx.attempt}


def waits_for_ever(source, ctx):
    return Pending(1)


def crashes_when_cut(source, ctx):
    data = source.read(0, 12)
    return {"twelfth": data[11]}


def crashes_when_damaged(source, ctx):
    return {"text": source.read(0, 5000).decode("ascii")}


def claims_a_text_when_cut(source, ctx):
    return {"core": {"page_count": 3 if len(source.read(0, 100)) == 100 else "3"}}


def says_nothing_when_damaged(source, ctx):
    return {} if source.read(0, 5000).isascii() else {"outcome": "partial"}


def invents_an_outcome_when_wrong(source, ctx):
    return {} if source.read(0, 6) == b"UNRULY" else {"outcome": "broken", "Kind": b"?"}


def counts_its_calls(source, ctx):
    return {"calls": next(_COUNT)}


def returns_a_set(source, ctx):
    return {"letters": set("UNRULY")}


def returns_a_list(source, ctx):
    return ["UNRULY"]


def returns_too_much(source, ctx):
    return {"text": "x" * 5000}


def invents_core(source, ctx):
    return {"core": {"colour": "red"}}


def shouts(source, ctx):
    return {"HEAD": "x"}


def reads_everything_bytewise(source, ctx):
    return {"sum": sum(source.read(i * 65536, 1)[0] for i in range(source.size // 65536))}


def opens_the_path(source, ctx):
    return {"bytes": Path("UNRULY.bin").stat().st_size}


def blames_the_file(source, ctx):
    try:
        source.read(100_000, 10)
    except OSError as error:
        raise Corrupt("unreadable") from error
    return {"fine": True}


def blames_the_end(source, ctx):
    try:
        return {"last": len(source.read(source.size - 4, 4))}
    except OSError as error:
        raise RuntimeError("unreadable") from error


def keeps_a_file_open(source, ctx):
    _KEPT.append(Path(os.devnull).open("rb"))
    return {"open": True}


def forgets_a_file(source, ctx):
    handle = Path(os.devnull).open("rb")
    return {"bytes": len(handle.read())}


def writes_elsewhere(source, ctx):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x").write_bytes(b"x")
    return {"written": True}


def starts_a_process(source, ctx):
    subprocess.run([sys.executable, "-c", ""], check=True)
    return {"ran": True}


def dawdles(source, ctx):
    return {"sum": sum(range(300_000))}


NOT_A_FUNCTION = json


def wants_three(source, ctx, more):
    return {}
