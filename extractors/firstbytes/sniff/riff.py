"""RIFF files, by their form type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_FORMS: dict[bytes, str] = {
    b"WAVE": "audio/vnd.wave",
    b"AVI ": "video/vnd.avi",
    b"AVIX": "video/vnd.avi",
    b"WEBP": "image/webp",
    b"ACON": "application/x-navi-animation",
    b"RMID": "audio/midi",
    b"sfbk": "audio/soundfont",
    b"DLS ": "audio/dls",
    b"QLCM": "audio/qcelp",
    b"CDXA": "video/mpeg",
    b"AMV ": "video/x-amv",
    b"RDIB": "image/bmp",
    b"XWMA": "audio/x-xwma",
    b"MV93": "application/x-director",
    b"MC95": "application/x-director",
}
_COREL = (b"CDR", b"cdr", b"DES")


def refine(head: Head, source: ByteSource) -> Match | None:
    """Return the type of a RIFF, RIFX, RF64 or BW64 file by its form type."""
    form = head.data[8:12]
    name = _FORMS.get(form) or _corel(form)
    return Match(name, f"form {form.decode('latin-1').strip()}", "container") if name else None


def _corel(form: bytes) -> str | None:
    if form[:3] in _COREL:
        return "application/vnd.corel-draw"
    return "image/x-cmx" if form in {b"CMX1", b"cmx1"} else None
