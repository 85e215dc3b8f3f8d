"""The table of AWS calls says what the functions' source says, neither more nor less."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.policies import calls, source

HANDLERS = {"api": "functions.api.app"}

STORE = """
class Store:
    def __init__(self, client): self._client = client
    def read(self): return self._client.get_item(TableName="t")
    def drop(self): return self._client.delete_item(TableName="t")

class Other:
    def read(self): return Store(1).drop()
"""
HANDLER = '''
from shop import urls
from shop.store import Store

def handler(event, context):
    return Store(event).read(), urls.upload(event)

def unused(client):
    """Calls put_object."""
    return client.put_object()
'''
URLS = """
CLIENT = object()

def upload(client):
    return client.generate_presigned_post(Bucket="b"), client.get_paginator("list_objects_v2")
"""


@pytest.mark.parametrize("purpose", calls.CALLS)
def test_the_table_is_what_the_source_says(purpose: str) -> None:
    """A client method that a handler reaches is in the table, and one that is in the table is reached."""
    listed = {method for call in calls.CALLS[purpose] for method in call.methods}
    assert listed == source.reached(HANDLERS.get(purpose, f"functions.{purpose}"))


def test_only_what_is_reached_counts(tmp_path: Path) -> None:
    """Methods of classes that are used, presigned calls and paginators are found; what nobody calls is not."""
    package = tmp_path / "shop"
    package.mkdir()
    for name, text in {"__init__": "", "store": STORE, "urls": URLS, "app": HANDLER}.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    assert source.reached("shop.app", tmp_path) == {"get_item", "put_object", "list_objects_v2"}
