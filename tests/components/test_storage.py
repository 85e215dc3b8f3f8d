"""Buckets, tables and their key."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import pytest

from components import storage_policies, tables
from components.settings import Environment
from components.statement import text
from components.storage import Storage, StorageArgs, clean_up, document_rules
from functions.api.uploads import MULTIPART_S
from tests.support import example
from tests.support.harness import Registered, Run, run_program
from tests.support.identities import HERE
from tests.support.stacks import environment

BUCKET = "aws:s3/bucket:Bucket"
TABLE = "aws:dynamodb/table:Table"
BUCKETS = ("storage-artifacts", "storage-documents", "storage-logs")
ORIGIN = "https://documents.example.com"


def program(given: Environment) -> Run:
    """Run a program of the storage alone."""
    args = StorageArgs(environment=given, account_id=HERE.account, origin=ORIGIN)
    return run_program(lambda: Storage("storage", args))


@pytest.fixture(scope="module")
def plain() -> Run:
    """The storage of dev."""
    return program(environment("dev"))


@pytest.fixture(scope="module")
def full() -> Run:
    """The storage of prod, with every switch on."""
    return program(environment("prod", dax=True, transfer_acceleration=True))


def side(kind: str) -> str:
    """Return the type token of a bucket's part."""
    return f"aws:s3/bucket{kind}:Bucket{kind}"


def documents(run: Run, kind: str) -> Mapping[str, Any]:
    """Return the inputs of a part of the documents bucket."""
    return run.one(side(kind), "storage-documents").inputs


