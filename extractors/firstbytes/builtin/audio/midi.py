"""Standard MIDI files (MIDI 1.0, 1996), also inside RIFF: tracks, tempo, length, names.

The length needs every event's time, so files over 1 MB are not measured; those are scores of a kind nobody plays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.media_facts import believable, milliseconds
from firstbytes.formats.media_tags import Tags
from firstbytes.formats.values import known

_MAX_FILE = 1024 * 1024
_MAX_TRACKS = 256
_MAX_EVENTS = 200_000
_TEMPO = 500_000
_DATA_BYTES = {0x8: 2, 0x9: 2, 0xA: 2, 0xB: 2, 0xC: 1, 0xD: 1, 0xE: 2}


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of a MIDI file.

    Raises:
        Corrupt: it has no header chunk.
    """
    del ctx
    data = source.read(0, _MAX_FILE)
    if data[:4] == b"RIFF":
        data = data[data.find(b"MThd", 0, 256) :]
    if data[:4] != b"MThd" or len(data) < 14:
        msg = "no MIDI header"
        raise Corrupt(msg)
    kind, declared, division = (int.from_bytes(data[at : at + 2]) for at in (8, 10, 12))
    tags, tempos, last, whole = _tracks(data)
    seconds = _seconds(tempos, last, division)
    core, own = tags.facts()
    names = own.pop("grouping", None)
    core |= known({"duration_ms": milliseconds(seconds) if whole else None, "track_count": declared})
    own |= known(
        {
            "midi_format": kind,
            "ticks_per_quarter": division if not division & 0x8000 else None,
            "tempo_bpm": round(60e6 / min(tempos)[1], 2) if tempos and min(tempos)[1] else None,
            "track_names": str(names).split("; ")[:64] if names else None,
        }
    )
    if not whole:
        own |= {"outcome": "partial", "reason": "cut off, or longer than is measured"}
    return {"core": believable(core), **own}


def _tracks(data: bytes) -> tuple[Tags, list[tuple[int, int]], int, bool]:
    """Return tags, tempo changes as (tick, microseconds a quarter), the last tick, and whether all was there."""
    tags, tempos = Tags(), list[tuple[int, int]]()
    last, at = 0, 8 + int.from_bytes(data[4:8])
    whole = True
    for number in range(_MAX_TRACKS):
        size = int.from_bytes(data[at + 4 : at + 8])
        if at + 8 > len(data):
            break
        if data[at : at + 4] == b"MTrk":
            body = data[at + 8 : at + 8 + size]
            whole = whole and len(body) == size
            for tick, meta, value in _events(body):
                last = max(last, tick)
                if meta == 0x51 and len(value) == 3:
                    tempos.append((tick, int.from_bytes(value)))
                else:
                    _text(meta, value, number, tags)
        at += 8 + size
    return tags, tempos, last, whole


def _text(meta: int, value: bytes, number: int, tags: Tags) -> None:
    text = value[:1024].decode("utf-8", "replace")
    if meta == 3:
        tags.add("title" if number == 0 else "grouping", text)
    elif meta == 2:
        tags.add("copyright", text)
    elif meta == 1:
        tags.add("comment", text)
    elif meta == 5:
        tags.add("lyrics", "present")


def _events(body: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield (tick, meta type or -1, meta value) of a track; it ends where the bytes make no sense."""
    at = tick = status = 0
    for _ in range(_MAX_EVENTS):
        delta, at = _variable(body, at)
        tick += delta
        if at >= len(body):
            return
        if body[at] & 0x80:
            status = body[at]
            at += 1
        if status == 0xFF:
            meta = body[at] if at < len(body) else 0x2F
            length, at = _variable(body, at + 1)
            yield tick, meta, body[at : at + length]
            at += length
            if meta == 0x2F:
                return
        elif status in {0xF0, 0xF7}:
            length, at = _variable(body, at)
            at += length
        elif status >> 4 in _DATA_BYTES:
            at += _DATA_BYTES[status >> 4]
            yield tick, -1, b""
        else:
            return


def _variable(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(at, min(at + 4, len(data))):
        value = value << 7 | data[index] & 127
        if not data[index] & 128:
            return value, index + 1
    return value, min(at + 4, max(at, len(data)))


def _seconds(tempos: list[tuple[int, int]], last: int, division: int) -> float:
    if division & 0x8000:
        frames, ticks = 256 - (division >> 8), division & 255
        return last / (frames * ticks) if frames and ticks else 0.0
    if not division:
        return 0.0
    seconds, before, tempo = 0.0, 0, _TEMPO
    for tick, value in sorted(tempos):
        seconds += (tick - before) * tempo / division / 1e6
        before, tempo = tick, value
    return seconds + max(0, last - before) * tempo / division / 1e6
