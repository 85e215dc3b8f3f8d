"""What the web ACL in front of the API asks of a request, before the gateway sees it. Pure.

Uploads go to S3 and are not seen here. What is, is small JSON in which users name their files as they like: a file may
be called `<script>.html` or `DROP TABLE.sql`. So rules that look for attacks in the body, or in a list's filters, count
and do not block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import pulumi_aws as aws

from components import naming

Rule: TypeAlias = aws.wafv2.WebAclRuleArgsDict
Statement: TypeAlias = aws.wafv2.WebAclRuleStatementArgsDict
Managed: TypeAlias = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgsDict
Config: TypeAlias = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementManagedRuleGroupConfigArgsDict

WINDOW_S = 300
BIG_BODY = r"^([2-9][0-9]{5}|[0-9]{7,})$"
"""A Content-Length from 200,000: more than any body of the API, and far below what the gateway takes (10 MB)."""

COUNTED_IN_COMMON = (
    "CrossSiteScripting_BODY",
    "CrossSiteScripting_QUERYARGUMENTS",
    "GenericLFI_BODY",
    "GenericLFI_QUERYARGUMENTS",
    "GenericRFI_BODY",
    "GenericRFI_QUERYARGUMENTS",
    "RestrictedExtensions_QUERYARGUMENTS",
    "SizeRestrictions_BODY",
)
COUNTED_IN_SQL = ("SQLi_BODY", "SQLi_QUERYARGUMENTS")
COUNTED_BOTS = ("CategoryHttpLibrary", "SignalNonBrowserUserAgent")
"""Scripts are welcome: they have tokens like everybody."""


def rules(environment: str, *, rate_limit: int, bot_control: bool) -> list[Rule]:
    """Return the rules in the order they are asked.

    Args:
        environment: name of the environment, for the rules' metrics.
        rate_limit: requests of one address in `WINDOW_S` seconds.
        bot_control: whether to pay for telling bots.
    """
    rate: Statement = {
        "rate_based_statement": {"aggregate_key_type": "IP", "evaluation_window_sec": WINDOW_S, "limit": rate_limit}
    }
    big: Statement = {
        "regex_match_statement": {
            "regex_string": BIG_BODY,
            "field_to_match": {"single_header": {"name": "content-length"}},
            "text_transformations": [{"priority": 0, "type": "NONE"}],
        }
    }
    place = _Places(environment)
    ordered = [
        place.managed("reputation", "AWSManagedRulesAmazonIpReputationList"),
        place.blocking("rate", rate),
        place.blocking("big-body", big),
        place.managed("known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet"),
        place.managed("common", "AWSManagedRulesCommonRuleSet", COUNTED_IN_COMMON),
        place.managed("sql", "AWSManagedRulesSQLiRuleSet", COUNTED_IN_SQL),
    ]
    if bot_control:
        config: Config = {"aws_managed_rules_bot_control_rule_set": {"inspection_level": "COMMON"}}
        ordered.append(place.managed("bots", "AWSManagedRulesBotControlRuleSet", COUNTED_BOTS, [config]))
    return ordered


def visibility(environment: str, purpose: str) -> aws.wafv2.WebAclVisibilityConfigArgsDict:
    """Return how requests are counted: a metric and samples."""
    return {
        "cloudwatch_metrics_enabled": True,
        "metric_name": naming.metric(environment, purpose),
        "sampled_requests_enabled": True,
    }


def protection() -> aws.wafv2.WebAclDataProtectionConfigArgsDict:
    """Return what samples do not show: tokens, what users search for, and how they name their files."""
    headers: aws.wafv2.WebAclDataProtectionConfigDataProtectionFieldArgsDict = {
        "field_type": "SINGLE_HEADER",
        "field_keys": ["authorization"],
    }
    return {
        "data_protections": [
            {"action": "SUBSTITUTION", "field": headers},
            {"action": "SUBSTITUTION", "field": {"field_type": "QUERY_STRING"}},
            {"action": "SUBSTITUTION", "field": {"field_type": "BODY"}},
        ]
    }


@dataclass(slots=True)
class _Places:
    """Hands out priorities in order; WAF asks the lowest first."""

    environment: str
    next: int = 0

    def managed(self, name: str, group: str, counted: Sequence[str] = (), configs: Sequence[Config] = ()) -> Rule:
        """Return a rule group of AWS, in which some rules count instead of blocking."""
        statement: Managed = {"vendor_name": "AWS", "name": group}
        if counted:
            statement["rule_action_overrides"] = [{"name": one, "action_to_use": {"count": {}}} for one in counted]
        if configs:
            statement["managed_rule_group_configs"] = configs
        return {
            "name": name,
            "priority": self._place(),
            "override_action": {"none": {}},
            "statement": {"managed_rule_group_statement": statement},
            "visibility_config": visibility(self.environment, f"api-{name}"),
        }

    def blocking(self, name: str, statement: Statement) -> Rule:
        """Return a rule of ours that blocks."""
        return {
            "name": name,
            "priority": self._place(),
            "action": {"block": {}},
            "statement": statement,
            "visibility_config": visibility(self.environment, f"api-{name}"),
        }

    def _place(self) -> int:
        self.next += 1
        return self.next - 1
