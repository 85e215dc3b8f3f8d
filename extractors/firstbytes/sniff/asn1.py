"""DER and BER objects by their structure and object identifiers: certificates, requests, keys, CMS, time stamps.

Sources: RFC 5280, 2986, 5652, 5208/5958, 7292, 8017, 5915, 6960, 3161, 5544.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from firstbytes.formats import asn1
from firstbytes.formats.asn1 import ENUMERATED, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, Element
from firstbytes.sniff import pem
from firstbytes.sniff.values import Match

if TYPE_CHECKING:
    from firstbytes.sniff.values import Head
    from firstbytes.source import ByteSource

_PKCS7 = "1.2.840.113549.1.7."
_SMIME_CONTENT = "1.2.840.113549.1.9.16.1."
_KEY_ENCRYPTION = ("1.2.840.113549.1.5.", "1.2.840.113549.1.12.1.")
_TIMES = frozenset({asn1.UTC_TIME, asn1.GENERALIZED_TIME})
_TRAILER = 16
"""Bytes after the object that tools leave there: line ends, padding."""


def content(head: Head, source: ByteSource) -> Match | None:
    """Answer for a file that is one ASN.1 SEQUENCE, or PEM."""
    if head.data[:1] != b"\x30":
        return pem.content(head, source) if b"BEGIN " in head.data else None
    if len(head.data) < 5:
        return None
    claimed = claimed_size(head.block)
    if claimed and not claimed <= head.size <= claimed + _TRAILER:
        return None
    root = asn1.element(head.block)
    first = root.child(0)
    if first is None:
        return None
    rule = {OID: _content_info, INTEGER: _numbered, SEQUENCE: _nested, ENUMERATED: _ocsp_response}.get(first.tag)
    found = rule(root) if rule else None
    return Match(found[0], f"ASN.1 {found[1]}") if found else None


def claimed_size(data: bytes) -> int:
    """Return the size in bytes that the outermost element claims, 0 when its form is indefinite."""
    if data[1] <= 0x80:
        return 2 + data[1] if data[1] < 0x80 else 0
    octets = data[1] & 0x7F
    return 2 + octets + int.from_bytes(data[2 : 2 + octets], "big")


def _content_info(root: Element) -> tuple[str, str] | None:
    kind = asn1.oid(root.child(0))
    if kind == _PKCS7 + "2":
        return _signed(root)
    if kind == _SMIME_CONTENT + "31":
        return "application/timestamped-data", "TimeStampedData"
    if kind.startswith(_PKCS7):
        return "application/pkcs7-mime", f"ContentInfo {kind}"
    if kind in {_SMIME_CONTENT + "9", _SMIME_CONTENT + "23", _SMIME_CONTENT + "2"}:
        return "application/pkcs7-mime", f"ContentInfo {kind}"
    return None


def _signed(root: Element) -> tuple[str, str]:
    algorithms, inner = root.child(1, 0, 1), root.child(1, 0, 2)
    kind = asn1.oid(inner.child(0)) if inner else ""
    if kind == "1.3.6.1.4.1.311.10.1":
        return "application/vnd.ms-pki.seccat", "SignedData of a trust list"
    if inner is None or inner.child(1) is not None:
        return "application/pkcs7-mime", "SignedData with content"
    if algorithms is not None and algorithms.tag == SET and algorithms.start == algorithms.end:
        return "application/x-pkcs7-certificates", "SignedData without signers"
    return "application/pkcs7-signature", "SignedData without content"


def _numbered(root: Element) -> tuple[str, str] | None:
    """Keys, PKCS #12 and time stamp queries: a SEQUENCE that starts with a version or a number."""
    version, second = asn1.integer(root.child(0)), root.child(1)
    if second is None:
        return None
    if second.tag == SEQUENCE:
        kind = asn1.oid(second.child(0))
        third = root.child(2)
        if version == 3 and kind.startswith(_PKCS7):
            return "application/pkcs12", "PFX"
        if version in {0, 1} and kind and third is not None and third.tag == OCTET_STRING:
            return "application/pkcs8", "PrivateKeyInfo"
        imprint = second.child(1)
        if version == 1 and asn1.oid(second.child(0, 0)) and imprint is not None and imprint.tag == OCTET_STRING:
            return "application/timestamp-query", "TimeStampReq"
        return None
    if version == 1 and second.tag == OCTET_STRING and root.child(2) is not None:
        return "application/x-x509-key", "ECPrivateKey"
    if second.tag == INTEGER and all(child.tag == INTEGER for child in root.children(9)):
        return _integers(root)
    return None


