"""The header of a JPEG XL codestream, bit by bit."""

from __future__ import annotations

import pytest
from pictures import Bits, jxl_codestream

from firstbytes.formats import jxl


def test_every_field() -> None:
    """Size, orientation, depth, alpha, animation and colours come from the bits."""
    assert jxl.read(jxl_codestream()[2:]) == jxl.Header(
        width=640, height=480, orientation=6, bit_depth=10, extra_channels=1, alpha=True, xyb=False, icc=True,
        color_space="gray", ticks_per_second=100.0, loops=3,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "size"),
    [
        ([(1, 1), (3, 5), (1, 3)], (32, 32)),
        ([(1, 1), (3, 5), (0, 3), (1, 5)], (16, 32)),
        ([(0, 1), (1, 2), (999, 13), (0, 3), (3, 2), (69999, 30)], (70000, 1000)),
        ([(0, 1), (0, 2), (99, 9), (7, 3)], (200, 100)),
    ],
)
def test_sizes(fields: list[tuple[int, int]], size: tuple[int, int]) -> None:
    """Small sizes count in eights; a ratio stands for the width."""
    data = Bits().put(*fields, (1, 1)).bytes()
    assert jxl.size_header(data) == size
    found = jxl.read(data)
    assert found is not None
    assert (found.width, found.height, found.bit_depth) == (*size, 8)


def test_cut_off() -> None:
    """Bits beyond the end are no header."""
    assert jxl.size_header(b"") == (0, 0)
    assert jxl.read(b"\0") is None


@pytest.mark.parametrize(("kind", "more"), [(2, [(0, 64)]), (5, [(0, 2)]), (1, [])])
def test_extra_channels_and_floats(kind: int, more: list[tuple[int, int]]) -> None:
    """Spot colours, filter patterns and depth are channels that are not alpha; samples may be floats."""
    type_bits = [(2, 2), (kind - 2, 4)] if kind > 1 else [(1, 2)]
    channel = [(0, 1), *type_bits, (1, 1), (1, 2), (0, 4), (0, 2), (0, 2), *more]
    size = [(1, 1), (0, 5), (1, 3)]
    depth = [(1, 1), (0, 2), (7, 4), (0, 1)]
    default = [(1, 2), (1, 1)]
    data = Bits().put(*size, (0, 1), (0, 1), *depth, (2, 2), (0, 4), *channel, *default, (1, 1), (1, 1)).bytes()
    found = jxl.read(data)
    assert found is not None
    assert (found.bit_depth, found.float_samples, found.extra_channels) == (32, True, 2)


def test_preview_and_intrinsic_size() -> None:
    """A preview of other proportions and an intrinsic size are passed over, bit by bit."""
    size = [(1, 1), (0, 5), (1, 3)]
    extra = [(1, 1), (0, 3), (1, 1), *size, (1, 1), (0, 1), (0, 2), (9, 6), (1, 3), (0, 1)]
    depth = [(0, 1), (2, 2), (0, 1)]
    data = Bits().put(*size, (0, 1), *extra, *depth, (0, 2), (1, 1), (1, 1)).bytes()
    found = jxl.read(data)
    assert found is not None
    assert (found.bit_depth, found.intrinsic, found.xyb, found.orientation) == (12, (8, 8), True, 1)
