"""Outlook messages: who, to whom, when, about what, and what is attached ([MS-OXMSG], [MS-OXPROPS])."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from firstbytes import Corrupt
from firstbytes.builtin.office.mapi import read_properties
from firstbytes.builtin.office.numbers import language
from firstbytes.builtin.office.package import result
from firstbytes.formats.ole import open_ole
from firstbytes.formats.values import clean, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from firstbytes import JSON, ByteSource, Context
    from firstbytes.builtin.office.mapi import Properties
    from firstbytes.formats.ole import Ole

_MAX_PEOPLE = 100
_MAX_ATTACHMENTS = 100
_IMPORTANCE = {0: "low", 2: "high"}
_ROLES = {1: "to", 2: "cc", 3: "bcc"}
_HEADERS = re.compile(
    r"^(list-id|in-reply-to|message-id|dkim-signature):[ \t]*((?:.|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE
)
_EMBEDDED = 5


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Read a message's own properties, its recipients and attachments; never its body."""
    del ctx
    ole = open_ole(source)
    if "__properties_version1.0" not in ole.paths:
        msg = "no message properties"
        raise Corrupt(msg)
    probe = read_properties(ole)
    top = read_properties(ole, page=probe.integer(0x3FFD) or probe.integer(0x3FDE) or 1252)
    headers = {
        name.lower(): clean(" ".join(value.split()))
        for name, value in _HEADERS.findall(top.text(0x007D, limit=16_384) or "")
    }
    attached = _attachments(ole, top.page)
    sender = _address(top.text(0x0C1A, 0x0042), top.text(0x5D01, 0x5D02, 0x0C1F, 0x0065))
    senders = [sender] if sender else []
    core = _core(top, headers) | {"authors": senders, "attachment_count": len(attached)}
    own = {"from": senders, **_recipients(ole, top), **_own(top, headers), "attachments": attached[:_MAX_ATTACHMENTS]}
    lost = {} if ole.complete else {"outcome": "partial", "reason": "part of the directory is missing"}
    return result(core, own, lost)


def _core(top: Properties, headers: Mapping[str, str | None]) -> dict[str, JSON]:
    kind = (top.text(0x001A) or "").upper()
    return {
        "subject": top.text(0x0037),
        "sent_at": top.time(0x0039),
        "created": top.time(0x3007),
        "modified": top.time(0x3008),
        "identifier": _bare(top.text(0x1035) or headers.get("message-id")),
        "last_modified_by": top.text(0x3FFA),
        "language": language(top.integer(0x3FF1) or 0),
        "signed": True if kind == "IPM.NOTE.SMIME.MULTIPARTSIGNED" else None,
        "encrypted": True if kind == "IPM.NOTE.SMIME" else None,
    }


def _own(top: Properties, headers: Mapping[str, str | None]) -> dict[str, JSON]:
    importance = top.integer(0x0017)
    return {
        "reply_to": _names(top.text(0x0050)),
        "in_reply_to": _bare(top.text(0x1042) or headers.get("in-reply-to")),
        "references": [_bare(part) for part in (top.text(0x1039) or "").split()[:100]],
        "received_at": top.time(0x0E06),
        "message_class": top.text(0x001A),
        "thread_topic": top.text(0x0070),
        "priority": None if importance is None else _IMPORTANCE.get(importance),
        "list_id": headers.get("list-id"),
        "has_dkim": "dkim-signature" in headers,
        "body_kinds": _bodies(top),
    }


def _address(name: str | None, address: str | None) -> str | None:
    if not address or address.startswith("/"):
        return name or address
    return f"{name} <{address}>" if name and name != address else address


def _bare(identifier: str | None) -> str | None:
    return clean((identifier or "").strip(" <>"), 500)


def _names(listed: str | None) -> list[str]:
    return [part.strip() for part in (listed or "").split(";") if part.strip()][:_MAX_PEOPLE]


def _recipients(ole: Ole, top: Properties) -> dict[str, JSON]:
    found: dict[str, list[str]] = {"to": [], "cc": [], "bcc": []}
    storages = [name for name in ole.children("") if name.startswith("__recip_version1.0_")]
    for storage in storages[:_MAX_PEOPLE]:
        one = read_properties(ole, storage, page=top.page)
        role = _ROLES.get((one.integer(0x0C15) or 1) & 0xF, "to")
        if person := _address(one.text(0x3001), one.text(0x39FE, 0x3003)):
            found[role].append(person)
    for role, tag in (("to", 0x0E04), ("cc", 0x0E03), ("bcc", 0x0E02)):
        if not found[role]:
            found[role] = _names(top.text(tag))
    return dict(found)


def _attachments(ole: Ole, page: int) -> list[JSON]:
    found: list[JSON] = []
    for storage in [name for name in ole.children("") if name.startswith("__attach_version1.0_")]:
        if len(found) >= _MAX_ATTACHMENTS:
            found.append(None)
            continue
        one = read_properties(ole, storage, page=page)
        embedded = one.integer(0x3705) == _EMBEDDED
        facts: dict[str, JSON] = {
            "name": one.text(0x3707, 0x3704, 0x3001, limit=512),
            "media_type": one.text(0x370E, limit=256) or ("application/vnd.ms-outlook" if embedded else None),
            "size_bytes": one.size(0x3701) or one.integer(0x0E20),
            "content_id": one.text(0x3712, limit=512),
            "inline": True if one.flag(0x7FFE) else None,
        }
        found.append(known(facts))
    return found


def _bodies(top: Properties) -> list[JSON]:
    kinds = {
        "plain": (0x1000, 0x001F),
        "plain (8-bit)": (0x1000, 0x001E),
        "html": (0x1013, 0x0102),
        "rtf": (0x1009, 0x0102),
    }
    return [name for name, (tag, kind) in kinds.items() if top.size(tag, kind)]
