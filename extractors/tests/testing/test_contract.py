"""The contract: a well-behaved extractor passes all of it, and each broken promise fails the test that names it."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from firstbytes import Extractor, Lane, Needs, Permission, PluginError, Signature
from firstbytes.claims import Claim
from firstbytes.plugins import Loaded
from firstbytes.testing import ExtractorContract, Sample

UNRULY = Path(__file__).parent / "unruly"
TYPE = "application/x-unruly"
DATA = b"UNRULY" + bytes(range(1, 7)) + bytes(200_000)


def declared(entry: str = "good", **settings: Any) -> Loaded:
    """Return a plugin with one extractor, as discovery would."""
    extractor = Extractor("unruly", (TYPE,), f"unruly_extractors:{entry}", **settings)
    return Loaded(
        distribution="firstbytes-unruly",
        version="1",
        plugin="unruly",
        module="unruly_extractors",
        claims=(Claim(extractor=extractor, plugin="unruly", distribution="firstbytes-unruly", version="1"),),
        signatures=(Signature(TYPE, b"UNRULY"),),
        import_ms=1.0,
    )


class Unruly(ExtractorContract):
    """The contract of an extractor that is not installed."""

    plugin = declared()
    config: ClassVar = {"greeting": "hei"}
    max_seconds = 2.0
    flips = 16

    def client(self, name: str) -> Any:
        """Return a fake client."""
        return f"{name}-1"


def contract(entry: str, **settings: Any) -> Unruly:
    """Return a contract of one of the unruly extractors."""
    made = type(f"Test{entry}", (Unruly,), {"extractor": "unruly", "plugin": declared(entry, **settings)})
    return made()


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(UNRULY)
    yield
    for kept in getattr(sys.modules.get("unruly_extractors"), "_KEPT", ()):
        kept.close()


class TestGood(Unruly):
    """All of the contract, inherited, on each kind of sample."""

    extractor = "unruly"
    samples = (DATA, Sample(DATA[:50], "short.bin"), UNRULY / "sample.bin")


class TestFixture(Unruly):
    """All of the contract on a sample that a fixture makes."""

    extractor = "unruly"

    @pytest.fixture
    def sample(self) -> bytes:
        """Return bytes, not a `Sample`."""
        return DATA


class TestPending(Unruly):
    """All of the contract on an extractor that waits."""

    extractor = "unruly"
    plugin = declared(
        "waits",
        needs=Needs(lane=Lane.FUNCTION, permissions=(Permission(actions=("clock:Get",), why="It tells the time."),)),
    )
    samples = (DATA,)

    def test_state_comes_back(self) -> None:
        """The second call gets the state of the first."""
        assert self.extract(DATA) == {"job": "clock-1", "attempts": 1}


def test_there_are_at_least_twelve_tests() -> None:
    """A subclass that names a few files inherits more than twelve tests, each with a sentence."""
    inherited = [f for name, f in inspect.getmembers(ExtractorContract, inspect.isfunction) if name.startswith("test_")]

    assert len(inherited) >= 12
    assert all(inspect.getdoc(function) for function in inherited)


@pytest.mark.parametrize(
    ("entry", "test"),
    [
        ("crashes_when_cut", "test_truncation"),
        ("crashes_when_cut", "test_short_reads"),
        ("crashes_when_cut", "test_not_this_format_at_all"),
        ("crashes_when_damaged", "test_flipped_bytes"),
        ("claims_a_text_when_cut", "test_truncation"),
        ("claims_a_text_when_cut", "test_short_reads"),
        ("says_nothing_when_damaged", "test_flipped_bytes"),
        ("invents_an_outcome_when_wrong", "test_not_this_format_at_all"),
        ("counts_its_calls", "test_two_runs_agree"),
        ("returns_a_set", "test_result_is_json"),
        ("returns_a_list", "test_result_is_json"),
        ("returns_too_much", "test_result_fits_an_envelope"),
        ("invents_core", "test_core_is_the_shared_vocabulary"),
        ("shouts", "test_own_keys_are_snake_case"),
        ("opens_the_path", "test_ranges_are_enough"),
        ("blames_the_file", "test_failing_source_is_not_a_corrupt_file"),
        ("blames_the_end", "test_small_budget"),
        ("keeps_a_file_open", "test_leaves_nothing_open"),
        pytest.param(
            "forgets_a_file",
            "test_leaves_nothing_open",
            marks=pytest.mark.filterwarnings("ignore::ResourceWarning"),
        ),
        ("writes_elsewhere", "test_touches_nothing_outside_tmp"),
        ("starts_a_process", "test_touches_nothing_outside_tmp"),
        ("wants_three", "test_entry_can_be_called"),
        ("NOT_A_FUNCTION", "test_entry_can_be_called"),
        ("no_such_function", "test_entry_can_be_called"),
        ("waits_for_ever", "test_result_is_json"),
    ],
)
def test_a_broken_promise_fails(entry: str, test: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an extractor must not do fails the test that says so."""
    (tmp_path / "UNRULY.bin").write_bytes(DATA)
    monkeypatch.chdir(tmp_path)
    made = contract(entry)
    method = getattr(made, test)
    offered = {"sample": DATA, "tmp_path": tmp_path, "monkeypatch": monkeypatch}

    with pytest.raises((AssertionError, TypeError, AttributeError, FileNotFoundError)):
        method(**{name: offered[name] for name in inspect.signature(method).parameters})


