"""Push notifications in the browser: whose account writes to the readers."""

from __future__ import annotations

from fingerprints.indicators._values import real_token, real_uuid
from fingerprints.indicators.base import Kind, code

_OWN = "An app belongs to one site, or to all sites of one hand; a copied page keeps its victim's."


def _kind(name: str, title: str, example: str, source: str, m: float = 0.4) -> Kind:
    return Kind(name=name, family="push", title=title, example=example, source=source, m=m, traps=_OWN)


ONESIGNAL = _kind(
    "onesignal", "OneSignal app", "5448e0b8-d798-4a92-9e5a-71f794ec3ff4", "https://documentation.onesignal.com/docs/web-sdk-setup"
)
CLEVERPUSH = _kind("cleverpush", "CleverPush channel", "JaSsr69a6zLYMnnRD", "https://developers.cleverpush.com/")
IZOOTO = _kind("izooto", "iZooto site", "315d4370fb1334ca19eedac074c86fe7f1981d5e", "https://help.izooto.com/")
PUSHENGAGE = _kind(
    "pushengage", "PushEngage site", "6f1c0a5293d14c1e8c8e2f6a4be71d03", "https://www.pushengage.com/documentation/"
)
PUSHWOOSH = _kind("pushwoosh", "Pushwoosh application", "4F8A1-9C2E7", "https://docs.pushwoosh.com/")
SENDPULSE = _kind(
    "sendpulse", "SendPulse site", "5c1e0a9b3d87f246e1f0a9c37d5b2864", "https://sendpulse.com/knowledge-base/push-notifications"
)
WONDERPUSH = _kind(
    "wonderpush",
    "WonderPush key",
    "5c1e0a9b3d87f246e1f0a9c37d5b28640b1f3e0a97b2d5461fe0a9c37db52864",
    "https://docs.wonderpush.com/",
)
WEBPUSHR = _kind(
    "webpushr",
    "Webpushr key",
    "BKt8vQ2mTxR1mVw4ZpBn7s9LcHdY3FgJ5kUe0aXiOqWzNr6EhCyD2uSjIoPlMf1GbAv7TtKq9RwEyUiOpLkJhGf",
    "https://docs.webpushr.com/",
)
GRAVITEC = _kind("gravitec", "Gravitec application", "5c1e0a9b3d87f246e1f0a9c37d5b2864", "https://gravitec.net/docs/")
TRUEPUSH = _kind("truepush", "Truepush application", "5f3b1c0e97a24d65b0e1f9c3", "https://docs.truepush.com/")
KINDS = (ONESIGNAL, CLEVERPUSH, IZOOTO, PUSHENGAGE, PUSHWOOSH, SENDPULSE, WONDERPUSH, WEBPUSHR, GRAVITEC, TRUEPUSH)
RULES = (
    code(
        ONESIGNAL,
        ("appId", "app_id", "appID"),
        rb"app_?[iI][dD]{:}({uuid})",
        real_uuid,
        "OneSignal.init call",
        near=rb"onesignal|safari_?web_?id",
    ),
    code(
        ONESIGNAL,
        ("onesignal.com",),
        rb"onesignal\.com{/}(?:api{/}v1{/}(?:sync|apps){/}|webPushAnalytics\?[^\s\"'<>]{0,80}?app_?[iI]d{=})({uuid})",
        real_uuid,
        "request",
    ),
    code(ONESIGNAL, ("onesignal", "OneSignal", "oneSignal"), rb"(?i:onesignal)_?(?i:app_?)?(?i:id){:}({uuid})", real_uuid, "key"),
    code(CLEVERPUSH, ("cleverpush.com",), rb"cleverpush\.com{/}channel{/}loader{/}([A-Za-z0-9]{17})\.js", real_token, "script"),
    code(IZOOTO, ("cdn.izooto.com",), rb"cdn\.izooto\.com{/}scripts{/}([0-9a-f]{40})\.js", real_token, "script"),
    code(
        PUSHENGAGE,
        ("_peapp.push", "pushengage", "PushEngage"),
        rb"(?:_peapp\.push\(|(?i:pushengage)|_pe\.subscribe\()?[^<>]{0,60}?\b(?:appId|app_id|clientId){:}({uuid}|[0-9a-f]{32}{.})",
        real_token,
        "settings",
        near=rb"pushengage|_peq",
    ),
    code(PUSHWOOSH, ("applicationCode",), rb"applicationCode{:}([0-9A-F]{5}-[0-9A-F]{5}){.}", real_token, "settings"),
    code(
        SENDPULSE,
        ("web.webpushs.com", "cdn.sendpulse.com"),
        rb"(?:web\.webpushs|cdn\.sendpulse)\.com{/}js{/}push{/}([0-9a-f]{32})_[0-9]\.js",
        real_token,
        "script",
    ),
    code(WONDERPUSH, ("webKey",), rb"webKey{:}([0-9a-f]{64}){.}", real_token, "settings"),
    code(WEBPUSHR, ("webpushr",), rb"webpushr\({'}setup{,}\{{ }{'}?key{:}(B[A-Za-z0-9_-]{85,88}){>}", real_token, "settings"),
    code(GRAVITEC, ("cdn.gravitec.net",), rb"cdn\.gravitec\.net{/}storage{/}([0-9a-f]{32}){/}", real_token, "script"),
    code(TRUEPUSH, ("truepush",), rb"truepush[^<>]{0,200}?\bid{:}([0-9a-f]{24}){.}", real_token, "settings"),
)
