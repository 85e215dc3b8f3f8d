"""Physical names that other systems, alarms or people must know beforehand: one function each.

Everything else is auto-named. A name is `firstbytes-<environment>-<purpose>`; where AWS allows less, its tail is
replaced by eight hex digits of its hash, so that two long names never become one.
"""

from __future__ import annotations

import hashlib

PROJECT = "firstbytes"
ENVIRONMENT_MAX = 20
"""Characters of the longest environment name; it has no hyphen, so a name can be taken apart again."""

_DIGEST = 8
_RESERVED = ("amazon", "aws", "cognito")


def function(environment: str, purpose: str) -> str:
    """Return a Lambda function's name (64 characters)."""
    return _fit(environment, purpose, 64)


def role(environment: str, purpose: str) -> str:
    """Return an IAM role's name (64 characters): that of what assumes it."""
    return _fit(environment, purpose, 64)


def function_log_group(environment: str, purpose: str) -> str:
    """Return the log group that Lambda writes to for `function(environment, purpose)`."""
    return f"/aws/lambda/{function(environment, purpose)}"


def access_log_group(environment: str, purpose: str) -> str:
    """Return the log group of an API's access log (512 characters)."""
    return f"/aws/apigateway/{_fit(environment, purpose, 128)}"


def queue(environment: str, purpose: str) -> str:
    """Return an SQS queue's name (80 characters)."""
    return _fit(environment, purpose, 80)


def dead_letter_queue(environment: str, purpose: str) -> str:
    """Return the name of the queue that takes what `purpose` could not (80 characters)."""
    return _fit(environment, f"{purpose}-dlq", 80)


def rule(environment: str, purpose: str) -> str:
    """Return an EventBridge rule's name (64 characters)."""
    return _fit(environment, purpose, 64)


def topic(environment: str, purpose: str) -> str:
    """Return an SNS topic's name (256 characters)."""
    return _fit(environment, purpose, 128)


def alarm(environment: str, purpose: str) -> str:
    """Return an alarm's name (255 characters)."""
    return _fit(environment, purpose, 128)


def dashboard(environment: str, purpose: str) -> str:
    """Return a dashboard's name (255 characters)."""
    return _fit(environment, purpose, 128)


def rest_api(environment: str, purpose: str) -> str:
    """Return a REST API's name, which is also a dimension of its metrics (255 characters)."""
    return _fit(environment, purpose, 128)


def web_acl(environment: str, purpose: str) -> str:
    """Return a web ACL's name, which is also a dimension of its metrics (128 characters)."""
    return _fit(environment, purpose, 128)


def metric(environment: str, purpose: str) -> str:
    """Return the name of a WAF metric: letters, digits, hyphen, underscore (128 characters)."""
    return _fit(environment, purpose, 128)


def user_pool(environment: str, purpose: str) -> str:
    """Return a user pool's or client's name (128 characters)."""
    return _fit(environment, purpose, 128)


def amplify_app(environment: str, purpose: str) -> str:
    """Return an Amplify app's name (255 characters)."""
    return _fit(environment, purpose, 128)


def cluster(environment: str, purpose: str) -> str:
    """Return a DAX cluster's name (20 characters)."""
    return _fit(environment, purpose, 20)


def key_alias(environment: str, purpose: str) -> str:
    """Return a KMS key's alias (256 characters)."""
    return f"alias/{_fit(environment, purpose, 128)}"


def user_pool_domain(environment: str, account_id: str) -> str:
    """Return the prefix of the Hosted UI's domain: one per region for all of AWS, so the account is hashed in.

    Cognito refuses prefixes that hold "aws", "amazon" or "cognito"; an environment named so appears as its hash.
    """
    shown = _digest(environment) if any(word in environment for word in _RESERVED) else environment
    return _fit(shown, _digest(account_id), 63)


def _fit(environment: str, purpose: str, limit: int) -> str:
    name = f"{PROJECT}-{environment}-{purpose}"
    return name if len(name) <= limit else f"{name[: limit - _DIGEST - 1].rstrip('-')}-{_digest(name)}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGEST]
