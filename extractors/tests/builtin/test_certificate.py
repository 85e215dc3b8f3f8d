"""Certificates and keys say the same as the cryptography library says, and nothing secret."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import json
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from damage import endures

from firstbytes import BlockCache, BytesSource, Context, Corrupt
from firstbytes.builtin.certificate import register_extractors
from firstbytes.builtin.certificate.objects import extract

CONTEXT = Context(media_type="application/pkix-cert")
BEGIN = dt.datetime(2024, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
END = dt.datetime(2051, 1, 2, tzinfo=dt.UTC)
OPENSSL = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs Debian's openssl")


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


@cache
def _curve() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP384R1())


NAME = x509.Name(
    [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Beispiel & Söhne"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "A"),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "B"),
        x509.NameAttribute(NameOID.COMMON_NAME, "www.example.org"),
    ]
)


@cache
def _certificate() -> x509.Certificate:
    names: list[x509.GeneralName] = [
        x509.DNSName("www.example.org"),
        x509.IPAddress(ipaddress.ip_address("2001:db8::1")),
        x509.RFC822Name("a@example.org"),
        x509.UniformResourceIdentifier("https://example.org/"),
        x509.DirectoryName(NAME),
    ]
    url = x509.UniformResourceIdentifier("http://crl.example.org/a.crl")
    point = x509.DistributionPoint([url], None, None, None)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=True,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    access = [
        x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://o.example")),
        x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier("http://i.example")
        ),
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(NAME)
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Root")]))
        .public_key(_key().public_key())
        .serial_number(0xABCDEF0123)
        .not_valid_before(BEGIN)
        .not_valid_after(END)
        .add_extension(x509.BasicConstraints(ca=True, path_length=2), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(_key().public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(_key().public_key()), critical=False)
        .add_extension(x509.CRLDistributionPoints([point]), critical=False)
        .add_extension(x509.AuthorityInformationAccess(access), critical=False)
        .add_extension(x509.TLSFeature([x509.TLSFeatureType.status_request]), critical=False)
        .add_extension(
            x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("1.2.3.4"), None)]), critical=False
        )
    )
    return builder.sign(_key(), hashes.SHA256())


@cache
def _request() -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(NAME)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName("b.example")]), critical=False)
    return builder.sign(_curve(), hashes.SHA384()).public_bytes(Encoding.DER)


@cache
def _crl(revoked: int = 3) -> bytes:
    builder = x509.CertificateRevocationListBuilder().issuer_name(NAME).last_update(BEGIN).next_update(END)
    builder = builder.add_extension(x509.CRLNumber(77), critical=False)
    for number in range(1, revoked + 1):
        one = x509.RevokedCertificateBuilder().serial_number(number).revocation_date(BEGIN).build()
        builder = builder.add_revoked_certificate(one)
    return builder.sign(_key(), hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def _signed(*, detached: bool = True) -> bytes:
    options = [pkcs7.PKCS7Options.Binary] + ([pkcs7.PKCS7Options.DetachedSignature] if detached else [])
    builder = pkcs7.PKCS7SignatureBuilder().set_data(b"hello")
    return builder.add_signer(_certificate(), _key(), hashes.SHA256()).sign(Encoding.DER, options)


@cache
def _enveloped() -> bytes:
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(b"hello").add_recipient(_certificate())
    return builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])


@cache
def _store(*, locked: bool) -> bytes:
    how = BestAvailableEncryption(b"secret") if locked else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"name", _key(), _certificate(), None, how)


@cache
def _ocsp_request() -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(_certificate(), _certificate(), hashes.SHA1())
    return builder.build().public_bytes(Encoding.DER)


@cache
def _ocsp_response() -> bytes:
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=_certificate(),
        issuer=_certificate(),
        algorithm=hashes.SHA1(),
        cert_status=ocsp.OCSPCertStatus.REVOKED,
        this_update=BEGIN,
        next_update=END,
        revocation_time=BEGIN,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, _certificate()).certificates([_certificate()])
    return builder.sign(_key(), hashes.SHA256()).public_bytes(Encoding.DER)


def _private(key: Any, kind: PrivateFormat, *, password: bytes = b"", encoding: Encoding = Encoding.DER) -> bytes:
    how = BestAvailableEncryption(password) if password else NoEncryption()
    found: bytes = key.private_bytes(encoding, kind, how)
    return found


def _facts(data: bytes) -> Any:
    result = extract(BlockCache(BytesSource(data)), CONTEXT)
    json.dumps(result)
    return result


def test_a_certificate_says_what_the_library_says() -> None:
    """Names, validity, serial, key, extensions and fingerprints."""
    found = _facts(_certificate().public_bytes(Encoding.DER))
    assert found["core"] == {
        "title": "www.example.org",
        "subject": "C=DE, O=Beispiel & Söhne, OU=A + B, CN=www.example.org",
        "starts_at": "2024-01-02T03:04:05Z",
        "ends_at": "2051-01-02T00:00:00Z",
    }
    assert found["issuer"] == "CN=Root"
    assert found["serial_number"] == "ABCDEF0123"
    assert found["x509_version"] == 3
    assert found["signature_algorithm"] == "sha256WithRSAEncryption"
    assert (found["key_type"], found["key_bits"], found["key_exponent"]) == ("RSA", 2048, 65537)
    assert (found["is_ca"], found["path_length"], found["self_issued"]) == (True, 2, False)
    assert found["key_usage"] == ["digitalSignature", "keyEncipherment", "keyCertSign"]
    assert found["extended_key_usage"] == ["serverAuth"]
    names = ["www.example.org", "2001:db8::1", "a@example.org", "https://example.org/"]
    assert found["subject_alternative_names"] == names
    assert found["crl_urls"] == ["http://crl.example.org/a.crl"]
    assert (found["ocsp_urls"], found["issuer_urls"]) == (["http://o.example"], ["http://i.example"])
    assert (found["policies"], found["tls_features"]) == (["1.2.3.4"], [5])
    assert found["fingerprint_sha256"] == _certificate().fingerprint(hashes.SHA256()).hex()
    identifier = x509.SubjectKeyIdentifier.from_public_key(_key().public_key()).digest.hex()
    assert found["subject_key_identifier"] == found["authority_key_identifier"] == identifier


def test_a_chain_in_pem() -> None:
    """Several certificates in one text are counted; the first one is told in full."""
    text = b"# bundle\n" + _certificate().public_bytes(Encoding.PEM) * 3
    found = _facts(text)
    assert found["encoding_rules"] == "PEM"
    assert found["core"]["entry_count"] == found["certificate_count"] == 3
    assert found["core"]["title"] == "www.example.org"
    assert [one["kind"] for one in found["objects"]] == ["certificate"] * 2


def test_a_text_cut_off_within_a_certificate_is_partial() -> None:
    """The certificates before the cut are still told."""
    found = _facts(_certificate().public_bytes(Encoding.PEM) * 2 + b"-----BEGIN CERTIFICATE-----\nMIIB\nA")
    assert found["outcome"] == "partial"
    assert found["certificate_count"] == 2


def test_requests_and_revocation_lists() -> None:
    """A request has the names it asks for; a list has its updates, number and count."""
    request = _facts(_request())
    assert (request["kind"], request["core"]["title"]) == ("certificate request", "www.example.org")
    assert (request["key_type"], request["key_curve"], request["key_bits"]) == ("EC", "P-384", 384)
    assert request["subject_alternative_names"] == ["b.example"]
    assert request["signature_algorithm"] == "ecdsa-with-SHA384"
    listed = _facts(_crl())
    assert (listed["revoked_count"], listed["crl_number"]) == (3, "77")
    assert listed["core"] == {"starts_at": "2024-01-02T03:04:05Z", "ends_at": "2051-01-02T00:00:00Z"}
    assert _facts(_crl(0))["revoked_count"] == 0


@pytest.mark.parametrize(
    ("make", "kind", "bits", "curve"),
    [
        (_key, "RSA", 2048, None),
        (_curve, "EC", 384, "P-384"),
        (ed25519.Ed25519PrivateKey.generate, "Ed25519", 256, None),
        (ed448.Ed448PrivateKey.generate, "Ed448", 456, None),
        (x25519.X25519PrivateKey.generate, "X25519", 256, None),
        (lambda: dsa.generate_private_key(1024), "DSA", 1024, None),
    ],
)
def test_keys(make: Callable[[], Any], kind: str, bits: int, curve: str | None) -> None:
    """Private and public keys of every kind have their size, and their numbers are not told."""
    key = make()
    for data, word in (
        (_private(key, PrivateFormat.PKCS8), "private key"),
        (key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), "public key"),
    ):
        found = _facts(data)
        assert (found["kind"], found["key_type"], found["key_bits"], found.get("key_curve")) == (
            word,
            kind,
            bits,
            curve,
        )
        assert "encrypted" not in found["core"]


@pytest.mark.parametrize("password", [b"", b"secret"])
def test_traditional_keys(password: bytes) -> None:
    """OpenSSL's own formats tell kind and size, and whether they are encrypted."""
    for key, kind, bits in ((_key(), "RSA", 2048), (_curve(), "EC", 384)):
        data = _private(key, PrivateFormat.TraditionalOpenSSL, password=password, encoding=Encoding.PEM)
        found = _facts(data)
        assert found["key_type"] == kind
        assert found.get("key_bits") == (None if password else bits)
        assert found["core"].get("encrypted") is (True if password else None)


