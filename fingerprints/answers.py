"""What other services answered about sites → observations, each with its source and date. Pure; nothing is asked here.

Formats, each told from its content: passive DNS in the Common Output Format (one JSON object a line:
https://datatracker.ietf.org/doc/draft-dulaunoy-dnsop-passive-dns-cof/), crt.sh's JSON (https://crt.sh/), Shodan's banners (one
JSON object a line: https://datapedia.shodan.io/), urlscan's search results (https://docs.urlscan.io/), and lists of domains that
carry one value, as PublicWWW's, FOFA's, SecurityTrails' and ViewDNS's: CSV, or JSON whatever its form.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from itertools import islice
from typing import Any

from fingerprints import tabular
from fingerprints.indicators import catalogue
from fingerprints.indicators._probe import host_name, mailbox, usable
from fingerprints.model import Observation, Role
from fingerprints.sites import NotASiteError, site_of, site_of_host

MOST_ROWS = 2_000_000
_MOST_DEEP = 12
_MOST_NAMES = 300
"""Names of one certificate, or hosts of one address, that are read."""
_MOST_STRANGERS = 25
"""Other sites on one certificate from which on it is a host's (as in indicators/hosting_archives.py)."""
_RECORDS = {"A": "dns-a", "AAAA": "dns-a", "NS": "dns-ns", "MX": "dns-mx", "CNAME": "cname", "SOA": "soa-email"}
_SITES = ("domain", "site", "host", "hostname", "url", "link", "name", "website", "rrname")
_FIRST = ("first_seen", "time_first", "firstseen", "first", "date", "time", "timestamp", "lastupdatetime", "created")
_LAST = ("last_seen", "time_last", "lastseen", "last", "lastresolved", "last_resolved")
_LONGEST = 200


class AnswersError(ValueError):
    """An answer that cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """That a service saw a value on a site."""

    site: str
    kind: str
    value: str
    first: datetime | None
    last: datetime | None
    """None where the service does not say."""
    host: str
    """What the service named: a host or an address."""
    how: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What a file holds."""

    service: str
    """Whose format it is; empty for a list of anybody's."""
    found: tuple[Answer, ...]
    unread: int
    """Rows that name no site or no value."""


def read(text: str, kind: str = "", value: str = "") -> Answers:
    """Tells the format from the content.

    Args:
        text: the file.
        kind, value: what was asked for, where the answer is a list of the domains that carry it.

    Raises:
        AnswersError: nothing in it can be read, or a list without what was asked for.
    """
    if kind and kind not in catalogue.kinds():
        raise AnswersError(f"There is no kind {kind!r}. samehand indicators lists them.")
    start = text.lstrip("\ufeff \r\n\t")
    rows = list(islice(_json_rows(start) if start.startswith(("{", "[")) else _csv_rows(start), MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise AnswersError(f"It has more than {MOST_ROWS:,} rows. Split it.")
    service = next((name for name, fits in _FORMATS.items() if any(fits(row) for row in rows[:20])), "")
    if not service and not (kind and value) and not any({"kind", "value"} <= row.keys() for row in rows[:20]):
        raise AnswersError("It is a list of domains, and does not say what they carry. Say it with --kind and --value.")
    found: list[Answer] = []
    unread = 0
    for row in rows:
        mine = list(_READERS[service](row) if service else _listed(row, kind, value))
        found += mine
        unread += not mine
    if not found:
        raise AnswersError("No row names a site and what was seen on it.")
    return Answers(service, tuple(dict.fromkeys(found)), unread)


def observations(answers: Iterable[Answer], source: str, at: datetime) -> Iterator[Observation]:
    """The answers as what was seen, by whom and when.

    Args:
        source: the service and the file, for those who read the evidence.
        at: the time that counts where the service does not say one.
    """
    for one in answers:
        url = one.host if "://" in one.host else f"https://{one.host}/"
        for moment in dict.fromkeys((one.first or one.last or at, one.last or one.first or at)):
            where = f"{source}: {one.how}"[:_LONGEST]
            yield Observation(one.kind, one.value, one.site, url, Role.ARCHIVES, moment, where, excerpt=one.value[:160])


def _json_rows(text: str) -> Iterator[Mapping[str, Any]]:
    try:
        whole: Any = json.loads(text)
    except RecursionError as error:
        raise AnswersError("It is JSON too deep to be an answer.") from error
    except ValueError:
        yield from tabular.objects(text)
        return
    yield from _objects(whole, 0)


def _objects(value: Any, depth: int) -> Iterator[Mapping[str, Any]]:
    """The rows of an answer: the objects of its innermost list of them, the object itself where there is none, and bare names."""
    if isinstance(value, list):
        for one in value:
            if isinstance(one, str):
                yield {"domain": one}
            elif isinstance(one, list):
                yield {"domain": next((cell for cell in one if isinstance(cell, str)), "")}
            elif isinstance(one, dict):
                yield one
    elif isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list) and one and isinstance(one[0], (dict, list, str))]
        inner = [one for one in value.values() if isinstance(one, dict)]
        if any(name in value for name in ("rrname", "ip_str", "name_value", *_SITES[:4])) or depth > _MOST_DEEP:
            yield value
        elif lists:
            yield from _objects(max(lists, key=len), depth + 1)
        else:
            for one in inner:
                yield from _objects(one, depth + 1)


