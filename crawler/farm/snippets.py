"""Where the values of a site stand in its pages: the snippets of one page class, by their place in the layout."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random
from urllib.parse import urlsplit

from markupsafe import Markup

from crawler.farm.kinds import Kind, commented, fill_in, kinds, quoted
from crawler.farm.languages import language
from crawler.farm.plan import Carried, Site
from crawler.farm.world import PageClass

_PLACES = {name: name.replace("-", "_") for name in ("head", "body-end", "content", "contact", "social", "footer")}


_NONE = Markup()


@dataclass(frozen=True, slots=True)
class Snippets:
    """Mark-up for each place of a layout; all are empty where there is nothing."""

    head: Markup = _NONE
    body: Markup = _NONE
    """Just behind <body>."""
    slot: Markup = _NONE
    """Inside an article, between paragraphs."""
    content: Markup = _NONE
    """Behind an article's text."""
    contact: Markup = _NONE
    social: Markup = _NONE
    footer: Markup = _NONE
    body_end: Markup = _NONE


def snippets(site: Site, page_class: PageClass, platform_account: str = "") -> Snippets:
    """All snippets of the pages of this class.

    Args:
        platform_account: the AdSense account of the platform that the site lives on.
    """
    places: dict[str, list[str]] = defaultdict(list)
    for one in site.carried:
        if page_class in one.pages and kinds()[one.kind].forms:
            _place(one, site, page_class, places)
    places["footer"].extend(f'<a href="{address}">{urlsplit(address).hostname}</a>' for address in site.recommends)
    if platform_account:
        places["head"].append(_PLATFORM.format(account=platform_account, domain=site.platform))
        if page_class == "articles":
            places["content"].append(_PLATFORM_AD.format(account=platform_account))
    return Snippets(**{place: Markup("\n".join(texts)) for place, texts in places.items()})  # noqa: S704  our own mark-up


# What a platform writes into its tenants' pages, as Google documents it for "AdSense for platforms".
_PLATFORM = """<meta name="google-adsense-platform-account" content="ca-host-{account}"/>
<meta name="google-adsense-platform-domain" content="{domain}"/>"""
_PLATFORM_AD = '<div class="blog-ad" data-ad-host="ca-host-{account}"></div>'


def _place(one: Carried, site: Site, page_class: PageClass, places: dict[str, list[str]]) -> None:
    kind = kinds()[one.kind]
    facts = _facts(one, site)
    if one.credit:
        places["footer"].append(fill_in(kind.credit, kind, one.value, facts))
        return
    main = fill_in(kind.forms[one.form % len(kind.forms)], kind, one.value, facts).strip()
    if one.state == "quoted":
        places["contact" if page_class == "about" else "content"].append(quoted(main))
        return
    place = _PLACES[kind.place]
    if place == "contact" and page_class != "about":
        place = "footer"
    places[place].append(commented(main) if one.state == "commented" else main)
    if one.state == "live":
        _second_parts(kind, one, facts, page_class, places)


def _second_parts(kind: Kind, one: Carried, facts: dict[str, str], page_class: PageClass, places: dict[str, list[str]]) -> None:
    if kind.body:
        places["body"].append(fill_in(kind.body, kind, one.value, facts).strip())
    if kind.content and page_class == "articles":
        places["slot"].append(fill_in(kind.content, kind, one.value, facts).strip())


def _facts(one: Carried, site: Site) -> dict[str, str]:
    labels = language(site.language).labels
    return {
        "n": "Y" if one.source == "placeholder" else str(one.number),
        "app": str(Random(f"{site.domain} {one.kind}").randint(10**8, 10**9 - 1)),
        "domain": site.domain,
        "language": site.language,
        "label_email": labels["email"],
        "label_design": labels["design"],
    }
