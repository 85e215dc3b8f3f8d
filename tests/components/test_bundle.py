"""The code archive."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pulumi
import pytest

from components import bundle, packages
from components.bundle import Bundle, BundleError, Target
from firstbytes.routes import RouteTable, from_json

ROOT = Path(__file__).parents[2]
ARM = Target.of("lambda", "arm64")
X86 = Target.of("lambda", "x86_64")
RUNTIME = ("boto3", "botocore", "s3transfer", "dateutil", "six", "urllib3")
"""What Lambda's Python runtime has beside the standard library, jmespath aside, which is in the archive too."""

BUILD = """
import sys
from pathlib import Path
from components import bundle
print(bundle.build(Path(sys.argv[1]), bundle.Target(python=sys.argv[2], platform=sys.argv[3]), Path(sys.argv[4])).folder)
"""

EVERYTHING = """
import sys
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from pkgutil import walk_packages
archive = sys.argv[1]
sys.path[:0] = sys.argv[1:]
import functions
from firstbytes.routes import check_installed, from_json
table = from_json(Path(archive, "routes.json").read_bytes())
check_installed(table)
entries = sorted({claim.extractor.entry for claim in table.claims})
for entry in entries:
    module, _, name = entry.partition(":")
    assert callable(getattr(import_module(module), name)), entry
modules = [module.name for module in walk_packages(functions.__path__, "functions.")]
for module in modules:
    import_module(module)
from firstbytes.sandbox.preload import preload
preload(table)
strangers = sorted(
    name for name, module in sys.modules.items()
    if (file := getattr(module, "__file__", None)) and not file.startswith((*sys.argv[1:], sys.base_prefix))
)
assert not strangers, strangers
print(len(entries), len(modules), sorted({name.partition(".")[0] for name in sys.modules}))
"""


def tree(folder: Path) -> dict[str, str]:
    """Return path -> digest of every file."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def built(checkout: Path, target: Target, cache: Path, seed: str) -> Path:
    """Build in a process of its own, with a hash seed."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(checkout), target.python, target.platform, str(cache)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return Path(done.stdout.strip())


def runtime(folder: Path) -> Path:
    """Make a folder with what Lambda's runtime has, and nothing else of what is installed here."""
    folder.mkdir()
    for name in RUNTIME:
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        path = Path(spec.origin)
        source = path.parent if path.name == "__init__.py" else path
        (folder / source.name).symlink_to(source)
    return folder


@pytest.mark.slow
def test_two_builds_are_the_same_bytes(checkout: Path, tmp_path: Path) -> None:
    """Another process, another hash seed, another folder: the same name and the same content."""
    caches = {"1": checkout / ".bundle", "2": tmp_path}
    one, other = (built(checkout, ARM, cache, seed) for seed, cache in caches.items())
    assert one.name == other.name
    assert tree(one) == tree(other)


def test_the_place_of_the_checkout_does_not_count(checkout: Path, archive: Bundle, tmp_path: Path) -> None:
    """The same sources elsewhere are the same archive; one changed character is another."""
    elsewhere = shutil.copytree(checkout, tmp_path / "elsewhere", ignore=shutil.ignore_patterns(".bundle"))
    cache = archive.folder.parent
    assert bundle.build(elsewhere, Target.of("host", "arm64"), cache) == archive
    (elsewhere / "functions" / "__init__.py").write_text('"""Changed."""\n', "utf-8")
    changed = bundle.build(elsewhere, Target.of("host", "arm64"), cache)
    assert changed.sha256 != archive.sha256
    assert (changed.folder / "functions" / "__init__.py").read_text("utf-8") == '"""Changed."""\n'


