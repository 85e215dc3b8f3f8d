"""The table of magic numbers. Sources: the formats' own specifications."""

from __future__ import annotations

MAGIC: tuple[tuple[str, bytes, int], ...] = (
    ("image/png", b"\x89PNG\r\n\x1a\n", 0),
    ("image/gif", b"GIF87a", 0),
    ("image/gif", b"GIF89a", 0),
    ("image/jpeg", b"\xff\xd8\xff", 0),
    ("application/zip", b"PK\x03\x04", 0),
    ("application/zip", b"PK\x05\x06", 0),
    ("application/x-ole-storage", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0),
    ("application/mp4", b"ftyp", 4),
    ("application/x-ebml", b"\x1aE\xdf\xa3", 0),
    ("application/pdf", b"%PDF-", 0),
    ("application/gzip", b"\x1f\x8b", 0),
    ("application/vnd.sqlite3", b"SQLite format 3\x00", 0),
)

UNMISTAKABLE_EXCEPT: frozenset[str] = frozenset({"audio/mpeg", "video/mpeg", "application/pdf"})
"""Types whose magic is common but not obligatory at the start of the file."""
