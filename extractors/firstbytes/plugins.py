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
from dataclasses import dataclass, replace
from importlib.metadata import EntryPoint, entry_points

from firstbytes import advice
from firstbytes.claims import BUILTIN, Claim
from firstbytes.declarations import check_entry, check_hooks, declared
from firstbytes.errors import PluginError
from firstbytes.spec import Signature

GROUP = "firstbytes.plugin"
SLOW_IMPORT_MS = 200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A plugin that did not load: at which stage (import, hooks, declare, names) and why."""

    distribution: str
    plugin: str
    stage: str
    error: str
    meant: str = ""
    """The distribution that is installed and probably was meant, where the one that is listed is not."""

    @property
    def remedy(self) -> str:
        """What makes the problem go away."""
        if self.meant:
            return f"list {self.meant!r} instead of {self.distribution!r}"
        if self.stage == "discovery":
            # A name that does not look like a plugin's may be anybody's package.
            return (
                f"pip install {self.distribution}"
                if normal(self.distribution).startswith(f"{BUILTIN}-")
                else f"take {self.distribution!r} off the list, or list the distribution that was meant"
            )
        if self.distribution == BUILTIN:
            return f"pip install --force-reinstall {BUILTIN}"
        return f"mend it, or: pip uninstall {self.distribution}"

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
    advice: tuple[str, ...] = ()
    """What `firstbytes.advice` says about what it declares."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What its author should mend though it works."""
        slow = f"its import takes {self.import_ms:.0f} ms; import heavy libraries inside the entry function"
        loud = "it prints when imported"
        about_import = ((slow,) if self.import_ms > SLOW_IMPORT_MS else ()) + ((loud,) if self.printed else ())
        return about_import + self.advice


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

    @property
    def warnings(self) -> tuple[str, ...]:
        """What authors should mend though it works, a line each, with the plugin in front."""
        return tuple(f"{p.distribution}:{p.plugin}: {line}" for p in self.loaded for line in p.warnings)

    @property
    def bringers(self) -> dict[Signature, str]:
        """Signature -> the distribution that brings it."""
        return {signature: plugin.distribution for plugin in self.loaded for signature in plugin.signatures}


def discover(allow: Sequence[str] | None = None, points: Iterable[EntryPoint] | None = None) -> Plugins:
    """Load the installed plugins.

    Args:
        allow: distributions that may load, however their names are spelt, firstbytes itself always among them;
            None lets all. Nothing of a distribution that is not allowed is imported.
        points: entry points to go through instead of the installed ones.
    """
    found = list(entry_points(group=GROUP) if points is None else points)
    allowed = None if allow is None else {BUILTIN: BUILTIN} | {normal(name): name for name in allow}
    loaded: list[Loaded] = []
    problems: list[Problem] = []
    # Our own come first, so that no stranger can take one of their names.
    named = [(_distribution(point), point) for point in found]
    for name, point in sorted(named, key=lambda pair: (pair[0] != BUILTIN, pair[0], pair[1].name)):
        if allowed is not None and normal(name) not in allowed:
            continue
        result = _load(point, name)
        if isinstance(result, Loaded):
            result = _clash(result, loaded) or result
        if isinstance(result, Loaded):
            loaded.append(result)
        else:
            problems.append(result)
    seen = {BUILTIN, *(normal(p.distribution) for p in loaded), *(normal(p.distribution) for p in problems)}
    problems += [_not_installed(name, found) for key, name in sorted((allowed or {}).items()) if key not in seen]
    return Plugins(loaded=tuple(loaded), problems=tuple(problems))


def normal(name: str) -> str:
    """Return a distribution's name as package indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _distribution(point: EntryPoint) -> str:
    # Each time this reads and parses the distribution's metadata.
    return point.dist.name if point.dist else "?"


def _not_installed(name: str, points: Sequence[EntryPoint]) -> Problem:
    error = f"not installed, or without an entry point in group {GROUP!r}"
    theirs = [point for point in points if _distribution(point) != BUILTIN]
    # What all names begin with would make all of them near.
    known = {normal(_distribution(point)).removeprefix(f"{BUILTIN}-"): _distribution(point) for point in theirs}
    short = normal(name).removeprefix(f"{BUILTIN}-")
    of_plugin = {point.name: _distribution(point) for point in theirs}
    near = [known[key] for key in difflib.get_close_matches(short, known, n=1, cutoff=0.75)]
    meant = known.get(short) or of_plugin.get(name) or (*near, "")[0]
    if meant:
        error += f"; names are distributions; did you mean {meant}?"
    return Problem(distribution=name, plugin="*", stage="discovery", error=error, meant=meant)


def _load(point: EntryPoint, name: str) -> Loaded | Problem:
    stage = "import"
    started = time.perf_counter()
    printed = io.StringIO()
    try:
        # A plugin that prints would break machine-readable output.
        with contextlib.redirect_stdout(printed):
            loaded = point.load()
            import_ms = (time.perf_counter() - started) * 1000
            stage = "hooks"
            module = check_hooks(loaded)
            stage = "declare"
            extractors, signatures = declared(module, point.name)
            # Ours are tested, and a hundred look-ups take their time.
            for extractor in extractors if name != BUILTIN else ():
                check_entry(extractor)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything, SystemExit and panics included
        said = _missing(point, error) or _described(error)
        return Problem(distribution=name, plugin=point.name, stage=stage, error=said)
    version = point.dist.version if point.dist else ""
    new = Loaded(
        distribution=name,
        version=version,
        plugin=point.name,
        module=point.module,
        claims=tuple(Claim(extractor=e, plugin=point.name, distribution=name, version=version) for e in extractors),
        signatures=tuple(signatures),
        import_ms=import_ms,
        printed=bool(printed.getvalue()),
    )
    return new if new.distribution == BUILTIN else replace(new, advice=advice.on_plugin(new.claims, new.signatures))


def _missing(point: EntryPoint, error: BaseException) -> str:
    """Return what to say when it is the entry point's own module that is not there."""
    if isinstance(error, ModuleNotFoundError) and f"{point.value}.".startswith((f"{error.name}.", f"{error.name}:")):
        return f"the entry point {point.name} = {point.value!r} names a module that is not there: {error.name}"
    return ""


def _described(error: BaseException) -> str:
    if isinstance(error, PluginError):
        return str(error)
    try:
        words = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - a stranger's exception may fail even at this
        words = "(its message cannot be shown)"
    return f"{type(error).__name__}: {words[:500]}"


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
