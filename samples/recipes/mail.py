"""Letters: a message with attachments, a mailbox, a calendar and an address book."""

from __future__ import annotations

from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory

from recipes.workshop import CURATOR, MUSEUM, Sample, seascape

HOME = Address(CURATOR, "ingrid", "ternholm.example")
FRIEND = Address("Élise Kerouac", "elise", "phares.example")
LIST = "Friends of Ternholm <friends.ternholm.example>"
SIGNATURE = "v=1; a=ed25519-sha256; d=phares.example; s=2025; h=from:to:subject; bh=not-a-real-hash=; b=not-real="


def letter(subject: str, day: int, sender: Address, to: Address, words: str) -> EmailMessage:
    """A plain message of November 2025."""
    message = EmailMessage(policy.default.clone(linesep="\n"))
    message["Date"] = f"Mon, {day:02} Nov 2025 10:15:00 +0100"
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{day}.{sender.username}@{sender.domain}>"
    message.set_content(words)
    return message


def eml(path: Path) -> None:
    """A request for a loan: text and HTML, a picture and a list attached, DKIM."""
    words = "Chère Ingrid,\n\npourriez-vous nous prêter la lanterne de 1902 ?\n\nÉlise\n"
    message = letter("Prêt de la lanterne (TFM-0002)", 3, FRIEND, HOME, words)
    message["Cc"] = Address("Archive", "archive", "ternholm.example")
    message["In-Reply-To"] = "<27.ingrid@ternholm.example>"
    message["DKIM-Signature"] = SIGNATURE
    message.add_alternative(f"<p>{words}</p>", subtype="html")
    with TemporaryDirectory() as folder:
        picture = Path(folder) / "lantern.jpg"
        seascape(120, 90).save(picture)
        message.add_attachment(picture.read_bytes(), maintype="image", subtype="jpeg", filename="lanterne.jpg")
    message.add_attachment("objet;année\nlanterne;1902\n", subtype="csv", filename="liste des prêts.csv")
    message.set_boundary("=_ternholm_mixed")
    next(message.iter_parts()).set_boundary("=_ternholm_alternative")  # type: ignore[union-attr]
    path.write_bytes(message.as_bytes())


def mbox(path: Path) -> None:
    """Three letters to the friends of the museum."""
    letters = []
    to = Address("Friends", "friends", "ternholm.example")
    for day, subject in ((3, "The lens is clean"), (10, "Dugnad på lørdag"), (17, "Winter opening hours")):
        message = letter(subject, day, HOME, to, f"Dear friends,\n\n{subject}.\n\nIngrid\n")
        message["List-Id"] = LIST
        letters.append(b"From ingrid@ternholm.example Mon Nov %2d 10:15:00 2025\n" % day + message.as_bytes() + b"\n")
    path.write_bytes(b"".join(letters))


def calendar(path: Path) -> None:
    """The season's events: an opening, a tour that repeats, a lecture."""
    from datetime import UTC, datetime

    from icalendar import Calendar, Event

    book = Calendar()
    book.add("prodid", f"-//{MUSEUM}//Season 2026//EN")
    book.add("version", "2.0")
    book.add("x-wr-calname", "Season 2026 at Ternholm")
    events = (
        ("The season opens", datetime(2026, 5, 1, 10, tzinfo=UTC), datetime(2026, 5, 1, 12, tzinfo=UTC), None),
        ("Omvisning", datetime(2026, 5, 9, 11, tzinfo=UTC), datetime(2026, 5, 9, 12, tzinfo=UTC),
         {"freq": "weekly", "count": 16}),
        ("Lecture: the Fresnel lens", datetime(2026, 9, 4, 18, tzinfo=UTC), datetime(2026, 9, 4, 20, tzinfo=UTC), None),
    )  # fmt: skip
    for number, (summary, start, end, rule) in enumerate(events, 1):
        event = Event()
        event.add("uid", f"{number}@ternholm.example")
        event.add("dtstamp", datetime(2025, 11, 3, 9, 30, tzinfo=UTC))
        event.add("summary", summary)
        event.add("dtstart", start)
        event.add("dtend", end)
        event.add("location", MUSEUM)
        if rule:
            event.add("rrule", rule)
        book.add_component(event)
    path.write_bytes(book.to_ical())


def contacts(path: Path) -> None:
    """Four friends of the museum, vCard 4."""
    people = ("Solheim;Ingrid", "Lindqvist;Tomas", "Kerouac;Élise", "山田;花子")
    cards = []
    for number, name in enumerate(people, 1):
        family, given = name.split(";")
        lines = ("BEGIN:VCARD", "VERSION:4.0", f"UID:urn:uuid:00000000-0000-4000-8000-{number:012}")
        lines += (f"N:{family};{given};;;", f"FN:{given} {family}", f"ORG:{MUSEUM}")
        cards += [*lines, f"EMAIL:friend{number}@ternholm.example", "END:VCARD"]
    path.write_bytes("".join(f"{line}\r\n" for line in cards).encode())


SAMPLES = (
    Sample(name="loan-request.eml", make=eml, media_type="message/rfc822", fact="attachment_count=2",
           caption="a letter in French: text, HTML, two attachments, DKIM"),
    Sample(name="friends.mbox", make=mbox, media_type="application/mbox", fact="entry_count=3",
           caption="three letters to a list"),
    Sample(name="season-2026.ics", make=calendar, media_type="text/calendar", fact="entry_count=3",
           caption="three events, one of them repeats"),
    Sample(name="friends.vcf", make=contacts, media_type="text/vcard", fact="entry_count=4",
           caption="four contacts, one in Japanese"),
)  # fmt: skip
