"""Who a site says is responsible for it: the company's page behind "Privacy" or "Imprint", and the name behind the ©.

Sites of one publisher send their readers to one privacy notice on the publisher's own domain. A service's notice that many
customers link to (Google's, a consent manager's) ties nobody: the best known are left out here, and the background table knows
others.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain
from urllib.parse import unquote, urlsplit

from fingerprints.indicators.base import Found, Kind, Reader
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

LEGAL_PAGE = Kind(
    name="legal-page",
    family="legal",
    title="Another domain's privacy, terms or imprint page, linked as the site's own",
    example="harbor-media.com/privacy-notice",
    source="Measured on public pages: links whose text or path says privacy, terms or imprint.",
    m=0.5,
    cap=9.0,
    traps="A service's terms (a shop system, a comment system, an advertising association) are linked by all its customers.",
)
COPYRIGHT = Kind(
    name="copyright-holder",
    family="legal",
    title="Name in the copyright line",
    example="harbor media group, inc",
    source="https://www.copyright.gov/circs/circ03.pdf",
    m=0.5,
    cap=8.0,
    traps="An agency whose text is carried, the maker of a theme or script, a platform; common names.",
)
_WORDS = (
    r"privacy|datenschutz|impressum|imprint|terms[\s_/-]?(?:of|and|&)|terms-?service|conditions|nutzungsbedingungen|"
    r"mentions[\s_-]?l[eé]gales|confidentialit|donn[eé]es[\s_-]personnelles|aviso[\s_-]?legal|privacidad|privacidade|"
    r"note[\s_-]legali|informativa|privatlivs|personvern|integritetspolicy|tietosuoja|polityka[\s_-]prywatno|regulamin|"
    r"конфиденциальност|пользовательск|adatv[eé]delmi|gizlilik|kullan[iı]m[\s_-]ko|ccpa|do[\s_-]?not[\s_-]?sell|"
    r"سياسة الخصوصية|حریم خصوصی|隐私|免责声明|プライバシー|copyright-notice"
)
_SAYS_SO = re.compile(_WORDS)  # of text in lower case: ignoring case takes five times as long
SERVICES = frozenset(
    {
        "aboutads.info",
        "aboutcookies.org",
        "addthis.com",
        "adobe.com",
        "adthrive.com",
        "afp.com",
        "akismet.com",
        "allaboutcookies.org",
        "amazon.com",
        "ap.org",
        "apple.com",
        "automattic.com",
        "blogger.com",
        "cafemedia.com",
        "cloudflare.com",
        "cookiebot.com",
        "cookiedatabase.org",
        "cookielaw.org",
        "creativecommons.org",
        "disqus.com",
        "dpa.com",
        "europa.eu",
        "facebook.com",
        "freeprivacypolicy.com",
        "ftc.gov",
        "gdpr-info.eu",
        "ghost.org",
        "google.com",
        "gravatar.com",
        "hcaptcha.com",
        "ico.org.uk",
        "instagram.com",
        "iubenda.com",
        "linkedin.com",
        "mailchimp.com",
        "mediavine.com",
        "medium.com",
        "microsoft.com",
        "networkadvertising.org",
        "oag.ca.gov",
        "onetrust.com",
        "optimonk.com",
        "optout.networkadvertising.org",
        "outbrain.com",
        "paypal.com",
        "pinterest.com",
        "privacypolicies.com",
        "privacypolicygenerator.info",
        "quantcast.com",
        "raptive.com",
        "reuters.com",
        "sharethis.com",
        "shopify.com",
        "spotify.com",
        "squarespace.com",
        "stripe.com",
        "substack.com",
        "taboola.com",
        "termly.io",
        "tiktok.com",
        "trustarc.com",
        "truste.com",
        "tumblr.com",
        "twitter.com",
        "vk.com",
        "weebly.com",
        "whatsapp.com",
        "wikimediafoundation.org",
        "wikipedia.org",
        "wix.com",
        "wordpress.com",
        "wordpress.org",
        "x.com",
        "yahoo.com",
        "yandex.com",
        "yandex.ru",
        "youronlinechoices.com",
        "youronlinechoices.eu",
        "youtube.com",
    }
)
_MOST_COMPANIES = 3
_LONGEST_LINK_TEXT = 300
_LONGEST_PATH = 120
_MARKUP = re.compile(rb"<[^>]{0,500}>")
_SIGNS = ("©", "&copy;", "&#169;", "&#xa9;")
_YEARS = re.compile(r"\b(?:19|20)\d\d\b(?:\s{0,3}[-–—/,]\s{0,3}(?:\d{2,4}|present|heute))?", re.I)
_ENDS = re.compile(
    r"\ball rights\b|\balle rechte\b|\btous droits\b|\btodos los\b|\btutti i\b|\bвсе права\b|\bwszelkie\b|[|•·\n\r]|\s[-–—]\s|\.\s|\.?$",
    re.I,
)
_LEADS = re.compile(r"^[\s,.:;()\"'–—-]{0,20}(?:(?:copyright|by|von|the)\b)?[\s,.:;()\"'–—-]{0,20}", re.I)
_NOT_A_NAME = re.compile(
    r"[{}<>=\[\];]|https?:|licen[cs]e|jquery|\b(?:ap|afp|dpa|reuters|getty|imago|shutterstock|adobe stock|istock|pixabay|"
    r"vbulletin|jelsoft|phpbb|xenforo|invision|discuz|mybb|smf|simple machines|woltlab|tapatalk|automattic|wordpress|blogger|squarespace|"
    r"wix|shopify|substack|medium|ghost|tumblr|weebly|jimdo|joomla|drupal|typo3|microsoft|apple|facebook|twitter|yahoo|"
    r"associated press|picture alliance|alamy|openstreetmap|google|mapbox)\b",
    re.I,
)
_OF_SOFTWARE = re.compile(
    rb"powered|software|theme|template|plug-?in|style\s{1,9}by|skin|engine|widget|map data|leaflet|translat", re.I
)
_SOFTWARE_BEFORE = 120
_MOST_COPYRIGHTS = 20


def _links(scan: Scan) -> Iterator[Found]:
    found: dict[str, list[Found]] = {}
    for tag, _host in scan.outward_links:
        address = tag.attributes.get("href", "").strip()
        if not _is_legal(address[:300], scan.body[tag.end : tag.end + _LONGEST_LINK_TEXT].split(b"</a", 1)[0]):
            continue
        address = f"https:{address}" if address.startswith("//") else address
        site = site_or_none(address)
        value = _page(address)
        if site and value and site != scan.page.site and site not in SERVICES:
            found.setdefault(site, []).append(Found(LEGAL_PAGE, value, *tag.offsets["href"], "link to a legal page"))
    # A page that links to many companies' notices lists its partners: whose notice is its own cannot be told.
    if len(found) <= _MOST_COMPANIES:
        yield from chain.from_iterable(found.values())


@lru_cache(maxsize=8192)
def _is_legal(address: str, inner: bytes) -> bool:
    """Whether a link's address or text says so. The pages of a site link to the same."""
    text = html.unescape(_MARKUP.sub(b" ", inner).decode("utf-8", "replace"))[:80]
    return _SAYS_SO.search(f"{unquote(address)} {text}".lower()) is not None


