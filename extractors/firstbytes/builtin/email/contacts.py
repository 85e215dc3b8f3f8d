"""vCard: contacts counted, their names, organisations, versions (RFC 6350, RFC 2426, versit 2.1)."""

from __future__ import annotations

import quopri
from collections import Counter
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.email.content_lines import lines, moment, plain, read
from firstbytes.formats.text import Text, line_ending
from firstbytes.formats.values import clean, known

_MOST = 50


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read contacts whole up to 2 MB; of a larger file the first megabyte."""
    text = read(source)
    cards = _Cards()
    for name, values, value in lines(text.text):
        cards.take(name, values, value)
    if not cards.count:
        msg = "expected BEGIN:VCARD, found none"
        raise Corrupt(msg)
    result: dict[str, JSON] = {"core": known(cards.core(text)), **known(cards.own(text))}
    if not text.whole or cards.open:
        reason = (
            "only the first megabyte of contacts over 2 MB was read"
            if not text.whole
            else "the last contact has no end"
        )
        result |= {"outcome": "partial", "reason": reason}
    return result


class _Cards:
    def __init__(self) -> None:
        self.count = 0
        self.open = False
        self.names: list[str] = []
        self.companies: list[str] = []
        self.emails: list[str] = []
        self.versions: Counter[str] = Counter()
        self.fields: Counter[str] = Counter()
        self.revised: set[str] = set()
        self.producer = self.uid = self.job = self.birthday = ""

    def core(self, text: Text) -> dict[str, JSON]:
        """Return the shared facts; those of a person only where there is one."""
        single = self.count == 1
        return {
            "title": self.names[0] if single and self.names else None,
            "company": self.companies[0] if single and self.companies else None,
            "generator": self.producer,
            "format_version": next(iter(self.versions), None) if len(self.versions) == 1 else None,
            "encoding": text.unicode_encoding,
            "entry_count": self.count if text.whole else None,
            "identifier": self.uid if single else None,
            "modified": max(self.revised, default=None),
        }

    def own(self, text: Text) -> dict[str, JSON]:
        """Return the rest."""
        single = self.count == 1
        return {
            "line_ending": line_ending(text.text),
            "versions": dict(self.versions),
            "names": list(self.names[:_MOST]),
            "organizations": list(dict.fromkeys(self.companies))[:_MOST],
            "email_count": self.fields["EMAIL"],
            "phone_count": self.fields["TEL"],
            "address_count": self.fields["ADR"],
            "photo_count": self.fields["PHOTO"],
            "emails": list(self.emails) if single else None,
            "job_title": self.job if single else None,
            "birthday": self.birthday if single else None,
        }

    def take(self, name: str, values: Mapping[str, str], value: str) -> None:
        """Take one content line."""
        if name in {"BEGIN", "END"} and value.strip().upper() == "VCARD":
            self.open = name == "BEGIN"
            self.count += self.open
            return
        if not self.open:
            return
        if values.get("ENCODING", "").upper() == "QUOTED-PRINTABLE" or "QUOTED-PRINTABLE" in values:
            value = quopri.decodestring(value.encode("utf-8", "replace")).decode("utf-8", "replace")
        text = clean(plain(value), 300)
        if name in {"EMAIL", "TEL", "ADR", "PHOTO"}:
            self.fields[name] += 1
        if text:
            self._note(name, text)

    def _note(self, name: str, text: str) -> None:
        if name == "FN" and len(self.names) < _MOST:
            self.names.append(text)
        elif name == "ORG" and len(self.companies) < 1000:
            self.companies.append(text.strip("; ").replace(";", ", "))
        elif name == "VERSION" and len(self.versions) < 10:
            self.versions[text[:10]] += 1
        elif name == "EMAIL" and len(self.emails) < 20:
            self.emails.append(text)
        elif name == "REV" and len(self.revised) < 5000:
            when = moment(text)
            self.revised |= {when} if when else set()
        elif name in {"PRODID", "UID", "TITLE", "BDAY"}:
            field = {"PRODID": "producer", "UID": "uid", "TITLE": "job", "BDAY": "birthday"}[name]
            setattr(self, field, getattr(self, field) or text)