@pytest.mark.slow
def test_everything_imports_from_the_archive_alone(archive: Bundle, tmp_path: Path) -> None:
    """Without site-packages, every function and every routed entry imports from the archive and Lambda's runtime."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", EVERYTHING, str(archive.folder), str(runtime(tmp_path / "runtime"))],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    entries = {claim.extractor.entry for claim in archive.routes.claims}
    assert int(done.stdout.split()[0]) == len(entries) > 15


@pytest.mark.slow
def test_the_runtime_of_lambda_imports_everything(checkout: Path, tmp_path: Path) -> None:
    """The archive for x86_64 imports with the Python that Lambda has, where that Python is here."""
    python = packages.interpreter(ROOT, X86)
    if python is None:
        pytest.skip(f"needs Python {packages.PYTHON}; try: uv python install {packages.PYTHON}")
    made = bundle.build(checkout, X86)
    done = subprocess.run(
        [python.path, "-I", "-S", "-B", "-c", EVERYTHING, str(made.folder), str(runtime(tmp_path / "runtime"))],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    compiled = {path.name.split(".")[1] for path in made.folder.rglob("*.pyc")}
    assert compiled == {"cpython-313"}


@pytest.mark.parametrize("target", [ARM, X86], ids=["arm64", "x86_64"])
def test_libraries_are_for_the_target(target: Target, checkout: Path) -> None:
    """Compiled libraries are those of the architecture and the Python that run them, whatever builds the archive."""
    folder = bundle.build(checkout, target).folder
    machine = {"aarch64": 183, "x86_64": 62}[target.platform.partition("-")[0]]
    libraries = [path for path in folder.rglob("*") if ".so" in path.suffixes]
    assert {path.name.split(".")[0] for path in libraries} > {"_brotli", "_rust", "libmagic"}
    assert {int.from_bytes(path.read_bytes()[18:20], "little") for path in libraries} == {machine}


def test_the_archive_is_small_and_has_no_ballast(archive: Bundle) -> None:
    """Under 60 MB, without tests, stubs, sources of libraries, and what only developers use."""
    names = set(tree(archive.folder))
    assert packages.size(archive.folder) < bundle.LIMIT
    assert not {name for name in names if name.endswith((".pyi", ".c", ".h", ".pyx", "RECORD", "INSTALLER", ".md"))}
    assert not {name for name in names if {"tests", "bin", "docs"} & set(name.split("/")[:-1])}
    assert not {name for name in names if name.startswith(("firstbytes/cli", "firstbytes/testing", "boto"))}
    assert {"routes.json", "functions/__init__.py", "firstbytes/media_types.tsv"} < names
    assert any(name.startswith("firstbytes_sqlite/") for name in names)


def test_the_routes_in_the_archive_are_those_returned(archive: Bundle) -> None:
    """Who creates functions from the routes and what runs by them read the same table."""
    assert from_json((archive.folder / "routes.json").read_bytes()) == archive.routes
    assert "sqlite" in {claim.extractor.name for claim in archive.routes.claims}


def test_pulumi_gets_every_part(archive: Bundle) -> None:
    """Each top-level entry is one part, sorted, so that the engine hashes contents alone."""
    parts = archive.archive().assets
    assert list(parts) == sorted(path.name for path in archive.folder.iterdir())
    for name, part in parts.items():
        kind = pulumi.FileArchive if (archive.folder / name).is_dir() else pulumi.FileAsset
        assert isinstance(part, kind)


def test_a_second_build_looks_it_up(checkout: Path, archive: Bundle) -> None:
    """What is built already is not built again."""
    marker = archive.folder / "routes.json"
    before = marker.stat()
    assert bundle.build(checkout, Target.of("host", "arm64")) == archive
    assert marker.stat() == before


def test_builders_at_the_same_time_agree(checkout: Path, archive: Bundle, tmp_path: Path) -> None:
    """Whoever finishes second takes what the first left, and nothing half-built stays."""
    found: list[Bundle] = []

    def run() -> None:
        found.append(bundle.build(checkout, Target.of("host", "arm64"), tmp_path))

    builders = [threading.Thread(target=run) for _ in range(2)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert [(made.sha256, made.folder.parent) for made in found] == [(archive.sha256, tmp_path)] * 2
    assert [path.name for path in tmp_path.iterdir()] == [archive.sha256]
    assert tree(found[0].folder) == tree(archive.folder)


def test_a_routed_plugin_outside_the_archive_is_refused(archive: Bundle) -> None:
    """A plugin that is installed here and not locked for the archive fails the deploy, and says what to type."""
    versions = dict(archive.routes.distributions)
    bundle.check(archive.routes, versions)
    with pytest.raises(BundleError, match=r"firstbytes-sqlite: expected 0\.1\.0, got nothing.*--group plugins"):
        bundle.check(archive.routes, {"firstbytes": versions["firstbytes"]})
    with pytest.raises(BundleError, match=r"expected 0\.1\.0, got 0\.2\.0"):
        bundle.check(archive.routes, {**versions, "firstbytes-sqlite": "0.2.0"})


def test_an_archive_that_is_too_big_is_refused(archive: Bundle) -> None:
    """The message names what is biggest."""
    with pytest.raises(BundleError, match=r"at most 1 MB, got \d+\.\d MB \(cryptography"):
        bundle._check_size(archive.folder, 2**20)


def test_a_plugin_that_does_not_load_fails_the_build(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The deploy fails before anything is created, with the library's own remedy."""
    monkeypatch.setenv("FIRSTBYTES_PLUGINS", "firstbytes-nowhere")
    with pytest.raises(BundleError, match="expected every plugin to load, got: firstbytes-nowhere"):
        bundle.routes(checkout)


