"""HTML pages, fragments, and texts that only quote tags."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource, sniff


@pytest.mark.parametrize(
    ("media_type", "text"),
    [
        ("text/html", "<!doctype HTML PUBLIC '-//W3C//DTD HTML 4.01//EN'>\n<p>x"),
        ("text/html", "<!-- one --><!-- two -->\n<HTML>\n"),
        ("text/html", "<html lang=en><p>unclosed &nbsp; <br>"),
        ("text/html", "<h1>x</h1>\n<p>y</p>\n"),
        ("text/html", "<br><hr>"),
        ("text/html", "<?xml version='1.0'?><html><head></head></html>"),
        ("text/html", "<!-- junk --><x-y>\n<html><body>\n<p>x</p></body></html>"),
        ("application/x-netscape-bookmarks", "<!DOCTYPE NETSCAPE-Bookmark-file-1>\n<TITLE>Bookmarks</TITLE>\n"),
        ("text/x-php", "<html><body><?php echo 1; ?></body></html>"),
        ("text/x-jsp", '<%@ page language="java" %>\n<p>x'),
        ("text/plain", "Use the <b> tag to make text bold, as in <b>this</b>.\n"),
        ("text/plain", "<b>\n"),
        (
            "text/markdown",
            "<p align=center>\n<b>Logo</b>\n</p>\n\n# Title\n\n- one\n- two\n- three\n\n## More\n\n[a](https://b.org)\n",
        ),
    ],
)
def test_pages_and_fragments(media_type: str, text: str) -> None:
    """A page is one by its first tag, a fragment by having mostly tags."""
    assert sniff(BytesSource(text.encode())).media_type == media_type
