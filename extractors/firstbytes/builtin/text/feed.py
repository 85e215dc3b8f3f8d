"""Feeds: RSS 0.9x, 1.0 and 2.0 (rssboard.org), Atom (RFC 4287): the channel, and its entries counted."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.text import describe, read
from firstbytes.formats.values import clean, from_iso, from_mail, known
from firstbytes.formats.xml_stream import Walk

_ENTRY = frozenset({"item", "entry"})
_MOST = 20


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a feed whole up to 1 MB; beyond, entries are counted in the first 64 KB and the rest is estimated."""
    text = read(source)
    feed = _Feed()
    complete = feed.walk.run(text)
    if not feed.root:
        msg = feed.walk.error or "expected a feed, found no element"
        raise Corrupt(msg)
    core, own = describe(source, text)
    channel = feed.channel
    exact = text.whole
    facts = {
        "title": channel.get("title"),
        "description": channel.get("description") or channel.get("subtitle") or channel.get("tagline"),
        "language": channel.get("language") or clean(feed.root.get("xml:lang"), 40),
        "copyright": channel.get("copyright") or channel.get("rights"),
        "generator": channel.get("generator"),
        "authors": feed.authors[:_MOST],
        "identifier": channel.get("id"),
        "created": _moment(channel.get("pubDate")),
        "modified": _moment(
            channel.get("updated") or channel.get("lastBuildDate") or channel.get("date") or channel.get("modified")
        ),
        "format_version": clean(feed.root.get("version"), 20),
        "entry_count": feed.entries if exact else None,
        "starts_at": min(feed.dates, default=None),
        "ends_at": max(feed.dates, default=None),
    }
    result: dict[str, JSON] = {
        "core": {**core, **known(facts)},
        **known(
            {
                **own,
                "homepage_url": channel.get("link"),
                "estimated_entry_count": None if exact else round(feed.entries * source.size / max(1, len(text.text))),
                "entry_titles": feed.titles[:_MOST],
                "enclosure_count": feed.enclosures or None,
                "ttl_min": channel.get("ttl"),
            }
        ),
    }
    if exact and not complete:
        result |= {"outcome": "partial", "reason": feed.walk.error}
    return result


def _moment(text: str | None) -> str | None:
    return from_iso(text) or from_mail(text) if text else None


class _Feed:
    def __init__(self) -> None:
        self.walk = Walk(self._start, self._end)
        self.root: Mapping[str, str] = {}
        self.channel: dict[str, str] = {}
        self.authors: list[str] = []
        self.titles: list[str] = []
        self.dates: set[str] = set()
        self.entries = self.enclosures = 0
        self._depth = 0

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if len(self.walk.path) == 1:
            self.root = attributes or {"": ""}
        if name in _ENTRY and not self._depth:
            self.entries += 1
            self._depth = len(self.walk.path)
        self.enclosures += name == "enclosure" or (name == "link" and attributes.get("rel") == "enclosure")
        if (
            name == "link"
            and not self._depth
            and attributes.get("rel", "alternate") == "alternate"
            and "href" in attributes
        ):
            self.channel.setdefault("link", clean(attributes["href"], 2000) or "")

    def _end(self, name: str, text: str) -> None:
        path, value = self.walk.path, clean(text)
        if self._depth and len(path) == self._depth:
            self._depth = 0
        elif self._depth:
            self._entry(name, value, len(path) - self._depth)
        elif value and path[-2:-1] in (["channel"], ["feed"]):
            self.channel.setdefault(name, value)
            if name in {"managingEditor", "author", "creator"}:
                self.authors.append(value)
        elif value and path[-3:] == ["feed", "author", "name"]:
            self.authors.append(value)

    def _entry(self, name: str, value: str | None, below: int) -> None:
        if below != 1 or not value:
            return
        if name == "title" and len(self.titles) < _MOST:
            self.titles.append(value[:300])
        if name in {"pubDate", "published", "updated", "date", "issued"} and len(self.dates) < 5000:
            moment = _moment(value)
            self.dates |= {moment} if moment and len(moment) > 10 else set()