def test_openssh_keys() -> None:
    """OpenSSH's own format tells kind and size, and its cipher when it is locked."""
    for key, kind, bits in (
        (_key(), "RSA", 2048),
        (_curve(), "EC", 384),
        (ed25519.Ed25519PrivateKey.generate(), "Ed25519", 256),
    ):
        found = _facts(_private(key, PrivateFormat.OpenSSH, encoding=Encoding.PEM))
        assert (found["kind"], found["key_type"], found["key_bits"]) == ("private key", kind, bits)
    parts = [b"aes256-ctr", b"bcrypt", b"\x00" * 24]
    public = _packed(b"ssh-ed25519", b"\x01" * 32)
    data = b"openssh-key-v1\x00" + _packed(*parts) + b"\x00\x00\x00\x01" + _packed(public, b"\x02" * 64)
    label = b"OPENSSH PRIVATE KEY"
    found = _facts(b"-----BEGIN %b-----\n%b-----END %b-----\n" % (label, base64.encodebytes(data), label))
    assert (found["kind"], found["cipher"], found["key_derivation"]) == (
        "encrypted private key",
        "aes256-ctr",
        "bcrypt",
    )
    assert found["core"]["encrypted"] is True


def _packed(*parts: bytes) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def test_encrypted_pkcs8() -> None:
    """Scheme, cipher, derivation and its rounds are told."""
    found = _facts(_private(_key(), PrivateFormat.PKCS8, password=b"secret"))
    assert found["core"]["encrypted"] is True
    assert (found["encryption_method"], found["cipher"], found["key_derivation"]) == ("PBES2", "AES-256-CBC", "PBKDF2")
    assert found["iterations"] >= 2048


