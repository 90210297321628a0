"""One site as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from rich.text import Text

from fingerprints import hosting, terminal
from fingerprints.changes import Change
from fingerprints.commands._layout import count, dates, grid, names, text
from fingerprints.commands._portrait import MOST_COUNTED, Portrait, family_of
from fingerprints.model import Evidence, Outcome, State
from fingerprints.stores.base import Carried
from fingerprints.terminal import FAINT, GOOD, STRONG, WARN

_MOST_DOCUMENTS = 15
_MOST_LINKS = 10
_MOST_CHANGES = 15
_OLD = timedelta(days=30)
"""A value that was seen so long before the last look has its dates beside it."""
_MOST_FAILURES = 10
_DETAIL_INDENT = 27  # below the address
_OUTCOME_STYLE = {Outcome.READ: GOOD, Outcome.ABSENT: FAINT}


def show(found: Portrait) -> None:
    """Writes it to stdout."""
    summary = found.summary
    title = text(summary.site, STRONG)
    title.append(f"  {count(summary.values, 'value')}, looked at {dates(summary.first_seen, summary.last_seen)}", style=FAINT)
    terminal.show(title)
    _network(found)
    _documents(found)
    _values(found)
    _changes(found)
    if found.failures:
        _title("Could not be read")
        for one in found.failures[:_MOST_FAILURES]:
            terminal.show(text(f"  {one.kind}  {one.page_url}"), whole=True)
            terminal.show(grid([(text(one.error, FAINT),)], indent=4))
        _more(len(found.failures) - _MOST_FAILURES)


def _network(found: Portrait) -> None:
    network = found.network
    if network is None:
        terminal.show(grid([(text("In no network of the last clustering (samehand networks).", FAINT),)]))
        return
    _title(f"In network {network.id}, {count(len(network.sites), 'site')}")
    others = [site for site in network.sites if site != found.summary.site]
    terminal.show(grid([(names(others, 40),)]))
    if found.links:
        _title("Linked with")
        terminal.show(grid([_link(found.summary.site, link) for link in found.links[:_MOST_LINKS]], right=0))
        _more(len(found.links) - _MOST_LINKS)


def _link(site: str, link: Evidence) -> tuple[Text, Text, Text]:
    shared = ", ".join(f"{one.kind} {one.value}" for one in link.shared[:3])
    more = f" and {len(link.shared) - 3} more" if len(link.shared) > 3 else ""
    return text(f"{link.bits:.1f} bits"), text(link.b if link.a == site else link.a), text(shared + more, FAINT)


def _documents(found: Portrait) -> None:
    """What was read and, all the more, what was not."""
    _title("Looked at")
    read = [look for look in found.documents if look.outcome is Outcome.READ]
    missed = [look for look in found.documents if look.outcome is not Outcome.READ]
    for look in (*read[:_MOST_DOCUMENTS], *missed[:_MOST_DOCUMENTS]):
        line = text(f"  {look.outcome.value:<15}", _OUTCOME_STYLE.get(look.outcome, WARN))
        terminal.show(line.append_text(text(f"{look.role.value:<10}{look.url}")), whole=True)
        if look.detail:
            terminal.show(grid([(text(look.detail, FAINT),)], indent=_DETAIL_INDENT))
    _more(max(0, len(read) - _MOST_DOCUMENTS) + max(0, len(missed) - _MOST_DOCUMENTS))
    if found.never_asked_for:
        roles = ", ".join(role.value for role in found.never_asked_for)
        terminal.show(grid([(text("not looked at", WARN), text(f"{roles}: what they hold is unknown"))], widths=(13,)))


def _changes(found: Portrait) -> None:
    """What came and went between two looks, whether a crawl looked or a web archive; the latest, in their order."""
    if not found.changes:
        return
    _title("Changed")
    shown = found.changes[-_MOST_CHANGES:]
    terminal.show(grid([_change(one) for one in shown]))
    _more(len(found.changes) - len(shown))


def _change(one: Change) -> tuple[Text, Text, Text]:
    values = f"{one.old} → {one.new}" if one.old and one.new else one.old or one.new
    return text(dates(one.after, one.at), FAINT), text(one.what.value), text(f"{one.kind} {values}")


def _values(found: Portrait) -> None:
    _title("Carries")
    if not found.values:
        terminal.show(grid([(text("No value that the catalogue knows, in what was read.", FAINT),)]))
    ordered = sorted(found.values, key=lambda pair: (family_of(pair[0].kind), pair[0].kind, pair[0].value))
    width = max((len(one.kind) for one, _ in ordered), default=0)
    for family, group in groupby(ordered, key=lambda pair: family_of(pair[0].kind)):
        terminal.show(grid([(text(family, STRONG),)]))
        last = found.summary.last_seen
        terminal.show(grid([_value(one, others, last) for one, others in group], indent=4, widths=(width,)))


def _value(one: Carried, others: int, last: datetime) -> tuple[Text, Text]:
    body = text(one.value)
    body.append_text(text("".join(_remarks(one, others)), FAINT))
    if last - one.first_seen > _OLD and not one.role.is_probe and family_of(one.kind) != hosting.FAMILY:
        body.append_text(text(f", {dates(one.first_seen, one.last_seen)}", FAINT))
    if one.role.is_probe or family_of(one.kind) == hosting.FAMILY:
        body.append_text(text("".join(_of_hosting(one)), FAINT))
    return text(one.kind), body


def _remarks(one: Carried, others: int) -> Iterator[str]:
    if others >= MOST_COUNTED:
        yield f"  on {MOST_COUNTED:,} other sites or more"
    else:
        yield f"  on {count(others, 'other site')}" if others else "  only here"
    if one.state is State.COPIED:
        yield f", copied{' from ' + one.copied_from if one.copied_from else ''}"
    elif one.state is not State.SEEN:
        yield f", {one.state}"


def _of_hosting(one: Carried) -> Iterator[str]:
    """When it was seen, since hosting changes; and whose it is, where a list knows that strangers share it."""
    yield f", {dates(one.first_seen, one.last_seen)}"
    if one.kind == "ip-asn":
        yield f", {one.where}"
    shared = hosting.why_shared(one.kind, one.value)
    if shared:
        yield f"; {shared}"


def _title(title: str) -> None:
    terminal.show("")
    terminal.show(text(title, STRONG))


def _more(number: int) -> None:
    if number > 0:
        terminal.show(grid([(text(f"and {number:,} more; --format jsonl has all of them", FAINT),)]))
