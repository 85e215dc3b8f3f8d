"""A small platform without a fault: one of every arrow, for tests that plant faults in it.

Bucket -> rule -> queue -> router; API -> replay; alarm -> topic. It is registered through the real SDK.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pulumi
import pulumi_aws as aws

ACCOUNT = "123456789012"
GRANTS = ("full-control", "read", "read-acp", "write", "write-acp")
SSE_C = "x-amz-server-side-encryption-customer-algorithm"


def text(*statements: Mapping[str, Any]) -> str:
    """Return a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(sid: str, actions: list[str], resources: list[str] | str, **more: Any) -> dict[str, Any]:
    """Return a statement that allows."""
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources, **more}


def by(service: str, source: str) -> dict[str, Any]:
    """Return the principal and the condition of a service that acts for one resource of the account."""
    condition = {"ArnEquals": {"aws:SourceArn": source}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}
    return {"Principal": {"Service": f"{service}.amazonaws.com"}, "Condition": condition}


def private(
    sid: str, actions: list[str], resources: list[str], operator: str, test: Mapping[str, str]
) -> dict[str, Any]:
    """Return a statement that denies everybody."""
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": resources,
        "Condition": {operator: test},
    }


def tls(queue: str) -> dict[str, Any]:
    """Return a queue's refusal of clear text."""
    actions = ["sqs:ReceiveMessage", "sqs:SendMessage"]
    return private("Tls", actions, [queue], "Bool", {"aws:SecureTransport": "false"})


def program() -> None:
    """Register it."""
    bucket, artifacts = _bucket("documents"), _bucket("artifacts")
    aws.s3.BucketNotification("documents", bucket=bucket.bucket, eventbridge=True)
    table, letters = _table("documents"), _table("letters")
    dead, undelivered, intake = _queues()
    _rule(bucket, intake, undelivered, dead)
    names = {
        "DOCUMENTS_TABLE": table.name,
        "DEAD_LETTERS_TABLE": letters.name,
        "DOCUMENTS_BUCKET": bucket.bucket,
        "ARTIFACTS_BUCKET": artifacts.bucket,
        "INTAKE_QUEUE_URL": intake.url,
    }
    queues = {"intake": intake, "dead": dead, "undelivered": undelivered}
    arns = pulumi.Output.all(
        **{name: queue.arn for name, queue in queues.items()},
        table=table.arn,
        letters=letters.arn,
        bucket=bucket.arn,
        artifacts=artifacts.arn,
    )
    router = _function("router", _but(names, "DEAD_LETTERS_TABLE"), arns.apply(_router))
    deadletter = _function("deadletter", _but(names, "ARTIFACTS_BUCKET", "INTAKE_QUEUE_URL"), arns.apply(_deadletter))
    for name, queue in queues.items():
        aws.lambda_.EventSourceMapping(
            name,
            event_source_arn=queue.arn,
            function_name=(router if queue is intake else deadletter).name,
            function_response_types=["ReportBatchItemFailures"],
        )
    _api(_function("replay", _but(names, "ARTIFACTS_BUCKET"), arns.apply(_replay)))
    _alarm(dead)


def _but(names: Mapping[str, pulumi.Output[str]], *left_out: str) -> dict[str, pulumi.Output[str]]:
    return {name: value for name, value in names.items() if name not in left_out}


def _bucket(name: str) -> aws.s3.Bucket:
    bucket = aws.s3.Bucket(name, bucket=name)
    aws.s3.BucketPolicy(name, bucket=bucket.bucket, policy=bucket.arn.apply(_bucket_policy))
    return bucket


def _table(name: str) -> aws.dynamodb.Table:
    return aws.dynamodb.Table(name, name=name, hash_key="pk", attributes=[{"name": "pk", "type": "S"}])


