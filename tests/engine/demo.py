"""A small program that shows the engine and the stand-in every kind of change, driven by environment variables."""

from __future__ import annotations

import json
import os
from typing import Any

import pulumi
import pulumi_aws as aws

wish: dict[str, Any] = json.loads(os.environ.get("WISH", "{}"))
provider = aws.Provider("aws", region="eu-west-1", default_tags={"tags": {"environment": wish.get("tag", "dev")}})
made = pulumi.ResourceOptions(provider=provider)

dead = aws.sqs.Queue("dead", opts=made)
letters = {"maxReceiveCount": 8, "deadLetterTargetArn": dead.arn}
# The order of keys is a change of text, not of meaning.
redrive = pulumi.Output.json_dumps(dict(reversed(letters.items())) if wish.get("reorder") else letters)
live = aws.sqs.Queue(
    "live", name=wish.get("name"), delay_seconds=wish.get("delay", 0), redrive_policy=redrive, opts=made
)
table = aws.dynamodb.Table(
    "table",
    hash_key="pk",
    attributes=[{"name": "pk", "type": "S"}],
    billing_mode="PAY_PER_REQUEST",
    deletion_protection_enabled=wish.get("guard", False),
    opts=pulumi.ResourceOptions.merge(made, pulumi.ResourceOptions(protect=wish.get("protect", False))),
)
if wish.get("unsteady"):
    aws.sqs.Queue("unsteady", delay_seconds=hash("seconds") % 900, opts=made)
if wish.get("twin"):
    aws.sqs.Queue("twin", name=live.name, opts=made)
if wish.get("wrong"):
    aws.sqs.Queue("wrong", delay_seconds=wish["wrong"], opts=made)
pulumi.export("url", live.url)
pulumi.export("account", aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=provider)).account_id)
