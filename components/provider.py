"""The one AWS provider of a stack: its region, the accounts it may touch, the tags of everything."""

from __future__ import annotations

import pulumi_aws as aws

from components import naming
from components.settings import Environment


def create(environment: Environment) -> aws.Provider:
    """Create the provider; default ones are disabled, so a resource without it fails instead of going elsewhere."""
    return aws.Provider(
        "aws",
        region=environment.region,
        allowed_account_ids=list(environment.allowed_account_ids) or None,
        default_tags={"tags": tags(environment)},
    )


def tags(environment: Environment) -> dict[str, str]:
    """Return the tags of every resource, sorted; the operator's own never replace those that say where it is from."""
    ours = {"environment": environment.name, "managed-by": "pulumi", "project": naming.PROJECT}
    return dict(sorted({**environment.tags, **ours}.items()))
