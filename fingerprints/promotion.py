"""Lists of shares (account, address, time) → accounts that spread sites, and accounts that share the same within minutes.

Pure: the records that are made here are read by indicators/promotion.py as a probe's are.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from fingerprints import tabular
from fingerprints.extract import extract
from fingerprints.indicators.accounts import ACCOUNTS
from fingerprints.indicators.promotion import pair
from fingerprints.model import Observation, Outcome, Page, Role
from fingerprints.probe_records import encode, facts_of
from fingerprints.sites import site_or_none

MOST_ROWS = 2_000_000
_ACCOUNT = ("account", "user", "author", "screen_name", "username", "page", "page name", "handle", "profile")
_ADDRESS = ("url", "link", "address", "expanded_url", "final link")
_TIME = ("time", "date", "created_at", "timestamp", "created", "post created", "published")
"""Names of columns, in the order of preference; those of CrowdTangle's and of Twitter's exports are among them."""
_MARKS = ("utm_", "fbclid=", "gclid=", "yclid=", "mc_cid=", "mc_eid=", "igshid=")
"""What networks and newsletters add to the addresses that they lead to."""
_MOST_SITES = 100
"""An account that shares more sites than this shares everybody's."""
_MOST_IN_WINDOW = 50
"""Accounts that share one address within minutes; with more it is the news of the day."""
_LEAST_TOGETHER = 3
_LEAST_SHARE = 0.2
"""Two accounts act together when they share so many addresses within minutes, and this part of what the less busy one shares."""
_MOST_MEETINGS = 20_000_000
"""Meetings of two accounts that are counted."""
_MOST_ACCOUNTS, _MOST_PAIRS = 200, 200
"""Of each site that are kept, those with most shares."""
_LONGEST = 200


class SharesError(ValueError):
    """A list that cannot be used; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Share:
    """One post."""

    account: str
    url: str
    site: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Together:
    """Two accounts that share the same addresses within minutes."""

    one: str
    other: str
    urls: tuple[str, ...]
    """Sorted."""
    of: tuple[int, int]
    """How many addresses each of them shared."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What a list holds."""

    rows: tuple[Share, ...]
    """By time."""
    unread: int
    """Rows without an account, an address of a site or a time."""


def read(text: str) -> Shares:
    """A CSV file with a header, or one JSON object a line.

    Raises:
        SharesError: neither, without the columns, or longer than MOST_ROWS.
    """
    start = text.lstrip("\ufeff \r\n\t")
    found, unread = [], 0
    for number, row in enumerate(_json_rows(start) if start.startswith("{") else _csv_rows(start)):
        if number >= MOST_ROWS:
            raise SharesError(f"It has more than {MOST_ROWS:,} rows. Split it.")
        share = _share(row)
        if share:
            found.append(share)
        else:
            unread += 1
    if not found:
        raise SharesError("No row has an account, an address of a site and a time. Name the columns account, url and time.")
    return Shares(tuple(sorted(found, key=lambda share: (share.at, share.account, share.url))), unread)


def _json_rows(text: str) -> Iterator[Mapping[str, Any]]:
    for row in tabular.objects(text):
        yield {str(key).strip().lower(): value for key, value in row.items()}


def _csv_rows(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        lines = tabular.cells(text)
        names = [name.lower() for name in next(lines, [])]
        if not all(set(names) & set(wanted) for wanted in (_ACCOUNT, _ADDRESS, _TIME)):
            raise SharesError("Its first line names no account, url and time. Add a header: account,url,time.")
        yield from (dict(zip(names, row, strict=False)) for row in lines if row)
    except tabular.NoRowsError as error:
        raise SharesError(str(error)) from error


def _share(row: Mapping[str, Any]) -> Share | None:
    account, url, time = (_first(row, names) for names in (_ACCOUNT, _ADDRESS, _TIME))
    at, site, name = tabular.moment(time), site_or_none(url) if url else None, account_of(account)
    return Share(name, _bare(url), site, at) if at and site and name else None


def _bare(url: str) -> str:
    """An address without what is added to it on the way: a fragment, the marks of campaigns."""
    address, _, query = url.partition("#")[0].partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith(_MARKS))
    return f"{address.rstrip('/')}?{kept}" if kept else address.rstrip("/")


def _first(row: Mapping[str, Any], names: Iterable[str]) -> str:
    return next((str(row[name]).strip() for name in names if row.get(name) not in (None, "")), "")


def account_of(text: str) -> str:
    """The name under which an account is kept: service/name where its address tells, as x/harborfan; else in lower case."""
    profile = ACCOUNTS.profile(text) if "//" in text else None
    name = f"{profile.kind.name}/{profile.value}" if profile else text.strip().lstrip("@").lower()
    return name if 0 < len(name) <= _LONGEST and name.isprintable() else ""


