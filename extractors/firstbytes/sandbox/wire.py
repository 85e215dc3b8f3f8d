"""Frames on a socket, and the messages in them.

A frame is a 4-byte little-endian length and that many bytes. Parent to child: `Job`, then raw answers to reads
(one status byte, then data or a reason). Child to parent: `Sniffed`, `Read`s, and at the end `Done`.
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


class Sniffed(msgspec.Struct, frozen=True, tag=True):
    """The child knows the type, and begins with the extractors: what is left to say if it never returns."""

    findings: Findings


class Done(msgspec.Struct, frozen=True, tag=True):
    """The child is through."""

    findings: Findings


class Gone(FirstbytesError):
    """The other side closed, died, or does not keep to the protocol."""


encode = msgspec.msgpack.Encoder().encode
decode_job = msgspec.msgpack.Decoder(Job).decode
decode_reply = msgspec.msgpack.Decoder(Read | Sniffed | Done).decode


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
    """Return the next frame; raises `Gone` at the end or over `limit` bytes, `TimeoutError` by the socket's timeout."""
    (length,) = struct.unpack("<I", _exactly(channel, 4))
    if length > limit:
        msg = f"a frame of {length} bytes"
        raise Gone(msg)
    return _exactly(channel, length)


def _exactly(channel: socket.socket, length: int) -> bytes:
    data = bytearray()
    while len(data) < length:
        try:
            part = channel.recv(min(length - len(data), 1 << 20))
        except TimeoutError:
            raise
        except OSError as error:
            raise Gone(str(error)) from error
        if not part:
            msg = "the end"
            raise Gone(msg)
        data += part
    return bytes(data)
