"""Whatever docs/operating.md names is there: settings, outputs, commands and their options, routes, alarms, rights."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from components import project, settings
from docs import settings as table
from functions import replay
from tests.policies import lint
from tests.policies.documents import Document, documents, parsed
from tests.policies.iam import matches
from tests.support.harness import Run, run_program
from tests.support.identities import HERE

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
SHELL = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
ALARM_ROW = re.compile(r"^\| (`[a-z0-9<>`, -]+`) \| (page|warn|page for router and api, else warn) \|", re.MULTILINE)
FUNCTIONS = ("api", "deadletter", "replay", "router", "sweeper")
BUSY = ("api", "router")
OURS = {"cli-binary-format", "cli-read-timeout", "output", "query"}
"""Options that the AWS command has beside those of an operation."""
CUSTOM = {("logs", "tail"): {"since", "filter-pattern", "follow"}, ("s3", "sync"): set()}
"""Commands of the AWS command that are no operation of a service, and their options."""
PULUMI = {
    "cancel": set(),
    "config set": {"--path", "--type"},
    "destroy": set(),
    "login": set(),
    "preview": {"--diff", "--refresh"},
    "refresh": set(),
    "stack": {"--show-urns"},
    "stack change-secrets-provider": set(),
    "stack export": {"--file"},
    "stack import": {"--file"},
    "stack init": {"--secrets-provider"},
    "stack output": set(),
    "stack rm": set(),
    "stack select": set(),
    "up": {"--refresh", "--replace"},
}
"""What Pulumi's command 3.274.1 was seen to know."""
SERVICES = {"cloudwatch": {"cloudwatch", "events", "logs"}, "cognito": {"cognito-idp"}}
"""Module of pulumi_aws -> prefixes of IAM actions, where they differ."""


@pytest.fixture(scope="module")
def run() -> Run:
    """Run the program of prod with all that can be switched on."""
    everything = {"bundleTarget": "host", "region": HERE.region, "dax": True, "alarmEmail": "a@example.com"}
    return run_program(ROOT / "__main__.py", stack="prod", config={**project.load(ROOT, "prod"), **everything})


def commands() -> list[str]:
    """Return every command line of the page's shell blocks, without comments."""
    return [line.strip() for block in SHELL.findall(PAGE) for line in block.splitlines() if line.strip()]


def words(line: str) -> list[str]:
    """Return a command's words; what the shell would fill in stays as it is."""
    return shlex.split(line, comments=True)


def calls(name: str) -> list[list[str]]:
    """Return the words after the name of every command line that begins with it."""
    return [words(line)[1:] for line in commands() if line.startswith(f"{name} ")]


def options(given: list[str]) -> Iterator[str]:
    """Yield the names of long options, without their values."""
    return (word.removeprefix("--").partition("=")[0] for word in given if word.startswith("--"))


def test_the_table_of_settings_is_current() -> None:
    """The table says what Pulumi.yaml, the stacks' files and the settings say."""
    assert table.placed(PAGE, table.render()) == PAGE, "try: python -m docs.settings"


def test_settings_that_are_set_exist_and_take_their_values() -> None:
    """`pulumi config set` is shown with real settings and good values."""
    shown = [
        *calls("pulumi"),
        *(words(one)[1:] for one in re.findall(r"`(pulumi config set [a-z][^` ]+ [^`]+)`", PAGE)),
    ]
    seen = 0
    for given in (given for given in shown if given[:2] == ["config", "set"]):
        # Without a type Pulumi writes digits in a path as a number, and then refuses its own file: it wants text.
        assert ("--path" in given) == (given[3:5] == ["--type", "string"])
        key, value = (word for word in given[2:] if not word.startswith("--") and word != "string")
        kind = settings.SETTINGS[key.partition("[")[0]]
        kind.read([value] if key.endswith("]") else value)
        seen += 1
    assert seen >= 5


def test_outputs_exist(run: Run) -> None:
    """Every `pulumi stack output` names an output of the program."""
    names = set(re.findall(r"pulumi stack output (\w+)", PAGE))
    assert len(names) > 10
    assert names <= run.outputs.keys()


