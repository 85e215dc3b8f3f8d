"""Damages files and looks at what a reader makes of them, for the tests of every family."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from firstbytes import Corrupt, Decline

LIKELY = (0, 0x20, 0x30, 0x7F, 0x80, 0x84, 0xFF)
"""Values at which readers stumble: signs, lengths, ends."""
_QUICK_S = 1.0


def damaged(good: bytes, *, seed: int, flips: int, edge: int = 0) -> Iterator[bytes]:
    """Yield a file cut at every 1/64, then with one to eight bytes changed.

    Where `edge` is given, half of the changes are in so many bytes from the start or the end, where headers are.
    """
    yield from (good[: len(good) * part // 64] for part in range(64))
    dice = random.Random(seed)
    for turn in range(flips):
        changed = bytearray(good)
        reach = min(edge or len(good), len(good)) if turn % 2 else len(good)
        for _ in range(dice.choice((1, 1, 1, 8))):
            place = dice.randrange(reach) * dice.choice((1, -1))
            changed[place] = dice.choice((*LIKELY, dice.randrange(256)))
        yield bytes(changed)


def endures(
    read: Callable[[bytes], Mapping[str, Any]], good: bytes, *, seed: int, flips: int = 500, edge: int = 0
) -> bool:
    """Read a file damaged in many ways; True when each was answered in JSON or refused, within a second."""
    for case in damaged(good, seed=seed, flips=flips, edge=edge):
        started = time.monotonic()
        with contextlib.suppress(Corrupt, Decline):
            json.dumps(read(case), allow_nan=False)
        if (taken := time.monotonic() - started) > _QUICK_S:
            msg = f"a damaged file took {taken:.1f} s"
            raise AssertionError(msg)
    return True
