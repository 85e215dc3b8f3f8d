"""Where an exception came from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firstbytes.trace import place


def _raised(module: str) -> BaseException:
    """Import a module that raises, and return what it raised."""
    with pytest.raises(Exception, match=r".") as caught:
        __import__(module)
    return caught.value


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the name of a package whose `deep.inner` calls a library that raises."""
    folder = tmp_path / "acme_traced" / "deep"
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    (folder / "__init__.py").write_text("def call(what):\n    return what('{')\n")
    (folder / "inner.py").write_text("import json\nfrom acme_traced.deep import call\n\ncall(json.loads)\n")
    monkeypatch.syspath_prepend(tmp_path)
    return "acme_traced"


def test_the_last_frame_inside_the_package_counts(package: str) -> None:
    """Not the library it called, nor who called it; a package's own module is its __init__.py."""
    error = _raised(f"{package}.deep.inner")

    assert place(error, package) == "acme_traced/deep/__init__.py:2"
    assert place(error, "acme_traced.deep.inner") == "acme_traced/deep/inner.py:4"
    assert place(error, "acme") == ""


def test_a_place_is_no_path_of_the_machine(package: str) -> None:
    """It begins with the package wherever that is installed."""
    assert place(_raised(f"{package}.deep.inner"), json.__name__).startswith("json/decoder.py:")
