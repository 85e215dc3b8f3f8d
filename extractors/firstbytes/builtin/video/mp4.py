"""ISO media and QuickTime: MP4, M4A, M4V, MOV, 3GP, fragmented files and segments, in one to six reads.

top level            which boxes, in which order; stops at the first fragment
-> moov            header, tracks, tags
-> fragments       how long, when the header does not say (`mp4_fragments`)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from firstbytes import BLOCK, JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.video import mp4_fragments as fragments
from firstbytes.builtin.video import mp4_tags
from firstbytes.builtin.video.mp4_tracks import Track, tracks
from firstbytes.formats import bmff
from firstbytes.formats.bmff import Box
from firstbytes.formats.media_facts import believable, bit_rate, milliseconds
from firstbytes.formats.media_tags import iso6709
from firstbytes.formats.values import from_iso, from_mac, known

_MAX_HOPS = 12
_PREFETCH = 512 * 1024
_MAX_TOP = 512


@dataclass(slots=True)
class Layout:
    """The top level of a file, as far as it was walked."""

    brands: tuple[str, int, list[str]] | None = None
    moov: Box | None = None
    moof: Box | None = None
    sidx: Box | None = None
    mdat: Box | None = None
    cut: bool = False
    systems: list[str] = field(default_factory=list)


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of an ISO media or QuickTime file.

    Raises:
        Corrupt: the file has neither a movie header nor a fragment, or a box is broken.
    """
    del ctx
    layout = _layout(source)
    if layout.moov is None:
        if layout.moof is None and layout.sidx is None:
            msg = "no moov box: the recording was never finished, or the file is cut off"
            raise Corrupt(msg)
        return _segment(source, layout)
    if layout.moov.size <= _PREFETCH:
        # One read for all of it: the blocks below then come from the cache.
        source.read(layout.moov.start, layout.moov.size)
    return _movie(source, layout, layout.moov)


def _layout(source: ByteSource) -> Layout:
    found, block, hops = Layout(), 0, 0
    for box in bmff.walk(source, limit=_MAX_TOP):
        if box.start // BLOCK != block:
            block, hops = box.start // BLOCK, hops + 1
        if box.kind in {"ftyp", "styp"} and found.brands is None:
            found.brands = bmff.brands(source, box)
        elif box.kind == "moov" and found.moov is None:
            found.moov = box
        elif box.kind == "sidx" and found.sidx is None:
            found.sidx = box
        elif box.kind == "mdat" and found.mdat is None:
            found.mdat = box
        elif box.kind == "pssh":
            found.systems.append(_system(source, box))
        elif box.kind == "moof":
            found.moof = box
        found.cut = box.cut
        if found.moof or hops > _MAX_HOPS or (found.moov and found.mdat):
            break
    return found


def _system(source: ByteSource, pssh: Box) -> str:
    return bmff.full(source, pssh, 20)[2][:16].hex()


def _movie(source: ByteSource, layout: Layout, moov: Box) -> dict[str, JSON]:
    parts = {box.kind: box for box in bmff.children(source, moov)}
    if "cmov" in parts:
        return {"core": {}, "outcome": "partial", "reason": "the movie header is compressed (QuickTime cmov)"}
    created, modified, timescale, ticks = _movie_header(source, parts.get("mvhd"))
    found = tracks(source, moov)
    length = Length(round(ticks * 1000 / timescale) if timescale else 0, "mvhd")
    rates: dict[int, float] = {}
    if "mvex" in parts:
        length, rates = _fragmented(source, layout, parts["mvex"], found, timescale, length)
    tags, extra = mp4_tags.read(source, moov)
    core, own = tags.facts()
    systems = layout.systems + [_system(source, b) for b in bmff.children(source, moov) if b.kind == "pssh"]
    core |= _tracks_core(found, rates, fragmented="mvex" in parts)
    core |= known(
        {
            "created": from_mac(created) or core.get("created"),
            "modified": from_mac(modified),
            "taken_at": from_iso(extra.get("taken_at")) if extra.get("taken_at") else None,
            "duration_ms": length.milliseconds or None,
            "bit_rate_bps": None if layout.cut else bit_rate(source.size, length.milliseconds / 1000),
            "track_count": len(found),
            "encrypted": True if systems or any(t.coding.get("encrypted") for t in found) else None,
            **iso6709(extra.get("location")),
        }
    )
    own |= known(
        {
            **_brand_facts(layout),
            "fragmented": "mvex" in parts or None,
            "duration_source": length.source if length.milliseconds else None,
            "faststart": _faststart(layout, moov),
            "protection_systems": systems[:16],
            **_track_facts(found, rates, extra),
        }
    )
    if moov.cut or (layout.cut and layout.mdat and layout.mdat.cut):
        part = "movie header" if moov.cut else "media data"
        own |= {"outcome": "partial", "reason": f"the {part} is cut off"}
    return {"core": believable(core), **own}


def _faststart(layout: Layout, moov: Box) -> bool:
    return layout.mdat is None or moov.start < layout.mdat.start


