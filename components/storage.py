"""Where everything is kept: documents, what was made of them, what is known of them, and who asked for them.

documents bucket    users' files, versioned: t/<owner>/<document id>
artifacts bucket    large envelopes: e/<owner>/<document id>/<digest>.json
logs bucket         who asked either bucket for what
documents table     one head item a document, one item a version
dead-letters table  events that could not be processed, kept for replay
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import buckets, naming, storage_policies, tables
from components.buckets import Chain, Keeping
from components.settings import Environment
from components.statement import text
from components.stores import Stores

EXPOSED = ("ETag", "x-amz-version-id", "x-amz-checksum-sha256")
"""What a browser needs to read of S3's answers: without ETag it cannot complete a multipart upload."""

UPLOAD_DAYS = 7
"""Days that parts of a multipart upload are kept at least: the API lets one take six."""

_TRANSITIONS = {
    "glacier_instant_days": "GLACIER_IR",
    "glacier_flexible_days": "GLACIER",
    "glacier_deep_days": "DEEP_ARCHIVE",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageArgs:
    """What the storage is built from.

    Attributes:
        environment: the stack's settings.
        account_id: the account, 12 digits: policies are bound to it.
        origin: the page's origin, "https://documents.example.com": who may upload and download from a browser.
    """

    environment: Environment
    account_id: pulumi.Input[str]
    origin: pulumi.Input[str]


class Storage(pulumi.ComponentResource):
    """Buckets, tables and the key they share.

    Outputs: `documents`, `artifacts`, `logs` (buckets); `documents_table`, `dead_letters_table`;
    `key_arn`, None without a customer key; `cache`, None without DAX; `stores`, what functions are given of all this;
    `exports`, the stack's outputs of it.
    """

    documents: aws.s3.Bucket
    artifacts: aws.s3.Bucket
    logs: aws.s3.Bucket
    documents_table: aws.dynamodb.Table
    dead_letters_table: aws.dynamodb.Table
    key_arn: pulumi.Output[str] | None
    cache: aws.dax.Cluster | None
    stores: Stores
    exports: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firstbytes:index:Storage", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        environment = args.environment
        self.key_arn = self._key() if environment.customer_key else None
        self._buckets()
        self.documents_table = tables.create(f"{name}-documents", tables.DOCUMENTS, self, environment, self.key_arn)
        self.dead_letters_table = tables.create(
            f"{name}-dead-letters", tables.DEAD_LETTERS, self, environment, self.key_arn
        )
        self.cache = self._cache() if environment.dax else None
        self.stores = Stores(
            documents_bucket=self.documents.bucket,
            documents_bucket_arn=self.documents.arn,
            artifacts_bucket=self.artifacts.bucket,
            artifacts_bucket_arn=self.artifacts.arn,
            documents_table=self.documents_table.name,
            documents_table_arn=self.documents_table.arn,
            dead_letters_table=self.dead_letters_table.name,
            dead_letters_table_arn=self.dead_letters_table.arn,
            key_arn=self.key_arn,
        )
        self.exports = {
            "documentsBucket": self.documents.bucket,
            "artifactsBucket": self.artifacts.bucket,
            "documentsTable": self.documents_table.name,
            "deadLettersTable": self.dead_letters_table.name,
        }
        self.register_outputs(self.exports)

    def _key(self) -> pulumi.Output[str]:
        environment = self._args.environment
        name = f"{self._name}-key"
        key = aws.kms.Key(
            name,
            description=f"Documents of {naming.PROJECT} {environment.name}",
            enable_key_rotation=True,
            deletion_window_in_days=30 if environment.protect else 7,
            policy=pulumi.Output.from_input(self._args.account_id).apply(
                lambda account: text(storage_policies.key(account=account, region=environment.region))
            ),
            opts=pulumi.ResourceOptions(parent=self, protect=environment.protect or None),
        )
        alias = naming.key_alias(environment.name, "documents")
        aws.kms.Alias(name, name=alias, target_key_id=key.key_id, opts=self._child)
        return key.arn

    def _buckets(self) -> None:
        name, environment = self._name, self._args.environment
        # S3 delivers access logs only where S3 itself encrypts.
        logs = Keeping(parent=self, protect=environment.protect, versioned=False)
        data = Keeping(parent=self, protect=environment.protect, versioned=True, key_arn=self.key_arn)
        self.logs, log_chain = buckets.private_bucket(f"{name}-logs", logs)
        self.documents, chain = buckets.private_bucket(f"{name}-documents", data)
        self.artifacts, artifact_chain = buckets.private_bucket(f"{name}-artifacts", data)
        self._take_logs(log_chain)
        self._documents(chain, log_chain)
        buckets.policy(f"{name}-artifacts", self.artifacts, artifact_chain, self._policy(self.artifacts))
        buckets.lifecycle(f"{name}-artifacts", self.artifacts, artifact_chain, [clean_up(environment.noncurrent_days)])
        self._log(f"{name}-artifacts", self.artifacts, artifact_chain, log_chain)

    def _take_logs(self, chain: Chain) -> None:
        name = f"{self._name}-logs"
        document = pulumi.Output.all(
            bucket=self.logs.arn,
            sources=[self.documents.arn, self.artifacts.arn],
            account=self._args.account_id,
        ).apply(lambda known: text(storage_policies.access_logs(**known)))
        buckets.policy(name, self.logs, chain, document)
        days = self._args.environment.log_retention_days
        buckets.lifecycle(
            name,
            self.logs,
            chain,
            [
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": days},
                    "abort_incomplete_multipart_upload": {"days_after_initiation": 1},
                }
            ],
        )

    def _documents(self, chain: Chain, log_chain: Chain) -> None:
        name, bucket, environment = f"{self._name}-documents", self.documents, self._args.environment
        buckets.policy(name, bucket, chain, self._policy(bucket))
        buckets.lifecycle(name, bucket, chain, document_rules(environment))
        chain.add(
            lambda opts: aws.s3.BucketCorsConfiguration(
                name,
                bucket=bucket.bucket,
                cors_rules=[
                    {
                        "allowed_origins": [self._args.origin],
                        "allowed_methods": ["GET", "HEAD", "POST", "PUT"],
                        "allowed_headers": ["content-type", "range", "x-amz-*"],
                        "expose_headers": list(EXPOSED),
                        "max_age_seconds": 3600,
                    }
                ],
                opts=opts,
            )
        )
        # One notification configuration a bucket; whoever wants events asks EventBridge.
        chain.add(lambda opts: aws.s3.BucketNotification(name, bucket=bucket.bucket, eventbridge=True, opts=opts))
        if environment.transfer_acceleration:
            chain.add(
                lambda opts: aws.s3.BucketAccelerateConfiguration(
                    name, bucket=bucket.bucket, status="Enabled", opts=opts
                )
            )
        self._log(name, bucket, chain, log_chain)

    def _log(self, name: str, bucket: aws.s3.Bucket, chain: Chain, log_chain: Chain) -> None:
        chain.after(log_chain)
        buckets.logging(name, bucket, chain, self.logs)

    def _policy(self, bucket: aws.s3.Bucket) -> pulumi.Output[str]:
        return pulumi.Output.all(bucket=bucket.arn, key=self.key_arn).apply(
            lambda known: text(storage_policies.bucket(**known))
        )

    def _cache(self) -> aws.dax.Cluster:
        """Create a DAX cluster of one node in the account's default VPC."""
        environment, name = self._args.environment, f"{self._name}-cache"
        role = aws.iam.Role(
            name,
            name=naming.role(environment.name, "dax"),
            description="What the DAX cluster may do to the tables",
            assume_role_policy=text(storage_policies.cache_trust()),
            permissions_boundary=environment.permissions_boundary,
            opts=self._child,
        )
        arns = [self.documents_table.arn, self.dead_letters_table.arn]
        rights = aws.iam.RolePolicy(
            name,
            name="dax",
            role=role.name,
            policy=pulumi.Output.all(tables=arns, key=self.key_arn).apply(
                lambda known: text(storage_policies.cache(**known))
            ),
            opts=self._child,
        )
        return aws.dax.Cluster(
            name,
            cluster_name=naming.cluster(environment.name, "dax"),
            iam_role_arn=role.arn,
            node_type="dax.t3.small",
            replication_factor=1,
            server_side_encryption={"enabled": True},
            cluster_endpoint_encryption_type="TLS",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[rights]),
        )


def clean_up(days: int) -> aws.s3.BucketLifecycleConfigurationRuleArgsDict:
    """Return the rule that removes replaced and deleted versions after that many days.

    Uploads that nobody finished go then too, but never while the API still takes their parts.
    """
    return {
        "id": "clean-up",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrent_version_expiration": {"noncurrent_days": days},
        "expiration": {"expired_object_delete_marker": True},
        "abort_incomplete_multipart_upload": {"days_after_initiation": max(days, UPLOAD_DAYS)},
    }


def document_rules(environment: Environment) -> list[aws.s3.BucketLifecycleConfigurationRuleArgsDict]:
    """Return the documents' lifecycle: to colder classes as the settings say, and what is gone after its time."""
    days: Mapping[str, int] = {name: getattr(environment, name) for name in _TRANSITIONS}
    rules = [clean_up(environment.noncurrent_days)]
    if any(days.values()):
        rules.append(
            {
                "id": "archive",
                "status": "Enabled",
                "filter": {"prefix": "t/"},
                "transitions": [
                    {"days": days[name], "storage_class": storage_class}
                    for name, storage_class in _TRANSITIONS.items()
                    if days[name]
                ],
            }
        )
    return rules
