"""What one plugin's module declares; the rest of it is tested with discovery."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from firstbytes import Extractor, PluginError, hookimpl
from firstbytes.declarations import check_api, check_entry, check_hooks
from firstbytes.hookspecs import Host


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


def test_a_module_below_a_module_is_not_there() -> None:
    """`json.decoder` is no package, so nothing lies below it."""
    assert "json.decoder" in sys.modules

    with pytest.raises(PluginError, match=r"not there: json\.decoder\.inner"):
        check_entry(Extractor("a", ("a/b",), "json.decoder.inner:f"))


def test_a_parent_without_a_spec_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules that were put together by a program have none; they are asked when their turn comes."""
    monkeypatch.setitem(sys.modules, "made_up", ModuleType("made_up"))

    check_entry(Extractor("a", ("a/b",), "made_up:__name__"))
    with pytest.raises(PluginError, match=r"not there: made_up\.inner"):
        check_entry(Extractor("a", ("a/b",), "made_up.inner:f"))


def test_a_hook_under_another_name_is_a_hook() -> None:
    """Pluggy's `specname` counts; what need not be given is not asked for."""

    @hookimpl(specname="register_extractors")
    def mine(host: Host, lines: int = 3, *_: object, **__: object) -> list[Extractor]:
        return [Extractor("a", ("a/b",), "m:f", api=host.api)] * lines

    module = ModuleType("renamed")
    vars(module)["mine"] = mine

    assert check_hooks(module) is module
