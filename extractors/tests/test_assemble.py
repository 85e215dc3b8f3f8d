"""From findings to the envelope."""

from __future__ import annotations

import time

import msgspec
import pytest

from firstbytes.assemble import assemble
from firstbytes.envelope import Document, Envelope, Outcome, outcome_of
from firstbytes.run import FacetFindings, Findings
from firstbytes.sanitize import sanitize

DOCUMENT = Document(name="a.bin", size_bytes=3)


def facet(name: str, **facts: object) -> FacetFindings:
    """Return the findings of one facet."""
    return FacetFindings(facet=name, outcome=Outcome.COMPLETE, extractor=f"{name}-x", facts=facts)


def test_core_is_merged_metadata_first() -> None:
    """Metadata's facts win over other facets', which fill what is missing."""
    findings = Findings(
        facets=(facet("labels", core={"title": "no", "genre": "map"}), facet("metadata", core={"title": "yes"}))
    )
    core = assemble(DOCUMENT, findings).core
    assert (core.title, core.genre) == ("yes", "map")


def test_invalid_core_facts_are_left_out_and_listed() -> None:
    """A value outside its bounds is the file's lie: it is dropped, and its path is in `truncated`."""
    envelope = assemble(
        DOCUMENT, Findings(facets=(facet("metadata", core={"width_px": 0, "created": "yesterday", "dpi": 300}),))
    )
    assert (envelope.core.width_px, envelope.core.created, envelope.core.dpi) == (None, None, 300)
    assert envelope.truncated == ["core.width_px", "core.created"]
    assert outcome_of(envelope) == Outcome.COMPLETE


def test_a_title_is_one_line() -> None:
    """White space in core facts is single spaces; a description keeps its lines."""
    given = {"title": " a\n\tb ", "authors": ["c\nd"], "description": "e\nf"}
    core = assemble(DOCUMENT, Findings(facets=(facet("metadata", core=given),))).core
    assert (core.title, core.authors, core.description) == ("a b", ["c d"], "e\nf")


def test_unknown_core_names_are_the_extractors_bug() -> None:
    """A name that the vocabulary does not have, or a core that is no mapping, fails the facet."""
    for core, reason in (
        ({"colour": 1}, "core.colour: the core vocabulary has no field 'colour'"),
        (
            {"pages_count": 1},
            "core.pages_count: the core vocabulary has no field 'pages_count'; did you mean 'page_count'?",
        ),
        (["title"], "core: expected a mapping, got list"),
    ):
        envelope = assemble(DOCUMENT, Findings(facets=(facet("metadata", core=core),)))
        assert outcome_of(envelope) == Outcome.FAILED
        assert envelope.facets["metadata"].reason == reason


@pytest.mark.parametrize(
    ("core", "reason"),
    [
        ({"entry_count": "2"}, "core.entry_count: expected int, got str '2'"),
        ({"page_count": True}, "core.page_count: expected int, got bool True"),
        ({"dpi": "72"}, "core.dpi: expected float, got str '72'"),
        ({"encrypted": 1}, "core.encrypted: expected bool, got int 1"),
        ({"authors": "Ada"}, "core.authors: expected array, got str 'Ada'"),
        ({"authors": ["Ada", 1]}, "core.authors: expected str, got int at [1] ['Ada', 1]"),
        ({"title": 5}, "core.title: expected str, got int 5"),
    ],
)
def test_a_core_fact_of_the_wrong_type_is_the_extractors_bug(core: dict[str, object], reason: str) -> None:
    """It fails the facet with the type that is expected and the value that came; the other facts stay."""
    envelope = assemble(DOCUMENT, Findings(facets=(facet("metadata", core={"genre": "map", **core}),)))
    assert (outcome_of(envelope), envelope.facets["metadata"].reason) == (Outcome.FAILED, reason)
    assert (envelope.core.genre, envelope.truncated) == ("map", [])


def test_many_unknown_names_cost_no_more_than_one() -> None:
    """An extractor that puts names of the file into core is told of one of them, at once."""
    core = {f"page_coumt_{number}" * 10: 1 for number in range(2000)}
    started = time.process_time()
    envelope = assemble(DOCUMENT, Findings(facets=(facet("metadata", core=core),)))
    assert envelope.facets["metadata"].reason.startswith("core.page_coumt_0")
    assert time.process_time() - started < 0.5


def test_an_integer_beyond_64_bits_is_out_of_bounds_not_of_the_wrong_type() -> None:
    """The sanitiser makes text of what no store takes; a file that claims so many entries does not fail its extractor."""
    facts, _ = sanitize({"entry_count": 2**64, "dpi": -(2**70), "word_count": 2**60})
    envelope = assemble(DOCUMENT, Findings(facets=(facet("metadata", core=facts),)))
    assert outcome_of(envelope) == Outcome.COMPLETE
    assert envelope.truncated == ["core.entry_count", "core.dpi", "core.word_count"]


def test_a_file_writes_only_under_its_facet() -> None:
    """Keys of an extractor land under type_specific.<facet>, whatever they are called."""
    envelope = assemble(
        DOCUMENT, Findings(facets=(facet("metadata", document={"id": "evil"}, media_type="text/evil"),))
    )
    assert envelope.document == DOCUMENT
    assert envelope.media_type == "application/octet-stream"
    assert envelope.type_specific == {"metadata": {"document": {"id": "evil"}, "media_type": "text/evil"}}


def test_a_document_without_metadata_is_unsupported() -> None:
    """The outcome of a document is its metadata facet's."""
    assert outcome_of(assemble(DOCUMENT, Findings())) == Outcome.UNSUPPORTED


def test_readers_ignore_fields_of_later_versions() -> None:
    """An envelope with unknown fields, in core too, decodes."""
    data = msgspec.to_builtins(assemble(DOCUMENT, Findings()))
    data["later"] = 1
    data["core"]["later"] = 1
    assert msgspec.convert(data, Envelope).document == DOCUMENT
