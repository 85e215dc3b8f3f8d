"""HTML: title, language, meta elements, Open Graph, canonical link, headings (WHATWG HTML; ogp.me)."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser

from firstbytes import JSON, ByteSource, Context
from firstbytes.formats.text import WHOLE, describe, read
from firstbytes.formats.values import clean, from_iso, known

_HEAD = 256 * 1024
_MOST = 100


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read the first 256 KB for the head; count lines and words of the whole up to 1 MB."""
    text = read(source, WHOLE, _HEAD)
    core, own = describe(source, text)
    page = _Page()
    page.feed_safely(text.text[:_HEAD])
    meta = page.meta
    author = meta.get("author") or meta.get("dc.creator") or meta.get("article:author")
    facts: dict[str, JSON] = {
        "title": clean(page.title) or clean(page.graph.get("title")),
        "description": meta.get("description") or meta.get("dc.description") or page.graph.get("description"),
        "authors": [author] if author else None,
        "keywords": [word for part in meta.get("keywords", "").split(",") if (word := part.strip())][:_MOST],
        "language": page.language or meta.get("content-language") or meta.get("dc.language"),
        "generator": meta.get("generator") or meta.get("progid"),
        "copyright": meta.get("copyright") or meta.get("rights") or meta.get("dc.rights"),
        "publisher": meta.get("publisher") or meta.get("dc.publisher") or page.graph.get("site_name"),
        "created": from_iso(meta.get("article:published_time") or meta.get("dc.date")),
        "modified": from_iso(meta.get("article:modified_time") or meta.get("last-modified")),
    }
    return {
        "core": {**core, **known(facts)},
        **known(
            {
                **own,
                "doctype": clean(page.doctype, 200),
                "canonical_url": page.links.get("canonical"),
                "icon_url": page.links.get("icon") or page.links.get("shortcut icon"),
                "feeds": page.feeds[:_MOST],
                "open_graph": page.graph,
                "twitter_card": page.twitter,
                "meta": meta,
                "headings": page.headings[:_MOST],
                "link_count": page.counts["a"],
                "image_count": page.counts["img"],
                "script_count": page.counts["script"],
                "form_count": page.counts["form"],
            }
        ),
    }


class _Page(HTMLParser):
    """Collects what the head says, and headings and counts of what follows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = self.language = self.doctype = ""
        self.meta: dict[str, str] = {}
        self.graph: dict[str, str] = {}
        self.twitter: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.feeds: list[str] = []
        self.headings: list[dict[str, str | int]] = []
        self.counts = dict.fromkeys(("a", "img", "script", "form"), 0)
        self._inside = ""
        self._parts: list[str] = []

    def feed_safely(self, text: str) -> None:
        """Parse; markup that the parser gives up on ends the reading, not the result."""
        try:
            self.feed(text)
        except (AssertionError, ValueError, RecursionError):
            return

    def handle_decl(self, decl: str) -> None:
        """Take the document type."""
        self.doctype = self.doctype or decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the start of an element."""
        values = {name: value or "" for name, value in attrs}
        if tag in self.counts:
            self.counts[tag] += 1
        if tag == "html":
            self.language = clean(values.get("lang") or values.get("xml:lang"), 40) or ""
        elif tag == "meta":
            self._meta(values)
        elif tag == "link":
            self._link(values)
        elif (tag == "title" and not self.title) or tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._inside, self._parts = tag, []

    def _meta(self, values: dict[str, str]) -> None:
        name = (
            values.get("name") or values.get("property") or values.get("http-equiv") or values.get("itemprop") or ""
        ).lower()
        content = clean(values.get("content"), 2000)
        if not name or not content or len(self.meta) >= _MOST:
            return
        for prefix, target in (("og:", self.graph), ("twitter:", self.twitter)):
            if name.startswith(prefix):
                target.setdefault(name[len(prefix) :][:100], content)
                return
        self.meta.setdefault(clean(name, 100) or "", content)

    def _link(self, values: dict[str, str]) -> None:
        rel, target = values.get("rel", "").lower(), clean(values.get("href"), 2000)
        if target and rel:
            self.links.setdefault(rel, target)
            if rel == "alternate" and values.get("type") in {"application/rss+xml", "application/atom+xml"}:
                self.feeds.append(target)

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._inside and sum(map(len, self._parts)) < 2000:
            self._parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        """Take the end of an element."""
        if tag != self._inside:
            return
        text = clean(" ".join("".join(self._parts).split()), 1000)
        if tag == "title":
            self.title = text or ""
        elif text and len(self.headings) < _MOST:
            self.headings.append({"level": int(tag[1]), "text": text})
        self._inside = ""
