"""The `aws` resource plugin of the engine tests: the protocol of the real one over an account that is a file.

It answers as the real provider does where a program can tell: inputs are checked against the SDK's types, names are
chosen once and kept, policy texts are compared by meaning, tags follow version 7 (`tagsAll` = the provider's default
tags and the resource's own), a name that is taken is refused, outputs are unknown in a preview, and what has deletion
protection cannot be deleted. It knows nothing of quotas, of IAM, or of what a service does.
"""
# ruff: noqa: N802 - the methods are named by the engine's gRPC service

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from typing import Any

import grpc  # type: ignore[import-untyped]  # no stubs
from google.protobuf import empty_pb2  # type: ignore[import-untyped]  # no stubs
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from tests.engine.stand_in.cloud import Cloud, ExistsError, ProtectedError
from tests.engine.stand_in.values import UNKNOWN, bare, changed, from_struct, light, replacing, to_struct
from tests.support import identities, typed_schema
from tests.support.monitor import INVOKES

__all__ = ["StandIn"]

ACCOUNT = identities.HERE.account
NAME_LIMITS: Mapping[str, int] = {
    "aws:iam/role:Role": 64,
    "aws:lambda/function:Function": 64,
    "aws:s3/bucket:Bucket": 63,
    "aws:sqs/queue:Queue": 80,
}
ENGINES_OWN = {"version", "pluginDownloadURL"}  # what the engine adds to a provider's inputs
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
Autonaming = provider_pb2.CheckRequest.AutonamingOptions