def _page(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return None
    return f"{host}{parts.path.rstrip('/').lower()}"[:_LONGEST_PATH] if "." in host else None


def _signs(scan: Scan) -> list[tuple[int, int]]:
    """Where the first copyright signs stand."""
    found = ((at, at + len(sign.encode())) for sign in _SIGNS for at in scan.places(sign)[:_MOST_COPYRIGHTS])
    return sorted(found)[:_MOST_COPYRIGHTS]


def holders(scan: Scan) -> tuple[Found, ...]:
    """The names behind the page's copyright signs."""
    return scan.once(_holders)


def _holders(scan: Scan) -> tuple[Found, ...]:
    found = []
    for start, end in _signs(scan):
        region = scan.region_at(start)
        if region is not None and region.name != "comment":
            continue
        if _OF_SOFTWARE.search(scan.body, max(0, start - _SOFTWARE_BEFORE), start):
            continue  # "Powered by… ©": who made the forum's software, not who runs it
        after = scan.body[end : end + 400]
        text = html.unescape(_MARKUP.sub(b" ", after).decode("utf-8", "replace"))
        name = _holder(text)
        if name:
            found.append(Found(COPYRIGHT, name, start, end, "copyright line"))
    return tuple(found)


def _holder(text: str) -> str | None:
    """The name that a copyright line begins with, in lower case: years, "by" and what follows it are taken off."""
    line = " ".join(_YEARS.sub(" ", text.lstrip()[:160]).split(" "))
    line = _LEADS.sub("", _LEADS.sub("", line))
    end = _ENDS.search(line)
    name = " ".join((line[: end.start()] if end else line).split()).strip(" ,.:;-–—\"'()").casefold()
    if not 4 <= len(name) <= 70 or len(name.split()) > 8 or not name.isprintable() or _NOT_A_NAME.search(name):
        return None
    return name if sum(letter.isalpha() for letter in name) >= 4 else None


KINDS = (LEGAL_PAGE, COPYRIGHT)
RULES = (
    Reader((LEGAL_PAGE,), _links),
    Reader((COPYRIGHT,), holders, needs=_SIGNS),
)
