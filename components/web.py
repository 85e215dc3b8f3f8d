"""Where the page is served from: an Amplify app for manual deploys, and the headers that every answer carries.

No Git repository is connected: a release is a zip that is handed to Amplify. The page reads `config.json` beside it,
so one build serves every environment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components import naming
from components.settings import Environment

BRANCH = "main"
CONFIG = ("apiUrl", "hostedUiUrl", "region", "tokenIssuer", "userPoolClientId")
"""The stack's outputs that the page needs: whom to call, where to sign in, and as what."""

YEAR_S = 31_536_000

_PAGES = r"</^[^.]+$|\.(?!(css|gif|ico|jpg|js|json|map|png|svg|ttf|txt|webmanifest|webp|woff|woff2)$)([^.]+$)/>"
"""Whatever is no file of these types is a page of the application, which its index.html draws."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebArgs:
    """What the page's hosting is built from.

    Attributes:
        environment: the stack's settings.
    """

    environment: Environment


class Web(pulumi.ComponentResource):
    """Amplify app and branch.

    Outputs: `app`, `branch`; `origin`, "https://..." without a slash at the end; `exports`, the stack's outputs of it.
    """

    app: aws.amplify.App
    branch: aws.amplify.Branch
    origin: pulumi.Output[str]
    exports: dict[str, pulumi.Output[str]]

    def __init__(self, name: str, args: WebArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firstbytes:index:Web", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        environment = args.environment
        self.app = aws.amplify.App(
            name,
            name=naming.amplify_app(environment.name, "web"),
            description="The page of documents",
            platform="WEB",
            custom_headers=custom_headers(headers(environment)),
            custom_rules=[{"source": _PAGES, "target": "/index.html", "status": "200"}],
            opts=child,
        )
        self.branch = aws.amplify.Branch(
            name,
            app_id=self.app.id,
            branch_name=BRANCH,
            stage="PRODUCTION" if environment.protect else "DEVELOPMENT",
            enable_auto_build=False,
            opts=child,
        )
        own = pulumi.Output.format("https://{0}.{1}", self.branch.branch_name, self.app.default_domain)
        self.origin = pulumi.Output.from_input(environment.app_origin) if environment.app_origin else own
        self.exports = {"appUrl": self.origin, "amplifyAppId": self.app.id}
        self.register_outputs(self.exports)


def headers(environment: Environment) -> dict[str, str]:
    """Return the headers of every answer, sorted by name."""
    return {
        "Content-Security-Policy": content_security_policy(environment),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": f"max-age={YEAR_S}; includeSubDomains",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def content_security_policy(environment: Environment) -> str:
    """Return what the page may load and whom it may call: itself, this region's APIs, sign-in pages and buckets.

    The API and the buckets are made later and need this page's origin, so the policy names the region and not them.
    """
    region = environment.region
    buckets = [f"https://*.s3.{region}.amazonaws.com"]
    if environment.transfer_acceleration:
        buckets.append("https://*.s3-accelerate.amazonaws.com")
    calls = [
        f"https://*.execute-api.{region}.amazonaws.com",
        f"https://*.auth.{region}.amazoncognito.com",
        f"https://cognito-idp.{region}.amazonaws.com",
        *buckets,
    ]
    directives: Mapping[str, list[str]] = {
        "default-src": ["'none'"],
        "base-uri": ["'none'"],
        "connect-src": ["'self'", *calls],
        "font-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "img-src": ["'self'", "blob:", "data:", *buckets],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
    }
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def custom_headers(headers: Mapping[str, str]) -> str:
    """Return headers as Amplify's YAML, for every path; `config.json` and pages are asked for anew each time."""
    fresh = {"Cache-Control": "no-cache"}
    lines = ["customHeaders:"]
    for pattern, rows in (("**", headers), ("/config.json", fresh), ("/index.html", fresh)):
        lines += [f"  - pattern: {json.dumps(pattern)}", "    headers:"]
        for key, value in rows.items():
            lines += [f"      - key: {json.dumps(key)}", f"        value: {json.dumps(value)}"]
    return "\n".join(lines) + "\n"


def page_config(outputs: Mapping[str, pulumi.Input[str]]) -> pulumi.Output[str]:
    """Return the page's `config.json` once the stack's outputs are known."""
    return pulumi.Output.all(**{name: outputs[name] for name in CONFIG}).apply(config_json)


def config_json(values: Mapping[str, str]) -> str:
    """Return the page's `config.json`, sorted."""
    return json.dumps(values, indent=2, sort_keys=True) + "\n"
