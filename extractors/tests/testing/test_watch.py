"""What a call does to the world outside."""

from __future__ import annotations

import os
import socket
import threading
from pathlib import Path

import pytest

from firstbytes.testing import watch


def test_deeds(tmp_path: Path) -> None:
    """Writes, removals and sockets outside the scratch folder are seen; inside it, and reads, are not."""
    scratch, outside = tmp_path / "scratch", tmp_path / "outside"
    with watch.deeds(scratch) as found:
        scratch.mkdir()
        (scratch / "a").write_bytes(b"a")
        (scratch / "a").read_bytes()
        outside.write_bytes(b"b")
        outside.unlink()
        socket.socket().close()
        os.truncate(os.open(scratch / "a", os.O_RDWR), 0)
        with open(os.open(scratch / "a", os.O_RDONLY), "rb"):  # noqa: PTH123 - a descriptor, not a path
            pass

    assert found == [f"open {outside}", f"os.remove {outside}", "socket.__new__", "os.truncate ?"]


@pytest.mark.parametrize(
    ("event", "arguments", "expected"),
    [
        ("open", ("/a", "rb", os.O_RDONLY), None),
        ("open", (b"/a", "wb", os.O_WRONLY), ("open", "/a")),
        ("open", (7, "wb", os.O_WRONLY), None),
        ("open", ("/a", "w", None), None),
        ("os.rename", ("/a", "/b"), ("os.rename", "/a")),
        ("os.truncate", (7, 0), ("os.truncate", "?")),
        ("socket.connect", (object(), ("::1", 80)), ("socket.connect", "")),
        ("os.fork", (), ("os.fork", "")),
        ("import", ("json",), None),
    ],
)
def test_deed(event: str, arguments: tuple[object, ...], expected: tuple[str, str] | None) -> None:
    """Of the interpreter's audit events, those that change something outside count."""
    assert watch.deed(event, arguments) == expected


def test_deeds_before_and_after_do_not_count(tmp_path: Path) -> None:
    """Only what happens inside the block is seen."""
    (tmp_path / "a").write_bytes(b"a")
    with watch.deeds(tmp_path / "b") as found:
        pass
    (tmp_path / "a").write_bytes(b"a")

    assert found == []


def test_leftovers(tmp_path: Path) -> None:
    """An open descriptor and a running thread are left over."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    with watch.leftovers() as found:
        fd = os.open(tmp_path, os.O_RDONLY)
        thread.start()
    os.close(fd)
    stop.set()
    thread.join()

    assert found == [f"descriptor {fd} is still open", "a thread is still running"]
