"""Where a site's scripts report their errors: Sentry, Bugsnag, Rollbar, LogRocket, Datadog, Application Insights, TrackJS, Raygun."""

from __future__ import annotations

from fingerprints.indicators._values import real_token, real_uuid
from fingerprints.indicators.base import Kind, code

_VENDOR = "A vendor's script reports to the vendor; a group's sites report to one project."


def _kind(name: str, title: str, example: str, source: str, m: float = 0.5) -> Kind:
    return Kind(name=name, family="operations", title=title, example=example, source=source, m=m, traps=_VENDOR)


SENTRY = _kind(
    "sentry",
    "Sentry project (key@host/number)",
    "0ee627c56046413c84054a0a421fc228@sentry.io/1546686",
    "https://docs.sentry.io/concepts/key-terms/dsn-explainer/",
)
BUGSNAG = _kind("bugsnag", "Bugsnag key", "5c1e0a9b3d87f246e1f0a9c37d5b2864", "https://docs.bugsnag.com/platforms/javascript/")
ROLLBAR = _kind("rollbar", "Rollbar token", "7f3b1c0e97a24d65b0e1f9c37d5a2861", "https://docs.rollbar.com/docs/browser-js")
LOGROCKET = _kind("logrocket", "LogRocket application", "kq3vt8/harbor-news", "https://docs.logrocket.com/docs/quickstart")
DATADOG = _kind(
    "datadog-rum",
    "Datadog RUM application",
    "7d0e4c62-1b9f-4a35-8c27-5e9f03b61ad4",
    "https://docs.datadoghq.com/real_user_monitoring/browser/setup/",
)
INSIGHTS = _kind(
    "application-insights",
    "Azure Application Insights key",
    "4c8e2f6a-4be7-41d0-93c5-1e8c8e2f6a4b",
    "https://learn.microsoft.com/en-us/azure/azure-monitor/app/javascript-sdk",
)
TRACKJS = _kind(
    "trackjs", "TrackJS token", "8f3b1c0e97a24d65b0e1f9c37d5a2864", "https://docs.trackjs.com/browser-agent/installation/"
)
RAYGUN = _kind("raygun", "Raygun key", "Qk3vT8wYc1MzRb5NxLdH2w==", "https://raygun.com/documentation/language-guides/javascript/")
DYNATRACE = _kind(
    "dynatrace",
    "Dynatrace environment",
    "bf41827kqz",
    "https://docs.dynatrace.com/docs/observe/digital-experience/web-applications",
)
KINDS = (SENTRY, BUGSNAG, ROLLBAR, LOGROCKET, DATADOG, INSIGHTS, TRACKJS, RAYGUN, DYNATRACE)


def _dsn(text: str) -> str | None:
    """key@host/number, without the secret that older addresses carry."""
    plain = text.replace("\\u002F", "/").replace("\\u002f", "/").replace("\\/", "/").replace("%2F", "/").replace("%40", "@")
    key, _, rest = plain.partition("@")
    return f"{key.partition(':')[0]}@{rest}".lower() if real_token(key) else None


RULES = (
    code(
        SENTRY,
        ("dsn", "DSN", "Raven.config(", "sentry", "Sentry", "SENTRY"),
        rb"(?:(?i:dsn){:}|(?i:sentry)[_-]?(?i:io|url|dsn|key){:}|Raven\.config\({ }{'})https?:{/}{/}"
        rb"([0-9a-f]{32}(?::[0-9a-f]{32})?(?:@|%40)[A-Za-z0-9.-]{4,80}(?:\\?/|\\u002[fF]|%2F)(?:[a-z]{1,20}/)?[0-9]{1,18}){.}",
        _dsn,
        "settings",
    ),
    code(
        SENTRY,
        ("js.sentry-cdn.com",),
        rb"js\.sentry-cdn\.com{/}([0-9a-f]{32})(?:\.min)?\.js",
        lambda text: real_token(text) and f"{text}@sentry-cdn.com",
        "script",
    ),
    code(
        BUGSNAG,
        ("bugsnag", "Bugsnag"),
        rb"[bB]ugsnag[^<>]{0,80}?(?:api[kK]ey|api-key){:}([0-9a-f]{32}){.}",
        real_token,
        "settings",
    ),
    code(BUGSNAG, ("Bugsnag.start(",), rb"Bugsnag\.start\({ }{'}([0-9a-f]{32}){.}", real_token, "settings"),
    code(ROLLBAR, ("accessToken",), rb"accessToken{:}([0-9a-f]{32}){.}", real_token, "settings", near=rb"rollbar"),
    code(LOGROCKET, ("LogRocket.init",), rb"LogRocket\.init\({ }{'}([a-z0-9]{6}/[a-z0-9-]{2,40}){'}", real_token, "settings"),
    code(DATADOG, ("applicationId",), rb"applicationId{:}({uuid})", real_uuid, "settings", near=rb"DD_RUM|datadog"),
    code(INSIGHTS, ("instrumentationKey", "InstrumentationKey"), rb"[iI]nstrumentationKey{:}({uuid})", real_uuid, "settings"),
    code(INSIGHTS, ("InstrumentationKey=",), rb"InstrumentationKey=({uuid})", real_uuid, "settings"),
    code(
        TRACKJS,
        ("trackJs", "TrackJS"),
        rb"(?:trackJs|TrackJS(?:\.install)?)[^<>]{0,60}?token{:}([0-9a-f]{32}){.}",
        real_token,
        "settings",
    ),
    code(RAYGUN, ("rg4js(",), rb"rg4js\({ }{'}apiKey{,}([A-Za-z0-9+/=]{22,24}){'}", real_token, "settings"),
    code(
        DYNATRACE,
        ("ruxitagent", "js-cdn.dynatrace.com", ".live.dynatrace.com"),
        rb"\.live\.dynatrace\.com",
        real_token,
        "address",
        behind=rb"{/}([a-z]{3}[0-9]{5}|[a-z0-9]{8})",
    ),
    code(
        DYNATRACE,
        ("js-cdn.dynatrace.com",),
        rb"js-cdn\.dynatrace\.com{/}jstag{/}[0-9a-f]{11,16}{/}(bf[0-9a-z]{5,10}){/}",
        real_token,
        "script",
    ),
)
