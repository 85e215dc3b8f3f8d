"""RIFF chunks are walked within bounds, whatever their sizes claim."""

from __future__ import annotations

from media_files import chunk

from firstbytes import BytesSource
from firstbytes.formats import riff


def test_levels() -> None:
    """Odd chunks are padded; lists have a form and children; both byte orders."""
    data = chunk("LIST", b"INFO" + chunk("INAM", b"abc") + chunk("IART", b"Ida!"))
    source = BytesSource(data)
    (top,) = riff.walk(source, 0, source.size)
    assert (top.form, [(c.kind, riff.payload(source, c)) for c in riff.children(source, top)]) == (
        "INFO",
        [("INAM", b"abc"), ("IART", b"Ida!")],
    )
    big = BytesSource(chunk("COMM", b"abcd", ">"))
    assert next(riff.walk(big, 0, big.size, "big")).size == 4


def test_claims() -> None:
    """A chunk beyond its parent is cut; a size of all ones may be given elsewhere; a short rest is no chunk."""
    source = BytesSource(b"data\xff\xff\xff\xffabc" + b"tail")
    assert next(riff.walk(source, 0, 11)).cut
    assert [c.size for c in riff.walk(source, 0, 15, wide={"data": 2})] == [2]
    assert list(riff.walk(source, 0, 7)) == []
    many = BytesSource(chunk("JUNK", b"") * (riff.MAX_CHUNKS + 9))
    assert len(list(riff.walk(many, 0, many.size))) == riff.MAX_CHUNKS
