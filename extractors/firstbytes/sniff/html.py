"""HTML by its document type or its tags: complete pages and fragments, but not text that quotes a tag."""

from __future__ import annotations

import re

from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_LEADING = re.compile(r"(?:\s|<!--.*?(?:-->|\Z)|<\?xml[^>]*\?>|<%.*?%>)*", re.DOTALL)
_DOCTYPE = re.compile(r"<!DOCTYPE\s+\[?\s*HTML\b", re.IGNORECASE)
_STRONG = re.compile(r"<(?:html|head|body|title|frameset)(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:html|head|title|body|meta|link|script|style|div|p|a|br|hr|h[1-6]|table|tr|td|th|ul|ol|li|img|span|font|center|"
    r"form|input|pre|blockquote|section|article|header|footer|nav|main|b|i|em|strong|dl|dt|dd|iframe|base|button|label)"
    r"(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_BOOKMARKS = re.compile(r"<!DOCTYPE NETSCAPE-Bookmark-file-1>", re.IGNORECASE)
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|```|\* \S|- \S|\[[^\]]+\]\([^)]+\)|!\[)", re.MULTILINE)


def rule(page: Page) -> Match | None:
    """Return HTML for a page or a fragment that starts with a tag and is mostly made of tags."""
    text = page.text
    start = _LEADING.match(text)
    body = text[start.end() :] if start else text
    if "<?php" in text:
        return Match("text/x-php", "PHP in HTML", weak=True) if body.startswith("<") else None
    if _BOOKMARKS.match(body):
        return Match("application/x-netscape-bookmarks", "Netscape bookmarks")
    if _DOCTYPE.match(body):
        return Match("text/html", "HTML doctype")
    if _STRONG.match(body):
        return Match("text/html", "HTML tag")
    if "<%@" in text[:200]:
        return Match("text/x-jsp", "JSP directive", weak=True)
    return _fragment(page, body)


def _fragment(page: Page, body: str) -> Match | None:
    if not _TAG.match(body):
        # Stray text before the page: old generators and servers write it.
        early = _STRONG.search(page.text[:1024])
        closed = re.search(r"</(?:html|body|head|title)>", page.text, re.IGNORECASE)
        if early and closed and page.text[: early.start()].count("\n") < 8 and body.startswith("<"):
            return Match("text/html", "HTML tag", weak=True)
        return None
    tags = [m.group().lower() for m in _TAG.finditer(page.text)]
    closing = sum(tag.startswith("</") for tag in tags)
    if len(_MARKDOWN.findall(page.text)) > max(1, closing):
        return None
    if len(tags) >= 4 and closing:
        return Match("text/html", f"{len(tags)} HTML tags")
    if page.whole and tags and (closing or len(tags) >= 2):
        return Match("text/html", f"{len(tags)} HTML tags", weak=True)
    return None
