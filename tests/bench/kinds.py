"""Which kinds fire on real pages, and on how many: python -m tests.bench.kinds [--second] [../shared/real].

With --second, an independent scan beside it: one loose regex a kind over the page's bytes with their escapes undone, made from the
vendors' snippets and not from the indicators. Printed is what only one of both has; each such line is read by eye, for the scan takes
more than is meant (a number of another service) and less (spellings that only the indicators know).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

from fingerprints.extract import extract
from fingerprints.indicators import catalogue
from tests.audit.compare import PAGES, pages
from tests.conftest import SHARED

_UNESCAPED = (
    ("\\/", "/"), ("\\u002F", "/"), ("\\u0026", "&"), ("&amp;", "&"), ("&quot;", '"'), ('\\"', '"'), ("%2F", "/"), ("%3A", ":"),
    ("%3D", "="),
)  # fmt: skip
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_SECOND = {
    "adobe-launch": r"assets\.adobedtm\.com/([^\"'?\s<>]+?)/(?:satelliteLib|launch|[A-Za-z-]+\.js)",
    "adobe-organisation": r"([0-9A-F]{24}@AdobeOrg)",
    "adroll": r"adroll_adv_id\s*=\s*[\"']([A-Z0-9]{20,24})",
    "amazon-affiliate": r"(?:[?&;]tag=|tracking_id[\"']?\s*[:=]\s*[\"'])([a-z0-9-]+-2\d)\b",
    "amazon-publisher": r"apstag\.init\(\s*\{[^}]{0,200}?pubID[\"']?\s*:\s*[\"']([0-9a-f-]{4,36})",
    "amplitude": r"amplitude[\s\S]{0,200}?\.init\([\"']([0-9a-f]{32})",
    "bing-site-verification": r"msvalidate\.01[\"'][^>]*content=[\"']([0-9A-Fa-f]{32})",
    "brightcove": r"players\.brightcove\.net/(\d{6,16})/|data-account=[\"'](\d{8,16})",
    "chartbeat": r"(?:_sf_async_config|chartbeat)[\s\S]{0,300}?uid[\"']?\s*[:=]\s*[\"']?(\d{2,8})",
    "clarity": r"clarity\.ms/tag/[\"'+\s]*([a-z0-9]{8,12})",
    "cleverpush": r"static\.cleverpush\.com/(?:channel|clients?)/(?:loader/)?([A-Za-z0-9]{17})",
    "cookiebot": rf"(?:data-cbid=[\"']|cbid=)({_UUID})",
    "cxense": r"setSiteId[\"']?\s*,\s*[\"'](\d{15,20})",
    "didomi": rf"sdk\.privacy-center\.org/({_UUID})",
    "ethereum": r"\b(0x[0-9a-fA-F]{40})\b",
    "facebook-domain-verification": r"facebook-domain-verification[\"'][^>]*content=[\"']([a-z0-9]{20,40})",
    "feedburner": r"feeds?\.feedburner\.com/([A-Za-z0-9_/-]+)",
    "firebase-project": r"projectId[\"']?\s*:\s*[\"']([a-z][a-z0-9-]{3,40})[\"']",
    "gigya": r"[?&](?:apiKey|apikey)=([23]_[A-Za-z0-9_-]{40,90})",
    "google-ad-manager": r"(?:defineSlot|defineOutOfPageSlot)\(\s*[\"']/(\d{4,12})[,/]",
    "google-ads": r"\b(AW-\d{8,12})\b|google_conversion_id\s*=\s*(\d{8,12})",
    "google-search-engine": r"\b(\d{21}:[a-z0-9_-]{8,14})\b|partner-pub-(\d{16}:\d{6,12})",
    "google-site-verification": r"google-site-verification[\"'][^>]*content=[\"']([^\"'.]{20,80})",
    "heap": r"heap\.load\([\"'](\d+)",
    "histats": r"Histats\.start[\"']?\s*,\s*[\"']1,(\d+)",
    "hotjar": r"hjid\s*[\"']?\s*[:=]\s*(\d{3,8})",
    "index-exchange": r"js-sec\.indexww\.com/(?:ht|htv|apl)/[^\"']*?/?(?:p/)?(\d{5,7})",
    "infonline": r"[\"']?st[\"']?\s*:\s*[\"']([a-z0-9_-]{4,12})[\"']\s*,\s*[\"']?cp",
    "krux": r"cdn\.krxd\.net/controltag[?/](?:confid=)?([A-Za-z0-9_-]{8,10})",
    "linkedin-insight": r"_linkedin_(?:data_)?partner_id\s*=\s*[\"']?(\d{4,9})",
    "mailchimp": r"list-manage\.com/subscribe/post\?u=([0-9a-f]{25})",
    "matomo": r"setSiteId[\"']\s*,\s*[\"']?(\d{1,6})[\"']?\s*\]",
    "mediavine": r"scripts\.mediavine\.com/tags/([a-z0-9-]+)\.js",
    "mgid": r"jsc\.mgid\.com/./././([^\"'/]+)\.",
    "microsoft-uet": r"\bti[\"']?\s*:\s*[\"'](\d{5,10})[\"']",
    "mixpanel": r"mixpanel\.init\([\"']([0-9a-f]{32})",
    "new-relic": r"licenseKey[\"']?\s*[:=]\s*[\"']([0-9A-Za-z-]{8,40})",
    "new-relic-application": r"applicationID[\"']?\s*[:=]\s*[\"']?(\d+)",
    "nielsen": r"(?:uc|apid)[\"']?\s*[:=]\s*[\"'](P[0-9A-F-]{36})",
    "onesignal": rf"(?i:app_?id)[\"']?\s*[:=]\s*[\"']({_UUID})",
    "onetrust": rf"data-domain-script=[\"']({_UUID})",
    "optimizely": r"cdn\.optimizely\.com/(?:js|public)/(\d{6,12})",
    "outbrain": r"data-ob-template=[\"']([^\"']+)",
    "parsely": r"cdn\.parsely\.com/keys/([a-z0-9.-]+)/",
    "permutive": rf"cdn\.permutive\.(?:com|app)/({_UUID})",
    "pinterest-tag": r"(?:pintrk\([\"']load[\"']\s*,\s*[\"']|ct\.pinterest\.com/[^\"']*tid=)(\d{10,16})",
    "pinterest-verification": r"p:domain_verify[\"'][^>]*content=[\"']([0-9a-f]{32})",
    "quantcast": r"\b(p-[A-Za-z0-9_-]{13})\b",
    "recaptcha": r"\b(6L[A-Za-z0-9_-]{38})\b",
    "segment": r"(?:cdn\.segment\.(?:com|io)/analytics\.js/v1/|analytics\.load\([\"'])([A-Za-z0-9]{10,40})",
    "sentry": r"https://([0-9a-f]{32})@",
    "skimlinks": r"skimresources\.com/js/(\d+)X",
    "snapchat-pixel": rf"snaptr\(['\"]init['\"]\s*,\s*['\"]({_UUID})",
    "statcounter": r"sc_project\s*=\s*(\d+)",
    "stripe-key": r"(pk_live_[A-Za-z0-9]{10,100})",
    "taboola": r"cdn\.taboola\.com/libtrc/([A-Za-z0-9-]+)/",
    "teads": r"a\.teads\.tv/page/(\d+)/tag",
    "tealium": r"tags\.tiqcdn\.com/utag/([a-z0-9_.-]+)/",
    "telegram": r"(?<![a-z0-9])t\.me/([A-Za-z0-9_+]{5,40})",
    "tiktok-pixel": r"(?:ttq\.load\([\"']|analytics\.tiktok\.com/[^\"']*sdkid=)([A-Z0-9]{15,25})",
    "usercentrics": r"data-settings-id=[\"']([A-Za-z0-9_-]{7,15})",
    "whatsapp": r"(?:wa\.me/|api\.whatsapp\.com/send[^\"']*phone=)\+?(\d{8,15})",
    "wordpress-com-blog": r"\bblog['\"]?\s*:\s*['\"](\d{5,12})['\"]",
    "yandex-rtb": r"(R-A-\d+)-\d",
}
_MOST_SHOWN = 5
Page = tuple[str, str]


def main() -> int:
    """Prints the counts; 2 when there are no pages to read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SHARED / "real")
    parser.add_argument("--second", action="store_true", help="show what only the indicators or only the second scan has")
    chosen = parser.parse_args()
    if not (chosen.folder / PAGES).is_file():
        print(f"{chosen.folder / PAGES} is not there: name the folder of real pages.", file=sys.stderr)
        return 2
    found: dict[Page, set[str]] = defaultdict(set)
    scanned: dict[Page, dict[str, str]] = defaultdict(dict)
    for page in pages(chosen.folder):
        for one in extract(page).observations:
            found[one.kind, page.url].add(one.value)
        if chosen.second:
            _scan(page.url, page.body, scanned)
    _count(found)
    if chosen.second:
        _beside(found, scanned)
    return 0


