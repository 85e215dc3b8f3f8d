"""Decoding heads: marks, UTF-8, UTF-16 without a mark, legacy encodings, what is no text; counts."""

from __future__ import annotations

import pytest

from firstbytes import BytesSource, Decline
from firstbytes.formats.text import count, declared, decode, describe, iana, line_ending, lines_of, read

GERMAN = "Größe und Maß der Türen über dem Fluß"


@pytest.mark.parametrize(
    ("data", "encoding", "bom"),
    [
        (b"plain", "us-ascii", False),
        (GERMAN.encode(), "utf-8", False),
        (GERMAN.encode("utf-8-sig"), "utf-8", True),
        (GERMAN.encode("utf-16"), "utf-16le", True),
        (b"\xfe\xff" + GERMAN.encode("utf-16-be"), "utf-16be", True),
        (b"\xff\xfe\x00\x00" + GERMAN.encode("utf-32-le"), "utf-32le", True),
        (GERMAN.encode("utf-16-le"), "utf-16le", False),
        (GERMAN.encode("utf-16-be"), "utf-16be", False),
        (GERMAN.encode("utf-32-le"), "utf-32le", False),
        (GERMAN.encode("utf-32-be"), "utf-32be", False),
        (GERMAN.encode("latin-1"), "iso-8859-1", False),
        ("„Zitat“ … ".encode("cp1252") * 9, "windows-1252", False),
    ],
)
def test_the_encoding_is_found_and_the_text_decoded(data: bytes, encoding: str, bom: bool) -> None:  # noqa: FBT001
    """Marks first, then validity, then zero bytes, then Western legacy."""
    found = decode(data)
    assert found is not None
    assert (found.encoding, found.bom) == (encoding, bom)
    assert found.text[:4] in {"plai", "Größ", "„Zit"}


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_character_cut_at_the_end_of_a_head_is_dropped(cut: int) -> None:
    """A head may end anywhere; the whole text may not."""
    data = ("ä" * 100).encode()[:-cut]
    found = decode(data, whole=False)
    assert found is not None
    assert (found.encoding, set(found.text)) == ("utf-8", {"ä"})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(range(256)),
        b"a\x00b",
        b"text\x01\x02\x03\x04",
        b"\xff\xfe" + bytes(range(1, 250)),
        b"\xd0\xcf\x11\xe0\xa1\xb1",
    ],
)
def test_what_is_no_text_is_not_decoded(data: bytes) -> None:
    """Zeros, controls, unassigned characters behind a mark, a handful of high bytes."""
    assert decode(data) is None


def test_stray_bytes_and_padding_are_forgiven() -> None:
    """One control in a long text, one broken byte among many good ones, a DOS end mark, zero padding."""
    assert decode(b"line\n" * 100 + b"\x01") is not None
    broken = decode(("ä" * 200).encode() + b"\xff" + ("ö" * 200).encode())
    assert broken is not None
    assert (broken.encoding, broken.text.count("\ufffd")) == ("utf-8", 1)
    for tail in (b"\x1a", b"\x00\x00\x00"):
        padded = decode(b"text" + tail)
        assert padded is not None
        assert padded.text == "text"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ('<?xml version="1.0" encoding="koi8-r"?><a>Привет</a>'.encode("koi8-r"), "koi8-r"),
        ('<meta charset="shift_jis"><p>日本語'.encode("shift_jis"), "shift_jis"),
        ("# -*- coding: iso-8859-2 -*-\nx = 'Łódź'\n".encode("iso-8859-2"), "iso-8859-2"),
        ('@charset "windows-1250";\na::before { content: "ž" }'.encode("cp1250"), "windows-1250"),
        ('msgid ""\n"Content-Type: text/plain; charset=EUC-JP\\n"\nmsgstr "日本"\n'.encode("euc-jp"), "euc-jp"),
    ],
)
def test_a_declared_encoding_is_believed(data: bytes, encoding: str) -> None:
    """XML, HTML, Python, CSS and gettext say it in their first kilobyte."""
    found = decode(data)
    assert found is not None
    assert found.encoding == encoding


def test_what_is_declared_wrongly_is_not() -> None:
    """Unknown names, codecs that are no encodings, and encodings that cannot be written in ASCII."""
    for name in (b"no-such", b"rot13", b"utf-16", b"hex"):
        assert declared(b'<meta charset="' + name + b'">') is None
    found = decode('<?xml version="1.0" encoding="ascii"?><a>é</a>'.encode("latin-1"))
    assert found is not None
    assert found.encoding == "iso-8859-1"


@pytest.mark.parametrize(
    ("text", "python", "encoding"),
    [
        ("Съешь же ещё этих мягких французских булок, да выпей чаю. " * 4, "koi8_r", "koi8-r"),
        ("Съешь же ещё этих мягких французских булок, да выпей чаю. " * 4, "cp1251", "windows-1251"),
        ("これは日本語の文章です。文字コードを判定します。" * 6, "shift_jis", "shift_jis"),
    ],
)
def test_a_legacy_encoding_is_guessed_when_asked(text: str, python: str, encoding: str) -> None:
    """Only readers pay for a guess; sniffing does not."""
    found = decode(text.encode(python), guess=True)
    assert found is not None
    assert (found.encoding, found.text) == (encoding, text)


def test_names_are_those_of_iana() -> None:
    """Python's names are not everybody's."""
    names = {
        "latin-1": "iso-8859-1",
        "cp1252": "windows-1252",
        "UTF8": "utf-8",
        "mac-roman": "macintosh",
        "Nope": "nope",
    }
    assert {name: iana(name) for name in names} == names
    assert (iana("iso8859-15"), iana("cp932"), iana("gb18030")) == ("iso-8859-15", "shift_jis", "gb18030")


def test_line_endings_are_told_apart() -> None:
    """A head that ends between CR and LF has not mixed them."""
    samples = {
        "a\nb\n": "lf",
        "a\r\nb\r\n": "crlf",
        "a\rb\r": "cr",
        "a\nb\r\n": "mixed",
        "one line": None,
        "a\r\nb\r": "crlf",
    }
    assert {text: line_ending(text) for text in samples} == samples


def test_lines_end_with_line_ends_only() -> None:
    """Form feeds and Unicode separators are within lines; the last line needs no end."""
    assert lines_of("a\r\nb\rc\nd\x0ce\u2028f") == ["a", "b", "c", "d\x0ce\u2028f"]
    assert lines_of("a\n") == ["a"]
    assert lines_of("") == []


def test_counts_are_exact_or_estimated() -> None:
    """Whole texts are counted, long ones sampled, and described under other names."""
    small = BytesSource(b"one two\nthree\n")
    text = read(small)
    assert (count(small, text).lines, count(small, text).words, count(small, text).exact) == (2, 3, True)
    long = BytesSource(b"a b c d\r" * 200_000)
    head = read(long)
    assert not head.whole
    assert count(long, head).lines == pytest.approx(200_000, rel=0.01)
    core, own = describe(long, head)
    assert core == {"encoding": "us-ascii"}
    assert own["estimated_word_count"] == pytest.approx(800_000, rel=0.01)
    for data, why in ((bytes(100), "not text"), (b"", "the file is empty")):
        with pytest.raises(Decline, match=why):
            read(BytesSource(data))


def test_one_byte_over_and_over_is_no_text() -> None:
    """Erased memory is full of one byte that Latin-1 has a letter for."""
    assert decode(b"\xff" * 600) is None
    assert decode(b"\xff\xe9 " * 200) is not None
