"""Queues, topics, and rules with their targets."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from local.resources.base import Cloud, Create, Made, Resource, api_shape, arn, pick


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _queue(cloud: Cloud, resource: Resource) -> Made:
    name = resource.physical()
    attributes = pick(
        resource.inputs,
        VisibilityTimeout="visibilityTimeoutSeconds",
        MessageRetentionPeriod="messageRetentionSeconds",
        ReceiveMessageWaitTimeSeconds="receiveWaitTimeSeconds",
        DelaySeconds="delaySeconds",
        MaximumMessageSize="maxMessageSize",
        RedrivePolicy="redrivePolicy",
        RedriveAllowPolicy="redriveAllowPolicy",
        KmsMasterKeyId="kmsMasterKeyId",
        KmsDataKeyReusePeriodSeconds="kmsDataKeyReusePeriodSeconds",
        SqsManagedSseEnabled="sqsManagedSseEnabled",
        Policy="policy",
    )
    url = cloud.client("sqs").create_queue(
        QueueName=name, Attributes={key: _text(value) for key, value in attributes.items()}
    )["QueueUrl"]
    return Made(id=url, outputs={"url": url, "name": name, "arn": arn(cloud, "sqs", name)})


def _queue_attribute(attribute: str, source: str) -> Create:
    def create(cloud: Cloud, resource: Resource) -> Made:
        url = resource.inputs["queueUrl"]
        cloud.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={attribute: resource.inputs[source]})
        return Made(id=url, outputs={})

    return create


def _topic(cloud: Cloud, resource: Resource) -> Made:
    name = resource.physical()
    attributes = pick(resource.inputs, KmsMasterKeyId="kmsMasterKeyId", DisplayName="displayName", Policy="policy")
    topic = cloud.client("sns").create_topic(Name=name, Attributes=attributes)["TopicArn"]
    return Made(id=topic, outputs={"arn": topic, "name": name})


def _subscription(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    subscription = cloud.client("sns").subscribe(
        TopicArn=inputs["topic"], Protocol=inputs["protocol"], Endpoint=inputs["endpoint"], ReturnSubscriptionArn=True
    )["SubscriptionArn"]
    return Made(id=subscription, outputs={"arn": subscription})


def _topic_policy(cloud: Cloud, resource: Resource) -> Made:
    topic = resource.inputs["arn"]
    cloud.client("sns").set_topic_attributes(
        TopicArn=topic, AttributeName="Policy", AttributeValue=resource.inputs["policy"]
    )
    return Made(id=topic, outputs={})


def _rule(cloud: Cloud, resource: Resource) -> Made:
    name = resource.physical()
    rule = cloud.client("events").put_rule(
        Name=name,
        **pick(
            resource.inputs,
            EventPattern="eventPattern",
            ScheduleExpression="scheduleExpression",
            State="state",
            Description="description",
        ),
    )["RuleArn"]
    return Made(id=name, outputs={"name": name, "arn": rule})


def _target(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    target = resource.physical("targetId")
    options = pick(
        inputs, Input="input", InputPath="inputPath", RoleArn="roleArn", DeadLetterConfig="deadLetterConfig",
        RetryPolicy="retryPolicy",
    )  # fmt: skip
    cloud.client("events").put_targets(
        Rule=inputs["rule"],
        Targets=[{"Id": target, "Arn": inputs["arn"], **{key: api_shape(value) for key, value in options.items()}}],
    )
    return Made(id=f"{inputs['rule']}-{target}", outputs={"targetId": target})


TABLE: Mapping[str, Create] = MappingProxyType(
    {
        "aws:sqs/queue:Queue": _queue,
        "aws:sqs/queuePolicy:QueuePolicy": _queue_attribute("Policy", "policy"),
        "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": _queue_attribute("RedriveAllowPolicy", "redriveAllowPolicy"),
        "aws:sns/topic:Topic": _topic,
        "aws:sns/topicSubscription:TopicSubscription": _subscription,
        "aws:sns/topicPolicy:TopicPolicy": _topic_policy,
        "aws:cloudwatch/eventRule:EventRule": _rule,
        "aws:cloudwatch/eventTarget:EventTarget": _target,
    }
)
"""SQS's, SNS's and EventBridge's resource types."""
