"""Fields of H.265 that stand between what is wanted: a sequence parameter set up to its usability information.

Source: ITU-T H.265, 7.3.2.2, 7.3.4 and 7.3.7. Counts that the standard bounds are bounded here as it bounds them.
"""

from __future__ import annotations

from firstbytes.errors import Corrupt
from firstbytes.formats.bits import Bits

_MAX_SETS = 64
_MAX_PICTURES = 16


def _bounded(value: int, most: int) -> int:
    if value > most:
        msg = f"expected at most {most}, got {value}"
        raise Corrupt(msg)
    return value


def skip_to_usability(bits: Bits, layers: int) -> bool:
    """Pass over the fields after the bit depths and return whether usability information follows (E.2.1).

    Raises:
        Corrupt: the set ends before, or a count is beyond its bound.
    """
    order_bits = _bounded(bits.unsigned(), 12) + 4
    for _ in range(1 if not bits.flag() else layers + 1):
        for _ in range(3):
            bits.unsigned()
    for _ in range(6):
        bits.unsigned()
    if bits.flag() and bits.flag():
        _scaling_lists(bits)
    bits.skip(2)
    if bits.flag():
        bits.skip(8)
        bits.unsigned()
        bits.unsigned()
        bits.skip(1)
    _reference_sets(bits)
    if bits.flag():
        for _ in range(_bounded(bits.unsigned(), 32)):
            bits.skip(order_bits + 1)
    bits.skip(2)
    return bits.flag()


def _scaling_lists(bits: Bits) -> None:
    for size in range(4):
        for _ in range(0, 6, 3 if size == 3 else 1):
            if not bits.flag():
                bits.unsigned()
                continue
            if size > 1:
                bits.signed()
            for _ in range(min(64, 1 << (4 + 2 * size))):
                bits.signed()


def _reference_sets(bits: Bits) -> None:
    """Pass over the short-term reference picture sets; a predicted one has as many entries as the one before."""
    entries = 0
    for index in range(_bounded(bits.unsigned(), _MAX_SETS)):
        if index and bits.flag():
            bits.skip(1)
            bits.unsigned()
            entries = sum(_predicted(bits) for _ in range(entries + 1))
            continue
        negative, positive = bits.unsigned(), bits.unsigned()
        entries = _bounded(negative + positive, _MAX_PICTURES)
        for _ in range(entries):
            bits.unsigned()
            bits.skip(1)


def _predicted(bits: Bits) -> int:
    """Return 1 for an entry that is taken over."""
    return 1 if bits.flag() or bits.flag() else 0
