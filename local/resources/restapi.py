"""A REST API from its OpenAPI document, by the control-plane calls that API Gateway's own import stands for.

The emulator has no import over its API, and what it has inside leaves out authorization scopes, models, templates and
gateway responses. Plan first (`plan` is pure), then call.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.errors import Unsupported
from local.resources.base import Cloud

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method")
_INTEGRATION = {
    "uri": "uri",
    "requestTemplates": "requestTemplates",
    "requestParameters": "requestParameters",
    "passthroughBehavior": "passthroughBehavior",
    "timeoutInMillis": "timeoutInMillis",
    "contentHandling": "contentHandling",
    "credentials": "credentials",
}
_WHERE = {"path": "path", "query": "querystring", "header": "header"}

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """One method of one path, as the control plane's calls want it; the identifiers in it are still names."""

    path: str
    http_method: str
    scheme: str | None
    scopes: tuple[str, ...]
    validator: str | None
    models: Mapping[str, str]
    parameters: Mapping[str, bool]
    responses: Mapping[str, Mapping[str, Any]]
    integration: Mapping[str, Any]


def resolved(document: Document, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what an object refers to, or the object itself. Pure."""
    while "$ref" in value:
        found: Any = document
        for part in str(value["$ref"]).removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


def plan(document: Document) -> Iterator[Method]:
    """Yield every method of an OpenAPI document with API Gateway's extensions. Pure.

    Raises:
        Unsupported: a method has no integration, or its security has no authorizer.
    """
    schemes = document.get("components", {}).get("securitySchemes", {})
    for path, item in document["paths"].items():
        for name in _METHODS:
            if name not in item:
                continue
            operation = item[name]
            verb = "ANY" if name.startswith("x-") else name.upper()
            if "x-amazon-apigateway-integration" not in operation:
                raise Unsupported(f"expected x-amazon-apigateway-integration for {verb} {path}, got none")
            scheme, scopes = _security(operation.get("security", document.get("security", [])), schemes)
            yield Method(
                path=path,
                http_method=verb,
                scheme=scheme,
                scopes=scopes,
                validator=operation.get(
                    "x-amazon-apigateway-request-validator", document.get("x-amazon-apigateway-request-validator")
                ),
                models=dict(_models(document, operation)),
                parameters=dict(_parameters(document, [*item.get("parameters", []), *operation.get("parameters", [])])),
                responses=operation.get("responses", {}),
                integration=operation["x-amazon-apigateway-integration"],
            )


def _security(requirements: list[Mapping[str, Any]], schemes: Mapping[str, Any]) -> tuple[str | None, tuple[str, ...]]:
    for requirement in requirements:
        for name, scopes in requirement.items():
            if "x-amazon-apigateway-authorizer" not in schemes.get(name, {}):
                raise Unsupported(f"expected an authorizer in the security scheme {name!r}, got {schemes.get(name)}")
            return name, tuple(scopes)
    return None, ()


def _models(document: Document, operation: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    body = resolved(document, operation.get("requestBody", {}))
    for media_type, content in body.get("content", {}).items():
        reference = content.get("schema", {}).get("$ref", "")
        if reference.startswith("#/components/schemas/"):
            yield media_type, reference.rpartition("/")[2]


def _parameters(document: Document, parameters: list[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    for parameter in (resolved(document, item) for item in parameters):
        if parameter["in"] in _WHERE:
            yield f"method.request.{_WHERE[parameter['in']]}.{parameter['name']}", bool(parameter.get("required"))


def model_schema(document: Document, name: str) -> str:
    """Return a schema as a model on its own: what it refers to comes along as definitions. Pure."""
    text = json.dumps(document["components"]["schemas"])
    schemas = json.loads(text.replace("#/components/schemas/", "#/definitions/"))
    return json.dumps({**schemas[name], "definitions": schemas})


class _Import:
    """The calls of one import, and the identifiers they gave."""

    def __init__(self, cloud: Cloud, api: str, document: Document) -> None:
        self.client = cloud.client("apigateway")
        self.api = api
        self.document = document
        self.resources: dict[str, str] = {
            item["path"]: item["id"] for item in self.client.get_resources(restApiId=api, limit=500)["items"]
        }
        self.authorizers = dict(self._authorizers())
        self.validators = dict(self._validators())
        self.models: set[str] = set()

    def _authorizers(self) -> Iterator[tuple[str, tuple[str, str]]]:
        for name, scheme in self.document.get("components", {}).get("securitySchemes", {}).items():
            authorizer = scheme.get("x-amazon-apigateway-authorizer")
            if authorizer is None:
                continue
            if authorizer["type"].lower() != "cognito_user_pools":
                raise Unsupported(f"expected a cognito_user_pools authorizer, got {authorizer['type']}")
            made = self.client.create_authorizer(
                restApiId=self.api,
                name=name,
                type="COGNITO_USER_POOLS",
                providerARNs=authorizer["providerARNs"],
                identitySource=f"method.request.header.{scheme.get('name', 'Authorization')}",
            )
            yield name, ("COGNITO_USER_POOLS", made["id"])

    def _validators(self) -> Iterator[tuple[str, str]]:
        for name, validator in self.document.get("x-amazon-apigateway-request-validators", {}).items():
            made = self.client.create_request_validator(restApiId=self.api, name=name, **validator)
            yield name, made["id"]

    def resource(self, path: str) -> str:
        """Return a path's identifier; make it and what is above it when they are not there."""
        if path not in self.resources:
            above, _, part = path.rpartition("/")
            parent = self.resource(above or "/")
            made = self.client.create_resource(restApiId=self.api, parentId=parent, pathPart=part)
            self.resources[path] = made["id"]
        return self.resources[path]

    def model(self, name: str) -> str:
        """Make a model once."""
        if name not in self.models:
            self.models.add(name)
            self.client.create_model(
                restApiId=self.api,
                name=name,
                contentType="application/json",
                schema=model_schema(self.document, name),
            )
        return name

    def method(self, method: Method) -> None:
        """Make a method with its integration and the responses of both."""
        where = {
            "restApiId": self.api,
            "resourceId": self.resource(method.path),
            "httpMethod": method.http_method,
        }
        options: dict[str, Any] = {"authorizationType": "NONE"}
        if method.scheme is not None:
            kind, authorizer = self.authorizers[method.scheme]
            options = {"authorizationType": kind, "authorizerId": authorizer}
            if method.scopes:
                options["authorizationScopes"] = list(method.scopes)
        if method.validator:
            options["requestValidatorId"] = self.validators[method.validator]
        if method.models:
            options["requestModels"] = {media: self.model(name) for media, name in method.models.items()}
        if method.parameters:
            options["requestParameters"] = dict(method.parameters)
        self.client.put_method(**where, **options)
        integration = method.integration
        self.client.put_integration(
            **where,
            type=integration["type"].upper(),
            integrationHttpMethod=integration.get("httpMethod", "POST"),
            **{ours: integration[theirs] for theirs, ours in _INTEGRATION.items() if integration.get(theirs)},
        )
        for pattern, response in integration.get("responses", {}).items():
            status = str(response["statusCode"])
            headers = response.get("responseParameters", {})
            self.client.put_method_response(**where, statusCode=status, responseParameters=dict.fromkeys(headers, True))
            self.client.put_integration_response(
                **where,
                statusCode=status,
                responseParameters=headers,
                responseTemplates=response.get("responseTemplates", {}),
                **({} if pattern == "default" else {"selectionPattern": pattern}),
            )

    def gateway_responses(self) -> None:
        """Set what API Gateway itself answers."""
        for name, response in self.document.get("x-amazon-apigateway-gateway-responses", {}).items():
            status = {"statusCode": str(response["statusCode"])} if "statusCode" in response else {}
            self.client.put_gateway_response(
                restApiId=self.api,
                responseType=name,
                responseParameters=response.get("responseParameters", {}),
                responseTemplates=response.get("responseTemplates", {}),
                **status,
            )


def import_document(cloud: Cloud, api: str, document: Document) -> None:
    """Fill an empty REST API with what an OpenAPI document describes."""
    methods = list(plan(document))
    work = _Import(cloud, api, document)
    work.gateway_responses()
    for method in methods:
        work.method(method)
