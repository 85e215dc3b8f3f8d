"""ar archives: Debian packages are told by their first member."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource
from firstbytes.sniff import sniff


def _member(name: bytes, data: bytes = b"2.0\n") -> bytes:
    return b"%-16s%-12d%-6d%-6d%-8s%-10d`\n" % (name, 0, 0, 0, b"100644", len(data)) + data


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"!<arch>\n" + _member(b"debian-binary"), "application/vnd.debian.binary-package"),
        (b"!<arch>\n" + _member(b"debian-binary/"), "application/vnd.debian.binary-package"),
        (b"!<arch>\n" + _member(b"/") + _member(b"a.o/"), "application/x-unix-archive"),
        (b"!<arch>\n", "application/x-unix-archive"),
    ],
)
def test_a_package_is_told_by_its_first_member(data: bytes, media_type: str) -> None:
    """debian-binary comes first, or it is no package."""
    assert sniff(BytesSource(data)).media_type == media_type