def _rule(bucket: aws.s3.Bucket, intake: aws.sqs.Queue, undelivered: aws.sqs.Queue, dead: aws.sqs.Queue) -> None:
    rule = aws.cloudwatch.EventRule("created", name="created", event_pattern=bucket.bucket.apply(_pattern))
    aws.cloudwatch.EventTarget("created", rule=rule.name, arn=intake.arn, dead_letter_config={"arn": undelivered.arn})
    for queue, name in ((intake, "intake"), (undelivered, "undelivered")):
        made = pulumi.Output.all(queue.arn, rule.arn).apply(lambda arns: _queue_policy(*arns))
        aws.sqs.QueuePolicy(name, queue_url=queue.url, policy=made)
    aws.sqs.QueuePolicy("dead", queue_url=dead.url, policy=dead.arn.apply(lambda arn: text(tls(arn))))


def _queues() -> tuple[aws.sqs.Queue, aws.sqs.Queue, aws.sqs.Queue]:
    dead = aws.sqs.Queue("dead", name="dead", visibility_timeout_seconds=540)
    undelivered = aws.sqs.Queue("undelivered", name="undelivered", visibility_timeout_seconds=540)
    redrive = pulumi.Output.json_dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 8})
    intake = aws.sqs.Queue("intake", name="intake", visibility_timeout_seconds=540, redrive_policy=redrive)
    allowed = pulumi.Output.json_dumps({"redrivePermission": "byQueue", "sourceQueueArns": [intake.arn]})
    aws.sqs.RedriveAllowPolicy("dead", queue_url=dead.url, redrive_allow_policy=allowed)
    return dead, undelivered, intake


def _bucket_policy(arn: str) -> str:
    both, objects, upload = [arn, f"{arn}/*"], [f"{arn}/*"], ["s3:PutObject"]
    given = ["x-amz-acl", *(f"x-amz-grant-{right}" for right in GRANTS), SSE_C]
    return text(
        private("Tls", ["s3:*"], both, "Bool", {"aws:SecureTransport": "false"}),
        private("Tls12", ["s3:*"], both, "NumericLessThan", {"s3:TlsVersion": "1.2"}),
        private("Old", ["s3:*"], objects, "NumericGreaterThan", {"s3:signatureAge": "600000"}),
        *(private(f"Given{n}", upload, objects, "Null", {f"s3:{name}": "false"}) for n, name in enumerate(given)),
    )


def _queue_policy(queue: str, rule: str) -> str:
    return text(allow("Rule", ["sqs:SendMessage"], [queue], **by("events", rule)), tls(queue))


def _pattern(bucket: str) -> str:
    return json.dumps({"source": ["aws.s3"], "detail": {"bucket": {"name": [bucket]}}})


def _function(
    name: str, variables: Mapping[str, pulumi.Input[str]], rights: pulumi.Output[list[dict[str, Any]]]
) -> aws.lambda_.Function:
    group = aws.cloudwatch.LogGroup(name, name=f"/aws/lambda/{name}", retention_in_days=30)
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = aws.iam.Role(name, name=name, assume_role_policy=text(trust))
    logs = group.arn.apply(lambda arn: [allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], f"{arn}:*")])
    tracing = allow("Tracing", ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], "*")
    policy = pulumi.Output.all(rights, logs).apply(lambda parts: text(*parts[0], *parts[1], tracing))
    aws.iam.RolePolicy(name, role=role.name, policy=policy)
    return aws.lambda_.Function(
        name,
        name=name,
        role=role.arn,
        runtime="python3.13",
        handler=f"functions.{name}.handler",
        code=pulumi.AssetArchive({"a": pulumi.StringAsset("")}),
        timeout=90,
        tracing_config={"mode": "Active"},
        environment={"variables": variables},
    )


