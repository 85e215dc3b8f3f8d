"""One message: RFC 5322 mail, RFC 5536 news, RFC 2557 web archives (MHTML), Apple Mail's emlx."""

from __future__ import annotations

import re
from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.formats.mail import Fields, Part, addresses, decode_words, parameters, parse_fields, parts
from firstbytes.formats.text import iana
from firstbytes.formats.values import clean, from_mail, known

_WHOLE = 4 * 1024 * 1024
_HEAD = 1024 * 1024
_MOST = 100


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a message whole up to 4 MB; of a larger one the parts that begin in its first megabyte."""
    whole = source.size <= _WHOLE
    data = source.read(0, source.size if whole else _HEAD)
    start, end = _envelope(data, ctx.media_type, whole=whole)
    fields = parse_fields(data[:end], start)
    if not fields.rows:
        msg = "expected header fields, found none"
        raise Corrupt(msg)
    leaves = parts(data[:end], fields, whole=whole)
    attachments = [part for part in leaves if not part.nested and _attached(part)]
    result: dict[str, JSON] = {
        "core": known(
            {
                **_facts(fields),
                "encoding": _encoding(leaves),
                "attachment_count": len(attachments) if whole else None,
            }
        ),
        **known({**header_facts(fields), **_structure(leaves, attachments, fields)}),
    }
    broken = whole and any(not part.complete for part in leaves)
    if not whole or broken:
        reason = (
            "a part has no end: the message is cut off"
            if broken
            else "only the first megabyte of a message over 4 MB was read"
        )
        result |= {"outcome": "partial", "reason": reason}
    return result


def _envelope(data: bytes, media_type: str, *, whole: bool) -> tuple[int, int]:
    """Return where the message itself begins and ends: emlx has its length in front and a property list behind."""
    start = len(data) - len(data.lstrip(b"\xef\xbb\xbf\r\n"))
    if media_type == "application/x-emlx":
        line = re.match(rb"\s*(\d{1,12})[ \t]*\r?\n", data)
        if line:
            return line.end(), min(len(data), line.end() + int(line[1])) if whole else len(data)
    if data[start : start + 6] in {b">From ", b"From m"} or data.startswith(b"From ", start):
        return data.find(b"\n", start) + 1, len(data)
    return start, len(data)


def _facts(fields: Fields) -> dict[str, JSON]:
    sent = fields.first("date")
    return {
        "subject": clean(fields.first("subject"), 2000),
        "authors": [name for value in fields.all("from") for name in _clean_addresses(value)][:_MOST],
        "sent_at": from_mail(sent),
        "identifier": clean(fields.first("message-id").strip(" <>"), 500),
        "generator": clean(_first(fields, "user-agent", "x-mailer", "x-newsreader"), 300),
        "language": clean(fields.first("content-language"), 40),
        "keywords": [word for part in fields.first("keywords").split(",") if (word := clean(part, 100))][:_MOST],
        "company": clean(fields.first("organization"), 300),
        "signed": True if _is_signed(fields) else None,
        "encrypted": True if _is_encrypted(fields) else None,
        "description": clean(fields.first("comments"), 2000),
    }


def _first(fields: Fields, *names: str) -> str:
    return next((value for name in names if (value := fields.first(name))), "")


def _clean_addresses(value: str) -> list[str]:
    return [text for address in addresses(value) if (text := clean(address, 400))]


def _is_signed(fields: Fields) -> bool:
    kind, values = parameters(next(iter(fields.all("content-type")), ""))
    return kind == "multipart/signed" or (
        kind == "application/pkcs7-mime" and values.get("smime-type") == "signed-data"
    )


def _is_encrypted(fields: Fields) -> bool:
    kind, values = parameters(next(iter(fields.all("content-type")), ""))
    return kind == "multipart/encrypted" or (
        kind == "application/pkcs7-mime" and values.get("smime-type", "enveloped-data") == "enveloped-data"
    )


def header_facts(fields: Fields) -> dict[str, JSON]:
    """Return what the header says beyond the shared vocabulary."""
    people: dict[str, JSON] = {
        name.replace("-", "_"): [text for value in fields.all(name) for text in _clean_addresses(value)][:_MOST]
        for name in ("from", "sender", "to", "cc", "bcc", "reply-to", "resent-from")
    }
    received = fields.all("received")
    references = re.findall(r"<([^<>\s]{1,400})>", fields.first("references"))
    lists: dict[str, JSON] = {
        "list_id": clean(fields.first("list-id"), 300),
        "list_unsubscribe": clean(fields.first("list-unsubscribe"), 1000),
        "newsgroups": clean(fields.first("newsgroups"), 1000),
    }
    return {
        **people,
        **lists,
        "in_reply_to": clean(fields.first("in-reply-to").strip().strip("<>"), 500),
        "references": [text for reference in references[:20] if (text := clean(reference, 400))],
        "reference_count": len(references),
        "return_path": clean(fields.first("return-path").strip(" <>"), 400),
        "delivered_to": clean(fields.first("delivered-to"), 400),
        "thread_topic": clean(fields.first("thread-topic"), 1000),
        "priority": clean(_first(fields, "importance", "priority", "x-priority"), 40),
        "date_raw": clean(fields.first("date"), 100),
        "received_count": len(received),
        "first_received_at": from_mail(received[-1].rpartition(";")[2]) if received else None,
        "last_received_at": from_mail(received[0].rpartition(";")[2]) if received else None,
        "has_dkim": "dkim-signature" in dict(fields.rows),
        "dkim_domains": sorted(
            {d[1] for v in fields.all("dkim-signature") if (d := re.search(r"\bd=([\w.-]{1,253})", v))}
        )[:20],
        "has_arc": "arc-seal" in dict(fields.rows),
        "authentication_results": clean(fields.first("authentication-results"), 2000),
        "spam_status": clean(fields.first("x-spam-status"), 500),
        "auto_submitted": clean(fields.first("auto-submitted"), 100),
        "mime_version": clean(fields.first("mime-version"), 40),
    }


def _attached(part: Part) -> bool:
    if part.disposition == "attachment":
        return True
    if part.media_type in {"text/plain", "text/html"} and not part.name:
        return False
    inline = part.disposition == "inline" or bool(part.content_id)
    body = part.media_type in {"application/pgp-signature", "application/pkcs7-signature", "application/pgp-encrypted"}
    return (
        bool(part.name) and not body
        if inline
        else not body and (bool(part.name) or not part.media_type.startswith("text/"))
    )


def _encoding(leaves: list[Part]) -> str | None:
    """Return the encoding of the first text of the message itself."""
    named = (part.charset for part in leaves if part.charset and not part.nested and not _attached(part))
    name = clean(next(named, None), 40)
    return iana(name) if name else None


def _structure(leaves: list[Part], attachments: list[Part], fields: Fields) -> dict[str, JSON]:
    kind, _ = parameters(next(iter(fields.all("content-type")), "text/plain"))
    own = [part for part in leaves if not part.nested and not _attached(part)]
    texts = [part for part in own if part.media_type == "text/plain"]
    pages = [part for part in own if part.media_type == "text/html"]
    return {
        "content_type": clean(kind, 100),
        "part_count": len(leaves),
        "text_part_count": len(texts),
        "html_part_count": len(pages),
        "text_bytes": sum(part.size for part in texts) if texts else None,
        "html_bytes": sum(part.size for part in pages) if pages else None,
        "location": clean(_first(fields, "snapshot-content-location", "content-location"), 2000),
        "attachments": [
            known(
                {
                    "name": clean(decode_words(part.name), 300),
                    "media_type": clean(part.media_type, 100),
                    "size_bytes": part.size if part.complete else None,
                    "inline": True if part.disposition == "inline" or part.content_id else None,
                    "location": clean(part.location, 1000),
                }
            )
            for part in attachments[:_MOST]
        ],
        "nested_message_count": sum(part.media_type == "message/rfc822" for part in leaves) or None,
    }
