"""The whole platform in one block: the emulator, the program deployed into it, and ways to be a user of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from local.client import Client
from local.deploy import Stack, deploy, settings
from local.errors import LocalError
from local.server import HOST, Server, listen
from local.signin import Hosted, User, create_user, sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """What runs."""

    server: Server
    stack: Stack
    page: socket.socket
    """Bound to the page's address, and served by nobody yet."""
    notices: tuple[str, ...]
    """What is not where it usually is, a sentence each."""

    @property
    def app_url(self) -> str:
        """The page's origin."""
        return str(self.stack["appUrl"])

    @property
    def hosted(self) -> Hosted:
        """How the page signs in."""
        from components.auth import scopes

        return Hosted(
            url=self.stack["hostedUiUrl"],
            client_id=self.stack["userPoolClientId"],
            redirect_uri=f"{self.app_url}/",
            scopes=("openid", "email", *scopes()),
        )

    def user(self, email: str, groups: Sequence[str] = ("users",)) -> User:
        """Create a user."""
        return create_user(self.server.client("cognito-idp"), self.stack["userPoolId"], email, groups)

    def client(self, user: User) -> Client:
        """Sign a user in, and return the API as that user."""
        return Client(self.stack["apiUrl"], sign_in(self.hosted, user.email, user.password).access)


@contextmanager
def running(*, port: int = 0, app_port: int = 0, changes: Mapping[str, str] | None = None) -> Iterator[Platform]:
    """Start the platform; stop it after the block.

    Args:
        port: where the emulator should be; 0: anywhere.
        app_port: where the page should be; 0: anywhere.
        changes: settings on top of the local stack's.

    Raises:
        LocalError: something cannot be started or created.
    """
    page, moved = listen(app_port)
    with page, Server(port=port) as server:
        origin = f"http://{HOST}:{page.getsockname()[1]}"
        stack = _deployed(server, settings(origin, server.region, changes))
        notices = tuple(
            notice for notice in (server.notice, moved and moved.replace("the emulator", "the page")) if notice
        )
        yield Platform(server=server, stack=stack, page=page, notices=notices)


def _deployed(server: Server, config: Mapping[str, str]) -> Stack:
    """Deploy, and turn what the program refuses into an error for a person; what is a bug keeps its trace."""
    from components.gateway import GatewayError
    from components.packages import BundleError
    from components.pipeline import GrantError
    from components.settings import SettingsError
    from firstbytes.errors import FirstbytesError

    try:
        return deploy(server, config)
    except (BundleError, FirstbytesError, GatewayError, GrantError, SettingsError) as error:
        raise LocalError(str(error)) from error
