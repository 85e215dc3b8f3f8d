"""The compiled route table."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstbytes import Extractor, Lane, Needs, Permission, RouteConflict, RouteTableError, Signature
from firstbytes.claims import Claim
from firstbytes.routes import RouteTable, check_installed, compile_table, from_json, to_json

NEEDS = Needs(
    lane=Lane.FUNCTION,
    timeout_s=300,
    permissions=(Permission(actions=("textract:DetectDocumentText",), why="It reads scans."),),
)


def claim(name: str, *accepts: str, by: str = "firstbytes-x", **more: Any) -> Claim:
    """Return a claim."""
    return Claim(extractor=Extractor(name, accepts, "m.n:f", **more), plugin="p", distribution=by, version="1.0")


def small() -> RouteTable:
    """Return a table with something of everything."""
    return compile_table(
        [claim("png", "image/png"), claim("scans", "image/*", facet="text", needs=NEEDS)],
        [Signature("application/x-b", b"\x00\xff", 4), Signature("application/x-a", member="a.xml", suffix=".a")],
        {("image/png", "text"): "scans"},
        {"scans": {"pages": 3}},
        {"firstbytes-signs": "2.0"},
    )


def test_compile() -> None:
    """Every known type has its winners, sorted; distributions that bring only signatures are kept too."""
    table = small()

    assert table.routes["image/png"] == {"metadata": ("png",), "text": ("scans",)}
    assert table.routes["image/gif"] == {"text": ("scans",)}
    assert "text/plain" not in table.routes
    assert list(table.routes) == sorted(table.routes)
    assert table.distributions == {"firstbytes-signs": "2.0", "firstbytes-x": "1.0"}
    assert [s.media_type for s in table.signatures] == ["application/x-a", "application/x-b"]


def test_candidates() -> None:
    """A known type is looked up, an unknown one resolved; both give claims, the winner first."""
    table = small()

    assert {f: [c.extractor.name for c in cs] for f, cs in table.candidates("image/png").items()} == {
        "metadata": ["png"],
        "text": ["scans"],
    }
    assert list(table.candidates("image/x-unheard-of")) == ["text"]
    assert table.candidates("application/x-unheard-of") == {}


def test_an_alias_is_routed_like_its_type() -> None:
    """Who accepts an alias, or pins one, means the type."""
    table = compile_table(
        [claim("a", "application/x-sqlite3"), claim("b", "application/vnd.sqlite3")],
        pins={("application/x-sqlite3", "metadata"): "b"},
    )

    assert table.routes["application/vnd.sqlite3"] == {"metadata": ("b", "a")}


def test_a_conflict_is_found_when_compiling() -> None:
    """All conflicts are in one message, a line for each pattern and not for each type."""
    claims = [claim(n, "application/x-one", "application/vnd.sqlite3", "font/*") for n in ("a", "b")]

    with pytest.raises(RouteConflict) as caught:
        compile_table(claims)

    assert str(caught.value).partition("[tool.firstbytes.routes]\n")[2].splitlines() == [
        '"application/vnd.sqlite3" = "a"',
        '"application/x-one" = "a"',
        '"font/*" = "a"',
    ]


def test_what_a_conflict_prints_settles_it() -> None:
    """With the lines as pins the same plugins compile, types that inherit from a pinned one included."""
    claims = [claim(n, "application/x-one", "application/vnd.sqlite3", "*/*") for n in ("a", "b")]
    pins = {(p, "metadata"): "b" for p in ("application/x-one", "application/vnd.sqlite3", "*/*")}

    table = compile_table(claims, pins=pins)

    assert table.routes["application/geopackage+sqlite3"] == {"metadata": ("b", "a")}
    assert [c.extractor.name for c in table.candidates("x/unheard-of")["metadata"]] == ["b", "a"]


@pytest.mark.parametrize("pattern", ["chemical/*", "x-world/*+xml", "application/*+cbor"])
def test_a_conflict_over_types_nobody_knows_is_found(pattern: str) -> None:
    """It must not turn up when such a file arrives."""
    with pytest.raises(RouteConflict) as caught:
        compile_table([claim("a", pattern), claim("b", pattern)])

    assert f'"{pattern}" = "a"' in str(caught.value)


def test_many_conflicts_are_counted() -> None:
    """A page of them is enough."""
    types = [f"application/x-{n:03}" for n in range(50)]

    with pytest.raises(RouteConflict, match=r"and 30 more\."):
        compile_table([claim("a", *types), claim("b", *types)])


def test_a_pin_on_a_pattern_nobody_claims_is_refused() -> None:
    """A pin that decides nothing is a mistake."""
    with pytest.raises(RouteConflict, match=r"pins image/\* \(metadata\) to 'png'.*expected one of: none"):
        compile_table([claim("png", "image/png")], pins={("image/*", "metadata"): "png"})


def test_json_is_sorted_text() -> None:
    """It reads well in a review: indented, sorted, a newline at the end."""
    text = to_json(small()).decode()
    document = json.loads(text)

    assert text == json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    assert document["extractors"]["scans"]["lane"] == "function"
    assert document["extractors"]["scans"]["needs"]["permissions"][0]["why"] == "It reads scans."


NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@given(
    st.dictionaries(NAMES, st.sampled_from(["image/png", "image/*+xml", "text/csv", "font/*"]), max_size=4),
    st.lists(st.tuples(st.binary(min_size=1, max_size=8), st.integers(0, 99)), max_size=3, unique=True),
    st.dictionaries(NAMES, st.dictionaries(NAMES, JSONS, max_size=2), max_size=2),
)
def test_round_trip(
    declared: dict[str, str], magics: list[tuple[bytes, int]], config: dict[str, dict[str, Any]]
) -> None:
    """What is written is read back as it was."""
    claims = [claim(name, pattern, facet=f"f-{name}", needs=NEEDS) for name, pattern in declared.items()]
    table = compile_table(claims, [Signature("a/b", magic, offset) for magic, offset in magics], None, config)

    assert from_json(to_json(table)) == table


PROGRAM = """
import sys
from firstbytes.plugins import discover
from firstbytes.routes import compile_table, to_json
found = discover(allow=())
sys.stdout.buffer.write(to_json(compile_table(found.claims, found.signatures, None, {"pdf": {"b": 1, "a": 2}})))
"""


def test_the_table_is_the_same_under_every_hash_seed() -> None:
    """Sets and dictionaries leave no trace in it."""
    tables = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }

    assert len(tables) == 1
    assert len(from_json(tables.pop()).routes) > 50


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.clear(), "missing required field"),
        (lambda d: d.update(schema=2), "the schema is 2, and this firstbytes reads 1: run `firstbytes compile` again"),
        (lambda d: d.update(api=9), "the plugin API is 9, and this firstbytes speaks 1"),
        (lambda d: d["routes"]["image/png"].update(text=["nobody"]), "a route names 'nobody'"),
        (lambda d: d["extractors"]["png"].update(entry="import os"), "an entry like"),
        (lambda d: d["extractors"]["png"].update(lane="cloud"), "cloud"),
        (lambda d: d["signatures"][0].update(magic="zz"), "non-hexadecimal"),
    ],
)
def test_what_is_no_route_table_is_refused(change: Any, message: str) -> None:
    """The message says what is wrong and how to make one."""
    document = json.loads(to_json(small()))
    change(document)

    with pytest.raises(RouteTableError) as caught:
        from_json(json.dumps(document).encode())
    assert message in str(caught.value)
    assert "`firstbytes compile`" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b'{"schema": "1"}'])
def test_garbage_is_refused(data: bytes) -> None:
    """Bytes that are no table raise the one error for that."""
    with pytest.raises(RouteTableError):
        from_json(data)


def test_a_worker_refuses_other_versions() -> None:
    """Every difference is listed, with what to type."""

    def installed(name: str) -> str:
        if name == "firstbytes-signs":
            raise PackageNotFoundError(name)
        return "1.1"

    with pytest.raises(RouteTableError) as caught:
        check_installed(small(), installed)
    assert "firstbytes-signs: expected 2.0, got nothing; firstbytes-x: expected 1.0, got 1.1" in str(caught.value)

    check_installed(small(), {"firstbytes-signs": "2.0", "firstbytes-x": "1.0"}.__getitem__)
