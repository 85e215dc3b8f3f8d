"""The box around points, in the model's own units."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from firstbytes import JSON

_AXES = ("x", "y", "z")


def around(points: Iterable[Sequence[float]]) -> JSON:
    """Return the smallest box around points of three coordinates, None when no point is finite."""
    low, high = [math.inf] * 3, [-math.inf] * 3
    for point in points:
        for axis in range(3):
            value = point[axis]
            low[axis] = min(low[axis], value)
            high[axis] = max(high[axis], value)
    if not all(map(math.isfinite, (*low, *high))):
        return None
    return {f"min_{_AXES[axis]}": low[axis] for axis in range(3)} | {
        f"max_{_AXES[axis]}": high[axis] for axis in range(3)
    }
