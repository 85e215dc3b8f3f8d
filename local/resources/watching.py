"""Log groups, alarms and dashboards."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from local.resources.base import Cloud, Create, Made, Resource, arn, pick


def _log_group(cloud: Cloud, resource: Resource) -> Made:
    name, client = resource.physical(), cloud.client("logs")
    client.create_log_group(logGroupName=name, **pick(resource.inputs, kmsKeyId="kmsKeyId"))
    if resource.inputs.get("retentionInDays"):
        client.put_retention_policy(logGroupName=name, retentionInDays=resource.inputs["retentionInDays"])
    return Made(id=name, outputs={"name": name, "arn": arn(cloud, "logs", f"log-group:{name}")})


def dimensions(values: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Return dimensions as CloudWatch takes them. Pure."""
    return [{"Name": name, "Value": value} for name, value in (values or {}).items()]


def metric_query(query: Mapping[str, Any]) -> dict[str, Any]:
    """Return one query of a metric alarm as CloudWatch takes it. Pure."""
    shaped = pick(query, Id="id", Expression="expression", Label="label", ReturnData="returnData", Period="period")
    if metric := query.get("metric"):
        shaped["MetricStat"] = {
            "Metric": {
                **pick(metric, Namespace="namespace", MetricName="metricName"),
                "Dimensions": dimensions(metric.get("dimensions")),
            },
            **pick(metric, Period="period", Stat="stat", Unit="unit"),
        }
    return shaped


def _alarm(cloud: Cloud, resource: Resource) -> Made:
    inputs, name = resource.inputs, resource.physical()
    options = pick(
        inputs,
        AlarmDescription="alarmDescription",
        ActionsEnabled="actionsEnabled",
        AlarmActions="alarmActions",
        OKActions="okActions",
        InsufficientDataActions="insufficientDataActions",
        MetricName="metricName",
        Namespace="namespace",
        Statistic="statistic",
        ExtendedStatistic="extendedStatistic",
        Period="period",
        Unit="unit",
        EvaluationPeriods="evaluationPeriods",
        DatapointsToAlarm="datapointsToAlarm",
        Threshold="threshold",
        ComparisonOperator="comparisonOperator",
        TreatMissingData="treatMissingData",
        ThresholdMetricId="thresholdMetricId",
    )
    if inputs.get("metricQueries"):
        options["Metrics"] = [metric_query(query) for query in inputs["metricQueries"]]
    elif inputs.get("dimensions"):
        options["Dimensions"] = dimensions(inputs["dimensions"])
    cloud.client("cloudwatch").put_metric_alarm(AlarmName=name, **options)
    return Made(id=name, outputs={"name": name, "arn": arn(cloud, "cloudwatch", f"alarm:{name}")})


def _composite_alarm(cloud: Cloud, resource: Resource) -> Made:
    name = resource.inputs["alarmName"]
    cloud.client("cloudwatch").put_composite_alarm(
        AlarmName=name,
        AlarmRule=resource.inputs["alarmRule"],
        **pick(
            resource.inputs,
            AlarmDescription="alarmDescription",
            ActionsEnabled="actionsEnabled",
            AlarmActions="alarmActions",
            OKActions="okActions",
        ),
    )
    return Made(id=name, outputs={"arn": arn(cloud, "cloudwatch", f"alarm:{name}")})


def _dashboard(cloud: Cloud, resource: Resource) -> Made:
    name, body = resource.inputs["dashboardName"], resource.inputs["dashboardBody"]
    cloud.client("cloudwatch").put_dashboard(DashboardName=name, DashboardBody=body)
    return Made(id=name, outputs={"dashboardArn": f"arn:aws:cloudwatch::{cloud.account_id}:dashboard/{name}"})


TABLE: Mapping[str, Create] = MappingProxyType(
    {
        "aws:cloudwatch/logGroup:LogGroup": _log_group,
        "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
        "aws:cloudwatch/compositeAlarm:CompositeAlarm": _composite_alarm,
        "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    }
)
"""CloudWatch's resource types."""
