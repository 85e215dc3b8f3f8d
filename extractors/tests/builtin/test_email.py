"""E-mail extractors: messages, web archives, mailboxes, calendars, contacts."""

from __future__ import annotations

import base64
import time
from email.message import EmailMessage
from typing import Any

import pytest

from firstbytes import BlockCache, BytesSource, Context, Corrupt, Decline
from firstbytes.builtin.email import calendar, contacts, mbox, message
from firstbytes.source import Metered


def run(module: Any, text: str | bytes, media_type: str = "message/rfc822") -> dict[str, Any]:
    """Return what a reader says of a text."""
    data = text.encode() if isinstance(text, str) else text
    return dict(module.extract(BytesSource(data), Context(media_type=media_type)))


def composed() -> EmailMessage:
    """Return a message with text, HTML, an inline picture and two attachments, written by the standard library."""
    mail = EmailMessage()
    mail["Received"] = "from a by b; Wed, 1 May 2024 10:00:05 +0000"
    mail["Received"] = "from c by a; Wed, 1 May 2024 10:00:01 +0000"
    mail["DKIM-Signature"] = "v=1; a=rsa-sha256; d=example.org; s=x; b=abc"
    mail["From"] = "Ada Lovelace <ada@example.org>"
    mail["To"] = '"Babbage, Charles" <cb@example.org>, dora@example.org'
    mail["Cc"] = "Élise Kérouac <elise@example.org>"
    mail["Reply-To"] = "reply@example.org"
    mail["Subject"] = "Grüße aus dem Maschinenraum, mit einem Betreff, der über mehrere Zeilen läuft und läuft"
    mail["Date"] = "Wed, 01 May 2024 12:00:00 +0200"
    mail["Message-ID"] = "<1@example.org>"
    mail["In-Reply-To"] = "<0@example.org>"
    mail["References"] = "<a@example.org> <0@example.org>"
    mail["List-Id"] = "Machines <machines.example.org>"
    mail["User-Agent"] = "Hand 1.0"
    mail["X-Priority"] = "1"
    mail.set_content("Hello\n")
    mail.add_alternative("<p>Hello</p>\n", subtype="html")
    mail.add_attachment(b"\x89PNG" + bytes(996), maintype="image", subtype="png", filename="Bild größer.png")
    mail.add_attachment("a,b\n1,2\n", subtype="csv", filename="t.csv")
    return mail


def test_a_message_tells_who_what_and_when() -> None:
    """Addresses, subject, date, ids, list, DKIM, hops, user agent, priority."""
    result = run(message, composed().as_bytes())
    core = result["core"]
    assert core["subject"] == "Grüße aus dem Maschinenraum, mit einem Betreff, der über mehrere Zeilen läuft und läuft"
    assert (core["authors"], core["sent_at"]) == (["Ada Lovelace <ada@example.org>"], "2024-05-01T10:00:00Z")
    assert (core["identifier"], core["generator"], core["attachment_count"]) == ("1@example.org", "Hand 1.0", 2)
    assert core["encoding"] == "utf-8"
    assert result["to"] == ["Babbage, Charles <cb@example.org>", "dora@example.org"]
    assert (result["cc"], result["reply_to"]) == (["Élise Kérouac <elise@example.org>"], ["reply@example.org"])
    assert (result["in_reply_to"], result["reference_count"]) == ("0@example.org", 2)
    assert (result["list_id"], result["priority"]) == ("Machines <machines.example.org>", "1")
    assert (result["has_dkim"], result["dkim_domains"], result["received_count"]) == (True, ["example.org"], 2)
    assert (result["first_received_at"], result["last_received_at"]) == ("2024-05-01T10:00:01Z", "2024-05-01T10:00:05Z")


def test_attachments_have_names_types_and_decoded_sizes() -> None:
    """RFC 2231 names, base64 sizes, text parts apart from attachments."""
    result = run(message, composed().as_bytes())
    assert result["attachments"] == [
        {"name": "Bild größer.png", "media_type": "image/png", "size_bytes": 1000},
        {"name": "t.csv", "media_type": "text/csv", "size_bytes": 8},
    ]
    assert (result["part_count"], result["text_part_count"], result["html_part_count"]) == (4, 1, 1)
    assert (result["content_type"], result["text_bytes"]) == ("multipart/mixed", 6)
    assert "outcome" not in result


def test_a_message_with_crlf_says_the_same() -> None:
    """Line ends on the wire are CRLF, on disk LF."""
    data = composed().as_bytes()
    there = run(message, data.replace(b"\n", b"\r\n"))
    here = run(message, data)
    assert there["core"] == here["core"]
    assert [a["name"] for a in there["attachments"]] == [a["name"] for a in here["attachments"]]


def test_a_message_within_a_message_keeps_its_attachments_to_itself() -> None:
    """A forwarded message is one attachment; what is in it is not counted again."""
    outer = EmailMessage()
    outer["From"], outer["Subject"] = "b@example.org", "Fwd"
    outer.set_content("see below")
    outer.add_attachment(composed())
    result = run(message, outer.as_bytes())
    assert (result["core"]["attachment_count"], result["nested_message_count"]) == (1, 1)
    assert result["attachments"][0]["media_type"] == "message/rfc822"


