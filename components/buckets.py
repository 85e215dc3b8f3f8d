"""A private bucket with everything around it, created one after the other: S3 answers 409 to two at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long and how safely a bucket keeps what is in it.

    Attributes:
        parent: the component that holds the bucket.
        protect: refuse to delete it; otherwise it is emptied and deleted with its stack.
        versioned: keep what is overwritten or deleted.
        key_arn: the customer's key; None for keys that S3 manages.
    """

    parent: pulumi.Resource
    protect: bool
    versioned: bool
    key_arn: pulumi.Input[str] | None = None


class Chain:
    """Options for a bucket's parts, each of which waits for the one before."""

    def __init__(self, bucket: aws.s3.Bucket, parent: pulumi.Resource) -> None:
        self._parent = parent
        self._last: tuple[pulumi.Resource, ...] = (bucket,)

    def add(self, make: Callable[[pulumi.ResourceOptions], pulumi.Resource]) -> None:
        """Create the next part."""
        self._last = (make(pulumi.ResourceOptions(parent=self._parent, depends_on=list(self._last))),)

    def after(self, other: Chain) -> None:
        """Let the next part wait for all of another bucket's too."""
        self._last += other._last


def private_bucket(name: str, keeping: Keeping) -> tuple[aws.s3.Bucket, Chain]:
    """Create a bucket that only its account reaches, encrypted, without ACLs; return it and the chain to go on with."""
    bucket = aws.s3.Bucket(
        name,
        force_destroy=not keeping.protect,
        opts=pulumi.ResourceOptions(parent=keeping.parent, protect=keeping.protect or None),
    )
    chain = Chain(bucket, keeping.parent)
    chain.add(
        lambda opts: aws.s3.BucketPublicAccessBlock(
            name,
            bucket=bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=opts,
        )
    )
    chain.add(
        lambda opts: aws.s3.BucketOwnershipControls(
            name, bucket=bucket.bucket, rule={"object_ownership": "BucketOwnerEnforced"}, opts=opts
        )
    )
    if keeping.versioned:
        chain.add(
            lambda opts: aws.s3.BucketVersioning(
                name, bucket=bucket.bucket, versioning_configuration={"status": "Enabled"}, opts=opts
            )
        )
    chain.add(
        lambda opts: aws.s3.BucketServerSideEncryptionConfiguration(
            name, bucket=bucket.bucket, rules=[_encryption(keeping.key_arn)], opts=opts
        )
    )
    return bucket, chain


def _encryption(
    key_arn: pulumi.Input[str] | None,
) -> aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict:
    if key_arn is None:
        return {"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}
    default: aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgsDict = {
        "sse_algorithm": "aws:kms",
        "kms_master_key_id": key_arn,
    }
    return {"apply_server_side_encryption_by_default": default, "bucket_key_enabled": True}


def policy(name: str, bucket: aws.s3.Bucket, chain: Chain, document: pulumi.Input[str]) -> None:
    """Attach the bucket's policy."""
    chain.add(lambda opts: aws.s3.BucketPolicy(name, bucket=bucket.bucket, policy=document, opts=opts))


def lifecycle(
    name: str,
    bucket: aws.s3.Bucket,
    chain: Chain,
    rules: Sequence[aws.s3.BucketLifecycleConfigurationRuleArgsDict],
) -> None:
    """Attach the bucket's lifecycle rules."""
    chain.add(
        lambda opts: aws.s3.BucketLifecycleConfiguration(
            name,
            bucket=bucket.bucket,
            rules=list(rules),
            # Smaller objects cost more to move than they save; spelt out, since AWS changed the default.
            transition_default_minimum_object_size="all_storage_classes_128K",
            opts=opts,
        )
    )


def logging(name: str, bucket: aws.s3.Bucket, chain: Chain, target: aws.s3.Bucket) -> None:
    """Log every request into another bucket, by day."""
    chain.add(
        lambda opts: aws.s3.BucketLogging(
            name,
            bucket=bucket.bucket,
            target_bucket=target.bucket,
            target_prefix=f"{name}/",
            target_object_key_format={"partitioned_prefix": {"partition_date_source": "EventTime"}},
            opts=opts,
        )
    )