def _movie_header(source: ByteSource, mvhd: Box | None) -> tuple[int, int, int, int]:
    """Return creation and modification in seconds since 1904, timescale, and duration in it; zeros when unset."""
    if mvhd is None:
        return 0, 0, 0, 0
    version, _, data = bmff.full(source, mvhd, 64)
    width = 8 if version == 1 else 4
    created, modified = int.from_bytes(data[:width]), int.from_bytes(data[width : 2 * width])
    timescale = int.from_bytes(data[2 * width : 2 * width + 4])
    ticks = int.from_bytes(data[2 * width + 4 : 3 * width + 4])
    unset = ticks == (1 << 8 * width) - 1
    return created, modified, timescale, 0 if unset else ticks


@dataclass(frozen=True, slots=True)
class Length:
    """How long, in milliseconds, and by which box that is known."""

    milliseconds: int
    source: str


def _fragmented(
    source: ByteSource, layout: Layout, mvex: Box, found: list[Track], timescale: int, header: Length
) -> tuple[Length, dict[int, float]]:
    """Return how long a fragmented movie is, and its video tracks' frame rates from the first fragment."""
    usual = fragments.defaults(source, mvex)
    clocks = {t.id: fragments.Clock(t.timescale, usual.get(t.id, 0)) for t in found if t.timescale}
    rates = {}
    for run in fragments.runs(source, layout.moof, clocks) if layout.moof else ():
        if run.track in clocks and run.each:
            rates[run.track] = round(clocks[run.track].timescale / run.each, 3)
    extends = fragments.extends_header(source, mvex)
    if extends and timescale:
        return Length(round(extends * 1000 / timescale), "mehd"), rates
    for name, seconds in _measures(source, layout, clocks):
        if seconds * 1000 > header.milliseconds:
            return Length(round(seconds * 1000), name), rates
    return header, rates


def _measures(source: ByteSource, layout: Layout, clocks: Mapping[int, fragments.Clock]) -> Any:
    """Yield measures of a fragmented file's length, cheapest first."""
    if layout.sidx:
        seconds, end = fragments.indexed(source, layout.sidx)
        # Some writers index every segment by itself: only an index of all that comes says how long that is.
        after = next(bmff.walk(source, end, limit=1), None)
        if after is None or after.kind not in {"moof", "sidx", "styp", "emsg", "prft"}:
            yield "sidx", seconds
    yield "mfra", fragments.by_random_access(source, clocks)
    yield "last fragment", fragments.by_tail(source, clocks)


def _tracks_core(found: list[Track], rates: Mapping[int, float], *, fragmented: bool) -> dict[str, JSON]:
    """Return what core says of the first video and the first audio track."""
    film = next((t for t in found if t.kind == "video"), None)
    sound = next((t for t in found if t.kind == "audio"), None)
    spoken = next((t.language for t in found if t.kind == "audio" and t.language), None)
    core: dict[str, Any] = {"language": spoken}
    if film:
        width, height = film.coding.get("width_px"), film.coding.get("height_px")
        turned = film.turn_deg in {90, 270}
        core |= {
            "width_px": height if turned else width,
            "height_px": width if turned else height,
            "orientation_deg": film.turn_deg or None,
            "bit_depth": film.coding.get("bit_depth"),
            "frame_rate_hz": rates.get(film.id) or film.frame_rate_hz,
            "frame_count": film.samples if film.samples and not fragmented else None,
            "video_codec": film.coding.get("codec"),
        }
    if sound:
        core |= {
            "audio_codec": sound.coding.get("codec"),
            "sample_rate_hz": sound.coding.get("sample_rate_hz"),
            "channel_count": sound.coding.get("channel_count"),
        }
        if not film:
            core["bit_depth"] = sound.coding.get("bit_depth")
    return known(core)


def _track_facts(found: list[Track], rates: Mapping[int, float], extra: Mapping[str, str]) -> dict[str, JSON]:
    chapters = {number for t in found for number in t.chapters_in}
    by_track = next((t.samples for t in found if t.id in chapters and t.samples), 0)
    spoken = [t for t in found if t.kind in {"subtitle", "caption", "text"} and t.id not in chapters]
    return known(
        {
            "subtitle_count": len(spoken) or None,
            "chapter_count": int(extra.get("chapters", "0")) or by_track or None,
            "tracks": [t.facts(rates.get(t.id) if t.kind == "video" else None) for t in found],
        }
    )


def _brand_facts(layout: Layout) -> dict[str, JSON]:
    if layout.brands is None:
        return {}
    major, _, compatible = layout.brands
    return bmff.brand_facts(major, compatible)


def _segment(source: ByteSource, layout: Layout) -> dict[str, JSON]:
    """Return what a segment without its initialisation says: its index's length, its fragment's tracks."""
    seconds = fragments.indexed(source, layout.sidx)[0] if layout.sidx else 0.0
    runs = fragments.runs(source, layout.moof, {}) if layout.moof else []
    return {
        "core": known({"duration_ms": milliseconds(seconds), "track_count": len(runs) or None}),
        **known(
            {
                **_brand_facts(layout),
                "fragmented": True,
                "duration_source": "sidx" if seconds else None,
                "fragment_sample_count": sum(run.samples for run in runs) or None,
            }
        ),
    }
