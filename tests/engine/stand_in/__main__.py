"""Serve the stand-in: `python -m tests.engine.stand_in ENGINE`, as the engine starts it.

The account lies in the file that STAND_IN_ACCOUNT names. The one line on stdout is the port.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import os
import sys
from pathlib import Path

import grpc.aio  # type: ignore[import-untyped]  # no stubs
from pulumi.runtime.proto import provider_pb2_grpc

from tests.engine.stand_in.cloud import Cloud
from tests.engine.stand_in.provider import StandIn

MESSAGE_MAX = 400 << 20  # bytes, the engine's own limit


async def serve(account: Path) -> None:
    """Serve one account until the engine ends this process."""
    limits = [("grpc.max_receive_message_length", MESSAGE_MAX), ("grpc.max_send_message_length", MESSAGE_MAX)]
    server = grpc.aio.server(options=limits)
    provider = StandIn(Cloud(account), importlib.metadata.version("pulumi-aws"))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    await server.wait_for_termination()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(Path(os.environ["STAND_IN_ACCOUNT"])))
