"""Import directions, as the architecture has them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LIBRARY = ROOT / "extractors" / "firstbytes"
BUILTIN = sorted((LIBRARY / "builtin").rglob("*.py"))
PLATFORM = {"boto3", "botocore", "pulumi", "pulumi_aws", "moto", "functions", "components", "local"}
RIM_PARTS = {"cli", "builtin", "testing", "__main__.py"}
RIM = {"firstbytes.cli", "firstbytes.builtin", "firstbytes.testing"}
COMPONENTS = {"api", "auth", "guardrails", "observability", "pipeline", "storage", "web"}
ROUTING = {"firstbytes.claims", "firstbytes.plugins", "firstbytes.routes", "firstbytes.settings", "firstbytes.spec"}
HEAVY = {"pyarrow", "PIL", "numpy", "av", "polars", "magika", "pandas"}


def imported(path: Path, root: Path = LIBRARY.parent) -> Iterator[str]:
    """Yield every module that a file imports, inside functions too; `from firstbytes import x` gives firstbytes.x."""
    package = path.relative_to(root).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: -node.level]) + "." if node.level else ""
            module = f"{base}{node.module or ''}".rstrip(".")
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", sorted(LIBRARY.rglob("*.py")), ids=lambda p: str(p.relative_to(LIBRARY)))
def test_the_library_stands_alone(path: Path) -> None:
    """The library imports neither the platform, nor a cloud SDK, nor a library too big for a function."""
    tops = {name.partition(".")[0] for name in imported(path)}
    assert not tops & (PLATFORM | HEAVY)


@pytest.mark.parametrize("path", BUILTIN, ids=lambda p: str(p.relative_to(LIBRARY)))
def test_built_ins_use_the_public_api_alone(path: Path) -> None:
    """A built-in extractor imports from firstbytes what a stranger's could: its names, and firstbytes.formats."""
    import firstbytes

    public = {"firstbytes", "firstbytes.sniff", "firstbytes.sniff.sniff"}
    public |= {f"firstbytes.{name}" for name in firstbytes.__all__}
    own = "firstbytes.builtin." + path.relative_to(LIBRARY / "builtin").parts[0].removesuffix(".py")
    ours = [name for name in imported(path) if name.partition(".")[0] == "firstbytes"]
    wrong = [
        name
        for name in ours
        if name not in public
        and not f"{name}.".startswith((f"{own}.", "firstbytes.formats.", "firstbytes.formats"))
        and name != "firstbytes.builtin"
    ]
    assert not wrong


@pytest.mark.parametrize(
    "path",
    [
        p
        for p in sorted(LIBRARY.rglob("*.py"))
        if not {"cli", "builtin", "testing", "__main__.py"} & set(p.relative_to(LIBRARY).parts)
    ],
    ids=lambda p: str(p.relative_to(LIBRARY)),
)
def test_the_core_does_not_import_its_rim(path: Path) -> None:
    """Nothing but the command imports the command, and nothing imports a built-in extractor by name."""
    assert not [name for name in imported(path) if any(f"{name}.".startswith(f"{rim}.") for rim in RIM)]


def test_formats_do_not_import_the_engine() -> None:
    """Container readers know bytes and errors, not sniffing, routing or running."""
    engine = {"sniff", "plugins", "registry", "routes", "run", "sandbox", "assemble", "envelope", "settings"}
    for path in (LIBRARY / "formats").glob("*.py"):
        assert not {n.split(".")[1] for n in imported(path) if n.startswith("firstbytes.")} & engine, path.name


def modules(package: str) -> list[Path]:
    """List the modules of one of the platform's packages."""
    return sorted((ROOT / package).rglob("*.py"))


def tops(path: Path) -> set[str]:
    """Name the packages that a module of the platform imports."""
    return {name.partition(".")[0] for name in imported(path, ROOT)}


@pytest.mark.parametrize("path", modules("functions"), ids=lambda p: str(p.relative_to(ROOT)))
def test_functions_know_neither_infrastructure_nor_emulators(path: Path) -> None:
    """What runs on Lambda imports the library and the AWS SDK, never what deploys it or stands in for AWS."""
    assert not tops(path) & {"components", "local", "pulumi", "pulumi_aws", "moto", "ministack", "pydantic"}


@pytest.mark.parametrize("path", modules("components"), ids=lambda p: str(p.relative_to(ROOT)))
def test_components_know_the_route_table_and_no_other_component(path: Path) -> None:
    """A component gets what others made as arguments, and the library's routes; it imports neither code that runs."""
    assert not tops(path) & {"functions", "local", "boto3", "moto", "ministack"}
    ours = {name for name in imported(path, ROOT) if name.startswith("firstbytes.")}
    assert not {name for name in ours if not f"{name}.".startswith(tuple(f"{module}." for module in ROUTING))}
    siblings = {name.split(".")[1] for name in imported(path, ROOT) if name.startswith("components.")}
    assert not (siblings & COMPONENTS) - {path.stem}


@pytest.mark.parametrize(
    "path",
    [*modules("functions"), *modules("components"), ROOT / "__main__.py"],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_nobody_imports_the_local_platform(path: Path) -> None:
    """The cloud's program does not know that it also runs on one machine."""
    assert "local" not in tops(path)
