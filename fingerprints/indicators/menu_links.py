"""The other sites that footers and menus name: a group's sites name each other there, and their group's own domains.

A link in an article says what the article is about. What stands in footers and menus was put there by who runs the site, and
two sites that name each other there have agreed on it: a copy can name its original, and the original never names the copy.
Of 41 pairs among 478 public news sites that do so, all belong to one group or association.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fingerprints.indicators._third_parties import is_service
from fingerprints.indicators._values import real_token
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.scan import Scan
from fingerprints.sites import site_or_none

MENU_LINK = Kind(
    name="menu-link",
    family="legal",
    title="Other site that footers or menus link to",
    example="nordfunk-group.com",
    source="Measured on public pages: links inside elements that are or are called footer, navigation or menu.",
    proves=Proof.FACT,
    m=0.5,
    cap=2.9,
    traps="The agency that made the site, a partner, an association, an office of the state; a copy names what its original names.",
)
MUTUAL_LINK = Kind(
    name="mutual-link",
    family="mutual",
    title="Two sites whose footers or menus name each other",
    example="harbor-news.com nordfunk-group.com",
    source="Measured on public pages: of 41 such pairs of news sites all belong to one group or association.",
    m=0.3,
    cap=5.0,
    traps="Partners, associations and friends name each other, and so do strangers who exchange links for search engines.",
)
FORM = Kind(
    name="google-form",
    family="contact",
    title="Google form that a footer or menu sends visitors to",
    example="1FAIpQLSdQ7hX2mZkR5tYvWc9B3nLpE8aJfU6sGoT4iDxK1yHbNeCqVw",
    source="https://developers.google.com/workspace/forms/api/reference/rest/v1/forms, and short links of forms.gle as Google makes them",
    m=0.3,
    traps="A survey, a petition or a platform's form for complaints that strangers ask their readers to fill in.",
)
_FORM = re.compile(r"(?:docs\.google\.com/forms/(?:u/\d/)?d/(?:e/)?|forms\.gle/)(?P<id>[\w-]{17,60}+)")
_MOST = 60
"""Sites named on one page; a page that names more is a directory."""


def _named(scan: Scan) -> dict[str, Found]:
    """The other sites that the page's boilerplate links to, with where each is linked first."""
    inside = set(scan.dom.boilerplate_links())
    found: dict[str, Found] = {}
    for tag, host in scan.outward_links if inside else ():
        if tag.attributes.get("href", "").strip() not in inside:
            continue
        site = site_or_none(f"https://{host}")
        if site and site != scan.page.site and site not in found and not is_service(site):
            found[site] = Found(MENU_LINK, site, *tag.offsets["href"], "link in a footer or menu")
    return found if len(found) <= _MOST else {}


def _forms(scan: Scan) -> Iterator[Found]:
    """The forms that the page's boilerplate links to."""
    inside = set(scan.dom.boilerplate_links())
    for tag, _ in scan.outward_links if inside else ():
        address = tag.attributes.get("href", "").strip()
        form = _FORM.search(address) if address in inside else None
        if form and real_token(form["id"]):
            yield Found(FORM, form["id"], *tag.offsets["href"], "link in a footer or menu")


def _read(scan: Scan) -> Iterator[Found]:
    for site, found in _named(scan).items():
        yield found
        yield found._replace(kind=MUTUAL_LINK, value=" ".join(sorted((scan.page.site, site))))


KINDS = (MENU_LINK, MUTUAL_LINK, FORM)
RULES = (Reader((MENU_LINK, MUTUAL_LINK), _read), Reader((FORM,), _forms, needs=("forms.gle/", "google.com/forms/")))
