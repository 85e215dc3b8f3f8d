"""What AWS services do on the program's behalf: every arrow between two resources as the requests it makes.

An emulator lets these pass unchecked (a rule to a queue, the API to a function, an event source to its queue), so they
are checked here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.policies import calls
from tests.policies.documents import FUNCTION, ROLE, given, named, read
from tests.policies.iam import Request
from tests.support.harness import Registered, Run

RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"
BUCKET = "aws:s3/bucket:Bucket"
KEY = "aws:kms/key:Key"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
REST_API = "aws:apigateway/restApi:RestApi"
STAGE = "aws:apigateway/stage:Stage"
EVENT_SOURCE = "aws:lambda/eventSourceMapping:EventSourceMapping"
ALARMS = ("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:cloudwatch/compositeAlarm:CompositeAlarm")
ALARM_ACTIONS = ("alarmActions", "okActions", "insufficientDataActions")
METHODS = ("delete", "get", "head", "patch", "post", "put")

DELIVERY = {QUEUE: "sqs:SendMessage", FUNCTION: "lambda:InvokeFunction", TOPIC: "sns:Publish"}
"""Type of a target -> the action by which EventBridge reaches it."""

LOGGING_ROLE = ("CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "PutLogEvents")
"""What API Gateway asks of the account's logging role, beside what it lists as needed to read them back."""

CACHED = ("BatchGetItem", "DescribeTable", "GetItem", "PutItem", "Query", "UpdateItem")
"""What functions do, and what DAX itself asks to know the keys."""

