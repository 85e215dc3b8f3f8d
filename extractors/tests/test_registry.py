"""Who wins a media type."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbytes import Extractor, RouteConflict, Signature
from firstbytes.claims import Claim
from firstbytes.registry import candidates, check_signatures, index, rank, resolve


def claim(name: str, *accepts: str, facet: str = "metadata", by: str = "firstbytes-x") -> Claim:
    """Return a claim."""
    return Claim(extractor=Extractor(name, accepts, "m:f", facet=facet), plugin="p", distribution=by, version="1")


def names(claims: Sequence[Claim], media_type: str, pins: dict[tuple[str, str], str] | None = None) -> list[str]:
    """Return the candidates for metadata by name, the winner first."""
    return [c.extractor.name for c in candidates(claims, media_type, pins).get("metadata", ())]


@pytest.mark.parametrize(
    ("pattern", "media_type", "expected"),
    [
        ("image/svg+xml", "image/svg+xml", (0, 0)),
        ("image/*+xml", "image/svg+xml", (1, 0)),
        ("application/xml", "image/svg+xml", (2, 0)),
        ("text/plain", "image/svg+xml", (2, 1)),
        ("image/*", "image/svg+xml", (3, 0)),
        ("*/*", "image/svg+xml", (4, 0)),
        ("text/*+xml", "image/svg+xml", None),
        ("text/*", "image/svg+xml", None),
        ("application/octet-stream", "image/png", None),
        ("application/octet-stream", "application/octet-stream", (0, 0)),
        ("application/x-sqlite3", "application/vnd.sqlite3", (0, 0)),
        ("image/*+xml", "image/png", None),
    ],
)
def test_rank(pattern: str, media_type: str, expected: tuple[int, int] | None) -> None:
    """The type itself, its suffix, an ancestor, its top-level type, anything; aliases count as the type."""
    assert rank(pattern, media_type) == expected


def test_the_more_specific_pattern_wins() -> None:
    """From the type itself to anything; those less specific are asked after it."""
    claims = [
        claim("anything", "*/*"),
        claim("images", "image/*"),
        claim("text", "text/plain"),
        claim("xml", "application/xml"),
        claim("suffix", "image/*+xml"),
        claim("svg", "image/svg+xml"),
    ]

    assert names(claims, "image/svg+xml") == ["svg", "suffix", "xml", "text", "images", "anything"]


def test_third_party_beats_built_in() -> None:
    """Among equals the installed plugin wins, whatever its name; a more specific built-in still wins over it."""
    ours, theirs = claim("aa", "image/png", by="firstbytes"), claim("zz", "image/png")

    assert names([ours, theirs], "image/png") == ["zz", "aa"]
    assert names([ours, claim("zz", "image/*")], "image/png") == ["aa", "zz"]


def test_two_equal_claims_conflict() -> None:
    """The message ends in the lines that settle it."""
    with pytest.raises(RouteConflict) as caught:
        names([claim("b", "image/png"), claim("a", "image/png", "image/*")], "image/png")

    assert str(caught.value) == (
        "image/png (metadata) is claimed by a and b. Choose one in pyproject.toml:\n\n"
        '[tool.firstbytes.routes]\n"image/png" = "a"'
    )


def test_a_conflict_of_another_facet_names_it() -> None:
    """The key to paste carries the facet."""
    both = [claim(n, "image/png", facet="labels") for n in "ab"]

    with pytest.raises(RouteConflict, match='"image/png#labels" = "a"'):
        candidates(both, "image/png")


def test_equal_losers_do_not_conflict() -> None:
    """Only the first place is disputed; those behind it are asked in the order of their names."""
    claims = [claim("winner", "image/png"), claim("b", "image/*"), claim("a", "image/*")]

    assert names(claims, "image/png") == ["winner", "a", "b"]


def test_facets_do_not_compete() -> None:
    """One winner for each facet."""
    found = candidates([claim("a", "image/png"), claim("b", "image/png", facet="text")], "image/png")

    assert {facet: [c.extractor.name for c in claims] for facet, claims in found.items()} == {
        "metadata": ["a"],
        "text": ["b"],
    }


def test_a_pin_decides() -> None:
    """An operator's pin goes before specificity, and settles a conflict."""
    claims = [claim("a", "image/png"), claim("b", "image/png"), claim("c", "*/*")]

    assert names(claims, "image/png", {("image/png", "metadata"): "b"})[0] == "b"
    assert names(claims, "image/png", {("image/png", "metadata"): "c"})[0] == "c"


