"""From findings to the envelope."""

from __future__ import annotations

import msgspec

from firstbytes.assemble import assemble
from firstbytes.envelope import Document, Envelope, Outcome, outcome_of
from firstbytes.run import FacetFindings, Findings

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
    for core in ({"colour": 1}, ["title"]):
        envelope = assemble(DOCUMENT, Findings(facets=(facet("metadata", core=core),)))
        assert outcome_of(envelope) == Outcome.FAILED
        assert "the core vocabulary has no field" in envelope.facets["metadata"].reason


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
