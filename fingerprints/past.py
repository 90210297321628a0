"""Captures of years ago → intervals in which a site carried a value. Pure.

A value came at the first capture of a page that has it after one that had it not, and was gone at the next capture of that page
without it. Of a page that was captured once, nothing follows but that the value was there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from fingerprints.model import Observation, Outcome, Role, State
from fingerprints.stores.base import Batch
from fingerprints.stores.history import Presence


def presences(batches: Iterable[Batch]) -> list[Presence]:
    """The intervals of each value, over the captures of one site or several; one batch is one capture."""
    looks: dict[tuple[str, str], dict[datetime, dict[tuple[str, str], Observation]]] = defaultdict(dict)
    for batch in batches:
        for look in batch.coverage:
            if look.outcome is Outcome.READ and not look.role.is_probe and look.role is not Role.RENDERED:
                found = {(one.kind, one.value): one for one in batch.observations if one.state is State.SEEN}
                looks[look.site, _page(look.url)][look.at] = found
    spans: dict[tuple[str, str, str], list[Presence]] = defaultdict(list)
    for series in looks.values():
        for one in _of_page(series):
            spans[one.site, one.kind, one.value].append(one)
    return [one for key in sorted(spans) for one in _joined(spans[key])]


def _page(url: str) -> str:
    """One page under all addresses that differ in scheme and www alone."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path or '/'}?{parts.query}"


def _of_page(series: dict[datetime, dict[tuple[str, str], Observation]]) -> Iterator[Presence]:
    times = sorted(series)
    for kind, value in sorted({key for found in series.values() for key in found}):
        first: int | None = None
        for number, at in enumerate(times):
            here = (kind, value) in series[at]
            if here and first is None:
                first = number
            following = number + 1 < len(times) and (kind, value) in series[times[number + 1]]
            if here and not following and first is not None:
                one = series[times[first]][kind, value]
                before = times[first - 1] if first else None
                gone = times[number + 1] if number + 1 < len(times) else None
                yield Presence(one.site, kind, value, one.role, one.page_url, times[first], before, at, gone)
                first = None


def _joined(spans: list[Presence]) -> Iterator[Presence]:
    """Intervals of one value on several pages as those of the site: where they overlap it was there all the time."""
    group: list[Presence] = []
    for one in sorted(spans, key=lambda span: (span.since, span.seen)):
        if group and one.since > max(span.seen for span in group) and _end(group) is not None:
            yield _whole(group)
            group = []
        group.append(one)
    if group:
        yield _whole(group)


def _end(group: list[Presence]) -> datetime | None:
    """When the value was found gone after it was last seen anywhere; a page that was captured once says nothing of that."""
    seen = max(span.seen for span in group)
    return min((span.gone for span in group if span.gone is not None and span.gone > seen), default=None)


def _whole(group: list[Presence]) -> Presence:
    first = group[0]
    missing = max(
        (span.missing_at for span in group if span.missing_at is not None and span.missing_at < first.since), default=None
    )
    seen = max(span.seen for span in group)
    return replace(first, missing_at=missing, seen=seen, gone=_end(group))
