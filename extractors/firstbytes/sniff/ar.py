"""What an ar archive is: a Debian package by its first member (deb(5)), else a library or plain archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource


def refine(head: Head, _: ByteSource) -> Match | None:
    """Tell Debian packages: their first member is debian-binary."""
    member = head.data[8:24].rstrip(b" ").removesuffix(b"/")
    if member == b"debian-binary":
        return Match("application/vnd.debian.binary-package", "member debian-binary", "container")
    return None
