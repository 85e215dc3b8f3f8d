"""PostScript and EPS by their structuring comments (Adobe DSC 3.0, EPSF 3.0), and the DOS EPS header."""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.formats.values import clean, from_iso, from_mail, from_pdf, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context

_BLOCK = 64 * 1024
_DOS = b"\xc5\xd0\xd3\xc6"
_HEADER = re.compile(rb"%!(?:PS)?(?:-Adobe-(\d\.\d))?(?:[ \t]+EPSF-(\d\.\d))?")
_COMMENT = re.compile(rb"^%%([A-Za-z]{2,40}):[ \t]*([^\r\n]{0,2000})", re.MULTILINE)
_DEFERRED = "(atend)"
_MM_PER_PT = 25.4 / 72


def extract(source: ByteSource, _: Context) -> Mapping[str, JSON]:
    """Return the facts of a PostScript program; comments deferred to the end are looked for in the last block.

    Raises:
        Corrupt: there is no `%!`.
    """
    head = source.read(0, _BLOCK)
    start, length, preview = _section(head, source.size)
    if start >= len(head):
        head, start = source.read(start, _BLOCK), 0
    body = head[start:]
    at = body.find(b"%!", 0, 1024)
    if at < 0:
        msg = "no %! at the start"
        raise Corrupt(msg)
    comments = _comments(body[at:])
    end = min(source.size, start + length) if length else source.size
    if any(value == _DEFERRED for value in comments.values()):
        deferred = _comments(source.read(max(0, end - _BLOCK), min(_BLOCK, end)), last=True)
        comments = {key: deferred.get(key, value) if value == _DEFERRED else value for key, value in comments.items()}
    version = _HEADER.match(body, at)
    return _facts(
        {key: value for key, value in comments.items() if value != _DEFERRED},
        dsc=version[1].decode() if version and version[1] else None,
        epsf=version[2].decode() if version and version[2] else None,
        preview=preview or ("EPSI" if b"\n%%BeginPreview" in body.replace(b"\r", b"\n") else None),
    )


def _section(head: bytes, size: int) -> tuple[int, int, str | None]:
    """Return where the PostScript starts, its length (0: to the end) and the kind of preview beside it."""
    if not head.startswith(_DOS) or len(head) < 30:
        return 0, 0, None
    start, length, wmf, wmf_length, _, tiff_length = struct.unpack_from("<6I", head, 4)
    if not 0 < start < size:
        msg = f"PostScript section at {start} of {size} bytes"
        raise Corrupt(msg)
    return start, length, "TIFF" if tiff_length else "WMF" if wmf and wmf_length else None


def _comments(data: bytes, *, last: bool = False) -> dict[str, str]:
    """Return DSC comments by name: the first of each, or with `last` the last of each."""
    found: dict[str, str] = {}
    header = data if last else re.split(rb"[\r\n]%%EndComments", data, maxsplit=1)[0]
    for count, match in enumerate(_COMMENT.finditer(header.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))):
        key, value = match[1].decode("ascii"), match[2].decode("latin-1").strip()
        if last or key not in found:
            found[key] = value
        if count > 2000:
            break
    return found


def _facts(comments: Mapping[str, str], *, dsc: str | None, epsf: str | None, preview: str | None) -> dict[str, JSON]:
    pages = comments.get("Pages", "").split(" ")[0]
    author = _string(comments.get("For"))
    box = _box(comments.get("HiResBoundingBox")) or _box(comments.get("BoundingBox"))
    return {
        "core": known(
            {
                "title": _string(comments.get("Title")),
                "authors": [author] if author else None,
                "generator": _string(comments.get("Creator")),
                "created": _date(_string(comments.get("CreationDate"))),
                "copyright": _string(comments.get("Copyright")),
                "page_count": int(pages) if pages.isascii() and pages.isdigit() and len(pages) < 9 else None,
                "format_version": epsf or dsc,
            }
        ),
        **known(
            {
                "bounding_box_pt": list(box) if box else None,
                "width_mm": round((box[2] - box[0]) * _MM_PER_PT, 1) if box else None,
                "height_mm": round((box[3] - box[1]) * _MM_PER_PT, 1) if box else None,
                "language_level": _string(comments.get("LanguageLevel")),
                "orientation": _string(comments.get("Orientation")),
                "needed_resources": clean(comments.get("DocumentNeededResources"), 1000),
                "preview": preview,
                "dsc_version": dsc if epsf else None,
            }
        ),
    }


def _string(value: str | None) -> str | None:
    """Return a DSC text: bare, or in parentheses."""
    stripped = (value or "").strip()
    if stripped.startswith("(") and stripped.endswith(")"):
        stripped = stripped[1:-1]
    return clean(stripped)


def _date(value: str | None) -> str | None:
    """Return the creation date where it is written in a form that leaves no doubt; DSC leaves the form open."""
    if value and value.startswith("D:"):
        return from_pdf(value)
    return from_iso(value) or from_mail(value)


def _box(value: str | None) -> tuple[float, float, float, float] | None:
    try:
        left, bottom, right, top = (float(part) for part in (value or "").split()[:4])
    except ValueError:
        return None
    sane = all(abs(side) < 1e6 for side in (left, bottom, right, top))
    return (left, bottom, right, top) if sane and right > left and top > bottom else None
