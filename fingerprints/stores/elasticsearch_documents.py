"""The model's types as documents of Elasticsearch and back, and how two documents of one id become one.

Times are written with six digits of a second and a Z: their order as text is their order in time, and nothing is rounded.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from fingerprints.hamming import BITS, is_compared_by_distance
from fingerprints.indicators import catalogue
from fingerprints.model import Capture, Coverage, Failure, Observation, Outcome, Role, Run, State
from fingerprints.stores.base import Batch, Carried
from fingerprints.stores.sqlite_rows import cut, key, micros, moment

MIGRATING = "-migrating"
"""Behind the name of an index that is being copied into a newer version."""
Source = dict[str, Any]
"""A document's fields by dotted name."""
Since = Callable[[str], str]
"""Catalogue → start of the latest run that used it."""
_RANKS = {role.value: number for number, role in enumerate(Role)}


@dataclass(frozen=True, slots=True)
class Document:
    """One document to write."""

    index: str
    id: str
    source: Source


def identity(*parts: str) -> str:
    """An id of what does not change: 132 bits of a hash, in the letters that Lucene packs best."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).digest()
    return base64.urlsafe_b64encode(digest)[:22].decode()


def text_of(time: datetime) -> str:
    """A time as it is stored. A time without zone is a mistake in the program: TypeError."""
    return moment(micros(time)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_of(text: str) -> datetime:
    """The opposite of text_of()."""
    return datetime.fromisoformat(text)


@cache
def family(kind: str) -> str:
    """The family of a kind, or "unknown"."""
    known = catalogue.kinds().get(kind)
    return known.family if known else "unknown"


@cache
def is_personal(kind: str) -> bool:
    """Whether values of the kind can be about a person."""
    known = catalogue.kinds().get(kind)
    return known is not None and known.personal


def of_batch(batch: Batch) -> list[Document]:
    """The documents of a batch, those of one id made one already; but for looks, of which the store's runs decide."""
    looks = [_coverage(look) for look in batch.coverage]
    merged: dict[tuple[str, str], Document] = {}
    for made in _of_batch(batch):
        old = merged.get((made.index, made.id))
        both = made if old is None else Document(made.index, made.id, merge(made.index, old.source, made.source))
        merged[made.index, made.id] = both
    return [*merged.values(), *looks]


def _of_batch(batch: Batch) -> Iterator[Document]:
    for one in batch.observations:
        yield _observation(one)
        yield site(one.site, one.seen_at)
    for look in batch.coverage:
        yield site(look.site, look.at)
    for failure in batch.failures:
        yield _failure(failure)
        yield site(failure.site, failure.at)


def of_run(run: Run) -> Document:
    """A run."""
    source = {
        "@timestamp": text_of(run.started_at),
        "samehand.run.id": key(run.id),
        "samehand.run.command": key(run.command),
        "samehand.run.catalogue": key(run.catalogue),
    }
    return Document("runs", identity(key(run.id)), source)


def to_run(source: Source) -> Run:
    """The opposite of of_run()."""
    names = ("samehand.run.id", "@timestamp", "samehand.run.command", "samehand.run.catalogue")
    name, started, command, version = (source[field] for field in names)
    return Run(name, time_of(started), command, version)


def site(name: str, at: datetime) -> Document:
    """A site and one time of something about it."""
    name, time = key(name), text_of(at)
    source = {
        "@timestamp": time,
        "url.domain": name,
        "url.registered_domain": name,
        "url.top_level_domain": name.rpartition(".")[2],
        "samehand.first_seen": time,
        "samehand.last_seen": time,
    }
    return Document("sites", identity(name), source)


def _observation(one: Observation) -> Document:
    name, kind, value, seen = key(one.site), key(one.kind), key(one.value), text_of(one.seen_at)
    source = {
        "@timestamp": seen,
        "url.domain": name,
        "url.full": key(one.page_url),
        "samehand.kind": kind,
        "samehand.value": value,
        "samehand.value_lower": value.lower(),
        "samehand.key": f"{kind} {value}",
        "samehand.family": family(kind),
        "samehand.state": one.state.value,
        "samehand.rank": one.state.rank,
        "samehand.role": one.role.value,
        "samehand.first_seen": seen,
        "samehand.last_seen": seen,
        "samehand.seen": seen,
        "samehand.where": cut(one.where),
        "samehand.offset": one.offset,
        "samehand.excerpt": cut(one.excerpt),
        "samehand.copied_from": key(one.copied_from),
        **_capture(one.capture),
        **_digits(kind, value),
    }
    return Document("personal" if is_personal(one.kind) else "observations", identity(name, kind, value), source)


