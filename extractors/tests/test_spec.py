"""Declarations: what is refused, and what a context gives."""

from __future__ import annotations

import dataclasses
import inspect
from pathlib import Path
from typing import Any

import pytest

from firstbytes import Context, Extractor, Lane, Needs, Pending, Permission, PluginError, Signature, hookspecs
from firstbytes.hookspecs import Host

READ = Permission(actions=("textract:DetectDocumentText",), why="It reads the text of scans.")


@pytest.mark.parametrize("pattern", ["image/png", "image/*", "image/*+xml", "*/*", "application/vnd.a-b.c+json"])
def test_patterns_that_are_accepted(pattern: str) -> None:
    """A media type, a structured suffix, a top-level type, anything."""
    assert Extractor("a", (pattern,), "m:f").accepts == (pattern,)


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda: Extractor("A b", ("a/b",), "m:f"), "a name of a-z, 0-9 and '-', got 'A b'"),
        (lambda: Extractor("a", ("a/b",), "m:f", facet="Text"), "a facet of a-z, 0-9 and '-' for a, got 'Text'"),
        (lambda: Extractor("a", "image/png", "m:f"), "a tuple of media types in `accepts` of a"),
        (lambda: Extractor("a", (), "m:f"), "a tuple of media types in `accepts` of a"),
        (lambda: Extractor("a", ("png",), "m:f"), "a pattern like 'image/png' or 'image/*+xml' for a, got 'png'"),
        (lambda: Extractor("a", ("*/png",), "m:f"), "got '*/png'"),
        (lambda: Extractor("a", ("Image/PNG",), "m:f"), "got 'Image/PNG'"),
        (lambda: Extractor("a", ("a/b",), "m.f"), "an entry like 'pkg.module:function' for a, got 'm.f'"),
        (lambda: Signature("image/*", b"x"), "a media type like 'image/png', got 'image/*'"),
        (lambda: Signature("a/b"), "magic, member or suffix for a/b"),
        (lambda: Signature("a/b", "text"), "bytes in `magic` of a/b, got 'text'"),
        (lambda: Signature("a/b", b"x", -1), "magic within the first 8192 bytes for a/b, got offset -1"),
        (lambda: Signature("a/b", b"xy", 8191), "got offset 8191"),
        (lambda: Signature("a/b", suffix="db"), "a suffix like '.db', got 'db'"),
        (lambda: Permission(actions=("s3:*",), why="x"), "no wildcard, got 's3:*'"),
        (lambda: Permission(actions=("*",), why="x"), "no wildcard, got '*'"),
        (lambda: Permission(actions="s3:GetObject", why="x"), "a tuple in `actions`, got 's3:GetObject'"),
        (lambda: Permission(actions=("s3:GetObject",), resources="*", why="x"), "a tuple in `resources`"),
        (lambda: Permission(actions=(), why="x"), "at least one action and one resource"),
        (lambda: Permission(actions=("s3:GetObject",), why=" "), "a sentence in `why` for s3:GetObject"),
        (lambda: Needs(memory_mb=4000), "memory_mb in 1..3008 on lane inline, got 4000"),
        (lambda: Needs(timeout_s=61), "timeout_s in 1..60 on lane inline, got 61"),
        (lambda: Needs(lane=Lane.FUNCTION, timeout_s=901), "timeout_s in 1..900 on lane function, got 901"),
        (lambda: Needs(lane="cloud"), "a lane of inline, function, task, got 'cloud'"),
        (lambda: Needs(tmp_mb=-1), "tmp_mb and patience_s of at least 0"),
        (lambda: Needs(permissions=(READ,)), "lane FUNCTION or TASK for an extractor with permissions"),
        (lambda: Needs(lane="inline", permissions=(READ,)), "lane FUNCTION or TASK for an extractor with permissions"),
        (lambda: Pending(0), "after_s in 1..900, got 0"),
        (lambda: Pending(901), "after_s in 1..900, got 901"),
        (lambda: Pending(1, {"job": "x" * 5000}), "a state of at most 4096 bytes of JSON, got 5011"),
        (lambda: Pending(1, {"job": b"x"}), "a state of plain JSON"),
        (lambda: Pending(1, {"job": float("nan")}), "a state of plain JSON"),
    ],
)
def test_what_is_refused(declare: Any, message: str) -> None:
    """A declaration that cannot work is refused where it is made, with what was expected and what was got."""
    with pytest.raises(PluginError) as caught:
        declare()

    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("lane", "memory_mb", "timeout_s"), [("inline", 3008, 60), ("function", 10240, 900), ("task", 122880, 86400)]
)
def test_lanes_give_what_aws_gives(lane: str, memory_mb: int, timeout_s: int) -> None:
    """The most that each lane allows is allowed; a lane may be written as text."""
    assert Needs(lane=Lane(lane), memory_mb=memory_mb, timeout_s=timeout_s) == Needs(
        lane=lane,  # type: ignore[arg-type] # a plugin without types
        memory_mb=memory_mb,
        timeout_s=timeout_s,
    )


