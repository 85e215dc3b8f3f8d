"""Sign-in: the pool, its page, the page's client, scopes and groups."""

from __future__ import annotations

import pytest

from components.auth import Auth, AuthArgs, scopes
from components.settings import Environment
from tests.support import example
from tests.support.harness import Run, run_program
from tests.support.identities import HERE
from tests.support.stacks import environment

POOL = "aws:cognito/userPool:UserPool"
CLIENT = "aws:cognito/userPoolClient:UserPoolClient"
SERVER = "aws:cognito/resourceServer:ResourceServer"
DOMAIN = "aws:cognito/userPoolDomain:UserPoolDomain"
ORIGIN = "https://documents.example.com"


def program(given: Environment) -> tuple[Run, dict[str, str]]:
    """Run a program of sign-in alone; return it and its addresses."""
    seen: dict[str, str] = {}

    def main() -> None:
        auth = Auth("auth", AuthArgs(environment=given, account_id=HERE.account, origin=ORIGIN))
        auth.hosted_ui_url.apply(lambda url: seen.update(hosted=url))
        auth.token_issuer.apply(lambda url: seen.update(issuer=url))

    return run_program(main), seen


@pytest.fixture(scope="module")
def dev() -> Run:
    """Sign-in of dev."""
    return program(environment("dev"))[0]


@pytest.fixture(scope="module")
def prod() -> Run:
    """Sign-in of prod."""
    return program(environment("prod"))[0]


def test_users_sign_in_with_their_e_mail(dev: Run) -> None:
    """The address is the user's name, in any case, verified, and how an account is recovered; nobody signs up alone."""
    pool = dev.one(POOL, "auth").inputs
    assert pool["usernameAttributes"] == pool["autoVerifiedAttributes"] == ["email"]
    assert pool["usernameConfiguration"] == {"caseSensitive": False}
    assert pool["userAttributeUpdateSettings"] == {"attributesRequireVerificationBeforeUpdates": ["email"]}
    assert pool["accountRecoverySetting"] == {"recoveryMechanisms": [{"name": "verified_email", "priority": 1}]}
    assert pool["adminCreateUserConfig"] == {"allowAdminCreateUserOnly": True}
    assert "schemas" not in pool


def test_passwords_are_long_and_mixed(dev: Run) -> None:
    """Twelve characters of every class; an invitation is good for three days."""
    assert dev.one(POOL, "auth").inputs["passwordPolicy"] == {
        "minimumLength": 12,
        "requireLowercase": True,
        "requireNumbers": True,
        "requireSymbols": True,
        "requireUppercase": True,
        "temporaryPasswordValidityDays": 3,
    }


@pytest.mark.parametrize(("mfa", "mode"), [("off", "OFF"), ("optional", "OPTIONAL"), ("required", "ON")])
def test_a_second_factor_is_a_setting(mfa: str, mode: str) -> None:
    """An authenticator app, where there is a second factor at all."""
    pool = program(example.environment(mfa=mfa))[0].one(POOL, "auth").inputs
    assert pool["mfaConfiguration"] == mode
    assert pool.get("softwareTokenMfaConfiguration") == (None if mfa == "off" else {"enabled": True})


def test_the_client_can_do_the_code_flow_alone(dev: Run) -> None:
    """No secret, no implicit grant, no password in a request, no address but the page's own."""
    client = dev.one(CLIENT, "auth-web").inputs
    assert client["generateSecret"] is False
    assert client["allowedOauthFlows"] == ["code"]
    assert client["allowedOauthFlowsUserPoolClient"] is True
    assert client["callbackUrls"] == client["logoutUrls"] == [f"{ORIGIN}/"]
    assert client["supportedIdentityProviders"] == ["COGNITO"]
    assert client["explicitAuthFlows"] == ["ALLOW_USER_SRP_AUTH"]
    assert client["preventUserExistenceErrors"] == "ENABLED"


def test_tokens_live_shortly_and_can_be_revoked(dev: Run) -> None:
    """Half an hour of access, twelve hours of session, a new refresh token each time."""
    client = dev.one(CLIENT, "auth-web").inputs
    assert (client["accessTokenValidity"], client["idTokenValidity"], client["refreshTokenValidity"]) == (30, 30, 12)
    assert client["tokenValidityUnits"] == {"accessToken": "minutes", "idToken": "minutes", "refreshToken": "hours"}
    assert client["enableTokenRevocation"] is True
    assert client["refreshTokenRotation"] == {"feature": "ENABLED", "retryGracePeriodSeconds": 30}


def test_the_client_may_ask_for_every_scope_there_is(dev: Run) -> None:
    """Scopes are the resource servers', and the client waits for them."""
    servers = dev.of(SERVER)
    found = {f"{s.inputs['identifier']}/{one['scopeName']}" for s in servers for one in s.inputs["scopes"]}
    client = dev.one(CLIENT, "auth-web")
    assert found == set(scopes()) == {"documents/read", "documents/write", "operations/replay"}
    assert set(client.inputs["allowedOauthScopes"]) == {"email", "openid", *found}
    assert example.urns(servers) <= set(client.depends)


def test_there_are_users_and_operators(dev: Run) -> None:
    """An operator who is a user too is an operator first."""
    groups = {one.inputs["name"]: one.inputs["precedence"] for one in dev.of("aws:cognito/userGroup:UserGroup")}
    assert groups == {"operators": 1, "users": 10}


def test_the_sign_in_page_has_a_domain_and_a_look() -> None:
    """The domain is unique without being told, or as told; managed login shows nothing without a branding."""
    run, seen = program(environment("dev"))
    domain = run.one(DOMAIN, "auth").inputs
    assert domain["managedLoginVersion"] == 2
    assert seen["hosted"] == f"https://{domain['domain']}.auth.us-east-1.amazoncognito.com"
    assert seen["issuer"].startswith("https://cognito-idp.us-east-1.amazonaws.com/")
    (branding,) = run.of("aws:cognito/managedLoginBranding:ManagedLoginBranding")
    assert branding.inputs["useCognitoProvidedValues"] is True
    chosen, _ = program(example.environment(domain_prefix="acme-documents"))
    assert chosen.one(DOMAIN, "auth").inputs["domain"] == "acme-documents"


def test_accounts_are_protected_where_it_matters(dev: Run, prod: Run) -> None:
    """Prod refuses to delete its users, in Pulumi and in AWS."""
    for run, protected, state in ((dev, False, "INACTIVE"), (prod, True, "ACTIVE")):
        pool = run.one(POOL, "auth")
        assert pool.protect is protected
        assert pool.inputs["deletionProtection"] == state