def test_a_message_that_is_cut_is_partial() -> None:
    """The attachment that has no end has no size; large messages are read in part."""
    data = composed().as_bytes()
    result = run(message, data[: data.index(b"t.csv") + 40])
    assert (result["outcome"], result["attachments"][-1].get("size_bytes")) == ("partial", None)
    big = composed()
    big.add_attachment(bytes(5_000_000), maintype="application", subtype="zip", filename="big.zip")
    source = Metered(BytesSource(big.as_bytes()))
    result = dict(message.extract(BlockCache(source), Context(media_type="message/rfc822")))
    assert (result["outcome"], result["core"]["subject"][:5]) == ("partial", "Grüße")
    assert source.bytes_read <= 1_100_000


def test_other_envelopes_are_opened() -> None:
    """Apple's length line, a From line in front, MHTML with its location."""
    head = "From: a@b.org\nSubject: x\nMessage-ID: <1@b>\n\nHi\n"
    assert run(message, f"{len(head)}\n{head}<plist/>", "application/x-emlx")["core"]["subject"] == "x"
    assert run(message, "From a@b.org Wed May  1 10:00:00 2024\n" + head)["core"]["subject"] == "x"
    page = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: http://example.org/\nSubject: Page\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\n\n--b\nContent-Type: text/html\n'
        "Content-Location: http://example.org/\n\n<p>x</p>\n--b\nContent-Type: image/png\nContent-Location: http://example.org/i.png\n"
        "Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--b--\n"
    )
    archive = run(message, page, "multipart/related")
    assert (archive["location"], archive["core"]["subject"]) == ("http://example.org/", "Page")
    assert archive["attachments"] == [
        {"media_type": "image/png", "size_bytes": 8, "location": "http://example.org/i.png"}
    ]


@pytest.mark.parametrize(
    ("kind", "fact"),
    [
        ("multipart/signed; protocol=x; boundary=b", "signed"),
        ("application/pkcs7-mime; smime-type=signed-data", "signed"),
        ("multipart/encrypted; boundary=b", "encrypted"),
        ("application/pkcs7-mime; name=smime.p7m", "encrypted"),
    ],
)
def test_signed_and_encrypted_messages_are_told(kind: str, fact: str) -> None:
    """S/MIME and OpenPGP by their content type."""
    assert run(message, f"From: a@b.org\nContent-Type: {kind}\n\nx")["core"][fact] is True


def test_what_has_no_header_is_corrupt() -> None:
    """Text without fields is no message, mailbox, calendar or card."""
    for module in (message, mbox, calendar, contacts):
        with pytest.raises(Corrupt):
            run(module, "\n\nnothing here\n")
    for module in (calendar, contacts):
        with pytest.raises(Decline):
            run(module, bytes(range(256)))


BOMBS = (
    b"Subject: " + b"=?utf-8?q?=61?= " * 200_000 + b"\nFrom: a@b.org\n\n",
    b"From: " + b"(" * 100_000 + b"\nTo: " + b"a@b.org," * 100_000 + b"\n\n",
    b"X: y\n" * 300_000 + b"\n",
    b"Subject: x\n" + b" folded\n" * 300_000 + b"\n",
    b'Content-Type: multipart/mixed; boundary="a"\nFrom: a@b.org\n\n'
    + b"--a\nContent-Type: text/plain\n\nx\n" * 50_000,
    b'From: a@b.org\nContent-Type: multipart/mixed; boundary="' + b"a" * 60_000 + b'"\n\n',
    b"From: a@b.org\n"
    + b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (i, i) for i in range(2000)),
    b"From: a@b.org\nContent-Type: message/rfc822\n\n" + b"Content-Type: message/rfc822\n\n" * 20_000,
    b"From: a@b.org\nContent-Type: text/plain" + b"; a*0*=utf-8''x" * 20_000 + b"\n\n",
)


@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_header_bombs_are_read_in_no_time(bomb: bytes) -> None:
    """Whatever is repeated is bounded."""
    start = time.monotonic()
    assert run(message, bomb)
    assert time.monotonic() - start < 2


MBOX = (
    "From a@b.org Wed May  1 10:00:00 2024\nFrom: Ada <a@b.org>\nSubject: {n}\n"
    "Date: Wed, 01 May 2024 10:{m:02d}:00 +0000\n\nHi\n>From here\n\n"
)


def test_a_mailbox_counts_its_messages() -> None:
    """Messages, their range of dates, first subjects and senders."""
    result = run(mbox, "".join(MBOX.format(n=f"S{i}", m=i) for i in range(3)))
    assert result["core"] == {"entry_count": 3, "starts_at": "2024-05-01T10:00:00Z", "ends_at": "2024-05-01T10:02:00Z"}
    assert (result["first_subjects"], result["first_senders"]) == (["S0", "S1", "S2"], ["Ada <a@b.org>"])