def test_lists_become_tuples() -> None:
    """Values stay hashable and cannot change, however they were written."""
    permission = Permission(actions=["a:B"], resources=["c"], why="d")  # type: ignore[arg-type]
    needs = Needs(lane=Lane.TASK, permissions=[permission])  # type: ignore[arg-type]

    assert hash(Extractor("a", ["a/b"], "m:f", needs=needs))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [Context, Extractor, Host, Needs, Pending, Permission, Signature])
def test_every_value_is_frozen_and_slotted(kind: Any) -> None:
    """What a plugin declares cannot change afterwards."""
    assert kind.__dataclass_params__.frozen
    assert "__dict__" not in dir(kind)


def test_a_context_gives_no_client_inline() -> None:
    """Only extractors with a role of their own get clients; the message says what to declare."""
    with pytest.raises(PluginError, match="lane FUNCTION or TASK to ask for the client 'textract'"):
        Context(media_type="a/b").client("textract")

    assert Context(media_type="a/b", clients=str.upper).client("textract") == "TEXTRACT"


def test_a_scratch_folder_is_made_on_first_use(tmp_path: Path) -> None:
    """Nothing is made for an extractor that does not ask; twice asked, it is the same folder."""
    context = Context(media_type="a/b", scratch=tmp_path / "x" / "y")
    assert not (tmp_path / "x").exists()

    assert context.tmp() == context.tmp() == tmp_path / "x" / "y"
    assert context.tmp().is_dir()


def test_a_context_without_a_scratch_folder_makes_one() -> None:
    """Called by hand, an extractor still has somewhere to write."""
    folder = Context(media_type="a/b").tmp()

    assert list(folder.iterdir()) == []
    folder.rmdir()


def test_both_hooks_are_documented_declarations() -> None:
    """There are two hooks, neither of them first-result or historic, each with its sentence."""
    hooks = {
        name: function for name, function in inspect.getmembers(hookspecs, inspect.isfunction) if "register" in name
    }

    assert list(hooks) == ["register_extractors", "register_signatures"]
    for function in hooks.values():
        assert inspect.getdoc(function)
        assert not function.firstbytes_spec["firstresult"]  # type: ignore[attr-defined] # set by pluggy
        assert not function.firstbytes_spec["historic"]  # type: ignore[attr-defined]
        assert list(inspect.signature(function).parameters) == ["host"]


def test_replace_checks_again() -> None:
    """A changed copy is checked like a new value."""
    with pytest.raises(PluginError):
        dataclasses.replace(Needs(), timeout_s=0)


def test_a_scratch_folder_is_private(tmp_path: Path) -> None:
    """Nobody else may look into it."""
    assert Context(media_type="a/b", scratch=tmp_path / "x").tmp().stat().st_mode & 0o777 == 0o700
