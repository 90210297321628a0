"""Services that keep a site's readers' accounts: LoginRadius, Auth0. One contract serves all sites that share their readers."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_uuid
from fingerprints.indicators.base import Kind, code

_PLATFORM = "A publishing platform or an agency signs in the readers of all its clients with its own account."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name, "contact", title, example, source, m=0.7, traps=_PLATFORM)


LOGIN_RADIUS = _kind(
    "loginradius",
    "LoginRadius key",
    "3a9f5c10-7be2-4d68-9c41-0e5f7a2d8b36",
    "https://www.loginradius.com/docs/libraries/js-libraries/getting-started/",
)
AUTH0 = _kind("auth0", "Auth0 tenant", "harbor-prod.eu", "https://auth0.com/docs/get-started/tenant-settings")
KINDS = (LOGIN_RADIUS, AUTH0)
_SERVICES = frozenset({"cdn", "cdn2", "manage", "docs", "www", "samples", "sandbox", "community", "support", "login"})


def _tenant(text: str) -> str | None:
    name = real_name(text)
    return None if name is None or name.partition(".")[0] in _SERVICES else name


RULES = (
    code(
        LOGIN_RADIUS,
        ("apiKey", "api_key", "APIKey", "ApiKey"),
        rb"(?i:api_?key){:}({uuid})",
        real_uuid,
        "settings",
        behind=rb"(?i:login_?radius)(?:{:}\{[^{}]{0,200}+)?+",
    ),
    code(
        AUTH0,
        (".auth0.com",),
        rb"\.auth0\.com(?![\w.-])",
        _tenant,
        "address",
        behind=rb"(?<![\w.-])([a-z0-9][a-z0-9-]{1,60}(?:\.(?:us|eu|au|jp|uk|ca)(?:-[1-9])?)?)",
    ),
)
