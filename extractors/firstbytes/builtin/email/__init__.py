"""E-mail extractors: messages, web archives, mailboxes, calendars, contacts. MSG is read by the office family."""

from firstbytes import Extractor, hookimpl

_HOME = "firstbytes.builtin.email"


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the readers of Internet messages, calendars and contacts."""
    return [
        Extractor(
            "eml",
            accepts=("message/rfc822", "message/news", "multipart/related", "application/x-emlx"),
            entry=f"{_HOME}.message:extract",
        ),
        Extractor("mbox", accepts=("application/mbox",), entry=f"{_HOME}.mbox:extract"),
        Extractor("ics", accepts=("text/calendar",), entry=f"{_HOME}.calendar:extract"),
        Extractor("vcf", accepts=("text/vcard",), entry=f"{_HOME}.contacts:extract"),
    ]