@pytest.mark.parametrize("pattern", ["application/vnd.sqlite3", "application/*", "*/*"])
def test_a_pin_settles_the_ties_of_its_pattern(pattern: str) -> None:
    """Who shares a pattern is settled once for all types that come from it."""
    claims = [claim("a", pattern), claim("b", pattern)]

    assert names(claims, "application/geopackage+sqlite3", {(pattern, "metadata"): "b"}) == ["b", "a"]


def test_a_general_pin_does_not_beat_a_specific_claim() -> None:
    """It settles ties; who claims the type itself still wins."""
    claims = [claim("png", "image/png"), claim("a", "image/*"), claim("b", "image/*")]

    assert names(claims, "image/png", {("image/*", "metadata"): "b"}) == ["png", "a", "b"]


@pytest.mark.parametrize(
    ("pins", "message"),
    [
        ({("image/png", "metadata"): "zz"}, "pins image/png .metadata. to 'zz'.*expected one of: a"),
        ({("image/png", "text"): "a"}, "pins image/png .text. to 'a'.*expected one of: none"),
    ],
)
def test_a_pin_on_nobody_is_refused(pins: dict[tuple[str, str], str], message: str) -> None:
    """The message names those who do accept the type."""
    with pytest.raises(RouteConflict, match=message):
        candidates([claim("a", "image/png")], "image/png", pins)


PATTERNS = ["image/svg+xml", "image/*+xml", "application/xml", "text/plain", "image/*", "*/*", "text/html"]
CLAIMS = st.lists(
    st.tuples(
        st.sampled_from("abcdefgh"),
        st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=3),
        st.sampled_from(["metadata", "text"]),
        st.sampled_from(["firstbytes", "firstbytes-x"]),
    ),
    unique_by=lambda row: row[0],
)


@given(CLAIMS, st.sampled_from(["image/svg+xml", "image/png", "text/html"]), st.randoms())
def test_order_decides_nothing(
    rows: list[tuple[str, list[str], str, str]], media_type: str, chance: random.Random
) -> None:
    """However claims are ordered, the outcome is the same, conflicts included."""
    claims = [claim(name, *accepts, facet=facet, by=by) for name, accepts, facet, by in rows]
    shuffled = list(claims)
    chance.shuffle(shuffled)

    assert resolve(index(claims), media_type) == resolve(index(shuffled), media_type)


@given(CLAIMS, st.sampled_from(["image/svg+xml", "image/png", "text/html"]))
def test_everybody_who_accepts_is_asked_once(rows: list[tuple[str, list[str], str, str]], media_type: str) -> None:
    """Candidates are exactly those with a pattern that names the type, and the winner's is the most specific."""
    claims = [claim(name, *accepts, facet=facet, by=by) for name, accepts, facet, by in rows]
    found, _ = resolve(index(claims), media_type)
    got = sorted(c.extractor.name for group in found.values() for c in group)
    best = {
        c.extractor.name: min(r for p in c.extractor.accepts if (r := rank(p, media_type)))
        for c in claims
        if any(rank(p, media_type) for p in c.extractor.accepts)
    }

    assert got == sorted(best)
    for group in found.values():
        assert best[group[0].extractor.name] == min(best[c.extractor.name] for c in group)


def test_signatures_that_name_two_types_conflict() -> None:
    """The same magic at the same place cannot mean two things; the message names both."""
    ours, theirs = Signature("application/a", b"MAGIC"), Signature("application/b", b"MAGIC")

    with pytest.raises(RouteConflict, match="b'MAGIC' at 0 is claimed as application/a by firstbytes-a and as"):
        check_signatures([theirs, ours], {ours: "firstbytes-a", theirs: "firstbytes-b"})
    with pytest.raises(RouteConflict, match="member 'x' is claimed as"):
        check_signatures([Signature("application/a", member="x"), Signature("application/b", member="x")])


def test_signatures_that_agree_do_not_conflict() -> None:
    """An alias is the same type, another offset another signature, and a suffix alone is only asked last."""
    check_signatures(
        [
            Signature("application/vnd.sqlite3", b"MAGIC"),
            Signature("application/x-sqlite3", b"MAGIC"),
            Signature("application/b", b"MAGIC", 4),
            Signature("application/a", suffix=".a"),
            Signature("application/b", suffix=".a"),
        ]
    )
