"""Certificates, requests and revocation lists (RFC 5280, RFC 2986)."""

from __future__ import annotations

import hashlib

from firstbytes import JSON
from firstbytes.builtin.certificate import extensions, keys, oids
from firstbytes.formats import asn1
from firstbytes.formats.asn1 import INTEGER, Element
from firstbytes.formats.values import clean, from_datetime, known

_NAME_PARTS = 64
_REVOKED = 100_000


def certificate(node: Element) -> dict[str, JSON]:
    """Return subject, issuer, serial, validity, key, extensions and fingerprints of a certificate.

    `starts_at` and `ends_at` are among them for the caller to move to core.
    """
    fields = list((node.child(0) or node).children(12))
    versioned = bool(fields) and fields[0].tag == asn1.context(0)
    version = asn1.integer(fields[0].child(0)) if versioned else 0
    fields = fields[1:] if versioned else fields
    padded: list[Element | None] = [*fields[:6], *[None] * (6 - len(fields[:6]))]
    serial, algorithm, issuer, validity, subject, public = padded
    names = name(subject)
    found = {
        "kind": "certificate",
        "subject": text(names),
        "subject_common_name": names.get("CN"),
        "issuer": text(name(issuer)),
        "serial_number": _serial(serial),
        "starts_at": from_datetime(asn1.moment(validity.child(0))) if validity else None,
        "ends_at": from_datetime(asn1.moment(validity.child(1))) if validity else None,
        "x509_version": (version or 0) + 1,
        "signature_algorithm": signature(algorithm),
        "self_issued": subject is not None and issuer is not None and subject.encoded == issuer.encoded,
        "fingerprint_sha256": hashlib.sha256(node.encoded).hexdigest() if node.whole else None,
        "fingerprint_sha1": hashlib.sha1(node.encoded, usedforsecurity=False).hexdigest() if node.whole else None,
        **keys.public(public),
    }
    extra = next((field for field in fields[6:] if field.tag == asn1.context(3)), None)
    return known(found | extensions.read(extra.child(0) if extra else None))


def request(node: Element) -> dict[str, JSON]:
    """Return subject, key, signature and wished-for names of a certification request."""
    fields = list((node.child(0) or node).children(6))
    attributes = fields[3] if len(fields) > 3 else None
    wished: dict[str, JSON] = {}
    for attribute in attributes.children(64) if attributes else ():
        if asn1.oid(attribute.child(0)) in {"1.2.840.113549.1.9.14", "1.3.6.1.4.1.311.2.1.14"}:
            wished = extensions.read(attribute.child(1, 0))
    names = name(fields[1] if len(fields) > 1 else None)
    return known(
        {
            "kind": "certificate request",
            "subject": text(names),
            "subject_common_name": names.get("CN"),
            "signature_algorithm": signature(node.child(1)),
            **keys.public(fields[2] if len(fields) > 2 else None),
            **wished,
        }
    )


def revocation_list(node: Element) -> dict[str, JSON]:
    """Return issuer, updates, number and how many certificates a revocation list revokes."""
    fields = list((node.child(0) or node).children(8))
    fields = fields[1:] if fields and fields[0].tag == INTEGER else fields
    times = [field for field in fields if field.tag in {asn1.UTC_TIME, asn1.GENERALIZED_TIME}]
    revoked = next((field for field in fields[3:] if field.tag == asn1.SEQUENCE), None)
    extra = next((field for field in fields if field.tag == asn1.context(0)), None)
    count = sum(1 for _ in revoked.children(_REVOKED)) if revoked else 0
    more = extensions.read(extra.child(0) if extra else None)
    return known(
        {
            "kind": "certificate revocation list",
            "issuer": text(name(fields[1] if len(fields) > 1 else None)),
            "starts_at": from_datetime(asn1.moment(times[0])) if times else None,
            "ends_at": from_datetime(asn1.moment(times[1])) if len(times) > 1 else None,
            "signature_algorithm": signature(fields[0] if fields else None),
            "revoked_count": count,
            "revoked_count_limited": True if count == _REVOKED or (revoked is not None and not revoked.whole) else None,
            "crl_number": more.get("crl_number"),
        }
    )


def name(node: Element | None) -> dict[str, str]:
    """Return a distinguished name: attribute to value, several values of one attribute joined by " + "."""
    found: dict[str, str] = {}
    for relative in node.children(_NAME_PARTS) if node is not None and node.tag & 0x20 else ():
        for pair in relative.children(8):
            identifier = asn1.oid(pair.child(0))
            value = clean(asn1.text(pair.child(1)), 512)
            if value:
                key = oids.ATTRIBUTES.get(identifier, identifier)
                found[key] = f"{found[key]} + {value}" if key in found else value
    return found


def text(names: dict[str, str]) -> str | None:
    """Return a name in the order of the certificate: "C=DE, O=Example, CN=www"."""
    return clean(", ".join(f"{key}={value}" for key, value in names.items()))


def signature(node: Element | None) -> str | None:
    """Return the name of a signature algorithm, or its identifier."""
    identifier = asn1.oid(node.child(0)) if node is not None else ""
    return oids.SIGNATURES.get(identifier, identifier) or None


def _serial(node: Element | None) -> str | None:
    """Return a serial number in hexadecimal, as openssl and browsers show it."""
    number = asn1.integer(node)
    if number is None or node is None or node.end - node.start > 64:
        return None
    digits = f"{abs(number):X}"
    return ("-" if number < 0 else "") + digits.zfill(len(digits) + len(digits) % 2)
