"""Changing a document's head: read, decide, write on condition of what was read, and again where others were faster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from functions.api import present
from functions.api.problem import refuse
from functions.api.service import TRIES, Request, Services, owned
from functions.store.catalogue import Entry
from functions.store.items import Head


def edit(
    services: Services, request: Request, change: Callable[[Entry], Head], *, upload_bytes: int | None = None
) -> Entry:
    """Change the document that the path names and return it as it then is; nothing is written where nothing changes.

    Args:
        services: what to use.
        request: names the document.
        change: gives the head that should be, from the entry that is. Called anew after each lost race, and may refuse.
        upload_bytes: the size of a new upload.

    Raises:
        Refusal: `not_found`, `changed_meanwhile`, or what `change` raises.
    """
    wanted: Head | None = None
    for _ in range(TRIES):
        entry = owned(services, request)
        if entry.head == wanted:  # our own write, whose answer was lost
            return entry
        after = change(entry)
        if after == entry.head:
            return entry
        wanted = replace(after, rev=entry.head.rev + 1, updated_at=present.moment(services.now()))
        if services.catalogue.change(entry.head, wanted, upload_bytes=upload_bytes):
            return replace(
                entry, head=wanted, upload_bytes=entry.upload_bytes if upload_bytes is None else upload_bytes
            )
    raise refuse("changed_meanwhile", "expected the document to stay as it was read; send the request again")
