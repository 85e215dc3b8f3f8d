"""The page about writing a plugin: its plugin is made from the page alone, its commands run, its facts checked."""

from __future__ import annotations

import inspect
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from firstbytes import Context, Extractor, Lane, Pending, Signature, hookspecs, sniff
from firstbytes.advice import FACETS, on_plugin
from firstbytes.claims import Claim
from firstbytes.registry import candidates
from firstbytes.sanitize import MAX_BYTES, MAX_ITEMS, MAX_KEYS, MAX_TEXT
from firstbytes.source import Budget, BytesSource
from firstbytes.spec import API

PAGE = (Path(__file__).parents[1] / "docs" / "writing-plugins.md").read_text("utf-8")
BLOCKS: list[tuple[str, str, str]] = re.findall(
    r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```', PAGE, re.MULTILINE | re.DOTALL
)
PYTHON = f'"{sys.executable}"'
COMMANDS = {
    # What a new author types, and what does the same here without the network or this environment being changed.
    "pip install 'firstbytes[cli]' -e .": f'{PYTHON} -m uv pip install --offline --no-deps --no-cache --quiet --target "$SITE" .',
    "pip install pytest": "true",
    "pytest -x": f"{PYTHON} -m pytest -x -q -p no:cacheprovider",
    "firstbytes": f"{PYTHON} -c 'import sys; sys.argv[0] = \"firstbytes\"; from firstbytes.cli import main; main()'",
    "uv build": f"{PYTHON} -m uv build --offline --no-cache --quiet",
}


def typed(line: str) -> str:
    """Return a command of the page as it is run here."""
    for written, run in COMMANDS.items():
        if line == written or line.startswith(f"{written} "):
            return run + line.removeprefix(written)
    return line


def timeless(printed: str) -> list[str]:
    """Return lines without what differs from run to run."""
    return [re.sub(r"[\d.]+ ms", "0 ms", line.rstrip()) for line in printed.splitlines()]


@pytest.mark.slow
def test_the_plugin_of_the_page(tmp_path: Path) -> None:
    """Files are written and commands run in the order of the page; what a command is shown to print, it prints."""
    project, site = tmp_path / "firstbytes-wad", tmp_path / "site"
    project.mkdir()
    path = os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    mine = os.environ | {"SITE": str(site), "PYTHONPATH": path, "FIRSTBYTES_PLUGINS": "firstbytes-wad"}
    printed: dict[str, str] = {}
    for language, title, text in BLOCKS:
        if language in {"toml", "python"} and title:
            (project / title).parent.mkdir(parents=True, exist_ok=True)
            (project / title).write_text(text, encoding="utf-8")
        elif language == "text":
            assert timeless(text) == timeless(printed[title])
        elif language == "sh":
            for line in text.splitlines():
                done = subprocess.run(
                    ["bash", "-c", typed(line)], cwd=project, env=mine, capture_output=True, text=True, check=False
                )
                assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
                printed[line] = done.stdout

    assert " passed" in printed["pytest -x"]
    assert [wheel.name for wheel in (project / "dist").glob("*.whl")] == ["firstbytes_wad-0.1.0-py3-none-any.whl"]
    lint = [sys.executable, "-m", "ruff", "check", "--isolated", "--quiet", "--exclude", "dist", "."]
    assert subprocess.run(lint, cwd=project, check=False).returncode == 0


def test_headings_are_the_hooks_signatures() -> None:
    """The section on hooks has each hook, with its arguments and types as they are."""
    hooks = [
        f"{name}{str(inspect.signature(function)).replace(chr(39), '')}"
        for name, function in vars(hookspecs).items()
        if hasattr(function, "firstbytes_spec")
    ]

    assert len(hooks) == 2
    assert re.findall(r"^### (.*)$", PAGE, re.MULTILINE) == hooks


def test_pending_on_the_page_works() -> None:
    """The example waits twice and then answers."""
    code = next(text for language, title, text in BLOCKS if language == "python" and not title and "Pending(" in text)
    scope: dict[str, Any] = {}
    exec(compile(code, "writing-plugins.md", "exec"), scope)

    class Textract:
        asked = 0

        def start_document_analysis(self, *, ClientRequestToken: str) -> dict[str, str]:  # noqa: N803 - AWS's name
            return {"JobId": f"job of {ClientRequestToken}"}

        def get_document_analysis(self, *, JobId: str) -> dict[str, Any]:  # noqa: N803 - AWS's name
            self.asked += 1
            return {"JobStatus": "IN_PROGRESS" if self.asked == 1 else "SUCCEEDED", "Blocks": [JobId]}

    service = Textract()

    def call(state: Any) -> Any:
        context = Context(media_type="image/tiff", state=state, request_token="t", clients=lambda _: service)
        return scope["extract"](BytesSource(b""), context)

    first = call(None)
    assert first == Pending(10, {"job": "job of t"})
    assert call(first.state) == Pending(30, first.state)
    assert call(first.state) == {"blocks": 1}


def test_needs_on_the_page_are_valid() -> None:
    """The example of permissions is accepted."""
    code = next(
        text for language, title, text in BLOCKS if language == "python" and not title and "Permission(" in text
    )
    scope: dict[str, Any] = {}
    exec(compile(code, "writing-plugins.md", "exec"), scope)

    assert scope["scans"].needs.lane is Lane.FUNCTION


def signatures_on_the_page() -> list[Signature]:
    """Return those of the example, which must be ones."""
    code = next(text for language, title, text in BLOCKS if language == "python" and not title and "SIGNATURES" in text)
    scope: dict[str, Any] = {}
    exec(compile(code, "writing-plugins.md", "exec"), scope)
    found: list[Signature] = scope["SIGNATURES"]
    return found


def comic() -> bytes:
    """Return a ZIP with the member of the page's example."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("comic/pages.xml", "<pages/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "media_type"),
    [
        (b"SONG\0\1" + bytes(300), "", "application/x-song"),
        (bytes(257) + b"TAPE" + bytes(300), "", "application/x-tape"),
        (comic(), "", "application/x-comic+zip"),
        (b"Two eggs, a pinch of salt.\n", "omelette.recipe", "text/x-recipe"),
        (b"%PDF-1.7\n", "omelette.recipe", "application/pdf"),
    ],
)
def test_signatures_on_the_page_work(data: bytes, name: str, media_type: str) -> None:
    """Each kind of signature gives its type away; a suffix does not where the bytes say otherwise."""
    found = sniff(BytesSource(data), name=name, signatures=signatures_on_the_page())

    assert found.media_type == media_type


def test_what_the_page_says_of_signatures() -> None:
    """A suffix does not make text an application; a signature of ours as long wins, and is warned of."""
    text = BytesSource(b"Two eggs, a pinch of salt.\n")
    suffix = Signature("application/x-recipe", suffix=".recipe")
    magic = Signature("application/x-mine", b"%PDF-")

    assert sniff(text, name="a.recipe", signatures=[suffix]).media_type == "text/plain"
    assert sniff(BytesSource(b"%PDF-1.7\n"), signatures=[magic]).media_type == "application/x-mine"
    assert on_plugin((), [magic])


def test_what_the_page_says_of_facets() -> None:
    """Labels of text are labels of CSV and JSON too, until somebody claims those; metadata goes to the newcomer."""

    def claim(name: str, accepts: str, facet: str, by: str = "firstbytes-x") -> Claim:
        return Claim(
            extractor=Extractor(name, (accepts,), "m:f", facet=facet), plugin="p", distribution=by, version="1"
        )

    claims = [claim("words", "text/plain", "labels"), claim("json", "application/json", "labels")]
    both = [claim("csv", "text/csv", "metadata", "firstbytes"), claim("mine", "text/csv", "metadata")]

    assert candidates(claims, "text/csv")["labels"] == (claims[0],)
    assert candidates(claims[:1], "application/json")["labels"] == (claims[0],)
    assert candidates(claims, "application/json")["labels"][0] == claims[1]
    assert candidates([*claims, *both], "text/csv")["metadata"] == (both[1], both[0])


def test_facets_on_both_pages_are_those_of_the_code() -> None:
    """The facets that everybody knows are listed alike."""
    *most, last = [f"`{facet}`" for facet in FACETS]
    listed = f"{', '.join(most)} and {last} are "

    assert listed in PAGE
    assert listed in (Path(__file__).parents[1] / "docs" / "routing.md").read_text("utf-8")


def test_numbers_on_the_page_are_those_of_the_code() -> None:
    """Limits, budget and API are what the library has."""
    from firstbytes.spec import _LANE_LIMITS

    for lane, (memory_mb, timeout_s) in _LANE_LIMITS.items():
        assert f"| `{lane.name}` | {memory_mb:,} MB | {timeout_s:,} s |" in PAGE
    assert f"{MAX_BYTES // 1024} KB, {MAX_KEYS:,} keys, {MAX_ITEMS:,} items a list and {MAX_TEXT:,} characters" in PAGE
    assert f"{Budget().max_bytes >> 20} MB and {Budget().max_reads} reads" in PAGE
    assert f"`Extractor.api` is {API};" in PAGE