def _scan(url: str, body: bytes, scanned: dict[Page, dict[str, str]]) -> None:
    text = body.decode("utf-8", "replace")
    for written, meant in _UNESCAPED:
        text = text.replace(written, meant)
    for kind, pattern in _SECOND.items():
        for match in re.finditer(pattern, text):
            value = next((group for group in match.groups() if group), "").lower()
            around = " ".join(text[max(0, match.start() - 40) : match.end() + 20].split())
            scanned[kind, url].setdefault(value, around)


def _count(found: dict[Page, set[str]]) -> None:
    on = Counter(kind for kind, _ in found)
    values: dict[str, set[str]] = defaultdict(set)
    for (kind, _), several in found.items():
        values[kind] |= several
    print(f"{len(on)} of {len(catalogue.kinds())} kinds fire.\n{'kind':32}{'pages':>6}{'values':>8}")
    for kind, number in sorted(on.items(), key=lambda pair: (-pair[1], pair[0])):
        print(f"{kind:32}{number:6}{len(values[kind]):8}")


def _beside(found: dict[Page, set[str]], scanned: dict[Page, dict[str, str]]) -> None:
    print(f"\n{'kind':32}{'both':>6}{'scan':>6}{'ours':>6}")
    for kind in _SECOND:
        urls = {url for other, url in (*found, *scanned) if other == kind}
        both, lines, ours = 0, [], 0
        for url in sorted(urls):
            mine = {value.lower() for value in found.get((kind, url), ())}
            for value, around in scanned.get((kind, url), {}).items():
                same = any(value in other or other in value for other in mine)
                both += same
                lines += [] if same else [f"    {url[:60]}: {around[:160]}"]
            theirs = scanned.get((kind, url), {})
            ours += sum(not any(value in other or other in value for other in theirs) for value in mine)
        print(f"{kind:32}{both:6}{len(lines):6}{ours:6}")
        print("\n".join(lines[:_MOST_SHOWN]), end="\n" if lines else "")


if __name__ == "__main__":
    sys.exit(main())
