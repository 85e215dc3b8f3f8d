"""DER objects are told apart by structure, on files that OpenSSL makes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from firstbytes import BytesSource, sniff
from firstbytes.sniff import Head
from firstbytes.sniff.asn1 import content

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs Debian's openssl")

_SCRIPT = r"""
set -eu
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=a -days 9
openssl ecparam -name prime256v1 -genkey -noout -out ec.pem
openssl x509 -in cert.pem -outform DER -out certificate.application_pkix-cert
openssl req -new -key key.pem -subj /CN=b -outform DER -out request.application_pkcs10
openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out plain.application_pkcs8
openssl pkcs8 -topk8 -passout pass:x -in key.pem -outform DER -out locked.application_pkcs8-encrypted
openssl pkcs12 -export -inkey key.pem -in cert.pem -passout pass:x -out store.application_pkcs12
openssl rsa -in key.pem -traditional -outform DER -out rsa.application_x-x509-key
openssl rsa -in key.pem -RSAPublicKey_out -outform DER -out rsapub.application_x-x509-key
openssl rsa -in key.pem -pubout -outform DER -out spki.application_x-x509-key
openssl ec -in ec.pem -outform DER -out ec.application_x-x509-key
openssl crl2pkcs7 -nocrl -certfile cert.pem -outform DER -out bundle.application_x-pkcs7-certificates
echo hello > text
sign="openssl cms -sign -in text -signer cert.pem -inkey key.pem -outform DER"
$sign -binary -out detached.application_pkcs7-signature
$sign -nodetach -out opaque.application_pkcs7-mime
$sign -nodetach -stream -out stream.application_pkcs7-mime
openssl cms -encrypt -in text -outform DER -out secret.application_pkcs7-mime cert.pem
openssl ocsp -issuer cert.pem -cert cert.pem -reqout ask.application_ocsp-request -no_nonce || true
openssl ts -query -data text -sha256 -out time.application_timestamp-query
touch index.txt index.txt.attr
printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=9\n' > ca.cnf
openssl ca -gencrl -config ca.cnf -keyfile key.pem -cert cert.pem -out crl.pem
openssl crl -in crl.pem -outform DER -out list.application_pkix-crl
openssl ocsp -index index.txt -CA cert.pem -rsigner cert.pem -rkey key.pem -reqin ask.application_ocsp-request \
  -respout answer.application_ocsp-response
printf '[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_digest=sha256\ndefault_policy=1.2.3\ndigests=sha256\n' > ts.cnf
echo 01 > serial
openssl req -x509 -newkey rsa:2048 -nodes -keyout tsk.pem -out tsc.pem -subj /CN=t -days 9 \
  -addext extendedKeyUsage=critical,timeStamping
openssl ts -reply -config ts.cnf -queryfile time.application_timestamp-query -signer tsc.pem -inkey tsk.pem \
  -out time.application_timestamp-reply
"""


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of DER objects whose suffix is their media type."""
    folder = tmp_path_factory.mktemp("der")
    subprocess.run(["bash", "-c", _SCRIPT], cwd=folder, check=True, capture_output=True)
    return folder


def test_every_object_has_its_type(objects: Path) -> None:
    """Certificates, requests, lists, keys, CMS, OCSP and time stamps are recognised without a name."""
    wrong = {}
    files = [path for path in objects.iterdir() if path.suffix.startswith(".application")]
    assert len(files) >= 19
    for path in files:
        found = sniff(BytesSource(path.read_bytes())).media_type
        if found != path.suffix[1:].replace("_", "/", 1):
            wrong[path.name] = found
    assert wrong == {}


def test_a_sequence_that_is_not_the_whole_file_is_no_object(objects: Path) -> None:
    """What follows a certificate by more than a line end makes it something else."""
    data = next(objects.glob("*.application_pkix-cert")).read_bytes()
    assert content(Head(data[:8192], data, len(data) + 2), BytesSource(data)) is not None
    assert content(Head(data[:8192], data, len(data) + 99), BytesSource(data)) is None


def test_flipped_bytes_never_raise_anything_but_value_errors(objects: Path) -> None:
    """A rule meets hostile lengths and tags; the engine catches ValueError only."""
    answers = set()
    for path in objects.iterdir():
        data = path.read_bytes()
        if data[:1] != b"\x30":
            continue
        for at in range(min(len(data), 90)):
            for value in (0, 0x30, 0x80, 0x84, 0xFF):
                changed = data[:at] + bytes([value]) + data[at + 1 :]
                try:
                    answers.add(content(Head(changed[:8192], changed, len(changed)), BytesSource(changed)))
                except ValueError:
                    continue
    assert None in answers


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\x30\x03\x0a\x01\x03", "application/ocsp-response"),
        (b"\x30\x03\x0a\x01\x07", "application/octet-stream"),
        (b"\x30\x06\x0a\x01\x06\x05\x00\x00", "application/octet-stream"),
        (b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06", "application/pkcs7-mime"),
        (b"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", "application/octet-stream"),
        (b"\x30\x0d\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x1f", "application/timestamped-data"),
        (b"\x30\x0d\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09", "application/pkcs7-mime"),
    ],
)
def test_small_structures(data: bytes, media_type: str) -> None:
    """An object identifier decides; a structure that says nothing stays bytes."""
    match = content(Head(data, data, len(data)), BytesSource(data))
    assert (match.media_type if match else "application/octet-stream") == media_type
