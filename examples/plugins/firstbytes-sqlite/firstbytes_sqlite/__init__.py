"""firstbytes-sqlite: what a SQLite database says about itself, read by ranges.

This module is the declaration. It is imported whenever plugins are listed, so it imports nothing but firstbytes;
the readers are in `read` and `wal`, named by strings and imported when a file arrives.
"""

from __future__ import annotations

from firstbytes import Extractor, Signature, hookimpl

DATABASE = "application/vnd.sqlite3"
WAL = "application/x-sqlite3-wal"


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the extractors. GeoPackage and MBTiles are databases too: they come here unless someone knows better."""
    return [
        Extractor("sqlite", accepts=(DATABASE,), entry="firstbytes_sqlite.read:extract"),
        Extractor("sqlite-wal", accepts=(WAL,), entry="firstbytes_sqlite.wal:extract"),
    ]


@hookimpl
def register_signatures() -> list[Signature]:
    """Declare what gives the files away (https://www.sqlite.org/fileformat2.html, 1.3 and 4.1)."""
    return [
        Signature(DATABASE, b"SQLite format 3\x00"),
        Signature(WAL, b"\x37\x7f\x06\x82\x00\x2d\xe2\x18"),
        Signature(WAL, b"\x37\x7f\x06\x83\x00\x2d\xe2\x18"),
    ]
