"""Consent managers: whose account shows the question about cookies."""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token, real_uuid
from fingerprints.indicators.base import Kind, code

_GROUP = "A group's account, or a platform's own for all its tenants; a copied page keeps its victim's."


def _kind(name: str, title: str, example: str, source: str, m: float = 0.4) -> Kind:
    return Kind(name=name, family="consent", title=title, example=example, source=source, m=m, traps=_GROUP)


ONETRUST = _kind(
    "onetrust", "OneTrust domain script", "b10882a1-8446-4e7d-bfb2-ce2c770ad910", "https://developer.onetrust.com/", 0.3
)
COOKIEBOT = _kind(
    "cookiebot",
    "Cookiebot domain group",
    "9c21eff0-3b13-4fa6-927a-50ca8f3bd99d",
    "https://support.cookiebot.com/hc/en-us/articles/360003784174",
)
DIDOMI = _kind(
    "didomi",
    "Didomi organisation key",
    "62f49e32-b476-46b4-9757-407895dd174e",
    "https://developers.didomi.io/cmp/web-sdk/getting-started",
    0.7,
)
USERCENTRICS = _kind(
    "usercentrics", "Usercentrics settings", "NJU25b5Sp", "https://usercentrics.com/docs/web/implementation/", 0.3
)
CONSENTMANAGER = _kind("consentmanager", "consentmanager code", "18813", "https://help.consentmanager.net/", 0.3)
SOURCEPOINT = _kind("sourcepoint", "Sourcepoint account", "1195", "https://docs.sourcepoint.com/", 0.7)
IUBENDA = _kind("iubenda", "iubenda policy", "49614846", "https://www.iubenda.com/en/help/", 0.4)
CHOICE = _kind("quantcast-choice", "InMobi (Quantcast) Choice code", "JYWDqeLS64fbt", "https://support.inmobi.com/choice/", 0.6)
COOKIEYES = _kind("cookieyes", "CookieYes site", "5c1e0a9b3d87f246e1f0a9c3", "https://www.cookieyes.com/documentation/", 0.3)
OSANO = _kind("osano", "Osano customer", "AzZd6cTcYkFFU1GXi", "https://docs.osano.com/", 0.6)
TERMLY = _kind("termly", "Termly website", "7d0e4c62-1b9f-4a35-8c27-5e9f03b61ad4", "https://help.termly.io/", 0.3)
TRUSTARC = _kind("trustarc", "TrustArc domain", "harbornews.com", "https://trustarc.com/", 0.4)
COOKIE_SCRIPT = _kind(
    "cookie-script", "CookieScript site", "6f1c0a5293d14c1e8c8e2f6a4be71d03", "https://help.cookie-script.com/", 0.3
)
AXEPTIO = _kind(
    "axeptio", "Axeptio project", "6240919396d9bf5662489695", "https://support.axeptio.eu/hc/en-gb/articles/4416044225169", 0.3
)
LIVERAMP = _kind(
    "liveramp",
    "LiveRamp consent or identity configuration",
    "4e1f0c2a-83b7-45d9-9a60-7c5d2e8f1b34",
    "https://docs.liveramp.com/privacy-manager/",
    0.6,
)
PRIVACY_PORTAL = _kind(
    "onetrust-portal",
    "OneTrust tenant behind a form for privacy requests",
    "b10882a1-8446-4e7d-bfb2-ce2c770ad911",
    "https://my.onetrust.com/s/article/UUID-Web-Forms",
    0.7,
)
TRUSTARC_SEAL = _kind(
    "trustarc-seal", "TrustArc seal", "9c21eff0-3b13-4fa6-927a-50ca8f3bd99e", "https://trustarc.com/consumer-info/", 0.6
)
KINDS = (
    AXEPTIO,
    LIVERAMP,
    PRIVACY_PORTAL,
    TRUSTARC_SEAL,
    ONETRUST,
    COOKIEBOT,
    DIDOMI,
    USERCENTRICS,
    CONSENTMANAGER,
    SOURCEPOINT,
    IUBENDA,
    CHOICE,
    COOKIEYES,
    OSANO,
    TERMLY,
    TRUSTARC,
    COOKIE_SCRIPT,
)


def _no_test(text: str) -> str | None:
    return real_uuid(text.removesuffix("-test"))


