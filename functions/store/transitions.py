"""Every legal change of an item of the documents table, as one table of conditional writes.

A version is fenced by its lease: whoever claimed it holds (attempt, gen), and only that holder's result is taken.
`gen` belongs to the fence because an operator's reprocessing begins attempts anew. A head is fenced by `rev`: each
write raises it by one, on condition of the one that was read. What no row allows, the table refuses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from functions.store.items import HEAD_ATTRIBUTES, Status, encode

_NAME = re.compile(r"#(\w+)")
_VALUE = re.compile(r":\w+")

_CONSTANTS: Mapping[str, object] = {
    ":zero": 0,
    ":one": 1,
    **{f":{status}": status for status in Status},
}

_HELD = "#status = :processing AND #attempt = :attempt AND #gen = :gen"
_SETTLED = "#status IN (:completed, :partial, :unsupported, :failed)"
RESULT = (
    "status",
    "outcome",
    "reason",
    "media_type",
    "size_bytes",
    "etag",
    "facts",
    "envelope",
    "envelope_key",
    "envelope_sha256",
    "expires_at",
)
"""Attributes that are the result of work on a version."""

_LEASE = ("lease_until", "holder")
_FOUND = "completed, partial, unsupported, failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row: from where, to where, on what condition, and what is written."""

    letter: str
    name: str
    item: str
    """version or head."""
    before: str
    after: str
    condition: str
    sets: tuple[str, ...] = ()
    """Assignments that are always made."""
    writes: tuple[str, ...] = ()
    """Attributes that the caller gives: set, or removed where they are empty."""
    removes: tuple[str, ...] = ()
    why: str

    def request(
        self, key: Mapping[str, Any], values: Mapping[str, object], writes: Mapping[str, object] | None = None
    ) -> dict[str, Any]:
        """Return the arguments of `update_item`, but for the table and what to return on success.

        Args:
            key: the item's key.
            values: placeholder -> value, for those of the condition and of `sets`.
            writes: attribute -> value, for some or all of `self.writes`.

        Raises:
            KeyError: a placeholder has no value, or an attribute is not this transition's to write.
        """
        given = writes or {}
        if strange := sorted(set(given) - set(self.writes)):
            raise KeyError(f"expected attributes that {self.name} writes, got {strange}")
        filled = [name for name, value in given.items() if value]
        empty = [name for name, value in given.items() if not value]
        known = {**_CONSTANTS, **values, **{f":{name}": given[name] for name in filled}}
        update = _update([*self.sets, *(f"#{name} = :{name}" for name in filled)], [*self.removes, *empty])
        text = f"{self.condition} {update}"
        return {
            "Key": dict(key),
            "ConditionExpression": self.condition,
            "UpdateExpression": update,
            "ExpressionAttributeNames": {f"#{name}": name for name in sorted(set(_NAME.findall(text)))},
            "ExpressionAttributeValues": {name: encode(known[name]) for name in sorted(set(_VALUE.findall(text)))},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }


def _update(sets: list[str], removes: list[str]) -> str:
    parts = [f"SET {', '.join(sets)}"] if sets else []
    parts += [f"REMOVE {', '.join(f'#{name}' for name in removes)}"] if removes else []
    return " ".join(parts)


