"""PEM: the encapsulated objects of a text with their labels and headers (RFC 7468, RFC 1421)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

_BLOCK = re.compile(
    rb"-----BEGIN (?P<label>[A-Z0-9][A-Za-z0-9 #.-]{0,60})-----[ \t]*\r?\n"
    rb"(?P<body>(?:[A-Za-z-]{1,40}: [^\n]*\n)*[^-]*)(?P<end>-----END (?P=label)-----)?"
)
_HEADER = re.compile(rb"^([A-Za-z-]{1,40}): ?(.*?)\r?$", re.MULTILINE)
_OBJECTS = 10_000


@dataclass(frozen=True, slots=True)
class Object:
    """One object: its label, its bytes, the headers that say how it is encrypted, and whether its end was there."""

    label: str
    data: bytes
    headers: dict[str, str]
    whole: bool


def objects(text: bytes) -> Iterator[Object]:
    """Yield the objects of a PEM text, at most 10,000."""
    for count, found in enumerate(_BLOCK.finditer(text)):
        if count >= _OBJECTS:
            return
        body = found["body"]
        headers = {key.decode(): value.decode("latin-1")[:200] for key, value in _HEADER.findall(body[:2000])}
        if headers:
            body = re.split(rb"\r?\n[ \t]*\r?\n", body, maxsplit=1)[-1]
        yield Object(found["label"].decode("ascii"), _decode(body), headers, found["end"] is not None)


def _decode(body: bytes) -> bytes:
    text = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    # A single letter over cannot be base64: the text was cut off there.
    text = text[:-1] if len(text) % 4 == 1 else text
    try:
        return binascii.a2b_base64(text + b"=" * (-len(text) % 4))
    except binascii.Error:
        return b""
