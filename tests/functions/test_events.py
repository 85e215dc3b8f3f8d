"""A message becomes a hint about one of our documents, or is ignored with a reason; nothing in it raises."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions import keys
from functions.events import MAX_BODY, Arrival, Ignored, Kind, look_again, parse

DOC = "0123456789abcdef0123456789abcdef"
PLACE = keys.Place(owner="me", document_id=DOC)
BUCKET = "documents-bucket"


def event(**changes: Any) -> dict[str, Any]:
    """Return an event as EventBridge delivers it, with some of it replaced."""
    body: dict[str, Any] = {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2021-11-12T00:00:00Z",
        "region": "ca-central-1",
        "resources": [f"arn:aws:s3:::{BUCKET}"],
        "detail": {
            "version": "0",
            "bucket": {"name": BUCKET},
            "object": {
                "key": PLACE.key,
                "size": 5,
                "etag": "b1946ac92492d2347c6235b4d2611184",
                "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e",
                "sequencer": "617f08299329d189",
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": "123456789012",
            "source-ip-address": "1.2.3.4",
            "reason": "PutObject",
        },
    }
    return body | changes


def about(**changes: Any) -> str:
    """Return the body of an event about an object that is a little different."""
    body = event()
    body["detail"]["object"] |= changes
    return json.dumps(body)


def test_an_event_of_s3_names_a_document_and_a_version() -> None:
    """The event as AWS documents it; that it is years old changes nothing, S3 says what is true now."""
    expected = Arrival(place=PLACE, version_id="IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", kind=Kind.CREATED)
    assert parse(json.dumps(event()), BUCKET) == expected


@pytest.mark.parametrize(
    ("deletion", "kind"), [("Delete Marker Created", Kind.DELETED), ("Permanently Deleted", Kind.REMOVED)]
)
def test_a_marker_is_not_a_removal(deletion: str, kind: Kind) -> None:
    """Under a delete marker everything is still there; a version removed for good is not."""
    body = event(**{"detail-type": "Object Deleted"})
    body["detail"]["deletion-type"] = deletion
    parsed = parse(json.dumps(body), BUCKET)
    assert isinstance(parsed, Arrival)
    assert parsed.kind is kind


@pytest.mark.parametrize("version_id", ["v1", ""])
def test_our_own_messages_are_read_like_events(version_id: str) -> None:
    """What the sweeper and replay send is what the router reads."""
    expected = Arrival(place=PLACE, version_id=version_id, kind=Kind.LOOK)
    assert parse(look_again(PLACE, version_id, BUCKET), BUCKET) == expected


@pytest.mark.parametrize("version_id", ["", " ", "a b", "x" * 1001, "é", "\x00"])
def test_a_version_id_that_can_be_none_is_asked_of_s3(version_id: str) -> None:
    """The document is known, so the hint is good; which version it is about, S3 tells."""
    assert parse(about(**{"version-id": version_id}), BUCKET) == Arrival(place=PLACE, version_id="", kind=Kind.CREATED)


def test_an_event_without_a_version_id_is_a_hint_all_the_same() -> None:
    """An object of a bucket that was not versioned then has none."""
    body = event()
    del body["detail"]["object"]["version-id"]
    assert parse(json.dumps(body), BUCKET) == Arrival(place=PLACE, version_id="", kind=Kind.CREATED)


OTHER_BUCKET = event()
OTHER_BUCKET["detail"]["bucket"]["name"] = "another"

BAD = {
    "empty": ("", "no event: DecodeError"),
    "not JSON": ("hello", "no event: DecodeError"),
    "cut off": (json.dumps(event())[:-9], "no event: DecodeError"),
    "a list": ("[]", "no event: ValidationError"),
    "null": ("null", "no event: ValidationError"),
    "no detail": (json.dumps({"source": "aws.s3", "detail-type": "Object Created"}), "no event: ValidationError"),
    "detail of another type": (json.dumps(event(detail="x")), "no event: ValidationError"),
    "detail null": (json.dumps(event(detail=None)), "no event: ValidationError"),
    "key of another type": (about(key=7), "no event: ValidationError"),
    "version id of another type": (about(**{"version-id": 7}), "no event: ValidationError"),
    "an S3 notification": (
        json.dumps({"Records": [{"s3": {"bucket": {"name": BUCKET}}}]}),
        "no event: ValidationError",
    ),
    "S3's test event": (json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent"}), "no event: ValidationError"),
    "another source": (json.dumps(event(source="aws.ec2")), "another kind of event"),
    "another kind": (json.dumps(event(**{"detail-type": "Object Tags Added"})), "another kind of event"),
    "ours, by another": (json.dumps(event(**{"detail-type": "Look Again"})), "another kind of event"),
    "another bucket": (json.dumps(OTHER_BUCKET), "another bucket"),
    "another key": (about(key="logs/2026.gz"), "no document's key"),
    "a key URL-encoded": (about(key=f"t%2Fme%2F{DOC}"), "no document's key"),
    "a deep key": (about(key="t/" * 500), "no document's key"),
    "lone surrogates": (json.dumps(event())[:-1] + ', "x": "\ud800"}', "no event: UnicodeEncodeError"),
    "a depth bomb": ("[" * MAX_BODY, "no event: ValidationError"),
    "a depth bomb inside": (
        json.dumps(event())[:-1] + ', "x": ' + "[" * 30_000 + "]" * 30_000 + "}",
        "no event: RecursionError",
    ),
    "a number bomb": (json.dumps(event())[:-1] + ', "x": 1' + "0" * 60_000 + "}", None),
    "huge": (json.dumps(event(padding="x" * MAX_BODY)), "too large to be an event"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_none_of_ours_is_ignored_with_a_reason(name: str) -> None:
    """Not ours, malformed, or made to hurt: acknowledged with a reason that holds no text of the sender."""
    body, reason = BAD[name]
    parsed = parse(body, BUCKET)
    assert parsed == Ignored(reason) if reason else isinstance(parsed, Arrival | Ignored)


@given(st.text() | st.binary().map(lambda b: b.decode("latin-1")))
def test_no_text_raises(body: str) -> None:
    """Any text is answered."""
    assert isinstance(parse(body, BUCKET), Ignored)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=2) | st.dictionaries(st.text(max_size=5), v, max_size=2))


@given(st.sampled_from(["source", "detail-type", "detail"]), st.sampled_from(["", "bucket", "object"]), VALUES)
def test_no_event_with_something_else_inside_raises(name: str, inside: str, value: object) -> None:
    """Whatever stands where something else should: answered."""
    body = event()
    if inside:
        body["detail"][inside] = value
    else:
        body[name] = value
    assert isinstance(parse(json.dumps(body), BUCKET), Arrival | Ignored)
