"""Discovery of plugins: a sorted loop over the entry points, each plugin on its own, each failure a `Problem`.

Plugins are discovered when routes are compiled, never when a file arrives.
"""

from __future__ import annotations

import contextlib
import difflib
import io
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any

import pluggy

import firstbytes
from firstbytes import hookspecs
from firstbytes.claims import BUILTIN, Claim
from firstbytes.errors import PluginError
from firstbytes.spec import API, MIN_API, Extractor, Signature

GROUP = "firstbytes.plugin"
SLOW_IMPORT_MS = 200.0

_HOOKS = ("register_extractors", "register_signatures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A plugin that did not load: at which stage (import, hooks, declare, names) and why."""

    distribution: str
    plugin: str
    stage: str
    error: str

    @property
    def remedy(self) -> str:
        """The command that makes the problem go away."""
        if self.stage == "discovery":
            return f"pip install {self.distribution}"
        if self.distribution == BUILTIN:
            return f"pip install --force-reinstall {BUILTIN}"
        return f"pip uninstall {self.distribution}"

    def __str__(self) -> str:
        """Return one line for a person."""
        return f"{self.distribution}:{self.plugin} failed at {self.stage}: {self.error}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A plugin that loaded: what it claims, the signatures it adds, and how long its import took."""

    distribution: str
    version: str
    plugin: str
    module: str
    claims: tuple[Claim, ...]
    signatures: tuple[Signature, ...]
    import_ms: float
    printed: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        """What its author should mend though it works."""
        slow = f"its import takes {self.import_ms:.0f} ms; import heavy libraries inside the entry function"
        loud = "it prints when imported"
        return (*((slow,) if self.import_ms > SLOW_IMPORT_MS else ()), *((loud,) if self.printed else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """Everything that discovery found."""

    loaded: tuple[Loaded, ...]
    problems: tuple[Problem, ...]

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All extractors with their bringers, in the order of loading."""
        return tuple(claim for plugin in self.loaded for claim in plugin.claims)

    @property
    def versions(self) -> dict[str, str]:
        """Distribution -> version of every plugin that loaded, sorted."""
        return dict(sorted({plugin.distribution: plugin.version for plugin in self.loaded}.items()))

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """All signatures, in the order of loading."""
        return tuple(signature for plugin in self.loaded for signature in plugin.signatures)


def discover(allow: Sequence[str] | None = None, points: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load the installed plugins.

    Args:
        allow: distributions that may load, however their names are spelt, firstbytes itself always among them;
            None lets all. Nothing of a distribution that is not allowed is imported.
        points: entry points to go through instead of the installed ones.
    """
    found = entry_points(group=GROUP) if points is None else points
    allowed = None if allow is None else {BUILTIN: BUILTIN} | {normal(name): name for name in allow}
    loaded: list[Loaded] = []
    problems: list[Problem] = []
    # Our own come first, so that no stranger can take one of their names.
    for point in sorted(found, key=lambda p: (_distribution(p) != BUILTIN, _distribution(p), p.name)):
        if allowed is not None and normal(_distribution(point)) not in allowed:
            continue
        result = _load(point)
        if isinstance(result, Loaded):
            result = _clash(result, loaded) or result
        if isinstance(result, Loaded):
            loaded.append(result)
        else:
            problems.append(result)
    seen = {BUILTIN, *(normal(p.distribution) for p in loaded), *(normal(p.distribution) for p in problems)}
    problems += [_not_installed(name) for key, name in sorted((allowed or {}).items()) if key not in seen]
    return Plugins(loaded=tuple(loaded), problems=tuple(problems))


def normal(name: str) -> str:
    """Return a distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist else "?"


def _not_installed(name: str) -> Problem:
    error = f"not installed, or without an entry point in group {GROUP!r}"
    return Problem(distribution=name, plugin="*", stage="discovery", error=error)


def _load(point: EntryPoint) -> Loaded | Problem:
    stage = "import"
    started = time.perf_counter()
    printed = io.StringIO()
    try:
        # A plugin that prints would break machine-readable output.
        with contextlib.redirect_stdout(printed):
            module: ModuleType = point.load()
            import_ms = (time.perf_counter() - started) * 1000
            stage = "hooks"
            manager = _manager(module, point.name)
            stage = "declare"
            extractors, signatures = _declarations(manager)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit and panics included
        return Problem(distribution=_distribution(point), plugin=point.name, stage=stage, error=_described(error))
    version = point.dist.version if point.dist else ""
    return Loaded(
        distribution=_distribution(point),
        version=version,
        plugin=point.name,
        module=point.module,
        claims=tuple(
            Claim(extractor=e, plugin=point.name, distribution=_distribution(point), version=version)
            for e in extractors
        ),
        signatures=tuple(signatures),
        import_ms=import_ms,
        printed=bool(printed.getvalue()),
    )


def _described(error: BaseException) -> str:
    try:
        words = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - a stranger's exception may fail even at this
        words = "(its message cannot be shown)"
    return f"{type(error).__name__}: {words[:500]}"


def _manager(module: ModuleType, name: str) -> pluggy.PluginManager:
    """A manager of its own for each plugin: attribution is exact and a failure stays where it is."""
    manager = pluggy.PluginManager("firstbytes")
    manager.add_hookspecs(hookspecs)
    manager.register(module, name)
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        raise PluginError(_did_you_mean(module, str(error))) from error
    for hook in _HOOKS:
        if any(impl.hookwrapper or impl.wrapper for impl in getattr(manager.hook, hook).get_hookimpls()):
            msg = f"expected a plain {hook}, got a hook wrapper"
            raise PluginError(msg)
    return manager


def _did_you_mean(module: ModuleType, error: str) -> str:
    """Add the nearest hook names to pluggy's message about unknown ones."""
    unknown = [name for name in vars(module) if f"'{name}'" in error]
    hints = {name: difflib.get_close_matches(name, _HOOKS, n=1) for name in unknown}
    meant = ", ".join(f"{near[0]!r} instead of {name!r}" for name, near in hints.items() if near)
    return f"{error.splitlines()[0]}; did you mean {meant}?" if meant else error


def _declarations(manager: pluggy.PluginManager) -> tuple[list[Extractor], list[Signature]]:
    host = hookspecs.Host(version=firstbytes.__version__, api=API)
    extractors = _of_type(manager.hook.register_extractors(host=host), Extractor)
    signatures = _of_type(manager.hook.register_signatures(host=host), Signature)
    for extractor in extractors:
        check_api(extractor)
    return extractors, signatures


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


def _clash(new: Loaded, loaded: list[Loaded]) -> Problem | None:
    """Plugin names and extractor names are unique: the later one, in sorted order, does not load."""
    taken = {plugin.plugin: plugin.distribution for plugin in loaded}
    names = {claim.extractor.name: claim.distribution for plugin in loaded for claim in plugin.claims}
    own = [claim.extractor.name for claim in new.claims]
    twice = sorted({name for name in own if own.count(name) > 1})
    error = ""
    if new.plugin in taken:
        error = f"the plugin name {new.plugin!r} is already used by {taken[new.plugin]}"
    elif both := sorted(set(own) & set(names)):
        error = f"the extractor name {both[0]!r} is already used by {names[both[0]]}"
    elif twice:
        error = f"the extractor name {twice[0]!r} is declared twice"
    return Problem(distribution=new.distribution, plugin=new.plugin, stage="names", error=error) if error else None