def _integers(root: Element) -> tuple[str, str] | None:
    numbers = list(root.children(10))
    names = {2: "RSAPublicKey", 6: "DSAPrivateKey", 9: "RSAPrivateKey"}
    name = names.get(len(numbers))
    biggest = max(number.end - number.start for number in numbers)
    return ("application/x-x509-key", name) if name and biggest >= 32 else None


def _nested(root: Element) -> tuple[str, str] | None:
    """Everything signed, and what starts with an algorithm: a SEQUENCE in the SEQUENCE."""
    first, second = root.child(0), root.child(1)
    inner = first.child(0) if first else None
    if first is None or inner is None:
        return None
    if inner.tag == OID:
        return _after_algorithm(asn1.oid(inner), second)
    if inner.tag == INTEGER and _is_time_stamp_reply(first, second):
        return "application/timestamp-reply", "TimeStampResp"
    return _signed_fields(first) or _lists(root, first)


def _after_algorithm(kind: str, second: Element | None) -> tuple[str, str] | None:
    if second is not None and second.tag == asn1.BIT_STRING:
        return "application/x-x509-key", "SubjectPublicKeyInfo"
    if second is not None and second.tag == OCTET_STRING and kind.startswith(_KEY_ENCRYPTION):
        return "application/pkcs8-encrypted", "EncryptedPrivateKeyInfo"
    return None


def _is_time_stamp_reply(status: Element, token: Element | None) -> bool:
    value = asn1.integer(status.child(0))
    if value is None or not 0 <= value <= 5:
        return False
    if token is None:
        return status.child(1) is None
    return asn1.oid(token.child(0)) == _PKCS7 + "2"


def _signed_fields(signed: Element) -> tuple[str, str] | None:
    """Tell certificate, list and request by the kinds of the first fields of what is signed."""
    fields = list(signed.children(7))
    versioned = fields[0].tag == asn1.context(0)
    if versioned or (fields[0].tag == INTEGER and len(fields) > 4 and _starts_with_oid(fields[1])):
        rest = fields[1:] if versioned else fields
        if len(rest) >= 4 and rest[0].tag == INTEGER and _starts_with_oid(rest[1]) and _is_validity(rest[3]):
            return "application/pkix-cert", "Certificate"
    unversioned = fields[1:] if fields[0].tag == INTEGER else fields
    if len(unversioned) >= 3 and _starts_with_oid(unversioned[0]) and unversioned[2].tag in _TIMES:
        return "application/pkix-crl", "CertificateList"
    if asn1.integer(fields[0]) == 0 and len(fields) >= 3 and asn1.oid(fields[2].child(0, 0)):
        return "application/pkcs10", "CertificationRequest"
    return None


def _lists(root: Element, first: Element) -> tuple[str, str] | None:
    for fields in first.children(3):
        certificate = fields.child(0, 0)
        if certificate is not None and _starts_with_oid(certificate.child(0)):
            issuer = certificate.child(1)
            if issuer is not None and issuer.tag == OCTET_STRING:
                return "application/ocsp-request", "OCSPRequest"
    inner = root.child(0, 0)
    if inner is not None and inner.tag == SEQUENCE and inner.start < inner.end:
        found = _signed_fields(inner)
        if found and found[0] == "application/pkix-cert":
            return "application/pkix-pkipath", "PkiPath"
    return None


def _starts_with_oid(node: Element | None) -> bool:
    return node is not None and node.tag == SEQUENCE and asn1.oid(node.child(0)) != ""


def _is_validity(node: Element) -> bool:
    times = list(node.children(2)) if node.tag == SEQUENCE else []
    return len(times) == 2 and all(time.tag in _TIMES for time in times)


def _ocsp_response(root: Element) -> tuple[str, str] | None:
    status, answer = asn1.integer(root.child(0)), root.child(1)
    if answer is None:
        return ("application/ocsp-response", "OCSPResponse") if status in {1, 2, 3, 5, 6} else None
    if asn1.oid(answer.child(0, 0)) == "1.3.6.1.5.5.7.48.1.1":
        return "application/ocsp-response", "OCSPResponse"
    return None
