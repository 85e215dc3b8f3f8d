"""Seeded mutations of good files: cut, flipped, zeroed, repeated, spliced. The same seed gives the same bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

_BIG = (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00", b"\x00\x00\x00\x00", b"\xff\xff\xff\x7f")
MAX_SEED_BYTES = 200_000


def seeds(folder: Path) -> list[tuple[str, bytes]]:
    """Return (name, bytes) of the small files of a folder, sorted."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.stat().st_size <= MAX_SEED_BYTES)
    return [(p.name, p.read_bytes()) for p in files if p.suffix not in {".py", ".md", ".tsv"} or p.name == "tides.tsv"]


def mutations(files: Sequence[tuple[str, bytes]], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Yield `count` mutants, each (name of its file, bytes)."""
    chance = random.Random(seed)  # noqa: S311 - reproducible, not secret
    for _ in range(count):
        name, data = chance.choice(files)
        yield name, mutant(data, files, chance)


def mutant(data: bytes, files: Sequence[tuple[str, bytes]], chance: random.Random) -> bytes:
    """Return one to eight mutations of some bytes."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 4, 8))):
        if not out:
            break
        # Structure is mostly at the two ends.
        where = chance.choice(
            (
                chance.randrange(len(out)),
                chance.randrange(min(len(out), 512)),
                -1 - chance.randrange(min(len(out), 512)),
            )
        )
        where %= len(out)
        match chance.randrange(7):
            case 0:
                out[where] ^= 1 << chance.randrange(8)
            case 1:
                out[where] = chance.randrange(256)
            case 2:
                out[where : where + 4] = chance.choice(_BIG)
            case 3:
                del out[where:]
            case 4:
                del out[where : where + chance.randrange(1, 64)]
            case 5:
                out[where:where] = out[where : where + chance.randrange(1, 64)] * chance.choice((1, 2, 50))
            case _:
                other = chance.choice(files)[1]
                start = chance.randrange(len(other)) if other else 0
                out[where : where + 64] = other[start : start + 64]
    return bytes(out)
