"""The few facts that only maker notes hold: lens and serial number of older Canon, Nikon and Panasonic cameras.

Maker notes are private structures; these tags are stable over two decades of cameras and published by several
independent projects. Anything that does not look as expected gives nothing.
"""

from __future__ import annotations

from firstbytes import Corrupt
from firstbytes.builtin.image.merge import Facts
from firstbytes.formats.tiff import EXIF_IFD, Ifd, Tiff, open_tiff
from firstbytes.formats.values import clean, known

_MAKER_NOTE = 37500
_NIKON_TYPE_3 = b"Nikon\0\2"


def read(tiff: Tiff, first: Ifd) -> Facts:
    """Return lens_model and camera_serial where the maker note has them as text."""
    exif = next(tiff.children(first, EXIF_IFD), None)
    if exif is None or _MAKER_NOTE not in exif:
        return {}
    at, make = exif.entries[_MAKER_NOTE].at, (tiff.text(first, 271) or "").upper()
    readers = {"CANON": _canon, "NIKON": _nikon, "PANAS": _panasonic, "LEICA": _panasonic}
    reader = readers.get(make[:5])
    return reader(tiff, at) if reader else {}


def _canon(tiff: Tiff, at: int) -> Facts:
    note = tiff.ifd(at - tiff.base)
    if note is None or not note.complete:
        return {}
    serial = tiff.integer(note, 0x0C)
    return known(
        {
            "lens_model": clean(tiff.text(note, 0x95)),
            "camera_serial": str(serial) if serial else None,
            "camera_owner": clean(tiff.text(note, 0x09)),
        }
    )


def _panasonic(tiff: Tiff, at: int) -> Facts:
    """Read a directory behind twelve bytes of name; its lens may be a dash."""
    note = tiff.ifd(at + 12 - tiff.base) if tiff.source.read(at, 9) == b"Panasonic" else None
    lens = clean(tiff.text(note, 0x51)) if note is not None and note.complete else None
    return {"lens_model": lens} if lens and lens != "-" else {}


def _nikon(tiff: Tiff, at: int) -> Facts:
    """A type 3 note has a TIFF structure of its own, ten bytes in."""
    if not tiff.source.read(at, 8).startswith(_NIKON_TYPE_3):
        return {}
    try:
        inner = open_tiff(tiff.source, at + 10)
    except Corrupt:
        return {}
    note = next(inner.chain(limit=1), None)
    if note is None or not note.complete:
        return {}
    lens = inner.numbers(note, 0x84, 4)
    return known({"camera_serial": clean(inner.text(note, 0x1D)), "lens_model": _lens(lens)})


def _lens(lens: tuple[float, ...]) -> str | None:
    """Return "18-70mm f/3.5-4.5" of focal lengths and apertures."""
    if len(lens) != 4 or not all(0 < value < 5000 for value in lens):
        return None
    short, long, wide, narrow = (f"{value:g}" for value in lens)
    focal = short if short == long else f"{short}-{long}"
    return f"{focal}mm f/{wide if wide == narrow else f'{wide}-{narrow}'}"