def together(shares: Shares, within: timedelta) -> list[Together]:
    """Accounts that share the same addresses within minutes, oftener than followers of one source do; those with most first.

    Args:
        shares: the list.
        within: how far apart two shares of one address may be.
    """
    by_url: defaultdict[str, list[Share]] = defaultdict(list)
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    for share in shares.rows:
        by_url[share.url].append(share)
        addresses[share.account].add(share.url)
    met: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    left = _MOST_MEETINGS
    for url, rows in by_url.items():
        for one, other in _meetings(rows, within):
            met[one, other].add(url)
            left -= 1
        if left < 0:
            break
    found = []
    for (one, other), urls in met.items():
        of = len(addresses[one]), len(addresses[other])
        if len(urls) >= _LEAST_TOGETHER and len(urls) >= _LEAST_SHARE * min(of):
            found.append(Together(one, other, tuple(sorted(urls)), of))
    return sorted(found, key=lambda both: (-len(both.urls), both.one, both.other))


def _meetings(rows: list[Share], within: timedelta) -> Iterator[tuple[str, str]]:
    """Pairs of accounts, in order, whose shares of one address lie so near. Rows are by time."""
    times = [row.at for row in rows]
    for place, row in enumerate(rows):
        end = bisect_right(times, row.at + within)
        if end - bisect_left(times, row.at - within) <= _MOST_IN_WINDOW:
            for other in rows[place + 1 : end]:
                if other.account != row.account:
                    yield min(row.account, other.account), max(row.account, other.account)


def observations(
    shares: Shares, both: Iterable[Together], within: timedelta, source: str, wanted: Callable[[str], bool]
) -> Iterator[Observation]:
    """What the list says of sites.

    Args:
        shares, both, within: the list, and who acts together in it within which time.
        source: what the list is called, for those who read the evidence.
        wanted: whether a site is of interest.
    """
    facts = _facts(shares, both, within, wanted)
    for site in sorted(facts):
        body = encode("shares", Outcome.READ, "", facts[site])
        url = f"https://{site}/"
        page = Page(url, url, site, Role.ARCHIVES, datetime.now(UTC), 200, body=body)
        told = {line.start: line.fact for line in facts_of(body)}
        for seen in extract(page).observations:
            fact = told[seen.offset]
            # Seen when it was shared, not when the list was read; the first and the last share are the span.
            for moment in dict.fromkeys((fact["first"], fact["last"])):
                at = datetime.fromisoformat(moment)
                yield replace(seen, seen_at=at, page_url=fact["url"], where=f"{source}: {seen.where}"[:_LONGEST])


def _facts(
    shares: Shares, both: Iterable[Together], within: timedelta, wanted: Callable[[str], bool]
) -> dict[str, list[dict[str, Any]]]:
    of_url: defaultdict[str, list[Share]] = defaultdict(list)
    by: defaultdict[str, defaultdict[str, list[Share]]] = defaultdict(lambda: defaultdict(list))
    breadth: defaultdict[str, set[str]] = defaultdict(set)
    for share in shares.rows:
        of_url[share.url].append(share)
        by[share.site][share.account].append(share)
        breadth[share.account].add(share.site)
    facts: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for site, accounts in by.items():
        if wanted(site):
            narrow = [name for name in accounts if len(breadth[name]) <= _MOST_SITES]
            for name in sorted(narrow, key=lambda name: (-len(accounts[name]), name))[:_MOST_ACCOUNTS]:
                facts[site].append({"account": name, "shares": len(accounts[name]), **_span(accounts[name])})
    kept: Counter[str] = Counter()
    for one in both:
        rows = [share for url in one.urls for share in of_url[url] if share.account in (one.one, one.other)]
        for site in sorted({share.site for share in rows}):
            if wanted(site) and kept[site] < _MOST_PAIRS:
                kept[site] += 1
                mine = [share for share in rows if share.site == site]
                told = {"urls": len({share.url for share in mine}), "within": round(within.total_seconds() / 60)}
                facts[site].append({"accounts": [one.one, one.other], **told, **_span(mine)})
    return facts


def _span(rows: list[Share]) -> dict[str, str]:
    first, last = min(rows, key=lambda row: row.at), max(rows, key=lambda row: row.at)
    return {"first": first.at.isoformat(), "last": last.at.isoformat(), "url": first.url}


def named(both: Together) -> str:
    """Two accounts as the value that their sites carry."""
    return pair(both.one, both.other)
