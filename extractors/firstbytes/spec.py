r"""What a plugin declares, and what its function is called with. Every value is frozen.

    Signature("application/vnd.sqlite3", b"SQLite format 3\x00")
    Extractor("sqlite", accepts=("application/vnd.sqlite3",), entry="firstbytes_sqlite:extract")

    def extract(source: ByteSource, ctx: Context) -> Mapping[str, JSON] | Pending: ...

Three keys of the returned mapping are ours: `core` (the shared vocabulary, see `firstbytes.core`), and `outcome`
("partial", "encrypted" or "limited") with `reason` where the extractor could say something but not everything.
Every other key is the extractor's own and lands under `type_specific.<facet>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

from firstbytes.errors import PluginError

JSON: TypeAlias = "str | int | float | bool | Sequence[JSON] | Mapping[str, JSON] | None"
"""A JSON value."""

API = 1
"""The plugin API this library speaks; it moves only when an existing plugin would break."""

MIN_API = 1
"""The oldest plugin API it still speaks."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")
_ENTRY = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")
_PATTERN = re.compile(r"\*/\*|[a-z0-9][a-z0-9!#$&^_.+-]*/(\*|\*\+[a-z0-9.-]+|[a-z0-9][a-z0-9!#$&^_.+-]*)")
_ACTION = re.compile(r"[a-z0-9-]+:[A-Za-z0-9]+")
_MAGIC_END = 8192
_STATE_BYTES = 4096


class Lane(StrEnum):
    """Where an extractor runs."""

    INLINE = "inline"
    """In the routing function's sandbox: no permissions."""
    FUNCTION = "function"
    """In its own Lambda function with its own role: for AWS services."""
    TASK = "task"
    """As a Fargate task: for long CPU or whole-file work."""


