"""The plan of a site: what is fetched, in which order, and that neither kills nor the order of arrival change it."""

from __future__ import annotations

from typing import Any

import pytest

from crawler.discover import Links
from crawler.options import Options, load
from crawler.plan import Plan, Task
from crawler.seeds import Seed, parse
from fingerprints.model import Outcome, Role

FRONT = "https://example.org/"


def options(**given: Any) -> Options:
    return load({"store": "x.db", **given})


def seed(text: str) -> Seed:
    found = parse(text)
    assert isinstance(found, Seed)
    return found


def planned(plan: Plan, sitemaps: tuple[str, ...] = (), **answers: Any) -> list[tuple[str, str]]:
    """(role, url) of all tasks in their order; `answers` has what comes of a task, by its address without the host."""
    plan.open()
    order = []
    while True:
        task = plan.next()
        if task is None:
            if not plan.advance(sitemaps):
                return order
            continue
        order.append((task.role.value, task.url))
        known = {key: value for key, value in answers.items() if task.url.endswith(key)}
        change: dict[str, Any] = known.get(max(known, key=len), {}) if known else {}
        task.outcome = change.get("outcome", Outcome.READ)
        task.answered, task.no_name = change.get("answered", True), change.get("no_name", False)
        task.links = change.get("links", Links())
        task.final_url = change.get("final_url", task.url)
        plan.finish(task)


def articles(*names: str) -> tuple[str, ...]:
    return tuple(f"{FRONT}2024/05/{name}" for name in names)


def test_the_stages_of_a_site() -> None:
    front = Links(about=(FRONT + "about",), articles=articles("a", "b"), others=(FRONT + "s",), feeds=(FRONT + "feed",))
    plan = Plan("example.org", [seed("example.org")], options(articles=4))
    assert planned(plan, **{FRONT: {"links": front}, "feed": {"links": Links(articles=articles("c", "b"))}}) == [
        ("front", FRONT),
        ("ads-txt", FRONT + "ads.txt"),
        ("favicon", FRONT + "favicon.ico"),
        ("about", FRONT + "about"),
        ("feed", FRONT + "feed"),
        ("article", FRONT + "2024/05/a"),
        ("article", FRONT + "2024/05/b"),
        ("article", FRONT + "2024/05/c"),
        ("other", FRONT + "s"),
        ("control", FRONT + ".well-known/assetlinks.json"),
        ("control", FRONT + ".well-known/apple-app-site-association"),
        ("control", FRONT + ".well-known/security.txt"),
        ("control", FRONT + "BingSiteAuth.xml"),
        ("ads-txt", FRONT + "app-ads.txt"),
        ("missing", FRONT + "samehand-bfabc37432"),
    ]


def test_http_where_https_does_not_answer_and_www_where_the_name_is_unknown() -> None:
    dead = {"outcome": Outcome.FAILED, "answered": False}
    plan = Plan("example.org", [seed("example.org")], options(articles=0))
    urls = [url for _, url in planned(plan, **{"https://example.org/": dead})]
    assert urls[:3] == [FRONT, "http://example.org/", "http://example.org/ads.txt"]
    plan = Plan("example.org", [seed("example.org")], options(articles=0))
    urls = [url for _, url in planned(plan, **{"https://example.org/": dead | {"no_name": True}})]
    assert urls[:3] == [FRONT, "https://www.example.org/", "https://www.example.org/ads.txt"]


def test_a_dead_site_is_asked_twice_and_no_more() -> None:
    dead = {"outcome": Outcome.FAILED, "answered": False}
    plan = Plan("example.org", [seed("example.org")], options())
    assert len(planned(plan, **{"": dead})) == 2


def test_an_address_is_fetched_as_given_beside_its_front_page() -> None:
    plan = Plan("example.org", [seed("hxxps://www.example[.]org/story?id=7")], options(articles=0))
    assert planned(plan)[:2] == [("front", "https://www.example.org/"), ("article", "https://www.example.org/story?id=7")]


def test_a_front_page_that_lies_with_another_site_is_not_followed() -> None:
    plan = Plan("example.org", [seed("example.org")], options())
    links = Links(about=("https://example.net/about",), articles=("https://example.net/2024/05/a",))
    assert planned(plan, **{FRONT: {"final_url": "https://example.net/", "links": links}}) == [
        ("front", FRONT),
        ("ads-txt", FRONT + "ads.txt"),
        ("favicon", FRONT + "favicon.ico"),
    ]


@pytest.mark.parametrize(("given", "most"), [({"articles": 3}, 3), ({"pages": 8}, 8 - 6), ({"articles": 0}, 0)])
def test_limits(given: dict[str, int], most: int) -> None:
    plan = Plan("example.org", [seed("example.org")], options(**given))
    links = Links(about=tuple(f"{FRONT}about{n}" for n in range(2)), articles=articles(*"abcdefghijkl"), feeds=(FRONT + "f",))
    found = planned(plan, **{FRONT: {"links": links}})
    assert sum(role == "article" for role, _ in found) == most
    assert plan.left_out()[0] == 12 - most


def test_depth() -> None:
    deeper = {"": {"links": Links(articles=articles("next"))}, "05/next": {"links": Links(articles=articles("last"))}}
    plan = Plan("example.org", [seed("example.org")], options(depth=1))
    assert articles("last")[0] not in [url for _, url in planned(plan, **deeper)]
    plan = Plan("example.org", [seed("example.org")], options(depth=2))
    assert articles("last")[0] in [url for _, url in planned(plan, **deeper)]


def test_what_robots_forbids_does_not_use_up_the_articles() -> None:
    plan = Plan("example.org", [seed("example.org")], options(articles=2))
    links = Links(articles=articles("a", "b", "c"))
    found = planned(plan, **{FRONT: {"links": links}, "05/a": {"outcome": Outcome.REFUSED}})
    assert [url for role, url in found if role == "article"] == list(articles("a", "b", "c"))


def test_a_plan_that_was_interrupted_ends_as_one_that_was_not() -> None:
    answers = {FRONT: {"links": Links(articles=articles("a", "b", "c"), about=(FRONT + "about",))}}
    whole = Plan("example.org", [seed("example.org")], options())
    planned(whole, **answers)
    for done in range(len(whole.tasks)):
        stage = whole.tasks[done].stage
        kept = [task for task in whole.tasks if task.stage <= stage]
        again = [task if task.number < done else Task(task.number, task.stage, task.role, task.url, task.depth) for task in kept]
        resumed = Plan("example.org", [seed("example.org")], options(), again)
        planned(resumed, **answers)
        assert [(task.role, task.url) for task in resumed.tasks] == [(task.role, task.url) for task in whole.tasks]


def test_a_site_that_stops_answering_is_given_up() -> None:
    plan = Plan("example.org", [seed("example.org")], options(give_up_after=2))
    plan.tasks = [
        Task(number, 2, Role.ARTICLE, f"{FRONT}{number}", outcome=outcome, answered=answered)
        for number, (outcome, answered) in enumerate(
            [(Outcome.READ, True), (Outcome.FAILED, False), (Outcome.REFUSED, True), (Outcome.FAILED, False)]
        )
    ]
    assert plan.given_up()
    plan.tasks[1].answered = True
    assert not plan.given_up()