def test_public_keys_of_pkcs1() -> None:
    """An RSA public key without an algorithm is one."""
    found = _facts(_key().public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1))
    assert (found["kind"], found["key_bits"]) == ("public key", 2048)


def test_signed_messages() -> None:
    """A signature names its signer, time, digest, and whether the content is inside."""
    found = _facts(_signed())
    assert found["core"]["signed"] is True
    assert found["core"]["title"] == "www.example.org"
    assert (found["detached"], found["digest_algorithms"], found["certificate_count"]) == (True, ["sha256"], 1)
    assert found["signers"][0]["serial_number"] == "ABCDEF0123"
    assert found["signers"][0]["signed_at"].startswith("20")
    assert _facts(_signed(detached=False))["detached"] is False


def test_encrypted_messages() -> None:
    """An envelope is encrypted: cipher and issuers of the recipients' certificates are told."""
    found = _facts(_enveloped())
    assert found["core"]["encrypted"] is True
    assert (found["cipher"], found["recipient_count"]) == ("AES-128-CBC", 1)
    assert found["recipient_issuers"] == ["CN=Root"]


def test_key_stores() -> None:
    """A locked store is encrypted; an open one shows its certificate."""
    locked = _facts(_store(locked=True))
    assert locked["core"]["encrypted"] is True
    assert locked["mac_algorithm"] == "sha256"
    plain = _facts(_store(locked=False))
    assert "encrypted" not in plain["core"]
    assert plain["core"]["title"] == "www.example.org"
    assert sorted(plain["open_bags"]) == ["certificate", "key"]