CLAIM = Transition(
    letter="C",
    name="claim",
    item="version",
    before="none, queued, or processing with a lease that ran out or cannot be",
    after="processing",
    condition=(
        "attribute_not_exists(#status) OR (#status = :processing AND (#lease_until < :now OR #lease_until > :latest))"
    ),
    sets=(
        "#status = :processing",
        "#attempt = if_not_exists(#attempt, :zero) + :one",
        "#gen = if_not_exists(#gen, :one)",
        "#created_at = if_not_exists(#created_at, :at)",
        "#lease_until = :lease_until",
        "#holder = :holder",
    ),
    why="One worker at a time; the attempt it gets is its fence. A lease far beyond any is of a clock that jumped.",
)
FINISH = Transition(
    letter="R",
    name="finish",
    item="version",
    before="processing, mine",
    after=_FOUND,
    condition=_HELD,
    writes=RESULT,
    removes=_LEASE,
    why="A worker that lost its lease cannot replace the winner's result.",
)
RELEASE = Transition(
    letter="G",
    name="release",
    item="version",
    before="processing, mine",
    after="processing, free",
    condition=_HELD,
    sets=("#lease_until = :zero", "#reason = :reason"),
    removes=("holder",),
    why="After a failure that may pass, the next attempt need not wait for the lease.",
)
SLOW = Transition(
    letter="S",
    name="slow",
    item="version",
    before="processing, mine",
    after="slow",
    condition=_HELD,
    sets=("#status = :slow",),
    removes=_LEASE,
    why="Written before the state machine is started, so that a crash in between is repaired by the next delivery.",
)
SLOW_DONE = Transition(
    letter="D",
    name="slow done",
    item="version",
    before="slow",
    after=_FOUND,
    condition="#status = :slow AND #gen = :gen",
    writes=RESULT,
    why="The state machine's last step; one of an earlier generation changes nothing.",
)
REPROCESS = Transition(
    letter="X",
    name="reprocess",
    item="version",
    before=_FOUND,
    after="queued",
    condition=f"{_SETTLED} AND #gen = :gen",
    sets=("#gen = #gen + :one", "#attempt = :zero"),
    removes=("status", "reason", *_LEASE),
    why="A new generation with new attempts; the old envelope stays readable until the new one is there.",
)
REJECT = Transition(
    letter="J",
    name="reject",
    item="version",
    before="none, queued, slow, or processing with a lease that ran out",
    after="failed",
    condition=("attribute_not_exists(#status) OR #status = :slow OR (#status = :processing AND #lease_until < :now)"),
    sets=(
        "#status = :failed",
        "#reason = :reason",
        "#outcome = :failed",
        "#gen = if_not_exists(#gen, :one)",
        "#created_at = if_not_exists(#created_at, :at)",
    ),
    removes=_LEASE,
    why="A dead letter ends its version with the cause, but never takes it from a worker that is at it.",
)
FORGET = Transition(
    letter="F",
    name="forget",
    item="version",
    before="any",
    after="the same, and gone at expires_at",
    condition="attribute_exists(#pk)",
    sets=("#expires_at = :expires_at",),
    why="The version was removed for good from S3; what was read of it is not kept longer than a deleted document.",
)
MAKE = Transition(
    letter="M",
    name="make",
    item="head",
    before="none",
    after="any",
    condition="attribute_not_exists(#pk)",
    sets=("#rev = :next",),
    writes=tuple(name for name in HEAD_ATTRIBUTES if name != "rev"),
    why="By the API when an upload begins, or by the router for an object that nobody announced.",
)
MIRROR = Transition(
    letter="H",
    name="mirror",
    item="head",
    before="any, as read",
    after="what S3 and the current version say",
    condition="#rev = :rev",
    sets=("#rev = :next",),
    writes=MAKE.writes,
    why="S3 was asked after `rev` was read, so the head never goes back to something older.",
)
RESTORE = Transition(
    letter="U",
    name="restore",
    item="head",
    before="deleted, not expired",
    after="deleted, kept, looked at again",
    condition="#status = :deleted AND (attribute_not_exists(#expires_at) OR #expires_at > :now)",
    sets=("#rev = #rev + :one", "#shard = :shard", "#since = :since", "#updated_at = :at"),
    removes=("expires_at",),
    why="Before the delete marker is removed: from now on neither TTL nor a crash can lose it.",
)
EXPIRE = Transition(
    letter="E",
    name="expire",
    item="head",
    before="uploading",
    after="failed",
    condition="#status = :uploading AND #rev = :rev",
    sets=("#rev = :next", "#status = :failed", "#status_key = :status_key", "#reason = :reason", "#updated_at = :at"),
    removes=("upload", "shard", "since"),
    why="The upload was never finished, and can no longer be.",
)

TABLE = (
    CLAIM,
    FINISH,
    RELEASE,
    SLOW,
    SLOW_DONE,
    REPROCESS,
    REJECT,
    FORGET,
    MAKE,
    MIRROR,
    RESTORE,
    EXPIRE,
)


def render() -> str:
    """Return the table as Markdown, for docs/transitions.md."""
    lines = [
        "# State transitions",
        "",
        "Every change of an item of the documents table is one of these conditional writes",
        "(`functions/store/transitions.py`, from which this page is generated).",
        "What no row allows, the table refuses.",
    ]
    for item, fence in (("version", "`attempt` and `gen`"), ("head", "`rev`")):
        lines += ["", f"## Of a {item} (fenced by {fence})", ""]
        lines += ["| | transition | from | to | condition | update |", "|---|---|---|---|---|---|"]
        lines += [_row(transition) for transition in TABLE if transition.item == item]
        lines += ["", *(f"- **{t.letter}**: {t.why}" for t in TABLE if t.item == item)]
    return "\n".join(lines) + "\n"


def _row(transition: Transition) -> str:
    always = _update(list(transition.sets), list(transition.removes))
    update = [f"`{always}`"] if always else []
    if transition.writes:
        update.append(f"set, or removed where empty: {', '.join(f'`{name}`' for name in transition.writes)}")
    cells = (transition.letter, transition.name, transition.before, transition.after, f"`{transition.condition}`")
    return f"| {' | '.join((*cells, '; '.join(update)))} |"
