"""World and seed → sites: the same twice, another for another seed, and true to the habits."""

from __future__ import annotations

import base64
import re
from collections import defaultdict

import pytest

from crawler.farm.build import build
from crawler.farm.icons import favicon, mmh3_of
from crawler.farm.kinds import invent, kinds
from crawler.farm.plan import Plan
from crawler.farm.truth import truth
from crawler.farm.web import Web
from crawler.farm.world import load
from fingerprints.sites import site_of, site_of_host
from tests.crawler.farm.client import SMALL

FORMATS = {
    "google-analytics": r"UA-\d{8}",
    "google-analytics-4": r"G-[A-Z0-9]{10}",
    "google-tag-manager": r"GTM-[A-Z0-9]{7}",
    "google-ads": r"AW-\d{9}",
    "adsense": r"pub-\d{16}",
    "meta-pixel": r"\d{15}",
    "yandex-metrica": r"\d{8}",
    "matomo": r"stats\.[a-z]+\.com/\d{2}",
    "quantcast": r"p-[\w-]{13}",
    "google-site-verification": r"[\w-]{43}",
    "email": r"[a-z]+@[a-z]+\.com",
    "ads-txt-direct": r"[a-z]+\.com/\d{6}",
}


def _all_bytes(plan: Plan) -> dict[str, bytes]:
    web = Web(plan)
    made = {}
    for site in plan.sites:
        for path in web.paths(site):
            answer, _ = web.respond("https", site.host, path, zipped=False, head=False)
            made[site.host + path] = re.sub(rb"\r\nDate: [^\r]*", b"", answer)
    return made


def test_one_seed_gives_the_same_bytes_and_another_one_others() -> None:
    world = load(SMALL)
    one, again, other = (build(world, seed) for seed in (1, 1, 2))
    assert one == again
    assert truth(one) == truth(again)
    assert _all_bytes(one) == _all_bytes(again)
    assert not {site.domain for site in one.sites} & {site.domain for site in other.sites}


def test_domains_are_registrable_and_seeds_name_them(plan: Plan) -> None:
    for site, seed in zip(plan.sites, plan.seeds(), strict=True):
        assert site_of_host(site.domain) == site.domain
        assert site_of_host(f"www.{site.domain}") == site.domain
        assert (site_of(seed) if "://" in seed else site_of_host(seed)) == site.domain


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_values_have_the_format_of_their_kind(name: str, plan: Plan) -> None:
    from random import Random

    random = Random(1)
    for _ in range(50):
        assert re.fullmatch(FORMATS[name], invent(kinds()[name], random))


def test_every_value_of_a_network_is_its_own(plan: Plan) -> None:
    hands: dict[tuple[str, str], set[str]] = defaultdict(set)
    for site in plan.sites:
        for one in site.carried:
            if one.source in ("network", "own"):
                hands[one.kind, one.value].add(site.network or site.domain)
    assert all(len(names) == 1 for names in hands.values())


def test_a_chain_ties_neighbours_by_turns(plan: Plan) -> None:
    carriers: dict[str, set[str]] = defaultdict(set)
    for site in plan.sites:
        if site.network == "Chain":
            for one in site.carried:
                if one.kind in ("google-analytics", "meta-pixel"):
                    carriers[one.value].add(site.domain)
    assert sorted(map(len, carriers.values())) == [3, 3, 3]
    kinds_used = {one.kind for site in plan.sites if site.network == "Chain" for one in site.carried}
    assert kinds_used == {"google-analytics", "meta-pixel", "matomo"}


def test_the_truth_asks_for_no_member_that_cannot_be_seen(plan: Plan) -> None:
    told = {network["name"]: network for network in truth(plan)["networks"]}
    dead = {site.domain for site in plan.sites if site.fault and site.fault.hides}
    assert dead & set(told["Chain"]["members"])
    assert [len(group) for group in told["Chain"]["required"]] == [4]
    assert not dead & {site for group in told["Chain"]["required"] for site in group}
    assert told["Server only"]["hosting_only"]
    assert not told["Server only"]["required"]
    assert len(told["Purse"]["aliases"]) == 1


def test_an_icon_is_an_icon_and_its_hash_is_shodan_s() -> None:
    icon = favicon("some site")
    assert icon[:4] == b"\0\0\1\0"
    assert icon[22:30] == b"\x89PNG\r\n\x1a\n"
    assert favicon("some site") == icon
    assert favicon("another site") != icon
    assert mmh3_of(icon) == _murmur3(base64.encodebytes(icon))


def _murmur3(data: bytes) -> int:
    """MurmurHash3_x86_32 with seed 0, from its definition (https://github.com/aappleby/smhasher/wiki/MurmurHash3)."""
    mask, state = 0xFFFFFFFF, 0

    def mixed(block: int) -> int:
        block = block * 0xCC9E2D51 & mask
        return (block << 15 | block >> 17) * 0x1B873593 & mask

    whole = len(data) // 4 * 4
    for at in range(0, whole, 4):
        state ^= mixed(int.from_bytes(data[at : at + 4], "little"))
        state = ((state << 13 | state >> 19) & mask) * 5 + 0xE6546B64 & mask
    if data[whole:]:
        state ^= mixed(int.from_bytes(data[whole:], "little"))
    state ^= len(data)
    state = (state ^ state >> 16) * 0x85EBCA6B & mask
    state = (state ^ state >> 13) * 0xC2B2AE35 & mask
    state ^= state >> 16
    return state - 2**32 if state >= 2**31 else state
