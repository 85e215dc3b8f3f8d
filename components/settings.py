"""A stack's configuration as one frozen `Environment`, validated whole before anything is created.

`parse` takes what Pulumi hands to a program (every value a string, lists and tables as JSON) or what YAML gives
(typed values), and lists everything that is wrong at once, each with the line that mends it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from components.kinds import Choice, Flag, Kind, Table, Text, Texts, Whole
from components.naming import ENVIRONMENT_MAX

GLACIER_DAYS = 90
"""What S3 charges for at least, in Glacier Instant Retrieval and in Flexible Retrieval."""

_STACK = re.compile(rf"[a-z][a-z0-9]{{0,{ENVIRONMENT_MAX - 1}}}")
_RETENTION = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long things take at most, in seconds, and how often they are tried. They must fit together: `check`."""

    document_s: int = 60
    """Wall clock of one document's extractors."""
    function_s: int = 90
    """Timeout of the router."""
    lease_s: int = 120
    """How long a claim on a document version is good."""
    visibility_s: int = 540
    """How long the intake queue hides a message that was handed out."""
    attempts: int = 3
    """Claims of a version before it fails for good."""
    receive_count: int = 8
    """Deliveries of a message before it goes to the dead-letter queue."""
    queue_retention_s: int = 4 * 86_400
    dead_letter_retention_s: int = 14 * 86_400

    def check(self) -> tuple[str, ...]:
        """Return every pair that does not fit, as one sentence each; empty when all is well."""
        rules = {
            "document_s < function_s: the router writes the result after its extractors": self.document_s
            < self.function_s,
            "function_s < lease_s: a live holder must not be robbed": self.function_s < self.lease_s,
            "function_s <= 900: Lambda runs no longer": self.function_s <= 900,
            "6 * function_s <= visibility_s: Lambda retries a throttled batch that long": 6 * self.function_s
            <= self.visibility_s,
            "lease_s <= visibility_s: who gets the message again must find the lease over": self.lease_s
            <= self.visibility_s,
            "1 <= attempts < receive_count: a bad file must fail by name, not in the dead-letter queue": 1
            <= self.attempts
            < self.receive_count,
            "receive_count * visibility_s < queue_retention_s: a message must not expire while it is retried": (
                self.receive_count * self.visibility_s < self.queue_retention_s
            ),
            "queue_retention_s < dead_letter_retention_s: SQS counts from when the message was first sent": (
                self.queue_retention_s < self.dead_letter_retention_s
            ),
            "dead_letter_retention_s <= 1209600: SQS keeps nothing longer": self.dead_letter_retention_s <= 1_209_600,
        }
        return tuple(rule for rule, holds in rules.items() if not holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Everything that differs between stacks. The settings are described in Pulumi.yaml."""

    name: str
    region: str
    allowed_account_ids: tuple[str, ...]
    app_origin: str | None
    """Where the page is served from; None: the Amplify app's own domain."""
    architecture: Literal["arm64", "x86_64"]
    protect: bool
    customer_key: bool
    permissions_boundary: str | None
    log_retention_days: int
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]
    alarm_email: str | None
    soft_delete_days: int
    noncurrent_days: int
    glacier_instant_days: int
    glacier_flexible_days: int
    glacier_deep_days: int
    transfer_acceleration: bool
    dax: bool
    mfa: Literal["off", "optional", "required"]
    domain_prefix: str | None
    waf: bool
    waf_rate_limit: int
    """Requests of one address in five minutes."""
    waf_bot_control: bool
    api_throttle_rate: int
    """Requests a second, of all callers together."""
    api_throttle_burst: int
    api_quota_per_day: int
    """0: none."""
    max_concurrency: int
    router_memory_mb: int
    isolation: Literal["process"]
    point_in_time_days: int
    tags: Mapping[str, str]
    bundle_target: Literal["lambda", "host"]
    trace: bool
    api_account_logs: bool = True
    timing: Timing = field(default_factory=Timing)

    def __post_init__(self) -> None:
        """Refuse timings that do not fit together."""
        if wrong := self.timing.check():
            msg = "expected timings that fit together, got ones that break: " + "; ".join(wrong)
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a stack's configuration."""

    key: str
    expected: str
    got: str
    mend: str
    """The command to type."""

    def __str__(self) -> str:
        """Return it as one line."""
        return f"{self.key}: expected {self.expected}, got {self.got}; try: {self.mend}"


