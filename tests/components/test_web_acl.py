"""The web ACL's rules, as a value."""

from __future__ import annotations

import re
from typing import Any

import pytest

from components.web_acl import BIG_BODY, protection, rules


def shape(rule: Any) -> tuple[str, str, Any, list[str]]:
    """Return a rule's name, what it does, what it looks for, and which rules of a group only count."""
    statement = rule["statement"]
    group = statement.get("managed_rule_group_statement", {})
    counted = [one["name"] for one in group.get("rule_action_overrides", ()) if one["action_to_use"] == {"count": {}}]
    does = "block" if rule.get("action") == {"block": {}} else "group" if "override_action" in rule else "?"
    return rule["name"], does, group.get("name") or next(iter(statement)), counted


def test_rules_are_asked_in_this_order() -> None:
    """Cheap and certain first; what inspects text of users counts there."""
    assert [shape(rule) for rule in rules("dev", rate_limit=2000, bot_control=False)] == [
        ("reputation", "group", "AWSManagedRulesAmazonIpReputationList", []),
        ("rate", "block", "rate_based_statement", []),
        ("big-body", "block", "regex_match_statement", []),
        ("known-bad-inputs", "group", "AWSManagedRulesKnownBadInputsRuleSet", []),
        (
            "common",
            "group",
            "AWSManagedRulesCommonRuleSet",
            [
                "CrossSiteScripting_BODY",
                "CrossSiteScripting_QUERYARGUMENTS",
                "GenericLFI_BODY",
                "GenericLFI_QUERYARGUMENTS",
                "GenericRFI_BODY",
                "GenericRFI_QUERYARGUMENTS",
                "RestrictedExtensions_QUERYARGUMENTS",
                "SizeRestrictions_BODY",
            ],
        ),
        ("sql", "group", "AWSManagedRulesSQLiRuleSet", ["SQLi_BODY", "SQLi_QUERYARGUMENTS"]),
    ]


def test_priorities_rise_by_one_and_every_rule_is_measured() -> None:
    """Sorted rules with their own metrics: a second deployment finds no difference."""
    made = rules("dev", rate_limit=2000, bot_control=True)
    assert [rule["priority"] for rule in made] == list(range(7))
    metrics = [rule["visibility_config"]["metric_name"] for rule in made]  # type: ignore[index]
    assert metrics[0] == "firstbytes-dev-api-reputation"
    assert len(set(metrics)) == 7


def test_bot_control_comes_last_and_lets_scripts_in() -> None:
    """It is paid for by the request, so it sees only what the others let through."""
    last: Any = rules("dev", rate_limit=2000, bot_control=True)[-1]
    assert shape(last)[2:] == ("AWSManagedRulesBotControlRuleSet", ["CategoryHttpLibrary", "SignalNonBrowserUserAgent"])
    config = last["statement"]["managed_rule_group_statement"]["managed_rule_group_configs"]
    assert config == [{"aws_managed_rules_bot_control_rule_set": {"inspection_level": "COMMON"}}]


def test_the_rate_is_the_settings() -> None:
    """One address may ask so often in five minutes."""
    rate: Any = rules("dev", rate_limit=123, bot_control=False)[1]
    assert rate["statement"] == {
        "rate_based_statement": {"aggregate_key_type": "IP", "evaluation_window_sec": 300, "limit": 123}
    }


@pytest.mark.parametrize(
    ("length", "blocked"), [("0", False), ("131072", False), ("199999", False), ("200000", True), ("1048576", True)]
)
def test_a_body_that_no_operation_has_is_blocked_by_its_length(length: str, blocked: bool) -> None:  # noqa: FBT001
    """The largest body of the API, 128 KiB, passes; from 200,000 bytes on nothing does."""
    assert (re.search(BIG_BODY, length) is not None) is blocked


def test_samples_show_neither_tokens_nor_names() -> None:
    """The token, the query and the body are replaced in what WAF keeps of a request."""
    data: Any = protection()["data_protections"]
    assert [one["field"] for one in data] == [
        {"field_type": "SINGLE_HEADER", "field_keys": ["authorization"]},
        {"field_type": "QUERY_STRING"},
        {"field_type": "BODY"},
    ]
    assert {one["action"] for one in data} == {"SUBSTITUTION"}
