"""AudioSpecificConfig gives the profile, and rate and channels as decoded."""

from __future__ import annotations

import pytest

from firstbytes.formats.aac_config import aac, latm


def _bits(*fields: tuple[int, int]) -> bytes:
    text = "".join(f"{value:0{width}b}" for value, width in fields)
    return int(text.ljust(-(-len(text) // 8) * 8, "0"), 2).to_bytes(-(-len(text) // 8))


LC = ((2, 5), (7, 4), (1, 4), (0, 3))


@pytest.mark.parametrize(
    ("fields", "want"),
    [
        (LC, ("LC", 22050, 1)),
        (((2, 5), (15, 4), (12345, 24), (2, 4), (0, 3)), ("LC", 12345, 2)),
        (((2, 5), (7, 4), (15, 4), (0, 3)), ("LC", 22050, 0)),
        (((2, 5), (13, 4), (2, 4), (0, 3)), ("LC", 0, 2)),
        (((2, 5), (7, 4), (2, 4), (0, 1), (1, 1), (0, 14), (0, 1)), ("LC", 22050, 2)),
        (((5, 5), (7, 4), (2, 4), (4, 4), (2, 5), (0, 3)), ("HE-AAC", 44100, 2)),
        (((29, 5), (7, 4), (1, 4), (4, 4), (2, 5), (0, 3)), ("HE-AACv2", 44100, 2)),
        ((*LC, (0x2B7, 11), (5, 5), (1, 1), (4, 4)), ("HE-AAC", 44100, 1)),
        ((*LC, (0x2B7, 11), (5, 5), (1, 1), (4, 4), (0x548, 11), (1, 1)), ("HE-AACv2", 44100, 2)),
        ((*LC, (0x2B7, 11), (5, 5), (0, 1)), ("LC", 22050, 1)),
        (((31, 5), (10, 6), (3, 4), (2, 4)), ("xHE-AAC", 48000, 2)),
        (((2, 5),), ("", 0, 0)),
    ],
)
def test_configs(fields: tuple[tuple[int, int], ...], want: tuple[str, int, int]) -> None:
    """Explicit and backward compatible signals of SBR and PS change what comes out."""
    assert aac(_bits(*fields)) == want


def test_latm() -> None:
    """An element with its own configuration gives it; one that repeats the last, or is cut, does not."""
    assert latm(_bits((0, 1), (0, 1), (1, 1), (0, 6), (0, 4), (0, 3), *LC)) == ("LC", 22050, 1)
    assert latm(b"\x80") == latm(b"\x40") == latm(b"") == ("", 0, 0)
