"""What a creator gets and gives, and the few conversions that every service needs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Inputs = Mapping[str, Any]
"""A resource's inputs as Pulumi hands them over: camelCase names, plain JSON, archives as pulumi objects."""


class Cloud(Protocol):
    """The emulated account that resources are created in."""

    @property
    def endpoint(self) -> str:
        """The address of every service."""

    @property
    def region(self) -> str:
        """The one region."""

    @property
    def account_id(self) -> str:
        """The one account."""

    def client(self, service: str) -> Any:
        """Return a boto3 client of a service."""

    def upload(self, archive: Any) -> dict[str, str]:
        """Put an archive where Lambda can take it from, once; return where, as Lambda's API wants it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource that the program registers."""

    type: str
    name: str
    inputs: Inputs

    def physical(self, attribute: str = "name") -> str:
        """Return the name that the program gives, or one made of the logical name: the same at each start."""
        given = self.inputs.get(attribute)
        return str(given) if given else f"{self.name}-{hashlib.sha256(self.name.encode()).hexdigest()[:7]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was created: the identifier, and the outputs beside the inputs."""

    id: str
    outputs: Mapping[str, Any]


Create = Callable[[Cloud, Resource], Made]
"""Creates a resource in the emulator, by the calls that the real provider would make."""


def arn(cloud: Cloud, service: str, rest: str) -> str:
    """Return the ARN of something of this account and region."""
    return f"arn:aws:{service}:{cloud.region}:{cloud.account_id}:{rest}"


def pick(inputs: Inputs, **names: str) -> dict[str, Any]:
    """Return the inputs that are there, under the names that the service's API has for them."""
    return {ours: inputs[theirs] for ours, theirs in names.items() if inputs.get(theirs) is not None}


def api_shape(value: Any, spellings: Mapping[str, str] | None = None) -> Any:
    """Return a nested input as the AWS API spells it: names in PascalCase, nothing that is None. Pure.

    `spellings` corrects names that a capital letter does not (`callbackUrls` is CallbackURLs).
    """
    known = spellings or {}
    if isinstance(value, Mapping):
        return {
            known.get(key, key[:1].upper() + key[1:]): api_shape(item, known)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [api_shape(item, known) for item in value]
    return value


_SECRET = "4dabf18193072939515e22adb298388d"  # noqa: S105
_SECRET_VALUE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105


def plain(value: Any) -> Any:
    """Return an input as the program meant it: whole numbers as int, secrets unwrapped. Pure.

    Pulumi's wire format has floats only, and marks a secret by wrapping it.
    """
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        if value.get(_SECRET) == _SECRET_VALUE:
            return plain(value["value"])
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value
