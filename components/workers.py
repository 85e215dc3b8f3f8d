"""The pipeline's functions: what each is for, what it is given and what it may do."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import iam
from components.function import LEAST_TMP_MB, FunctionArgs
from components.settings import Environment
from components.stores import Stores
from firstbytes.claims import Claim

SMALL_MB = 512
DEADLETTER_S = 60
SWEEPER_S = 300
REPLAY_S = 900


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What every function is built from."""

    environment: Environment
    code: pulumi.Archive
    stores: Stores


def router(given: Given, *, intake: aws.sqs.Queue) -> FunctionArgs:
    """Read the bytes that decide what a document is, and keep what its extractors say."""
    stores, environment = given.stores, given.environment
    return FunctionArgs(
        environment=environment,
        code=given.code,
        key_arn=stores.key_arn,
        purpose="router",
        description="Reads the bytes that decide what a document is, and keeps what its extractors say",
        handler="functions.router.handler",
        memory_mb=environment.router_memory_mb,
        timeout_s=environment.timing.function_s,
        permissions=pulumi.Output.all(
            documents_table=stores.documents_table_arn,
            documents_bucket=stores.documents_bucket_arn,
            artifacts_bucket=stores.artifacts_bucket_arn,
            intake_queue=intake.arn,
        ).apply(lambda arns: iam.router(**arns)),
        variables={
            "DOCUMENTS_TABLE": stores.documents_table,
            "DOCUMENTS_BUCKET": stores.documents_bucket,
            "ARTIFACTS_BUCKET": stores.artifacts_bucket,
            "INTAKE_QUEUE_URL": intake.url,
            "LEASE_S": str(environment.timing.lease_s),
            "MAX_ATTEMPTS": str(environment.timing.attempts),
            "SOFT_DELETE_DAYS": str(environment.soft_delete_days),
        },
    )


def deadletter(given: Given, *, intake_dlq: aws.sqs.Queue, rule_dlq: aws.sqs.Queue) -> FunctionArgs:
    """Say of a document why it failed, and keep its event for replay."""
    stores = given.stores
    return FunctionArgs(
        environment=given.environment,
        code=given.code,
        key_arn=stores.key_arn,
        purpose="deadletter",
        description="Says of a document why it failed, and keeps its event for replay",
        handler="functions.deadletter.handler",
        memory_mb=SMALL_MB,
        timeout_s=DEADLETTER_S,
        permissions=pulumi.Output.all(
            documents_table=stores.documents_table_arn,
            dead_letters_table=stores.dead_letters_table_arn,
            documents_bucket=stores.documents_bucket_arn,
            intake_dlq=intake_dlq.arn,
            rule_dlq=rule_dlq.arn,
        ).apply(lambda arns: iam.deadletter(**arns)),
        variables={
            "DOCUMENTS_TABLE": stores.documents_table,
            "DEAD_LETTERS_TABLE": stores.dead_letters_table,
            "DOCUMENTS_BUCKET": stores.documents_bucket,
            "SOFT_DELETE_DAYS": str(given.environment.soft_delete_days),
        },
    )


def sweeper(given: Given, *, intake: aws.sqs.Queue) -> FunctionArgs:
    """Find documents that are stuck, lost or unfinished, and have them looked at again."""
    stores = given.stores
    return FunctionArgs(
        environment=given.environment,
        code=given.code,
        key_arn=stores.key_arn,
        purpose="sweeper",
        description="Finds documents that are stuck, lost or unfinished, and has them looked at again",
        handler="functions.sweeper.handler",
        memory_mb=SMALL_MB,
        timeout_s=SWEEPER_S,
        permissions=pulumi.Output.all(
            documents_table=stores.documents_table_arn,
            documents_bucket=stores.documents_bucket_arn,
            intake_queue=intake.arn,
        ).apply(lambda arns: iam.sweeper(**arns)),
        variables={
            "DOCUMENTS_TABLE": stores.documents_table,
            "DOCUMENTS_BUCKET": stores.documents_bucket,
            "INTAKE_QUEUE_URL": intake.url,
            "SOFT_DELETE_DAYS": str(given.environment.soft_delete_days),
        },
    )


def replay(given: Given, *, intake: aws.sqs.Queue) -> FunctionArgs:
    """Send kept events, or documents that an operator chose, through the intake again."""
    stores = given.stores
    return FunctionArgs(
        environment=given.environment,
        code=given.code,
        key_arn=stores.key_arn,
        purpose="replay",
        description="Sends kept events, or documents that an operator chose, through the intake again",
        handler="functions.replay.handler",
        memory_mb=SMALL_MB,
        timeout_s=REPLAY_S,
        permissions=pulumi.Output.all(
            documents_table=stores.documents_table_arn,
            dead_letters_table=stores.dead_letters_table_arn,
            documents_bucket=stores.documents_bucket_arn,
            intake_queue=intake.arn,
        ).apply(lambda arns: iam.replay(**arns)),
        variables={
            "DOCUMENTS_TABLE": stores.documents_table,
            "DEAD_LETTERS_TABLE": stores.dead_letters_table,
            "INTAKE_QUEUE_URL": intake.url,
            "DOCUMENTS_BUCKET": stores.documents_bucket,
            "SOFT_DELETE_DAYS": str(given.environment.soft_delete_days),
        },
    )


def extractor(given: Given, claim: Claim) -> FunctionArgs:
    """Run one extractor that calls AWS services, with the rights it declares and no others: not even the bucket's."""
    needs = claim.extractor.needs
    return FunctionArgs(
        environment=given.environment,
        code=given.code,
        key_arn=given.stores.key_arn,
        purpose=f"extractor-{claim.extractor.name}",
        description=f"Runs the extractor {claim.extractor.name} of {claim.distribution} {claim.version}",
        handler="functions.worker.handler",
        memory_mb=needs.memory_mb,
        timeout_s=needs.timeout_s,
        tmp_mb=max(LEAST_TMP_MB, needs.tmp_mb),
        permissions=iam.extractor(claim),
        variables={"EXTRACTOR": claim.extractor.name},
    )
