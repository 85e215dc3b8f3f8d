#!/usr/bin/env python3
"""Turn the demonstration lamp: one flash of 0.3 s every 10 s, as the chart says (Fl 10s)."""

import sys
import time
from collections.abc import Iterator

PERIOD_S, FLASH_S = 10.0, 0.3


def flashes(start: float) -> Iterator[tuple[float, float]]:
    """Yield the times at which the lamp goes on and off."""
    while True:
        yield start, start + FLASH_S
        start += PERIOD_S


if __name__ == "__main__":
    for on, off in flashes(time.time()):
        sys.stdout.write(f"on {on:.1f} off {off:.1f}\n")
        time.sleep(PERIOD_S)
