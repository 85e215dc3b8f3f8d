"""Certificates, requests, revocation lists, keys and CMS, in DER or PEM; nothing is decrypted, nothing verified."""

from __future__ import annotations

from firstbytes import Extractor, hookimpl

_TYPES = (
    "application/pkix-cert",
    "application/pem-certificate-chain",
    "application/pkix-pkipath",
    "application/pkcs10",
    "application/pkix-crl",
    "application/pkcs7-mime",
    "application/pkcs7-signature",
    "application/x-pkcs7-certificates",
    "application/vnd.ms-pki.seccat",
    "application/pkcs8",
    "application/pkcs8-encrypted",
    "application/pkcs12",
    "application/x-x509-key",
    "application/x-x509-key-pem",
    "application/x-pem-file",
    "application/x-openssh-private-key",
    "application/ocsp-request",
    "application/ocsp-response",
    "application/timestamp-query",
    "application/timestamp-reply",
)


@hookimpl
def register_extractors() -> list[Extractor]:
    """Declare the one extractor: what is inside is told by structure, whatever the wrapping."""
    return [Extractor("certificate", accepts=_TYPES, entry="firstbytes.builtin.certificate.objects:extract")]
