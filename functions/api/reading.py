"""What a proxy event says, and whether it fits. Pure; every misfit is a refusal."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

import msgspec

from functions.api import wire
from functions.api.problem import Refusal, quoted, refuse

MAX_EXACT = 2**53
"""Up to which a float is the integer it looks like."""

_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`( - at `[^`]*`)?", re.DOTALL)
_ENUM = re.compile(r"Invalid enum value '(.*)'( - at `[^`]*`)?", re.DOTALL)


def _number(literal: str) -> float | int:
    """Return a number; to JSON Schema 5.0 is an integer, so it is one here."""
    value = float(literal)
    return int(value) if value.is_integer() and abs(value) <= MAX_EXACT else value


_DECODER = msgspec.json.Decoder(float_hook=_number)


def claims(event: Mapping[str, Any]) -> Any:
    """Return the claims that the authorizer put beside the request, whatever they are."""
    context = event.get("requestContext")
    authorizer = context.get("authorizer") if isinstance(context, Mapping) else None
    return authorizer.get("claims") if isinstance(authorizer, Mapping) else None


def request_id(event: Mapping[str, Any]) -> str:
    """Return the request's id, or nothing."""
    context = event.get("requestContext")
    found = context.get("requestId") if isinstance(context, Mapping) else None
    return found if isinstance(found, str) else ""


def headers(event: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers by lower-case name."""
    found = event.get("headers") or {}
    return {name.lower(): value for name, value in found.items() if isinstance(value, str)}


def query(event: Mapping[str, Any], struct: type[msgspec.Struct]) -> msgspec.Struct:
    """Return the query parameters as their struct.

    Raises:
        Refusal: `invalid_query`: one is unknown, wrong, or given twice.
    """
    many = event.get("multiValueQueryStringParameters") or {}
    single = event.get("queryStringParameters") or {}
    if repeated := [name for name, values in many.items() if len(values) > 1]:
        raise refuse("invalid_query", f"expected {quoted(repeated[0])} once; leave the others out")
    given = {**single, **{name: values[0] for name, values in many.items() if values}}
    try:
        return msgspec.convert(given, type=struct, strict=False)
    except msgspec.ValidationError as error:
        raise refuse("invalid_query", f"{_told(error, struct)}; see docs/openapi.json for the parameters") from error


def body(event: Mapping[str, Any], struct: type[msgspec.Struct]) -> msgspec.Struct:
    """Return the body as its struct.

    Raises:
        Refusal: `unsupported_body`, `body_too_large`, `malformed_body` or `invalid_body`.
    """
    media_type = headers(event).get("content-type", "application/json").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise refuse("unsupported_body", f"expected Content-Type: application/json, got {quoted(media_type)}")
    raw = _raw(event)
    if len(raw) > wire.MAX_BODY:
        raise refuse("body_too_large", f"expected at most {wire.MAX_BODY} bytes, got {len(raw)}")
    try:
        return msgspec.convert(_DECODER.decode(raw), type=struct)
    except msgspec.ValidationError as error:
        raise refuse("invalid_body", f"{_told(error, struct)}; see docs/openapi.json for the schema") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed() from error


def _raw(event: Mapping[str, Any]) -> bytes:
    text = event.get("body") or ""
    try:
        return base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except (binascii.Error, ValueError, UnicodeEncodeError) as error:
        raise _malformed() from error


def _malformed() -> Refusal:
    return refuse(
        "malformed_body", "expected a JSON object in UTF-8, not nested deeply, got something else; check the body"
    )


def _told(error: Exception, struct: type[msgspec.Struct]) -> str:
    """Return what does not fit. msgspec names fields and types, and in two cases what was sent: that is quoted."""
    text = str(error)
    if unknown := _UNKNOWN.fullmatch(text):
        known = ", ".join(struct.__struct_encode_fields__) or "none"
        where = unknown[2] or f" of {known}"
        return f"expected no other fields than those{where}, got {quoted(unknown[1])}"
    if wrong := _ENUM.fullmatch(text):
        return f"expected one of the values listed, got {quoted(wrong[1])}{wrong[2] or ''}"
    return text[:1].lower() + text[1:]
