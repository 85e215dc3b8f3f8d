"""The page's hosting."""

from __future__ import annotations

import json
import re

import pytest
import yaml

from components.settings import Environment
from components.web import Web, WebArgs, config_json, content_security_policy, custom_headers, headers
from tests.support import example
from tests.support.harness import Run, run_program
from tests.support.stacks import environment

APP = "aws:amplify/app:App"


def program(given: Environment) -> tuple[Run, str]:
    """Run a program of the hosting alone; return it and the page's origin."""
    seen: list[str] = []
    run = run_program(lambda: Web("web", WebArgs(environment=given)).origin.apply(seen.append))
    return run, seen[0]


def directives(policy: str) -> dict[str, list[str]]:
    """Return a content security policy's directives."""
    return {name: values for name, *values in (part.split() for part in policy.split("; "))}


def test_the_page_is_released_by_hand() -> None:
    """No repository, no builds: a branch that zips are handed to."""
    run, _ = program(environment("prod"))
    branch = run.one("aws:amplify/branch:Branch", "web").inputs
    assert branch["branchName"] == "main"
    assert branch["enableAutoBuild"] is False
    assert branch["stage"] == "PRODUCTION"
    assert "repository" not in run.one(APP, "web").inputs


def test_the_origin_is_the_apps_own_unless_told() -> None:
    """Without a domain of its own, the page is at the branch of the app's domain."""
    run, own = program(example.environment(app_origin=None))
    assert own == f"https://main.{run.one(APP, 'web').outputs['defaultDomain']}"
    assert program(example.environment(app_origin="http://localhost:8400"))[1] == "http://localhost:8400"


@pytest.mark.parametrize(
    ("path", "is_page"),
    [
        ("/", True),
        ("/documents/0f3a", True),
        ("/a.b", True),
        ("/app.js", False),
        ("/config.json", False),
        ("/x.woff2", False),
    ],
)
def test_pages_are_drawn_by_the_index(path: str, is_page: bool) -> None:  # noqa: FBT001
    """A path that is no file is a page of the application."""
    (rule,) = program(example.ENVIRONMENT)[0].one(APP, "web").inputs["customRules"]
    assert (rule["target"], rule["status"]) == ("/index.html", "200")
    assert bool(re.search(rule["source"].strip("</>"), path)) is is_page


def test_the_page_runs_and_calls_nothing_foreign() -> None:
    """Own scripts and styles only; APIs, sign-in and buckets of one region; no frame around it."""
    policy = directives(content_security_policy(example.ENVIRONMENT))
    assert (
        policy["default-src"] == policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]
    )
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == ["'self'"]
    assert policy["connect-src"] == [
        "'self'",
        "https://*.execute-api.eu-west-1.amazonaws.com",
        "https://*.auth.eu-west-1.amazoncognito.com",
        "https://cognito-idp.eu-west-1.amazonaws.com",
        "https://*.s3.eu-west-1.amazonaws.com",
    ]
    assert not [source for sources in policy.values() for source in sources if "unsafe" in source or source == "*"]
    fast = directives(content_security_policy(example.environment(transfer_acceleration=True)))
    assert fast["connect-src"][-1] == "https://*.s3-accelerate.amazonaws.com"


def test_every_answer_has_the_headers() -> None:
    """Amplify gets YAML with the headers of every path, and what must not be cached."""
    run, _ = program(example.ENVIRONMENT)
    rows = yaml.safe_load(run.one(APP, "web").inputs["customHeaders"])["customHeaders"]
    found = {row["pattern"]: {one["key"]: one["value"] for one in row["headers"]} for row in rows}
    assert found["**"] == headers(example.ENVIRONMENT)
    assert found["/config.json"] == found["/index.html"] == {"Cache-Control": "no-cache"}
    assert found["**"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert found["**"]["X-Frame-Options"] == "DENY"
    assert found["**"]["Referrer-Policy"] == "no-referrer"
    assert {"Permissions-Policy", "X-Content-Type-Options", "Cross-Origin-Opener-Policy"} < set(found["**"])


def test_header_values_survive_yaml() -> None:
    """Whatever is in a value, Amplify reads it back."""
    odd = {"X-Odd": "a: 'b' \"c\" # d \\ é"}
    (row, *_) = yaml.safe_load(custom_headers(odd))["customHeaders"]
    assert row["headers"] == [{"key": "X-Odd", "value": odd["X-Odd"]}]


def test_the_pages_configuration_is_sorted_json() -> None:
    """One build serves every environment: what differs is in this file."""
    text = config_json({"region": "eu-west-1", "apiUrl": "https://api"})
    assert json.loads(text) == {"apiUrl": "https://api", "region": "eu-west-1"}
    assert text.index("apiUrl") < text.index("region")
