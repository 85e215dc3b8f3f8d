"""Which resource types of the program can be created here, by which calls, and which are only written down.

A resource of the program is created by the function that `CREATE` has for its type token; a type of `DECLARED` is not
created, for the reason given there, and gets outputs that look like AWS's. Any other type is an error: add it to the
module of its service.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from local.errors import LocalError, Unsupported
from local.resources import cognito, compute, dynamodb, edge, messages, s3, watching
from local.resources.base import Cloud, Create, Made, Resource

__all__ = ["CREATE", "DECLARED", "Cloud", "Declared", "Made", "Resource", "create"]

CREATE: Mapping[str, Create] = MappingProxyType(
    {
        **s3.TABLE,
        **dynamodb.TABLE,
        **messages.TABLE,
        **compute.TABLE,
        **cognito.TABLE,
        **watching.TABLE,
        **edge.TABLE,
    }
)
"""Type token -> how it is created."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A type that stays on paper here: why, and its outputs; `{name}`, `{region}` and `{account}` are filled in."""

    reason: str
    outputs: Mapping[str, Any]


_NO_EMULATOR = "no emulator has it"

DECLARED: Mapping[str, Declared] = MappingProxyType(
    {
        "aws:amplify/app:App": Declared(
            reason="no emulator has Amplify; the page is served by this command",
            outputs={
                "arn": "arn:aws:amplify:{region}:{account}:apps/{name}",
                "defaultDomain": "{name}.amplifyapp.com",
            },
        ),
        "aws:amplify/branch:Branch": Declared(
            reason="no emulator has Amplify; the page is served by this command",
            outputs={"arn": "arn:aws:amplify:{region}:{account}:apps/app/branches/{name}"},
        ),
        "aws:dax/cluster:Cluster": Declared(
            reason=_NO_EMULATOR,
            outputs={
                "arn": "arn:aws:dax:{region}:{account}:cache/{name}",
                "clusterAddress": "{name}.dax-clusters.{region}.amazonaws.com",
                "configurationEndpoint": "{name}.dax-clusters.{region}.amazonaws.com:8111",
                "port": 8111,
            },
        ),
        "aws:cognito/managedLoginBranding:ManagedLoginBranding": Declared(
            reason="the emulator's sign-in page has one look", outputs={"managedLoginBrandingId": "{name}"}
        ),
    }
)
"""Type token -> why it is not created."""


def _filled(value: Any, cloud: Cloud, resource: Resource) -> Any:
    if not isinstance(value, str):
        return value
    return value.format(name=resource.name, region=cloud.region, account=cloud.account_id)


def create(cloud: Cloud, resource: Resource) -> Made:
    """Create a resource in the emulator, or write it down when its type is declared only.

    Raises:
        Unsupported: the type is in neither table.
        LocalError: the emulator refused it; the message names the resource.
    """
    if declared := DECLARED.get(resource.type):
        outputs = {key: _filled(value, cloud, resource) for key, value in declared.outputs.items()}
        return Made(id=resource.name, outputs=outputs)
    if resource.type not in CREATE:
        service = resource.type.split(":")[1].partition("/")[0]
        raise Unsupported(
            f"expected a resource type that the local platform knows, got {resource.type} ({resource.name}); "
            f"add it to the table of {service} under local/resources/, or to DECLARED with the reason"
        )
    try:
        return CREATE[resource.type](cloud, resource)
    except LocalError:
        raise
    except Exception as error:
        raise LocalError(f"could not create {resource.type} {resource.name!r} in the emulator: {error}") from error
