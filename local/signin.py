"""Sign in as a browser does: authorization code with PKCE through the pool's own sign-in page."""

from __future__ import annotations

import argparse
import base64
import hashlib
import html
import re
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from local.errors import LocalError
from local.web import Answer, Http

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_FIELD = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosted:
    """Where to sign in, as which application."""

    url: str
    """Of the hosted sign-in page, without a path."""
    client_id: str
    redirect_uri: str
    scopes: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a sign-in gives."""

    access: str
    id: str
    refresh: str
    expires_in_s: int


def challenge(verifier: str) -> str:
    """Return the PKCE challenge (S256) of a verifier. Pure."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def hidden_fields(page: str) -> dict[str, str]:
    """Return the fields that a sign-in form carries along. Pure."""
    inputs = (dict(_ATTRIBUTE.findall(tag)) for tag in _FIELD.findall(page))
    return {item["name"]: html.unescape(item["value"]) for item in inputs if "name" in item and "value" in item}


def sign_in(hosted: Hosted, username: str, password: str) -> Tokens:
    """Return the tokens of a user.

    Raises:
        LocalError: a step was refused; the message says which.
    """
    http = Http()
    verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    query = {
        "client_id": hosted.client_id,
        "response_type": "code",
        "scope": " ".join(hosted.scopes),
        "redirect_uri": hosted.redirect_uri,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
    }
    address = f"{hosted.url}/oauth2/authorize?{urlencode(query)}"
    page = http.send("GET", address)
    if page.status in {302, 303} and not page.headers["location"].startswith(hosted.redirect_uri):
        address = urljoin(address, page.headers["location"])
        page = http.send("GET", address)
    if page.status != 200:
        raise _refused("the sign-in page", page)
    fields = hidden_fields(page.body.decode()) | {"username": username, "password": password}
    done = http.send("POST", f"{hosted.url}/login", urlencode(fields).encode(), _FORM)
    returned = _returned(done, hosted, state)
    request = {
        "grant_type": "authorization_code",
        "client_id": hosted.client_id,
        "code": returned["code"],
        "redirect_uri": hosted.redirect_uri,
        "code_verifier": verifier,
    }
    tokens = http.send("POST", f"{hosted.url}/oauth2/token", urlencode(request).encode(), _FORM)
    if tokens.status != 200:
        raise _refused("the code", tokens)
    return _tokens(tokens.json())


def _returned(done: Answer, hosted: Hosted, state: str) -> Mapping[str, str]:
    location = done.headers.get("location", "")
    if done.status not in {302, 303} or not location.startswith(hosted.redirect_uri):
        raise _refused("the password", done)
    query = {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}
    if "code" not in query or query.get("state") != state:
        raise LocalError(f"expected a code and our state back from the sign-in page, got {sorted(query)}")
    return query


def _refused(what: str, answer: Answer) -> LocalError:
    text = re.sub(r"<[^>]+>|\s+", " ", answer.body.decode("utf-8", "replace"))
    said = re.sub(" +", " ", text).strip()[:200] or answer.headers.get("location", "")
    return LocalError(f"sign-in was refused at {what}: {answer.status} {said}")


def _tokens(body: Mapping[str, Any]) -> Tokens:
    return Tokens(
        access=body["access_token"],
        id=body.get("id_token", ""),
        refresh=body.get("refresh_token", ""),
        expires_in_s=body["expires_in"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who can sign in."""

    email: str
    password: str
    sub: str
    """The owner of what this user uploads."""


def create_user(cognito: Any, pool_id: str, email: str, groups: Sequence[str] = ("users",)) -> User:
    """Create a user with a password that holds for good, in some groups.

    Args:
        cognito: a boto3 client of cognito-idp.
        pool_id: the user pool.
        email: what to sign in with.
        groups: names of groups that the pool has.
    """
    password = f"Aa1!{secrets.token_urlsafe(12)}"
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    made = cognito.admin_create_user(
        UserPoolId=pool_id, Username=email, MessageAction="SUPPRESS", UserAttributes=attributes
    )["User"]
    cognito.admin_set_user_password(UserPoolId=pool_id, Username=email, Password=password, Permanent=True)
    for group in groups:
        cognito.admin_add_user_to_group(UserPoolId=pool_id, Username=email, GroupName=group)
    sub = next(item["Value"] for item in made["Attributes"] if item["Name"] == "sub")
    return User(email=email, password=password, sub=sub)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the access token of a user, for a command line such as curl's; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.signin", description=main.__doc__)
    parser.add_argument("--at", required=True, help="address of the sign-in page")
    parser.add_argument("--client", required=True, help="id of the client")
    parser.add_argument("--return-to", required=True, help="where the page is")
    parser.add_argument("email")
    parser.add_argument("password")
    given = parser.parse_args(arguments)
    from components.auth import scopes

    hosted = Hosted(url=given.at, client_id=given.client, redirect_uri=given.return_to, scopes=("openid", *scopes()))
    try:
        token = sign_in(hosted, given.email, given.password).access
    except (LocalError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{token}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
