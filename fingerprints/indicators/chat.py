"""Chats and help desks on a page: whose agents answer."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_number, real_token, real_uuid
from fingerprints.indicators.base import Kind, code

_OWN = "One account for all sites of a company, or an agency's for its clients."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name=name, family="chat", title=title, example=example, source=source, m=0.6, traps=_OWN)


INTERCOM = _kind(
    "intercom", "Intercom workspace", "you5eu27", "https://developers.intercom.com/installing-intercom/web/installation"
)
CRISP = _kind(
    "crisp", "Crisp website", "4c8e2f6a-4be7-41d0-93c5-1e8c8e2f6a4b", "https://docs.crisp.chat/guides/chatbox-sdks/web-sdk/"
)
TAWK = _kind("tawk-to", "tawk.to property", "5f3b1c0e97a24d65b0e1f9c3", "https://developer.tawk.to/jsapi/")
ZENDESK = _kind(
    "zendesk",
    "Zendesk key",
    "7d0e4c62-1b9f-4a35-8c27-5e9f03b61ad4",
    "https://developer.zendesk.com/api-reference/widget/introduction/",
)
JIVO = _kind("jivochat", "JivoChat widget", "Qk3vT8wYc1", "https://www.jivochat.com/help/")
LIVECHAT = _kind("livechat", "LiveChat licence", "10741827", "https://platform.text.com/docs/extending-chat-widget")
TIDIO = _kind("tidio", "Tidio project", "qk3vt8wyc1mzrb5nxldh2sfg7jpue9ao", "https://developers.tidio.com/")
DRIFT = _kind("drift", "Drift account", "k3vt8wyc1mzr", "https://devdocs.drift.com/docs")
HUBSPOT = _kind("hubspot", "HubSpot portal", "5627643", "https://developers.hubspot.com/docs/api/events/tracking-code")
OLARK = _kind("olark", "Olark site", "4827-193-10-5561", "https://www.olark.com/help/")
SMARTSUPP = _kind("smartsupp", "Smartsupp key", "5c1e0a9b3d87f246e1f0a9c37d5b28640b1f3e0a", "https://docs.smartsupp.com/")
KINDS = (INTERCOM, CRISP, TAWK, ZENDESK, JIVO, LIVECHAT, TIDIO, DRIFT, HUBSPOT, OLARK, SMARTSUPP)
RULES = (
    code(INTERCOM, ("app_id",), rb"app_id{:}([a-z0-9]{8}){'}", real_token, "settings", near=rb"intercom"),
    code(INTERCOM, ("widget.intercom.io",), rb"widget\.intercom\.io{/}widget{/}([a-z0-9]{8}){.}", real_token, "script"),
    code(CRISP, ("CRISP_WEBSITE_ID",), rb"CRISP_WEBSITE_ID{:}({uuid})", real_uuid, "settings"),
    code(TAWK, ("embed.tawk.to",), rb"embed\.tawk\.to{/}([0-9a-f]{24}){/}", real_token, "script"),
    code(ZENDESK, ("static.zdassets.com",), rb"static\.zdassets\.com{/}ekr{/}snippet\.js\?key{=}({uuid})", real_uuid, "script"),
    code(JIVO, ("jivosite.com",), rb"jivosite\.com{/}(?:widget|script{/}widget){/}([A-Za-z0-9]{10}){.}", real_token, "script"),
    code(LIVECHAT, ("__lc.license", "__lc"), rb"__lc\.license{:}([0-9]{6,9}){.}", real_number, "settings"),
    code(TIDIO, ("code.tidio.co",), rb"code\.tidio\.co{/}([a-z0-9]{32})\.js", real_token, "script"),
    code(DRIFT, ("drift.load(",), rb"drift\.load\({ }{'}([a-z0-9]{10,14}){'}", real_token, "settings"),
    code(
        HUBSPOT,
        (".hs-scripts.com", ".hs-analytics.net", ".hsforms.net"),
        rb"\.hs-(?:scripts\.com|analytics\.net{/}analytics{/}[0-9]{6,14}){/}([0-9]{4,9})\.js",
        real_number,
        "script",
    ),
    code(HUBSPOT, ("portalId",), rb"portalId{:}([0-9]{4,9}){.}", real_number, "form", near=rb"hbspt|hsforms|hubspot"),
    code(OLARK, ("olark.identify(",), rb"olark\.identify\({ }{'}([0-9]{4}-[0-9]{3}-[0-9]{2}-[0-9]{4}){.}", real_name, "settings"),
    code(SMARTSUPP, ("_smartsupp.key",), rb"_smartsupp\.key{:}([0-9a-f]{40}){.}", real_token, "settings"),
)
