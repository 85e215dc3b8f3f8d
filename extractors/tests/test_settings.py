"""[tool.firstbytes] and FIRSTBYTES_PLUGINS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firstbytes import RouteTableError
from firstbytes.settings import Settings, load, parse

WHOLE = """
[tool.firstbytes]
plugins = ["firstbytes-sqlite"]
[tool.firstbytes.routes]
"application/x-sqlite3" = "sqlite"
"application/pdf#text" = "acme-pdf"
"image/*" = "acme-images"
[tool.firstbytes.config.sqlite]
tables = 50
[tool.firstbytes.grants]
firstbytes-textract = ["textract:DetectDocumentText"]
"""


def test_everything(tmp_path: Path) -> None:
    """All four keys are read; media types are canonical, a pin without a facet is for metadata."""
    (tmp_path / "pyproject.toml").write_text(WHOLE, encoding="utf-8")

    assert load(tmp_path, {}) == Settings(
        plugins=("firstbytes-sqlite",),
        pins={
            ("application/vnd.sqlite3", "metadata"): "sqlite",
            ("application/pdf", "text"): "acme-pdf",
            ("image/*", "metadata"): "acme-images",
        },
        config={"sqlite": {"tables": 50}},
        grants={"firstbytes-textract": ("textract:DetectDocumentText",)},
    )


def test_the_nearest_table_counts(tmp_path: Path) -> None:
    """A pyproject.toml without the table is passed over on the way up."""
    (tmp_path / "pyproject.toml").write_text(WHOLE, encoding="utf-8")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    (tmp_path / "a" / "pyproject.toml").write_text("tool = 3\n", encoding="utf-8")

    assert load(inner, {}).plugins == ("firstbytes-sqlite",)


def test_without_a_table_all_plugins_may_load(tmp_path: Path) -> None:
    """The default is what is installed."""
    (tmp_path / "pyproject.toml").write_text("[tool.firstbytes]\n", encoding="utf-8")

    assert load(tmp_path, {}) == parse({}, {}) == Settings()


@pytest.mark.parametrize(
    ("value", "expected"), [("", ()), ("firstbytes-a", ("firstbytes-a",)), (" a , b,", ("a", "b"))]
)
def test_the_environment_overrides_the_list(value: str, expected: tuple[str, ...]) -> None:
    """Empty means none, else those; the rest of the settings stays."""
    assert parse({"plugins": ["x"]}, {"FIRSTBYTES_PLUGINS": value}).plugins == expected


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"plugin": []}, "an unknown key 'plugin'"),
        ({"plugins": "firstbytes-a"}, "plugins: expected a list of distribution names"),
        ({"plugins": [1]}, "plugins: expected a list of distribution names"),
        ({"routes": []}, "routes: expected lines like"),
        ({"routes": {"pdf": "a"}}, "routes: expected lines like"),
        ({"routes": {"a/b#": "a"}}, "routes: expected lines like"),
        ({"routes": {"a/b": 1}}, "routes: expected lines like"),
        ({"routes": {"a/b": "x", "a/b#metadata": "y"}}, "got two that mean the same"),
        ({"config": {"a": 1}}, "config: expected a table for each extractor"),
        ({"config": 1}, "config: expected a table for each extractor"),
        ({"grants": {"a": "s3:GetObject"}}, "grants: expected lines like"),
        ({"grants": 1}, "grants: expected lines like"),
    ],
)
def test_what_is_wrong_is_said(table: dict[str, Any], message: str) -> None:
    """Each mistake names its key and shows how it is written."""
    with pytest.raises(RouteTableError, match=message):
        parse(table, {})


def test_all_that_is_wrong_is_said_at_once() -> None:
    """One look is enough to mend everything."""
    with pytest.raises(RouteTableError, match=r"unknown key.*plugins:.*routes:.*config:.*grants:"):
        parse({"x": 1, "plugins": 1, "routes": 1, "config": 1, "grants": 1}, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [("[tool", "cannot read"), ("[tool]\nfirstbytes = 3", r"expected a table \[tool.firstbytes\]")],
)
def test_a_broken_pyproject_is_named(tmp_path: Path, text: str, message: str) -> None:
    """The message has the path."""
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")

    with pytest.raises(RouteTableError, match=message) as caught:
        load(tmp_path, {})
    assert str(tmp_path / "pyproject.toml") in str(caught.value)
