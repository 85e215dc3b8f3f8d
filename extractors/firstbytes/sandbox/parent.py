"""The parent's side: it starts the zygote, serves byte ranges to children, and ends what hangs."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Self

import msgspec

from firstbytes.envelope import Outcome
from firstbytes.errors import BudgetExceededError, FirstbytesError, SandboxError
from firstbytes.routes import RouteTable, to_json
from firstbytes.run import FacetFindings, Findings, Task
from firstbytes.sandbox import wire
from firstbytes.sandbox.limits import Limits, hide_parent
from firstbytes.sandbox.zygote import Setup
from firstbytes.sanitize import sanitize
from firstbytes.source import BLOCK, Budget, ByteSource, Metered

_START_S = 60.0
_AGAIN_S = 5.0
_CLEAN = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
_LOADER = ("LD_LIBRARY_PATH",)
"""What is kept of the caller's environment: an interpreter outside /usr, Lambda's say, finds its libpython by it."""


class Zygote:
    """A running zygote and the private folder of its children."""

    def __init__(self, table: RouteTable, limits: Limits, *, preload: bool) -> None:
        self.scratch = Path(tempfile.mkdtemp(prefix="firstbytes-"))
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        hide_parent()
        fd = theirs.fileno()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "firstbytes.sandbox.zygote", str(fd), str(self.scratch)],
            env=_environment(self.scratch),
            pass_fds=(fd,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self._control.settimeout(_START_S)
        wire.send(self._control, msgspec.msgpack.encode(Setup(to_json(table), limits, preload)))
        answer = wire.receive(self._control)
        if answer != wire.READY:
            self.close()
            raise SandboxError(f"the sandbox cannot start: {answer.decode('utf-8', 'replace')}")

    def fork(self) -> Child:
        """Return a new child."""
        ours, theirs = socket.socketpair()
        try:
            with self._lock, theirs:
                socket.send_fds(self._control, [b"F"], [theirs.fileno()])
                (pid,) = struct.unpack("<i", self._control.recv(4))
        except BaseException:
            ours.close()
            raise
        return Child(self, pid, ours)

    def wait(self, pid: int) -> int:
        """Return the wait status of a child that has ended or is about to."""
        with self._lock:
            self._control.sendall(b"W" + struct.pack("<i", pid))
            status: int = struct.unpack("<i", self._control.recv(4))[0]
        return status

    def forget(self, pid: int) -> None:
        """Leave a child that was killed to be reaped later."""
        with self._lock:
            self._control.sendall(b"D" + struct.pack("<i", pid))

    def close(self) -> None:
        """End the zygote, and with it every child; remove the private folder."""
        self._control.close()
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self.scratch, ignore_errors=True)


def _environment(scratch: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _LOADER if name in os.environ}
    return _CLEAN | kept | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "TMPDIR": str(scratch)}


class Child:
    """One child process and the socket to it."""

    def __init__(self, zygote: Zygote, pid: int, channel: socket.socket) -> None:
        self._zygote = zygote
        self._pid = pid
        self._channel = channel
        self.documents = 0

    def examine(self, source: Metered, task: Task) -> Findings:
        """Send the job, serve its reads, and return its findings.

        Raises:
            wire.Gone: the child died.
            TimeoutError: the deadline passed.
        """
        self.documents += 1
        deadline = time.monotonic() + task.timeout_s
        self._channel.settimeout(task.timeout_s)
        block = source.read(0, min(BLOCK, source.size)) if source.size else b""
        wire.send(self._channel, wire.encode(wire.Job(task, source.size, block)))
        while True:
            self._channel.settimeout(max(0.001, deadline - time.monotonic()))
            reply = _decoded(wire.receive(self._channel))
            if isinstance(reply, wire.Done):
                return reply.findings
            wire.send(self._channel, *_serve(source, reply))

    def end(self) -> int:
        """Kill the child and all it started; return the wait status, the first cause where it was dead already."""
        self._kill()
        return self._zygote.wait(self._pid)

    def dismiss(self) -> None:
        """Kill a child that did its work, without waiting for its end."""
        self._kill()
        self._zygote.forget(self._pid)

    def _kill(self) -> None:
        self._channel.close()
        for kill in (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(self._pid, signal.SIGKILL)


def _decoded(frame: bytes) -> wire.Read | wire.Done:
    try:
        reply: wire.Read | wire.Done = wire.decode_reply(frame)
    except msgspec.MsgspecError as error:
        raise wire.Gone(str(error)) from error
    return reply


def _serve(source: Metered, asked: wire.Read) -> tuple[bytes, bytes]:
    try:
        return wire.DATA, source.read(asked.start, asked.length)
    except BudgetExceededError as error:
        return wire.LIMITED, str(error).encode()
    except FirstbytesError as error:
        return wire.FAILED, str(error).encode()
    except OSError as error:
        return wire.FAILED, f"cannot read: {error.strerror or error}".encode()


class _Runner:
    """What `Pool` and `Forked` share: they differ in whether a child is kept."""

    _keep: bool

    def __init__(self, table: RouteTable, budget: Budget | None = None, limits: Limits | None = None) -> None:
        self._table = table
        self._budget = budget
        self._limits = limits or Limits()
        self._zygote = Zygote(table, self._limits, preload=not self._keep)
        self._idle: list[Child] = []
        self._count = itertools.count()

    def run(self, source: ByteSource, task: Task) -> Findings:
        """Examine one document in a child. Safe to call from several threads: each call has a child of its own."""
        metered = Metered(source, self._budget)
        scratch = f"{self._zygote.scratch}/{next(self._count)}"
        child = self._child()
        try:
            findings = child.examine(metered, msgspec.structs.replace(task, scratch=scratch))
        except (wire.Gone, TimeoutError) as error:
            status = child.end()
            findings = _ended(
                self._sniffed(source, task), self._table, status, timed_out=isinstance(error, TimeoutError)
            )
            return _limited(findings, metered)
        except BaseException:
            child.end()
            raise
        finally:
            if os.path.lexists(scratch):
                shutil.rmtree(scratch, ignore_errors=True)
        if self._keep and child.documents < self._limits.documents:
            self._idle.append(child)
        else:
            child.dismiss()
        return _limited(_checked(findings), metered)

    def _sniffed(self, source: ByteSource, task: Task) -> Findings:
        """Say what a document is whose extractor took its child along, by a sniffing in another child."""
        child = self._child()
        again = msgspec.structs.replace(task, facets=(), timeout_s=min(task.timeout_s, _AGAIN_S))
        try:
            return child.examine(Metered(source, self._budget), again)
        except (wire.Gone, TimeoutError):
            return Findings()
        finally:
            child.dismiss()

    def _child(self) -> Child:
        try:
            return self._idle.pop()
        except IndexError:
            return self._zygote.fork()

    def close(self) -> None:
        """End every child and the zygote, and remove their private folder."""
        for child in self._idle:
            child.end()
        self._idle.clear()
        self._zygote.close()

    def __enter__(self) -> Self:
        """Return the runner itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


