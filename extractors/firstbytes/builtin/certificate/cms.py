"""CMS and PKCS #12 in outline: what is signed or encrypted, by whom, which certificates are inside (RFC 5652, 7292)."""

from __future__ import annotations

from firstbytes import JSON
from firstbytes.builtin.certificate import oids, x509
from firstbytes.formats import asn1
from firstbytes.formats.asn1 import SEQUENCE, SET, Element
from firstbytes.formats.values import clean, from_datetime, known

_CERTIFICATES = 64
_SIGNERS = 32
_CONTENT_TYPE = "1.2.840.113549.1.7."


def content_info(node: Element) -> tuple[dict[str, JSON], list[dict[str, JSON]]]:
    """Return the facts of a CMS message and the certificates in it."""
    identifier = asn1.oid(node.child(0))
    kind = oids.CONTENTS.get(identifier, identifier)
    body = node.child(1, 0)
    found: dict[str, JSON] = {"kind": "CMS message", "content_kind": kind}
    if body is None:
        return found, []
    if kind == "signedData":
        signed, certificates = _signed(body)
        return found | signed, certificates
    if kind in {"envelopedData", "authEnvelopedData", "signedAndEnvelopedData"}:
        return found | _enveloped(body), []
    return found, []


def _signed(body: Element) -> tuple[dict[str, JSON], list[dict[str, JSON]]]:
    fields = list(body.children(8))
    inner = fields[2] if len(fields) > 2 else None
    wrapped = asn1.oid(inner.child(0)) if inner is not None else ""
    sets = {field.tag: field for field in fields[3:]}
    certificates = [
        x509.certificate(one)
        for one in (sets[0xA0].children(_CERTIFICATES) if 0xA0 in sets else ())
        if one.tag == SEQUENCE
    ]
    signers = list(sets[SET].children(_SIGNERS)) if SET in sets else []
    digests = (
        [oids.DIGESTS.get(one, one) for node in fields[1].children(16) if (one := asn1.oid(node.child(0)))]
        if len(fields) > 1
        else []
    )
    facts: dict[str, JSON] = {
        "signed_content": oids.CONTENTS.get(wrapped, wrapped),
        "detached": inner is None or inner.child(1) is None,
        "digest_algorithms": digests,
        "signers": [_signer(signer) for signer in signers],
        "crl_count": sum(1 for _ in sets[0xA1].children(1000)) if 0xA1 in sets else None,
    }
    if wrapped == "1.2.840.113549.1.9.16.1.4" and inner is not None:
        facts |= time_stamp(asn1.octets(inner.child(1)) or asn1.octets(inner.child(1, 0)))
    return known(facts), certificates


def _signer(node: Element) -> JSON:
    """Return issuer and serial of the signer's certificate, or its key's identifier, and the signing time."""
    fields = list(node.children(8))
    identity = fields[1] if len(fields) > 1 else None
    attributes = next((field for field in fields if field.tag == asn1.context(0) and field is not identity), None)
    when = None
    for attribute in attributes.children(64) if attributes else ():
        if asn1.oid(attribute.child(0)) == "1.2.840.113549.1.9.5":
            when = from_datetime(asn1.moment(attribute.child(1, 0)))
    by_issuer = identity is not None and identity.tag == SEQUENCE
    serial = asn1.integer(identity.child(1)) if identity is not None and by_issuer else None
    return known(
        {
            "issuer": x509.text(x509.name(identity.child(0))) if identity is not None and by_issuer else None,
            "serial_number": f"{serial:X}" if serial is not None and 0 <= serial.bit_length() <= 512 else None,
            "key_identifier": identity.content[:64].hex() if identity is not None and identity.tag == 0x80 else None,
            "signed_at": when,
        }
    )


def _enveloped(body: Element) -> dict[str, JSON]:
    fields = list(body.children(8))
    recipients = next((field for field in fields if field.tag == SET), None)
    content = next((field for field in fields if field.tag == SEQUENCE), None)
    cipher = asn1.oid(content.child(1, 0)) if content is not None else ""
    wrapped = asn1.oid(content.child(0)) if content is not None else ""
    names = []
    for recipient in recipients.children(_SIGNERS) if recipients else ():
        issuer = recipient.child(1, 0)
        named = x509.text(x509.name(issuer)) if issuer is not None and issuer.tag == SEQUENCE else None
        if named:
            names.append(named)
    return known(
        {
            "encrypted_content": oids.CONTENTS.get(wrapped, wrapped),
            "cipher": oids.CIPHERS.get(cipher, cipher),
            "recipient_count": sum(1 for _ in recipients.children(10_000)) if recipients else None,
            "recipient_issuers": names,
        }
    )


def time_stamp(data: bytes) -> dict[str, JSON]:
    """Return time, policy and imprint algorithm of a TSTInfo (RFC 3161, 2.4.2)."""
    if data[:1] != b"\x30":
        return {}
    fields = list(asn1.element(data).children(6))
    if len(fields) < 5:
        return {}
    digest = asn1.oid(fields[2].child(0, 0))
    return known(
        {
            "stamped_at": from_datetime(asn1.moment(fields[4])),
            "policy": asn1.oid(fields[1]),
            "imprint_algorithm": oids.DIGESTS.get(digest, digest),
        }
    )


def pkcs12(node: Element) -> tuple[dict[str, JSON], list[dict[str, JSON]]]:
    """Return an outline of a key store and the certificates that lie open in it.

    The outline has its safes, which are encrypted and how, what is in the open ones, and its integrity check.
    """
    packed = asn1.octets(node.child(1, 1, 0), 1 << 20)
    safes: list[JSON] = []
    bags: list[JSON] = []
    certificates: list[dict[str, JSON]] = []
    locked = False
    for safe in asn1.element(packed).children(32) if packed[:1] == b"\x30" else ():
        identifier = asn1.oid(safe.child(0))
        content = asn1.octets(safe.child(1, 0), 1 << 20) if identifier == f"{_CONTENT_TYPE}1" else b""
        cipher = "" if content else asn1.oid(safe.child(1, 0, 1, 1, 0))
        safes.append(
            known(
                {
                    "content": oids.CONTENTS.get(identifier, identifier),
                    "encryption_method": oids.CIPHERS.get(cipher, cipher),
                }
            )
        )
        locked = locked or identifier != f"{_CONTENT_TYPE}1"
        for bag in asn1.element(content).children(_CERTIFICATES) if content[:1] == b"\x30" else ():
            kind = asn1.oid(bag.child(0))
            bags.append(oids.BAGS.get(kind, kind))
            held = asn1.octets(bag.child(1, 0, 1, 0)) if oids.BAGS.get(kind) == "certificate" else b""
            certificates += [x509.certificate(asn1.element(held))] if held[:1] == b"\x30" else []
    mac = node.child(2)
    digest = asn1.oid(mac.child(0, 0, 0)) if mac is not None else ""
    facts: dict[str, JSON] = {
        "kind": "PKCS #12 key store",
        "safes": safes,
        "open_bags": bags,
        "has_encrypted_parts": locked or "encrypted key" in bags,
        "mac_algorithm": clean(oids.DIGESTS.get(digest, digest)),
        "mac_iterations": asn1.integer(mac.child(2)) if mac is not None else None,
    }
    return known(facts), certificates