def test_make_targets_exist() -> None:
    """Every `make` is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {given[0] for given in calls("make")} | set(re.findall(r"`make ([a-z-]+)`", PAGE))
    assert named <= targets
    assert {"setup", "plan", "local"} <= named


def test_routes_exist() -> None:
    """Every method and path is one of the API's."""
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))["paths"]
    routes = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    named = set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`", PAGE))
    assert named
    assert named <= routes
    assert all(f"GET {path}" in routes for path in re.findall(r"apiUrl\)(/[a-z-]+)", PAGE))


@pytest.mark.parametrize("given", calls("aws"), ids=lambda given: " ".join(given[:2]))
def test_aws_commands_exist(given: list[str]) -> None:
    """Service, operation and every option of an `aws` line are known to the SDK, the required ones among them."""
    service, operation, rest = given[0], given[1], given[2:]
    if (service, operation) in CUSTOM:
        assert set(options(rest)) <= CUSTOM[service, operation]
        return
    if operation == "wait":
        assert xform_name(rest[0], "-") in {xform_name(name, "-") for name in _waiters(service)}
        return
    members, required = _input(service, operation)
    used = set(options(rest)) - OURS
    assert used <= members
    assert required <= used


def _input(service: str, operation: str) -> tuple[set[str], set[str]]:
    """Return an operation's options as the AWS command spells them, and those it needs."""
    try:
        model = botocore.session.get_session().get_service_model("s3" if service == "s3api" else service)
    except UnknownServiceError:
        pytest.fail(f"no service {service}")
    names = {xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(names[operation]).input_shape
    assert shape is not None
    flags = {name: xform_name(name, "-") for name in shape.members}
    booleans = {f"no-{flags[name]}" for name, member in shape.members.items() if member.type_name == "boolean"}
    return {*flags.values(), *booleans}, {flags[name] for name in shape.required_members}


def _waiters(service: str) -> list[str]:
    session = botocore.session.get_session()
    names: list[str] = session.get_waiter_model(service).waiter_names
    return names


@pytest.mark.parametrize("given", calls("pulumi"), ids=" ".join)
def test_pulumi_commands_exist(given: list[str]) -> None:
    """Every `pulumi` line is a command and options that were seen to exist."""
    command = next(known for known in (" ".join(given[:2]), given[0]) if known in PULUMI)
    assert {f"--{name}" for name in options(given)} <= PULUMI[command]


def payloads(function: str) -> list[Any]:
    """Return what the page sends to a function."""
    pattern = rf"stack output {function}\)\".*?--payload '([^']*)'"
    return [json.loads(text) for text in re.findall(pattern, PAGE)]


def test_functions_take_what_they_are_sent() -> None:
    """Replay understands each of its payloads; the sweeper has both passes."""
    orders = [replay.order_of(payload) for payload in payloads("replayFunction")]
    assert [(order.all, order.dry_run, bool(order.filter), bool(order.ids)) for order in orders] == [
        (True, True, False, False),
        (False, False, True, False),
        (False, False, False, True),
    ]
    assert {json.dumps(payload) for payload in payloads("sweeperFunction")} == {
        '{"pass": "inventory"}',
        '{"pass": "unfinished"}',
    }


def shown_alarms() -> dict[str, bool]:
    """Return every alarm of the page and whether it is a page."""
    found: dict[str, bool] = {}
    for names, severity in ALARM_ROW.findall(PAGE):
        for name in re.findall(r"`([^`]+)`", names):
            for function in FUNCTIONS if "<function>" in name else ("",):
                busy = function in BUSY or severity == "page"
                found[name.replace("<function>", function)] = severity != "warn" and busy
    return found


def test_every_alarm_is_explained(run: Run) -> None:
    """The page has every alarm of the program with its severity, and no other; rates are for the busy functions."""
    made = {
        one.inputs["name"].removeprefix("firstbytes-prod-") for one in run.of("aws:cloudwatch/metricAlarm:MetricAlarm")
    }
    composite = run.of("aws:cloudwatch/compositeAlarm:CompositeAlarm")[0]
    pages = set(re.findall(r"ALARM\(firstbytes-prod-([a-z0-9-]+)\)", composite.inputs["alarmRule"]))
    unmade = {f"{function}-failing" for function in FUNCTIONS if function not in BUSY}
    shown = {name: page for name, page in shown_alarms().items() if name not in unmade and name != "unhealthy"}
    assert set(shown) == made
    assert {name for name, page in shown.items() if page} == pages


def policies() -> list[dict[str, Any]]:
    """Return the policy documents that the page shows."""
    return [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)]


@pytest.mark.parametrize("policy", policies(), ids=lambda policy: policy["Statement"][0]["Sid"])
def test_policies_of_operators_are_sound(policy: Mapping[str, Any], run: Run) -> None:
    """Parliament finds nothing in what operators are given, and no action is a wildcard."""
    text = json.dumps(policy)
    document = Document(
        kind="identity", holder="operator", origin=run.resources[0], written_in="", text=text, statements=parsed(text)
    )
    assert lint.findings(document) == ()
    assert not [action for statement in document.statements for action in statement.actions if "*" in action]
    arns = {str(value) for one in run.resources for value in one.outputs.values() if str(value).startswith("arn:")}
    patterns = {resource for statement in document.statements for resource in statement.resources} - {"*"}
    assert [one for one in patterns if not any(matches(one, arn) for arn in arns)] == []


def test_deployers_may_do_what_the_program_needs(run: Run) -> None:
    """The services to deploy with are those of the program, and roles are handed to whom the program's roles trust."""
    modules = {one.type.split(":")[1].split("/")[0] for one in run.resources if one.type.startswith("aws:")}
    needed = {prefix for module in modules for prefix in SERVICES.get(module, {module})}
    line = next(line for line in PAGE.splitlines() if line.startswith("`amplify`"))
    assert set(re.findall(r"`([a-z0-9-]+)`", line)) == needed
    trusted = {
        name
        for document in documents(run)
        if document.kind == "trust"
        for statement in document.statements
        for _, name in statement.principals
    }
    statements = [one for policy in policies() for one in policy["Statement"]]
    passing = next(one for one in statements if one["Action"] == "iam:PassRole")
    assert set(passing["Condition"]["StringEquals"]["iam:PassedToService"]) == trusted
    roles = {one.outputs["name"] for one in run.of("aws:iam/role:Role")}
    prefixes = [arn.rpartition("/")[2].removesuffix("*") for arn in passing["Resource"]]
    assert all(role.startswith(tuple(prefixes)) for role in roles)
