"""Header fields, encoded words, parameters, addresses, MIME parts."""

from __future__ import annotations

import pytest

from firstbytes.formats.mail import addresses, decode_words, from_base64, parameters, parse_fields, parts


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?UTF-8?B?R3LDvMOfZQ==?= dort", "Grüße dort"),
        ("=?utf-8?q?a_b?=\n =?utf-8?q?c?=", "a bc"),
        ("=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=", "éé"),
        ("=?utf-8?b?ww==?= =?utf-8?b?pA==?=", "ä"),
        ("=?utf-8*de?q?x?=", "x"),
        ("=?no-such?q?=C3=A9?=", "é"),
        ("=?utf-8?q?unfinished", "=?utf-8?q?unfinished"),
    ],
)
def test_encoded_words_are_decoded(raw: str, text: str) -> None:
    """Adjacent words join, characters cut between words are whole again, nonsense stays."""
    assert decode_words(raw) == text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a@b.org", ["a@b.org"]),
        ('"B, A" <a@b.org>, c@d.org', ["B, A <a@b.org>", "c@d.org"]),
        ('"Say \\"hi\\"" <a@b.org>', ['Say "hi" <a@b.org>']),
        ("a@b.org (Ada, L)", ["Ada, L <a@b.org>"]),
        ("Friends: a@b.org, c@d.org;", ["a@b.org", "c@d.org"]),
        ("undisclosed-recipients:;", []),
        ("<>", ["<>"]),
        ("=?utf-8?q?=C3=89lise=2C_K?= <e@k.org>", ["Élise, K <e@k.org>"]),
        ("", []),
    ],
)
def test_address_lists_are_cut_at_their_commas(value: str, expected: list[str]) -> None:
    """Not at those in quotes, comments and encoded words."""
    assert addresses(value) == expected


def test_no_more_addresses_than_asked() -> None:
    """A list of thousands is cut."""
    assert len(addresses("a@b.org, " * 5000, 7)) == 7


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        ("text/plain", "text/plain", {}),
        ("Text/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ('a/b; name="x \\"y\\".txt"', "a/b", {"name": 'x "y".txt'}),
        ("a/b; filename*=UTF-8''gr%C3%B6%C3%9Fer", "a/b", {"filename": "größer"}),
        ("a/b; filename*0=one; filename*1=two", "a/b", {"filename": "onetwo"}),
        ("a/b; filename*0*=utf-8''%C3%A9; filename*1=x", "a/b", {"filename": "éx"}),
        ('a/b; name="=?utf-8?q?=C3=A9?="', "a/b", {"name": "é"}),
    ],
)
def test_parameters_are_read(value: str, kind: str, expected: dict[str, str]) -> None:
    """Quotes, RFC 2231 and encoded words where they should not be."""
    assert parameters(value) == (kind, expected)


def test_fields_are_unfolded_and_decoded() -> None:
    """Folding, 8-bit values, odd lines, and where the body begins."""
    data = b"Subject: one\r\n two\r\nFrom: J\xf8rn <a@b>\nX-Y:z\nno field here\nTo: \xc3\xa9 <c@d>\n\nbody"
    fields = parse_fields(data)
    assert fields.rows == (("subject", "one two"), ("from", "Jørn <a@b>"), ("x-y", "z"), ("to", "é <c@d>"))
    assert (fields.first("subject"), fields.first("nope"), fields.all("to")) == ("one two", "", ["é <c@d>"])
    assert data[fields.end :] == b"body"


def test_base64_is_forgiving() -> None:
    """Missing padding, foreign characters, a lone digit at the end."""
    assert [from_base64(b) for b in (b"YWI", b"YW I=\n", b"YWJjZ", b"")] == [b"ab", b"ab", b"abc", b""]


def test_parts_without_boundary_or_end() -> None:
    """A multipart without a boundary is one part; one without an end is not complete."""
    data = b"Content-Type: multipart/mixed\n\nbody"
    (only,) = parts(data, parse_fields(data), whole=True)
    assert (only.media_type, only.size) == ("multipart/mixed", 4)
    data = b"Content-Type: multipart/mixed; boundary=x\n\npreamble --x no\n--x\n\none\n"
    data += b"--x\nContent-Transfer-Encoding: quoted-printable\n\n=41=\nB"
    found = parts(data, parse_fields(data), whole=True)
    assert [(part.size, part.complete) for part in found] == [(3, True), (2, False)]
    data = b"Content-Type: multipart/mixed; boundary=x\n\n--x"
    assert parts(data, parse_fields(data), whole=True) == []