def _csv_rows(text: str) -> Iterator[Mapping[str, Any]]:
    """With a header that names a column of sites its rows; without one, the first cell of each row."""
    head: list[str] | None = None
    for cells in _csv_cells(text):
        names = [cell.lower() for cell in cells]
        if head is None and set(names) & set(_SITES) and not any("." in name for name in names):
            head = names
        elif any(cells):
            yield dict(zip(head or ("domain",), cells, strict=False))
            head = head or ["domain"]


def _csv_cells(text: str) -> Iterator[list[str]]:
    try:
        yield from tabular.cells(text)
    except tabular.NoRowsError as error:
        raise AnswersError(str(error)) from error


def _site(text: Any) -> str:
    """The site that a cell names, or an empty string."""
    plain = host_name(text) if isinstance(text, str) else ""
    if "." not in plain or " " in plain or _address(plain):
        return ""
    try:
        return site_of(plain) if "://" in plain else site_of_host(plain.removeprefix("*.").split("/", 1)[0].split(":", 1)[0])
    except NotASiteError:
        return ""


def _listed(row: Mapping[str, Any], kind: str, value: str) -> Iterator[Answer]:
    low = {str(name).lower().replace(" ", "_"): cell for name, cell in row.items()}
    host = next((low[name] for name in _SITES if _site(low.get(name))), "")
    mine, what = str(low.get("kind") or kind), str(low.get("value") or value).strip()
    if host and mine in catalogue.kinds() and usable(what):
        first, last = (tabular.moment(next((low[name] for name in names if low.get(name)), None)) for names in (_FIRST, _LAST))
        yield Answer(_site(host), mine, what, first, last, host_name(host), str(low.get("source") or "listed"))


def _passive_dns(row: Mapping[str, Any]) -> Iterator[Answer]:
    name, kind = row.get("rrname"), _RECORDS.get(str(row.get("rrtype")).upper(), "")
    site, data = _site(name), row.get("rdata")
    first, last = tabular.moment(row.get("time_first")), tabular.moment(row.get("time_last"))
    for text in data if isinstance(data, list) else [data]:
        value = _value(kind, str(text).strip()) if kind else None
        if site and value:
            yield Answer(site, kind, value, first, last, host_name(str(name)), f"{row['rrtype']} record")


def _value(kind: str, data: str) -> str | None:
    """What a DNS record's data says, in the form in which the kind has it."""
    if kind == "dns-a":
        return _address(data)
    if kind == "soa-email":
        fields = data.split()
        found = mailbox(fields[1]) if len(fields) > 1 else None
    else:
        found = host_name(data.split()[-1]) if data.split() else None
    return found if found and usable(found) and "." in found else None


def _certificates(row: Mapping[str, Any]) -> Iterator[Answer]:
    names = str(row.get("name_value") or "").split("\n")[:_MOST_NAMES]
    sites = sorted(set(filter(None, map(_site, [*names, row.get("common_name")]))))
    logged = tabular.moment(row.get("not_before"))
    if len(sites) <= _MOST_STRANGERS:
        for site in sites:
            for other in sites:
                if other != site:
                    yield Answer(
                        site, "ct-names", other, logged, logged, site, f"certificate of {str(row.get('not_before'))[:10]}"
                    )


def _shodan(row: Mapping[str, Any]) -> Iterator[Answer]:
    hosts = [host for name in ("hostnames", "domains") for host in _list(row.get(name)) if _site(host)][:_MOST_NAMES]
    at = tabular.moment(row.get("timestamp"))
    web, tls = _dict(row.get("http")), _dict(row.get("ssl"))
    print_ = _dict(_dict(tls.get("cert")).get("fingerprint")).get("sha256")
    icon = _dict(web.get("favicon")).get("hash")
    values = {"dns-a": _address(str(row.get("ip_str"))), "jarm": tls.get("jarm"), "tls-certificate": print_}
    named = host_name(str(web.get("host") or ""))
    for site, host in {_site(host): host_name(host) for host in hosts}.items():
        for kind, value in values.items():
            if isinstance(value, str) and usable(value):
                yield Answer(site, kind, value, at, at, host, f"banner of port {row.get('port')}")
        # A page asked for by address is the server's first, and not that of each name it has.
        if isinstance(icon, int) and named and _site(named) == site:
            yield Answer(site, "favicon-mmh3", str(icon), at, at, named, f"banner of port {row.get('port')}")


def _urlscan(row: Mapping[str, Any]) -> Iterator[Answer]:
    page, task = _dict(row.get("page")), _dict(row.get("task"))
    address = str(page.get("url") or page.get("domain") or "")
    site, at = _site(address), tabular.moment(task.get("time"))
    for kind, value in (("dns-a", _address(str(page.get("ip")))), ("ip-asn", page.get("asn"))):
        if site and isinstance(value, str) and usable(value):
            yield Answer(site, kind, value, at, at, address, "scan")
    asked = _site(str(task.get("url") or task.get("domain") or ""))
    if asked and site and asked != site:
        yield Answer(asked, "redirect", site, at, at, str(task.get("url") or asked), "scan")


def _address(text: str) -> str | None:
    try:
        return str(ip_address(text.strip().strip("[]")))
    except ValueError:
        return None


def _dict(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


_FORMATS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "passive DNS": lambda row: "rrname" in row and "rdata" in row,
    "crt.sh": lambda row: "name_value" in row,
    "Shodan": lambda row: "ip_str" in row,
    "urlscan": lambda row: isinstance(row.get("page"), dict) and isinstance(row.get("task"), dict),
}
_READERS = {"passive DNS": _passive_dns, "crt.sh": _certificates, "Shodan": _shodan, "urlscan": _urlscan}
