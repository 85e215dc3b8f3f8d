"""What no IAM document of the platform may say: each rule a pure function from a program to findings.

A rule's exceptions stand here with their reasons, and nowhere else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.policies.documents import FUNCTION, ROLE, Document, Statement, documents, given, read, unread
from tests.support.harness import Run

_LOGGING = (
    *("CreateLogGroup", "CreateLogStream", "DescribeLogGroups", "DescribeLogStreams", "FilterLogEvents"),
    *("GetLogEvents", "PutLogEvents"),
)
OPEN_ACTIONS = {
    ("lambda.amazonaws.com", "xray:PutTraceSegments"): "X-Ray has no resource to name.",
    ("lambda.amazonaws.com", "xray:PutTelemetryRecords"): "X-Ray has no resource to name.",
    **{
        ("apigateway.amazonaws.com", f"logs:{action}"): "API Gateway takes no role that could not log for every API."
        for action in _LOGGING
    },
}
"""(who has the role, action) -> why its resource may be `*`."""

TAILS = {
    "/t/*": "Documents are what users upload: their keys are not known beforehand.",
    "/e/*": "Envelopes, likewise.",
    ":*": "The streams of a log group: Lambda names them.",
    "/index/*": "DAX serves every query that a function may make.",
}
"""How a resource with a wildcard may end, after the ARN of something this program makes -> why."""

PREFIXED = ("StringLike", "s3:prefix")
LISTS = ("s3:ListBucket", "s3:ListBucketVersions")

ACCOUNT_WIDE = {
    "cloudwatch.amazonaws.com": "Every alarm of the account may tell its operators; alarms come and go.",
}
"""Service principal -> why it is bound to the account and to no single source."""

LOGS_CONTEXT = "kms:EncryptionContext:aws:logs:arn"
"""CloudWatch Logs sends no aws:SourceArn to KMS, but names the log group in the encryption context."""

GRANTS = ("full-control", "read", "read-acp", "write", "write-acp")
DENIALS = {
    ("Bool", "aws:SecureTransport"): "Clear text is refused.",
    ("NumericLessThan", "s3:TlsVersion"): "TLS below 1.2 is refused.",
    ("NumericGreaterThan", "s3:signatureAge"): "A presigned URL is refused once it is old.",
    ("Null", "s3:x-amz-acl"): "An upload may name an ACL",
    ("StringNotEquals", "s3:x-amz-acl"): "only one that gives nothing away.",
    **{("Null", f"s3:x-amz-grant-{right}"): "No upload grants anything to anybody." for right in GRANTS},
    ("Null", "s3:x-amz-server-side-encryption-customer-algorithm"): "Nor brings a key that we could not read it with.",
    ("Null", "s3:x-amz-server-side-encryption"): "It may name the encryption",
    ("StringNotEquals", "s3:x-amz-server-side-encryption"): "only as it is the bucket's default.",
    ("Null", "s3:x-amz-server-side-encryption-aws-kms-key-id"): "It may name the key",
    ("StringNotEquals", "s3:x-amz-server-side-encryption-aws-kms-key-id"): "only the bucket's own.",
}
"""(operator, key) -> what a Deny may depend on; anything else would be a way around it."""

EVERYBODY = ((("*", "*"),), (("AWS", "*"),))
"""The principals of a Deny: both mean every caller."""

INLINE_LIMIT = 10_240
"""Characters of all inline policies of one role, as IAM counts them: without white space."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that breaks a rule: where it stands, and why it may not."""

    rule: str
    where: str
    why: str

    def __str__(self) -> str:
        """Say it in one line."""
        return f"{self.rule}: {self.where}: {self.why}"


Found = Iterator[tuple[str, str]]


def check(run: Run, *, boundary: str | None = None) -> tuple[Finding, ...]:
    """Return everything that breaks a rule. `boundary` is the permissions boundary that every role must have."""
    found = [Finding(rule=name, where=where, why=why) for name, rule in RULES.items() for where, why in rule(run)]
    found += [
        Finding(rule="boundary", where=f"role {read(role, 'name')}", why=f"expected {boundary}, got {got or 'none'}")
        for role in run.of(ROLE)
        if (got := given(role, "permissionsBoundary")) != (boundary or "")
    ]
    return tuple(found)


def _statements(run: Run, effect: str = "Allow") -> Iterator[tuple[Document, Statement]]:
    for document in documents(run):
        for statement in document.statements:
            if statement.effect == effect:
                yield document, statement


def _whole_actions(run: Run) -> Found:
    for document, statement in _statements(run):
        for action in statement.actions:
            if "*" in action:
                yield document.where(statement), f"{action} allows what nobody has thought of"


def _named_resources(run: Run) -> Found:
    arns = {arn for resource in run.resources if (arn := read(resource, "arn"))}
    owners = {
        document.holder: {name for one in document.statements for _, name in one.principals}
        for document in documents(run)
        if document.kind == "trust"
    }
    for document, statement in _statements(run):
        if document.kind != "identity":
            continue
        for resource in statement.resources:
            if resource == "*":
                who = owners.get(document.holder, {""})
                wide = [one for one in statement.actions if not all((name, one) in OPEN_ACTIONS for name in who)]
                if wide:
                    yield document.where(statement), f"'*' without a listed reason for {', '.join(wide)}"
            elif not _names_one(resource, arns):
                yield document.where(statement), f"{resource} is nothing that this program makes"