def _digits(kind: str, value: str) -> Source:
    """Of a fingerprint: its digits, each behind its place, by which near ones are looked up."""
    digits = value[-BITS // 4 :]
    return {"samehand.digits": digits_of(digits)} if is_compared_by_distance(kind) and len(digits) == BITS // 4 else {}


def digits_of(digits: str) -> list[str]:
    """Each digit behind its place: two fingerprints that differ in n bits have all but n of them in common, or more."""
    return [f"{place:x}{digit}" for place, digit in enumerate(digits)]


def upgraded(index: str, source: Source) -> Source:
    """A document of an older version as this one stores it."""
    if index in ("observations", "personal"):
        return source | _digits(source["samehand.kind"], source["samehand.value"])
    return source


def _coverage(one: Coverage) -> Document:
    name, url = key(one.site), key(one.url)
    source = {
        "@timestamp": text_of(one.at),
        "url.domain": name,
        "url.full": url,
        "http.response.status_code": one.status,
        "samehand.role": one.role.value,
        "samehand.outcome": one.outcome.value,
        "samehand.catalogue": key(one.catalogue),
        "samehand.detail": cut(one.detail),
        **_capture(one.capture),
    }
    return Document("coverage", identity(name, one.role.value, url), source)


def _failure(one: Failure) -> Document:
    name, kind, url, error = key(one.site), key(one.kind), key(one.page_url), cut(one.error)
    source = {"@timestamp": text_of(one.at), "url.domain": name, "url.full": url, "error.message": error, "samehand.kind": kind}
    return Document("failures", identity(name, kind, url, error), source)


def _capture(capture: Capture | None) -> Source:
    if capture is None:
        return {}
    parts = (key(capture.file), capture.offset, cut(capture.sha256))
    return dict(zip(("samehand.capture.file", "samehand.capture.offset", "samehand.capture.sha256"), parts, strict=True))


def _capture_key(source: Source) -> tuple[str, int, str]:
    return (
        source.get("samehand.capture.file", ""),
        source.get("samehand.capture.offset", -1),
        source.get("samehand.capture.sha256", ""),
    )


def to_capture(source: Source) -> Capture | None:
    """Where the record lies, if it is known."""
    capture = _capture_key(source)
    return Capture(*capture) if capture[0] else None


def to_carried(source: Source) -> Carried:
    """The opposite of _observation()."""
    return Carried(
        site=source["url.domain"],
        kind=source["samehand.kind"],
        value=source["samehand.value"],
        state=State(source["samehand.state"]),
        first_seen=time_of(source["samehand.first_seen"]),
        last_seen=time_of(source["samehand.last_seen"]),
        page_url=source["url.full"],
        role=Role(source["samehand.role"]),
        where=source["samehand.where"],
        offset=source["samehand.offset"],
        excerpt=source["samehand.excerpt"],
        copied_from=source["samehand.copied_from"],
        capture=to_capture(source),
    )


def to_coverage(source: Source) -> Coverage:
    """The opposite of _coverage()."""
    return Coverage(
        source["url.domain"],
        Role(source["samehand.role"]),
        source["url.full"],
        Outcome(source["samehand.outcome"]),
        time_of(source["@timestamp"]),
        source["samehand.catalogue"],
        source["samehand.detail"],
        source["http.response.status_code"],
        to_capture(source),
    )


def to_failure(source: Source) -> Failure:
    """The opposite of _failure()."""
    site, kind, url, error = (source[name] for name in ("url.domain", "samehand.kind", "url.full", "error.message"))
    return Failure(site, kind, url, error, time_of(source["@timestamp"]))


def merge(index: str, old: Source, new: Source, since: Since = str) -> Source:
    """What is stored when both were written, in whatever order: the rules of stores.base.Store."""
    index = index.removesuffix(MIGRATING)
    if index in ("observations", "personal"):
        return _merge_observation(old, new)
    if index == "sites":
        return _merge_site(old, new)
    if index in ("changes", "personal-changes"):
        return max(new, old, key=lambda one: (one.get("samehand.gone", ""), str(one["samehand.seen"])))
    if index == "coverage":
        return max(old, new, key=lambda look: _look_key(look, since))
    return max(new, old, key=lambda one: str(one["@timestamp"]))


def _times(old: Source, new: Source) -> Source:
    return {
        "samehand.first_seen": min(old["samehand.first_seen"], new["samehand.first_seen"]),
        "samehand.last_seen": max(old["samehand.last_seen"], new["samehand.last_seen"]),
    }


def _merge_site(old: Source, new: Source) -> Source:
    """Times grow; what a clustering summed up stands until the next one, whose summary replaces the former whole."""
    times = _times(old, new)
    was, now = old.get("samehand.clustered_at", ""), new.get("samehand.clustered_at", "")
    return {**(new if now > was else old), **times, "@timestamp": times["samehand.last_seen"]}


def _merge_observation(old: Source, new: Source) -> Source:
    times = _times(old, new)
    return {**(new if _strength(new) < _strength(old) else old), **times, "@timestamp": times["samehand.last_seen"]}


def _strength(source: Source) -> tuple[Any, ...]:
    """Observation.strength, then what breaks ties: the earliest, so that evidence stays where it was first found."""
    names = ("url.full", "samehand.offset", "samehand.where", "samehand.seen", "samehand.excerpt", "samehand.copied_from")
    rank = (source["samehand.rank"], _RANKS.get(source["samehand.role"], len(_RANKS)))
    return (*rank, *(source[name] for name in names), *_capture_key(source))


def _look_key(source: Source, since: Since) -> tuple[Any, ...]:
    """The latest; of one time the one that read it, then the catalogue of the later run; the rest only makes the choice firm."""
    names = ("samehand.outcome", "samehand.catalogue", "samehand.detail", "http.response.status_code")
    read = source["samehand.outcome"] == Outcome.READ.value
    run = since(source["samehand.catalogue"])
    return (source["@timestamp"], read, run, *(source[name] for name in names), *_capture_key(source))
