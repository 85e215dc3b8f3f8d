"""Who may ask: only an access token of this pool and client, in time, with the scope and the group."""

from __future__ import annotations

import base64
import json
import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from local.client import Client
from local.platform import Platform
from local.signin import Hosted, sign_in
from tests.e2e.steps import Person, eventually


def claims_of(token: str) -> dict[str, Any]:
    """Return what a token says."""
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    return found


def encoded(value: object) -> str:
    """Return JSON as a token has it."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed_by_another(token: str, **changes: object) -> str:
    """Return a token with the header and claims of this one, but for the changes, signed with a fresh key."""
    body = f"{token.split('.', maxsplit=1)[0]}.{encoded(claims_of(token) | changes)}"
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    signature = key.sign(body.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{body}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def unsigned(token: str) -> str:
    """Return a token that says it needs no signature."""
    return f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{token.split('.')[1]}."


def status(platform: Platform, token: str, method: str = "GET", path: str = "/documents") -> int:
    """Return how the API answers somebody with a token."""
    return Client(platform.stack["apiUrl"], token).send(method, path).status


def test_without_a_token_nothing_is_answered(platform: Platform) -> None:
    """Neither without the header, nor with an empty or a garbled one."""
    http = Client(platform.stack["apiUrl"], "").http
    url = f"{platform.stack['apiUrl']}/documents"
    assert http.send("GET", url).status == 401
    assert [
        http.send("GET", url, headers={"Authorization": said}).status for said in ("", "Bearer", "Bearer x.y.z")
    ] == [401] * 3


@pytest.mark.parametrize(
    "forge",
    [
        unsigned,
        signed_by_another,
        lambda token: signed_by_another(token, sub="somebody-else"),
        lambda token: f"{token.split('.')[0]}.{encoded(claims_of(token) | {'sub': 'x'})}.{token.split('.')[2]}",
        lambda token: token[:-8] + "AAAAAAAA",
    ],
    ids=["unsigned", "another key", "another key and subject", "changed claims", "cut signature"],
)
def test_a_forged_token_is_refused(platform: Platform, alice: Person, forge: Any) -> None:
    """Whatever it claims, only the pool's key signs."""
    assert status(platform, alice.api.token) == 200
    assert status(platform, forge(alice.api.token)) == 401


def test_an_identity_token_is_no_access_token(platform: Platform, alice: Person) -> None:
    """It has no scopes, and is for the page, not for the API."""
    tokens = sign_in(platform.hosted, alice.user.email, alice.user.password)
    assert claims_of(tokens.id)["token_use"] == "id"
    assert (status(platform, tokens.access), status(platform, tokens.id)) == (200, 401)


def test_an_expired_token_is_refused(platform: Platform, alice: Person) -> None:
    """A token is good until it ends, and not after."""
    cognito = platform.server.client("cognito-idp")
    pool, client = platform.stack["userPoolId"], platform.stack["userPoolClientId"]
    usual = cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]
    kept = {
        name: value for name, value in usual.items() if name not in {"LastModifiedDate", "CreationDate", "ClientSecret"}
    }
    kept = {name: value for name, value in kept.items() if value != ""}
    units = {**usual["TokenValidityUnits"], "AccessToken": "seconds"}
    cognito.update_user_pool_client(**{**kept, "AccessTokenValidity": 3, "TokenValidityUnits": units})
    try:
        token = platform.client(alice.user).token
    finally:
        cognito.update_user_pool_client(**kept)
    assert status(platform, token) == 200
    eventually(lambda: time.time() > claims_of(token)["exp"], "its end")
    assert status(platform, token) == 401
    assert (
        cognito.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]["AccessTokenValidity"]
        == 30
    )


def test_a_token_of_another_client_is_refused(platform: Platform, alice: Person) -> None:
    """The authorizer takes any client of the pool; the API's own check does not."""
    cognito, pool = platform.server.client("cognito-idp"), platform.stack["userPoolId"]
    hosted = platform.hosted
    other = cognito.create_user_pool_client(
        UserPoolId=pool,
        ClientName="another",
        SupportedIdentityProviders=["COGNITO"],
        CallbackURLs=[hosted.redirect_uri],
        AllowedOAuthFlows=["code"],
        AllowedOAuthScopes=list(hosted.scopes),
        AllowedOAuthFlowsUserPoolClient=True,
    )["UserPoolClient"]["ClientId"]
    elsewhere = Hosted(url=hosted.url, client_id=other, redirect_uri=hosted.redirect_uri, scopes=hosted.scopes)
    try:
        token = sign_in(elsewhere, alice.user.email, alice.user.password).access
        answer = Client(platform.stack["apiUrl"], token).send("GET", "/documents")
        assert (answer.status, answer.json()["code"]) == (401, "unauthenticated")
    finally:
        cognito.delete_user_pool_client(UserPoolId=pool, ClientId=other)


def test_a_scope_lets_in_where_it_is_asked_for_and_nowhere_else(platform: Platform, alice: Person) -> None:
    """Who may only read cannot create, and who asked for no scope of ours can do nothing."""
    hosted = platform.hosted

    def token(*scopes: str) -> str:
        mine = Hosted(url=hosted.url, client_id=hosted.client_id, redirect_uri=hosted.redirect_uri, scopes=scopes)
        return sign_in(mine, alice.user.email, alice.user.password).access

    reader, nobody = token("openid", "documents/read"), token("openid")
    assert status(platform, reader) == 200
    body = {"name": "a.txt", "size_bytes": 1}
    assert Client(platform.stack["apiUrl"], reader).send("POST", "/documents", body).status in {401, 403}
    assert status(platform, reader, path="/dead-letters") in {401, 403}
    assert status(platform, nobody) in {401, 403}
    assert alice.listed() == []


def test_operations_are_for_operators(alice: Person, operator: Person) -> None:
    """The scope is not enough: it takes the group."""
    assert "operations/replay" in claims_of(alice.api.token)["scope"].split()
    for method, path in (("GET", "/dead-letters"), ("POST", "/dead-letters/some-letter/replay")):
        refused = alice.api.send(method, path)
        assert (refused.status, refused.json()["code"]) == (403, "operators_only")
    assert operator.api.send("GET", "/dead-letters").status == 200
    assert operator.api.send("POST", "/dead-letters/some-letter/replay").json()["code"] == "letter_not_found"


def test_a_foreign_page_gets_no_answer_it_may_read(platform: Platform, alice: Person) -> None:
    """Answers name the page's own origin, whoever asks; refusals too."""
    for headers in ({"Origin": "https://evil.example"}, {"Origin": platform.app_url}):
        answer = alice.api.send("GET", "/documents", headers=headers)
        assert answer.headers["access-control-allow-origin"] == platform.app_url
    assert urlsplit(platform.app_url).hostname == "127.0.0.1"
    refused = alice.api.http.send("GET", f"{platform.stack['apiUrl']}/documents")
    assert refused.headers["access-control-allow-origin"] == platform.app_url