RULES = (
    code(
        LIVERAMP,
        ("privacymanager.io",),
        rb"privacymanager\.io{/}(?:ats-modules|gdpr|ccpa|1){/}({uuid})",
        real_uuid,
        "script",
    ),
    code(
        PRIVACY_PORTAL,
        ("privacyportal",),
        rb"privacyportal(?:-[a-z]{2,4}){0,2}+\.onetrust\.com{/}(?:dsar)?webform{/}({uuid})",
        real_uuid,
        "link",
    ),
    code(
        TRUSTARC_SEAL,
        ("privacy.truste.com", "privacy-policy.truste.com"),
        rb"privacy(?:-policy)?\.truste\.com{/}privacy-seal{/}[a-z]{4,12}\?rid{=}({uuid})",
        real_uuid,
        "seal",
    ),
    code(ONETRUST, ("data-domain-script",), rb"data-domain-script{:}({uuid}|[0-9a-fA-F-]{36}-test)", _no_test, "script"),
    code(
        ONETRUST,
        ("cookielaw.org", "onetrust.com"),
        rb"(?:cookielaw\.org|onetrust\.com){/}(?:consent|cookies|langswitch){/}([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?:-test)?(?:{/}|\.js)",
        real_uuid,
        "script",
    ),
    code(COOKIEBOT, ("data-cbid",), rb"data-cbid{:}({uuid})", real_uuid, "script"),
    code(COOKIEBOT, ("cookiebot.com",), rb"cookiebot\.com{/}(?:uc\.js\?cbid{=})?({uuid})(?:{/}|{.})", real_uuid, "script"),
    code(DIDOMI, ("privacy-center.org",), rb"privacy-center\.org{/}({uuid}){/}loader\.js", real_uuid, "script"),
    code(DIDOMI, ("privacy-center.org",), rb"privacy-center\.org{/}{'}[^<>]{0,400}?\}\)\({'}({uuid}){'}", real_uuid, "script"),
    code(DIDOMI, ("apiKey",), rb"apiKey{:}({uuid})", real_uuid, "settings", near=rb"didomi"),
    code(USERCENTRICS, ("data-settings-id",), rb"data-settings-id{:}([A-Za-z0-9_-]{7,14}){'}", real_token, "script"),
    code(USERCENTRICS, ("data-ruleset-id",), rb"data-ruleset-id{:}([A-Za-z0-9_-]{7,16}){'}", real_token, "script"),
    code(
        USERCENTRICS,
        ("app.usercentrics.eu",),
        rb"app\.usercentrics\.eu{/}latest{/}main\.js{'}\s{1,9}id=[\"']([A-Za-z0-9_-]{7,14})[\"']",
        real_token,
        "script",
    ),
    code(
        CONSENTMANAGER,
        ("cmp_id",),
        rb"(?:window\.|[\"'])?cmp_id{:}([0-9]{3,6}){.}",
        real_number,
        "settings",
        near=rb"cmp_host|cmp_params|consentmanager",
    ),
    code(
        CONSENTMANAGER,
        ("cmp_cdid", "data-cmp-cdid"),
        rb"(?:data-cmp-|cmp_)cdid(?:{:}|{,})([0-9a-f]{12,14}){.}",
        real_token,
        "settings",
    ),
    code(
        CONSENTMANAGER,
        ("/delivery/autoblocking/",),
        rb"/delivery/autoblocking/([0-9a-f]{12,14})\.js",
        real_token,
        "script",
    ),
    code(
        AXEPTIO, ("axeptioSettings",), rb"axeptioSettings{:}\{[^{}]{0,120}?clientId{:}([0-9a-f]{24}){.}", real_token, "settings"
    ),
    code(
        SOURCEPOINT,
        ("accountId", "account_id"),
        rb"(?<![A-Za-z0-9_])account_?[iI]d{:}([0-9]{2,5}){.}",
        real_number,
        "settings",
        near=rb"_sp_\b|sourcepoint|sp-prod\.net|privacy-mgmt\.com|mmsdomain",
    ),
    code(
        IUBENDA,
        ("iubenda.com",),
        rb"iubenda\.com{/}(?:privacy-policy|terms-and-conditions){/}([0-9]{6,9}){.}",
        real_number,
        "link",
    ),
    code(IUBENDA, ("cookiePolicyId",), rb"cookiePolicyId{:}([0-9]{6,9}){.}", real_number, "settings"),
    code(
        CHOICE,
        ("/choice/", "\\/choice\\/"),
        rb"\\?/choice{/}(?:{,})?([A-Za-z0-9_-]{13}){.}",
        real_token,
        "script",
        near=rb"quantcast|inmobi|consensu",
    ),
    code(COOKIEYES, ("cdn-cookieyes.com",), rb"cdn-cookieyes\.com{/}client_data{/}([0-9a-f]{24,32}){/}", real_token, "script"),
    code(OSANO, ("cmp.osano.com",), rb"cmp\.osano\.com{/}([A-Za-z0-9]{10,20}){/}", real_token, "script"),
    code(
        TERMLY,
        ("app.termly.io",),
        rb"app\.termly\.io{/}(?:resource-blocker|embed\.min\.js|policy-viewer)[^<>]{0,200}?({uuid})",
        real_uuid,
        "script",
    ),
    code(
        TRUSTARC,
        ("consent.trustarc.com",),
        rb"consent\.trustarc\.com{/}(?:v2{/})?notice\?[^\s\"'<>]{0,60}?domain{=}([A-Za-z0-9.-]{4,60})(?![A-Za-z0-9.-])",
        real_token,
        "script",
    ),
    code(COOKIE_SCRIPT, ("cookie-script.com",), rb"cookie-script\.com{/}s{/}([0-9a-f]{32})\.js", real_token, "script"),
)
