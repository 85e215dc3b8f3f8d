"""Markdown: front matter, title, headings, links, languages of code blocks (CommonMark 0.31)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context
from firstbytes.formats.text import describe, read
from firstbytes.formats.values import clean, from_iso, known

_FRONT = re.compile(r"(?:---|\+\+\+)[ \t]*\r?\n(.{0,20000}?)\r?\n(?:---|\+\+\+|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PAIR = re.compile(r"([A-Za-z_][\w-]*)[ \t]*[:=][ \t]*(.*)$")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)$")
_FENCE = re.compile(r"^[ ]{0,3}(```+|~~~+)[ \t]*([\w+#.-]*)")
_ATX = re.compile(r"^[ ]{0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"^[ ]{0,3}(=+|-+)[ \t]*$")
_LINK = re.compile(r"(!?)\[[^\]\n]{0,500}\]\([^)\n]{1,2000}\)")
_MOST = 100


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the first megabyte; a longer document is outlined from its first 64 KB."""
    text = read(source)
    core, own = describe(source, text)
    front, body = _front_matter(text.text)
    headings, fences = _outline(body)
    links = _LINK.findall(body)
    title = front.get("title") or next((name for level, name in headings if level == 1), None)
    keywords = front.get("tags") or front.get("keywords")
    authors = front.get("authors") or front.get("author")
    facts = {
        "title": _one(title),
        "authors": _many(authors),
        "description": _one(front.get("description") or front.get("summary")),
        "keywords": _many(keywords),
        "language": _one(front.get("lang") or front.get("language")),
        "created": from_iso(_one(front.get("date"))),
    }
    return {
        "core": {**core, **known(facts)},
        **known(
            {
                **own,
                "headings": [{"level": level, "text": name} for level, name in headings[:_MOST]],
                "heading_count": len(headings),
                "link_count": sum(not image for image in links),
                "image_count": sum(bool(image) for image in links),
                "code_block_count": len(fences),
                "code_languages": sorted({name for name in fences if name})[:_MOST],
                "front_matter": front,
            }
        ),
    }


def _one(value: str | list[str] | None) -> str | None:
    return value if isinstance(value, str) else value[0] if value else None


def _many(value: str | list[str] | None) -> list[str]:
    if isinstance(value, str):
        return [part.strip(" '\"") for part in value.strip("[]").split(",") if part.strip(" '\"")][:_MOST]
    return (value or [])[:_MOST]


def _front_matter(text: str) -> tuple[dict[str, str | list[str]], str]:
    """Return the plain pairs of YAML or TOML front matter, and the rest. Nested values are left out."""
    found = _FRONT.match(text.lstrip("\ufeff"))
    if not found:
        return {}, text
    pairs: dict[str, str | list[str]] = {}
    last = ""
    for line in found[1].splitlines()[:_MOST]:
        if pair := _PAIR.match(line):
            last, value = pair[1].lower(), clean(pair[2].strip().strip("'\""), 1000)
            pairs[last] = value or []
        elif (item := _ITEM.match(line)) and isinstance(items := pairs.get(last), list):
            items.append(clean(item[1].strip().strip("'\""), 1000) or "")
    return {key: value for key, value in pairs.items() if value}, text[found.end() :]


def _outline(body: str) -> tuple[list[tuple[int, str]], list[str]]:
    """Return headings (level, text) outside of code blocks, and the languages of the code blocks."""
    headings: list[tuple[int, str]] = []
    fences: list[str] = []
    fence = before = ""
    for line in body.splitlines():
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) and not mark[2] else fence
            continue
        if mark:
            fence = mark[1]
            fences.append(mark[2].lower())
        elif found := _ATX.match(line):
            headings.append((len(found[1]), clean(found[2], 300) or ""))
        elif (under := _SETEXT.match(line)) and before.strip() and not before.startswith(("#", "-", ">", "|", " ")):
            headings.append((1 if under[1][0] == "=" else 2, clean(before, 300) or ""))
        before = line
    return headings, fences