def test_many_reads_fail(tmp_path: Path) -> None:
    """More reads than the contract allows fail it."""
    made = contract("reads_everything_bytewise")
    made.max_reads = 2  # type: ignore[misc] # of this throw-away class

    with pytest.raises(OSError, match="more than 2 reads"):
        made.test_reads_within_its_budget(DATA, tmp_path)


def test_a_slow_call_fails(tmp_path: Path) -> None:
    """More CPU time than the contract allows fails it."""
    made = contract("dawdles")
    made.max_seconds = 0.0001  # type: ignore[misc] # of this throw-away class

    with pytest.raises(AssertionError, match="expected less than"):
        made.test_truncation(DATA, tmp_path)


def test_a_foreign_type_fails() -> None:
    """A sample of another type than is accepted fails, and the message says what it is."""
    with pytest.raises(AssertionError, match="got image/png"):
        contract("good").test_sample_is_sniffed_as_accepted(b"\x89PNG\r\n\x1a\n" + bytes(50))


@pytest.mark.parametrize(
    ("module", "test", "message"),
    [
        ("heavy_declaration", "test_declaration_imports_only_firstbytes", "expected 'msgspec"),
        ("heavy_declaration", "test_declaration_is_light", "at most 2 modules"),
        ("no_such_module", "test_declaration_is_light", "No module named"),
    ],
)
def test_a_heavy_declaration_fails(module: str, test: str, message: str) -> None:
    """A declaration that imports a library, or too much, or does not import at all fails."""
    made = contract("good")
    made.plugin = replace(declared(), module=module)  # type: ignore[misc] # of this throw-away class
    made.max_modules = 2  # type: ignore[misc]

    with pytest.raises(AssertionError, match=message):
        getattr(made, test)()


def test_a_declaration_that_prints_fails() -> None:
    """Output of an import would end up in the middle of somebody's JSON."""
    made = contract("good")
    made.plugin = replace(declared(), printed=True)  # type: ignore[misc] # of this throw-away class

    with pytest.raises(AssertionError, match="print nothing"):
        made.test_declaration_imports_quietly()


def test_what_is_not_installed_is_named() -> None:
    """A contract for an extractor that nobody declares says so."""
    with pytest.raises(AssertionError, match="'no-such-extractor'"):
        _ = type("TestNone", (ExtractorContract,), {"extractor": "no-such-extractor"})().plugin


def test_a_missing_sample_is_named(tmp_path: Path) -> None:
    """A subclass without samples fails with what to add, in a real run of pytest."""
    (tmp_path / "test_it.py").write_text(
        "from firstbytes.testing import ExtractorContract\nclass TestPdf(ExtractorContract):\n    extractor = 'pdf'\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "expected `samples` or a fixture `sample` in TestPdf" in done.stdout


def test_a_client_is_a_fake_or_none() -> None:
    """Without a fake of its own, a contract gives an extractor no client, as the sandbox does."""
    with pytest.raises(PluginError, match="lane FUNCTION or TASK"):
        ExtractorContract().client("textract")


def test_sources_need_no_pytest() -> None:
    """Importing the sources does not import pytest."""
    code = "import sys, firstbytes.testing; assert 'pytest' not in sys.modules; firstbytes.testing.Nothing"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "has no attribute 'Nothing'" in done.stderr
