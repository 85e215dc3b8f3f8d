"""Run the stack's own Pulumi program, with every resource created in the emulator as it is registered.

The SDK's mock monitor stands where the engine would: `Emulated` answers its registrations by `local.resources`. The
program runs in a thread of its own, since the SDK keeps the current stack in variables of the running context.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
import threading
import warnings
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from local.account import Account
from local.errors import LocalError, Unsupported
from local.resources import DECLARED, Resource, create
from local.resources.base import Inputs, plain
from local.server import Server

ROOT = Path(__file__).parent.parent
STACK = "local"
BASE_STACK = "dev"
"""Whose settings the local stack starts from."""

Program = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What was deployed."""

    outputs: Mapping[str, Any]
    """The program's exports, secrets included; the addresses are the emulator's."""
    created: tuple[str, ...]
    """`type name` of each resource that is in the emulator, in the order of their creation."""
    declared: tuple[str, ...]
    """`type name` of each resource that is written down only."""
    functions: tuple[str, ...]
    """The functions' names."""
    account: Account
    """Where it is."""

    def __getitem__(self, output: str) -> Any:
        """Return an output.

        Raises:
            LocalError: the program has none of this name.
        """
        if output not in self.outputs:
            raise LocalError(f"expected one of {', '.join(sorted(self.outputs))}, got the output {output!r}")
        return self.outputs[output]


class Emulated:
    """Answers the program's registrations and calls (pulumi.runtime.Mocks)."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.created: list[str] = []
        self.declared: list[str] = []
        self.functions: list[str] = []
        self._names: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def new_resource(self, args: Any) -> tuple[str | None, dict[str, Any]]:
        """Create a resource; return its identifier and outputs."""
        inputs: Inputs = plain(args.inputs)
        if not args.custom:
            return None, dict(inputs)
        with self._lock:
            # The engine refuses a second resource of one type and name; the mock monitor does not.
            if (args.typ, args.name) in self._names:
                raise LocalError(f"expected one {args.typ} named {args.name!r}, got two")
            self._names.add((args.typ, args.name))
        if args.typ.startswith("pulumi:providers:"):
            self._provider(args.typ, inputs)
            return args.name, dict(inputs)
        made = create(self.account, Resource(type=args.typ, name=args.name, inputs=inputs))
        with self._lock:
            (self.declared if args.typ in DECLARED else self.created).append(f"{args.typ} {args.name}")
            if args.typ == "aws:lambda/function:Function":
                self.functions.append(made.id)
        return made.id, {**inputs, **made.outputs}

    def _provider(self, kind: str, inputs: Inputs) -> None:
        region = inputs.get("region")
        if kind == "pulumi:providers:aws" and region not in {None, self.account.region}:
            raise Unsupported(f"expected every resource in {self.account.region}, got a provider for {region}")

    def call(self, args: Any) -> dict[str, Any]:
        """Answer a data source."""
        account, region = self.account.account_id, self.account.region
        known = {
            "aws:index/getCallerIdentity:getCallerIdentity": {
                "accountId": account, "arn": f"arn:aws:iam::{account}:root", "userId": account, "id": account,
            },
            "aws:index/getRegion:getRegion": {
                "name": region, "region": region, "id": region, "description": "this machine",
            },
            "aws:index/getPartition:getPartition": {
                "partition": "aws", "dnsSuffix": "amazonaws.com", "reverseDnsPrefix": "com.amazonaws", "id": "aws",
            },
        }  # fmt: skip
        if args.token not in known:
            raise Unsupported(f"expected one of {', '.join(known)}, got {args.token}; answer it in local/deploy.py")
        return known[args.token]

    def register_transform(self, transform: Any) -> None:
        """Ignore a stack transform: options of resources mean nothing here."""

    def register_invoke_transform(self, transform: Any) -> None:
        """Ignore a stack transform of calls."""


def settings(app_origin: str, region: str, changes: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the configuration of the local stack: Pulumi.yaml's defaults, dev's values, and what must differ here.

    Args:
        app_origin: where the page is served from.
        region: the emulator's region.
        changes: settings on top, without the project's name.
    """
    from components.project import PROJECT, load

    ours = {
        "region": region,
        "allowedAccountIds": "[]",
        "appOrigin": app_origin,
        "bundleTarget": "host",
        "protect": "false",
        "waf": "true",
        "apiThrottleRate": "1000",
        "apiThrottleBurst": "1000",
        **(changes or {}),
    }
    return load(ROOT, BASE_STACK) | {f"{PROJECT}:{key}": value for key, value in ours.items()}


