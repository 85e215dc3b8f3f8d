"""Discovery, on real distributions that are installed into a folder of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import FrozenInstanceError
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from firstbytes import Extractor, PluginError
from firstbytes.plugins import Problem, check_api, discover, normal

SHOW = """
import dataclasses, json, sys
from firstbytes.plugins import discover
found = discover(json.loads(sys.argv[1]))
print(json.dumps({
    "loaded": {p.distribution: [p.version, p.plugin, p.module, [c.extractor.name for c in p.claims],
                                [s.media_type for s in p.signatures], p.warnings] for p in found.loaded},
    "problems": {p.distribution: [p.stage, p.error, p.remedy] for p in found.problems},
    "imported": sorted(name for name in sys.modules if name.startswith("firstbytes_")),
}))
"""


@pytest.fixture(scope="session")
def plugin_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder into which the test distributions are installed: for PYTHONPATH, or to uninstall from."""
    folder = tmp_path_factory.mktemp("plugins")
    sources = sorted(str(path) for path in (Path(__file__).parent / "distributions").glob("firstbytes-*"))
    # uv brings its own build backend: nothing is downloaded.
    options = ["--offline", "--no-deps", "--no-cache", "--quiet", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "uv", "pip", "install", *options, *sources], check=True)
    return folder


def python(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python where the distributions in a folder are installed."""
    path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return subprocess.run(
        [sys.executable, *arguments],
        env=os.environ | {"PYTHONPATH": path} | environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def found(folder: Path, *names: str) -> dict[str, Any]:
    """Return what discovery finds when these test distributions may load."""
    done = python(folder, "-c", SHOW, json.dumps([f"firstbytes-{name}" for name in names]))
    assert done.returncode == 0, done.stderr
    shown: dict[str, Any] = json.loads(done.stdout)
    shown["loaded"].pop("firstbytes", None)
    return shown


NAMES = sorted(path.name.removeprefix("firstbytes-") for path in (Path(__file__).parent / "distributions").glob("f*"))


@pytest.fixture(scope="session")
def everything(plugin_folder: Path) -> dict[str, Any]:
    """Return what discovery finds when all test distributions may load, but the one that takes another's name."""
    return found(plugin_folder, *(name for name in NAMES if name != "double"))


def test_a_good_plugin_loads(everything: dict[str, Any]) -> None:
    """Its extractors, signatures, version and module are known, and it has nothing to mend."""
    assert everything["loaded"]["firstbytes-good"] == [
        "1.2",
        "good",
        "firstbytes_good",
        ["good"],
        ["application/x-good"],
        [],
    ]


@pytest.mark.parametrize(
    ("name", "stage", "error"),
    [
        ("broken", "import", "RuntimeError: no luck today"),
        ("needy", "import", "ModuleNotFoundError: No module named 'no_such_library'"),
        ("typo", "hooks", "did you mean 'register_extractors' instead of 'register_extractor'?"),
        ("wrapper", "hooks", "expected a plain register_extractors, got a hook wrapper"),
        ("future", "declare", "future speaks plugin API 2; this firstbytes speaks 1: upgrade firstbytes"),
        ("raiser", "declare", "Sulk: (its message cannot be shown)"),
        ("alone", "declare", "expected a list of Extractor values, got Extractor"),
        ("foreign", "declare", "expected Signature values, got bytes"),
        ("thief", "names", "the extractor name 'pdf' is already used by firstbytes"),
        ("twice", "names", "the extractor name 'twice' is declared twice"),
    ],
)
def test_a_bad_plugin_is_a_problem(everything: dict[str, Any], name: str, stage: str, error: str) -> None:
    """It is listed with stage, cause and the command that removes it."""
    got_stage, got_error, remedy = everything["problems"][f"firstbytes-{name}"]
    assert got_stage == stage
    assert error in got_error
    assert remedy == f"pip uninstall firstbytes-{name}"


def test_every_failure_stays_where_it_is(everything: dict[str, Any]) -> None:
    """With all of them installed, each bad plugin is one problem and each other one loads."""
    assert sorted(everything["loaded"]) == [f"firstbytes-{n}" for n in ("good", "left", "noisy", "right", "slow")]
    assert len(everything["loaded"]) + len(everything["problems"]) == len(NAMES) - 1


def test_a_plugin_name_is_taken_once(plugin_folder: Path) -> None:
    """Of two distributions with a plugin of one name, the later in the alphabet is a problem."""
    shown = found(plugin_folder, "good", "double")

    assert list(shown["loaded"]) == ["firstbytes-double"]
    assert shown["problems"]["firstbytes-good"][:2] == [
        "names",
        "the plugin name 'good' is already used by firstbytes-double",
    ]


def test_a_slow_and_a_noisy_import_are_warned_of(everything: dict[str, Any]) -> None:
    """They work; their authors are told, and what is printed does not reach standard output."""
    assert "it prints when imported" in everything["loaded"]["firstbytes-noisy"][-1]
    assert everything["loaded"]["firstbytes-slow"][-1][0].startswith("its import takes ")


def test_what_is_not_allowed_is_not_imported(plugin_folder: Path) -> None:
    """The list of plugins is applied before any of them is imported."""
    assert found(plugin_folder, "good")["imported"] == ["firstbytes_good"]
    assert found(plugin_folder)["imported"] == []


def test_spelling_of_a_distribution_does_not_matter(plugin_folder: Path) -> None:
    """Names compare as package indexes compare them (PEP 503)."""
    done = python(plugin_folder, "-c", SHOW, json.dumps(["Firstbytes_Good"]))

    assert "firstbytes-good" in json.loads(done.stdout)["loaded"]
    assert normal("Firstbytes__X.y") == "firstbytes-x-y"


def test_a_listed_plugin_that_is_not_installed_is_a_problem(plugin_folder: Path) -> None:
    """The problem says which, and how to install it."""
    stage, error, remedy = found(plugin_folder, "absent")["problems"]["firstbytes-absent"]

    assert (stage, remedy) == ("discovery", "pip install firstbytes-absent")
    assert "firstbytes.plugin" in error


def firstbytes(folder: Path, *arguments: str, load: Sequence[str]) -> subprocess.CompletedProcess[str]:
    """Run the command where the distributions are installed."""
    code = "import sys; sys.argv[0] = 'firstbytes'; from firstbytes.cli import main; main()"
    return python(folder, "-c", code, *arguments, FIRSTBYTES_PLUGINS=",".join(f"firstbytes-{n}" for n in load))


def test_the_command_that_removes_a_broken_plugin_works(plugin_folder: Path, tmp_path: Path) -> None:
    """`firstbytes plugins` names the broken plugin and what removes it; once that is done all is well."""
    mine = tmp_path / "site"
    shutil.copytree(plugin_folder, mine)
    before = firstbytes(mine, "plugins", load=["broken", "good"])

    assert before.returncode == 1
    assert "firstbytes-broken" in before.stderr
    assert "pip uninstall firstbytes-broken" in " ".join(before.stderr.split())
    assert "good" in before.stdout
    assert "Traceback" not in before.stdout + before.stderr

    uninstall = [sys.executable, "-m", "uv", "pip", "uninstall", "--quiet", "--target", str(mine), "firstbytes-broken"]
    subprocess.run(uninstall, check=True)

    assert firstbytes(mine, "plugins", load=["good"]).returncode == 0


def test_a_conflict_prints_what_settles_it(plugin_folder: Path, tmp_path: Path) -> None:
    """Pasted into pyproject.toml, the printed lines make the conflict go away."""
    mine = tmp_path / "site"
    shutil.copytree(plugin_folder, mine)
    sample = tmp_path / "a.bin"
    sample.write_bytes(b"x")
    before = firstbytes(mine, "route", "application/x-rival", load=["left", "right"])

    assert before.returncode != 0
    shown = before.stderr
    assert "application/x-rival (metadata) is claimed by left and right." in shown
    (mine / "pyproject.toml").write_text(shown[shown.index("[tool.firstbytes.routes]") :], encoding="utf-8")

    after = firstbytes(mine, "route", "application/x-rival", load=["left", "right"])
    assert after.returncode == 0, after.stderr
    assert after.stdout.index("left") < after.stdout.index("right")


def test_an_interrupt_is_not_a_problem() -> None:
    """Control-C while a plugin loads ends the program."""

    class Interrupted(EntryPoint):
        def load(self) -> Any:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        discover(points=[Interrupted("a", "b", "firstbytes.plugin")])


def test_an_entry_point_without_a_distribution_is_named_by_a_question_mark() -> None:
    """Nothing is assumed about where an entry point comes from."""
    (problem,) = discover(points=[EntryPoint("a", "no_such_module_at_all", "firstbytes.plugin")]).problems

    assert (problem.distribution, problem.stage) == ("?", "import")


def test_our_own_plugins_are_mended_by_installing_again() -> None:
    """A broken installation of firstbytes is not removed."""
    assert Problem(distribution="firstbytes", plugin="pdf", stage="import", error="x").remedy == (
        "pip install --force-reinstall firstbytes"
    )


def test_a_misspelling_of_nothing_we_know_gets_no_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no hook is near, pluggy's own words stand."""
    code = "from firstbytes import hookimpl\n@hookimpl\ndef zzz(): return []\n"
    (tmp_path / "firstbytes_strange.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    (problem,) = discover(points=[EntryPoint("a", "firstbytes_strange", "firstbytes.plugin")]).problems

    assert "did you mean" not in problem.error
    assert "zzz" in problem.error


@pytest.mark.parametrize(
    ("api", "lowest", "highest", "message"),
    [
        (3, 1, 2, "speaks plugin API 3; this firstbytes speaks 1 to 2: upgrade firstbytes"),
        (1, 2, 2, "speaks plugin API 1; this firstbytes speaks 2: upgrade the plugin"),
    ],
)
def test_the_api_is_checked_in_both_directions(api: int, lowest: int, highest: int, message: str) -> None:
    """The message names both versions and the side to upgrade."""
    extractor = Extractor("a", ("a/b",), "a:b", api=api)

    with pytest.raises(PluginError, match=message):
        check_api(extractor, lowest, highest)


def test_versions_are_sorted() -> None:
    """Everything that loaded is in `versions`, by distribution."""
    plugins = discover(allow=())

    assert list(plugins.versions) == ["firstbytes"]
    assert plugins.loaded[0].claims[0].builtin
    with pytest.raises(FrozenInstanceError):
        plugins.loaded = ()  # type: ignore[misc]