def test_status_protocol() -> None:
    """A question has serial numbers, an answer their status."""
    assert _facts(_ocsp_request())["serial_numbers"] == ["ABCDEF0123"]
    answer = _facts(_ocsp_response())
    assert answer["status"] == "successful"
    assert answer["responses"] == [
        {
            "serial_number": "ABCDEF0123",
            "status": "revoked",
            "this_update_at": "2024-01-02T03:04:05Z",
            "next_update_at": "2051-01-02T00:00:00Z",
        }
    ]
    assert answer["certificate_count"] == 1
    refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    assert _facts(refused.public_bytes(Encoding.DER))["status"] == "try later"


@OPENSSL
def test_time_stamps(tmp_path: Path) -> None:
    """A query has its digest, a reply its status and time."""
    script = r"""
    openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -subj /CN=t \
      -addext extendedKeyUsage=critical,timeStamping
    printf '[tsa]\ndefault_tsa=t\n[t]\nserial=s\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\n' > f
    echo 01 > s
    openssl ts -query -data c -sha256 -cert -out q
    openssl ts -reply -config f -queryfile q -signer c -inkey k -out r
    """
    subprocess.run(["bash", "-ec", script], cwd=tmp_path, check=True, capture_output=True)
    query = _facts((tmp_path / "q").read_bytes())
    assert (query["imprint_algorithm"], query["certificate_requested"]) == ("sha256", True)
    reply = _facts((tmp_path / "r").read_bytes())
    assert (reply["status"], reply["policy"], reply["imprint_algorithm"]) == ("granted", "1.2.3", "sha256")
    assert reply["core"]["created"].endswith("Z")


def test_a_path_of_certificates() -> None:
    """A PkiPath lists its certificates."""
    inner = _certificate().public_bytes(Encoding.DER) * 2
    data = b"\x30\x82" + len(inner).to_bytes(2, "big") + inner
    found = _facts(data)
    assert found["kind"] == "certificate path"
    assert found["certificate_count"] == 2


@pytest.mark.parametrize("data", [b"", b"hello", b"\x30\x00", b"\x30\x02\x30\x00", b"-----BEGIN X-----"])
def test_what_is_no_object_is_corrupt(data: bytes) -> None:
    """Neither DER nor PEM, or DER that ends before it says anything."""
    with pytest.raises(Corrupt):
        extract(BytesSource(data), CONTEXT)


MAKERS: dict[str, Callable[[], bytes]] = {
    "certificate": lambda: _certificate().public_bytes(Encoding.DER),
    "pem": lambda: _certificate().public_bytes(Encoding.PEM),
    "request": _request,
    "crl": _crl,
    "signed": _signed,
    "enveloped": _enveloped,
    "store": lambda: _store(locked=False),
    "locked key": lambda: _private(_key(), PrivateFormat.PKCS8, password=b"x"),
    "key": lambda: _private(_curve(), PrivateFormat.TraditionalOpenSSL),
    "openssh": lambda: _private(_curve(), PrivateFormat.OpenSSH, encoding=Encoding.PEM),
    "ocsp request": _ocsp_request,
    "ocsp response": _ocsp_response,
}


@pytest.mark.parametrize("name", MAKERS)
def test_damage_is_corrupt_or_partial_and_quick(name: str) -> None:
    """Truncation at every 1/64 and 200 byte flips raise nothing but Corrupt, each within a second."""
    assert endures(_facts, MAKERS[name](), seed=6, flips=200)


def test_the_declaration() -> None:
    """One extractor reads everything from certificates to time stamps."""
    (extractor,) = register_extractors()
    assert {"application/pkix-cert", "application/pkcs12"} <= set(extractor.accepts)


def test_headers_and_broken_letters_of_pem() -> None:
    """Text that is no base64 gives an empty object of its label, and a line of dashes ends nothing."""
    found = _facts(b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n")
    assert found["kind"] == "certificate"
    assert "certificate_count" not in found or found["certificate_count"] == 0
    assert _facts(b"-----BEGIN DH PARAMETERS-----\nMAYCAQUCAQI=\n-----END DH PARAMETERS-----\n")["key_type"] == "RSA"