def here(outputs: Mapping[str, Any], endpoint: str) -> dict[str, Any]:
    """Return the outputs with the sign-in page's address, which AWS's DNS would resolve, as the emulator's. Pure."""
    hosted = outputs.get("hostedUiUrl")
    if not hosted:
        return dict(outputs)
    return {
        name: value.replace(hosted, endpoint) if isinstance(value, str) else value for name, value in outputs.items()
    }


def deploy(server: Server, config: Mapping[str, str], program: Path | Program = ROOT / "__main__.py") -> Stack:
    """Run the program against a running emulator; return what it exports.

    Args:
        server: the emulator, fresh: nothing is updated or removed.
        config: full key (`project:key`) -> value.
        program: the path of the program, or a function.

    Raises:
        LocalError: a resource could not be created; the message names it. The program's own errors come as they are.
    """
    emulated = Emulated(Account(server))
    result: list[Mapping[str, Any]] = []
    failure: list[BaseException] = []

    def run() -> None:
        try:
            result.append(_run(emulated, config, program))
        except BaseException as error:  # noqa: BLE001 (raised by the thread that waits)
            failure.append(error)

    thread = threading.Thread(target=run, daemon=True, name="pulumi")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return Stack(
        outputs=MappingProxyType(here(result[0], server.endpoint)),
        created=tuple(emulated.created),
        declared=tuple(emulated.declared),
        functions=tuple(sorted(emulated.functions)),
        account=emulated.account,
    )


class _Threads(ThreadPoolExecutor):
    """Threads that each have an event loop, which the SDK would make otherwise and never close."""

    def __init__(self) -> None:
        self._loops: list[asyncio.AbstractEventLoop] = []
        super().__init__(max_workers=8, thread_name_prefix="pulumi", initializer=self._begin)

    def _begin(self) -> None:
        loop = asyncio.new_event_loop()
        self._loops.append(loop)
        asyncio.set_event_loop(loop)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = True) -> None:  # noqa: FBT001, FBT002
        """Wait for what runs, drop what waits, and close the loops."""
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
        for loop in self._loops:
            loop.close()


def _run(emulated: Emulated, config: Mapping[str, str], program: Path | Program) -> dict[str, Any]:
    import pulumi
    from pulumi.runtime import get_root_resource, set_all_config, set_mocks
    from pulumi.runtime import settings as pulumi_settings
    from pulumi.runtime.stack import run_pulumi_func

    from components.project import PROJECT

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    threads = _Threads()
    loop.set_default_executor(threads)
    # The SDK leaves a future that nobody awaits for each dependent of a failed resource; the failure itself is raised.
    loop.set_exception_handler(lambda *_: None)
    try:
        set_all_config(dict(config))
        pulumi_settings.set_root_resource(None)  # type: ignore[arg-type]  # a run before this one left its stack
        set_mocks(emulated, project=PROJECT, stack=STACK, preview=False)  # type: ignore[arg-type]
        pulumi_settings.SETTINGS.rpc_manager.clear()
        pulumi_settings.SETTINGS.outputs.clear()

        async def main() -> dict[str, Any]:
            await run_pulumi_func(lambda: _execute(program))
            root = get_root_resource()
            outputs = getattr(root, "outputs", {})
            return {name: await pulumi.Output.from_input(value).future() for name, value in outputs.items()}

        return loop.run_until_complete(main())
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        threads.shutdown()
        loop.close()
        asyncio.set_event_loop(None)


def _execute(program: Path | Program) -> None:
    with warnings.catch_warnings():
        # pulumi_aws has names that it deprecates itself, and says so when it is imported.
        warnings.filterwarnings("ignore", ".* has been deprecated in favor of ", DeprecationWarning)
        if callable(program):
            program()
            return
        # A program's own folder comes first on the path, as under Pulumi's language host.
        folder = os.fspath(program.parent)
        if folder not in sys.path:
            sys.path.insert(0, folder)
        runpy.run_path(os.fspath(program), run_name="__main__")
