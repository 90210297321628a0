"""Counters of the Russian-speaking web besides Yandex: Top.Mail.Ru, Rambler's Top100, LiveInternet, HotLog, Bigmir, Openstat."""

from __future__ import annotations

from fingerprints.indicators._values import real_name, real_number
from fingerprints.indicators.base import Kind, code

_SHARED = "One counter on several sites is usual for one owner, an agency or a platform; a copied page keeps its victim's."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name=name, family="analytics", title=title, example=example, source=source, m=0.5, traps=_SHARED)


MAIL_RU = _kind("mail-ru-counter", "Top.Mail.Ru counter", "2785134", "https://help.mail.ru/top/setup/code")
RAMBLER = _kind("rambler-top100", "Rambler Top100 counter", "3014897", "https://help.rambler.ru/top100/")
LIVEINTERNET = _kind("liveinternet", "LiveInternet account or group", "rs_total", "https://www.liveinternet.ru/help/")
HOTLOG = _kind("hotlog", "HotLog counter", "2517843", "https://hotlog.ru/")
BIGMIR = _kind("bigmir", "bigmir)net counter", "16937514", "https://top.bigmir.net/")
OPENSTAT = _kind("openstat", "Openstat counter", "2173945", "https://www.openstat.com/")
KINDS = (MAIL_RU, RAMBLER, LIVEINTERNET, HOTLOG, BIGMIR, OPENSTAT)
RULES = (
    code(
        MAIL_RU,
        ("_tmr", "top-fwz1.mail.ru", "top.mail.ru"),
        rb"(?:_tmr\.push\(\{{ }{'}?id{:}|top(?:-fwz1)?\.mail\.ru{/}(?:counter|jump)\?(?:[a-z]{1,8}=[^\s\"'<>&;]{0,60}[&;]){0,4}(?:id|from){=})([0-9]{4,9}){.}",
        real_number,
    ),
    code(
        RAMBLER,
        ("top100.rambler.ru", "counter.rambler.ru"),
        rb"(?:top100|counter)\.rambler\.ru{/}(?:top100\.(?:jcn|cnt|scn)\?(?:pid{=})?|navi{/})([0-9]{4,9}){.}",
        real_number,
        "counter",
    ),
    code(
        RAMBLER,
        ("_top100q", "top100Counter"),
        rb"_?top100(?:q\.push\(\[{'}setAccount{,}|Counter{=}new top100\(\{[^{}]{0,200}?project{:})([0-9]{4,9}){.}",
        real_number,
        "counter call",
    ),
    code(RAMBLER, ("top100(",), rb"(?<=new )top100\(\{[^{}]{0,200}?project{:}([0-9]{4,9}){.}", real_number, "counter call"),
    # The name of a group of counters stands in the address; without one the page's own address is the account.
    code(LIVEINTERNET, ("liveinternet.ru/click;",), rb"liveinternet\.ru/click;([A-Za-z0-9_-]{2,40}){.}", real_name, "group"),
    code(LIVEINTERNET, ("counter.yadro.ru",), rb"counter\.yadro\.ru{/}hit;([A-Za-z0-9_-]{2,40}){.}", real_name, "group"),
    code(HOTLOG, ("hotlog.ru",), rb"hotlog\.ru{/}cgi-bin{/}hotlog{/}count\?[^\s\"'<>]{0,80}?s{=}([0-9]{4,8}){.}", real_number),
    code(
        BIGMIR,
        ("bmD", "c.bigmir.net"),
        rb"(?:c\.bigmir\.net{/}\?[vs]|bmQ{:}{'}?bmD[^\0]{0,60}?\bs){=}?([0-9]{5,9}){.}",
        real_number,
    ),
    code(OPENSTAT, ("openstat",), rb"openstat{:}\{{ }counter{:}([0-9]{4,9}){.}", real_number),
)
