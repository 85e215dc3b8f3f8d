"""The engine is taken from PATH, from the cache, or built; what cannot be had is said with how to get it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine import engine


def script(path: Path, text: str) -> Path:
    """Write an executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def environ(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose PATH and cache are empty but for what a test puts there."""
    return {"PATH": f"{tmp_path / 'path'}:/bin:/usr/bin", "XDG_CACHE_HOME": str(tmp_path / "cache")}


GO = 'if [ "$1" = version ]; then echo "go version go1.{minor}.0 linux/amd64"; else {build}; fi'
# `go build ... -o TARGET PACKAGE`: the target is the last argument but one.
BUILD = 'while [ $# -gt 2 ]; do shift; done; printf \'#!/bin/sh\\necho built\' > "$1"; chmod +x "$1"'


def test_an_engine_on_the_path_is_used_when_it_is_new_enough(tmp_path: Path) -> None:
    """A newer version than the pinned one is welcome."""
    there = script(tmp_path / "path" / "pulumi", "echo v99.0.0")
    assert engine.find(environ(tmp_path)) == there


@pytest.mark.parametrize("says", ["echo v3.1.0", "exit 1", "echo what"])
def test_an_engine_that_is_too_old_or_broken_is_passed_over(tmp_path: Path, says: str) -> None:
    """The cache is used instead, without a build when it holds one."""
    script(tmp_path / "path" / "pulumi", says)
    cached = script(engine.cache(environ(tmp_path)), "echo v3.274.1")
    assert engine.find(environ(tmp_path)) == cached


def test_an_engine_is_built_once(tmp_path: Path) -> None:
    """The second search finds what the first one built."""
    go = script(tmp_path / "path" / "go", GO.format(minor=26, build=BUILD))
    built = engine.find(environ(tmp_path))
    assert built.read_text().endswith("echo built")
    go.unlink()
    assert engine.find(environ(tmp_path)) == built


@pytest.mark.parametrize(
    ("go", "why"),
    [
        (GO.format(minor=25, build="exit 0"), "got go version go1.25.0"),
        (GO.format(minor=26, build="echo no space >&2; exit 1"), "the build failed: no space"),
    ],
    ids=["old", "failing"],
)
def test_what_cannot_be_built_is_said_with_how_to_get_it(tmp_path: Path, go: str, why: str) -> None:
    """An old Go and a failed build leave no engine behind, and name the command to type."""
    script(tmp_path / "path" / "go", go)
    with pytest.raises(engine.EngineMissing, match=rf"expected pulumi >= 3\..*{why}.*try: curl") as missing:
        engine.find(environ(tmp_path))
    assert "\n" not in str(missing.value)
    assert [path.name for path in engine.cache(environ(tmp_path)).parent.iterdir()] == ["lock"]


def test_the_cache_belongs_to_what_was_built(tmp_path: Path) -> None:
    """Other Go modules are another engine."""
    module = tmp_path / "go"
    module.mkdir()
    (module / "go.mod").write_text(f"module x\n\nrequire (\n\t{engine.PACKAGE} v3.9.1\n)\n")
    (module / "go.sum").write_text("")
    first = engine.cache(environ(tmp_path), module)
    assert engine.wanted(module) == "3.9.1"
    (module / "go.sum").write_text("more")
    assert engine.cache(environ(tmp_path), module) != first
