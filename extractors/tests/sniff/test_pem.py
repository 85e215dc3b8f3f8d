"""PEM files are told by their labels."""

from __future__ import annotations

import base64

import pytest

from firstbytes import BytesSource, sniff

_DEGENERATE = (
    bytes.fromhex("3023")
    + bytes.fromhex("06092a864886f70d010702")
    + bytes.fromhex("a0163014020101310030 0b06092a864886f70d010701 3100".replace(" ", ""))
)


def _pem(label: str, der: bytes = b"\x30\x03\x02\x01\x00") -> bytes:
    body = base64.encodebytes(der).decode()
    return f"-----BEGIN {label}-----\n{body}-----END {label}-----\n".encode()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (_pem("CERTIFICATE") * 3, "application/pem-certificate-chain"),
        (b"\xef\xbb\xbf" + _pem("CERTIFICATE").replace(b"\n", b"\r\n"), "application/pkix-cert"),
        (b"Bag Attributes\n    localKeyID: 01\n" + _pem("CERTIFICATE"), "application/pkix-cert"),
        (b"# a comment\n" + _pem("CERTIFICATE"), "application/pkix-cert"),
        (b"GlobalSign Root CA\n==================\n" + _pem("CERTIFICATE"), "application/pkix-cert"),
        (_pem("CERTIFICATE REQUEST"), "application/pkcs10"),
        (_pem("X509 CRL"), "application/pkix-crl"),
        (_pem("PRIVATE KEY"), "application/pkcs8"),
        (_pem("ENCRYPTED PRIVATE KEY"), "application/pkcs8-encrypted"),
        (_pem("EC PARAMETERS") + _pem("EC PRIVATE KEY"), "application/x-x509-key-pem"),
        (_pem("CERTIFICATE") + _pem("PRIVATE KEY"), "application/x-pem-file"),
        (_pem("DH PARAMETERS"), "application/x-pem-file"),
        (_pem("OPENSSH PRIVATE KEY"), "application/x-openssh-private-key"),
        (b"---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n", "text/x-ssh-public-key"),
        (_pem("PKCS7"), "application/pkcs7-mime"),
        (_pem("PKCS7", _DEGENERATE), "application/x-pkcs7-certificates"),
        (b"-----BEGIN PKCS7-----\nA\n-----END PKCS7-----\n", "application/pkcs7-mime"),
        (_pem("PGP PUBLIC KEY BLOCK"), "application/pgp-keys"),
        (_pem("PGP MESSAGE"), "application/pgp-encrypted"),
        (_pem("PGP SIGNATURE"), "application/pgp-signature"),
        (
            b"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n" + _pem("PGP SIGNATURE"),
            "application/pgp-signature",
        ),
        (b"My root certificate\n\n" + _pem("CERTIFICATE"), "application/pkix-cert"),
    ],
)
def test_labels(data: bytes, media_type: str) -> None:
    """The label of the first boundary decides, together with the others'."""
    assert sniff(BytesSource(data)).media_type == media_type


@pytest.mark.parametrize(
    "data",
    [
        b'import ssl\nKEY = """\n' + _pem("PRIVATE KEY") + b'"""\n',
        b"-----BEGIN of a story-----\n",
    ],
)
def test_texts_that_only_carry_pem(data: bytes) -> None:
    """A source file with a key in it is not a PEM file."""
    assert sniff(BytesSource(data)).rule.startswith("PEM") is False
