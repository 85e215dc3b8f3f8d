"""A stack's configuration."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from components import project
from components.settings import SETTINGS, Environment, Problem, SettingsError, Timing, parse

ROOT = Path(__file__).parents[2]
STACKS = ("dev", "staging", "prod")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def config(stack: str = "dev", /, **changed: object) -> dict[str, object]:
    """Return the settings of a stack as its files have them, some changed."""
    return {**project.own(project.load(ROOT, stack)), **changed}


DEV = config("dev")


def wrong(stack: str = "dev", /, **changed: object) -> dict[str, str]:
    """Return key -> line of what is wrong with a stack's changed settings."""
    with pytest.raises(SettingsError) as caught:
        parse(config(stack, **changed), stack=stack)
    return {problem.key: str(problem) for problem in caught.value.problems}


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_in_the_repository_is_right(stack: str) -> None:
    """dev, staging and prod parse, and only dev may be destroyed."""
    environment = parse(config(stack), stack=stack)
    assert environment.name == stack
    assert environment.protect == (stack != "dev")


@pytest.mark.parametrize("stack", STACKS)
def test_stacks_hold_only_what_differs(stack: str) -> None:
    """A stack's file repeats no default, save whether it is protected, and disables the default provider."""
    described = yaml.safe_load((ROOT / "Pulumi.yaml").read_text("utf-8"))["config"]
    given_ = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text("utf-8"))["config"]
    assert given_.pop("pulumi:disable-default-providers") == ["aws"]
    own = project.own(given_)
    assert len(own) == len(given_)
    assert not {key for key, value in own.items() if value == described[key]["default"] and key != "protect"}


def test_pulumi_yaml_describes_every_setting() -> None:
    """What Pulumi.yaml describes, types and defaults is what the program reads, and each default is right."""
    described = yaml.safe_load((ROOT / "Pulumi.yaml").read_text("utf-8"))["config"]
    assert list(described) == list(SETTINGS)
    types = {"Flag": "boolean", "Whole": "integer", "Texts": "array", "Table": "object"}
    for key, row in described.items():
        assert row["type"] == types.get(type(SETTINGS[key]).__name__, "string"), key
        assert row["description"].endswith("."), key
        SETTINGS[key].read(row["default"])


def test_every_setting_is_a_field() -> None:
    """An environment is its name, its settings and the timings that follow from none."""
    fields = {re.sub("_([a-z])", lambda m: m[1].upper(), field.name) for field in dataclasses.fields(Environment)}
    assert fields == {*SETTINGS, "name", "timing"}


def test_strings_and_typed_values_mean_the_same() -> None:
    """Pulumi hands every value over as a string; YAML has types."""
    texts = config(tags='{"team": "documents", "cost": 7}', allowedAccountIds='["123456789012"]')
    typed = {
        **{row: yaml.safe_load(str(text)) for row, text in texts.items() if text != ""},
        **{row: text for row, text in texts.items() if text == ""},
    }
    assert parse(texts, stack="dev") == parse(typed, stack="dev")
    assert parse(texts, stack="dev").tags == {"cost": "7", "team": "documents"}


def test_account_ids_that_became_numbers_are_read() -> None:
    """`pulumi config set --path` makes numbers of digits, and leading zeros are lost in them."""
    environment = parse(config(allowedAccountIds=[12345678901, "123456789012"]), stack="dev")
    assert environment.allowed_account_ids == ("012345678901", "123456789012")


def test_everything_wrong_is_listed_at_once() -> None:
    """One error names every wrong setting, what was expected and got, and the line that mends it."""
    found = wrong(region="europe", softDeleteDays=0, mfa="sms", tags=[], softDeletDays="3", routerMemoryMb="1e3")
    assert found == {
        "region": "region: expected a region outside China and GovCloud, got 'europe';"
        " try: pulumi config set --stack dev region us-east-1",
        "softDeleteDays": "softDeleteDays: expected a whole number from 1 to 365, got 0;"
        " try: pulumi config set --stack dev softDeleteDays 30",
        "mfa": "mfa: expected off or optional or required, got 'sms'; try: pulumi config set --stack dev mfa optional",
        "routerMemoryMb": "routerMemoryMb: expected a whole number from 512 to 10240, got '1e3';"
        " try: pulumi config set --stack dev routerMemoryMb 1024",
        "tags": "tags: expected at most 40 tags with names and values that AWS allows, got [];"
        " try: pulumi config set --stack dev --path 'tags.team' documents",
        "softDeletDays": "softDeletDays: expected a known setting (did you mean softDeleteDays?), got an unknown setting;"
        " try: pulumi config rm --stack dev softDeletDays",
    }


def test_a_missing_setting_is_named() -> None:
    """A setting that an older Pulumi.yaml does not have is an error, not a default hidden in code."""
    without = config()
    del without["waf"]
    with pytest.raises(SettingsError, match="waf: expected true or false, got nothing; try: pulumi config set"):
        parse(without, stack="dev")


