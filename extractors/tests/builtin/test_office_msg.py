"""Outlook messages."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from damage import endures

from firstbytes import BytesSource, Context, Corrupt
from firstbytes.builtin.office.msg import extract
from firstbytes.testing import ExtractorContract, Sample

Compound = Callable[..., bytes]
TICKS = 133_590_000_000_000_000
"""2024-05-01T01:20Z."""


def fixed(header: int, *rows: tuple[int, int, bytes]) -> bytes:
    """Return a property stream: (tag, type, value) rows after a header of that many bytes."""
    return bytes(header) + b"".join(struct.pack("<HHI8s", kind, tag, 6, value) for tag, kind, value in rows)


def number(value: int) -> bytes:
    """Return a 32-bit value."""
    return struct.pack("<I", value)


def wide(**texts: str) -> dict[str, bytes]:
    """Return Unicode string streams by tag, `x0037="Subject"`."""
    return {f"__substg1.0_{tag[1:]}001F": text.encode("utf-16-le") for tag, text in texts.items()}


def inside(storage: str, streams: dict[str, bytes]) -> dict[str, bytes]:
    """Return these streams within a storage."""
    return {f"{storage}/{name}": data for name, data in streams.items()}


HEADERS = (
    "Message-ID: <id@example.org>\r\nIn-Reply-To: <old@example.org>\r\nDKIM-Signature: v=1;\r\n a=b\r\n"
    "List-Id: The list\r\n <list.example.org>\r\n"
)


def streams() -> dict[str, bytes]:
    """Return the streams of a message with two recipients and two attachments."""
    times = [(tag, 0x40, struct.pack("<Q", TICKS)) for tag in (0x0039, 0x0E06, 0x3007, 0x3008)]
    rows = [*times, (0x0017, 3, number(2)), (0x3FF1, 3, number(0x0407)), (0x3FFD, 3, number(1251))]
    found = {"__properties_version1.0": fixed(32, *rows)}
    found |= wide(x0037="Grüße", x001A="IPM.Note", x0C1A="Ann", x5D01="ann@example.org", x0070="Topic", x007D=HEADERS)
    found |= wide(x1039="<a@b> <c@d>", x0050="Desk; Ann", x1000="Hello", x3FFA="Cy")
    found["__substg1.0_10130102"] = b"<p>Hello"
    for index, (role, name, address) in enumerate([(1, "Bob", "bob@example.org"), (2, "cy@example.org", "/O=X/CN=CY")]):
        found |= inside(
            f"__recip_version1.0_#{index:08X}",
            {"__properties_version1.0": fixed(8, (0x0C15, 3, number(role))), **wide(x3001=name, x3003=address)},
        )
    found |= inside(
        "__attach_version1.0_#00000000",
        {
            "__properties_version1.0": fixed(8, (0x3705, 3, number(1)), (0x7FFE, 0x0B, number(1))),
            "__substg1.0_37010102": bytes(5000),
            "__substg1.0_3704001E": "Жук.txt".encode("cp1251"),
            **wide(x370E="text/plain", x3712="cid"),
        },
    )
    found |= inside(
        "__attach_version1.0_#00000001",
        {
            "__properties_version1.0": fixed(8, (0x3705, 3, number(5)), (0x0E20, 3, number(77))),
            **wide(x3001="Inner"),
            "__substg1.0_3701000D/__properties_version1.0": fixed(24),
        },
    )
    return found


def read(data: bytes) -> dict[str, Any]:
    """Return what the extractor says."""
    return dict(extract(BytesSource(data), Context(media_type="application/vnd.ms-outlook")))


def test_message(compound: Compound) -> None:
    """A message says who, to whom, when, about what, and what is attached."""
    assert read(compound(streams())) == {
        "core": {
            "subject": "Grüße",
            "authors": ["Ann <ann@example.org>"],
            "sent_at": "2024-05-01T01:20:00Z",
            "created": "2024-05-01T01:20:00Z",
            "modified": "2024-05-01T01:20:00Z",
            "identifier": "id@example.org",
            "last_modified_by": "Cy",
            "language": "de-DE",
            "attachment_count": 2,
        },
        "from": ["Ann <ann@example.org>"],
        "to": ["Bob <bob@example.org>"],
        "cc": ["cy@example.org"],
        "reply_to": ["Desk", "Ann"],
        "in_reply_to": "old@example.org",
        "references": ["a@b", "c@d"],
        "received_at": "2024-05-01T01:20:00Z",
        "message_class": "IPM.Note",
        "thread_topic": "Topic",
        "priority": "high",
        "list_id": "The list <list.example.org>",
        "has_dkim": True,
        "body_kinds": ["plain", "html"],
        "attachments": [
            {
                "name": "Жук.txt",
                "media_type": "text/plain",
                "size_bytes": 5000,
                "content_id": "cid",
                "inline": True,
            },
            {"name": "Inner", "media_type": "application/vnd.ms-outlook", "size_bytes": 77},
        ],
    }


def test_bare_message(compound: Compound) -> None:
    """A message without recipients of its own lists the displayed ones; one without anything is still a message."""
    data = compound({"__properties_version1.0": fixed(32), **wide(x0E04="Bob; Cy", x0C1A="Ann", x0065="/O=X")})
    found = read(data)
    assert (found["to"], found["from"]) == (["Bob", "Cy"], ["Ann"])
    assert read(compound({"__properties_version1.0": b""}))["core"] == {"attachment_count": 0}


@pytest.mark.parametrize(
    ("kind", "fact"), [("IPM.Note.SMIME", "encrypted"), ("IPM.Note.SMIME.MultipartSigned", "signed")]
)
def test_secured(compound: Compound, kind: str, fact: str) -> None:
    """The message class says whether a message is signed or encrypted."""
    assert read(compound({"__properties_version1.0": fixed(32), **wide(x001A=kind)}))["core"][fact] is True


def test_many_attachments(compound: Compound) -> None:
    """Attachments beyond the hundredth are counted, not listed."""
    found = {"__properties_version1.0": fixed(32)}
    for index in range(120):
        found |= inside(f"__attach_version1.0_#{index:08X}", {"__properties_version1.0": fixed(8)})
    result = read(compound(found))
    assert (result["core"]["attachment_count"], len(result["attachments"])) == (120, 100)


def test_not_a_message(compound: Compound) -> None:
    """A compound file without message properties is corrupt."""
    with pytest.raises(Corrupt):
        read(compound({"__nameid_version1.0/x": b""}))


def test_mutations(compound: Compound) -> None:
    """Byte flips and truncation leave an answer or Corrupt."""
    assert endures(read, compound(streams()), seed=12)


class TestMsg(ExtractorContract):
    """The contract, on a message with attachments."""

    extractor = "msg"

    @pytest.fixture
    def sample(self, compound: Compound) -> Sample:
        """Return a message."""
        return Sample(compound(streams()), "a.msg")
