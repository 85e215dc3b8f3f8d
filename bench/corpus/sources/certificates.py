"""Certificates, keys, requests and signatures made by OpenSSL and GnuPG for this corpus alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.corpus.fetch import run
from bench.corpus.model import Candidate, Source, Workspace
from bench.corpus.sources.making import Step, steps

__all__ = ["CERTIFICATES"]

KEYS = {
    "rsa": ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    "ec": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    "ed25519": ["-algorithm", "ED25519"],
}
SUBJECT = "/C=CH/O=Harbour Office/CN=quay.example.org"
CERTIFICATE = "application/pkix-cert"
REQUEST = "application/pkcs10"
KEY = "application/pkcs8"
CMS = "application/pkcs7-mime"
CRL_CONFIG = "[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ncrlnumber=number\ndefault_md=sha256\ndefault_crl_days=30\n"
# name, media type, openssl's words; `k`, `c` and `r` are the key, certificate and request of the folder
TABLE = (
    ("certificate.pem", CERTIFICATE, "x509 -in c -out {}"),
    ("certificate.crt", CERTIFICATE, "x509 -in c -out {}"),
    ("certificate-text.pem", CERTIFICATE, "x509 -in c -text -out {}"),
    ("certificate.der", CERTIFICATE, "x509 -in c -outform DER -out {}"),
    ("certificate.cer", CERTIFICATE, "x509 -in c -outform DER -out {}"),
    ("request.csr", REQUEST, "req -in r -out {}"),
    ("request.p10", REQUEST, "req -in r -outform DER -out {}"),
    ("private.pem", KEY, "pkcs8 -topk8 -nocrypt -in k -out {}"),
    ("private.key", KEY, "pkcs8 -topk8 -nocrypt -in k -out {}"),
    ("private.p8", KEY, "pkcs8 -topk8 -nocrypt -in k -outform DER -out {}"),
    ("private-locked.pem", KEY, "pkcs8 -topk8 -passout pass:quay -in k -out {}"),
    ("store.p12", "application/pkcs12", "pkcs12 -export -in c -inkey k -passout pass:quay -out {}"),
    ("store.pfx", "application/pkcs12", "pkcs12 -export -in c -inkey k -passout pass: -out {}"),
    ("chain.p7b", CMS, "crl2pkcs7 -nocrl -certfile c -outform DER -out {}"),
    ("chain-pem.p7b", CMS, "crl2pkcs7 -nocrl -certfile c -out {}"),
    ("crl.crl", "application/pkix-crl", "ca -gencrl -config ca.cnf -keyfile k -cert c -out {}"),
)


def _openssl(kind: str, words: str, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        run(["openssl", "genpkey", *KEYS[kind], "-out", "k"], cwd=here)
        run(["openssl", "req", "-new", "-x509", "-days", "365", "-key", "k", "-subj", SUBJECT, "-out", "c"], cwd=here)
        run(["openssl", "req", "-new", "-key", "k", "-subj", SUBJECT, "-out", "r"], cwd=here)
        (here / "ca.cnf").write_text(CRL_CONFIG)
        (here / "index.txt").touch()
        (here / "number").write_text("01\n")
        run(["openssl", *[str(path) if word == "{}" else word for word in words.split()]], cwd=here)


def _gpg(words: str, path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = ["gpg", "--homedir", folder, "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "quay"]
        run([*home, "--quick-generate-key", "Quay <quay@example.org>", "ed25519", "default", "never"])
        note = Path(folder, "note")
        note.write_text("High water at nine.\n")
        run([*home, "--output", str(path), *[str(note) if word == "NOTE" else word for word in words.split()]])


def _steps() -> Iterator[Step]:
    for kind in KEYS:
        for name, media_type, words in TABLE:
            if kind == "ed25519" and name.startswith("crl"):
                continue  # `openssl ca` signs with a digest, which Ed25519 does not take
            yield f"{kind}-{name}", media_type, partial(_openssl, kind, words)
    for name, media_type, words in (
        ("public.asc", "application/pgp-keys", "--armor --export"),
        ("public.gpg", "application/pgp-keys", "--export"),
        ("secret.asc", "application/pgp-keys", "--armor --export-secret-keys"),
        ("note.asc", "application/pgp-signature", "--armor --detach-sign NOTE"),
        ("note.sig", "application/pgp-signature", "--detach-sign NOTE"),
        ("locked.asc", "application/pgp-encrypted", "--armor --symmetric NOTE"),
        ("locked.gpg", "application/pgp-encrypted", "--symmetric NOTE"),
    ):
        yield name, media_type, partial(_gpg, words)


def _build(work: Workspace) -> Iterator[Candidate]:
    return steps(work, "openssl-gnupg", _steps())


CERTIFICATES = Source(name="openssl-gnupg", build=_build)
