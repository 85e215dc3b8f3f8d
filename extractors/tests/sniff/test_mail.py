"""Messages by their header block, and what only looks like one."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource, sniff


@pytest.mark.parametrize(
    "head",
    [
        "ARC-Seal: i=1; a=rsa-sha256\nARC-Message-Signature: x\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nFrom: a@b.org\n",
        "Return-Path: <a@b.org>\nReceived: by x\n\tfor y\nSubject: z\n",
        "MIME-Version: 1.0\nContent-Type: text/plain\nSubject: x\n",
        "X-Mozilla-Status: 0001\nX-Mozilla-Status2: 0\nFrom: a@b.org\nSubject: x\n",
        "Subject: x\nFrom: a@b.org\nTo: c@d.org\nDate: 1 Jan 2024\n",
        "To: c@d.org\nFrom: a@b.org\nSubject: x\n",
        "Delivered-To: x@y.z\nX-Received: by x\nFrom: a@b.org\nDate: today\n",
    ],
)
def test_any_order_of_fields_is_a_message(head: str) -> None:
    """Mail that passed through many hands begins with anything; line ends do not matter."""
    for text in (head + "\nbody\n", (head + "\nbody\n").replace("\n", "\r\n"), "\n" + head + "\nbody\n"):
        assert sniff(BytesSource(text.encode())).media_type == "message/rfc822"


@pytest.mark.parametrize(
    "text",
    [
        "Package: x\nVersion: 1.0\nMaintainer: A <a@b.org>\nDescription: y\n",
        "Metadata-Version: 2.1\nName: x\nVersion: 1\nAuthor: y\n",
        "Manifest-Version: 1.0\nCreated-By: x\n",
        "Title: x\nDate: 2024-01-01\nTags: a\n\ntext\n",
        "From: here\nto there and back\nSubject: none\n",
        "HTTP/1.1 200 OK\nServer: x\nDate: y\nContent-Type: text/html\n",
        " folded: first\nFrom: a@b.org\nTo: c\nSubject: d\n",
        "key: value\nother: thing\n",
    ],
)
def test_other_fields_are_no_message(text: str) -> None:
    """Packages, manifests, front matter, protocols."""
    assert sniff(BytesSource(text.encode())).media_type not in {"message/rfc822", "application/mbox", "message/news"}


def test_a_from_line_makes_a_mailbox_only_above_a_header() -> None:
    """A sentence that begins with From is a sentence."""
    assert sniff(BytesSource(b"From here on Mon 10:00 it rained.\nAnd rained.\n")).media_type == "text/plain"
    box = b"From a@b.org Mon Jan  1 10:00:00 2024\nReceived: x\nFrom: a@b.org\n\nHi\n"
    assert sniff(BytesSource(box)).media_type == "application/mbox"
    assert sniff(BytesSource(b">" + box)).media_type in {"application/mbox", "message/rfc822"}
