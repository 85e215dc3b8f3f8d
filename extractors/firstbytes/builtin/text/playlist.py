"""Playlists: M3U, HLS (RFC 8216), PLS: entries, total time, variants."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context
from firstbytes.formats.text import describe, lines_of, read
from firstbytes.formats.values import clean, known

_LENGTH = re.compile(r"#EXTINF:\s*(-?\d{1,9}(?:\.\d{1,9})?)")
_TITLE = re.compile(r"#EXTINF:[^,\n]*,(.*)")
_VARIANT = re.compile(r"#EXT-X-STREAM-INF:(.*)")
_MOST = 50


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a playlist whole up to 1 MB; of a longer one the first 64 KB."""
    text = read(source)
    core, own = describe(source, text)
    lines = lines_of(text.text)
    facts, more = _pls(lines) if ctx.media_type == "audio/x-scpls" else _m3u(lines)
    result: dict[str, JSON] = {"core": {**core, **known(facts)}, **known({**own, **more})}
    if not text.whole:
        result |= {"outcome": "partial", "reason": "only the first 64 KB of a file over 1 MB were read"}
    return result


def _m3u(lines: list[str]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    lengths = [float(found[1]) for line in lines if (found := _LENGTH.match(line))]
    entries = [line for line in lines if line.strip() and not line.startswith("#")]
    variants = [_variant(found[1]) for line in lines if (found := _VARIANT.match(line))]
    tags = {line.partition(":")[0]: line.partition(":")[2].strip() for line in lines if line.startswith("#EXT-X-")}
    titles = [title for line in lines if (found := _TITLE.match(line)) and (title := clean(found[1], 300))]
    played = sum(length for length in lengths if length > 0)
    name = next((line[10:] for line in lines if line.startswith("#PLAYLIST:")), None)
    facts: dict[str, JSON] = {
        "title": clean(name),
        "entry_count": len(entries),
        "duration_ms": round(played * 1000) or None,
        "format_version": clean(tags.get("#EXT-X-VERSION"), 10),
        "encrypted": True
        if tags.get("#EXT-X-KEY", "METHOD=NONE").startswith("METHOD=")
        and "METHOD=NONE" not in tags.get("#EXT-X-KEY", "METHOD=NONE")
        else None,
    }
    live = "#EXT-X-TARGETDURATION" in tags and "#EXT-X-ENDLIST" not in tags
    target = tags.get("#EXT-X-TARGETDURATION", "")
    own: dict[str, JSON] = {
        "variants": variants[:_MOST],
        "entry_titles": titles[:_MOST],
        "target_duration_ms": int(target) * 1000 if re.fullmatch(r"\d{1,6}", target) else None,
        "live": live if "#EXT-X-TARGETDURATION" in tags else None,
    }
    return facts, own


def _variant(attributes: str) -> dict[str, JSON]:
    found = {
        key: value.strip('"') for key, value in re.findall(r"([A-Z-]{1,40})=(\"[^\"]*\"|[^,]*)", attributes[:2000])
    }
    bandwidth = found.get("BANDWIDTH", "")
    return known(
        {
            "bit_rate_bps": int(bandwidth) if re.fullmatch(r"\d{1,12}", bandwidth) else None,
            "resolution": clean(found.get("RESOLUTION"), 20),
            "codecs": clean(found.get("CODECS"), 100),
        }
    )


def _pls(lines: list[str]) -> tuple[dict[str, JSON], dict[str, JSON]]:
    pairs = {
        key.strip().lower(): value.strip() for key, _, value in (line.partition("=") for line in lines) if value.strip()
    }
    lengths = [int(v) for k, v in pairs.items() if k.startswith("length") and re.fullmatch(r"\d{1,9}", v)]
    files = sum(re.fullmatch(r"file\d+", key) is not None for key in pairs)
    titles = [title for k, v in pairs.items() if re.fullmatch(r"title\d+", k) and (title := clean(v, 300))]
    facts: dict[str, JSON] = {
        "entry_count": files,
        "duration_ms": sum(lengths) * 1000 or None,
        "format_version": clean(pairs.get("version"), 10),
    }
    return facts, {"entry_titles": titles[:_MOST]}
