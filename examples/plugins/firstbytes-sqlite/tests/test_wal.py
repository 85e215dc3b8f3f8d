"""What a write-ahead log says."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from firstbytes import BytesSource, Context, Corrupt, Decline, sniff
from firstbytes_sqlite import WAL, register_signatures
from firstbytes_sqlite.wal import extract

CONTEXT = Context(media_type=WAL)


def test_a_log_that_sqlite_wrote(tmp_path: Path) -> None:
    """It is known by its signature; page size and frames are those of the transaction."""
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("pragma page_size = 1024")
        connection.execute("pragma journal_mode = wal")
        connection.execute("create table t (x)")
        data = (tmp_path / "a.db-wal").read_bytes()

    assert sniff(BytesSource(data), signatures=register_signatures()).media_type == WAL
    assert extract(BytesSource(data), CONTEXT) == {
        "page_size_bytes": 1024,
        "frame_count": (len(data) - 32) // 1048,
        "checkpoint_count": 0,
    }


def header(version: int = 3007000, page_size: int = 4096) -> bytes:
    """Return the header of a log."""
    return struct.pack(">8I", 0x377F0683, version, page_size, 0, 1, 2, 3, 4)


@pytest.mark.parametrize("data", [b"", b"\x37\x7f", b"SQLite format 3\x00", header(version=3007001)])
def test_declined(data: bytes) -> None:
    """What has another magic number or version is no log that this reads."""
    with pytest.raises(Decline):
        extract(BytesSource(data), CONTEXT)


@pytest.mark.parametrize("data", [header()[:20], header(page_size=1000), header(page_size=256)])
def test_corrupt(data: bytes) -> None:
    """A log that ends in its header, or whose page size is none, is corrupt."""
    with pytest.raises(Corrupt):
        extract(BytesSource(data), CONTEXT)
