"""Limits of what is believed of sound and film, whatever a header claims."""

from __future__ import annotations

import math
from collections.abc import Mapping

from firstbytes.spec import JSON

_LIMITS: Mapping[str, tuple[float, float]] = {
    "width_px": (1, 2**24),
    "height_px": (1, 2**24),
    "bit_depth": (1, 128),
    "channel_count": (1, 512),
    "sample_rate_hz": (1, 2**32),
    "frame_rate_hz": (0.0005, 1e5),
    "duration_ms": (0, 2**53),
    "bit_rate_bps": (0, 2**53),
    "frame_count": (0, 2**53),
    "track_count": (0, 2**31),
    "track_number": (0, 2**31),
    "attachment_count": (0, 2**31),
    "chapter_count": (0, 2**31),
}


def believable(core: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return core facts without the numbers that no file has: a picture of 2^31 pixels, 60,000 channels."""
    return {key: value for key, value in core.items() if _within(value, _LIMITS.get(key))}


def _within(value: JSON, limits: tuple[float, float] | None) -> bool:
    if limits is None:
        return True
    return isinstance(value, (int, float)) and limits[0] <= value <= limits[1]


def milliseconds(seconds: float) -> int | None:
    """Return whole milliseconds; None for no time at all, and for what is no number."""
    return round(seconds * 1000) or None if math.isfinite(seconds) and 0 < seconds < 2**43 else None


def bit_rate(size: int, seconds: float) -> int | None:
    """Return bits a second of a size in bytes over a time; None below a millisecond, which says nothing."""
    return round(size * 8 / seconds) or None if size > 0 and math.isfinite(seconds) and seconds >= 0.001 else None
