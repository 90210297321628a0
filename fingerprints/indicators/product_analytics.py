"""Analytics and experiments of product teams: Segment, Mixpanel, Amplitude, Heap, PostHog, Optimizely, VWO, AB Tasty, Kissmetrics."""

from __future__ import annotations

from fingerprints.indicators._values import real_number, real_token
from fingerprints.indicators.base import Kind, code

_VENDOR = "A vendor's widget brings the vendor's own key; a group uses one key on its sites."


def _kind(name: str, title: str, example: str, source: str) -> Kind:
    return Kind(name=name, family="analytics", title=title, example=example, source=source, m=0.5, traps=_VENDOR)


SEGMENT = _kind(
    "segment",
    "Segment write key",
    "8tb69qtawc",
    "https://segment.com/docs/connections/sources/catalog/libraries/website/javascript/",
)
MIXPANEL = _kind(
    "mixpanel",
    "Mixpanel token",
    "9659875b92ba8fa639ba476aedbb73b9",
    "https://docs.mixpanel.com/docs/tracking-methods/sdks/javascript",
)
AMPLITUDE = _kind(
    "amplitude", "Amplitude key", "3f7c1e09ab52d8640e1f9a3b87c2d605", "https://amplitude.com/docs/sdks/analytics/browser"
)
HEAP = _kind("heap", "Heap environment", "2849301756", "https://developers.heap.io/docs/web")
POSTHOG = _kind(
    "posthog", "PostHog project key", "phc_Qk3vT8wYc1MzRb5NxLdH2sFg7JpUe9Ao4iXyC6mBnKt", "https://posthog.com/docs/libraries/js"
)
OPTIMIZELY = _kind(
    "optimizely", "Optimizely project", "331623015", "https://docs.developers.optimizely.com/web-experimentation/docs"
)
VWO = _kind("vwo", "VWO account", "418273", "https://help.vwo.com/hc/en-us/articles/360021171954")
AB_TASTY = _kind("ab-tasty", "AB Tasty account", "5c1e0a9b3d87f246e1f0a9c37d5b2864", "https://docs.abtasty.com/")
KINDS = (SEGMENT, MIXPANEL, AMPLITUDE, HEAP, POSTHOG, OPTIMIZELY, VWO, AB_TASTY)
_SEGMENT_KEY = rb"([A-Za-z0-9]{10}|[A-Za-z0-9]{32})"
RULES = (
    code(SEGMENT, ("analytics.load(",), rb"analytics\.load\({ }{'}" + _SEGMENT_KEY + rb"{'}", real_token, "analytics.load call"),
    code(
        SEGMENT,
        ("cdn.segment.com",),
        rb"cdn\.segment\.com{/}analytics\.js{/}v1{/}" + _SEGMENT_KEY + rb"{/}",
        real_token,
        "script",
    ),
    # Other vendors' snippets are made after Segment's, so a write key alone does not say whose it is.
    code(
        SEGMENT,
        ("writeKey",),
        rb"writeKey{:}" + _SEGMENT_KEY + rb"{'}",
        real_token,
        "settings",
        near=rb"segment\.(?:com|io)|type=[\"']?segment|AnalyticsBrowser",
    ),
    code(MIXPANEL, ("mixpanel.init(",), rb"mixpanel\.init\({ }{'}([0-9a-f]{32}){.}", real_token, "mixpanel.init call"),
    code(
        AMPLITUDE,
        ("amplitude",),
        rb"amplitude\.(?:getInstance\([^()]{0,40}\)\.)?init(?:All)?\({ }{'}([0-9a-f]{32}){.}",
        real_token,
        "amplitude.init call",
    ),
    code(
        AMPLITUDE,
        ("amplitude.createInstance",),
        rb"amplitude\.createInstance\([^()]{0,40}\)[^<>]{0,120}?\.init\({ }{'}([0-9a-f]{32}){.}",
        real_token,
        "init call of an instance",
    ),
    code(AMPLITUDE, ("amplitude.com",), rb"amplitude\.com{/}(?:script|libs){/}([0-9a-f]{32})\.js", real_token, "script"),
    code(HEAP, ("heap.load(",), rb"heap\.load\({ }{'}([0-9]{8,11}){'}", real_number, "heap.load call"),
    code(HEAP, ("heap-",), rb"heap-([0-9]{8,11})\.js", real_number, "script"),
    code(POSTHOG, ("phc_",), rb"{<}(phc_[A-Za-z0-9]{40,45}){.}", real_token),
    code(
        OPTIMIZELY,
        ("cdn.optimizely.com",),
        rb"cdn\.optimizely\.com{/}(?:js|public){/}([0-9]{6,12})(?:\.js|{/})",
        real_number,
        "script",
    ),
    code(
        VWO,
        ("account_id", "_vis_opt_account_id", "_vwo_code"),
        rb"(?:_vwo_code[^\0]{0,120}?|_vis_opt_)?account_id{:}([0-9]{2,7}){.}",
        real_number,
        "VWO settings",
        near=rb"_vwo_code|visualwebsiteoptimizer|_vis_opt",
    ),
    code(AB_TASTY, ("try.abtasty.com",), rb"try\.abtasty\.com{/}([0-9a-f]{32})(?:{/}|\.js)", real_token, "script"),
)