@pytest.mark.parametrize(
    "changed",
    [
        {"allowedAccountIds": ["1234"]},
        {"allowedAccountIds": "not json"},
        {"allowedAccountIds": [True]},
        {"allowedAccountIds": [None]},
        {"appOrigin": "http://documents.example.com"},
        {"appOrigin": "https://documents.example.com/"},
        {"appOrigin": "*"},
        {"architecture": "riscv"},
        {"protect": "yes"},
        {"protect": 1},
        {"permissionsBoundary": "boundary"},
        {"logRetentionDays": 31},
        {"logLevel": "TRACE"},
        {"alarmEmail": "nobody"},
        {"maxConcurrency": 1},
        {"maxConcurrency": 1001},
        {"maxConcurrency": True},
        {"maxConcurrency": "9" * 500},
        {"domainPrefix": "my-aws-docs"},
        {"domainPrefix": "-docs"},
        {"pointInTimeDays": 36},
        {"tags": {"aws:team": "x"}},
        {"tags": {"team": "x" * 257}},
        {"tags": {"team": ["x"]}},
        {"tags": {f"t{i}": "" for i in range(41)}},
        {"bundleTarget": "docker"},
        {"region": ""},
        {"region": "cn-north-1"},
    ],
    ids=str,
)
def test_wrong_values_are_refused(changed: dict[str, object]) -> None:
    """Each is refused by name, and the message stays short."""
    (key,) = changed
    found = wrong("dev", **changed)
    assert set(found) == {key}
    assert len(found[key]) < 500


@pytest.mark.parametrize("origin", ["https://documents.example.com", "http://localhost:8400", "http://127.0.0.1:8400"])
def test_an_origin_is_https_or_this_machine(origin: str) -> None:
    """The page is served over TLS, or from the machine itself."""
    assert parse(config(appOrigin=origin), stack="dev").app_origin == origin


def test_function_isolation_is_refused_with_its_reason() -> None:
    """What is not built yet says so."""
    assert (
        "function: a function without permissions for parsing is not built yet"
        in wrong(isolation="function")["isolation"]
    )


@pytest.mark.parametrize("stack", ["", "Dev", "my-stack", "1st", "x" * 21])
def test_stack_names_that_make_bad_names_are_refused(stack: str) -> None:
    """A stack's name is part of every physical name."""
    with pytest.raises(SettingsError, match="pulumi stack rename"):
        parse(config("dev"), stack=stack)


def test_versions_outlive_the_soft_delete() -> None:
    """A document that can be restored still has its bytes."""
    assert "more than softDeleteDays (30)" in wrong(softDeleteDays=30, noncurrentDays=30)["noncurrentDays"]


def test_glacier_classes_come_in_order() -> None:
    """A colder class follows the warmer one after the days that S3 charges for anyhow."""
    found = wrong(glacierInstantDays=30, glacierFlexibleDays=60, glacierDeepDays=100)
    assert set(found) == {"glacierFlexibleDays", "glacierDeepDays"}
    assert "90 more than glacierInstantDays (30)" in found["glacierFlexibleDays"]
    assert found["glacierFlexibleDays"].endswith("glacierFlexibleDays 120")
    parse(config(glacierInstantDays=30, glacierDeepDays=120), stack="dev")


@settings(deadline=None)
@given(key=st.sampled_from(sorted(SETTINGS)), value=JSON)
def test_any_value_parses_or_is_explained(key: str, value: object) -> None:
    """No value of any type raises anything but the error that explains it."""
    problems: tuple[Problem, ...] = ()
    try:
        parse({**DEV, key: value}, stack="dev")
    except SettingsError as error:
        problems = error.problems
    assert all("; try: pulumi " in str(problem) for problem in problems)


@pytest.mark.parametrize("stack", STACKS)
def test_mending_lines_mend(stack: str) -> None:
    """Typing the line of a wrong setting leaves a setting that is right."""
    for key, kind in SETTINGS.items():
        words = kind.line(key).split()
        value: object = words[-1]
        if words[0] == "--path":
            value = [value] if words[-2].endswith("[0]'") else {"team": value}
        kind.read(value)
    assert wrong(stack, noncurrentDays=1)["noncurrentDays"].endswith(" noncurrentDays 45")


def test_the_timings_fit() -> None:
    """The settings of delivery fit together as they are."""
    assert Timing().check() == ()


@pytest.mark.parametrize(
    ("changed", "broken"),
    [
        ({"document_s": 90}, "document_s < function_s"),
        ({"lease_s": 90}, "function_s < lease_s"),
        ({"function_s": 901, "lease_s": 902, "visibility_s": 5406}, "function_s <= 900"),
        ({"visibility_s": 539}, "6 * function_s <= visibility_s"),
        ({"lease_s": 541}, "lease_s <= visibility_s"),
        ({"attempts": 8}, "1 <= attempts < receive_count"),
        ({"attempts": 0}, "1 <= attempts < receive_count"),
        ({"receive_count": 640}, "receive_count * visibility_s < queue_retention_s"),
        ({"dead_letter_retention_s": 345_600}, "queue_retention_s < dead_letter_retention_s"),
        ({"dead_letter_retention_s": 1_209_601}, "dead_letter_retention_s <= 1209600"),
    ],
)
def test_timings_that_do_not_fit_are_refused(changed: dict[str, int], broken: str) -> None:
    """Each rule breaks alone, is named, and no environment is made with it."""
    timing = Timing(**changed)
    assert [rule.partition(":")[0] for rule in timing.check()] == [broken]
    with pytest.raises(ValueError, match=re.escape(broken)):
        dataclasses.replace(parse(config(), stack="dev"), timing=timing)
