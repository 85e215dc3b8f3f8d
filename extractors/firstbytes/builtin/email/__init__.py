"""E-mail extractors: messages, web archives, mailboxes, calendars, contacts. MSG is read by the office family."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_READERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("eml", "message:extract", ("message/rfc822", "message/news", "multipart/related", "application/x-emlx")),
    ("mbox", "mbox:extract", ("application/mbox",)),
    ("ics", "calendar:extract", ("text/calendar",)),
    ("vcf", "contacts:extract", ("text/vcard",)),
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of Internet messages, calendars and contacts."""
    return [Extractor(name, accepts, f"firstbytes.builtin.email.{entry}") for name, entry, accepts in _READERS]
