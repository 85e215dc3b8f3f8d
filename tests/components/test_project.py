"""The configuration of a stack, from its files or from Pulumi."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi
import pytest

from components import project


def write(folder: Path, **files: str) -> Path:
    """Write Pulumi files and return their folder."""
    for name, text in files.items():
        (folder / f"{name.replace('_', '.')}.yaml").write_text(text, "utf-8")
    return folder


def test_a_stack_is_laid_over_the_defaults(tmp_path: Path) -> None:
    """Every value comes as Pulumi gives it: under its full name, as a string, lists and tables as JSON."""
    write(
        tmp_path,
        Pulumi="config:\n  a: {type: integer, default: 1}\n  b: {type: array, default: []}\n"
        "  c: {type: string}\n  aws:d: {value: x}\n",
        Pulumi_dev="config:\n  firstbytes:b: [1, y]\n  firstbytes:e: true\n  pulumi:f: [aws]\n",
    )
    assert project.load(tmp_path, "dev") == {
        "firstbytes:a": "1",
        "firstbytes:b": '[1, "y"]',
        "aws:d": "x",
        "firstbytes:e": "true",
        "pulumi:f": '["aws"]',
    }
    assert project.own(project.load(tmp_path, "prod")) == {"a": "1", "b": "[]"}


def test_an_empty_stack_file_changes_nothing(tmp_path: Path) -> None:
    """A stack's file may be empty, as `pulumi stack init` leaves it."""
    write(tmp_path, Pulumi="config:\n  a: {type: integer, default: 1}\n", Pulumi_dev="")
    assert project.load(tmp_path, "dev") == {"firstbytes:a": "1"}


def test_an_encrypted_value_is_refused(tmp_path: Path) -> None:
    """Only Pulumi holds the key."""
    write(tmp_path, Pulumi="config: {}\n", Pulumi_dev="config:\n  firstbytes:a: {secure: v1:xyz}\n")
    with pytest.raises(ValueError, match="firstbytes:a in plain text"):
        project.load(tmp_path, "dev")


def test_the_running_program_sees_every_setting_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings come from the engine's environment or from an inline program's map; a misspelt one is among them."""
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"firstbytes:a": "1", "firstbytes:b": "2", "aws:region": "x"}))
    pulumi.runtime.set_all_config({"firstbytes:b": "3", "firstbytes:mispelt": "4"})
    try:
        assert project.given() == {"a": "1", "b": "3", "mispelt": "4"}
    finally:
        pulumi.runtime.set_all_config({})