def _names_one(resource: str, arns: set[str]) -> bool:
    """Say whether an ARN is one of the program's, or lies below it: by a known name, or by a listed wildcard."""
    if "*" not in resource and "?" not in resource:
        return any(resource == arn or resource.startswith((f"{arn}/", f"{arn}:")) for arn in arns)
    return any(resource == f"{arn}{tail}" for arn in arns for tail in TAILS)


def _bounded_lists(run: Run) -> Found:
    for document, statement in _statements(run):
        lists = [action for action in statement.actions if action in LISTS]
        prefixes = [values for operator, key, values in statement.conditions if (operator, key) == PREFIXED]
        if document.kind == "identity" and lists and not prefixes:
            yield document.where(statement), f"{', '.join(lists)} tells of every key; add StringLike s3:prefix"


def _own_resource(run: Run) -> Found:
    for document, statement in [*_statements(run), *_statements(run, "Deny")]:
        if document.kind != "resource" or document.holder.startswith("arn:aws:kms:"):
            continue
        foreign = [
            one for one in statement.resources if one != document.holder and not one.startswith(f"{document.holder}/")
        ]
        for resource in foreign:
            yield document.where(statement), f"{resource} is not what the policy is attached to"


def _bound_services(run: Run) -> Found:
    account = {part for resource in run.of(ROLE) if (part := read(resource, "arn").split(":")[4])}
    for document, statement in _statements(run):
        services = [name for kind, name in statement.principals if kind == "Service"]
        if document.kind != "resource" or not services:
            continue
        sources = (*statement.values("aws:SourceArn"), *statement.values(LOGS_CONTEXT))
        accounts = statement.values("aws:SourceAccount")
        if not sources and not set(services) <= set(ACCOUNT_WIDE):
            yield document.where(statement), f"{', '.join(services)} on behalf of anybody: no aws:SourceArn"
        if not accounts and not (sources and all(set(source.split(":")[4:5]) <= account for source in sources)):
            yield document.where(statement), f"{', '.join(services)} on behalf of any account: no aws:SourceAccount"


def _nobody_is_everybody(run: Run) -> Found:
    for document, statement in _statements(run):
        if any(name == "*" for _, name in statement.principals):
            yield document.where(statement), "allows everybody"


def _whole_sets(run: Run) -> Found:
    for document, statement in [*_statements(run), *_statements(run, "Deny")]:
        for operator, key, _ in statement.conditions:
            if operator.startswith("ForAllValues:") and ("Null", key, ("false",)) not in statement.conditions:
                yield (
                    document.where(statement),
                    f'{operator} {key} is true when the key is absent; add Null {key} "false"',
                )


def _plain_denials(run: Run) -> Found:
    for document, statement in _statements(run, "Deny"):
        if document.kind != "identity" and statement.principals not in EVERYBODY:
            yield document.where(statement), "denies some principals only"
        for operator, key, _ in statement.conditions:
            if (operator, key) not in DENIALS:
                yield document.where(statement), f"{operator} {key} is an exception without a listed reason"


def _positive(run: Run) -> Found:
    for document, statement in [*_statements(run), *_statements(run, "Deny")]:
        if statement.negated:
            yield document.where(statement), f"{', '.join(statement.negated)} covers what nobody has thought of"


def _role_of_its_own(run: Run) -> Found:
    held = Counter(read(function, "role") for function in run.of(FUNCTION))
    for role, count in held.items():
        if count > 1:
            users = sorted(read(function, "name") for function in run.of(FUNCTION) if read(function, "role") == role)
            yield f"role {role}", f"shared by {', '.join(users)}"


def _one_service(run: Run) -> Found:
    for document in documents(run):
        if document.kind == "trust":
            who = {principal for statement in document.statements for principal in statement.principals}
            what = {action for statement in document.statements for action in statement.actions}
            if len(who) != 1 or {kind for kind, _ in who} != {"Service"} or what != {"sts:AssumeRole"}:
                yield document.where(), f"expected one service to assume it, got {sorted(who)} with {sorted(what)}"


def _written_here(run: Run) -> Found:
    for role in run.of(ROLE):
        for name in ("inlinePolicies", "managedPolicyArns"):
            if role.inputs.get(name):
                yield f"role {read(role, 'name')}", f"{name} are rights that no RolePolicy of this program lists"
    for token in ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:iam/policyAttachment:PolicyAttachment"):
        for attachment in run.of(token):
            yield f"attachment {attachment.name}", f"{read(attachment, 'policyArn')} may change without a deployment"
    for place in unread(run):
        yield place, "holds a policy document that tests/policies/documents.py does not read"


def _within_limits(run: Run) -> Found:
    sizes: Counter[str] = Counter()
    for document in documents(run):
        if document.kind == "identity":
            sizes[document.holder] += sum(not char.isspace() for char in document.text)
    for role, size in sizes.items():
        if size > INLINE_LIMIT:
            yield f"role {role}", f"{size} characters of policies; IAM takes {INLINE_LIMIT}"


RULES: dict[str, Callable[[Run], Found]] = {
    "whole actions": _whole_actions,
    "named resources": _named_resources,
    "bounded lists": _bounded_lists,
    "own resource": _own_resource,
    "bound services": _bound_services,
    "nobody is everybody": _nobody_is_everybody,
    "whole sets": _whole_sets,
    "plain denials": _plain_denials,
    "positive": _positive,
    "role of its own": _role_of_its_own,
    "one service": _one_service,
    "written here": _written_here,
    "within limits": _within_limits,
}
