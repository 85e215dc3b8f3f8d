"""ASF files are video when one of their streams is."""

from __future__ import annotations

import struct
from uuid import UUID

from media_files import type_of

HEADER = UUID("75b22630-668e-11cf-a6d9-00aa0062ce6c").bytes_le
STREAM = UUID("b7dc0791-a9b7-11cf-8ee6-00c00c205365").bytes_le
VIDEO = UUID("bc19efc0-5b4d-11cf-a8fd-00805f5c442b").bytes_le
AUDIO = UUID("f8699e40-5b4d-11cf-a8fd-00805f5c442b").bytes_le


def _asf(*kinds: bytes, padding: int = 0) -> bytes:
    objects = bytes(padding) + b"".join(STREAM + struct.pack("<Q", 78) + kind + bytes(38) for kind in kinds)
    return HEADER + struct.pack("<QIBB", 30 + len(objects), len(kinds), 1, 2) + objects


def test_streams() -> None:
    """Sound alone is WMA, a picture makes it WMV, and neither leaves the container."""
    assert type_of(_asf(AUDIO)) == "audio/x-ms-wma"
    assert type_of(_asf(AUDIO, VIDEO)) == "video/x-ms-wmv"
    assert type_of(_asf(bytes(16))) == "application/vnd.ms-asf"


def test_long_header() -> None:
    """A header longer than the first block costs one more read."""
    assert type_of(_asf(AUDIO, padding=100_000)) == "audio/x-ms-wma"