class StandIn(provider_pb2_grpc.ResourceProviderServicer):
    """Serves the engine over one account."""

    def __init__(self, cloud: Cloud, version: str) -> None:
        self.cloud = cloud
        self.version = version
        self.place = identities.HERE
        self.default_tags: dict[str, str] = {}

    async def Handshake(self, _request: Any, _context: Any) -> Any:
        """Say what this plugin can take."""
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True, accept_resources=True, accept_outputs=False, supports_autonaming_configuration=True
        )

    async def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        """Say which version this is: the SDK's."""
        return plugin_pb2.PluginInfo(version=self.version)

    async def GetSchema(self, _request: Any, _context: Any) -> Any:
        """Give an empty schema: programs bring the SDK's types."""
        schema = {"name": "aws", "version": self.version, "resources": {}, "functions": {}}
        return provider_pb2.GetSchemaResponse(schema=json.dumps(schema))

    async def GetMapping(self, _request: Any, _context: Any) -> Any:
        """Know no other tool's names."""
        return provider_pb2.GetMappingResponse()

    async def Cancel(self, _request: Any, _context: Any) -> Any:
        """Do nothing: every call is short."""
        return empty_pb2.Empty()

    async def CheckConfig(self, request: Any, _context: Any) -> Any:
        """Check the provider's own inputs, its region too."""
        news = from_struct(request.news)
        own = {key: value for key, value in bare(news).items() if key not in ENGINES_OWN}
        failures = _failures("pulumi:providers:aws", own)
        region = bare(news.get("region"))
        if region != UNKNOWN and not REGION.fullmatch(region or ""):
            failures.append(provider_pb2.CheckFailure(property="region", reason=f"expected a region, got {region!r}"))
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    async def DiffConfig(self, request: Any, _context: Any) -> Any:
        """Compare the provider's own inputs; another region is another provider."""
        names = changed(from_struct(request.old_inputs), from_struct(request.news), frozenset())
        return _difference(names, [name for name in names if name == "region"])

    async def Configure(self, request: Any, context: Any) -> Any:
        """Take region and default tags; refuse an account that is not allowed."""
        given = {key: _decoded(value) for key, value in bare(from_struct(request.args)).items()}
        allowed = given.get("allowedAccountIds") or [ACCOUNT]
        if ACCOUNT not in allowed and UNKNOWN not in allowed:
            await context.abort(grpc.StatusCode.INVALID_ARGUMENT, f"AWS account ID not allowed: {ACCOUNT}")
        self.place = identities.Place(region=given.get("region", self.place.region), account=ACCOUNT)
        tags = given.get("defaultTags")
        self.default_tags = dict(tags.get("tags") or {}) if isinstance(tags, Mapping) else {}
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True,
            supportsPreview=True,
            acceptResources=True,
            acceptOutputs=False,
            supports_autonaming_configuration=True,
        )

    async def Check(self, request: Any, _context: Any) -> Any:
        """Check a resource's inputs, choose its name and fill in its region."""
        token, olds, news = _token(request), from_struct(request.olds), from_struct(request.news)
        failures = _failures(token, news)
        named = identities.name_property(token)
        if named and not news.get(named) and not news.get(f"{named}Prefix"):
            chosen = olds.get(named) or _name(request)
            news |= {named: chosen.lower() if named == "bucket" else chosen} if chosen else {}
        name = bare(news.get(named)) if named else None
        if named and name and name != UNKNOWN and len(name) > NAME_LIMITS.get(token, len(name)):
            reason = f"expected at most {NAME_LIMITS[token]} characters, got {len(name)}: {name}"
            failures.append(provider_pb2.CheckFailure(property=named, reason=reason))
        if "region" in typed_schema.names_of(token) and not news.get("region"):
            news["region"] = self.place.region
        return provider_pb2.CheckResponse(inputs=to_struct(news), failures=failures)

    async def Diff(self, request: Any, _context: Any) -> Any:
        """Compare old and new inputs, and the tags that the provider adds."""
        token, news = _token(request), from_struct(request.news)
        names = changed(from_struct(request.old_inputs), news, frozenset(request.ignoreChanges))
        tagged = from_struct(request.olds).get("tagsAll")
        if tagged is not None and bare(tagged) != self._tags(news):
            names.append("tagsAll")
        return _difference(names, replacing(token, names))

    async def Create(self, request: Any, context: Any) -> Any:
        """Make a resource; in a preview, say which outputs are not known yet."""
        token, inputs = _token(request), from_struct(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(id="", properties=to_struct(self._outputs(request, inputs, known=False)))
        identifier = identities.identity(token, request.urn, bare(inputs), self.place)
        outputs = self._outputs(request, inputs, known=True)
        try:
            self.cloud.create(token, identifier, bare(light(outputs)))
        except ExistsError as error:
            await context.abort(grpc.StatusCode.ALREADY_EXISTS, str(error))
        return provider_pb2.CreateResponse(id=identifier, properties=to_struct(outputs))

    async def Read(self, request: Any, _context: Any) -> Any:
        """Say how a resource is now; an empty id when it is gone."""
        token = _token(request)
        found = self.cloud.get(token, request.id)
        if found is None:
            return provider_pb2.ReadResponse(id="")
        # AWS does not give source files back, so what the state has stays.
        found = {
            **found,
            **{k: v for k, v in from_struct(request.properties).items() if bare(light(v)) == found.get(k)},
        }
        known = from_struct(request.inputs) or dict.fromkeys(typed_schema.names_of(token))
        inputs = {key: found[key] for key in known if key in found}
        return provider_pb2.ReadResponse(id=request.id, properties=to_struct(found), inputs=to_struct(inputs))

    async def Update(self, request: Any, _context: Any) -> Any:
        """Change a resource in place; what it was given at its creation stays."""
        token, news = _token(request), from_struct(request.news)
        created = {k: v for k, v in from_struct(request.olds).items() if k not in from_struct(request.old_inputs)}
        outputs = {**self._outputs(request, news, known=not request.preview), **created, **news}
        outputs |= {"tagsAll": self._tags(news)} if "tagsAll" in outputs else {}
        if not request.preview:
            self.cloud.update(token, request.id, bare(light(outputs)))
        return provider_pb2.UpdateResponse(properties=to_struct(outputs))

    async def Delete(self, request: Any, context: Any) -> Any:
        """Remove a resource, unless AWS would refuse."""
        try:
            self.cloud.delete(_token(request), request.id)
        except ProtectedError as error:
            await context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        return empty_pb2.Empty()

    async def Invoke(self, request: Any, context: Any) -> Any:
        """Answer the few functions that the program may ask."""
        answer = dict(INVOKES.get(request.tok, {}))
        if not answer:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no answer for {request.tok}; add it to INVOKES")
        answer |= {"region": self.place.region, "id": self.place.region} if "region" in answer else {}
        return provider_pb2.InvokeResponse(**{"return": to_struct(answer)})

    def _tags(self, inputs: Mapping[str, Any]) -> dict[str, str]:
        return {**self.default_tags, **(bare(inputs.get("tags")) or {})}

    def _outputs(self, request: Any, inputs: Mapping[str, Any], *, known: bool) -> dict[str, Any]:
        token = _token(request)
        found = identities.computed(token, request.urn, bare(inputs), self.place)
        found = {key: value if known else UNKNOWN for key, value in found.items() if key != "id"}
        return {**found, **inputs, **({"tagsAll": self._tags(inputs)} if "tagsAll" in found else {})}


def _token(request: Any) -> str:
    return str(request.type or request.urn.split("::")[2].rpartition("$")[2])


def _decoded(value: Any) -> Any:
    """Return a provider input; the SDK sends nested ones as JSON text."""
    return json.loads(value) if isinstance(value, str) and value[:1] in {"{", "["} else value


def _name(request: Any) -> str:
    """Return the name to choose for a resource that has none, by what the stack's settings say of names."""
    naming = request.autonaming
    if request.HasField("autonaming") and naming.mode != Autonaming.PROPOSE:
        return str(naming.proposed_name) if naming.mode == Autonaming.ENFORCE else ""
    digits = f"{random.Random(bytes(request.randomSeed)).randrange(16**7):07x}"
    return str(naming.proposed_name or f"{request.urn.rpartition('::')[2]}-{digits}")


def _failures(token: str, inputs: Mapping[str, Any]) -> list[Any]:
    lines = typed_schema.check(token, inputs)
    return [
        provider_pb2.CheckFailure(property=line.split(": ")[0].removeprefix(f"{token}."), reason=line) for line in lines
    ]


def _difference(names: list[str], replaces: list[str]) -> Any:
    kind = provider_pb2.PropertyDiff
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME if names else provider_pb2.DiffResponse.DIFF_NONE,
        diffs=names,
        replaces=replaces,
        hasDetailedDiff=True,
        detailedDiff={
            name: kind(kind=kind.UPDATE_REPLACE if name in replaces else kind.UPDATE, inputDiff=name != "tagsAll")
            for name in names
        },
    )
