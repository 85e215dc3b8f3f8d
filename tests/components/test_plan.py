"""The plan: which plugin may do what, and what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from components import plan
from firstbytes import Extractor, Lane, Needs, Permission
from firstbytes.claims import Claim
from firstbytes.routes import compile_table, to_json

GRANTS = {"firstbytes-textract": ("textract:DetectDocumentText",)}


def claim(*actions: str, version: str = "1.0") -> Claim:
    """Return a plugin that asks for these actions."""
    permission = Permission(actions=actions, why="Reads the text of scanned pages.")
    needs = Needs(lane=Lane.FUNCTION, permissions=(permission,))
    extractor = Extractor("textract", ("application/pdf",), "firstbytes_textract:extract", facet="text", needs=needs)
    return Claim(extractor=extractor, plugin="textract", distribution="firstbytes-textract", version=version)


def test_a_new_plugin_is_all_added() -> None:
    """Against nothing, every right and plugin is new."""
    found = plan.compare(None, compile_table([claim("textract:DetectDocumentText")]), GRANTS)
    assert [(row.change, row.granted) for row in found.rows] == [("added", True)]
    assert found.plugins == (("firstbytes-textract", "", "1.0"),)
    assert not found.ungranted


def test_what_changed_is_marked_and_what_is_not_granted_named() -> None:
    """A new version that asks for another action shows both, and the line that would grant it."""
    before = compile_table([claim("textract:DetectDocumentText")])
    after = compile_table([claim("textract:AnalyzeDocument", version="1.1")])
    found = plan.compare(before, after, GRANTS)
    assert [(row.right.action, row.change) for row in found.rows] == [
        ("textract:AnalyzeDocument", "added"),
        ("textract:DetectDocumentText", "removed"),
    ]
    shown = plan.show(found)
    assert "~ plugin firstbytes-textract 1.0 -> 1.1" in shown
    assert "+ firstbytes-textract  textract  textract:AnalyzeDocument  on *   NOT GRANTED" in shown
    assert 'firstbytes-textract = ["textract:AnalyzeDocument"]' in shown


def test_the_committed_table_is_the_one_installed(capsys: pytest.CaptureFixture[str]) -> None:
    """The repository's own plan changes nothing: routes.json is what its plugins compile to."""
    assert plan.main(["--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"rows": [], "plugins": []}


def test_a_table_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that holds no route table ends with status 2 and what was expected."""
    wrong = tmp_path / "routes.json"
    wrong.write_bytes(to_json(compile_table([claim("textract:DetectDocumentText")]))[:40])
    assert plan.main(["--against", str(wrong)]) == 2
    assert "expected a route table" in capsys.readouterr().err
