"""What is let into an envelope."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbytes.sanitize import MAX_BYTES, MAX_DEPTH, MAX_KEYS, MAX_TEXT, sanitize, text

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner) | st.tuples(inner, inner),
    max_leaves=30,
)


@given(ANYTHING)
def test_whatever_goes_in_json_comes_out(value: object) -> None:
    """The result is JSON without NaN and without lone surrogates, and sanitising again changes nothing."""
    once, _ = sanitize(value)
    json.dumps(once, allow_nan=False, ensure_ascii=False).encode()
    assert sanitize(once)[0] == once


class Colour(Enum):
    """An enumeration."""

    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, None),
        (-math.inf, None),
        (1e300, None),
        (1e-300, None),
        (0.0, 0.0),
        (2**63, str(2**63)),
        (-(2**63), str(-(2**63))),
        (2**63 - 1, 2**63 - 1),
        (True, True),
        (b"\xffabc", "\ufffdabc"),
        (memoryview(b"abc"), "abc"),
        (date(2024, 5, 1), "2024-05-01"),
        (datetime(2024, 5, 1, tzinfo=UTC), "2024-05-01T00:00:00+00:00"),
        ({3, 1, 2}, [1, 2, 3]),
        (Colour.RED, "red"),
        (1j, "1j"),
    ],
)
def test_values_that_no_store_takes(value: object, expected: object) -> None:
    """Each becomes the nearest thing that every store takes."""
    assert sanitize(value)[0] == expected


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        ("plain", "plain"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("line\nnext\ttab", "line\nnext\ttab"),
        ("\u202eevil\u2066", "evil"),
        ("e\u0301", "é"),
        ("half\ud800", "half?"),
    ],
)
def test_text_is_clean(dirty: str, clean: str) -> None:
    """Controls and direction overrides go, letters are composed, lone surrogates are replaced."""
    assert text(dirty) == clean


def test_every_bound_cuts_and_says_where() -> None:
    """Length, number, depth, keys and size are bounded, and the paths of the cuts are listed."""
    deep: object = "bottom"
    for _ in range(MAX_DEPTH + 5):
        deep = {"d": deep}
    cases: Mapping[str, object] = {
        "long": "x" * (MAX_TEXT + 1),
        "many": list(range(5000)),
        "keys": {str(n): n for n in range(MAX_KEYS + 10)},
    }
    for name, value in cases.items():
        _, cut = sanitize({name: value})
        assert cut == [name]
    _, cut = sanitize({"deep": deep})
    assert cut
    assert cut[0].startswith("deep.d.d")


def test_the_whole_is_bounded() -> None:
    """However it is spread, no more than the bound comes out."""
    result, cut = sanitize({f"k{n}": ["y" * 4000] * 50 for n in range(100)})
    assert len(json.dumps(result)) < 1.2 * MAX_BYTES
    assert cut


def test_an_integer_of_thousands_of_digits_is_nothing() -> None:
    """Even its text would be refused by the interpreter."""
    assert sanitize([10**5000])[0] == [None]


def test_empty_keys_get_a_name() -> None:
    """A store refuses an empty key."""
    assert sanitize({"": 1, "\x00": 2})[0] == {"_": 2}
