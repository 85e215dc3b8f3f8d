"""The table of media types."""

from __future__ import annotations

from pathlib import Path

import pytest

from firstbytes.media import OCTET_STREAM, ancestors, by_suffix, canonical, is_a, label, table

IANA = {
    line
    for line in (Path(__file__).parent / "data" / "iana-media-types.txt").read_text("ascii").splitlines()
    if line and not line.startswith("#")
}
FIELD_NAMES = {
    # The registered name is of a narrower or a personal tree; tools and people use the other one.
    "text/prs.fallenstein.rst -> text/x-rst",
    "application/vnd.amazon.mobi8-ebook -> application/x-mobipocket-ebook",
}


def test_names_and_aliases_are_unique() -> None:
    """No name or alias means two types, and all are lower case."""
    aliases = [alias for row in table().values() for alias in row.aliases]
    names = [*table(), *aliases]
    assert len(set(names)) == len(names)
    assert names == [name.lower() for name in names]


def test_every_parent_is_in_the_table() -> None:
    """Parents exist, and following them ends at octet-stream without a cycle."""
    for row in table().values():
        assert set(row.parents) <= set(table()), row.name
        assert row.name == OCTET_STREAM or ancestors(row.name)[-1] == OCTET_STREAM, row.name


def test_registered_names_are_not_aliases() -> None:
    """A name that IANA registers is never an alias of one that IANA does not."""
    wrong = {
        f"{alias} -> {row.name}"
        for row in table().values()
        for alias in row.aliases
        if alias in IANA and row.name not in IANA
    }
    assert wrong <= FIELD_NAMES


def test_unregistered_names_say_so() -> None:
    """A name that IANA does not register has an x- prefix, or is a de-facto name listed here by its tree."""
    odd = {
        name
        for name in table()
        if name not in IANA and not name.partition("/")[2].startswith("x-") and "/vnd." not in name
    }
    assert len(odd) < 0.12 * len(table()), sorted(odd)


def test_every_type_has_a_label_and_suffixes_start_with_a_dot() -> None:
    """Labels are for people, suffixes are lower case with their dot."""
    for row in table().values():
        assert row.label.strip(), row.name
        assert all(s.startswith(".") and s == s.lower() for s in row.suffixes), row.name


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("IMAGE/JPG", "image/jpeg"),
        ("text/xml; charset=utf-8", "application/xml"),
        ("audio/x-wav", "audio/vnd.wave"),
        ("application/unheard-of", "application/unheard-of"),
    ],
)
def test_canonical_names(given: str, expected: str) -> None:
    """Case, parameters and aliases are resolved; an unknown type stays itself."""
    assert canonical(given) == expected


def test_ancestors_run_from_near_to_far() -> None:
    """SVG is XML is text; a type that is not in the table gets its parents from its name."""
    assert ancestors("image/svg+xml") == ("application/xml", "text/plain", OCTET_STREAM)
    assert ancestors("application/vnd.acme+json")[0] == "application/json"
    assert ancestors("application/vnd.acme+zip")[0] == "application/zip"
    assert ancestors("text/vnd.acme") == ("text/plain", OCTET_STREAM)
    assert ancestors("audio/vnd.acme") == (OCTET_STREAM,)
    assert is_a("image/svg+xml", "text/plain")
    assert not is_a("text/plain", "image/svg+xml")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/B.PDF", ("application/pdf",)),
        ("archive.warc.gz", ("application/warc+gzip",)),
        ("c:\\x\\notes.txt", ("text/plain",)),
        ("README", ()),
        (".bashrc", ()),
        ("x.unheard-of", ()),
    ],
)
def test_the_longest_known_suffix_counts(name: str, expected: tuple[str, ...]) -> None:
    """The suffix is looked up whatever its case; compound suffixes win."""
    assert by_suffix(name) == expected


def test_an_ambiguous_suffix_names_every_type() -> None:
    """.dot is a Word template and a Graphviz graph: the bytes choose."""
    assert set(by_suffix("x.dot")) == {"application/msword", "text/vnd.graphviz"}


def test_labels_fall_back_to_the_name() -> None:
    """A type without a row is shown by its name."""
    assert label("image/png") == "PNG picture"
    assert label("x/y") == "x/y"
