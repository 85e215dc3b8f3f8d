"""What one plugin's module declares, or a `PluginError` that tells its author what to mend."""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import pluggy

import firstbytes
from firstbytes import hookspecs
from firstbytes.errors import PluginError
from firstbytes.spec import API, MIN_API, Extractor, Signature

HOOKS = ("register_extractors", "register_signatures")
_ANY = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def declared(module: ModuleType, name: str) -> tuple[list[Extractor], list[Signature]]:
    """Call a plugin's hooks. What the hooks themselves raise gets out as it is.

    Raises:
        PluginError: nothing is declared, something else is, or for another plugin API.
    """
    # A manager of its own for each plugin: attribution is exact and a failure stays where it is.
    manager = pluggy.PluginManager("firstbytes")
    manager.add_hookspecs(hookspecs)
    manager.register(module, name)
    host = hookspecs.Host(version=firstbytes.__version__, api=API)
    extractors = _of_type(manager.hook.register_extractors(host=host), Extractor)
    signatures = _of_type(manager.hook.register_signatures(host=host), Signature)
    if not (extractors or signatures):
        msg = "declares neither an extractor nor a signature"
        raise PluginError(msg)
    for extractor in extractors:
        check_api(extractor)
    return extractors, signatures


def check_hooks(module: object) -> ModuleType:
    """Return the module when its hooks can be called. Says in our words what pluggy would in its own, or not notice.

    Raises:
        PluginError: it is no module; a hook is misspelt, not marked, a wrapper, or wants what hooks do not get.
    """
    if not isinstance(module, ModuleType):
        msg = f"expected the entry point to name a module, got {type(module).__name__}; leave out what follows the ':'"
        raise PluginError(msg)
    marked = list(_marked(module))
    for name, function, options in marked:
        if name not in HOOKS:
            near = difflib.get_close_matches(name, HOOKS, n=1)
            hint = (
                f"; did you mean {near[0]!r} instead of {name!r}?" if near else f"; the hooks are {' and '.join(HOOKS)}"
            )
            msg = f"{name!r} is no hook{hint}"
            raise PluginError(msg)
        if options.get("wrapper") or options.get("hookwrapper"):
            msg = f"expected a plain {name}, got a hook wrapper; put @hookimpl above it without arguments"
            raise PluginError(msg)
        parameters = inspect.signature(function).parameters.values()
        wanted = [p.name for p in parameters if p.default is p.empty and p.kind not in _ANY and p.name != "host"]
        if wanted:
            msg = f"expected {name} to take `host` or nothing, got {wanted[0]!r}"
            raise PluginError(msg)
    found = {name for name, _, _ in marked}
    unmarked = [name for name in HOOKS if name not in found and inspect.isroutine(vars(module).get(name))]
    if unmarked or not marked:
        msg = f"declares nothing; put @hookimpl above {(*unmarked, HOOKS[0])[0]}"
        raise PluginError(msg)
    return module


def _marked(module: ModuleType) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Yield (name of the hook, function, options) of everything under @hookimpl."""
    for name, value in vars(module).items():
        options = getattr(value, "firstbytes_impl", None) if inspect.isroutine(value) else None
        if isinstance(options, dict):
            yield options.get("specname") or name, value, options


def _of_type(results: list[Any], wanted: type) -> list[Any]:
    for result in results:
        if isinstance(result, str) or not isinstance(result, Iterable):
            msg = f"expected a list of {wanted.__name__} values, got {type(result).__name__}"
            raise PluginError(msg)
    items = [item for result in results for item in result]
    for item in items:
        if not isinstance(item, wanted):
            msg = f"expected {wanted.__name__} values, got {type(item).__name__}"
            raise PluginError(msg)
    return items


def check_api(extractor: Extractor, lowest: int = MIN_API, highest: int = API) -> None:
    """Refuse an extractor whose plugin API this library does not speak; it speaks `lowest` to `highest`.

    Raises:
        PluginError: with both versions, and which side to upgrade.
    """
    if lowest <= extractor.api <= highest:
        return
    span = str(highest) if lowest == highest else f"{lowest} to {highest}"
    which = "firstbytes" if extractor.api > highest else "the plugin"
    msg = f"{extractor.name} speaks plugin API {extractor.api}; this firstbytes speaks {span}: upgrade {which}"
    raise PluginError(msg)


def check_entry(extractor: Extractor) -> None:
    """Refuse an entry whose module is not there, or whose function is not in a module that is loaded; imports nothing.

    What lies below a package that is not loaded is not looked for: that would import the package.

    Raises:
        PluginError: with the part that is missing.
    """
    module, _, function = extractor.entry.partition(":")
    if module in sys.modules:
        there = vars(sys.modules[module])
        if function not in there and "__getattr__" not in there:
            near = difflib.get_close_matches(function, there, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            msg = f"the entry {extractor.entry!r} of {extractor.name} names a function that is not there{hint}"
            raise PluginError(msg)
        return
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        name = ".".join(parts[:end])
        parent = name.rpartition(".")[0]
        if parent and parent not in sys.modules:
            return
        if not _is_there(name):
            msg = f"the entry {extractor.entry!r} of {extractor.name} names a module that is not there: {name}"
            raise PluginError(msg)


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        # Its parent is a module, not a package.
        return False
    except ValueError:
        # Loaded without a spec, as __main__ is.
        return True
