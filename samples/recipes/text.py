"""Text: the visitors' book, a page, a feed, a script, a log, subtitles and certificates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from recipes.workshop import CURATOR, MADE, MUSEUM, RIGHTS, Sample

if TYPE_CHECKING:
    from pathlib import Path

ENGLISH_SUBTITLES = """\
1
00:00:00,200 --> 00:00:01,300
For forty years nobody else
saw this light go on.

2
00:00:01,500 --> 00:00:02,800
Then they sent a clock to do it.
"""
NORWEGIAN_SUBTITLES = """\
1
00:00:00,200 --> 00:00:01,300
I førti år så ingen andre
at dette lyset ble tent.

2
00:00:01,500 --> 00:00:02,800
Så sendte de en klokke for å gjøre det.
"""


def write(path: Path, words: str, encoding: str = "utf-8") -> None:
    """Write text with the line ends that it has."""
    path.write_bytes(words.encode(encoding))


def plain(path: Path) -> None:
    """Greetings in the visitors' book, in seven languages, UTF-8."""
    write(path, """\
VISITORS' BOOK, SUMMER 2025

What a climb, and what a view! The children counted 127 steps. (Aberdeen)
Endelig fikk jeg se lampen på nært hold. Takk til vokteren! (Bergen)
Schön war's, nur der Wind hätte uns fast davongetragen. (Kiel)
Nous reviendrons pour la pleine lune. Merci pour le café ! (Brest)
La sirena de niebla asustó al perro, pero valió la pena. (A Coruña)
Πολύ όμορφος φάρος. (Χανιά)
灯台からの夕日は一生忘れません。(銚子)
""")  # fmt: skip


def utf16(path: Path) -> None:
    """Instructions of the old clock, UTF-16 with a byte order mark and Windows line ends."""
    lines = ("Anleitung für das Uhrwerk", "", "1. Gewicht aufziehen.", "2. Drehzahl prüfen: 1 Umdrehung in 10 s.")
    write(path, "\ufeff" + "\r\n".join(lines) + "\r\n", "utf-16-le")


def markdown(path: Path) -> None:
    """The history of the tower, with front matter."""
    write(path, f"""\
---
title: A short history of the Ternholm light
author: {CURATOR}
date: 2025-03-14
lang: en
---

# A short history of the Ternholm light

The first fire was lit on **1 October 1848**, in a brazier of iron.

## The lens

| year | apparatus | range |
|---|---|---|
| 1848 | coal fire | 6 nautical miles |
| 1871 | second-order lens | 17 nautical miles |
| 1989 | automatic lamp | 19 nautical miles |

## The keepers

- Peder Aas, 1871 to 1913
- Marit Aas, his daughter, 1913 to 1946

See [the floor plan](floor-plan.png).
""")  # fmt: skip


def html(path: Path) -> None:
    """The front page, with a description, Open Graph and a canonical address."""
    write(path, f"""\
<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>{MUSEUM}</title>
  <meta name="description" content="A lighthouse of 1848, its lens, its keepers and its birds.">
  <meta name="author" content="{CURATOR}">
  <meta name="keywords" content="lighthouse, museum, Fresnel lens, Skagerrak">
  <meta property="og:title" content="Come and climb 127 steps">
  <meta property="og:type" content="website">
  <meta property="og:image" content="https://ternholm.example/midsummer.jpg">
  <meta property="og:locale" content="en_GB">
  <link rel="canonical" href="https://ternholm.example/">
  <link rel="alternate" hreflang="nb" href="https://ternholm.example/nb/">
</head>
<body>
  <h1>{MUSEUM}</h1>
  <p>Open from May to September. The boat leaves at ten.</p>
  <p><a href="history.md">History</a> &middot; <a href="keepers-daughter.epub">The book</a></p>
</body>
</html>
""")  # fmt: skip


def xml(path: Path) -> None:
    """The catalogue of the lens room, in Dublin Core."""
    write(path, f"""\
<?xml version="1.0" encoding="UTF-8"?>
<collection xmlns="https://ternholm.example/catalogue" xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="en">
  <dc:title>Catalogue of the lens room</dc:title>
  <dc:creator>{CURATOR}</dc:creator>
  <dc:date>2025-03-14</dc:date>
  <object id="TFM-0001"><dc:title>Second-order lens</dc:title><dc:date>1871</dc:date></object>
  <object id="TFM-0002"><dc:title>Keeper's lantern</dc:title><dc:date>1902</dc:date></object>
  <object id="TFM-0003"><dc:title>Nebelhorn</dc:title><dc:date>1911</dc:date></object>
</collection>
""")  # fmt: skip


def feed(path: Path) -> None:
    """The news of the museum, an Atom feed."""
    write(path, f"""\
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>News from Ternholm</title>
  <id>https://ternholm.example/news</id>
  <updated>2025-11-03T09:30:00Z</updated>
  <author><name>{CURATOR}</name></author>
  <rights>{RIGHTS}</rights>
  <entry><title>The lens is clean again</title><id>https://ternholm.example/news/2</id>
    <updated>2025-11-03T09:30:00Z</updated><summary>Eleven volunteers, 340 prisms.</summary></entry>
  <entry><title>Closed for the winter</title><id>https://ternholm.example/news/1</id>
    <updated>2025-10-01T08:00:00Z</updated><summary>See you on 1 May.</summary></entry>
</feed>
""")  # fmt: skip


