"""Tags of RIFF files: `LIST INFO` (RIFF 1991 and its additions) and broadcast extension `bext` (EBU Tech 3285)."""

from __future__ import annotations

from firstbytes.formats import riff
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.riff import Chunk, Order
from firstbytes.formats.values import clean, from_iso, known
from firstbytes.source import ByteSource
from firstbytes.spec import JSON

_KEYS = {
    "INAM": "title",
    "TITL": "title",
    "IART": "artist",
    "IPRD": "album",
    "IALB": "album",
    "ICMT": "comment",
    "COMM": "comment",
    "ICOP": "copyright",
    "ICRD": "date",
    "IGNR": "genre",
    "GENR": "genre",
    "ITRK": "track",
    "IPRT": "track",
    "TRCK": "track",
    "ISFT": "encoder",
    "IENG": "encoded_by",
    "ITCH": "encoded_by",
    "ILNG": "language",
    "IMUS": "composer",
    "ISBJ": "subtitle",
    "IPUB": "publisher",
    "IKEY": "mood",
    "ISTD": "publisher",
    "IWRI": "lyricist",
}


def info(source: ByteSource, chunk: Chunk, tags: Tags, order: Order = "little") -> None:
    """Add the strings of an INFO list to some tags."""
    for item in riff.children(source, chunk, order, limit=128):
        value = _text(riff.payload(source, item, 4096))
        name = _KEYS.get(item.kind.upper())
        if name:
            tags.add(name, value)
        else:
            tags.other(item.kind, value)


def _text(data: bytes) -> str:
    raw = data.split(b"\0", 1)[0]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def broadcast(data: bytes, sample_rate_hz: int) -> dict[str, JSON]:
    """Return the facts of a `bext` payload: description, originator, when it was made, its time code in seconds."""
    if len(data) < 602:
        return {}
    date, time = _text(data[320:330]), _text(data[330:338])
    samples = int.from_bytes(data[338:346], "little")
    stamp = f"{date.replace('/', '-').replace(':', '-')}T{time.replace('-', ':')}" if time else date
    return known(
        {
            "description": clean(_text(data[:256])),
            "originator": clean(_text(data[256:288])),
            "originator_reference": clean(_text(data[288:320])),
            "originated_at": from_iso(stamp),
            "time_reference_s": round(samples / sample_rate_hz, 3) if sample_rate_hz and samples else None,
            "coding_history": clean(_text(data[602:]), 1024),
        }
    )