@pytest.mark.parametrize("name", BUCKETS)
def test_every_bucket_is_private_and_encrypted(name: str, plain: Run) -> None:
    """No bucket has ACLs, public access, or objects in the clear."""
    bucket = plain.one(BUCKET, name).outputs["bucket"]
    assert plain.one(side("PublicAccessBlock"), name).inputs == {
        "bucket": bucket,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    ownership = plain.one(side("OwnershipControls"), name).inputs
    assert ownership["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    (rule,) = plain.one(side("ServerSideEncryptionConfiguration"), name).inputs["rules"]
    assert rule == {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    assert not any(one.type == "aws:kms/key:Key" for one in plain.resources)


def test_the_customers_key_covers_all_but_the_logs(full: Run) -> None:
    """With a key of the stack, S3 asks it once a bucket, DynamoDB uses it, and access logs can still be delivered."""
    key = full.one("aws:kms/key:Key", "storage-key").outputs["arn"]
    for name in BUCKETS[:2]:
        (rule,) = full.one(side("ServerSideEncryptionConfiguration"), name).inputs["rules"]
        assert rule == {
            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key},
            "bucketKeyEnabled": True,
        }
    (rule,) = full.one(side("ServerSideEncryptionConfiguration"), "storage-logs").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    for table in full.of(TABLE):
        assert table.inputs["serverSideEncryption"] == {"enabled": True, "kmsKeyArn": key}
    assert full.one("aws:kms/key:Key", "storage-key").inputs["enableKeyRotation"] is True


@pytest.mark.parametrize("name", BUCKETS[:2])
def test_what_is_overwritten_or_deleted_is_kept_for_a_while(name: str, plain: Run) -> None:
    """Versions outlive the soft delete, and nobody pays for uploads that were never finished."""
    assert plain.one(side("Versioning"), name).inputs["versioningConfiguration"] == {"status": "Enabled"}
    (rule,) = plain.one(side("LifecycleConfiguration"), name).inputs["rules"]
    assert rule == {
        "id": "clean-up",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "noncurrentVersionExpiration": {"noncurrentDays": 7},
        "expiration": {"expiredObjectDeleteMarker": True},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
    }


def test_parts_are_kept_as_long_as_the_api_takes_them() -> None:
    """However short versions are kept, an upload that is still open loses no part."""
    shortest = clean_up(2)
    assert shortest["noncurrent_version_expiration"] == {"noncurrent_days": 2}
    (days,) = shortest["abort_incomplete_multipart_upload"].values()
    assert days * 24 * 3600 > MULTIPART_S


def test_documents_move_to_colder_classes_by_setting() -> None:
    """Only the classes that are switched on, in their order, and only documents."""
    days = {"glacier_instant_days": 30, "glacier_deep_days": 200}
    _, archive = document_rules(example.environment(**days))
    assert archive["filter"] == {"prefix": "t/"}
    assert archive["transitions"] == [
        {"days": 30, "storage_class": "GLACIER_IR"},
        {"days": 200, "storage_class": "DEEP_ARCHIVE"},
    ]
    assert [rule["id"] for rule in document_rules(example.ENVIRONMENT)] == ["clean-up"]


def test_prod_archives_and_keeps(full: Run) -> None:
    """The numbers of prod's settings are those of its rules."""
    rules = {rule["id"]: rule for rule in documents(full, "LifecycleConfiguration")["rules"]}
    assert rules["archive"]["transitions"] == [{"days": 90, "storageClass": "GLACIER_IR"}]
    assert rules["clean-up"]["noncurrentVersionExpiration"] == {"noncurrentDays": 45}
    logs = full.one(side("LifecycleConfiguration"), "storage-logs").inputs["rules"]
    assert [rule["expiration"] for rule in logs] == [{"days": 365}]


def test_browsers_reach_documents_from_the_page_only(plain: Run) -> None:
    """One origin, the methods of presigned uploads and downloads, and no bucket else."""
    (rule,) = documents(plain, "CorsConfiguration")["corsRules"]
    assert rule["allowedOrigins"] == [ORIGIN]
    assert rule["allowedMethods"] == ["GET", "HEAD", "POST", "PUT"]
    assert "ETag" in rule["exposeHeaders"]
    assert len(plain.of(side("CorsConfiguration"))) == 1


def test_events_of_documents_go_to_eventbridge(plain: Run) -> None:
    """The documents bucket sends its events, and no other bucket does."""
    (notification,) = plain.of(side("Notification"))
    assert notification.name == "storage-documents"
    assert notification.inputs["eventbridge"] is True


def test_every_request_is_logged(plain: Run) -> None:
    """Both buckets log into the third, by day, and S3's delivery is allowed before it is switched on."""
    logs = plain.one(BUCKET, "storage-logs")
    policy = plain.one(side("Policy"), "storage-logs")
    for name in BUCKETS[:2]:
        logging = plain.one(side("Logging"), name)
        assert logging.inputs["targetBucket"] == logs.outputs["bucket"]
        assert logging.inputs["targetPrefix"] == f"{name}/"
        assert policy.urn in waits(plain, logging)


def waits(run: Run, resource: Registered) -> set[str]:
    """Return every URN that a resource waits for, directly or through others."""
    by_urn = {one.urn: one for one in run.resources}
    found: set[str] = set()
    todo = [resource.urn]
    while todo:
        for urn in by_urn[todo.pop()].depends:
            if urn not in found and urn in by_urn:
                found.add(urn)
                todo.append(urn)
    return found


@pytest.mark.parametrize("name", BUCKETS)
def test_the_parts_of_a_bucket_are_made_one_by_one(name: str, full: Run) -> None:
    """Of any two parts of a bucket one waits for the other: S3 answers 409 to both at once."""
    parts = [one for one in full.resources if one.type.startswith("aws:s3/") and one.name == name]
    order = {one.urn: waits(full, one) for one in parts}
    assert len(parts) > 5
    assert all(a == b or a in order[b] or b in order[a] for a in order for b in order)


def test_acceleration_is_a_switch(plain: Run, full: Run) -> None:
    """Off by default; on, it is of the documents bucket alone."""
    assert not plain.of(side("AccelerateConfiguration"))
    (part,) = full.of(side("AccelerateConfiguration"))
    assert part.name == "storage-documents"
    assert part.inputs["status"] == "Enabled"


def test_the_documents_table_has_its_indexes(plain: Run) -> None:
    """Lists by owner, project and status, and unfinished work for the sweeper."""
    table = plain.one(TABLE, "storage-documents").inputs
    assert (table["hashKey"], table["rangeKey"]) == ("pk", "sk")
    indexes = {
        index["name"]: (
            [(key["attributeName"], key["keyType"]) for key in index["keySchemas"]],
            index["projectionType"],
            index.get("nonKeyAttributes"),
        )
        for index in table["globalSecondaryIndexes"]
    }
    listed = ("listed_at", "RANGE")
    shown = ["document_id", "name", "project", "size_bytes"]
    assert indexes == {
        "by-owner": ([("owner_key", "HASH"), listed], "INCLUDE", shown),
        "by-project": ([("project_key", "HASH"), listed], "KEYS_ONLY", None),
        "by-status": ([("status_key", "HASH"), listed], "KEYS_ONLY", None),
        "unfinished": ([("shard", "HASH"), ("since", "RANGE")], "KEYS_ONLY", None),
    }


def test_letters_are_listed_by_status_and_arrival(plain: Run) -> None:
    """The dead-letters table has one key and one index, which holds letters whole: they are read from it."""
    table = plain.one(TABLE, "storage-dead-letters").inputs
    assert table["hashKey"] == "pk"
    assert "rangeKey" not in table
    (index,) = table["globalSecondaryIndexes"]
    assert [key["attributeName"] for key in index["keySchemas"]] == ["status", "arrived_at"]
    assert index["projectionType"] == "ALL"


@pytest.mark.parametrize("layout", [tables.DOCUMENTS, tables.DEAD_LETTERS])
def test_attributes_are_those_of_keys(layout: tables.Layout) -> None:
    """DynamoDB refuses an attribute that no key names, and a key whose attribute has no type."""
    keys = {key for index in layout.indexes for key in (index.hash, index.range)}
    keys |= {layout.hash, *([layout.range] if layout.range else [])}
    assert set(layout.attributes.items()) == keys


@pytest.mark.parametrize("name", ["storage-documents", "storage-dead-letters"])
def test_tables_expire_and_can_be_restored(name: str, plain: Run, full: Run) -> None:
    """On demand, TTL, point in time by setting, DynamoDB's own key unless the customer's."""
    table = plain.one(TABLE, name).inputs
    assert table["billingMode"] == "PAY_PER_REQUEST"
    assert table["ttl"] == {"attributeName": "expires_at", "enabled": True}
    assert table["pointInTimeRecovery"] == {"enabled": True, "recoveryPeriodInDays": 7}
    assert "serverSideEncryption" not in table
    assert full.one(TABLE, name).inputs["pointInTimeRecovery"]["recoveryPeriodInDays"] == 35


def test_what_holds_data_is_protected_where_it_matters(plain: Run, full: Run) -> None:
    """Prod refuses to delete buckets, tables and the key; dev empties and deletes them."""
    holds = {BUCKET, TABLE, "aws:kms/key:Key"}
    assert not [one.urn for one in plain.resources if one.protect]
    assert {one.type for one in full.resources if one.protect} == holds
    assert all(one.protect for one in full.resources if one.type in holds)
    for run, protected in ((plain, False), (full, True)):
        assert {bucket.inputs["forceDestroy"] for bucket in run.of(BUCKET)} == {not protected}
        assert {table.inputs["deletionProtectionEnabled"] for table in run.of(TABLE)} == {protected}


def test_dax_is_a_switch_with_its_own_role(plain: Run, full: Run) -> None:
    """A cluster of one node, encrypted at rest and in transit, that may do to the tables what functions do."""
    assert not plain.of("aws:dax/cluster:Cluster")
    (cluster,) = full.of("aws:dax/cluster:Cluster")
    assert cluster.inputs["serverSideEncryption"] == {"enabled": True}
    assert cluster.inputs["clusterEndpointEncryptionType"] == "TLS"
    (role,) = full.of("aws:iam/role:Role")
    assert cluster.inputs["iamRoleArn"] == role.outputs["arn"]
    (rights,) = full.of("aws:iam/rolePolicy:RolePolicy")
    found = example.statements(rights.inputs["policy"])
    arns = [table.outputs["arn"] for table in full.of(TABLE)]
    assert set(found["Tables"]["Resource"]) == {*arns, *(f"{arn}/index/*" for arn in arns)}
    assert found["Key"]["Resource"] == full.one("aws:kms/key:Key", "storage-key").outputs["arn"]


B = "arn:aws:s3:::b"
TLS = {"aws:SecureTransport": "true", "s3:TlsVersion": "1.3"}
MINE = {"s3:x-amz-server-side-encryption": "aws:kms", "s3:x-amz-server-side-encryption-aws-kms-key-id": example.KEY}
TESTS: Mapping[str, Any] = {
    "Bool": lambda got, wanted: got is not None and got == wanted[0],
    "Null": lambda got, wanted: (got is None) == (wanted[0] == "true"),
    "StringNotEquals": lambda got, wanted: got not in wanted,
    "NumericLessThan": lambda got, wanted: got is not None and float(got) < float(wanted[0]),
    "NumericGreaterThan": lambda got, wanted: got is not None and float(got) > float(wanted[0]),
}
"""IAM's operators; a negated one is true of a key that is absent."""


def refused(statement: Mapping[str, Any], action: str, request: Mapping[str, str]) -> bool:
    """Return whether a statement refuses a request on an object."""
    listed = [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
    return (
        statement["Effect"] == "Deny"
        and statement["Action"] in {"s3:*", action}
        and f"{B}/*" in listed
        and all(
            TESTS[operator](request.get(key), [value] if isinstance(value, str) else value)
            for operator, keys in statement["Condition"].items()
            for key, value in keys.items()
        )
    )


@pytest.mark.parametrize(
    ("action", "request_", "sids"),
    [
        ("s3:PutObject", {}, []),
        ("s3:GetObject", {"s3:signatureAge": "600000"}, []),
        ("s3:GetObject", {"s3:signatureAge": "600001"}, ["OldSignature"]),
        ("s3:PutObject", {"aws:SecureTransport": "false"}, ["Tls"]),
        ("s3:PutObject", {"s3:TlsVersion": "1.1"}, ["Tls12"]),
        ("s3:PutObject", {"s3:x-amz-acl": "bucket-owner-full-control"}, []),
        ("s3:PutObject", {"s3:x-amz-acl": "public-read"}, ["ForeignAcl"]),
        ("s3:PutObject", {"s3:x-amz-grant-read": "id=x"}, ["GrantRead"]),
        ("s3:PutObject", {"s3:x-amz-grant-full-control": "id=x"}, ["GrantFullControl"]),
        ("s3:PutObject", {"s3:x-amz-server-side-encryption-customer-algorithm": "AES256"}, ["UnreadableKey"]),
        ("s3:PutObject", MINE, []),
        ("s3:PutObject", {"s3:x-amz-server-side-encryption": "AES256"}, ["OtherEncryption"]),
        ("s3:PutObject", {**MINE, "s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:other"}, ["OtherKey"]),
    ],
    ids=str,
)
def test_a_bucket_refuses_what_no_caller_of_ours_does(action: str, request_: dict[str, str], sids: list[str]) -> None:
    """Each refusal fires on its request, and an ordinary upload meets none."""
    document = json.loads(text(storage_policies.bucket(bucket=B, key=example.KEY)))
    found = [one["Sid"] for one in document["Statement"] if refused(one, action, {**TLS, **request_})]
    assert found == sids


def test_a_bucket_policy_allows_nobody(plain: Run) -> None:
    """The policies of data buckets only refuse; without a customer key, no encryption is refused but an unreadable."""
    for name in BUCKETS[:2]:
        document = json.loads(plain.one(side("Policy"), name).inputs["policy"])
        assert {one["Effect"] for one in document["Statement"]} == {"Deny"}
        assert not {"OtherKey", "OtherEncryption"} & {one["Sid"] for one in document["Statement"]}


def test_only_s3_writes_access_logs(plain: Run) -> None:
    """Delivery is bound to our buckets and our account."""
    arns = {name: plain.one(BUCKET, name).outputs["arn"] for name in BUCKETS}
    found = example.statements(plain.one(side("Policy"), "storage-logs").inputs["policy"])
    assert set(found) == {"Delivery", "Tls", "Tls12"}
    assert found["Delivery"] == {
        "Sid": "Delivery",
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Resource": f"{arns['storage-logs']}/*",
        "Condition": {
            "ArnLike": {"aws:SourceArn": [arns["storage-artifacts"], arns["storage-documents"]]},
            "StringEquals": {"aws:SourceAccount": HERE.account},
        },
    }


def test_the_key_is_the_accounts_and_its_logs() -> None:
    """The account's policies decide; CloudWatch Logs may use it for this account's groups; nobody else is named."""
    found = example.statements(text(storage_policies.key(account=HERE.account, region=HERE.region)))
    assert found["Account"]["Principal"] == {"AWS": f"arn:aws:iam::{HERE.account}:root"}
    assert not [action for action in found["Account"]["Action"] if "*" in action]
    assert found["Logs"]["Principal"] == {"Service": f"logs.{HERE.region}.amazonaws.com"}
    assert found["Logs"]["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{HERE.region}:{HERE.account}:log-group:*"}
    }
    assert {"kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"} < set(found["Logs"]["Action"])
    assert set(found) == {"Account", "Logs"}


def test_the_storage_hands_on_what_functions_need(full: Run) -> None:
    """Names and ARNs are those of what was made."""
    args = StorageArgs(environment=environment("prod"), account_id=HERE.account, origin=ORIGIN)
    seen: dict[str, Any] = {}

    def main() -> None:
        storage = Storage("storage", args)
        for field in dataclasses.fields(storage.stores):
            getattr(storage.stores, field.name).apply(lambda value, name=field.name: seen.update({name: value}))

    run_program(main)
    assert seen == {
        "documents_bucket": full.one(BUCKET, "storage-documents").outputs["bucket"],
        "documents_bucket_arn": full.one(BUCKET, "storage-documents").outputs["arn"],
        "artifacts_bucket": full.one(BUCKET, "storage-artifacts").outputs["bucket"],
        "artifacts_bucket_arn": full.one(BUCKET, "storage-artifacts").outputs["arn"],
        "documents_table": full.one(TABLE, "storage-documents").outputs["name"],
        "documents_table_arn": full.one(TABLE, "storage-documents").outputs["arn"],
        "dead_letters_table": full.one(TABLE, "storage-dead-letters").outputs["name"],
        "dead_letters_table_arn": full.one(TABLE, "storage-dead-letters").outputs["arn"],
        "key_arn": full.one("aws:kms/key:Key", "storage-key").outputs["arn"],
    }
