"""Internet messages by their header block in any order: mail, news, MHTML, mailboxes (RFC 5322, 5536, 2557, 4155)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes.sniff.page import Page
from firstbytes.sniff.values import Match

_FIELD = re.compile(r"([!-9;-~]{1,76}):(.*)")
_FROM_LINE = re.compile(
    r">?From \S.*? (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*\d\d:\d\d|"
    r"From (?:-|\?\?\?@\?\?\?|MAILER-DAEMON|[\w.=+-]+@[\w.-]+)"
)
_PATCH_LINE = re.compile(r"From [0-9a-f]{40,64} Mon Sep 17 00:00:00 2001")

_PROOF = frozenset(
    [
        "from",
        "to",
        "cc",
        "bcc",
        "sender",
        "reply-to",
        "return-path",
        "delivered-to",
        "received",
        "message-id",
        "in-reply-to",
        "references",
        "mime-version",
        "dkim-signature",
        "domainkey-signature",
        "arc-seal",
        "arc-message-signature",
        "arc-authentication-results",
        "authentication-results",
        "received-spf",
        "x-mailer",
        "x-received",
        "envelope-to",
        "x-original-to",
        "errors-to",
        "disposition-notification-to",
        "thread-index",
        "thread-topic",
        "list-id",
        "list-unsubscribe",
        "resent-from",
        "apparently-to",
        "x-ms-has-attach",
        "x-ms-exchange-organization-authas",
        "x-gm-thrid",
        "x-gmail-labels",
        "x-mozilla-status",
        "x-envelope-from",
        "x-originating-ip",
        "x-spam-status",
        "x-apparently-to",
        "x-unsent",
        "feedback-id",
        "newsgroups",
        "path",
        "content-transfer-encoding",
    ]
)
_ALSO = frozenset(
    [
        "date",
        "subject",
        "content-type",
        "content-disposition",
        "content-language",
        "user-agent",
        "importance",
        "priority",
        "organization",
        "status",
        "lines",
        "xref",
        "nntp-posting-host",
        "keywords",
        "comments",
        "precedence",
        "auto-submitted",
        "x-priority",
    ]
)
_STRONG = frozenset(
    [
        "from",
        "to",
        "received",
        "message-id",
        "return-path",
        "dkim-signature",
        "delivered-to",
        "x-mozilla-status",
        "x-received",
        "arc-seal",
        "newsgroups",
        "envelope-to",
        "resent-from",
        "sender",
        "reply-to",
        "x-mailer",
        "x-apparently-to",
        "authentication-results",
    ]
)
_FOREIGN = frozenset(
    {
        "host",
        "server",
        "etag",
        "set-cookie",
        "accept",
        "content-length",
        "http",
        "last-modified",
        "metadata-version",
        "manifest-version",
        "package",
        "source",
        "msgid",
    }
)


def rule(page: Page) -> Match | None:
    """Return the kind of message or mailbox."""
    text = page.text.lstrip("\ufeff\r\n")
    lines = text[:65536].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if _PATCH_LINE.match(lines[0]):
        return Match("text/x-diff", "git format-patch")
    if lines[0].startswith(("From ", ">From ")):
        found = fields(lines[1:])
        if found is not None and found.keys() & _PROOF and _FROM_LINE.match(lines[0]):
            return Match("application/mbox", "From line and header")
        lines = lines[1:] if lines[0].startswith(">From ") else lines
    if re.fullmatch(r"\d{1,12}\s*", lines[0]) and _message(fields(lines[1:])):
        return Match("application/x-emlx", "length line and header")
    return _message(fields(lines))


def fields(lines: list[str]) -> dict[str, str] | None:
    """Return the fields (lower-case name to first value) of a block of lines, None when it is no header."""
    found: dict[str, str] = {}
    bad, last = 0, ""
    for number, line in enumerate(lines[:400]):
        if not line.strip():
            break
        if line[0] in " \t":
            if number == 0:
                return None
            if last and len(found[last]) < 2000:
                found[last] += " " + line.strip()
            continue
        field = _FIELD.match(line)
        if not field:
            bad += 1
            # Bodies that follow without an empty line, and broken folding, are common; prose is not a header.
            if number < 2 or bad * 10 > len(found) + 8:
                return None
            continue
        last = field[1].lower()
        found.setdefault(last, field[2].strip())
    return found or None


def _message(found: Mapping[str, str] | None) -> Match | None:
    if not found:
        return None
    names = found.keys()
    proof, also = names & _PROOF, names & _ALSO
    if names & _FOREIGN and len(proof) < 3:
        return None
    enough = len(proof) >= 2 and len(proof) + len(also) >= 3 and names & _STRONG
    starts = next(iter(found)) in (_PROOF | _ALSO) or next(iter(found)).startswith("x-")
    mime = {"mime-version", "content-type"} <= names
    short = mime or (len(proof & _STRONG) >= 2 and ("subject" in names or "date" in names))
    if not (starts and (enough or short)):
        return None
    if _is_archive(found):
        return Match("multipart/related", "MHTML header")
    if {"newsgroups", "path"} <= names or ("newsgroups" in names and "to" not in names and "message-id" in names):
        return Match("message/news", "news header")
    return Match("message/rfc822", f"{len(proof) + len(also)} header fields")


def _is_archive(found: Mapping[str, str]) -> bool:
    """A saved page: a related multipart that nobody sent."""
    kind = found.get("content-type", "").lower()
    saved = found.get("from", "").lower().startswith(("<saved by", "saved by", '"saved by'))
    if not kind.startswith("multipart/related"):
        return saved and kind.startswith(("multipart/", "text/html"))
    return (
        saved
        or "snapshot-content-location" in found
        or not found.keys() & {"to", "received", "message-id", "return-path"}
    )
