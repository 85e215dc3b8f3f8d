"""What the installed SDK says about a resource: its inputs, checked at any depth, and the outputs it always has.

The generated `pulumi_aws` classes carry the wire (camelCase) names, the nested types and which arguments are required,
so no schema file is needed. They are read through `pulumi._types`, as the SDK itself does when it serialises: a private
module, which the lock file pins.
"""

from __future__ import annotations

import collections.abc
import enum
import functools
import importlib
import inspect
import json
import keyword
import sys
import types
import typing
import warnings
from collections.abc import Mapping
from typing import Any

from pulumi import _types
from pulumi.runtime import rpc

__all__ = ["UnknownType", "check", "names_of", "outputs"]

PACKAGES = {"aws": "pulumi_aws"}
PROVIDERS = "pulumi:providers:"


class UnknownType(LookupError):
    """A type token that no installed SDK has."""

    def __init__(self, token: str) -> None:
        self.token = token
        super().__init__(f"{token}: expected a resource of {sorted(PACKAGES.values())}; add its SDK to PACKAGES")


def check(token: str, inputs: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with a resource's wire inputs: unknown, missing, mistyped or deprecated, one line each.

    Unknown values, secrets and assets are accepted wherever they may appear; a token that no SDK has raises UnknownType.
    """
    cls = _args_class(token)
    if token.startswith(PROVIDERS):
        # The SDK sends a provider's nested inputs as JSON text.
        inputs = {key: _loads(value) for key, value in inputs.items()}
    return _check_object(inputs, cls, token)


def names_of(token: str) -> frozenset[str]:
    """Return the wire names of every input that the resource takes."""
    return frozenset(_fields(_args_class(token))[0])


@functools.cache
def outputs(token: str) -> Mapping[str, type]:
    """Return the wire name and kind (str, int, float, bool, list, dict) of every output that is always set."""
    cls = _resource_class(token)
    wire = _types.resource_py_to_pulumi_names(cls)
    kinds = {}
    for name in wire:
        getter = getattr(inspect.getattr_static(cls, name, None), "fget", None)
        (declared,) = typing.get_args(getter.__annotations__["return"]) if getter else (None,)
        origin = typing.get_origin(declared)
        if declared in {str, int, float, bool}:
            kinds[wire[name]] = declared
        elif origin in {collections.abc.Sequence, list}:
            kinds[wire[name]] = list
        elif origin in {collections.abc.Mapping, dict}:
            kinds[wire[name]] = dict
    return types.MappingProxyType(kinds)


def _loads(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"{", "["}:
        return json.loads(value)
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


@functools.cache
def _resource_class(token: str) -> type:
    if token.startswith(PROVIDERS):
        module, name = PACKAGES.get(token.removeprefix(PROVIDERS)), "Provider"
    else:
        package, path, name = token.split(":")
        part = path.split("/", maxsplit=1)[0].lower()
        part += "_" if keyword.iskeyword(part) else ""
        module = PACKAGES.get(package)
        module = f"{module}.{part}" if module and part not in {"index", ""} else module
    try:
        with warnings.catch_warnings():
            # Importing a service's module warns of the deprecated resources that are in it, used or not.
            warnings.simplefilter("ignore", DeprecationWarning)
            return typing.cast(type, getattr(importlib.import_module(module or ""), name))
    except (ImportError, AttributeError, ValueError):
        raise UnknownType(token) from None


@functools.cache
def _args_class(token: str) -> type:
    cls = _resource_class(token)
    module = sys.modules[cls.__module__]
    # Where a resource has a nested type called <Name>Args, the generator calls its own arguments <Name>InitArgs.
    found = getattr(module, f"{cls.__name__}InitArgs", None) or getattr(module, f"{cls.__name__}Args")
    return typing.cast(type, found)


@functools.cache
def _fields(cls: type) -> tuple[Mapping[str, Any], frozenset[str]]:
    """Return wire name -> declared type, and the wire names that must be given."""
    wire = _types.input_type_py_to_pulumi_names(cls)
    required = {
        wire[name]
        for name, parameter in inspect.signature(cls).parameters.items()
        if name in wire and parameter.default is inspect.Parameter.empty
    }
    return _types.input_type_types(cls), frozenset(required)


@functools.cache
def _deprecated(cls: type) -> Mapping[str, str]:
    """Return the wire names that the SDK calls deprecated, each with what it says about them."""
    found = {}
    for name, wire in _types.input_type_py_to_pulumi_names(cls).items():
        getter = inspect.getattr_static(cls, name).fget
        if hasattr(getter, "_pulumi_deprecated_callable"):
            found[wire] = str(inspect.getclosurevars(getter).nonlocals["message"])
    return types.MappingProxyType(found)


def _check_object(value: Mapping[str, Any], cls: type, path: str) -> list[str]:
    declared, required = _fields(cls)
    given = {key: item for key, item in value.items() if not key.startswith("__")}
    wrong = [f"{path}.{key}: {cls.__name__} has no such property" for key in given if key not in declared]
    wrong += [f"{path}.{key}: {cls.__name__} requires it" for key in sorted(required) if given.get(key) is None]
    wrong += [f"{path}.{key}: {text}" for key, text in _deprecated(cls).items() if given.get(key) is not None]
    for key, item in given.items():
        if key in declared:
            wrong += _check(item, declared[key], f"{path}.{key}")
    return wrong


def _check(value: Any, declared: Any, path: str) -> list[str]:
    if isinstance(value, Mapping) and rpc._special_sig_key in value:
        # A secret is checked by what it holds; an asset, an archive or a resource reference by nobody.
        return _check(value["value"], declared, path) if "value" in value else []
    if value is None or value == rpc.UNKNOWN:
        return []
    plain = [one for one in _alternatives(declared) if not typing.is_typeddict(one)]
    if not plain or Any in plain:
        return []
    verdicts = [_check_one(value, one, path) for one in plain]
    return min(verdicts, key=len)


def _alternatives(declared: Any) -> list[Any]:
    """Flatten Union, Optional, Input and Output to the plain types among them."""
    origin = typing.get_origin(declared)
    if origin in {typing.Union, types.UnionType}:
        return [one for part in typing.get_args(declared) for one in _alternatives(part)]
    plumbing = origin is collections.abc.Awaitable or getattr(origin, "__name__", "") == "Output"
    if plumbing or isinstance(declared, typing.ForwardRef) or declared is type(None):
        return []
    return [declared]


def _check_one(value: Any, declared: Any, path: str) -> list[str]:
    origin = typing.get_origin(declared)
    if origin in {collections.abc.Sequence, list}:
        if not isinstance(value, (list, tuple)):
            return [_mismatch(path, "a list", value)]
        (item,) = typing.get_args(declared)
        return [line for index, one in enumerate(value) for line in _check(one, item, f"{path}[{index}]")]
    if origin in {collections.abc.Mapping, dict}:
        if not isinstance(value, Mapping):
            return [_mismatch(path, "a map", value)]
        item = typing.get_args(declared)[1]
        return [line for key, one in value.items() for line in _check(one, item, f"{path}.{key}")]
    if not inspect.isclass(declared):
        return []
    if _types.is_input_type(declared):
        if not isinstance(value, Mapping):
            return [_mismatch(path, f"an object ({declared.__name__})", value)]
        return _check_object(value, declared, path)
    return _check_scalar(value, declared, path)


def _check_scalar(value: Any, declared: type, path: str) -> list[str]:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if issubclass(declared, enum.Enum):
        members = [member.value for member in declared]
        return [] if value in members else [_mismatch(path, f"one of {members}", value)]
    fits = {
        bool: isinstance(value, bool),
        int: number and float(value).is_integer(),
        float: number,
        str: isinstance(value, str),
    }
    return [] if fits.get(declared, True) else [_mismatch(path, declared.__name__, value)]


def _mismatch(path: str, expected: str, value: Any) -> str:
    return f"{path}: expected {expected}, got {value!r}"
