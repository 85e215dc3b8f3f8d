"""Names of the members of a container, for third parties' container signatures."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from firstbytes.errors import Corrupt
from firstbytes.formats.ole import open_ole
from firstbytes.formats.zip import open_zip

if TYPE_CHECKING:
    from firstbytes.source import ByteSource

_MAX_NAMES = 10_000


def names(media_type: str, source: ByteSource) -> frozenset[str]:
    """Return the member names of a ZIP or the stream paths of an OLE2 container, at most 10,000."""
    try:
        if media_type == "application/zip":
            return frozenset(open_zip(source, max_directory=1 << 20).names(_MAX_NAMES))
        return frozenset(islice(open_ole(source).paths, _MAX_NAMES))
    except Corrupt:
        return frozenset()
