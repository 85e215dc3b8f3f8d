"""Who may reach buckets and keys, beside the roles that `iam` writes: one pure function for every document."""

from __future__ import annotations

from collections.abc import Sequence

from components.statement import Condition, Statement

SIGNATURE_MS = 600_000
"""Age of the oldest signature that a bucket accepts, presigned or not: ten minutes."""

_ANYBODY = (("AWS", "*"),)
_GRANTS = ("full-control", "read", "read-acp", "write", "write-acp")


def bucket(*, bucket: str, key: str | None) -> tuple[Statement, ...]:
    """Refuse what no caller of ours does, whatever rights it has: nobody is allowed anything here.

    Args:
        bucket: the bucket's ARN.
        key: the ARN of the customer's key, when objects are encrypted with it.
    """
    objects = f"{bucket}/*"
    old = Condition(operator="NumericGreaterThan", key="s3:signatureAge", values=(str(SIGNATURE_MS),))
    acl = (
        Condition(operator="Null", key="s3:x-amz-acl", values=("false",)),
        Condition(operator="StringNotEquals", key="s3:x-amz-acl", values=("bucket-owner-full-control", "private")),
    )
    own_key = Condition(operator="Null", key="s3:x-amz-server-side-encryption-customer-algorithm", values=("false",))
    return (
        *transport(bucket=bucket),
        _deny("OldSignature", "s3:*", objects, old),
        _deny("ForeignAcl", "s3:PutObject", objects, *acl),
        *(
            _deny(
                "Grant" + "".join(part.title() for part in grant.split("-")),
                "s3:PutObject",
                objects,
                Condition(operator="Null", key=f"s3:x-amz-grant-{grant}", values=("false",)),
            )
            for grant in _GRANTS
        ),
        _deny("UnreadableKey", "s3:PutObject", objects, own_key),
        *(_key_only(objects, key) if key else ()),
    )


def transport(*, bucket: str) -> tuple[Statement, ...]:
    """Refuse connections without TLS, and those below TLS 1.2."""
    everything = (bucket, f"{bucket}/*")
    plain = Condition(operator="Bool", key="aws:SecureTransport", values=("false",))
    old = Condition(operator="NumericLessThan", key="s3:TlsVersion", values=("1.2",))
    return (_deny("Tls", "s3:*", everything, plain), _deny("Tls12", "s3:*", everything, old))


def _key_only(objects: str, key: str) -> tuple[Statement, ...]:
    """Refuse uploads that name another key or another encryption; those that name none get the bucket's default."""
    name = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    other_key = (
        Condition(operator="Null", key=name, values=("false",)),
        Condition(operator="StringNotEquals", key=name, values=(key,)),
    )
    other = (
        Condition(operator="Null", key="s3:x-amz-server-side-encryption", values=("false",)),
        Condition(operator="StringNotEquals", key="s3:x-amz-server-side-encryption", values=("aws:kms",)),
    )
    return (
        _deny("OtherKey", "s3:PutObject", objects, *other_key),
        _deny("OtherEncryption", "s3:PutObject", objects, *other),
    )


def access_logs(*, bucket: str, sources: Sequence[str], account: str) -> tuple[Statement, ...]:
    """Let S3 deliver the access logs of this account's buckets, and nobody else write.

    Args:
        bucket: the ARN of the bucket that takes the logs.
        sources: the ARNs of the buckets that are logged.
        account: the account they are in.
    """
    delivery = Statement(
        sid="Delivery",
        actions=("s3:PutObject",),
        resources=(f"{bucket}/*",),
        principals=(("Service", "logging.s3.amazonaws.com"),),
        conditions=(
            Condition(operator="ArnLike", key="aws:SourceArn", values=tuple(sources)),
            Condition(operator="StringEquals", key="aws:SourceAccount", values=(account,)),
        ),
    )
    return (delivery, *transport(bucket=bucket))


def key(*, account: str, region: str) -> tuple[Statement, ...]:
    """Let the account's own policies decide who uses the key, and CloudWatch Logs encrypt this account's groups."""
    groups = Condition(
        operator="ArnLike",
        key="kms:EncryptionContext:aws:logs:arn",
        values=(f"arn:aws:logs:{region}:{account}:log-group:*",),
    )
    use = (
        *("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
        *("ReEncryptFrom", "ReEncryptTo"),
    )
    manage = (
        *("CancelKeyDeletion", "CreateAlias", "CreateGrant", "DeleteAlias", "DisableKey", "DisableKeyRotation"),
        *("EnableKey", "EnableKeyRotation", "GetKeyPolicy", "GetKeyRotationStatus"),
        *("ListGrants", "ListKeyPolicies", "ListKeyRotations", "ListResourceTags", "PutKeyPolicy", "RevokeGrant"),
        *("RotateKeyOnDemand", "ScheduleKeyDeletion", "TagResource", "UntagResource", "UpdateAlias"),
        "UpdateKeyDescription",
    )
    itself = "In a key's own policy '*' is the key."
    return (
        Statement(
            sid="Account",
            actions=tuple(f"kms:{name}" for name in (*use, *manage)),
            resources=("*",),
            principals=(("AWS", f"arn:aws:iam::{account}:root"),),
            why=itself,
        ),
        Statement(
            sid="Logs",
            actions=tuple(f"kms:{name}" for name in use),
            resources=("*",),
            principals=(("Service", f"logs.{region}.amazonaws.com"),),
            conditions=(groups,),
            why=itself,
        ),
    )


def cache_trust() -> tuple[Statement, ...]:
    """Let DAX take its role."""
    return (Statement(sid="Trust", actions=("sts:AssumeRole",), principals=(("Service", "dax.amazonaws.com"),)),)


def cache(*, tables: Sequence[str], key: str | None) -> tuple[Statement, ...]:
    """Let DAX do to the tables what functions do through it."""
    operations = ("BatchGetItem", "DescribeTable", "GetItem", "PutItem", "Query", "UpdateItem")
    items = Statement(
        sid="Tables",
        actions=tuple(f"dynamodb:{operation}" for operation in operations),
        resources=(*tables, *(f"{table}/index/*" for table in tables)),
    )
    encrypted = Statement(sid="Key", actions=("kms:Decrypt", "kms:DescribeKey"), resources=(key,)) if key else None
    return (items, encrypted) if encrypted else (items,)


def _deny(sid: str, action: str, resources: str | tuple[str, ...], *conditions: Condition) -> Statement:
    return Statement(
        sid=sid,
        effect="Deny",
        actions=(action,),
        resources=(resources,) if isinstance(resources, str) else resources,
        principals=_ANYBODY,
        conditions=conditions,
    )
