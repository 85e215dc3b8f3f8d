"""Frames on a socket, and the messages in them.

A frame is a 4-byte little-endian length and that many bytes. Parent to child: `Job`, then raw answers to reads
(one status byte, then data or a reason). Child to parent: `Read`s, and at the end `Done`.
The two take turns: neither sends before the other has answered.
"""

from __future__ import annotations

import socket
import struct

import msgspec

from firstbytes.errors import FirstbytesError
from firstbytes.run import Findings, Task

MAX_FRAME = 4 << 20
"""Bytes a child may send at once: findings are bounded far below."""

READY = b"ready"
_RECEIVE = 128 * 1024

DATA, LIMITED, FAILED = b"\x00", b"\x01", b"\x02"


class Job(msgspec.Struct, frozen=True):
    """A document to examine: what is asked, its size, and the first block, which every sniffing reads."""

    task: Task
    size: int
    block: bytes


class Read(msgspec.Struct, frozen=True, tag=True):
    """The child asks for bytes."""

    start: int
    length: int


class Done(msgspec.Struct, frozen=True, tag=True):
    """The child is through."""

    findings: Findings


class Gone(FirstbytesError):
    """The other side closed, died, or does not keep to the protocol."""


encode = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
decode_reply = msgspec.msgpack.Decoder(Read | Done).decode


def send(channel: socket.socket, *parts: bytes) -> None:
    """Send one frame made of `parts`; raises `Gone` when nobody is there."""
    length = sum(len(part) for part in parts)
    try:
        channel.sendall(b"".join((struct.pack("<I", length), *parts)))
    except TimeoutError:
        raise
    except OSError as error:
        raise Gone(str(error)) from error


def receive(channel: socket.socket, limit: int = MAX_FRAME) -> bytes:
    """Return the next frame; raises `Gone` at the end or over `limit` bytes, `TimeoutError` by the socket's timeout.

    Frames take turns, so that one receive mostly brings all of one and never a part of the next.
    """
    data = bytearray()
    length = 4
    while len(data) < length:
        try:
            part = channel.recv(max(_RECEIVE, min(length - len(data), 1 << 20)))
        except TimeoutError:
            raise
        except OSError as error:
            raise Gone(str(error)) from error
        if not part:
            raise Gone("the end")
        data += part
        if len(data) >= 4:
            length = 4 + int.from_bytes(data[:4], "little")
        if length > 4 + limit or len(data) > length:
            raise Gone(f"a frame of {length - 4} bytes, {len(data) - 4} of them here")
    return bytes(memoryview(data)[4:])
