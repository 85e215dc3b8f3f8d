"""Lists over many documents: each once, in order, page by page, by time, project and status."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local.platform import Platform
from tests.e2e.steps import TEXT, Person, eventually, person

COUNT = 60


@pytest.fixture(scope="module")
def collector(platform: Platform) -> Person:
    """Somebody with sixty documents: a third in a project each, every sixth one broken."""
    somebody = person(platform)

    def put(number: int) -> str:
        content = b"\x89PNG\r\n\x1a\n" if number % 6 == 0 else TEXT
        return somebody.put(f"{number:02}.txt", content, project=("", "red", "blue & sea")[number % 3])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(COUNT)))
    eventually(
        lambda: len(somebody.listed(status="completed")) + len(somebody.listed(status="failed")) == COUNT,
        "all to be read",
        60,
    )
    return somebody


def pages(somebody: Person, limit: int, **query: Any) -> list[list[str]]:
    """Return the ids of each page."""
    found: list[list[str]] = []
    cursor: dict[str, Any] = {}
    while True:
        page = somebody.api.call("GET", "/documents", query={**query, "limit": limit, **cursor})
        found.append([document["id"] for document in page["documents"]])
        if "next_cursor" not in page:
            return found
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.parametrize("limit", [7, 20, 60, 100])
def test_pages_of_any_size_hold_each_document_once(collector: Person, limit: int) -> None:
    """None lost or doubled between pages, newest first; backwards it is the same list."""
    whole = collector.listed()
    ids = [document["id"] for document in whole]
    assert len(set(ids)) == COUNT
    times = [document["created_at"] for document in whole]
    assert times == sorted(times, reverse=True)
    found = pages(collector, limit)
    assert [document_id for page in found for document_id in page] == ids
    assert all(len(page) == limit for page in found[:-1])
    back = pages(collector, limit, order="oldest")
    assert [document_id for page in back for document_id in page] == ids[::-1]


def test_projects_and_statuses_part_the_list(collector: Person) -> None:
    """Each project's and each status's list holds its own, all of them, in the order of the whole."""
    whole = collector.listed()
    for query in ({"project": "red"}, {"project": "blue & sea"}, {"status": "failed"}, {"status": "completed"}):
        ((name, value),) = query.items()
        expected = [document["id"] for document in whole if document[name] == value]
        assert len(expected) in {COUNT // 3, COUNT // 6, COUNT - COUNT // 6}
        assert [document_id for page in pages(collector, 7, **query) for document_id in page] == expected
    both = collector.listed(project="red", status="failed")
    assert [row["id"] for row in both] == [
        row["id"] for row in whole if (row["project"], row["status"]) == ("red", "failed")
    ]
    assert collector.listed(project="green") == []


def test_sums_agree_with_the_list(collector: Person) -> None:
    """Projects and usage count what the list shows."""
    whole = collector.listed()
    size = sum(document["size_bytes"] for document in whole)
    projects = collector.api.call("GET", "/projects")["projects"]
    assert [(row["name"], row["documents"]) for row in projects] == [("blue & sea", 20), ("red", 20)]
    usage = collector.api.call("GET", "/usage")
    assert (usage["documents"], usage["size_bytes"], usage["documents_this_month"]) == (COUNT, size, COUNT)
    assert (usage["by_status"]["failed"], usage["by_status"]["completed"]) == (10, 50)


def test_a_page_goes_on_where_it_ended_though_the_list_changed(platform: Platform) -> None:
    """What is deleted or comes between two pages moves nothing else."""
    somebody = person(platform)
    ids = [somebody.api.begin(f"{number}.txt", 1)["document"]["id"] for number in range(6)]
    first = somebody.api.call("GET", "/documents", query={"limit": 2, "order": "oldest"})
    somebody.api.call("DELETE", f"/documents/{ids[0]}")
    somebody.api.call("DELETE", f"/documents/{ids[3]}")
    late = somebody.api.begin("late.txt", 1)["document"]["id"]
    rest: list[str] = []
    cursor = first["next_cursor"]
    while cursor:
        page = somebody.api.call("GET", "/documents", query={"limit": 2, "order": "oldest", "cursor": cursor})
        rest += [document["id"] for document in page["documents"]]
        cursor = page.get("next_cursor")
    assert [document["id"] for document in first["documents"]] == ids[:2]
    assert rest == [ids[2], ids[4], ids[5], late]
