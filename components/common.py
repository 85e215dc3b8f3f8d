"""Groups of values that several components take alike, to be unpacked into their arguments."""

from __future__ import annotations

from typing import TypedDict

import pulumi

from components.settings import Environment
from components.stores import Stores


class Place(TypedDict):
    """Where a component is created: the stack's settings, and the account, 12 digits."""

    environment: Environment
    account_id: pulumi.Input[str]


class Running(Place):
    """What a component that runs code takes: the archive, and where things are kept."""

    code: pulumi.Archive
    stores: Stores


class Tokens(TypedDict):
    """Whose tokens count: the user pool, and the `iss` and `client_id` that they hold."""

    user_pool_arn: pulumi.Input[str]
    token_issuer: pulumi.Input[str]
    client_id: pulumi.Input[str]
