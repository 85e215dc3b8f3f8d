"""Is it text, and what text: rules in a fixed order, the first answer counts.

    decode                 not text -> no answer
      PEM, openings, keys  words a format must begin with
      -> shebang
      -> XML, HTML, JSON   grammars
      -> mail              a block of header fields
      -> tables            a vote on delimiters
      -> settings, logs, languages, light markup
      -> text/plain

What is a vote rather than a proof is marked weak: a suffix of another kind of text overrules it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.formats.text import decode
from firstbytes.media import TEXT
from firstbytes.sniff import html, json, mail, markup, openings, pem, source_code, ssh, tabular, xml
from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_RULES = (
    openings.rule,
    source_code.shebang,
    ssh.rule,
    xml.rule,
    html.rule,
    json.rule,
    mail.rule,
    source_code.mode_line,
    tabular.rule,
)
_VOTES = (
    markup.log,
    markup.settings,
    markup.document,
    source_code.vote,
    markup.light,
)


def content(head: Head, source: ByteSource) -> Match | None:
    """Return the kind of text, or None when the head is not text."""
    decoded = decode(head.data, whole=head.whole)
    if decoded is None:
        return None
    if not decoded.text.strip("\ufeff \t\r\n\x00"):
        return Match(TEXT, "white space", weak=True)
    wide = decode(head.block, whole=head.size <= len(head.block)) if len(head.block) > len(head.data) else None
    page = Page(_with_line_feeds(decoded.text), _with_line_feeds((wide or decoded).text), head.whole, decoded.encoding)
    if b"BEGIN " in head.data and (armour := pem.content(head, source)):
        return armour
    for rule in _RULES if head.named else (*_RULES, *_VOTES):
        if match := rule(page):
            return match
    return Match(TEXT, f"text in {decoded.encoding}", weak=True)


def _with_line_feeds(text: str) -> str:
    """Return the text with the line ends that patterns know, where it has only those of the classic Mac OS."""
    return text if "\n" in text else text.replace("\r", "\n")
