"""ads.txt beside the exchanges' sellers.json: who is paid for the site's advertising, as far as a local copy tells (fingerprints.sellers)."""

from __future__ import annotations

from collections.abc import Iterator

from fingerprints import sellers
from fingerprints.indicators.ads_txt import DIRECT, OWNER, records
from fingerprints.indicators.base import Found, Kind, Proof, Reader
from fingerprints.model import Role
from fingerprints.scan import Scan
from fingerprints.sellers import SellerType

_SOURCE = "https://iabtechlab.com/wp-content/uploads/2019/07/Sellers.json_Final.pdf"
_TRAPS = (
    "A sales house or a publisher of many titles that sells for partners on accounts of its own; lines pasted from elsewhere."
)
NAME = Kind(
    "seller-name",
    "ads",
    "Legal name of a DIRECT seller, by the exchange's sellers.json",
    "nordfunk medien gmbh",
    _SOURCE,
    m=0.6,
    cap=9.0,
    traps=_TRAPS,
)
DOMAIN = Kind(
    "seller-domain", "ads", "Domain of a DIRECT seller, by the exchange's sellers.json", "nordfunk-post.com", _SOURCE, m=0.6, cap=9.0, traps=_TRAPS
)  # fmt: skip
OWNER_CONFIRMED = Kind(
    "ads-txt-confirmed-owner",
    "control",
    "Owner by ads.txt whom an exchange's sellers.json confirms",
    "nordfunk-post.com",
    _SOURCE,
    proves=Proof.CONTROL,
    m=0.6,
    cap=11.0,
    traps="A former owner whose lines were left; an imposter who names another's domain and account, and is paid nothing.",
)


def _read(scan: Scan) -> Iterator[Found]:
    lines = list(records(scan))
    owners = {one.value for one in lines if one.kind is OWNER} or {scan.page.site}
    told: set[tuple[Kind, str]] = set()
    for line in lines:
        for found in _of_line(line, owners) if line.kind is DIRECT else ():
            if (found.kind, found.value) not in told:
                told.add((found.kind, found.value))
                yield found


def _of_line(line: Found, owners: set[str]) -> Iterator[Found]:
    exchange, _, account = line.value.partition("/")
    seller = sellers.look_up(exchange, account)
    if seller is None or seller.type is SellerType.INTERMEDIARY:
        return
    where = f"DIRECT line, {seller.type.value.lower()} by sellers.json of {exchange} ({seller.fetched})"
    if len(seller.name) > 2 and seller.name.isprintable():
        yield line._replace(kind=NAME, value=seller.name.casefold(), where=where)
    if seller.domain:
        yield line._replace(kind=DOMAIN, value=seller.domain, where=where)
        if seller.domain in owners:
            yield line._replace(kind=OWNER_CONFIRMED, value=seller.domain, where=where)


KINDS = (NAME, DOMAIN, OWNER_CONFIRMED)
RULES = (Reader(KINDS, _read, roles=frozenset({Role.ADS_TXT}), needs=("direct",)),)
