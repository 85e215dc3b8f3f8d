"""The user pool and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from local.resources.base import Cloud, Create, Made, Resource, api_shape, arn, pick

_SPELLINGS = {
    "allowedOauthFlows": "AllowedOAuthFlows",
    "allowedOauthFlowsUserPoolClient": "AllowedOAuthFlowsUserPoolClient",
    "allowedOauthScopes": "AllowedOAuthScopes",
    "callbackUrls": "CallbackURLs",
    "logoutUrls": "LogoutURLs",
    "defaultRedirectUri": "DefaultRedirectURI",
    "attributesRequireVerificationBeforeUpdates": "AttributesRequireVerificationBeforeUpdate",
}
_POOL = (
    "usernameAttributes",
    "autoVerifiedAttributes",
    "adminCreateUserConfig",
    "accountRecoverySetting",
    "deletionProtection",
    "usernameConfiguration",
    "userAttributeUpdateSettings",
    "userPoolAddOns",
    "userPoolTier",
)
_CLIENT = (
    "allowedOauthFlows",
    "allowedOauthFlowsUserPoolClient",
    "allowedOauthScopes",
    "callbackUrls",
    "logoutUrls",
    "defaultRedirectUri",
    "generateSecret",
    "accessTokenValidity",
    "idTokenValidity",
    "refreshTokenValidity",
    "preventUserExistenceErrors",
    "enableTokenRevocation",
    "supportedIdentityProviders",
    "explicitAuthFlows",
    "readAttributes",
    "writeAttributes",
    "refreshTokenRotation",
)


def _pool(cloud: Cloud, resource: Resource) -> Made:
    client, inputs = cloud.client("cognito-idp"), resource.inputs
    options = api_shape({name: inputs.get(name) for name in _POOL}, _SPELLINGS)
    if inputs.get("passwordPolicy"):
        options["Policies"] = {"PasswordPolicy": api_shape(inputs["passwordPolicy"])}
    # A second factor is set by a call of its own: CreateUserPool knows the one by SMS alone.
    pool = client.create_user_pool(PoolName=resource.physical(), **options)["UserPool"]["Id"]
    if inputs.get("mfaConfiguration") not in {None, "OFF"}:
        client.set_user_pool_mfa_config(
            UserPoolId=pool,
            MfaConfiguration=inputs["mfaConfiguration"],
            SoftwareTokenMfaConfiguration={"Enabled": True},
        )
    return Made(
        id=pool,
        outputs={
            "name": resource.physical(),
            "arn": arn(cloud, "cognito-idp", f"userpool/{pool}"),
            # As AWS names it, and as tokens name their issuer: also where the keys come from another address.
            "endpoint": f"cognito-idp.{cloud.region}.amazonaws.com/{pool}",
        },
    )


def _domain(cloud: Cloud, resource: Resource) -> Made:
    domain = resource.inputs["domain"]
    cloud.client("cognito-idp").create_user_pool_domain(
        Domain=domain,
        UserPoolId=resource.inputs["userPoolId"],
        **pick(resource.inputs, ManagedLoginVersion="managedLoginVersion"),
    )
    return Made(id=domain, outputs={"domain": domain})


def _client(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    options = api_shape({name: inputs.get(name) for name in _CLIENT}, _SPELLINGS)
    units = inputs.get("tokenValidityUnits")
    if units:
        options["TokenValidityUnits"] = api_shape(units[0] if isinstance(units, list) else units)
    client = cloud.client("cognito-idp").create_user_pool_client(
        UserPoolId=inputs["userPoolId"], ClientName=resource.physical(), **options
    )["UserPoolClient"]["ClientId"]
    return Made(id=client, outputs={"name": resource.physical()})


def _resource_server(cloud: Cloud, resource: Resource) -> Made:
    inputs = resource.inputs
    scopes = inputs.get("scopes") or []
    cloud.client("cognito-idp").create_resource_server(
        UserPoolId=inputs["userPoolId"],
        Identifier=inputs["identifier"],
        Name=resource.physical(),
        Scopes=[api_shape(scope) for scope in scopes],
    )
    identifiers = [f"{inputs['identifier']}/{scope['scopeName']}" for scope in scopes]
    return Made(id=f"{inputs['userPoolId']}|{inputs['identifier']}", outputs={"scopeIdentifiers": identifiers})


def _group(cloud: Cloud, resource: Resource) -> Made:
    name = resource.physical()
    cloud.client("cognito-idp").create_group(
        GroupName=name,
        UserPoolId=resource.inputs["userPoolId"],
        **pick(resource.inputs, Description="description", Precedence="precedence"),
    )
    return Made(id=name, outputs={"name": name})


TABLE: Mapping[str, Create] = MappingProxyType(
    {
        "aws:cognito/userPool:UserPool": _pool,
        "aws:cognito/userPoolDomain:UserPoolDomain": _domain,
        "aws:cognito/userPoolClient:UserPoolClient": _client,
        "aws:cognito/resourceServer:ResourceServer": _resource_server,
        "aws:cognito/userGroup:UserGroup": _group,
    }
)
"""Cognito's resource types."""
