"""The farm over days: what is said to happen is what is served, and nothing else changes."""

from __future__ import annotations

import urllib.request
from pathlib import Path

from crawler.farm.build import build
from crawler.farm.days import Story, changing, course
from crawler.farm.plan import Plan
from crawler.farm.world import load


def test_a_course_is_the_same_for_the_same_seed_and_has_every_story() -> None:
    plan = build(load(), seed=1)
    one = course(plan, 1)
    assert one.happenings == course(build(load(), seed=1), 1).happenings
    assert one.happenings != course(plan, 2).happenings
    assert {happening.story for happening in one.happenings} == set(Story)


def test_only_what_happens_changes() -> None:
    what = course(build(load(), seed=1), 1)
    before = what.plan_on(0).by_domain()
    touched = {one.site for one in what.happenings}
    for day in (5, 15, 30):
        after = what.plan_on(day).by_domain()
        assert {name for name in after if after[name] != before[name]} <= touched
    over = {one.site for one in what.happenings if one.until} - {one.site for one in what.happenings if not one.until}
    assert over
    assert all(what.plan_on(30).by_domain()[name] == before[name] for name in over)


def test_the_day_decides_what_is_served(plan: Plan, tmp_path: Path) -> None:
    what = course(plan, 1)
    sites = plan.by_domain()
    # One that http does not send on to https: this test speaks no TLS.
    one = next(one for one in what.happenings if one.new and not sites[one.site].to_https and not one.until)
    site = sites[one.site]
    with changing(what, tmp_path) as farm:
        pages = []
        for day in (one.day - 1, one.day):
            farm.turn(day)
            asked = urllib.request.Request(f"http://127.0.0.1:{farm.ports.http}/", headers={"Host": site.host})
            pages.append(urllib.request.build_opener(_Stay).open(asked, timeout=10).read().decode())
    assert [one.new in page for page in pages] == [False, True]


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing: names of the farm are known to its own DNS alone."""

    def redirect_request(self, *arguments: object) -> None:
        return None
