from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness import Queue


def test_one_at_a_time_and_a_pause_after_it() -> None:
    queue: Queue[str] = Queue()
    for item in ("a1", "a2", "b1"):
        queue.put(item[0], item)
    assert [queue.take(0), queue.take(0), queue.take(0)] == ["a1", "b1", None]
    queue.release("a", 5)
    assert (queue.take(4.9), queue.next_at(), queue.take(5)) == (None, 5, "a2")


def test_a_repeat_waits_for_its_time() -> None:
    queue: Queue[str] = Queue()
    queue.put("a", "later", not_before=10)
    assert (queue.take(9), queue.take(10)) == (None, "later")


def test_a_thousand_waiting_sites_hold_nobody_up() -> None:
    queue: Queue[int] = Queue()
    for number in range(1000):
        queue.put(f"slow{number}", number, not_before=1e9)
    queue.put("quick", -1)
    assert queue.take(0) == -1
    assert len(queue) == 1000


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=40))
def test_nothing_is_lost_and_no_site_is_asked_twice_at_once(puts: list[tuple[int, int]]) -> None:
    queue: Queue[tuple[int, int]] = Queue()
    for number, (site, wait) in enumerate(puts):
        queue.put(str(site), (site, number), wait)
    taken, now, under_way = [], 0.0, set()
    while len(taken) < len(puts):
        item = queue.take(now)
        if item is None:
            for site in under_way:
                queue.release(str(site), now + 1)
            under_way.clear()
            now += 1
            continue
        assert item[0] not in under_way
        under_way.add(item[0])
        taken.append(item)
    assert len(set(taken)) == len(puts)
    assert len(queue) == 0
