"""The one AWS provider of a stack: its region, the accounts it may touch, the tags of everything."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import naming
from components.settings import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Where a stack's components are created: options with the provider, and the account it reaches, 12 digits."""

    opts: pulumi.ResourceOptions
    account_id: pulumi.Output[str]


def create(environment: Environment) -> Cloud:
    """Create the provider; default ones are disabled, so a resource without it fails instead of going elsewhere."""
    provider = aws.Provider(
        "aws",
        region=environment.region,
        allowed_account_ids=list(environment.allowed_account_ids) or None,
        default_tags={"tags": tags(environment)},
    )
    caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider))
    return Cloud(opts=pulumi.ResourceOptions(providers={"aws": provider}), account_id=caller.account_id)


def tags(environment: Environment) -> dict[str, str]:
    """Return the tags of every resource, sorted; the operator's own never replace those that say where it is from."""
    ours = {"environment": environment.name, "managed-by": "pulumi", "project": naming.PROJECT}
    return dict(sorted({**environment.tags, **ours}.items()))
