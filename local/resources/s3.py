"""Buckets and what is configured on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from local.resources.base import Cloud, Create, Made, Resource, api_shape

_SPELLINGS = {
    "id": "ID",
    "sseAlgorithm": "SSEAlgorithm",
    "kmsMasterKeyId": "KMSMasterKeyID",
    "allowedHeaders": "AllowedHeaders",
    "exposeHeaders": "ExposeHeaders",
}


def _bucket(cloud: Cloud, resource: Resource) -> Made:
    name = resource.physical("bucket").lower()
    where = {} if cloud.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": cloud.region}}
    cloud.client("s3").create_bucket(Bucket=name, **where)
    return Made(
        id=name,
        outputs={
            "bucket": name,
            "arn": f"arn:aws:s3:::{name}",
            "bucketDomainName": f"{name}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{name}.s3.{cloud.region}.amazonaws.com",
            "bucketRegion": cloud.region,
            "region": cloud.region,
        },
    )


def _configure(method: str, argument: str, shape: Callable[[Mapping[str, Any]], Any]) -> Create:
    """Return a creator that puts one configuration on a bucket by one call."""

    def create(cloud: Cloud, resource: Resource) -> Made:
        bucket = resource.inputs["bucket"]
        getattr(cloud.client("s3"), method)(Bucket=bucket, **{argument: shape(resource.inputs)})
        return Made(id=bucket, outputs={})

    return create


def _encryption(inputs: Mapping[str, Any]) -> dict[str, Any]:
    rules = []
    for rule in inputs["rules"]:
        shaped = api_shape({key: value for key, value in rule.items() if key != "blockedEncryptionTypes"}, _SPELLINGS)
        rules.append(shaped)
    return {"Rules": rules}


def lifecycle(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lifecycle configuration as S3 takes it: a rule without a filter is for the whole bucket. Pure."""
    rules = []
    for rule in inputs["rules"]:
        shaped = api_shape(rule, _SPELLINGS)
        for theirs, ours in (
            ("Transitions", "Transitions"),
            ("NoncurrentVersionTransitions", "NoncurrentVersionTransitions"),
        ):
            if theirs in shaped:
                shaped[ours] = shaped.pop(theirs)
        shaped.setdefault("Filter", {"Prefix": ""})
        rules.append(shaped)
    return {"Rules": rules}


def _cors(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"CORSRules": [api_shape(rule, _SPELLINGS) for rule in inputs["corsRules"]]}


def _public_access(inputs: Mapping[str, Any]) -> dict[str, bool]:
    names = ("blockPublicAcls", "ignorePublicAcls", "blockPublicPolicy", "restrictPublicBuckets")
    return {name[0].upper() + name[1:]: bool(inputs.get(name)) for name in names}


def _logging(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"LoggingEnabled": {"TargetBucket": inputs["targetBucket"], "TargetPrefix": inputs["targetPrefix"]}}


def _notification(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {"EventBridgeConfiguration": {}} if inputs.get("eventbridge") else {}


TABLE: Mapping[str, Create] = MappingProxyType(
    {
        "aws:s3/bucket:Bucket": _bucket,
        "aws:s3/bucketVersioning:BucketVersioning": _configure(
            "put_bucket_versioning",
            "VersioningConfiguration",
            lambda inputs: {"Status": inputs["versioningConfiguration"]["status"]},
        ),
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _configure(
            "put_public_access_block", "PublicAccessBlockConfiguration", _public_access
        ),
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _configure(
            "put_bucket_ownership_controls", "OwnershipControls", lambda inputs: {"Rules": [api_shape(inputs["rule"])]}
        ),
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _configure(
            "put_bucket_encryption", "ServerSideEncryptionConfiguration", _encryption
        ),
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _configure(
            "put_bucket_lifecycle_configuration", "LifecycleConfiguration", lifecycle
        ),
        "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": _configure(
            "put_bucket_cors", "CORSConfiguration", _cors
        ),
        "aws:s3/bucketPolicy:BucketPolicy": _configure("put_bucket_policy", "Policy", lambda inputs: inputs["policy"]),
        "aws:s3/bucketLogging:BucketLogging": _configure("put_bucket_logging", "BucketLoggingStatus", _logging),
        "aws:s3/bucketNotification:BucketNotification": _configure(
            "put_bucket_notification_configuration", "NotificationConfiguration", _notification
        ),
        "aws:s3/bucketAccelerateConfiguration:BucketAccelerateConfiguration": _configure(
            "put_bucket_accelerate_configuration",
            "AccelerateConfiguration",
            lambda inputs: {"Status": inputs["status"]},
        ),
    }
)
"""S3's resource types."""
