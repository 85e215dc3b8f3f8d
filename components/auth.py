"""Who may use the platform: a Cognito user pool, its sign-in page, and one public client for the page.

Operators invite users; nobody signs up alone. The page signs in with the code flow and PKCE, which is all that a
client without a secret and with no other flow can do. The API takes access tokens with these scopes only:

    documents/read, documents/write    everybody's own documents
    operations/replay                  what failed, for members of the group `operators`
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import naming
from components.common import Tokens
from components.settings import Environment

SCOPES = {
    "documents": {"read": "See your documents", "write": "Upload, change and delete your documents"},
    "operations": {"replay": "See what failed, and try it again"},
}
"""Resource server -> scope -> what a user reads about it."""

GROUPS = {"operators": (1, "Run the platform"), "users": (10, "Have documents")}
"""Group -> precedence, description."""

ACCESS_MINUTES = 30
SESSION_HOURS = 12
INVITATION_DAYS = 3
_MFA = {"off": "OFF", "optional": "OPTIONAL", "required": "ON"}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthArgs:
    """What sign-in is built from.

    Attributes:
        environment: the stack's settings.
        account_id: the account, 12 digits: part of the sign-in page's domain.
        origin: the page's origin; its root is where sign-in and sign-out return to, and nowhere else.
    """

    environment: Environment
    account_id: pulumi.Input[str]
    origin: pulumi.Input[str]


class Auth(pulumi.ComponentResource):
    """User pool, sign-in page, client, scopes and groups.

    Outputs: `pool`, `client`; `hosted_ui_url` and `token_issuer`, without a slash at the end; `tokens`, what an
    API checks; `exports`, the stack's outputs of it.
    """

    pool: aws.cognito.UserPool
    client: aws.cognito.UserPoolClient
    hosted_ui_url: pulumi.Output[str]
    token_issuer: pulumi.Output[str]
    tokens: Tokens
    exports: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: AuthArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firstbytes:index:Auth", name, {}, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self.pool = self._pool()
        servers = self._servers()
        self.client = self._client(servers)
        domain = self._sign_in_page()
        for group, (precedence, description) in GROUPS.items():
            aws.cognito.UserGroup(
                f"{name}-{group}",
                name=group,
                user_pool_id=self.pool.id,
                description=description,
                precedence=precedence,
                opts=self._child,
            )
        region = args.environment.region
        self.hosted_ui_url = pulumi.Output.format("https://{0}.auth.{1}.amazoncognito.com", domain, region)
        self.token_issuer = pulumi.Output.format("https://cognito-idp.{0}.amazonaws.com/{1}", region, self.pool.id)
        self.exports = {
            "userPoolId": self.pool.id,
            "userPoolClientId": self.client.id,
            "hostedUiUrl": self.hosted_ui_url,
            "tokenIssuer": self.token_issuer,
        }
        self.tokens = Tokens(user_pool_arn=self.pool.arn, token_issuer=self.token_issuer, client_id=self.client.id)
        self.register_outputs(self.exports)

    def _pool(self) -> aws.cognito.UserPool:
        environment = self._args.environment
        mfa = environment.mfa
        return aws.cognito.UserPool(
            self._name,
            name=naming.user_pool(environment.name, "users"),
            user_pool_tier="ESSENTIALS",
            username_attributes=["email"],
            username_configuration={"case_sensitive": False},
            auto_verified_attributes=["email"],
            user_attribute_update_settings={"attributes_require_verification_before_updates": ["email"]},
            account_recovery_setting={"recovery_mechanisms": [{"name": "verified_email", "priority": 1}]},
            admin_create_user_config={"allow_admin_create_user_only": True},
            mfa_configuration=_MFA[mfa],
            software_token_mfa_configuration={"enabled": True} if mfa != "off" else None,
            password_policy={
                "minimum_length": 12,
                "require_lowercase": True,
                "require_numbers": True,
                "require_symbols": True,
                "require_uppercase": True,
                "temporary_password_validity_days": INVITATION_DAYS,
            },
            deletion_protection="ACTIVE" if environment.protect else "INACTIVE",
            opts=pulumi.ResourceOptions(parent=self, protect=environment.protect or None),
        )

    def _servers(self) -> list[aws.cognito.ResourceServer]:
        return [
            aws.cognito.ResourceServer(
                f"{self._name}-{identifier}",
                identifier=identifier,
                name=identifier,
                user_pool_id=self.pool.id,
                scopes=[{"scope_name": name, "scope_description": text} for name, text in scopes.items()],
                opts=self._child,
            )
            for identifier, scopes in SCOPES.items()
        ]

    def _client(self, servers: list[aws.cognito.ResourceServer]) -> aws.cognito.UserPoolClient:
        home = pulumi.Output.from_input(self._args.origin).apply(lambda origin: f"{origin}/")
        return aws.cognito.UserPoolClient(
            f"{self._name}-web",
            name=naming.user_pool(self._args.environment.name, "web"),
            user_pool_id=self.pool.id,
            generate_secret=False,
            allowed_oauth_flows_user_pool_client=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["email", "openid", *scopes()],
            supported_identity_providers=["COGNITO"],
            callback_urls=[home],
            logout_urls=[home],
            # Some flow must be named, or Cognito allows three. Tokens that SRP gives hold none of the API's scopes;
            # and REFRESH_TOKEN_AUTH cannot be allowed where refresh tokens rotate.
            explicit_auth_flows=["ALLOW_USER_SRP_AUTH"],
            access_token_validity=ACCESS_MINUTES,
            id_token_validity=ACCESS_MINUTES,
            refresh_token_validity=SESSION_HOURS,
            token_validity_units={"access_token": "minutes", "id_token": "minutes", "refresh_token": "hours"},
            refresh_token_rotation={"feature": "ENABLED", "retry_grace_period_seconds": 30},
            enable_token_revocation=True,
            prevent_user_existence_errors="ENABLED",
            read_attributes=["email", "email_verified"],
            write_attributes=["email"],
            opts=pulumi.ResourceOptions(parent=self, depends_on=servers),
        )

    def _sign_in_page(self) -> pulumi.Output[str]:
        environment = self._args.environment
        prefix = pulumi.Output.from_input(self._args.account_id).apply(
            lambda account: environment.domain_prefix or naming.user_pool_domain(environment.name, account)
        )
        domain = aws.cognito.UserPoolDomain(
            self._name, domain=prefix, user_pool_id=self.pool.id, managed_login_version=2, opts=self._child
        )
        # Managed login shows nothing until a client has a branding.
        aws.cognito.ManagedLoginBranding(
            self._name,
            user_pool_id=self.pool.id,
            client_id=self.client.id,
            use_cognito_provided_values=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[domain]),
        )
        return domain.domain


def scopes() -> tuple[str, ...]:
    """Return every scope of the API as tokens name it, "documents/read"."""
    return tuple(f"{identifier}/{name}" for identifier, names in SCOPES.items() for name in names)
