"""Both extractors keep the contract of firstbytes."""

from __future__ import annotations

import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest

from firstbytes.testing import ExtractorContract

SCRIPT = """
create table book (id integer primary key, title text not null, year integer);
create table page (book integer references book, number integer, words text, primary key (book, number)) without rowid;
create index by_year on book (year);
create view recent as select title from book where year > 2000;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 400)
insert into book select i, 'Title number ' || i, 1900 + i % 120 from n;
insert into page select id, 1, hex(randomblob(40)) from book;
"""


def made(folder: Path, script: str) -> Path:
    """Return the path of a database."""
    with closing(sqlite3.connect(folder / "a.db", isolation_level=None)) as connection:
        connection.executescript(script)
    return folder / "a.db"


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return a database with a table of eight megabytes."""
    script = SCRIPT + (
        "create table note (id integer primary key, text text);"
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)"
        "insert into note select i, hex(zeroblob(120)) from n;"
    )
    return made(tmp_path_factory.mktemp("large"), script).read_bytes()


class TestSqlite(ExtractorContract):
    """An ordinary database."""

    extractor = "sqlite"
    max_reads = 1

    @pytest.fixture
    def sample(self, tmp_path: Path) -> bytes:
        """Return a database of two tables, small pages and a free list."""
        script = f"pragma page_size = 512; pragma auto_vacuum = full; {SCRIPT} delete from page where book > 300;"
        return made(tmp_path, script).read_bytes()


class TestUtf16(ExtractorContract):
    """A database in UTF-16."""

    extractor = "sqlite"

    @pytest.fixture
    def sample(self, tmp_path: Path) -> bytes:
        """Return a database in UTF-16, big-endian."""
        return made(tmp_path, f"pragma encoding = 'UTF-16be'; {SCRIPT}").read_bytes()


class TestLarge(ExtractorContract):
    """A database that is larger than what is read of it."""

    extractor = "sqlite"
    max_reads = 40
    max_bytes = 40 * 65536
    flips = 16

    @pytest.fixture
    def sample(self, large: bytes) -> bytes:
        """Return eight megabytes."""
        return large


class TestWal(ExtractorContract):
    """A write-ahead log."""

    extractor = "sqlite-wal"
    samples = (struct.pack(">8I", 0x377F0682, 3007000, 4096, 2, 1, 2, 3, 4) + bytes(24 + 4096),)
    max_reads = 1


class TestGeoPackage(ExtractorContract):
    """A format that is a database, which nobody else claims."""

    extractor = "sqlite"
    flips = 16

    @pytest.fixture
    def sample(self, tmp_path: Path) -> bytes:
        """Return a database with the application id of a GeoPackage."""
        return made(tmp_path, f"pragma application_id = 0x47504b47; {SCRIPT}").read_bytes()

    def test_it_is_sniffed_as_what_it_is(self, sample: bytes) -> None:
        """It comes here through its ancestor."""
        assert self.sniff(sample) == "application/geopackage+sqlite3"