class SettingsError(ValueError):
    """A stack's configuration cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, stack: str, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(f"the configuration of stack {stack!r} is wrong:\n" + "\n".join(f"  {p}" for p in problems))


SETTINGS: Mapping[str, Kind] = {
    "region": Text(
        "a region outside China and GovCloud", r"(?!cn-|us-gov-)[a-z]{2}-[a-z]+-\d", "us-east-1", needed=True
    ),
    "allowedAccountIds": Texts("account ids of 12 digits", r"\d{12}", "123456789012"),
    "appOrigin": Text(
        "an https origin without a path, or http://localhost:PORT for the local platform",
        r"https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?",
        "https://documents.example.com",
    ),
    "architecture": Choice(("arm64", "x86_64")),
    "protect": Flag(),
    "customerKey": Flag(),
    "permissionsBoundary": Text(
        "the ARN of an IAM policy",
        r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/[\w+=,.@/-]+",
        "arn:aws:iam::123456789012:policy/boundary",
    ),
    "logRetentionDays": Whole(1, 3653, 30, among=_RETENTION),
    "logLevel": Choice(("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"),
    "alarmEmail": Text("an e-mail address", r"[^@\s]+@[^@\s]+\.[^@\s]+", "operators@example.com"),
    "softDeleteDays": Whole(1, 365, 30),
    "noncurrentDays": Whole(2, 3650, 45),
    "glacierInstantDays": Whole(0, 3650, 0),
    "glacierFlexibleDays": Whole(0, 3650, 0),
    "glacierDeepDays": Whole(0, 3650, 0),
    "transferAcceleration": Flag(),
    "dax": Flag(),
    "mfa": Choice(("off", "optional", "required"), "optional"),
    "domainPrefix": Text(
        'lower-case letters, digits and inner hyphens, without "aws", "amazon" or "cognito"',
        r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?",
        "firstbytes-example",
    ),
    "waf": Flag(),
    "wafRateLimit": Whole(10, 2_000_000_000, 2000),
    "wafBotControl": Flag(),
    "apiThrottleRate": Whole(1, 10_000, 50),
    "apiThrottleBurst": Whole(1, 5_000, 100),
    "apiQuotaPerDay": Whole(0, 1_000_000_000, 0),
    "apiAccountLogs": Flag(),
    "maxConcurrency": Whole(2, 1000, 10),
    "routerMemoryMb": Whole(512, 10_240, 1024),
    "isolation": Choice(
        ("process",), refused={"function": "a function without permissions for parsing is not built yet"}
    ),
    "pointInTimeDays": Whole(1, 35, 35),
    "tags": Table("tags", key=r"(?!aws:)[\w\s.:/=+@-]{1,128}", value=r"[\w\s.:/=+@-]{0,256}", most=40),
    "bundleTarget": Choice(("lambda", "host")),
    "trace": Flag(),
}


def parse(config: Mapping[str, object], *, stack: str) -> Environment:
    """Return the environment that a configuration describes. Pure.

    Args:
        config: setting -> value, without the project's name; typed, or the strings Pulumi makes of them.
        stack: the stack's name, which is the environment's.

    Raises:
        SettingsError: with everything that is wrong, not only the first.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {}
    if not _STACK.fullmatch(stack):
        expected = f"a lower-case letter, then letters and digits, at most {ENVIRONMENT_MAX} in all"
        problems.append(Problem(key="stack", expected=expected, got=repr(stack), mend="pulumi stack rename dev"))
    for key, kind in SETTINGS.items():
        try:
            values[_field(key)] = kind.read(config[key])
        except KeyError:
            problems.append(_problem(key, kind, "nothing", stack))
        except (TypeError, ValueError) as error:
            problems.append(_problem(key, kind, str(error), stack))
    problems += _unknown(config, stack)
    problems += _inconsistent(values, stack)
    if problems:
        raise SettingsError(stack, tuple(problems))
    return Environment(name=stack, **values)


def _problem(key: str, kind: Kind, got: str, stack: str) -> Problem:
    return Problem(key=key, expected=kind.expected, got=got, mend=f"pulumi config set --stack {stack} {kind.line(key)}")


def _unknown(config: Mapping[str, object], stack: str) -> Iterator[Problem]:
    for key in sorted(config.keys() - SETTINGS.keys()):
        near = difflib.get_close_matches(key, SETTINGS, 1)
        expected = f"a known setting (did you mean {near[0]}?)" if near else "a setting that Pulumi.yaml describes"
        yield Problem(
            key=key, expected=expected, got="an unknown setting", mend=f"pulumi config rm --stack {stack} {key}"
        )


def _inconsistent(values: Mapping[str, Any], stack: str) -> Iterator[Problem]:
    """Find values that are right alone and wrong together."""
    soft, noncurrent = values.get("soft_delete_days"), values.get("noncurrent_days")
    if soft and noncurrent and noncurrent <= soft:
        yield Problem(
            key="noncurrentDays",
            expected=f"more than softDeleteDays ({soft}), or a deleted document loses its bytes before its time is up",
            got=str(noncurrent),
            mend=f"pulumi config set --stack {stack} noncurrentDays {soft + 15}",
        )
    classes = ("glacierInstantDays", "glacierFlexibleDays", "glacierDeepDays")
    chosen = [(key, values[_field(key)]) for key in classes if values.get(_field(key))]
    for (before, first), (key, then) in pairwise(chosen):
        if then < first + GLACIER_DAYS:
            yield Problem(
                key=key,
                expected=f"0, or at least {GLACIER_DAYS} more than {before} ({first}): S3 charges that many anyhow",
                got=str(then),
                mend=f"pulumi config set --stack {stack} {key} {first + GLACIER_DAYS}",
            )


def _field(key: str) -> str:
    """Return the field of a setting: `appOrigin` is `app_origin`."""
    return re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", key)
