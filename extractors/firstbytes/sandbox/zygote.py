"""The zygote: started once by exec with a clean environment, it forks children on request and reports how they end.

Run as `python -m firstbytes.sandbox.zygote FD SCRATCH`. On its control socket: "F" with a descriptor forks a child that
serves that descriptor and answers its pid; "W" and a pid waits for that child and answers its wait status; "D" and a
pid dismisses it: nobody asks how it ended, and it is reaped some time later.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
import sys
from pathlib import Path

import msgspec

from firstbytes.errors import BudgetExceededError, SourceError
from firstbytes.routes import RouteTable, from_json
from firstbytes.run import examine
from firstbytes.sandbox import wire
from firstbytes.sandbox.limits import Limits, allow_cpu, confine
from firstbytes.sandbox.preload import preload


class Setup(msgspec.Struct, frozen=True):
    """What the parent sends first: the compiled routes, the limits, and whether to import every extractor now."""

    routes: bytes
    limits: Limits
    preload: bool


class PipeSource:
    """A counted byte source whose bytes the parent reads. The parent's budget is the one that holds."""

    def __init__(self, channel: socket.socket, size: int, block: bytes) -> None:
        self._channel = channel
        self._size = size
        self._block = block
        self._first = True
        self.bytes_read = 0
        self.reads = 0
        self.tripped = ""
        self.failed = ""

    @property
    def size(self) -> int:
        """Length of the object in bytes."""
        return self._size

    def read(self, start: int, length: int) -> bytes:
        """Return the parent's bytes; the first block came with the job, and counts once as a read."""
        if self.tripped:
            raise BudgetExceededError(self.tripped)
        if self._first and start == 0 and length == len(self._block):
            self._first = False
            data = self._block
        else:
            data = self._ask(start, length)
        self.reads += 1
        self.bytes_read += len(data)
        return data

    def _ask(self, start: int, length: int) -> bytes:
        wire.send(self._channel, wire.encode(wire.Read(start, length)))
        answer = wire.receive(self._channel, 1 << 31)
        status, data = answer[:1], answer[1:]
        if status == wire.LIMITED:
            self.tripped = data.decode()
            raise BudgetExceededError(self.tripped)
        if status == wire.FAILED:
            self.failed = self.failed or data.decode()
            raise SourceError(data.decode())
        return data


def serve(channel: socket.socket, table: RouteTable, limits: Limits, scratch: Path) -> None:
    """Be a child: examine documents from the channel until it closes or the child is old."""
    confine(limits, scratch)
    for _ in range(limits.documents):
        try:
            job = wire.decode_job(wire.receive(channel, 1 << 24))
        except wire.Gone:
            return
        allow_cpu(job.task.timeout_s)
        findings = examine(PipeSource(channel, job.size, job.block), job.task, table)
        wire.send(channel, wire.encode(wire.Done(findings)))


def main(control: socket.socket, scratch: Path) -> None:
    """Be the zygote until the control socket closes."""
    setup = msgspec.msgpack.decode(wire.receive(control, 1 << 26), type=Setup)
    try:
        table = from_json(setup.routes)
        if setup.preload:
            preload(table)
    except Exception as error:  # noqa: BLE001 - there is nowhere else to report it
        wire.send(control, f"{type(error).__name__}: {error}".encode())
        return
    gc.collect()
    gc.freeze()
    wire.send(control, wire.READY)
    dismissed: set[int] = set()
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, 5, 1)
        if not message:
            return
        if message[:1] == b"F":
            dismissed -= {pid for pid in dismissed if os.waitpid(pid, os.WNOHANG)[0]}
            channel = socket.socket(fileno=descriptors[0])
            pid = _fork(control, channel, table, setup.limits, scratch)
            channel.close()
            control.sendall(struct.pack("<i", pid))
            continue
        (pid,) = struct.unpack("<i", message[1:5])
        if message[:1] == b"D":
            dismissed.add(pid)
        else:
            _, status = os.waitpid(pid, 0)
            control.sendall(struct.pack("<i", status))


def _fork(control: socket.socket, channel: socket.socket, table: RouteTable, limits: Limits, scratch: Path) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        control.close()
        serve(channel, table, limits, scratch)
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    main(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))
