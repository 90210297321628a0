"""Changes and alerts over pretended days: python -m tests.bench.changes [--days 30] [--seed 1] [--world FILE].

The farm changes (ids swapped, sites moved, a network split, outages, block pages). Each day what is due is crawled again, clustered,
and the alerts are found. Printed are recall (of what happened, found within three days) and precision (of what was told, true) of
changes and of alerts, what no visit could see, and the pages fetched beside crawling everything again each day.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.farm.build import build
from crawler.farm.days import Changing, Course, Happening, Story, changing, course
from crawler.farm.kinds import kinds as farm_kinds
from crawler.farm.world import load
from fingerprints import alerts
from fingerprints.changes import Change, changes, quiet_kinds, returns, together
from fingerprints.model import Outcome
from fingerprints.networks import find_networks
from fingerprints.stores.sqlite import SqliteStore
from fingerprints.stores.sqlite_alerts import Ledger, Message
from tests.crawler.crawling import Ended, crawl

GOAL, MOST_PAGES, IN_DAYS = 0.95, 0.4, 3
_START = datetime(2024, 6, 1, 12, tzinfo=UTC)
_VALUED = frozenset({Story.SWAP, Story.ADD, Story.DROP, Story.BACK, Story.BRIEF, Story.JOIN, Story.SPLIT})
_DARK = frozenset({Story.OUTAGE, Story.WALL})


@dataclass
class Score:
    """Hits among what was wanted, or among what was told."""

    found: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, hit: bool, sentence: str) -> None:
        """Counts one."""
        self.found += hit
        if not hit:
            self.missed.append(sentence)

    @property
    def rate(self) -> float:
        """Part of them; 0 when there was nothing to count, so that an empty bench is no success."""
        return self.found / (self.found + len(self.missed)) if self.found else 0.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; 1 when one misses its goal."""
    options = _parser().parse_args(arguments)
    plan = build(load(options.world), options.seed)
    what = course(plan, options.seed, options.days)
    with tempfile.TemporaryDirectory() as made, changing(what, Path(made)) as farm:
        begun = time.monotonic()
        store, pages, whole = _live(farm, Path(made), options.days)
        seconds = time.monotonic() - begun
        with SqliteStore(store, create=False) as opened:
            return _report(opened, what, pages, whole, seconds)


def _live(farm: Changing, folder: Path, days: int) -> tuple[Path, int, int]:
    """Crawls day by day; the store, the pages of all re-crawls, and the pages of one full crawl."""
    store = folder / "days.db"
    ports = f"80:{farm.ports.http},443:{farm.ports.https}"
    given: dict[str, Any] = {"allow_private": 1, "dns": f"127.0.0.1:{farm.ports.dns}", "map_port": ports, "ca_file": farm.ca_file}
    given |= {"delay": 0, "retry_wait": 0, "probes": "none", "timeout": 15}
    farm.turn(0)
    first = crawl(store, *farm.course.plan.seeds(), "--now", _START.isoformat(), **given)
    _checked(first)
    pages = 0
    for day in range(1, days + 1):
        farm.turn(day)
        now = _START + timedelta(days=day)
        ended = _checked(crawl(store, "--due", "--now", now.isoformat(), **given, articles=3))
        pages += ended.last["pages"]
        _follow_up(store, farm.course, now)
    return store, pages, first.last["pages"] * days


def _checked(ended: Ended) -> Ended:
    assert ended.code == 0, ended.stderr
    return ended


def _follow_up(store: Path, what: Course, now: datetime) -> None:
    with SqliteStore(store, create=False) as opened:
        opened.save_networks(find_networks(opened))
        ledger = Ledger(opened)
        start = ledger.begin(_START + timedelta(hours=12))
        found = alerts.events(opened, _rules(what), start)
        ledger.add(Message(one.id, "bench", f"{one.rule} {'|'.join(one.key)}", now, one.title, one.body) for one in found)


def _rules(what: Course) -> dict[str, alerts.RuleTable]:
    pivots = tuple(sorted({one.new for one in what.happenings if one.story is Story.JOIN}))
    rules = {on: alerts.RuleTable(on=on) for on in ("new-member", "split", "value-seen", "back-online")}
    rules["moved"] = alerts.RuleTable(on="change", groups=("redirect",))
    return rules | ({"pivot": alerts.RuleTable(on="pivot", values=pivots)} if pivots else {})


def _day(moment: datetime) -> float:
    return (moment - _START) / timedelta(days=1)


def _report(store: SqliteStore, what: Course, pages: int, whole: int, seconds: float) -> int:
    found = list(changes(store, quiet=quiet_kinds()))
    recall, unseen = _changes_recall(store, what, found)
    precision = Score()
    for one in found:
        precision.add(_is_true(one, what), f"{one.site} {one.what} {one.kind} {one.old}→{one.new} day {_day(one.at):.1f}")
    told = Ledger(store).all()
    alert_recall, alerts_unseen = _alerts_recall(store, what, told)
    alert_precision = Score()
    for message in told:
        alert_precision.add(_is_due(message, what), f"{message.title} day {_day(message.at):.0f}: {message.body[:120]!r}")
    stories = {story.value: sum(1 for one in what.happenings if one.story is story) for story in Story}
    print(f"{len(what.plan.sites)} sites, {what.days} days, in {seconds:.0f} s: {stories}")
    scores = {
        "changes recall": recall,
        "changes precision": precision,
        "alerts recall": alert_recall,
        "alerts precision": alert_precision,
    }
    for name, score in scores.items():
        print(f"{name:18}{score.rate:6.3f}  ({score.found} of {score.found + len(score.missed)})")
        for sentence in score.missed[:15]:
            print(f"    {sentence}")
    print(f"short-lived, no visit in their time: {unseen} changes, {alerts_unseen} alerts")
    at_once = together(found, store.visits(), {site: one.id for one in store.networks() for site in one.sites})
    print("together: " + "; ".join(f"{one.what} {one.kind} on {len(one.sites)}, {one.bits} bits" for one in at_once[:5]))
    print(f"pages: {pages} beside {whole}, {pages / whole:.2f}")
    return 0 if all(score.rate >= GOAL for score in scores.values()) and pages / whole <= MOST_PAGES else 1


