"""File names: what is kept, what is refused, and what a browser is told to save."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from functions.api.names import BIDI, MOST_BYTES, checked_name, content_disposition, safe_name
from functions.api.problem import Refusal

TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@pytest.mark.parametrize(
    "name",
    [
        "a.pdf",
        "Ärger & Ümlaut.docx",
        "日本語.txt",
        "🙂.png",
        "a" * 255,
        "..a",
        ".hidden",
        "<script>.svg",
        "x; rm -rf",
        "a\u202egpj.exe",
        " "[:0] + "x ",
    ],
)
def test_any_readable_name_is_kept(name: str) -> None:
    """Whatever the script, markup or marks, a name is kept as it is."""
    assert checked_name(name) == name


def test_names_are_kept_composed() -> None:
    """The same name in two encodings is one name."""
    assert checked_name("Au\u0308ssere.txt") == "A\u00fcssere.txt"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "something to read"),
        ("   ", "something to read"),
        (".", "something to read"),
        ("..", "something to read"),
        ("a/b", "without / and"),
        ("a\\b", "without / and"),
        ("a\x00b", "U+0000"),
        ("a\nb", "U+000A"),
        ("a\x7fb", "U+007F"),
        ("a\u2028b", "U+2028"),
        ("a\ud800b", "U+D800"),
        ("a" * 256, "at most 255"),
    ],
)
def test_a_name_nobody_can_read_is_refused(name: str, told: str) -> None:
    """Separators, control characters, lone surrogates and emptiness are refused, and the answer says which."""
    with pytest.raises(Refusal) as caught:
        checked_name(name)
    assert caught.value.code == "invalid_name"
    assert told in caught.value.detail
    assert caught.value.detail.isprintable()


@given(TEXT)
@example("\ud800")
@example("a" * 170 + ".verylongsuffixindeed")
@example("é" * 100 + ".pdf")
def test_a_header_holds_any_name(name: str) -> None:
    """The header is one line of ASCII with one quoted string, and says the same safe name in UTF-8."""
    header = content_disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
    assert unquote(header.rpartition("UTF-8''")[2]) == safe_name(name)


@given(TEXT)
def test_a_safe_name_is_safe(name: str) -> None:
    """No separator, no control or bidi mark, not too long, never empty or a folder; and making it safe again changes nothing."""
    safe = safe_name(name)
    assert not set(safe) & (BIDI | set('<>:"|?*/\\;%'))
    assert all(unicodedata.category(character) not in {"Cc", "Cf", "Cs"} for character in safe)
    assert 0 < len(safe.encode()) <= MOST_BYTES
    assert safe not in {".", ".."}
    assert safe_name(safe) == safe


def test_a_long_name_keeps_its_suffix() -> None:
    """A name is cut in front of its suffix, between characters."""
    assert safe_name("é" * 200 + ".pdf") == "é" * 88 + ".pdf"
