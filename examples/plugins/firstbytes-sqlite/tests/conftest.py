"""Databases, made by SQLite itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

Database = Callable[..., bytes]


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """Return a maker of databases: `database("create table t (x)", pragmas="page_size = 512")` gives the bytes."""

    def make(script: str = "", pragmas: str = "") -> bytes:
        path = tmp_path / "made.db"
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("pragma synchronous = off")
            connection.execute("pragma journal_mode = memory")
            for pragma in filter(None, pragmas.split(";")):
                connection.execute(f"pragma {pragma}")
            connection.executescript(script)
        return path.read_bytes()

    return make