def _looked(store: SqliteStore, site: str, start: float, end: float) -> bool:
    """Whether a visit read the site in this time."""
    return any(visit.outcome is Outcome.READ and start <= _day(visit.started) < end for visit in store.visits(site))


def _changes_recall(store: SqliteStore, what: Course, found: Sequence[Change]) -> tuple[Score, int]:
    score, unseen = Score(), 0
    for one in what.happenings:
        if one.story is Story.MOVE:
            hit = any(
                c.site == one.site and c.group == "redirect" and one.target in c.new and _in_time(c, one.day) for c in found
            )
            score.add(hit, f"{one}")
        if one.story not in _VALUED:
            continue
        if one.until and not _looked(store, one.site, one.day, one.until):
            unseen += 2
            continue
        for value, day, came in _steps(one):
            hit = any(
                c.site == one.site and c.kind == one.kind and value == (c.new if came else c.old) and _in_time(c, day)
                for c in found
            )
            score.add(hit, f"{'came' if came else 'went'} {value}: {one}")
    return score, unseen


def _steps(one: Happening) -> list[tuple[str, int, bool]]:
    """(value, day, whether it came) of a happening."""
    steps = [(one.old, one.day, False)] if one.old else []
    steps += [(one.new, one.day, True)] if one.new else []
    steps += [(one.old, one.until, True)] if one.old and one.until else []
    return steps + ([(one.new, one.until, False)] if one.new and one.until else [])


def _in_time(change: Change, day: float) -> bool:
    return day - 0.01 <= _day(change.at) <= day + IN_DAYS + 0.01


def _is_true(change: Change, what: Course) -> bool:
    """Whether something of that sort happened between the two looks. What follows from an id (its property) is of no farm kind."""
    for one in what.happenings:
        if one.site != change.site or one.story in _DARK:
            continue
        if one.story is Story.MOVE:
            if one.day > _day(change.after) and one.day <= _day(change.at) + 0.01 and change.group == "redirect":
                return True
            continue
        for value, day, came in _steps(one):
            if _day(change.after) < day <= _day(change.at) + 0.01:
                own = change.kind in farm_kinds() and change.kind == one.kind
                if (not own and change.kind not in farm_kinds()) or value == (change.new if came else change.old):
                    return True
                if change.kind.startswith("ads-txt") and one.kind == "adsense":
                    return True
    return False


def _alerts_recall(store: SqliteStore, what: Course, told: Sequence[Message]) -> tuple[Score, int]:
    score, unseen = Score(), 0
    gone = {(one.site, _day(one.gone)) for one in returns(store)}
    for one in what.happenings:
        rule, day = _wanted(one)
        if not rule:
            continue
        if one.story is Story.OUTAGE and not _failed(store, one):
            unseen += 1
            continue
        if one.story is Story.BACK and not _looked(store, one.site, one.day, one.until):
            unseen += 1
            continue
        hit = any(
            message.rule.startswith(rule)
            and one.site in f"{message.title} {message.body}"
            and day - 0.01 <= _day(message.at) <= day + IN_DAYS + 0.01
            for message in told
        )
        score.add(hit, f"{rule}: {one} {gone if one.story is Story.OUTAGE else ''}"[:300])
    return score, unseen


def _wanted(one: Happening) -> tuple[str, int]:
    """The rule that has to tell of it, and the day from which on; empty for none."""
    rules = {
        Story.OUTAGE: "back-online",
        Story.BACK: "value-seen",
        Story.JOIN: "pivot",
        Story.MOVE: "moved",
        Story.SPLIT: "split",
    }
    return rules.get(one.story, ""), one.until or one.day


def _failed(store: SqliteStore, one: Happening) -> bool:
    return any(v.outcome is not Outcome.READ and one.day <= _day(v.started) < one.until for v in store.visits(one.site))


def _is_due(message: Message, what: Course) -> bool:
    """Whether something happened to one of its sites, in the days before, that the rule is for."""
    stories = {
        "back-online": {Story.OUTAGE},
        "value-seen": {Story.BACK},
        "pivot": {Story.JOIN},
        "moved": {Story.MOVE},
        "split": {Story.SPLIT},
        "new-member": {Story.JOIN, Story.SPLIT, Story.MOVE, Story.SWAP, Story.ADD, Story.DROP, Story.BACK, Story.BRIEF},
    }[message.rule.split(" ", 1)[0]]
    text = f"{message.title} {message.body} {message.rule}"
    for one in what.happenings:
        if one.story in stories and one.site in text:
            days = [one.day, one.until] if one.until else [one.day]
            if any(day - 0.01 <= _day(message.at) <= day + 2 * IN_DAYS for day in days):
                return True
    return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m tests.bench.changes", description=__doc__)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world", type=Path)
    return parser


if __name__ == "__main__":
    sys.exit(main())
