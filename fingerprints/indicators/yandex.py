"""Yandex: Metrica counters, and the advertising network's (RTB) blocks, whose numbers begin with the site's."""

from __future__ import annotations

from fingerprints.indicators._values import real_number
from fingerprints.indicators.base import Kind, code
from fingerprints.model import Role

METRICA = Kind(
    name="yandex-metrica",
    family="analytics",
    title="Yandex Metrica counter",
    example="54352606",
    source="https://yandex.com/support/metrica/code/counter-initialize.html",
    m=0.4,
    traps="One counter on many sites is allowed and used by owners, agencies and platforms alike; a copied page keeps it.",
)
RTB = Kind(
    name="yandex-rtb",
    family="ads",
    title="Yandex advertising network page",
    example="R-A-1713522",
    source="https://yandex.ru/support/partner2/web/products-rtb/setup.html",
    m=0.5,
    traps="The number is of one site of a partner; an intermediary's blocks stand on its clients' sites.",
)

_FEED = frozenset({Role.FEED})
KINDS = (METRICA, RTB)
_ID = rb"([0-9]{4,10}){.}"
_HOST = rb"(?:yandex\.[a-z]{2,3}(?:\.[a-z]{2})?|webvisor\.(?:org|com))"
# Feeds for Turbo pages name the counters to be put on them: https://yandex.ru/dev/turbo/doc/rss/elements/analytics.html
_OF_FEED = rb"<(?:turbo|yandex):analytics(?=[^<>]{0,80}type=[\"']Yandex[\"'])[^<>]{0,80}?\bid=[\"']" + _ID
RULES = (
    code(
        METRICA,
        ("ym(", "ym ("),
        rb"(?<![A-Za-z0-9_$])ym\s?\({ }{'}?" + _ID + rb"{'}?{ },",
        real_number,
        "ym call",
    ),
    code(METRICA, ("yaCounter",), rb"yaCounter" + _ID + rb"(?!\s{0,9}=\s{0,9}new\s)", real_number, "yaCounter"),
    code(
        METRICA,
        ("Ya.Metrika",),
        rb"Ya\.Metrika2?\({ }\{(?:(?!\})[^\0]){0,300}?\bid{:}" + _ID,
        real_number,
        "Ya.Metrika call",
    ),
    code(METRICA, ("Ya.Metrika",), rb"Ya\.Metrika2?\({ }{'}?" + _ID, real_number, "Ya.Metrika call"),
    # Since 2025 the script's own address names the counter.
    code(METRICA, ("metrika/tag",), rb"metrika/tag(?:_ww)?\.js\?id{=}" + _ID, real_number, "counter script"),
    code(METRICA, ("<turbo:analytics", "<yandex:analytics"), _OF_FEED, real_number, "feed's counter", roles=_FEED),
    code(
        METRICA,
        ("mc.yandex.", "mc.webvisor."),
        rb"mc\." + _HOST + rb"{/}(?:watch|pixel){/}" + _ID,
        real_number,
        "counter image",
    ),
    code(METRICA, ("informer.yandex.",), rb"informer\." + _HOST + rb"{/}informer{/}" + _ID, real_number, "informer"),
    code(
        METRICA,
        ("metrika.yandex.", "metrica.yandex."),
        rb"metri[kc]a\." + _HOST + rb"{/}(?:stat{/})?\?id{=}" + _ID,
        real_number,
        "informer",
    ),
    code(
        METRICA,
        ("counterId", "counter_id", "yaCounterId", "metrika_id", "metrikaId", "metricaId", "MetrikaId", "MetricaId", "metrika"),
        rb"(?:counter_?[iI]d|yaCounterId|[mM]etri[kc]a_?(?:[iI]d)?){:}" + _ID,
        real_number,
        "counter key",
        # Settings of several counters stand side by side: {"mailru":{"counterId":…},"yandex":{"counterId":…}}
        unless_behind=rb"(?i:mail\.?_?ru|rambler|top-?100|liveinternet|tns|mediascope|google|facebook)[\w.\"': {\\-]{0,30}",
        near=rb"metri[kc]a|yandex",
    ),
    code(RTB, ("R-A-", "R-I-", "C-A-"), rb"(?:{<}|(?<=rtb_)|(?<=_ad_))([RC]-[AI]-[0-9]{4,9})-[0-9]{1,4}(?![0-9A-Za-z])"),
    code(
        RTB,
        ("<turbo:adNetwork",),
        rb"<turbo:adNetwork(?=[^<>]{0,80}type=[\"']Yandex[\"'])[^<>]{0,80}?\bid=[\"']([RC]-[AI]-[0-9]{4,9})-[0-9]{1,4}[\"']",
        where="feed's ad network",
        roles=_FEED,
    ),
)
