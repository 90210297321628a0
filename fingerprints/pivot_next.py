"""What to crawl next: domains that sites of the store name, and that nobody has looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fingerprints.stores.neighbours import Neighbours

_NAMES = {
    "redirect": "{site} sends its visitors there",
    "ads-txt-owner-domain": "{site} names it as its owner in ads.txt",
    "tls-names": "a certificate of {site} names it",
    "ct-names": "a published certificate of {site} names it",
    "assets-from": "{site} loads its files from there",
    "lookalike": "{site} imitates its name",
    "home-link": "{site} links to its front page",
}
"""Kinds whose values are domains, the most telling first, and what each says."""
_ADDRESSES = {
    "registrant-email": "the address that registered {site}",
    "soa-email": "the mailbox in the DNS of {site}",
    "email": "an address on {site}",
}
"""Kinds whose values are e-mail addresses: their domains are sites of the operator as often as a mail provider's."""
_RANK = {kind: rank for rank, kind in enumerate((*_NAMES, "alike", *_ADDRESSES))}
_MOST_SITES = 12
"""Sites whose values are looked through: the tip, and those that are linked with it."""
_MOST = 40
_MOST_ALIKE = 200
_LIKE_FROM = 4
"""Letters at the beginning of a name by which look-alikes are looked for."""
_MAIL_PROVIDER_FROM = 3
"""An address's domain that so many sites use is a mail provider's."""


@dataclass(frozen=True, slots=True)
class Uncrawled:
    """A domain to look at."""

    domain: str
    why: str
    """A sentence's part: what was seen, and on which site."""


def uncrawled(store: Neighbours, tip: str, sites: Iterable[str]) -> list[Uncrawled]:
    """Domains worth a visit, the most telling first.

    Args:
        store: what was seen.
        tip: a site's name, whose look-alikes are looked for; empty for none.
        sites: the tip and the sites that are linked with it, strongest first.
    """
    found: dict[str, tuple[int, Uncrawled]] = {}
    if tip and store.site(tip) is None:
        found[tip] = (-1, Uncrawled(tip, "the tip itself: nobody has looked at it"))
    for site in list(dict.fromkeys(sites))[:_MOST_SITES]:
        for kind, one in named(store, site):
            rank = _RANK[kind]
            if one.domain not in found or rank < found[one.domain][0]:
                found[one.domain] = (rank, one)
    for one in _alike(store, tip):
        found.setdefault(one.domain, (_RANK["alike"], one))
    new = [(rank, domain, one) for domain, (rank, one) in found.items() if store.site(domain) is None]
    return [one for _, _, one in sorted(new, key=lambda row: row[:2])[:_MOST]]


def named(store: Neighbours, site: str) -> Iterator[tuple[str, Uncrawled]]:
    """(kind, domain) of all that a site names, also what was looked at already; services for everybody are left out."""
    number = store.site(site)
    for one in store.held(number) if number is not None else ():
        if one.kind in _NAMES:
            domain = one.text.removeprefix("*.")
            if not _is_provider(domain):
                yield one.kind, Uncrawled(domain, _NAMES[one.kind].format(site=site))
        elif one.kind in _ADDRESSES and store.count(one.value, _MAIL_PROVIDER_FROM) < _MAIL_PROVIDER_FROM:
            domain = one.text.rpartition("@")[2]
            if "." in domain and domain != site and not _is_provider(domain):
                yield one.kind, Uncrawled(domain, f"{_ADDRESSES[one.kind].format(site=site)} is there: {one.text}")


def _is_provider(domain: str) -> bool:
    from fingerprints.hosting import of_host

    return of_host(domain) is not None


def _alike(store: Neighbours, tip: str) -> Iterator[Uncrawled]:
    """Domains that are named somewhere in the store and whose name imitates the tip's."""
    if not tip:
        return
    seen = {
        text
        for kind in _NAMES
        for text in store.beginning(kind, tip[:_LIKE_FROM], _MOST_ALIKE)
        if text != tip and store.site(text) is None
    }
    if not seen:
        return
    from fingerprints.lookalikes import Brands

    brands = Brands([tip])
    for domain in sorted(seen):
        like = brands.find(domain)
        if like:
            yield Uncrawled(domain, f"its name is like {tip} ({like.technique})")
