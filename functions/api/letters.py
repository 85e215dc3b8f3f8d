"""Operations for operators: what could not be delivered, and delivering it again."""

from __future__ import annotations

import re

from msgspec import UNSET

from functions.api import cursor, wire
from functions.api.problem import refuse
from functions.api.service import Reply, Request, Services
from functions.replay import InvalidReplay
from functions.store.deadletters import Letter, LetterStatus, Position

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}", re.ASCII)


def list_letters(services: Services, request: Request) -> Reply:
    """GET /dead-letters: a page, newest first."""
    query: wire.LettersQuery = request.query
    now = services.now()
    bound = cursor.query_digest("dead-letters", request.caller.owner, query.status)
    after = None
    if query.cursor is not UNSET:
        arrived_at, letter_id = cursor.decode(query.cursor, bound, now)
        after = Position(arrived_at=arrived_at, letter_id=letter_id)
    status = LetterStatus(query.status)
    found, more = services.letters.page(status, now=int(now), after=after, newest=True, limit=query.limit)
    return Reply(
        body=wire.LetterPage(
            letters=[shown(letter) for letter in found],
            next_cursor=cursor.encode((more.arrived_at, more.letter_id), bound, now) if more else UNSET,
        )
    )


def replay_letter(services: Services, request: Request) -> Reply:
    """POST /dead-letters/{id}/replay: deliver it again; more than once is harmless."""
    letter_id = request.path["letter_id"]
    found = services.letters.get(letter_id, now=int(services.now())) if _ID.fullmatch(letter_id) else None
    if found is None:
        raise refuse("letter_not_found", "expected the id of a dead letter; list them with GET /dead-letters")
    try:
        return Reply(body=shown(services.replay(found)))
    except InvalidReplay as unreadable:
        raise refuse("letter_unreadable", f"{unreadable}; upload the document anew, if it was one") from unreadable


def shown(letter: Letter) -> wire.Letter:
    """Return a dead letter as the API shows it: all but its body."""
    return wire.Letter(
        id=letter.letter_id,
        status=letter.status.value,
        arrived_at=letter.arrived_at,
        cause=letter.cause,
        error_code=letter.error_code or UNSET,
        document_id=letter.document_id or UNSET,
        version_id=letter.version_id or UNSET,
        owner=letter.owner or UNSET,
        source=letter.source or UNSET,
        receive_count=letter.receive_count or UNSET,
        replayed_at=letter.replayed_at or UNSET,
    )
