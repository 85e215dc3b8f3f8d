"""`firstbytes.sniff` is a package and a function, whatever was imported first."""

from __future__ import annotations

import itertools
import subprocess
import sys
from pathlib import Path

import pytest

IMPORTS = (
    "from firstbytes import sniff",
    "import firstbytes.sniff",
    "from firstbytes.sniff import Sniffed",
    "from firstbytes.sniff.engine import reconcile",
    "import firstbytes.run",
)
USE = """
import firstbytes
from firstbytes import BytesSource, Sniffed, sniff
from firstbytes.sniff import sniff as function
from firstbytes.sniff.values import Head
found: Sniffed = sniff(BytesSource(b"%PDF-1.7\\n"), name="a.pdf")
again: Sniffed = function(BytesSource(b"%PDF-1.7\\n"), name="a.pdf")
assert found == again == firstbytes.sniff(BytesSource(b"%PDF-1.7\\n"), name="a.pdf")
assert found.media_type == "application/pdf"
assert callable(firstbytes.sniff)
assert Head.__name__ == "Head"
"""


@pytest.mark.parametrize("first", list(itertools.permutations(IMPORTS, 2)), ids=" then ".join)
def test_it_can_be_called_whatever_was_imported_first(first: tuple[str, str]) -> None:
    """In each order of two imports, the name is callable and the package's parts are importable."""
    done = subprocess.run([sys.executable, "-c", "\n".join((*first, USE))], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_it_is_a_function_to_a_type_checker(tmp_path: Path) -> None:
    """Mypy knows the arguments and the result."""
    program = tmp_path / "program.py"
    wrong = "sniff(5)  # type: ignore[arg-type]\n"
    program.write_text(f"{USE}{wrong}", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--warn-unused-ignores", f"--cache-dir={tmp_path}", str(program)],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
