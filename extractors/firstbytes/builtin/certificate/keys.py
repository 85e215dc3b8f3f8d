"""Public and private keys: kind and size, never the key (RFC 5480, 5958, 8017, 5915; OpenSSH's PROTOCOL.key)."""

from __future__ import annotations

from firstbytes import JSON
from firstbytes.builtin.certificate import oids
from firstbytes.formats import asn1
from firstbytes.formats.asn1 import INTEGER, SEQUENCE, Element
from firstbytes.formats.values import clean, known

_SSH_KINDS = {
    "ssh-rsa": "RSA",
    "ssh-dss": "DSA",
    "ssh-ed25519": "Ed25519",
    "ecdsa-sha2-nistp256": "EC",
    "ecdsa-sha2-nistp384": "EC",
    "ecdsa-sha2-nistp521": "EC",
    "sk-ssh-ed25519@openssh.com": "Ed25519",
    "sk-ecdsa-sha2-nistp256@openssh.com": "EC",
}
_SSH_BITS = {"Ed25519": 256}


def public(node: Element | None) -> dict[str, JSON]:
    """Return key_type, key_bits, curve and exponent of a SubjectPublicKeyInfo."""
    if node is None or node.tag != SEQUENCE:
        return {}
    kind, curve, bits = _algorithm(node.child(0))
    key = node.child(1)
    content = key.content[1:] if key is not None and key.tag == asn1.BIT_STRING else b""
    exponent = None
    if kind in {"RSA", "RSA-PSS"} and content[:1] == b"\x30":
        numbers = asn1.element(content)
        bits, exponent = _bits(numbers.child(0)), asn1.integer(numbers.child(1))
    elif kind in {"DSA", "DH"}:
        bits = _bits(node.child(0, 1, 0))
    return known(
        {
            "key_type": kind,
            "key_bits": bits,
            "key_curve": curve,
            "key_exponent": exponent if exponent is not None and 0 < exponent < 2**53 else None,
        }
    )


def _algorithm(node: Element | None) -> tuple[str | None, str | None, int | None]:
    """Return kind, curve and bits that an AlgorithmIdentifier tells."""
    identifier = asn1.oid(node.child(0)) if node is not None else ""
    kind = oids.KEYS.get(identifier, identifier) or None
    bits = oids.KEY_BITS.get(kind or "")
    if kind == "EC" and node is not None:
        named = asn1.oid(node.child(1))
        curve, bits = oids.CURVES.get(named, (named or None, None))
        return kind, curve, bits
    return kind, None, bits


def _bits(node: Element | None) -> int | None:
    number = asn1.integer(node)
    return number.bit_length() if number is not None and number > 0 else None


def pkcs8(node: Element) -> dict[str, JSON]:
    """Return the kind and size of a PKCS #8 private key."""
    kind, curve, bits = _algorithm(node.child(1))
    inner = asn1.octets(node.child(2))
    if kind in {"RSA", "RSA-PSS"} and inner[:1] == b"\x30":
        bits = _bits(asn1.element(inner).child(1))
    elif kind in {"DSA", "DH"}:
        bits = _bits(node.child(1, 1, 0))
    return known({"kind": "private key", "key_type": kind, "key_bits": bits, "key_curve": curve})


def encrypted(node: Element) -> dict[str, JSON]:
    """Return how a PKCS #8 key is encrypted: scheme, cipher and key derivation."""
    scheme = asn1.oid(node.child(0, 0))
    derivation, cipher = node.child(0, 1, 0), node.child(0, 1, 1)
    is_pbes2 = oids.CIPHERS.get(scheme) == "PBES2"
    kdf = {"1.2.840.113549.1.5.12": "PBKDF2", "1.3.6.1.4.1.11591.4.11": "scrypt"}
    used = asn1.oid(derivation.child(0)) if derivation is not None and is_pbes2 else ""
    inner = asn1.oid(cipher.child(0)) if cipher is not None and is_pbes2 else ""
    return known(
        {
            "kind": "encrypted private key",
            "encryption_method": oids.CIPHERS.get(scheme, scheme),
            "cipher": oids.CIPHERS.get(inner, inner),
            "key_derivation": kdf.get(used, used),
            "iterations": asn1.integer(derivation.child(1, 1)) if derivation is not None and used in kdf else None,
        }
    )


def traditional(node: Element) -> dict[str, JSON]:
    """Return the kind and size of a PKCS #1, SEC 1 or OpenSSL DSA key."""
    fields = list(node.children(12))
    if len(fields) >= 2 and fields[1].tag == asn1.OCTET_STRING:
        named = next((asn1.oid(field.child(0)) for field in fields[2:] if field.tag == asn1.context(0)), "")
        curve, bits = oids.CURVES.get(named, (named or None, None))
        return known({"kind": "private key", "key_type": "EC", "key_bits": bits, "key_curve": curve})
    if all(field.tag == INTEGER for field in fields) and len(fields) in {2, 6, 9}:
        kind = "public key" if len(fields) == 2 else "private key"
        modulus = fields[0] if len(fields) == 2 else fields[1]
        return known({"kind": kind, "key_type": "DSA" if len(fields) == 6 else "RSA", "key_bits": _bits(modulus)})
    return {"kind": "key"}


def openssh(data: bytes) -> dict[str, JSON]:
    """Return kind, size and cipher of a key in OpenSSH's own format."""
    at = len(b"openssh-key-v1\x00")
    cipher, at = _string(data, at)
    derivation, at = _string(data, at)
    _, at = _string(data, at)
    at += 4
    blob, _ = _string(data, at)
    name, inner = _string(blob, 0)
    kind = _SSH_KINDS.get(name.decode("latin-1"), clean(name.decode("latin-1"), 64))
    bits = _SSH_BITS.get(kind or "")
    curve = None
    if kind == "EC":
        curve = {b"nistp256": "P-256", b"nistp384": "P-384", b"nistp521": "P-521"}.get(_string(blob, inner)[0])
        bits = int(curve[2:]) if curve else None
    elif kind in {"RSA", "DSA"}:
        first, after = _string(blob, inner)
        modulus = _string(blob, after)[0] if kind == "RSA" else first
        bits = int.from_bytes(modulus, "big").bit_length()
    locked = cipher != b"none"
    return known(
        {
            "kind": "encrypted private key" if locked else "private key",
            "key_type": kind,
            "key_bits": bits or None,
            "key_curve": curve,
            "cipher": clean(cipher.decode("latin-1"), 64) if locked else None,
            "key_derivation": clean(derivation.decode("latin-1"), 64) if locked else None,
        }
    )


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    size = int.from_bytes(data[at : at + 4], "big")
    return data[at + 4 : at + 4 + min(size, len(data))], at + 4 + size
