"""The DER reader reads what X.690 says and trusts no length."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from firstbytes import Corrupt
from firstbytes.formats import asn1


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else b"\x82" + size.to_bytes(2, "big")
    return bytes([tag]) + length + content


def test_children_and_paths() -> None:
    """Children come in order, a path that leads nowhere is None."""
    data = _tlv(0x30, _tlv(0x30, _tlv(2, b"\x05") + _tlv(4, b"x" * 200)) + _tlv(5, b""))
    root = asn1.element(data)
    assert [child.tag for child in root.children()] == [0x30, 5]
    assert asn1.integer(root.child(0, 0)) == 5
    assert asn1.octets(root.child(0, 1)) == b"x" * 200
    assert root.child(0, 2) is None
    assert root.child(1, 0) is None
    assert root.encoded == data


def test_a_cut_off_element_is_clipped() -> None:
    """The end never lies beyond the data, and `whole` says that it was claimed to."""
    root = asn1.element(_tlv(0x30, _tlv(4, b"x" * 300) + _tlv(2, b"\x01"))[:100])
    assert not root.whole
    children = list(root.children())
    assert [child.whole for child in children] == [False]


def test_a_length_octet_of_0x80_in_the_long_form_is_no_indefinite_length() -> None:
    """A definite length of 128 ends in the octet 0x80 and the next element follows at once."""
    data = _tlv(0x30, b"\x30\x81\x80" + b"\x05\x00" * 64 + _tlv(2, b"\x07"))
    assert asn1.integer(asn1.element(data).child(1)) == 7


def test_indefinite_lengths_nest() -> None:
    """BER's end-of-contents octets close the innermost open element."""
    inner = b"\x30\x80" + _tlv(4, b"ab") + b"\x24\x80" + _tlv(4, b"c") + _tlv(4, b"d") + b"\x00\x00" + b"\x00\x00"
    root = asn1.element(b"\x30\x80" + inner + _tlv(2, b"\x09") + b"\x00\x00")
    assert root.whole
    assert asn1.octets(root.child(0, 1)) == b"cd"
    assert asn1.integer(root.child(1)) == 9
    assert not asn1.element(b"\x30\x80" + inner).whole


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x00\x00", b"\x1f\x01\x00", b"\x30\x89" + b"\x01" * 9, b"\x04\x80ab\x00\x00"]
)
def test_headers_that_nothing_here_uses_are_corrupt(data: bytes) -> None:
    """No header, high tag numbers, lengths of nine octets and primitives of indefinite length are refused."""
    with pytest.raises(Corrupt):
        asn1.element(data)


@pytest.mark.parametrize(
    ("content", "dotted"),
    [
        ("2a864886f70d010702", "1.2.840.113549.1.7.2"),
        ("550403", "2.5.4.3"),
        ("883703", "2.999.3"),
        ("80", ""),
        ("ff" * 30 + "01", ""),
        ("", ""),
    ],
)
def test_object_identifiers(content: str, dotted: str) -> None:
    """Identifiers come in dotted form; arcs of more than 128 bits and empty ones do not."""
    assert asn1.oid(asn1.element(_tlv(6, bytes.fromhex(content)))) == dotted


def test_values_of_the_wrong_kind_are_none() -> None:
    """A reader of one kind says nothing about another."""
    node = asn1.element(_tlv(5, b""))
    assert asn1.integer(node) is None
    assert asn1.text(node) is None
    assert asn1.moment(node) is None
    assert asn1.oid(None) == ""
    assert asn1.octets(None) == asn1.octets(node) == b""


def test_strings() -> None:
    """Every kind of string is read in its own encoding."""
    assert asn1.text(asn1.element(_tlv(0x0C, "é".encode()))) == "é"
    assert asn1.text(asn1.element(_tlv(0x1E, "é".encode("utf-16-be")))) == "é"
    assert asn1.text(asn1.element(_tlv(0x14, b"\xe9"))) == "é"


@pytest.mark.parametrize(
    ("tag", "content", "moment"),
    [
        (0x17, b"500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (0x17, b"491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x17, b"9912312359Z", datetime(1999, 12, 31, 23, 59, tzinfo=UTC)),
        (0x17, b"240101010000+0100", datetime(2024, 1, 1, tzinfo=UTC)),
        (0x18, b"20240101000000.5Z", datetime(2024, 1, 1, tzinfo=UTC)),
        (0x18, b"20240101003000-0130", datetime(2024, 1, 1, 2, tzinfo=UTC)),
        (0x18, b"99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (0x18, b"00000000000000Z", None),
        (0x17, b"", None),
        (0x17, b"2401010000+xx00", None),
    ],
)
def test_times(tag: int, content: bytes, moment: datetime | None) -> None:
    """UTCTime turns over in 1950, offsets are applied, nonsense is None."""
    assert asn1.moment(asn1.element(_tlv(tag, content))) == moment
