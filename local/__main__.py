"""`make local`: the platform on this machine until Ctrl-C: its addresses, a user to be, and the functions' logs."""

from __future__ import annotations

import argparse
import shlex
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

from local import watch
from local.deploy import ROOT, STACK, Stack
from local.deploy import settings as local_settings
from local.errors import LocalError
from local.logs import Follower
from local.page import contents, local_headers, read_built, served
from local.platform import Platform, running
from local.resources import DECLARED
from local.server import DEFAULT_PORT
from local.signin import User

APP_PORT = 5173
EMAIL = "demo@example.com"
_EVERY_S = 0.7

Say = Callable[[str], None]


def short(function: str) -> str:
    """Return a function's name without the project and the environment: firstbytes-local-router is router. Pure."""
    return function.split("-", 2)[-1]


def declared(lines: Sequence[str]) -> Iterator[str]:
    """Yield, for resources that are only written down, a line a reason. Pure."""
    kinds = Counter(line.split()[0] for line in lines)
    for token in sorted(kinds):
        times = f" x {kinds[token]}" if kinds[token] > 1 else ""
        yield f"{token.rpartition(':')[2]}{times}: {DECLARED[token].reason}"


def welcome(platform: Platform, user: User, seconds: float) -> Iterator[str]:
    """Yield what a person needs to know, a line each. Pure."""
    stack = platform.stack
    yield from (f"note: {notice}" for notice in platform.notices)
    yield f"firstbytes runs on this machine, ready in {seconds:.1f} s: {len(stack.created)} resources"
    yield ""
    yield f"  page      {platform.app_url}/"
    yield f"  API       {stack['apiUrl']}"
    yield f"  sign-in   {stack['hostedUiUrl']}"
    yield f"  user      {user.email}"
    yield f"  password  {user.password}"
    yield ""
    yield f"  {len(stack.declared)} more are only written down here:"
    yield from (f"    {line}" for line in declared(stack.declared))
    yield ""
    yield "Try:"
    yield f'  curl -sS -H "Authorization: Bearer $({sign_in_command(platform, user)})" {stack["apiUrl"]}/documents'
    yield ""
    yield "Logs of the functions follow; Ctrl-C stops everything."


def sign_in_command(platform: Platform, user: User) -> str:
    """Return the command that prints a token, from whatever folder it is run. Pure."""
    hosted = platform.hosted
    return (
        f"cd {shlex.quote(str(ROOT))} && {shlex.quote(sys.executable)} -m local.signin "
        f"--at {hosted.url} --client {hosted.client_id} "
        f"--return-to {hosted.redirect_uri} {user.email} '{user.password}'"
    )


def page_headers(platform: Platform) -> dict[str, str]:
    """Return the headers that the page's answers carry."""
    from components import settings
    from components.project import own
    from components.web import headers

    config = own(local_settings(platform.app_url, platform.server.region))
    return local_headers(headers(settings.parse(config, stack=STACK)), platform.server.endpoint)


def follow(platform: Platform, say: Say, pause: Callable[[float], None] = time.sleep) -> None:
    """Show the functions' logs as they come, and give the functions new code when it changes; until interrupted."""
    groups = {short(name): f"/aws/lambda/{name}" for name in platform.stack.functions}
    follower = Follower(logs=platform.server.client("logs"), groups=groups)
    code = watch.Watcher(paths=watch.paths(watch.SOURCES))
    program = watch.Watcher(paths=watch.paths(watch.PROGRAM))
    while True:
        for line in follower.new():
            say(str(line))
        if code.changed():
            say(renewed(platform.stack))
        if program.changed():
            say("the program changed: stop with Ctrl-C and start again to run it")
        pause(_EVERY_S)


def renewed(stack: Stack) -> str:
    """Put the code as it is now into the functions; return what to say of it."""
    began = time.monotonic()
    try:
        names = watch.update(stack, watch.rebuilt())
    except Exception as error:  # noqa: BLE001 (whatever is wrong with half-written code, the platform goes on)
        return f"the code changed, but cannot be used yet, so the functions run what they ran: {error}"
    return f"the code changed: {len(names)} functions run the new one, after {time.monotonic() - began:.1f} s"


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the platform until Ctrl-C; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="of the emulator; another is taken if it is not free"
    )
    parser.add_argument("--app-port", type=int, default=APP_PORT, help="of the page")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminate)
    began = time.monotonic()

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    sys.stderr.write("starting the platform on this machine ...\n")
    try:
        with running(port=given.port, app_port=given.app_port) as platform:
            user = platform.user(EMAIL, ("users", "operators"))
            built = read_built(ROOT / "web" / "dist")
            files = contents(platform.stack["appConfig"], platform.stack["apiUrl"], built)
            with served(platform.page, files, page_headers(platform)):
                if not built:
                    say("note: the page is not built; with Node 20 or later, npm ci && npm run build in web/ does it")
                for line in welcome(platform, user, time.monotonic() - began):
                    say(line)
                follow(platform, say)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; nothing is left running\n")
        return 0
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
