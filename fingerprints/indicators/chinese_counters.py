"""Counters of the Chinese-speaking web: Baidu Tongji, CNZZ (Umeng), 51.la."""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import Kind, code

_SHARED = "Content farms and station groups run one counter over many sites; a copied template keeps its author's."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name=name, family="analytics", title=title, example=example, source=source, m=0.6, traps=_SHARED)


BAIDU = _kind(
    "baidu-tongji", "Baidu Tongji site", "5c1e0a9b3d87f246e1f0a9c37d5b2864", "https://tongji.baidu.com/web/help/article?id=174"
)
CNZZ = _kind("cnzz", "CNZZ (Umeng) site", "1278453961", "https://web.umeng.com/")
LA51 = _kind("51-la", "51.la site", "21097385", "https://v6-doc.51.la/")
LA51_V6 = _kind("51-la-v6", "51.la V6 site", "Jm3K8qTvXw2LpRz9", "https://v6-doc.51.la/")
KINDS = (BAIDU, CNZZ, LA51, LA51_V6)
RULES = (
    code(BAIDU, ("hm.baidu.com",), rb"hm\.baidu\.com{/}(?:h|hm)\.js(?:\?|%3[fF])([0-9a-f]{32}){.}", real_token, "counter script"),
    code(BAIDU, ("_hmt.push",), rb"_hmt\.push\(\[{'}_setAccount{,}([0-9a-f]{32}){.}", real_token, "_hmt call"),
    code(
        CNZZ,
        (".cnzz.com",),
        rb"\.cnzz\.com{/}(?:(?:z_stat|stat|q_stat|h|c|core|web_stat)\.php|z\.js)\?(?:web_)?id{=}([0-9]{6,11}){.}",
        real_number,
    ),
    code(CNZZ, ("cnzz_stat_icon_",), rb"cnzz_stat_icon_([0-9]{6,11}){.}", real_number, "counter's element"),
    code(CNZZ, ("_czc.push",), rb"_czc\.push\(\[{'}_setAccount{,}([0-9]{6,11}){.}", real_number, "_czc call"),
    code(LA51, ("51.la",), rb"51\.la{/}(?:go\.asp\?[^\s\"'<>]{0,40}?id{=}|\?)?([0-9]{5,9}){.}", real_number),
    code(
        LA51_V6,
        ("js-sdk-pro.min.js",),
        rb"js-sdk-pro\.min\.js\?id{=}([A-Za-z0-9]{10,20}){.}",
        real_token,
        "script",
        behind=rb"sdk\.51\.la{/}",
    ),
    code(LA51_V6, ("LA.init",), rb"LA\.init\(\{[^{}]{0,80}?\bid{:}([A-Za-z0-9]{10,20}){.}", real_token, "LA.init call"),
)
