"""The compiled route table, `routes.json`: sorted, reviewable, the same under every hash seed.

Compiled at deploy, at local start and in tests; read where files arrive, without importing a plugin.
A worker refuses a table whose plugins are not the installed ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

import firstbytes
from firstbytes import registry
from firstbytes.claims import Claim
from firstbytes.errors import PluginError, RouteConflict, RouteTableError
from firstbytes.media import canonical
from firstbytes.media import table as media_table
from firstbytes.spec import API, JSON, MIN_API, Extractor, Lane, Needs, Permission, Signature

SCHEMA = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTable:
    """Who handles what: `routes` for every known type, and the claims to answer for any other."""

    claims: tuple[Claim, ...]
    signatures: tuple[Signature, ...] = ()
    pins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    config: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    routes: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Media type -> facet -> extractor names, the winner first."""
    distributions: Mapping[str, str] = field(default_factory=dict)
    """Distribution -> version of every plugin in the table, sorted."""
    _by_name: Mapping[str, Claim] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the claims once."""
        object.__setattr__(self, "_by_name", {claim.extractor.name: claim for claim in self.claims})

    def candidates(self, media_type: str) -> dict[str, tuple[Claim, ...]]:
        """Return facet -> claims for a type, the winner first, then those asked when it declines."""
        known = self.routes.get(media_type)
        if known is None:
            return registry.candidates(self.claims, media_type, self.pins)
        return {facet: tuple(self._by_name[name] for name in names) for facet, names in known.items()}


def compile_table(
    claims: Sequence[Claim],
    signatures: Sequence[Signature] = (),
    pins: Mapping[tuple[str, str], str] | None = None,
    config: Mapping[str, Mapping[str, JSON]] | None = None,
    versions: Mapping[str, str] | None = None,
    bringers: Mapping[Signature, str] | None = None,
) -> RouteTable:
    """Resolve every known media type, and one unknown type of every kind. Pure.

    Args:
        claims: extractors with who brings them.
        signatures: third parties' signatures.
        pins: an operator's choices.
        config: extractor name -> what its `ctx.config` holds.
        versions: distribution -> version of plugins that bring signatures only; those of the claims are known.
        bringers: signature -> the distribution that brings it, for messages.

    Raises:
        RouteConflict: types have equal claims (all are listed), or a pin names nobody.
    """
    registry.check_signatures(signatures, bringers)
    ordered = tuple(sorted(claims, key=lambda claim: claim.extractor.name))
    by_pattern = registry.index(ordered)
    chosen = {(canonical(pattern), facet): name for (pattern, facet), name in sorted((pins or {}).items())}
    _check_wild_pins(by_pattern, chosen)
    types = {*media_table(), *by_pattern, *(canonical(s.media_type) for s in signatures), *(pin[0] for pin in chosen)}
    routes: dict[str, Mapping[str, tuple[str, ...]]] = {}
    ties: list[registry.Tie] = []
    for media_type in sorted(name for name in types if "*" not in name):
        found, tied = registry.resolve(by_pattern, media_type, chosen)
        ties += tied
        if found:
            routes[media_type] = {f: tuple(c.extractor.name for c in cs) for f, cs in sorted(found.items())}
    for media_type in _unheard_of(by_pattern):
        ties += registry.resolve(by_pattern, media_type, chosen)[1]
    if ties:
        raise registry.conflict(sorted(dict.fromkeys(ties), key=lambda tie: (tie.pattern, tie.facet, tie.names)))
    brought = {claim.distribution: claim.version for claim in ordered}
    return RouteTable(
        claims=ordered,
        signatures=tuple(sorted(signatures, key=_signature_key)),
        pins=chosen,
        config=config or {},
        routes=routes,
        distributions=dict(sorted({**(versions or {}), **brought}.items())),
    )


def _check_wild_pins(by_pattern: Mapping[str, Sequence[Claim]], pins: registry.Pins) -> None:
    for (pattern, facet), name in pins.items():
        known = [c.extractor.name for c in by_pattern.get(pattern, ()) if c.extractor.facet == facet]
        if "*" in pattern and name not in known:
            raise RouteConflict(registry.no_such(pattern, facet, name, known))


def _unheard_of(by_pattern: Mapping[str, Sequence[Claim]]) -> list[str]:
    """Return a type of every kind that nobody knows yet, so that no conflict can turn up when such a file arrives."""
    wild = [pattern for pattern in by_pattern if "*" in pattern]
    tops = {"text", "unknown", *(pattern.partition("/")[0] for pattern in wild)} - {"*"}
    endings = {"", "+xml", "+json", "+zip", *(f"+{pattern.partition('+')[2]}" for pattern in wild if "+" in pattern)}
    return [f"{top}/x-unheard-of{ending}" for top in sorted(tops) for ending in sorted(endings)]


def _signature_key(signature: Signature) -> tuple[str, bytes, int, str, str]:
    return signature.media_type, signature.magic, signature.offset, signature.member or "", signature.suffix or ""


def to_json(table: RouteTable) -> bytes:
    """Return the table as indented, sorted JSON, ending in a newline."""
    document = {
        "schema": SCHEMA,
        "api": API,
        "firstbytes": firstbytes.__version__,
        "distributions": table.distributions,
        "extractors": {claim.extractor.name: _extractor_out(claim) for claim in table.claims},
        "signatures": [_signature_out(signature) for signature in table.signatures],
        "pins": {f"{media_type}#{facet}": name for (media_type, facet), name in table.pins.items()},
        "config": table.config,
        "routes": table.routes,
    }
    encoded = msgspec.json.encode(document, order="deterministic")
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _extractor_out(claim: Claim) -> dict[str, object]:
    extractor = claim.extractor
    return {
        "accepts": extractor.accepts,
        "api": extractor.api,
        "distribution": claim.distribution,
        "entry": extractor.entry,
        "facet": extractor.facet,
        "lane": extractor.needs.lane,
        "needs": {
            "memory_mb": extractor.needs.memory_mb,
            "timeout_s": extractor.needs.timeout_s,
            "tmp_mb": extractor.needs.tmp_mb,
            "patience_s": extractor.needs.patience_s,
            "permissions": [
                {"actions": p.actions, "resources": p.resources, "why": p.why} for p in extractor.needs.permissions
            ],
        },
        "plugin": claim.plugin,
        "version": claim.version,
    }


def _signature_out(signature: Signature) -> dict[str, object]:
    return {
        "media_type": signature.media_type,
        "magic": signature.magic.hex(),
        "offset": signature.offset,
        "member": signature.member,
        "suffix": signature.suffix,
    }


class _PermissionIn(msgspec.Struct):
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    why: str


class _NeedsIn(msgspec.Struct):
    memory_mb: int
    timeout_s: int
    tmp_mb: int
    patience_s: int
    permissions: tuple[_PermissionIn, ...]


class _ExtractorIn(msgspec.Struct):
    accepts: tuple[str, ...]
    api: int
    distribution: str
    entry: str
    facet: str
    lane: Lane
    needs: _NeedsIn
    plugin: str
    version: str


class _SignatureIn(msgspec.Struct):
    media_type: str
    magic: str
    offset: int
    member: str | None
    suffix: str | None


class _TableIn(msgspec.Struct):
    schema: int
    api: int
    distributions: dict[str, str]
    extractors: dict[str, _ExtractorIn]
    signatures: list[_SignatureIn]
    pins: dict[str, str]
    config: dict[str, dict[str, object]]
    routes: dict[str, dict[str, tuple[str, ...]]]


def from_json(data: bytes) -> RouteTable:
    """Read a compiled table.

    Raises:
        RouteTableError: it is not one, or of another schema.
    """
    try:
        raw = msgspec.json.decode(data, type=_TableIn)
        _check(raw)
        claims = tuple(_claim_in(name, row) for name, row in sorted(raw.extractors.items()))
        signatures = tuple(
            Signature(s.media_type, bytes.fromhex(s.magic), s.offset, s.member, s.suffix) for s in raw.signatures
        )
    except (msgspec.MsgspecError, ValueError, PluginError) as error:
        msg = f"expected a route table made by `firstbytes compile`, got one where {error}"
        raise RouteTableError(msg) from error
    pins = {(key.partition("#")[0], key.partition("#")[2]): name for key, name in raw.pins.items()}
    config: Mapping[str, Mapping[str, JSON]] = raw.config  # type: ignore[assignment] # decoded JSON is JSON
    return RouteTable(
        claims=claims,
        signatures=signatures,
        pins=pins,
        config=config,
        routes=raw.routes,
        distributions=raw.distributions,
    )


def _check(raw: _TableIn) -> None:
    if raw.schema != SCHEMA:
        msg = f"the schema is {raw.schema}, and this firstbytes reads {SCHEMA}: run `firstbytes compile` again"
        raise ValueError(msg)
    if not MIN_API <= raw.api <= API:
        msg = f"the plugin API is {raw.api}, and this firstbytes speaks {API}: run `firstbytes compile` again"
        raise ValueError(msg)
    named = {name for facets in raw.routes.values() for names in facets.values() for name in names}
    if unknown := sorted(named - set(raw.extractors)):
        msg = f"a route names {unknown[0]!r}, which is not among its extractors"
        raise ValueError(msg)


def _claim_in(name: str, row: _ExtractorIn) -> Claim:
    needs = Needs(
        memory_mb=row.needs.memory_mb,
        timeout_s=row.needs.timeout_s,
        tmp_mb=row.needs.tmp_mb,
        lane=row.lane,
        patience_s=row.needs.patience_s,
        permissions=tuple(
            Permission(actions=p.actions, resources=p.resources, why=p.why) for p in row.needs.permissions
        ),
    )
    extractor = Extractor(name, accepts=row.accepts, entry=row.entry, facet=row.facet, needs=needs, api=row.api)
    return Claim(extractor=extractor, plugin=row.plugin, distribution=row.distribution, version=row.version)


def check_installed(table: RouteTable, version_of: Callable[[str], str] | None = None) -> None:
    """Refuse a table that was compiled with other plugins than those installed here.

    Raises:
        RouteTableError: every difference, and what to type.
    """
    from importlib.metadata import PackageNotFoundError, version

    wrong = []
    brought = {(claim.distribution, claim.version) for claim in table.claims}
    for name, expected in sorted(brought | set(table.distributions.items())):
        try:
            got = (version_of or version)(name)
        except PackageNotFoundError:
            got = "nothing"
        if got != expected:
            wrong.append(f"{name}: expected {expected}, got {got}")
    if wrong:
        msg = f"the route table was compiled with other plugins ({'; '.join(wrong)}); run `firstbytes compile` again"
        raise RouteTableError(msg)
