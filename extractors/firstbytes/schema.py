"""The JSON Schema of an envelope, from its types. docs/envelope.schema.json is this, and a test fails on drift."""

from __future__ import annotations

from typing import Any

import msgspec

from firstbytes.envelope import SCHEMA_VERSION, Envelope


def envelope_schema() -> dict[str, Any]:
    """Return JSON Schema 2020-12 of `Envelope`."""
    (schema,), components = msgspec.json.schema_components([Envelope], ref_template="#/$defs/{name}")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:firstbytes:envelope:{SCHEMA_VERSION}",
        "title": "firstbytes envelope",
        "description": f"One document and what was read out of it. schema_version {SCHEMA_VERSION}.",
        **schema,
        "$defs": components,
    }