_LANE_LIMITS = {Lane.INLINE: (3008, 60), Lane.FUNCTION: (10240, 900), Lane.TASK: (122880, 86400)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """IAM actions an extractor needs, on what, and why (one sentence, shown to the operator)."""

    actions: tuple[str, ...]
    resources: tuple[str, ...] = ("*",)
    why: str

    def __post_init__(self) -> None:
        """Refuse wildcards and silence."""
        for name in ("actions", "resources"):
            _require(not isinstance(getattr(self, name), str), f"a tuple in `{name}`, got {getattr(self, name)!r}")
            object.__setattr__(self, name, tuple(getattr(self, name)))
        for action in self.actions:
            _require(
                _ACTION.fullmatch(action), f"an action like 'textract:DetectDocumentText', no wildcard, got {action!r}"
            )
        _require(self.actions and self.resources, "at least one action and one resource")
        _require(self.why.strip(), f"a sentence in `why` for {', '.join(self.actions)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What an extractor needs to run: memory, time, scratch space, lane, patience for `Pending`, permissions."""

    memory_mb: int = 512
    timeout_s: int = 60
    tmp_mb: int = 512
    lane: Lane = Lane.INLINE
    patience_s: int = 3600
    permissions: tuple[Permission, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what the lane cannot give."""
        _require(self.lane in list(Lane), f"a lane of {', '.join(Lane)}, got {self.lane!r}")
        object.__setattr__(self, "lane", Lane(self.lane))
        object.__setattr__(self, "permissions", tuple(self.permissions))
        memory, timeout = _LANE_LIMITS[self.lane]
        _require(0 < self.memory_mb <= memory, f"memory_mb in 1..{memory} on lane {self.lane}, got {self.memory_mb}")
        _require(0 < self.timeout_s <= timeout, f"timeout_s in 1..{timeout} on lane {self.lane}, got {self.timeout_s}")
        _require(self.tmp_mb >= 0 and self.patience_s >= 0, "tmp_mb and patience_s of at least 0")
        if self.permissions:
            _require(
                self.lane is not Lane.INLINE, "lane FUNCTION or TASK for an extractor with permissions, got inline"
            )


@dataclass(frozen=True, slots=True)
class Signature:
    """What gives a media type away: magic bytes at an offset, a member of a ZIP or OLE2 container, or a suffix.

    Longest magic wins, within the first 8 KB. A suffix alone is asked only when the bytes do not decide.
    """

    media_type: str
    magic: bytes = b""
    offset: int = 0
    member: str | None = None
    suffix: str | None = None

    def __post_init__(self) -> None:
        """Refuse a signature that cannot match."""
        _require(_is_media_type(self.media_type), f"a media type like 'image/png', got {self.media_type!r}")
        _require(self.magic or self.member or self.suffix, f"magic, member or suffix for {self.media_type}")
        _require(isinstance(self.magic, bytes), f"bytes in `magic` of {self.media_type}, got {self.magic!r}")
        _require(
            self.offset >= 0 and self.offset + len(self.magic) <= _MAGIC_END,
            f"magic within the first {_MAGIC_END} bytes for {self.media_type}, got offset {self.offset}",
        )
        if self.suffix is not None:
            _require(re.fullmatch(r"\.[a-z0-9.+_-]+", self.suffix), f"a suffix like '.db', got {self.suffix!r}")


@dataclass(frozen=True, slots=True)
class Extractor:
    """An ability: which media types a function reads, and which facet of the envelope its result fills.

    `accepts` holds media types and patterns: "image/png", "image/*+xml", "image/*", "*/*".
    `entry` is a string, "pkg.module:function": declaring imports nothing heavy.
    """

    name: str
    accepts: tuple[str, ...]
    entry: str
    facet: str = "metadata"
    needs: Needs = field(default_factory=Needs)
    api: int = API

    def __post_init__(self) -> None:
        """Refuse a declaration that cannot be routed."""
        _require(_NAME.fullmatch(self.name), f"a name of a-z, 0-9 and '-', got {self.name!r}")
        _require(_NAME.fullmatch(self.facet), f"a facet of a-z, 0-9 and '-' for {self.name}, got {self.facet!r}")
        hint = f"; write ({self.accepts!r},)" if isinstance(self.accepts, str) else ""
        _require(
            not isinstance(self.accepts, str) and self.accepts,
            f"a tuple of media types in `accepts` of {self.name}, got {self.accepts!r}{hint}",
        )
        object.__setattr__(self, "accepts", tuple(self.accepts))
        for pattern in self.accepts:
            _require(
                _PATTERN.fullmatch(pattern),
                f"a pattern like 'image/png' or 'image/*+xml' for {self.name}, got {pattern!r}",
            )
        _require(
            _ENTRY.fullmatch(self.entry), f"an entry like 'pkg.module:function' for {self.name}, got {self.entry!r}"
        )


@dataclass(frozen=True, slots=True)
class Pending:
    """Returned by an extractor that waits for a service: call me again after `after_s` seconds with `state`.

    The same state may arrive twice, so work is started with `ctx.request_token`.
    """

    after_s: int
    state: Mapping[str, JSON] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a wait or a state that no queue carries."""
        _require(1 <= self.after_s <= 900, f"after_s in 1..900, got {self.after_s}")
        import json

        try:
            size = len(json.dumps(dict(self.state), allow_nan=False).encode())
        except (TypeError, ValueError, RecursionError) as error:
            msg = f"expected a state of plain JSON: {error}"
            raise PluginError(msg) from error
        _require(size <= _STATE_BYTES, f"a state of at most {_STATE_BYTES} bytes of JSON, got {size}")


def _no_clients(name: str) -> Any:
    msg = f"expected an extractor in lane FUNCTION or TASK to ask for the client {name!r}; this one runs inline"
    raise PluginError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an extractor is told beside the bytes."""

    media_type: str
    name: str = ""
    """The file's own name, a claim; never a path to open."""
    deadline: datetime | None = None
    """Stop before this (aware, UTC)."""
    config: Mapping[str, JSON] = field(default_factory=dict)
    state: Mapping[str, JSON] | None = None
    """What `Pending` carried, on the next call."""
    attempt: int = 0
    request_token: str = ""
    """Stable for one object version, extractor and version of its distribution."""
    scratch: Path | None = None
    clients: Callable[[str], Any] = _no_clients

    def client(self, name: str) -> Any:
        """Return the service client called `name`, "textract" say; the extractor's permissions bound it."""
        return self.clients(name)

    def tmp(self) -> Path:
        """Return a private folder for scratch files, made on first use; who runs the extractor removes it."""
        if self.scratch is None:
            import tempfile

            return Path(tempfile.mkdtemp(prefix="firstbytes-"))
        self.scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.scratch


def _is_media_type(text: str) -> bool:
    return "*" not in text and _PATTERN.fullmatch(text) is not None


def _require(condition: object, expected: str) -> None:
    if not condition:
        msg = f"expected {expected}"
        raise PluginError(msg)
