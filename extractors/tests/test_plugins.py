"""Discovery, on real distributions that are installed into a folder of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import FrozenInstanceError
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest

from firstbytes.plugins import Loaded, Plugins, Problem, discover, normal

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
        ("typo", "hooks", "'register_extractor' is no hook; did you mean 'register_extractors' instead of"),
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
    assert remedy == f"mend it, or: pip uninstall firstbytes-{name}"


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
    assert error == "not installed, or without an entry point in group 'firstbytes.plugin'"


@pytest.mark.parametrize(
    ("listed", "meant"),
    [("good", "firstbytes-good"), ("firstbytes-goood", "firstbytes-good"), ("Needy", "firstbytes-needy")],
)
def test_names_in_the_list_are_distributions(plugin_folder: Path, listed: str, meant: str) -> None:
    """A plugin's name, or a misspelt one, is answered with the distribution that is installed, not with an install."""
    done = python(plugin_folder, "-c", SHOW, json.dumps([listed]))
    stage, error, remedy = json.loads(done.stdout)["problems"][listed]

    assert (stage, remedy) == ("discovery", f"list {meant!r} instead of {listed!r}")
    assert error.endswith(f"names are distributions; did you mean {meant}?")


def test_no_stranger_is_installed(plugin_folder: Path) -> None:
    """A listed name that does not look like a plugin's and is near to none gets no command that installs it."""
    done = python(plugin_folder, "-c", SHOW, json.dumps(["quixotic"]))

    assert json.loads(done.stdout)["problems"]["quixotic"][2] == (
        "take 'quixotic' off the list, or list the distribution that was meant"
    )


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
    assert (
        problem.error
        == "the entry point a = 'no_such_module_at_all' names a module that is not there: no_such_module_at_all"
    )


def test_our_own_plugins_are_mended_by_installing_again() -> None:
    """A broken installation of firstbytes is not removed."""
    assert Problem(distribution="firstbytes", plugin="pdf", stage="import", error="x").remedy == (
        "pip install --force-reinstall firstbytes"
    )


Load = Callable[..., Loaded | Problem]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Load:
    """Return what loads a plugin of one module with this code."""
    monkeypatch.syspath_prepend(tmp_path)
    name = f"strange_{abs(hash(request.node.nodeid))}"

    def loaded(code: str) -> Loaded | Problem:
        lines = "from firstbytes import Extractor, Signature, hookimpl\n"
        (tmp_path / f"{name}.py").write_text(lines + code.replace("HERE", name), encoding="utf-8")
        found = discover(points=[EntryPoint("strange", name, "firstbytes.plugin")])
        return (*found.loaded, *found.problems)[0]

    return loaded


EXTRACTORS = "@hookimpl\ndef register_extractors():\n    return "


@pytest.mark.parametrize(
    ("code", "stage", "error"),
    [
        ("@hookimpl\ndef zzz(): return []", "hooks", "'zzz' is no hook; the hooks are register_extractors and"),
        ("def register_extractors(): return []", "hooks", "declares nothing; put @hookimpl above register_extractors"),
        (
            "def register_signatures(): return []\n" + EXTRACTORS + "[]",
            "hooks",
            "declares nothing; put @hookimpl above register_signatures",
        ),
        ("WAD = 1", "hooks", "declares nothing; put @hookimpl above register_extractors"),
        (EXTRACTORS + "[]", "declare", "declares neither an extractor nor a signature"),
        (
            "@hookimpl\ndef register_extractors(hots): return []",
            "hooks",
            "expected register_extractors to take `host` or nothing, got 'hots'",
        ),
        (
            "@hookimpl(wrapper=True)\ndef register_extractors(): return []",
            "hooks",
            "expected a plain register_extractors, got a hook wrapper; put @hookimpl above it without arguments",
        ),
        ("@hookimpl(hookwrapper=True)\ndef register_extractors(): yield", "hooks", "got a hook wrapper"),
        (
            EXTRACTORS + "[Extractor('a', ('a/b',), 'HERE.read:extract')]",
            "declare",
            "of a names a module that is not there: strange_",
        ),
        (
            EXTRACTORS + "[Extractor('a', ('a/b',), 'no_such_top.read:extract')]",
            "declare",
            "the entry 'no_such_top.read:extract' of a names a module that is not there: no_such_top",
        ),
        (
            EXTRACTORS + "[Extractor('a', ('a/b',), 'HERE:extarct')]\ndef extract(source, ctx): return {}",
            "declare",
            "names a function that is not there; did you mean 'extract'?",
        ),
        (EXTRACTORS + "[Extractor('a', ('a/b',), 'HERE:zz')]", "declare", "of a names a function that is not there"),
        (EXTRACTORS + "[Extractor('a', 'a/b', 'HERE:f')]", "declare", "got 'a/b'; write ('a/b',)"),
    ],
)
def test_a_declaration_that_cannot_work_says_what_to_mend(load: Load, code: str, stage: str, error: str) -> None:
    """In our words, once, without the module's repr."""
    problem = load(code)

    assert isinstance(problem, Problem)
    assert (problem.stage, problem.error.count(error), "<module" in problem.error) == (stage, 1, False)