def test_a_long_mailbox_is_estimated() -> None:
    """Beyond 8 MB the messages are estimated from three samples."""
    result = run(mbox, "".join(MBOX.format(n="x" * 200, m=i % 60) for i in range(30_000)))
    assert "entry_count" not in result["core"]
    assert result["estimated_entry_count"] == pytest.approx(30_000, rel=0.02)


ICS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Hand//EN
METHOD:PUBLISH
X-WR-CALNAME:Tides\\, and more
X-WR-TIMEZONE:Europe/Oslo
BEGIN:VTIMEZONE
TZID:Europe/Oslo
END:VTIMEZONE
BEGIN:VEVENT
UID:1
DTSTART;TZID=Europe/Oslo:20240501T120000
DTEND:20240501T110000Z
SUMMARY:A long summary that is
  folded
LOCATION:Harbour
ORGANIZER;CN="Ada L":mailto:ada@example.org
ATTENDEE:mailto:a@example.org
ATTENDEE:mailto:b@example.org
RRULE:FREQ=WEEKLY
CATEGORIES:sea,land
STATUS:CONFIRMED
CREATED:20240101T000000Z
LAST-MODIFIED:20240201T000000Z
BEGIN:VALARM
TRIGGER:-PT15M
END:VALARM
END:VEVENT
BEGIN:VTODO
DUE;VALUE=DATE:20240601
SUMMARY:Paint
END:VTODO
END:VCALENDAR
"""


def test_a_calendar_tells_its_events_and_range() -> None:
    """Events, to-dos, range in UTC by the zones, name, organisers, recurrence."""
    result = run(calendar, ICS, "text/calendar")
    core = result["core"]
    assert (core["title"], core["generator"], core["format_version"]) == ("Tides, and more", "-//Hand//EN", "2.0")
    assert (core["entry_count"], core["authors"]) == (2, ["Ada L <ada@example.org>"])
    assert (core["starts_at"], core["ends_at"]) == ("2024-05-01T10:00:00Z", "2024-06-01")
    assert (core["created"], core["modified"]) == ("2024-01-01T00:00:00Z", "2024-02-01T00:00:00Z")
    assert (result["event_count"], result["todo_count"], result["alarm_count"]) == (1, 1, 1)
    assert (result["recurring_count"], result["attendee_count"], result["method"]) == (1, 2, "PUBLISH")
    assert (result["time_zone"], result["summaries"]) == ("Europe/Oslo", ["A long summary that is folded", "Paint"])
    assert (result["locations"], result["categories"]) == (["Harbour"], ["land", "sea"])


@pytest.mark.parametrize("start", ["20240501T250000", "20241301", "x", "20240501T120000+0200", "20240501T12"])
def test_odd_times_of_a_calendar_are_no_error(start: str) -> None:
    """A time that no calendar has is left out."""
    text = (
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=No/Where:{start}\nSUMMARY:x\nUID:u\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    core = run(calendar, text)["core"]
    assert (core["title"], core["identifier"]) == ("x", "u")
    assert core.get("starts_at") in {None, "2024-05-01T10:00:00Z", "2024-05-01"}


def test_a_calendar_or_card_that_is_cut_is_partial() -> None:
    """A component without end is told."""
    assert run(calendar, ICS[:-40])["outcome"] == "partial"
    assert run(contacts, VCF[:-12])["outcome"] == "partial"


VCF = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada Lovelace\r\nORG:Analytical;Engines\r\n"
    "item1.EMAIL;TYPE=work:ada@example.org\r\n"
    "TEL:+47 1\r\nTITLE:Countess\r\nBDAY:1815-12-10\r\nUID:u1\r\n"
    "REV:20240501T100000Z\r\nPRODID:-//Hand\r\nEND:VCARD\r\n"
)


def test_contacts_are_counted_and_named() -> None:
    """Names, organisations, versions; a lone contact's own facts."""
    one = run(contacts, VCF)
    assert one["core"] == {
        "title": "Ada Lovelace",
        "company": "Analytical, Engines",
        "generator": "-//Hand",
        "format_version": "3.0",
        "encoding": "utf-8",
        "entry_count": 1,
        "identifier": "u1",
        "modified": "2024-05-01T10:00:00Z",
    }
    assert (one["emails"], one["job_title"], one["birthday"]) == (["ada@example.org"], "Countess", "1815-12-10")
    old = "BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B8rn\nEND:VCARD\n"
    two = run(contacts, VCF + old)
    assert (two["core"]["entry_count"], two["names"], two["versions"]) == (
        2,
        ["Ada Lovelace", "Jørn"],
        {"3.0": 1, "2.1": 1},
    )
    assert "title" not in two["core"]


def test_long_calendars_and_contacts_are_read_in_part() -> None:
    """Beyond 2 MB the first megabyte is read."""
    photo = base64.b64encode(bytes(4_000_000)).decode()
    result = run(contacts, VCF + f"BEGIN:VCARD\nFN:B\nPHOTO:{photo}\nEND:VCARD\n")
    assert (result["outcome"], "entry_count" in result["core"]) == ("partial", False)
    assert run(calendar, ICS * 8_000)["outcome"] == "partial"
