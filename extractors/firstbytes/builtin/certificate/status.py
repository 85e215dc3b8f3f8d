"""OCSP and time stamps: questions and answers about certificates and data (RFC 6960, RFC 3161)."""

from __future__ import annotations

from firstbytes import JSON
from firstbytes.builtin.certificate import cms, oids, x509
from firstbytes.formats import asn1
from firstbytes.formats.asn1 import OID, SEQUENCE, Element
from firstbytes.formats.values import from_datetime, known

_RESPONSES = 100
_STATUS = {
    0: "successful",
    1: "malformed request",
    2: "internal error",
    3: "try later",
    5: "signature required",
    6: "unauthorized",
}
_GRANTED = (
    "granted",
    "granted with modifications",
    "rejection",
    "waiting",
    "revocation warning",
    "revocation notification",
)
_CERTIFICATE = {0x80: "good", 0xA1: "revoked", 0x82: "unknown"}


def ocsp_request(node: Element) -> dict[str, JSON]:
    """Return the serial numbers a request asks about."""
    fields = list((node.child(0) or node).children(4))
    listed = next((field for field in fields if field.tag == SEQUENCE), None)
    serials = [_serial(one.child(0, 3)) for one in (listed.children(_RESPONSES) if listed else ())]
    return known({"kind": "OCSP request", "serial_numbers": [serial for serial in serials if serial]})


def ocsp_response(node: Element) -> tuple[dict[str, JSON], list[dict[str, JSON]]]:
    """Return status and answers of a response, and the certificates in it."""
    number = asn1.integer(node.child(0))
    found: dict[str, JSON] = {"kind": "OCSP response", "status": _STATUS.get(number if number is not None else -1)}
    data = asn1.octets(node.child(1, 0, 1))
    if data[:1] != b"\x30":
        return known(found), []
    basic = asn1.element(data)
    signed = list((basic.child(0) or basic).children(6))
    produced = next((field for field in signed if field.tag == asn1.GENERALIZED_TIME), None)
    answers = next((field for field in signed if field.tag == SEQUENCE), None)
    found["produced_at"] = from_datetime(asn1.moment(produced))
    found["responses"] = [_answer(one) for one in (answers.children(_RESPONSES) if answers else ())]
    found["signature_algorithm"] = x509.signature(basic.child(1))
    extra = basic.child(3, 0)
    return known(found), [x509.certificate(one) for one in (extra.children(8) if extra else ()) if one.tag == SEQUENCE]


def _answer(node: Element) -> JSON:
    fields = list(node.children(5))
    later = next((field for field in fields if field.tag == asn1.context(0)), None)
    return known(
        {
            "serial_number": _serial(node.child(0, 3)),
            "status": _CERTIFICATE.get(fields[1].tag) if len(fields) > 1 else None,
            "this_update_at": from_datetime(asn1.moment(fields[2])) if len(fields) > 2 else None,
            "next_update_at": from_datetime(asn1.moment(later.child(0))) if later else None,
        }
    )


def time_stamp_query(node: Element) -> dict[str, JSON]:
    """Return imprint algorithm, policy and whether a certificate is asked for."""
    fields = list(node.children(8))
    digest = asn1.oid(fields[1].child(0, 0)) if len(fields) > 1 else ""
    policy = next((field for field in fields[2:] if field.tag == OID), None)
    wished = any(field.tag == asn1.BOOLEAN and field.content != b"\x00" for field in fields)
    return known(
        {
            "kind": "time stamp query",
            "imprint_algorithm": oids.DIGESTS.get(digest, digest),
            "policy": asn1.oid(policy),
            "certificate_requested": wished,
        }
    )


def time_stamp_reply(node: Element) -> tuple[dict[str, JSON], list[dict[str, JSON]]]:
    """Return status and time of a reply, and the certificates in its token."""
    number = asn1.integer(node.child(0, 0))
    found: dict[str, JSON] = {"kind": "time stamp reply"}
    if number is not None and 0 <= number < len(_GRANTED):
        found["status"] = _GRANTED[number]
    token = node.child(1)
    if token is None or token.tag != SEQUENCE:
        return found, []
    inside, certificates = cms.content_info(token)
    return inside | found, certificates


def _serial(node: Element | None) -> str | None:
    number = asn1.integer(node)
    return f"{number:X}" if number is not None and 0 <= number.bit_length() <= 512 else None
