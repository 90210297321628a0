"""Conversion pixels of advertisers: TikTok, Pinterest, LinkedIn, X, Snapchat, Reddit, VK, Microsoft, Criteo, Quora, Yahoo."""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import Kind, code

_AGENCY = "An agency's or a shop platform's pixel on its clients' sites; a copied page keeps its victim's."


def _kind(name: str, title: str, example: str, source: str, m: float = 0.5) -> Kind:
    return Kind(name=name, family="ads", title=title, example=example, source=source, m=m, traps=_AGENCY)


TIKTOK = _kind("tiktok-pixel", "TikTok pixel", "C4Q0VF2RQ6P1KDN8S7LG", "https://ads.tiktok.com/help/article/get-started-pixel")
PINTEREST = _kind(
    "pinterest-tag", "Pinterest tag", "2614390736172", "https://help.pinterest.com/en/business/article/install-the-pinterest-tag"
)
LINKEDIN = _kind("linkedin-insight", "LinkedIn Insight tag", "1586410", "https://www.linkedin.com/help/lms/answer/a418880")
X = _kind(
    "x-pixel",
    "X (Twitter) pixel",
    "nuz3k",
    "https://business.x.com/en/help/campaign-measurement-and-analytics/conversion-tracking-for-websites",
)
SNAPCHAT = _kind(
    "snapchat-pixel",
    "Snapchat pixel",
    "7d0e4c62-1b9f-4a35-8c27-5e9f03b61ad4",
    "https://businesshelp.snapchat.com/s/article/snap-pixel-about",
)
REDDIT = _kind("reddit-pixel", "Reddit pixel", "t2_6fk2m9qz", "https://business.reddithelp.com/helpcenter/s/article/Reddit-Pixel")
VK = _kind("vk-pixel", "VK retargeting pixel", "VK-RTRG-418273-e7KpQ", "https://ads.vk.com/help/articles/pixel")
UET = _kind(
    "microsoft-uet", "Microsoft Advertising tag (UET)", "343012579", "https://help.ads.microsoft.com/apex/index/3/en/56682"
)
CRITEO = _kind("criteo", "Criteo account", "27816", "https://help.criteo.com/")
QUORA = _kind(
    "quora-pixel",
    "Quora pixel",
    "8f3b1c0e97a24d65b0e1f9c37d5a2864",
    "https://quoraadsupport.zendesk.com/hc/en-us/articles/115010466208",
)
ADROLL = _kind("adroll", "AdRoll advertiser", "6XKQWVLRFBGTPJ4ZUN3YHA", "https://help.adroll.com/hc/en-us/articles/211846018")
KINDS = (TIKTOK, PINTEREST, LINKEDIN, X, SNAPCHAT, REDDIT, VK, UET, CRITEO, QUORA, ADROLL)
_TIKTOK_ID = rb"([A-Z0-9]{20}){.}"
RULES = (
    code(
        TIKTOK,
        ("ttq.load", "ttq._i", "ttq.instance"),
        rb"ttq\.(?:load\(|_i\[|instance\(){'}" + _TIKTOK_ID,
        real_token,
        "ttq call",
    ),
    code(TIKTOK, ("sdkid",), rb"sdkid{=}" + _TIKTOK_ID, real_token, "pixel script"),
    code(TIKTOK, ("tiktok", "Tiktok", "TikTok"), rb"(?i:tiktok_?pixel_?(?:id)?){:}" + _TIKTOK_ID, real_token, "pixel key"),
    code(
        TIKTOK,
        ("pixelCode", "pixelIds", "pixel_code"),
        rb"pixel(?:_?[cC]ode|Ids){:}\[?{ }{'}?" + _TIKTOK_ID,
        real_token,
        "pixel key",
        near=rb"tiktok|ttq",
    ),
    code(PINTEREST, ("pintrk(",), rb"pintrk\({ }{'}load{,}([0-9]{13}){.}", real_number, "pintrk call"),
    code(
        PINTEREST,
        ("ct.pinterest.com",),
        rb"ct\.pinterest\.com{/}v3{/}?\?[^\s\"'<>]{0,80}?tid{=}([0-9]{13}){.}",
        real_number,
        "pixel image",
    ),
    code(
        LINKEDIN,
        ("_linkedin_partner_id", "_linkedin_data_partner_id"),
        rb"_linkedin_(?:data_)?partner_id(?:{:}|s(?:\.push\(|{:}\[){ }{'})([0-9]{4,9}){.}",
        real_number,
        "partner id",
    ),
    code(
        LINKEDIN,
        ("linkedinPartnerId", "linkedInPartnerId", "linkedin_partner_id"),
        rb"linked[iI]n_?[pP]artner_?[iI]d{:}([0-9]{4,9}){.}",
        real_number,
        "key",
    ),
    code(
        LINKEDIN,
        ("px.ads.linkedin.com", "dc.ads.linkedin.com"),
        rb"[pd][xc]\.ads\.linkedin\.com{/}collect{/}?\?[^\s\"'<>]{0,80}?pid{=}([0-9]{4,9}){.}",
        real_number,
        "pixel image",
    ),
    code(X, ("twq(",), rb"twq\({ }{'}(?:init|config){,}([a-z0-9]{5}){'}", real_token, "twq call"),
    code(X, ("twq(",), rb"twq\({ }{'}event{,}tw-([a-z0-9]{5})-[a-z0-9]{5}{'}", real_token, "twq call"),
    code(X, ("trackPid(",), rb"trackPid\({ }{'}([a-z0-9]{5}){'}", real_token, "trackPid call", behind=rb"twttr\.conversion\."),
    code(X, ("/i/adsct",), rb"/i/adsct\?[^\s\"'<>]{0,200}?txn_id{=}([a-z0-9]{5}){.}", real_token, "pixel image"),
    code(SNAPCHAT, ("snaptr(",), rb"snaptr\({ }{'}init{,}({uuid})", real_token, "snaptr call"),
    code(REDDIT, ("rdt(",), rb"rdt\({ }{'}init{,}((?:t2|a2)_[a-z0-9]{5,14}){.}", real_token, "rdt call"),
    code(VK, ("VK-RTRG-",), rb"{<}(VK-RTRG-[0-9]{4,9}-[A-Za-z0-9]{4,7}){.}", real_token),
    code(
        UET,
        ("ti:", 'ti"', "ti'"),
        rb"(?<![A-Za-z0-9_])ti{:}([0-9]{6,10}){.}",
        real_number,
        "settings",
        near=rb"bat\.bing\.com|uetq",
    ),
    code(
        UET,
        ("bat.bing.com",),
        rb"bat\.bing\.com{/}(?:action{/}0|p{/}action)[^\s\"'<>]{0,40}?(?:ti{=}|{/})([0-9]{6,10}){.}",
        real_number,
        "UET image",
    ),
    code(UET, ("clarity.ms",), rb"clarity\.ms{/}tag{/}uet{/}([0-9]{6,10}){.}", real_number, "UET script"),
    code(CRITEO, ("setAccount",), rb"setAccount{'}{,}account{:}\[?{ }{'}?([0-9]{3,6}){.}", real_number, "Criteo call"),
    code(
        CRITEO,
        ("criteo.com", "criteo.net"),
        rb"criteo\.(?:com|net){/}js{/}ld{/}ld\.js\?a{=}([0-9]{3,6}){.}",
        real_number,
        "Criteo script",
    ),
    code(QUORA, ("qp(",), rb"(?<![A-Za-z0-9_$])qp\({ }{'}init{,}([0-9a-f]{32}){.}", real_token, "qp call"),
    code(ADROLL, ("adroll_adv_id",), rb"adroll_adv_id{:}([A-Z0-9]{22}){.}", real_token, "AdRoll settings"),
)