class Forked(_Runner):
    """A fresh child for each document, forked from a zygote that has every extractor imported."""

    _keep = False


class Pool(_Runner):
    """Long-lived children, one for each caller at a time; one that dies, hangs or grows old is replaced."""

    _keep = True


def _ended(sniffed: Findings, table: RouteTable, status: int, *, timed_out: bool) -> Findings:
    """Say why a child ended before it was through."""
    number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if timed_out:
        outcome, reason = Outcome.LIMITED, "time"
    elif number == signal.SIGXCPU:
        outcome, reason = Outcome.LIMITED, "CPU time"
    elif number:
        outcome, reason = Outcome.FAILED, f"crashed: {signal.Signals(number).name}"
    else:
        outcome, reason = Outcome.FAILED, f"crashed: exit status {os.waitstatus_to_exitcode(status)}"
    claims = table.candidates(sniffed.media_type).get("metadata", ())
    who = claims[0] if claims and sniffed.how != "default" else None
    facet = FacetFindings(
        facet="metadata",
        outcome=outcome,
        reason=reason,
        extractor=who.extractor.name if who else "",
        distribution=who.distribution if who else "",
        version=who.version if who else "",
    )
    return msgspec.structs.replace(sniffed, facets=(facet,))


def _checked(findings: Findings) -> Findings:
    """Sanitise again: a child that was taken over may have skipped it."""
    facets = []
    for facet in findings.facets:
        facts, cut = sanitize(facet.facts)
        assert isinstance(facts, dict)
        facets.append(msgspec.structs.replace(facet, facts=facts, truncated=(*facet.truncated, *cut)[:100]))
    return msgspec.structs.replace(findings, facets=tuple(facets))


def _limited(findings: Findings, metered: Metered) -> Findings:
    """Let the parent's budget have the last word."""
    if not metered.tripped:
        return findings
    facets = tuple(
        msgspec.structs.replace(facet, outcome=Outcome.LIMITED, reason=metered.tripped, facts={}, truncated=())
        if facet.outcome in {Outcome.COMPLETE, Outcome.PARTIAL}
        else facet
        for facet in findings.facets
    )
    return msgspec.structs.replace(findings, facets=facets)
