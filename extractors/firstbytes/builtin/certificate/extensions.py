"""Extensions of certificates, requests and revocation lists (RFC 5280, 4.2 and 5.2)."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable

from firstbytes import JSON
from firstbytes.builtin.certificate import oids
from firstbytes.formats import asn1
from firstbytes.formats.asn1 import BIT_STRING, Element
from firstbytes.formats.values import clean, known

_EXTENSIONS = 128
_NAMES = 256


def read(node: Element | None) -> dict[str, JSON]:
    """Return what is known of the extensions in a SEQUENCE of them."""
    found: dict[str, JSON] = {}
    for extension in node.children(_EXTENSIONS) if node is not None and node.tag & 0x20 else ():
        parts = list(extension.children(3))
        reader = _READERS.get(asn1.oid(parts[0]) if parts else "")
        value = asn1.octets(parts[-1]) if reader else b""
        if reader and value:
            found |= known(reader(asn1.element(value)))
    return found


def _names(node: Element) -> dict[str, JSON]:
    return {"subject_alternative_names": general_names(node)}


def general_names(node: Element) -> list[JSON]:
    """Return general names as text: DNS names, mail and IP addresses, URIs; other kinds are left out."""
    found: list[JSON] = []
    for one in node.children(_NAMES):
        kind, content = one.tag & 0x1F, one.content[:1024]
        if kind in {1, 2, 6}:
            text = clean(content.decode("latin-1"), 512)
        elif kind == 7 and len(content) in {4, 16}:
            text = str(ipaddress.ip_address(content))
        else:
            text = None
        if text:
            found.append(text)
    return found


def _basic(node: Element) -> dict[str, JSON]:
    parts = list(node.children(2))
    is_ca = bool(parts) and parts[0].tag == asn1.BOOLEAN and parts[0].content[:1] not in {b"", b"\x00"}
    return {"is_ca": is_ca, "path_length": asn1.integer(parts[-1]) if is_ca and len(parts) == 2 else None}


def _usage(node: Element) -> dict[str, JSON]:
    if node.tag != BIT_STRING:
        return {}
    bits = node.content[1:3]
    return {
        "key_usage": [
            name
            for at, name in enumerate(oids.KEY_USAGE)
            if bits[at // 8 : at // 8 + 1] and bits[at // 8] << at % 8 & 0x80
        ]
    }


def _extended(node: Element) -> dict[str, JSON]:
    identifiers = [asn1.oid(one) for one in node.children(64)]
    return {"extended_key_usage": [oids.EXTENDED_USAGE.get(one, one) for one in identifiers if one]}


def _key_id(node: Element) -> dict[str, JSON]:
    return {"subject_key_identifier": node.content[:64].hex()}


def _authority(node: Element) -> dict[str, JSON]:
    first = node.child(0)
    return {"authority_key_identifier": first.content[:64].hex() if first and first.tag == 0x80 else None}


def _access(node: Element) -> dict[str, JSON]:
    """Return addresses of the authority: where its certificate and its OCSP responder are."""
    found: dict[str, list[JSON]] = {"ocsp_urls": [], "issuer_urls": []}
    keys = {"1.3.6.1.5.5.7.48.1": "ocsp_urls", "1.3.6.1.5.5.7.48.2": "issuer_urls"}
    for one in node.children(32):
        key, location = keys.get(asn1.oid(one.child(0))), one.child(1)
        if key and location is not None and location.tag == 0x86:
            found[key].append(clean(location.content[:1024].decode("latin-1")))
    return {**found}


def _points(node: Element) -> dict[str, JSON]:
    urls: list[JSON] = []
    for point in node.children(32):
        names = point.child(0, 0)
        if names is not None and names.tag == asn1.context(0):
            urls += general_names(names)
    return {"crl_urls": urls}


def _policies(node: Element) -> dict[str, JSON]:
    return {"policies": [identifier for one in node.children(32) if (identifier := asn1.oid(one.child(0)))]}


def _number(node: Element) -> dict[str, JSON]:
    number = asn1.integer(node)
    return {"crl_number": str(number) if number is not None and number.bit_length() <= 256 else None}


def _must_staple(node: Element) -> dict[str, JSON]:
    return {"tls_features": [asn1.integer(one) for one in node.children(16)]}


_READERS: dict[str, Callable[[Element], dict[str, JSON]]] = {
    "2.5.29.14": _key_id,
    "2.5.29.15": _usage,
    "2.5.29.17": _names,
    "2.5.29.19": _basic,
    "2.5.29.20": _number,
    "2.5.29.31": _points,
    "2.5.29.32": _policies,
    "2.5.29.35": _authority,
    "2.5.29.37": _extended,
    "1.3.6.1.5.5.7.1.1": _access,
    "1.3.6.1.5.5.7.1.24": _must_staple,
}