def python(path: Path) -> None:
    """The script that turns the demonstration lamp."""
    words = '''\
#!/usr/bin/env python3
"""Turn the demonstration lamp: one flash of 0.3 s every 10 s, as the chart says (Fl 10s)."""

import sys
import time
from collections.abc import Iterator

PERIOD_S, FLASH_S = 10.0, 0.3


def flashes(start: float) -> Iterator[tuple[float, float]]:
    """Yield the times at which the lamp goes on and off."""
    while True:
        yield start, start + FLASH_S
        start += PERIOD_S


if __name__ == "__main__":
    for on, off in flashes(time.time()):
        sys.stdout.write(f"on {on:.1f} off {off:.1f}\\n")
        time.sleep(PERIOD_S)
'''
    write(path, words)
    path.chmod(0o755)


def log(path: Path) -> None:
    """A night of the lamp's controller, one line an event."""
    start, lines = datetime(2025, 11, 2, 16, 4, 11, tzinfo=MADE.tzinfo), []
    events = ("INFO lamp: on, 1000 W", "INFO drive: 6.0 rev/min", "WARN fog: visibility 900 m", "INFO horn: on")
    for number in range(40):
        moment = start + timedelta(seconds=977 * number)
        lines.append(f"{moment:%Y-%m-%dT%H:%M:%SZ} lamp01 {events[number % 4]}")
    write(path, "\n".join(lines) + "\n")


def srt(path: Path) -> None:
    """English subtitles of the documentary."""
    write(path, ENGLISH_SUBTITLES)


def vtt(path: Path) -> None:
    """Norwegian subtitles of the documentary, for the web."""
    write(path, "WEBVTT - Den siste vokteren\n\n" + NORWEGIAN_SUBTITLES.replace(",", "."))


def certificate() -> tuple[bytes, bytes]:
    """The web server's certificate as PEM and DER; Ed25519 from a fixed seed, so that it is the same each time."""
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding

    def name(common: str) -> x509.Name:
        parts = ((x509.NameOID.COUNTRY_NAME, "NO"), (x509.NameOID.ORGANIZATION_NAME, MUSEUM))
        return x509.Name([x509.NameAttribute(oid, text) for oid, text in (*parts, (x509.NameOID.COMMON_NAME, common))])

    key = Ed25519PrivateKey.from_private_bytes(b"the seed is public: not a secret")
    names = x509.SubjectAlternativeName([x509.DNSName("ternholm.example"), x509.DNSName("www.ternholm.example")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name("ternholm.example"))
        .issuer_name(name("Ternholm Test Authority"))
        .public_key(key.public_key())
        .serial_number(0x7E47)
        .not_valid_before(MADE)
        .not_valid_after(MADE + timedelta(days=397))
        .add_extension(names, critical=False)
        .sign(key, None)
    )
    return made.public_bytes(Encoding.PEM), made.public_bytes(Encoding.DER)


def pem(path: Path) -> None:
    """The certificate in base 64."""
    path.write_bytes(certificate()[0])


def der(path: Path) -> None:
    """The certificate in binary."""
    path.write_bytes(certificate()[1])


SAMPLES = (
    Sample(name="visitors-book.txt", make=plain, media_type="text/plain", fact="line_count=9",
           caption="greetings in seven languages, UTF-8"),
    Sample(name="clockwork.txt", make=utf16, media_type="text/plain", fact="line_count=4",
           caption="instructions in German, UTF-16, Windows line ends"),
    Sample(name="history.md", make=markdown, media_type="text/markdown",
           fact="title=A short history of the Ternholm light", caption="Markdown with front matter and a table"),
    Sample(name="index.html", make=html, media_type="text/html", fact=f"title={MUSEUM}",
           caption="the front page with Open Graph"),
    Sample(name="lens-room.xml", make=xml, media_type="application/xml", fact="title=Catalogue of the lens room",
           caption="a catalogue with a namespace of its own and Dublin Core"),
    Sample(name="news.atom", make=feed, media_type="application/atom+xml", fact="title=News from Ternholm",
           caption="a feed of two entries"),
    Sample(name="lamp_timer.py", make=python, media_type="text/x-python", fact="line_count=21",
           caption="the script of the demonstration lamp"),
    Sample(name="lamp.log", make=log, media_type="text/plain", fact="line_count=40",
           caption="a night of the lamp's controller"),
    Sample(name="last-keeper.en.srt", make=srt, media_type="application/x-subrip", fact="line_count=8",
           caption="English subtitles"),
    Sample(name="last-keeper.nb.vtt", make=vtt, media_type="text/vtt", fact="encoding=utf-8",
           caption="Norwegian subtitles for the web"),
    Sample(name="ternholm.pem", make=pem, media_type="application/pkix-cert", fact="starts_at=2025-11-03T09:30:00Z",
           caption="the web server's certificate, PEM"),
    Sample(name="ternholm.der", make=der, media_type="application/pkix-cert", fact="starts_at=2025-11-03T09:30:00Z",
           caption="the same certificate, DER"),
)  # fmt: skip
