"""Which object it is, and its facts: one result for DER, PEM and bundles of several."""

from __future__ import annotations

from collections.abc import Mapping

from firstbytes import JSON, ByteSource, Context, Corrupt
from firstbytes.builtin.certificate import cms, keys, pem, status, x509
from firstbytes.formats import asn1
from firstbytes.formats.asn1 import ENUMERATED, INTEGER, OCTET_STRING, OID, SEQUENCE, Element
from firstbytes.formats.values import known

_WHOLE = 4 * 1024 * 1024
"""Bytes that are read: revocation lists are the only large objects, and their count says when it is limited."""

_LISTED = 20
_SECRET = frozenset({"envelopedData", "authEnvelopedData", "encryptedData", "signedAndEnvelopedData"})
_Facts = dict[str, JSON]


def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON]:
    """Return the facts of the first object, and the others in short."""
    data = source.read(0, min(source.size, _WHOLE))
    missing = "only the first 4 MB were read" if source.size > _WHOLE else ""
    if data[:1] == b"\x30":
        node = asn1.element(data)
        facts, members = describe(node)
        missing = missing or ("the object is cut off" if not node.whole else "")
        return _result([facts], members, "DER", missing, ctx)
    found = list(pem.objects(data))
    if not found:
        raise Corrupt("neither DER nor PEM")
    described: list[_Facts] = []
    members = []
    for one in found:
        facts, inside = _described(one)
        described.append(facts)
        members += inside
    missing = missing or ("the last object is cut off" if not found[-1].whole else "")
    return _result(described, members, "PEM", missing, ctx)


def _described(one: pem.Object) -> tuple[_Facts, list[_Facts]]:
    cipher = one.headers.get("DEK-Info", "").partition(",")[0]
    if "ENCRYPTED" in one.headers.get("Proc-Type", ""):
        kind = one.label.split(" ")[0]
        facts = {"kind": "encrypted private key", "key_type": kind if kind in {"RSA", "DSA", "EC"} else None}
        return known(facts | {"cipher": cipher}), []
    if one.data.startswith(b"openssh-key-v1\x00"):
        return keys.openssh(one.data), []
    if one.data[:1] != b"\x30":
        return {"kind": one.label.lower()}, []
    try:
        node = asn1.element(one.data)
        # A trusted certificate is followed by OpenSSL's own trust settings.
        return describe(node)
    except Corrupt:
        return {"kind": one.label.lower(), "broken": True}, []


def describe(node: Element) -> tuple[_Facts, list[_Facts]]:
    """Return the facts of an object by its structure, and the certificates inside it.

    Raises:
        Corrupt: the structure ends before it says what it is.
    """
    first = node.child(0)
    if first is None:
        raise Corrupt("an empty ASN.1 object")
    if first.tag == OID:
        return cms.content_info(node)
    if first.tag == ENUMERATED:
        return status.ocsp_response(node)
    if first.tag == INTEGER:
        return _numbered(node)
    return _nested(node, first)


def _numbered(node: Element) -> tuple[_Facts, list[_Facts]]:
    second, third = node.child(1), node.child(2)
    if second is not None and second.tag == SEQUENCE:
        if asn1.integer(node.child(0)) == 3:
            return cms.pkcs12(node)
        if third is not None and third.tag == OCTET_STRING and asn1.oid(second.child(0)):
            return keys.pkcs8(node), []
        return status.time_stamp_query(node), []
    return keys.traditional(node), []


def _nested(node: Element, first: Element) -> tuple[_Facts, list[_Facts]]:
    inner, second = first.child(0), node.child(1)
    if inner is None:
        raise Corrupt("an ASN.1 object without content")
    if inner.tag == OID:
        if second is not None and second.tag == OCTET_STRING:
            return keys.encrypted(node), []
        return {"kind": "public key", **keys.public(node)}, []
    fields = list(first.children(8))
    if inner.tag == asn1.context(0) and len(fields) > 4:
        return x509.certificate(node), []
    if any(field.tag in {asn1.UTC_TIME, asn1.GENERALIZED_TIME} for field in fields):
        return x509.revocation_list(node), []
    if inner.tag == INTEGER:
        if len(fields) >= 5:
            return x509.certificate(node), []
        if len(fields) >= 3 and fields[1].tag == SEQUENCE and fields[2].tag == SEQUENCE:
            return x509.request(node), []
        return status.time_stamp_reply(node)
    path = [one for one in node.children(_LISTED) if one.child(0, 1) is not None]
    if inner.tag == SEQUENCE and path and len(list(first.children(4))) == 3:
        certificates = [x509.certificate(one) for one in path]
        return {"kind": "certificate path"}, certificates
    return status.ocsp_request(node), []


def _result(described: list[_Facts], members: list[_Facts], encoding: str, missing: str, ctx: Context) -> _Facts:
    own = [facts for facts in described if "x509_version" in facts]
    certificates = own + members
    main = next(iter(own), described[0])
    about = (
        certificates[0]
        if certificates and main.get("kind") in {"certificate path", "CMS message", "PKCS #12 key store"}
        else main
    )
    locked = any(str(facts.get("kind", "")).startswith("encrypted") for facts in described)
    locked = locked or main.get("content_kind") in _SECRET or main.get("has_encrypted_parts") is True
    core = {
        "title": about.get("subject_common_name"),
        "subject": about.get("subject"),
        "starts_at": about.get("starts_at"),
        "ends_at": about.get("ends_at"),
        "created": main.get("stamped_at"),
        "entry_count": count if (count := max(len(described), len(members))) > 1 else None,
        "encrypted": True if locked else None,
        "signed": True if main.get("content_kind") == "signedData" and main.get("signers") else None,
    }
    moved = {"starts_at", "ends_at", "subject", "subject_common_name", "stamped_at"}
    others = [facts for facts in (*described, *members) if facts is not main]
    return {
        "core": known(core),
        **{key: value for key, value in main.items() if key not in moved},
        "encoding_rules": encoding,
        **known(
            {"objects": [_short(facts) for facts in others[:_LISTED]], "certificate_count": len(certificates) or None}
        ),
        **({"outcome": "partial", "reason": missing} if missing else {}),
    }


def _short(facts: _Facts) -> JSON:
    keep = ("kind", "subject", "issuer", "serial_number", "starts_at", "ends_at", "key_type", "key_bits", "is_ca")
    return {key: facts[key] for key in (*keep, "fingerprint_sha256", "encryption_method", "cipher") if key in facts}
