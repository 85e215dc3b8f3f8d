"""What resources say of each other outside IAM: each name, ARN and pattern must lead to something, both ways.

A link that leads nowhere is no error to AWS: the event, the message or the alarm is simply never seen again.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from tests.policies import arrows, calls, source
from tests.policies.documents import FUNCTION, documents, given, known_as, named, read
from tests.support.harness import Registered, Run

NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
REDRIVE_ALLOW = "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy"
USER_POOL = "aws:cognito/userPool:UserPool"
COMPOSITE = arrows.ALARMS[1]
PART = re.compile(r'ALARM\("?([^")]+)"?\)')
NAMESPACE = "firstbytes"
DIMENSIONS = {
    "QueueName": arrows.QUEUE,
    "FunctionName": FUNCTION,
    "TableName": "aws:dynamodb/table:Table",
    "RuleName": arrows.RULE,
    "ApiName": arrows.REST_API,
    "BucketName": arrows.BUCKET,
}
"""Dimension of a metric of AWS -> the type of what it names."""


def loose(run: Run) -> tuple[str, ...]:
    """Return every link that leads nowhere."""
    checks = (
        _rules,
        _notifications,
        _queues,
        _redrives,
        _mappings,
        _log_groups,
        _variables,
        _authorizers,
        _watched,
        _heard,
    )
    return tuple(line for check in checks for line in check(run))


def _rules(run: Run) -> Iterator[str]:
    aimed = set()
    for target in run.of(arrows.TARGET):
        rule = arrows.rule_of(run, target)
        if rule is None:
            yield f"target {target.name}: expected a rule of this program, got {read(target, 'rule')}"
            continue
        aimed.add(rule.urn)
        if not arrows.dead_letter_arn(target):
            if not given(rule, "eventPattern"):
                continue  # what a schedule could not start, it starts the next time
            yield f"target {target.name}: what rule {rule.name} cannot deliver is lost; give it a dead-letter queue"
        elif named(run, arrows.QUEUE, arrows.dead_letter_arn(target)) is None:
            yield f"target {target.name}: its dead-letter queue {arrows.dead_letter_arn(target)} is not in this program"
    for rule in run.of(arrows.RULE):
        if rule.urn not in aimed:
            yield f"rule {rule.name}: has no target"


def _notifications(run: Run) -> Iterator[str]:
    telling = {read(one, "bucket") for one in run.of(NOTIFICATION) if one.inputs.get("eventbridge")}
    heard = {name for rule in run.of(arrows.RULE) for name in _buckets(rule)}
    for name in sorted(telling - heard):
        yield f"bucket {name}: tells EventBridge, and no rule listens"
    for name in sorted(heard - telling):
        yield f"bucket {name}: a rule listens, and it does not tell EventBridge"


def _buckets(rule: Registered) -> list[str]:
    pattern = json.loads(given(rule, "eventPattern") or "{}")
    return [str(name) for name in pattern.get("detail", {}).get("bucket", {}).get("name", ())]


def _source_of_messages(run: Run) -> set[str]:
    targets = {read(target, "arn") for target in run.of(arrows.TARGET)}
    dead = {arrows.dead_letter_arn(target) for target in run.of(arrows.TARGET)}
    redriven = {_redrive(queue).get("deadLetterTargetArn", "") for queue in run.of(arrows.QUEUE)}
    return targets | dead | redriven


def _queues(run: Run) -> Iterator[str]:
    """A queue that nothing fills or nobody reads is waste, or worse: a hole."""
    read_from = {read(mapping, "eventSourceArn") for mapping in run.of(arrows.EVENT_SOURCE)}
    for queue in run.of(arrows.QUEUE):
        if read(queue, "arn") not in _source_of_messages(run):
            yield f"queue {queue.name}: nothing fills it"
        if read(queue, "arn") not in read_from:
            yield f"queue {queue.name}: nobody reads it"


def _redrive(queue: Registered) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(given(queue, "redrivePolicy") or "{}")
    return parsed


def _redrives(run: Run) -> Iterator[str]:
    sent = {
        (read(queue, "arn"), arn)
        for queue in run.of(arrows.QUEUE)
        if (arn := _redrive(queue).get("deadLetterTargetArn"))
    }
    taken = set()
    for name, queue, text in _redrive_allowed(run):
        allowed = json.loads(text)
        if allowed.get("redrivePermission") == "byQueue":
            taken |= {(source, queue) for source in allowed.get("sourceQueueArns", ())}
        elif allowed.get("redrivePermission") != "denyAll":
            yield f"redrive allow policy of {name}: any queue may send to {queue}"
    for giver, taker in sorted(sent - taken):
        yield f"queue {giver}: sends to {taker}, whose redrive allow policy does not list it"
    for giver, taker in sorted(taken - sent):
        yield f"queue {taker}: allows {giver}, which does not redrive to it"


def _redrive_allowed(run: Run) -> Iterator[tuple[str, str, str]]:
    for policy in run.of(REDRIVE_ALLOW):
        queue = named(run, arrows.QUEUE, read(policy, "queueUrl"))
        yield policy.name, read(queue, "arn") if queue else "", given(policy, "redriveAllowPolicy")
    for queue in run.of(arrows.QUEUE):
        if text := given(queue, "redriveAllowPolicy"):
            yield queue.name, read(queue, "arn"), text


def _mappings(run: Run) -> Iterator[str]:
    for mapping in run.of(arrows.EVENT_SOURCE):
        function = named(run, FUNCTION, read(mapping, "functionName"))
        queue = named(run, arrows.QUEUE, read(mapping, "eventSourceArn"))
        if function is None or queue is None:
            yield f"event source {mapping.name}: expected a function and a queue of this program"
            continue
        if "ReportBatchItemFailures" not in mapping.inputs.get("functionResponseTypes", ()):
            yield f"event source {mapping.name}: one bad message makes the whole batch come again"
        if queue.inputs.get("visibilityTimeoutSeconds", 30) < 6 * function.inputs.get("timeout", 3):
            yield f"event source {mapping.name}: {queue.name} shows a message again while {function.name} has it"


def _log_groups(run: Run) -> Iterator[str]:
    written = {group.urn for function in run.of(FUNCTION) if (group := arrows.log_group(run, function))}
    for function in run.of(FUNCTION):
        if arrows.log_group(run, function) is None:
            yield f"function {function.name}: logs into a group that this program does not make: kept for ever"
    for group in run.of(arrows.LOG_GROUP):
        if read(group, "name").startswith("/aws/lambda/") and group.urn not in written:
            yield f"log group {group.name}: no function of this program writes it"


def _variables(run: Run) -> Iterator[str]:
    for function in run.of(FUNCTION):
        purpose, role = calls.purpose(function), calls.role(run, function)
        if purpose not in calls.CALLS:
            yield f"function {function.name}: tests/policies/calls.py does not say what {purpose or 'it'} calls"
        granted = [
            resource
            for document in documents(run)
            if document.kind == "identity" and document.holder == role
            for statement in document.statements
            for resource in statement.resources
        ]
        for variable, value in calls.variables(function).items():
            if not variable.endswith(tuple(calls.TARGETS)):
                continue
            found = calls.target(run, variable, value)
            if found is None:
                yield f"function {function.name}: {variable}={value} is nothing that this program makes"
            elif not any(resource.startswith(read(found, "arn")) for resource in granted):
                yield f"function {function.name}: {variable} names {found.name}, on which its role has no right"


def _authorizers(run: Run) -> Iterator[str]:
    pools = {read(pool, "arn") for pool in run.of(USER_POOL)}
    for api in run.of(arrows.REST_API):
        document = json.loads(given(api, "body") or "{}")
        schemes = document.get("components", {}).get("securitySchemes", document.get("securityDefinitions", {}))
        trusted = {
            arn
            for scheme in schemes.values()
            for arn in scheme.get("x-amazon-apigateway-authorizer", {}).get("providerARNs", ())
        }
        for arn in sorted(trusted - pools):
            yield f"API {api.name}: trusts {arn}, which is no user pool of this program"
        for method, path, address, operation in arrows.integrations(api):
            asked = [scope for one in _security(operation) for scopes in one.values() for scope in scopes]
            if address and method != "options" and not asked:
                yield f"API {api.name}: {method.upper()} {path} asks for no scope, so that an ID token passes"
            if address and not any(read(function, "invokeArn") == address for function in run.of(FUNCTION)):
                yield f"API {api.name}: {method.upper()} {path} leads to {address}, no function of this program"


def _security(operation: dict[str, Any]) -> list[dict[str, list[str]]]:
    return list(operation.get("security", ()))


def _watched(run: Run) -> Iterator[str]:
    for alarm in _alarms(run):
        for query in _metrics(alarm):
            for name, value in dict(query.get("dimensions") or {}).items():
                token = DIMENSIONS.get(name)
                if token and not any(value in known_as(one) for one in run.of(token)):
                    yield f"alarm {alarm.name}: watches {name}={value}, which this program does not make"
            if query.get("namespace") == NAMESPACE and query.get("metricName") not in _written():
                yield f"alarm {alarm.name}: watches {query.get('metricName')}, which no function writes"


def _heard(run: Run) -> Iterator[str]:
    """An alarm must tell a topic of ours, or be part of an alarm that does."""
    topics = {read(topic, "arn") for topic in run.of(arrows.TOPIC)}
    names = {_alarm_name(alarm) for alarm in _alarms(run)}
    rules = {alarm.name: set(PART.findall(read(alarm, "alarmRule"))) for alarm in run.of(COMPOSITE)}
    parts = set().union(*rules.values())
    for name, mentioned in rules.items():
        for part in sorted(mentioned - names):
            yield f"alarm {name}: is made of {part}, which this program does not make"
    for alarm in _alarms(run):
        told = [one for name in arrows.ALARM_ACTIONS for one in alarm.inputs.get(name) or ()]
        for action in told:
            if action not in topics:
                yield f"alarm {alarm.name}: tells {action}, which is no topic of this program"
        if not told and _alarm_name(alarm) not in parts:
            yield f"alarm {alarm.name}: tells nobody"


def _alarms(run: Run) -> list[Registered]:
    return [alarm for token in arrows.ALARMS for alarm in run.of(token)]


def _alarm_name(alarm: Registered) -> str:
    return read(alarm, "alarmName") if alarm.type == COMPOSITE else read(alarm, "name")


def _metrics(alarm: Registered) -> list[Mapping[str, Any]]:
    """Return an alarm's metrics: its own, and those of its queries."""
    return [alarm.inputs, *(query.get("metric") or {} for query in alarm.inputs.get("metricQueries") or ())]


@cache
def _written() -> frozenset[str]:
    """Return every text in the functions' source that may be the name of a metric."""
    trees = [ast.parse(path.read_text("utf-8")) for path in (source.ROOT / "functions").rglob("*.py")]
    nodes = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return frozenset(node.value for node in nodes if isinstance(node.value, str))
