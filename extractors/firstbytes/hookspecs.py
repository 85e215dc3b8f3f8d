"""The two hooks of a firstbytes plugin. Both are declarations: called once, when routes are compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from firstbytes.spec import Extractor, Signature

hookspec = pluggy.HookspecMarker("firstbytes")
hookimpl = pluggy.HookimplMarker("firstbytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """Who is asking: the version of firstbytes and the plugin API it speaks."""

    version: str
    api: int


@hookspec
def register_extractors(host: Host) -> Iterable[Extractor]:  # type: ignore[empty-body]
    """Declare extractors. Called once, when routes are compiled; import nothing heavy."""


@hookspec
def register_signatures(host: Host) -> Iterable[Signature]:  # type: ignore[empty-body]
    """Declare what gives away media types that the built-in table does not know."""