@pytest.mark.parametrize(
    "entry",
    [
        "json:loads",
        "this:s",
        "json.decoder:JSONDecoder",
        "wsgiref.no_such_part:f",
        "firstbytes.sniff.magic_numbers:MAGIC",
    ],
)
def test_entries_are_looked_up_without_being_imported(load: Load, entry: str) -> None:
    """What is there, or lies in a package that is not loaded, is left for later."""
    before = set(sys.modules)
    plugin = load(EXTRACTORS + f"[Extractor('a', ('a/b',), {entry!r})]")

    assert isinstance(plugin, Loaded)
    assert not {name for name in set(sys.modules) - before if not name.startswith("strange_")}


def test_a_lazy_module_may_make_its_function(load: Load) -> None:
    """A module with __getattr__ is believed."""
    assert isinstance(
        load("def __getattr__(name): ...\n" + EXTRACTORS + "[Extractor('a', ('a/b',), 'HERE:f')]"), Loaded
    )


def test_an_entry_point_names_a_module() -> None:
    """One that names a function is told so."""
    (problem,) = discover(points=[EntryPoint("a", "json:loads", "firstbytes.plugin")]).problems

    assert problem.error == "expected the entry point to name a module, got function; leave out what follows the ':'"


def test_what_a_plugin_takes_from_us_is_a_warning(load: Load) -> None:
    """It works, and says so, with the plugin in front."""
    plugin = load("@hookimpl\ndef register_signatures(): return [Signature('application/x-mine', b'%PDF-')]")

    assert isinstance(plugin, Loaded)
    assert plugin.warnings == ("its signature b'%PDF-' at 0 takes application/pdf from firstbytes",)
    assert Plugins(loaded=(plugin,), problems=()).warnings == (f"?:strange: {plugin.warnings[0]}",)


def test_versions_are_sorted() -> None:
    """Everything that loaded is in `versions`, by distribution."""
    plugins = discover(allow=())

    assert list(plugins.versions) == ["firstbytes"]
    assert plugins.loaded[0].claims[0].builtin
    with pytest.raises(FrozenInstanceError):
        plugins.loaded = ()  # type: ignore[misc]


def test_conflicts_are_listed_with_the_plugins(plugin_folder: Path) -> None:
    """`firstbytes plugins` lists everything, prints what settles the conflict, and ends with status 1."""
    shown = firstbytes(plugin_folder, "plugins", load=["left", "right"])

    assert shown.returncode == 1
    assert "right" in shown.stdout
    assert '"application/x-rival" = "left"' in shown.stderr.splitlines()
    as_json = firstbytes(plugin_folder, "plugins", "--json", load=["left", "right"])
    assert (as_json.returncode, "is claimed by left and right" in json.loads(as_json.stdout)["conflict"]) == (1, True)


def test_warnings_are_told_and_stop_nothing(plugin_folder: Path, tmp_path: Path) -> None:
    """Compiling tells of a plugin that prints, of a signature nobody reads and of settings for nobody."""
    mine = tmp_path / "site"
    shutil.copytree(plugin_folder, mine)
    (mine / "pyproject.toml").write_text("[tool.firstbytes.config.nosy]\na = 1\n", encoding="utf-8")

    for command in (["plugins"], ["compile", "-o", str(tmp_path / "routes.json")]):
        done = firstbytes(mine, *command, load=["noisy", "double"])
        told = " ".join(done.stderr.split())

        assert done.returncode == 0, done.stderr
        assert "firstbytes-noisy:noisy: it prints when imported" in told
        assert "application/x-double has a signature, and no extractor that accepts it" in told
        assert "[tool.firstbytes.config.nosy] is for an extractor that is not there; did you mean 'noisy'?" in told
