"""Adobe: the organisation, the report suites of Analytics, and the property of its tag manager (Launch, once DTM)."""

from __future__ import annotations

import re

from fingerprints.indicators._values import real_name, real_token
from fingerprints.indicators.base import Kind, code

_GROUP = "A media group's organisation covers all its brands; an agency's covers its clients."
ORGANISATION = Kind(
    name="adobe-organisation",
    family="analytics",
    title="Adobe organisation",
    example="0FC436F25A5F3D620A495CFF@AdobeOrg",
    source="https://experienceleague.adobe.com/en/docs/core-services/interface/administration/organizations",
    m=0.7,
    traps=_GROUP,
)
REPORT_SUITE = Kind(
    name="adobe-report-suite",
    family="analytics",
    title="Adobe Analytics report suite",
    example="conde-newyorker",
    source="https://experienceleague.adobe.com/en/docs/analytics/implementation/vars/config-vars/account",
    m=0.5,
    traps=_GROUP + " Names for tests (dev) are dull.",
)
LAUNCH = Kind(
    name="adobe-launch",
    family="analytics",
    title="Adobe tag property",
    example="ea38d5a67a31/0b7930e94516",
    source="https://experienceleague.adobe.com/en/docs/experience-platform/tags/client-side/asynchronous-deployment",
    m=0.5,
    traps=_GROUP,
)
NAMESPACE = Kind(
    name="adobe-namespace",
    family="analytics",
    title="Adobe customer by the host that its data is sent to",
    example="harborpress",
    source="https://experienceleague.adobe.com/en/docs/analytics/implementation/vars/config-vars/trackingserver",
    m=0.7,
    traps=_GROUP,
)
KINDS = (ORGANISATION, REPORT_SUITE, LAUNCH, NAMESPACE)
_OF_ADOBE = frozenset(
    {"cm", "cookie", "dpm", "dcs", "edge", "fast", "metrics", "mboxedge", "smetrics", "adobe", "omniture", "sc", "tt"}
)
"""Names below these hosts that are Adobe's own services: https://experienceleague.adobe.com/en/docs/core-services/interface/data-collection"""


def _suite(text: str) -> str | None:
    return real_name(text) if len(text) > 3 and not text.isdigit() else None


def _customer(text: str) -> str | None:
    name = text.lower()
    return None if name in _OF_ADOBE or re.fullmatch(r"(?:mboxedge|edge|dcs)\d+", name) else real_name(name)


_SUITE = rb"([A-Za-z0-9][A-Za-z0-9._-]{3,60})"
RULES = (
    code(
        ORGANISATION,
        ("@AdobeOrg", "%40AdobeOrg"),
        rb"(?:@|%40)AdobeOrg",
        lambda text: real_token(text) and f"{text}@AdobeOrg",
        behind=rb"(?<![0-9A-Za-z])([0-9A-F]{24})",
    ),
    # Several suites stand in a row, with commas; the first is the global one of the group, the last the brand's own.
    code(REPORT_SUITE, ("s_account",), rb"(?<![A-Za-z0-9_])s_account{:}" + _SUITE + rb"(?=[,\"'\\])", _suite, "s_account"),
    code(
        REPORT_SUITE,
        ("s_account",),
        rb"(?<![A-Za-z0-9_])s_account{:}[A-Za-z0-9._-]{3,60},{ }" + _SUITE + rb"(?=[,\"'\\])",
        _suite,
        "s_account",
    ),
    code(
        REPORT_SUITE,
        (".2o7.net", ".omtrdc.net"),
        rb"\.(?:112\.)?(?:2o7|omtrdc)\.net{/}b{/}ss{/}" + _SUITE + rb"{/}",
        _suite,
        "image",
    ),
    code(
        NAMESPACE,
        (".2o7.net", ".omtrdc.net", ".demdex.net"),
        rb"\.(?:2o7|omtrdc|demdex)\.net{.}",
        _customer,
        "host",
        behind=rb"{<}([A-Za-z0-9][A-Za-z0-9-]{2,40})(?:\.(?:sc|tt|sd|hb|[a-z]?[0-9]{1,3})){0,2}",
    ),
    code(
        NAMESPACE, ("visitorNamespace",), rb"visitorNamespace{:}([A-Za-z0-9][A-Za-z0-9-]{2,40}){'}", _customer, "visitorNamespace"
    ),
    code(REPORT_SUITE, ("/b/ss/",), rb"/b/ss/" + _SUITE + rb"/[0-9]{1,3}/", _suite, "image"),
    code(
        LAUNCH,
        ("assets.adobedtm.com",),
        rb"assets\.adobedtm\.com{/}(?:launch-EN)?([0-9a-f]{12}/[0-9a-f]{12}){/}",
        real_token,
        "script",
    ),
    code(REPORT_SUITE, ("s_gi(",), rb"(?<![A-Za-z0-9_])s_gi\({ }{'}" + _SUITE + rb"{'}", _suite, "s_gi call"),
    code(
        LAUNCH,
        ("assets.adobedtm.com",),
        rb"assets\.adobedtm\.com{/}launch-(EN[0-9a-f]{32})(?:-[a-z]{7,11})?(?:\.min)?\.js",
        real_token,
        "script",
    ),
    code(LAUNCH, ("assets.adobedtm.com",), rb"assets\.adobedtm\.com{/}([0-9a-f]{40}){/}satelliteLib-", real_token, "script"),
)