def _consumer(sid: str, queue: str, *more: str) -> dict[str, Any]:
    return allow(sid, ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", *more], queue)


def _objects(bucket: str) -> list[dict[str, Any]]:
    prefix = {"Condition": {"StringLike": {"s3:prefix": "t/*"}}}
    return [
        allow("Objects", ["s3:GetObject"], f"{bucket}/t/*"),
        allow("Missing", ["s3:ListBucket"], bucket, **prefix),
    ]


def _router(arns: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        _consumer("Intake", arns["intake"], "sqs:ChangeMessageVisibility"),
        *_objects(arns["bucket"]),
        allow("Versions", ["s3:GetObjectVersion"], f"{arns['bucket']}/t/*"),
        allow("Documents", ["dynamodb:GetItem", "dynamodb:UpdateItem"], arns["table"]),
        allow("Envelopes", ["s3:PutObject"], f"{arns['artifacts']}/e/*"),
    ]


def _deadletter(arns: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        _consumer("Letters", arns["dead"]),
        _consumer("Undelivered", arns["undelivered"]),
        *_objects(arns["bucket"]),
        allow("Documents", ["dynamodb:GetItem", "dynamodb:UpdateItem"], arns["table"]),
        allow("Keep", ["dynamodb:PutItem"], arns["letters"]),
    ]


def _replay(arns: Mapping[str, str]) -> list[dict[str, Any]]:
    lists = [f"{arns['table']}/index/{name}" for name in ("by-owner", "by-project", "by-status")]
    return [
        *_objects(arns["bucket"]),
        allow("Documents", ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query"], arns["table"]),
        allow("Lists", ["dynamodb:Query"], lists),
        allow("Letters", ["dynamodb:GetItem", "dynamodb:UpdateItem", "dynamodb:Query"], arns["letters"]),
        allow("LettersByStatus", ["dynamodb:Query"], f"{arns['letters']}/index/by-status"),
        allow("LookAgain", ["sqs:SendMessage"], arns["intake"]),
    ]


def _api(function: aws.lambda_.Function) -> None:
    pool = aws.cognito.UserPool("users", name="users")
    body = pulumi.Output.all(function.invoke_arn, pool.arn).apply(lambda both: json.dumps(_openapi(*both)))
    api = aws.apigateway.RestApi("api", name="api", body=body)
    deployment = aws.apigateway.Deployment("api", rest_api=api.id)
    aws.apigateway.Stage("api", rest_api=api.id, deployment=deployment.id, stage_name="v1")
    aws.lambda_.Permission(
        "api",
        action="lambda:InvokeFunction",
        function=function.name,
        principal="apigateway.amazonaws.com",
        source_arn=pulumi.Output.concat(api.execution_arn, "/*/*"),
        source_account=ACCOUNT,
    )


def _openapi(uri: str, pool: str) -> dict[str, Any]:
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}
    scheme = {"type": "apiKey", "x-amazon-apigateway-authorizer": {"providerARNs": [pool]}}
    operation = {"security": [{"pool": ["documents/read"]}], "x-amazon-apigateway-integration": integration}
    return {
        "openapi": "3.0.1",
        "paths": {"/documents/{id}": {"get": operation}},
        "components": {"securitySchemes": {"pool": scheme}},
    }


def _alarm(queue: aws.sqs.Queue) -> None:
    topic = aws.sns.Topic("alarms", name="alarms")
    publish = {
        "Sid": "Alarms",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    aws.sns.TopicPolicy("alarms", arn=topic.arn, policy=topic.arn.apply(lambda arn: text({**publish, "Resource": arn})))
    alarm = aws.cloudwatch.MetricAlarm(
        "letters",
        name="letters",
        comparison_operator="GreaterThanThreshold",
        evaluation_periods=1,
        namespace="AWS/SQS",
        metric_name="ApproximateNumberOfMessagesVisible",
        dimensions={"QueueName": queue.name},
        alarm_actions=[topic.arn],
    )
    aws.cloudwatch.CompositeAlarm(
        "unhealthy", alarm_name="unhealthy", alarm_rule=alarm.name.apply("ALARM({})".format), alarm_actions=[topic.arn]
    )
