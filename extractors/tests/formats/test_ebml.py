"""EBML elements are walked within bounds, whatever their sizes claim."""

from __future__ import annotations

import pytest
from media_files import element, real, text, uint

from firstbytes import BytesSource, Corrupt
from firstbytes.formats import ebml


def test_values() -> None:
    """Integers, floats and strings, and what is none of them."""
    data = uint(0xD7, 300) + real(0x4489, 1.5) + text(0x86, "V_VP9\0\0")
    source = BytesSource(element(0xAE, data))
    top = ebml.element_at(source, 0, source.size)
    assert top is not None
    values = {e.id: ebml.payload(source, e) for e in ebml.children(source, top)}
    assert ebml.unsigned(values[0xD7]) == 300
    assert ebml.number(values[0x4489]) == 1.5
    assert ebml.text(values[0x86]) == "V_VP9"
    assert (ebml.number(b"\x3f\xc0\0\0"), ebml.number(b"abc"), ebml.signed(b"\xff")) == (1.5, 0.0, -1)


def test_sizes() -> None:
    """An unknown size reaches to the parent's end; a claim beyond it is cut."""
    unknown = next(ebml.walk(BytesSource(b"\xae\xffabc"), 0, 5))
    assert (unknown.unknown, unknown.size, unknown.cut) == (True, 3, False)
    claims = next(ebml.walk(BytesSource(b"\xae\x8fabc"), 0, 5))
    assert (claims.cut, claims.size) == (True, 3)


@pytest.mark.parametrize("data", [b"\x00abc", b"\x0f\0\0\0\0", b"\xae\x00"])
def test_no_element(data: bytes) -> None:
    """An ID of more than four bytes or a size of more than eight is corrupt."""
    with pytest.raises(Corrupt):
        list(ebml.walk(BytesSource(data), 0, len(data)))


@pytest.mark.parametrize("data", [b"", b"\xae", b"\x42", b"\xae\x01\0"])
def test_cut_head(data: bytes) -> None:
    """A head that is cut off ends its level."""
    assert list(ebml.walk(BytesSource(data), 0, 99)) == []


def test_many() -> None:
    """A million empty elements are not walked."""
    source = BytesSource(b"\xec\x80" * (ebml.MAX_ELEMENTS + 9))
    assert len(list(ebml.walk(source, 0, source.size))) == ebml.MAX_ELEMENTS
