"""What works and yet is probably a mistake."""

from __future__ import annotations

import pytest

from firstbytes import Extractor, Signature
from firstbytes.advice import FACETS, on_plugin, on_table
from firstbytes.claims import Claim
from firstbytes.routes import compile_table


def claim(name: str, *accepts: str, facet: str = "metadata") -> Claim:
    """Return a claim."""
    return Claim(extractor=Extractor(name, accepts, "m:f", facet=facet), plugin="p", distribution="d", version="1")


@pytest.mark.parametrize(
    ("signature", "taken"),
    [
        (Signature("application/x-mine", b"%PDF-"), "application/pdf"),
        (Signature("application/x-mine+zip", b"PK\x03\x04"), "application/zip"),
        (Signature("application/x-mine", b"%PDF-1."), "some application/pdf"),
    ],
)
def test_a_signature_that_takes_files_from_us(signature: Signature, taken: str) -> None:
    """The same magic takes a type, one that continues a telling magic takes some of its files."""
    assert on_plugin((), [signature]) == (
        f"its signature {signature.magic!r} at {signature.offset} takes {taken} from firstbytes",
    )


@pytest.mark.parametrize(
    "signature",
    [
        Signature("application/pdf", b"%PDF-"),
        Signature("application/x-pdf", b"%PDF-"),
        Signature("application/x-mine+xml", b"<?xml version='1.0'?><mine>"),
        Signature("application/x-mine", b"%PDF"),
        Signature("application/x-mine", b"%PDF-", 1),
        Signature("application/x-mine", b"PK\x03\x04mine"),
        Signature("application/x-mine", b"NOBODY'S"),
        Signature("application/x-mine", suffix=".pdf"),
    ],
)
def test_a_signature_of_its_own(signature: Signature) -> None:
    """Our own type again, a kind of it, a shorter magic (ours wins), another place, or a longer one in a container."""
    assert not on_plugin((), [signature])


@pytest.mark.parametrize(
    ("facet", "meant"), [("label", "labels"), ("meta-data", "metadata"), ("thumbnails", "thumbnail")]
)
def test_a_facet_near_a_known_one(facet: str, meant: str) -> None:
    """It is a facet of its own, which nobody will look for."""
    assert on_plugin([claim("a", "a/b", facet=facet), claim("b", "a/b", facet=facet)], ()) == (
        f"its facet {facet!r} is a new one; did you mean {meant!r}?",
    )


@pytest.mark.parametrize("facet", [*FACETS, "faces", "transcript", "tables"])
def test_facets_are_open(facet: str) -> None:
    """The known ones and new ones get no warning."""
    assert not on_plugin([claim("a", "a/b", facet=facet)], ())


def test_config_for_nobody() -> None:
    """Settings of an extractor that is not there are told with the nearest that is."""
    table = compile_table([claim("sqlite", "a/b")], config={"sqlit": {}, "zzz": {}, "sqlite": {}})

    assert on_table(table) == (
        "[tool.firstbytes.config.sqlit] is for an extractor that is not there; did you mean 'sqlite'?",
        "[tool.firstbytes.config.zzz] is for an extractor that is not there",
    )


def test_a_signature_without_an_extractor() -> None:
    """A type that is recognised and read by nobody is told; one that is read by a general pattern is not."""
    signatures = [Signature("application/x-alone", b"ALONE"), Signature("image/x-b", b"B", 3)]

    assert on_table(compile_table([claim("images", "image/*")], signatures)) == (
        "application/x-alone has a signature, and no extractor that accepts it",
    )