def test_a_package_without_a_wheel_fails_the_build(tmp_path: Path) -> None:
    """The words of uv say which package, and for what."""
    missing = packages.Locked(
        requirements="docopt==0.6.2 --hash=sha256:49b3a825280bd66b3aa83585ef59c4a8c82f2c8a522dbe754a8bc8d08c85c491\n",
        members=(),
    )
    with pytest.raises(BundleError, match=r"(?s)expected `uv pip` to succeed.*docopt"):
        packages.install(missing, ARM, tmp_path / "parts")


def test_a_place_that_cannot_be_written_is_named(checkout: Path, tmp_path: Path) -> None:
    """Before anything is fetched, the message says where archives were to go."""
    (tmp_path / "file").touch()
    with pytest.raises(BundleError, match=r"expected to write archives into .*file/archives, got: Not a directory"):
        bundle.build(checkout, ARM, tmp_path / "file" / "archives")


def test_a_member_without_its_package_is_refused(tmp_path: Path) -> None:
    """A distribution's import package has its name, or the archive would miss it."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "firstbytes-x"\nversion = "1"\n', "utf-8")
    with pytest.raises(BundleError, match=r"expected the package of firstbytes-x in .*firstbytes_x"):
        packages._member(tmp_path)


def test_archives_nobody_used_are_removed(tmp_path: Path) -> None:
    """The newest five stay, and any used within six hours; what is not an archive is left alone."""
    for age in range(8):
        folder = tmp_path / f"{age:064}"
        folder.mkdir()
        os.utime(folder, (1e9 - age * 20_000, 1e9 - age * 20_000))
    (tmp_path / "pulumi").mkdir()
    bundle.prune(tmp_path, now=1e9 - 3.5 * 20_000)
    assert sorted(path.name[-6:] for path in tmp_path.iterdir()) == [f"00000{age}" for age in range(5)] + ["pulumi"]
    bundle.prune(tmp_path, now=1e9)
    assert len(list(tmp_path.iterdir())) == 6


def test_the_table_holds_what_the_command_compiles(archive: Bundle, checkout: Path) -> None:
    """`firstbytes compile` and the archive have one table."""
    done = subprocess.run(
        [Path(sys.executable).with_name("firstbytes"), "compile", "-o", "/dev/stdout"],
        cwd=checkout,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == json.loads((archive.folder / "routes.json").read_bytes())


@pytest.mark.slow
def test_a_second_build_needs_no_network(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was fetched once is enough: the local platform starts without a network."""
    bundle.build(checkout, Target.of("host", "arm64"), tmp_path / "one")
    monkeypatch.setenv("UV_OFFLINE", "1")
    assert bundle.build(checkout, Target.of("host", "arm64"), tmp_path / "other").folder.is_dir()


def test_an_empty_table_needs_nothing(archive: Bundle) -> None:
    """Without routes there is nothing to check."""
    bundle.check(replace(archive.routes, claims=(), distributions={}), {})
    assert isinstance(archive.routes, RouteTable)