LOGS_KEY = (
    *("Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
    *("ReEncryptFrom", "ReEncryptTo"),
)
"""What CloudWatch Logs does with the key of a log group."""


def requests(run: Run) -> Iterator[Request]:
    """Yield what the services do, arrow by arrow."""
    for arrow in (_events, _event_sources, _functions, _apis, _alarms, _access_logs, _caches, _keys):
        yield from arrow(run)


def service(name: str, action: str, resource: str, source: str, why: str, *, account: str = "") -> Request:
    """Return a request by a service on behalf of a resource, whose account it states."""
    context = (
        ("aws:SourceArn", source),
        ("aws:SourceAccount", account or source.split(":")[4]),
        ("aws:SecureTransport", "true"),
        ("s3:TlsVersion", "1.3"),
    )
    return Request(
        principal=("Service", f"{name}.amazonaws.com"), action=action, resource=resource, context=context, why=why
    )


def account(run: Run) -> str:
    """Return the account that a program is deployed to."""
    return next((read(one, "arn").split(":")[4] for one in run.of(ROLE)), "")


def rule_of(run: Run, target: Registered) -> Registered | None:
    """Return the rule that a target belongs to."""
    return named(run, RULE, read(target, "rule"))


def dead_letter_arn(target: Registered) -> str:
    """Return the ARN of the queue for what a rule could not deliver to its target; empty when there is none."""
    return str(dict(target.inputs.get("deadLetterConfig") or {}).get("arn", ""))


def _events(run: Run) -> Iterator[Request]:
    for target in run.of(TARGET):
        rule = rule_of(run, target)
        for arn in filter(None, (read(target, "arn"), dead_letter_arn(target))):
            found = next((one for token in DELIVERY for one in run.of(token) if read(one, "arn") == arn), None)
            source = read(rule, "arn") if rule else read(target, "rule")
            action = DELIVERY[found.type] if found else "events:Deliver"
            yield service("events", action, arn, source, f"rule {read(target, 'rule')} delivers", account=account(run))
            if found and found.type in {QUEUE, TOPIC} and (key := calls.key(run, found)):
                for use in ("kms:Decrypt", "kms:GenerateDataKey"):
                    why = f"rule {read(target, 'rule')} encrypts"
                    yield service("events", use, read(key, "arn"), source, why, account=account(run))


def _event_sources(run: Run) -> Iterator[Request]:
    for mapping in run.of(EVENT_SOURCE):
        function = named(run, FUNCTION, read(mapping, "functionName"))
        queue = named(run, QUEUE, read(mapping, "eventSourceArn"))
        if function is None or queue is None:
            continue
        why = f"Lambda polls {read(queue, 'name')} for {read(function, 'name')}"
        principal = ("role", calls.role(run, function))
        for action in ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"):
            yield Request(
                principal=principal, action=action, resource=read(queue, "arn"), context=calls.SECURE, why=why
            )
        if key := calls.key(run, queue):
            yield Request(principal=principal, action="kms:Decrypt", resource=read(key, "arn"), why=why)


def _functions(run: Run) -> Iterator[Request]:
    for function in run.of(FUNCTION):
        name, role = read(function, "name"), calls.role(run, function)
        why = f"Lambda runs {name}"
        yield service("lambda", "sts:AssumeRole", role, read(function, "arn"), why)
        if group := log_group(run, function):
            for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
                stream = f"{read(group, 'arn')}:log-stream:any"
                yield Request(principal=("role", role), action=action, resource=stream, why=f"{name} logs")
        if dict(function.inputs.get("tracingConfig") or {}).get("mode") == "Active":
            for action in ("xray:PutTraceSegments", "xray:PutTelemetryRecords"):
                yield Request(principal=("role", role), action=action, resource="*", why=f"{name} is traced")
        if own := named(run, KEY, given(function, "kmsKeyArn")):
            why = f"{name} decrypts its variables"
            yield Request(principal=("role", role), action="kms:Decrypt", resource=read(own, "arn"), why=why)


def log_group(run: Run, function: Registered) -> Registered | None:
    """Return the log group that a function writes to."""
    given = dict(function.inputs.get("loggingConfig") or {}).get("logGroup")
    return named(run, LOG_GROUP, given or f"/aws/lambda/{read(function, 'name')}")


def integrations(api: Registered) -> Iterator[tuple[str, str, str, dict[str, object]]]:
    """Yield (method, path, integration's address, operation) of every operation of an API that is made from OpenAPI."""
    document = json.loads(given(api, "body") or "{}")
    for path, item in document.get("paths", {}).items():
        for method, operation in item.items():
            if method in {*METHODS, "options", "x-amazon-apigateway-any-method"}:
                address = operation.get("x-amazon-apigateway-integration", {}).get("uri", "")
                yield method, path, address, operation


def _apis(run: Run) -> Iterator[Request]:
    for api in run.of(REST_API):
        stages = [read(stage, "stageName") for stage in run.of(STAGE) if read(stage, "restApi") == api.id]
        for method, path, address, _ in integrations(api):
            function = next((one for one in run.of(FUNCTION) if address and read(one, "invokeArn") == address), None)
            for stage in stages if function else ():
                assert function is not None
                called = "/".join("any" if part.startswith("{") else part for part in path.split("/"))
                source = f"{read(api, 'executionArn')}/{stage}/{method.upper()}{called}"
                why = f"the API answers {method.upper()} {path}"
                yield service("apigateway", "lambda:InvokeFunction", read(function, "arn"), source, why)
    for settings in run.of("aws:apigateway/account:Account"):
        role = named(run, ROLE, read(settings, "cloudwatchRoleArn"))
        name = read(role, "name") if role else read(settings, "cloudwatchRoleArn")
        why = "API Gateway writes access logs"
        source = f"arn:aws:apigateway:::{account(run)}"
        yield service("apigateway", "sts:AssumeRole", name, source, why, account=account(run))
        for action in (*LOGGING_ROLE, "FilterLogEvents", "GetLogEvents"):
            yield Request(principal=("role", name), action=f"logs:{action}", resource="*", why=why)


def _alarms(run: Run) -> Iterator[Request]:
    for alarm in (one for token in ALARMS for one in run.of(token)):
        for topic in (one for name in ALARM_ACTIONS for one in alarm.inputs.get(name) or ()):
            name, arn = alarm.name, read(alarm, "arn")
            yield service("cloudwatch", "sns:Publish", topic, arn, f"alarm {name} tells")
            found = named(run, TOPIC, topic)
            if found and (key := calls.key(run, found)):
                for use in ("kms:Decrypt", "kms:GenerateDataKey"):
                    yield service("cloudwatch", use, read(key, "arn"), arn, f"alarm {name} encrypts")


def _caches(run: Run) -> Iterator[Request]:
    for cluster in run.of("aws:dax/cluster:Cluster"):
        role = named(run, ROLE, read(cluster, "iamRoleArn"))
        name = read(role, "name") if role else read(cluster, "iamRoleArn")
        why = "DAX reads and writes for functions"
        yield service("dax", "sts:AssumeRole", name, f"arn:aws:dax:::{account(run)}", why, account=account(run))
        for table in run.of("aws:dynamodb/table:Table"):
            arn, key = read(table, "arn"), calls.key(run, table)
            for action in CACHED:
                yield Request(principal=("role", name), action=f"dynamodb:{action}", resource=arn, why=why)
            for action in CACHED:
                yield Request(
                    principal=("role", name), action=f"dynamodb:{action}", resource=f"{arn}/index/any", why=why
                )
            for action in ("Decrypt", "DescribeKey") if key else ():
                assert key is not None
                yield Request(principal=("role", name), action=f"kms:{action}", resource=read(key, "arn"), why=why)


def _access_logs(run: Run) -> Iterator[Request]:
    for logging in run.of("aws:s3/bucketLogging:BucketLogging"):
        source, target = (named(run, BUCKET, read(logging, name)) for name in ("bucket", "targetBucket"))
        arn = read(target, "arn") if target else read(logging, "targetBucket")
        yield service(
            "logging.s3",
            "s3:PutObject",
            f"{arn}/{given(logging, 'targetPrefix')}2026-01-01-00-00-00-0123456789ABCDEF",
            read(source, "arn") if source else read(logging, "bucket"),
            f"S3 logs who reads {read(logging, 'bucket')}",
            account=account(run),
        )


def _keys(run: Run) -> Iterator[Request]:
    for key in run.of(KEY):
        root = ("AWS", f"arn:aws:iam::{account(run)}:root")
        why = "the account administers its key"
        yield Request(principal=root, action="kms:PutKeyPolicy", resource=read(key, "arn"), why=why)
    for group in run.of(LOG_GROUP):
        if own := named(run, KEY, given(group, "kmsKeyId")):
            region, arn = read(group, "arn").split(":")[3], read(group, "arn")
            for action in LOGS_KEY:
                yield Request(
                    principal=("Service", f"logs.{region}.amazonaws.com"),
                    action=f"kms:{action}",
                    resource=read(own, "arn"),
                    context=(("kms:EncryptionContext:aws:logs:arn", arn),),
                    why=f"CloudWatch Logs encrypts {read(group, 'name')}",
                )
