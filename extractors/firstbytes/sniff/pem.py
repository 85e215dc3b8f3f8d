"""PEM by its labels (RFC 7468, RFC 9580, PROTOCOL.key), and what is encoded inside where the label does not say."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from firstbytes.sniff.values import Head, Match

if TYPE_CHECKING:
    from firstbytes.source import ByteSource

_BEGIN = re.compile(
    rb"^(?:\xef\xbb\xbf)?-{4,5} ?BEGIN ([A-Z0-9][A-Za-z0-9 #.-]{0,60}?) ?-{4,5}[ \t]*\r?$", re.MULTILINE
)
_EXPLANATION = re.compile(
    rb"\s*(#|Bag Attributes|Key Attributes|Certificate|subject|issuer|[sS]ubject=|\s+[sis]:|PKCS7:|"
    rb"(RSA |DSA |EC )?(Private|Public)-Key|\S[^\n]{0,80}\r?\n[=-]{3,})"
)
_CODE = re.compile(rb"[{}=;<>`]|\b(?:def|import|function|echo|cat)\b")
_TYPES = {
    "CERTIFICATE": "application/pem-certificate-chain",
    "CERTIFICATE REQUEST": "application/pkcs10",
    "NEW CERTIFICATE REQUEST": "application/pkcs10",
    "X509 CRL": "application/pkix-crl",
    "PRIVATE KEY": "application/pkcs8",
    "ENCRYPTED PRIVATE KEY": "application/pkcs8-encrypted",
    "PUBLIC KEY": "application/x-x509-key-pem",
    "RSA PUBLIC KEY": "application/x-x509-key-pem",
    "RSA PRIVATE KEY": "application/x-x509-key-pem",
    "DSA PRIVATE KEY": "application/x-x509-key-pem",
    "EC PRIVATE KEY": "application/x-x509-key-pem",
    "ANY PRIVATE KEY": "application/x-x509-key-pem",
    "OPENSSH PRIVATE KEY": "application/x-openssh-private-key",
    "SSH2 PUBLIC KEY": "text/x-ssh-public-key",
    "PKCS7": "application/pkcs7-mime",
    "PKCS #7 SIGNED DATA": "application/pkcs7-mime",
    "CMS": "application/pkcs7-mime",
    "PGP PUBLIC KEY BLOCK": "application/pgp-keys",
    "PGP PRIVATE KEY BLOCK": "application/pgp-keys",
    "PGP SECRET KEY BLOCK": "application/pgp-keys",
    "PGP MESSAGE": "application/pgp-encrypted",
    "PGP SIGNATURE": "application/pgp-signature",
    "AGE ENCRYPTED FILE": "application/x-age-encrypted",
}
_PARAMETERS = frozenset({"EC PARAMETERS", "DSA PARAMETERS", "DH PARAMETERS", "X9.42 DH PARAMETERS"})
_FOREIGN = frozenset({"TEST", "MESSAGE"})
"""Labels of texts that are not PEM files as a whole."""


def content(head: Head, source: ByteSource) -> Match | None:
    """Answer for a text that begins with an encapsulation boundary, or explains one in front of it."""
    first = _BEGIN.search(head.data)
    if first is None or not _leads(head.data[: first.start()]):
        return None
    labels = dict.fromkeys(found.group(1).decode("ascii") for found in _BEGIN.finditer(head.block))
    if not _FOREIGN.isdisjoint(labels):
        return None
    if "PGP SIGNED MESSAGE" in labels:
        return Match("application/pgp-signature", "clear-signed text", weak=True)
    kinds = {_kind(label) for label in labels if label not in _PARAMETERS}
    label = first.group(1).decode("ascii")
    if kinds == {_TYPES["CERTIFICATE"]} and len(_BEGIN.findall(head.block)) == 1:
        # RFC 8555's type is for a chain; one certificate is one, however it is encoded.
        return Match("application/pkix-cert", f"PEM {label}")
    if len(kinds) != 1:
        return Match("application/x-pem-file", f"PEM {label}")
    kind = kinds.pop()
    if kind == "application/pkcs7-mime":
        kind = _encoded(head.block[first.end() :], source) or kind
    return Match(kind, f"PEM {label}")


def _kind(label: str) -> str:
    if label.endswith(" CERTIFICATE"):
        return _TYPES["CERTIFICATE"]
    return _TYPES.get(label, "application/x-pem-file")


def _leads(before: bytes) -> bool:
    stripped = before.removeprefix(b"\xef\xbb\xbf")
    if not stripped.strip():
        return True
    explained = _EXPLANATION.match(stripped) is not None or (len(stripped) < 400 and not _CODE.search(stripped))
    return explained and b"\x00" not in stripped


def _encoded(body: bytes, source: ByteSource) -> str | None:
    """Return the type of the DER inside, where its beginning is enough to tell."""
    from firstbytes.sniff import asn1

    text = re.sub(rb"[^A-Za-z0-9+/=]", b"", body.partition(b"-----END")[0])
    try:
        der = binascii.a2b_base64(text[: len(text) // 4 * 4])
    except binascii.Error:
        return None
    if len(der) < 2:
        return None
    found = asn1.content(Head(der[:8192], der, asn1.claimed_size(der) or len(der)), source)
    return found.media_type if found else None
