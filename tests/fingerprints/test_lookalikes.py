"""Who imitates a medium: measured on domains from published reports, and on media that imitate nobody."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprints.config import paths
from fingerprints.lookalikes import Brands, known_brands, permutations, read_brands, skeleton

LABELS = Path(__file__).parents[1] / "fixtures" / "lookalikes" / "doppelganger.csv"
UNDECIDED = {"israel-today.cam", "theliberal.net"}


def labelled() -> list[tuple[str, str]]:
    with LABELS.open() as file:
        return [(row["domain"], row["brand"]) for row in csv.DictReader(file)]


def test_domains_of_doppelganger_are_recognised_with_the_right_brand() -> None:
    wanted = [(domain, brand) for domain, brand in labelled() if brand]
    right = [
        domain
        for domain, brand in wanted
        if (found := known_brands().find(domain)) and (found.brand == brand or found.brand.startswith(brand.rstrip("*")))
    ]
    assert len(right) / len(wanted) >= 0.9


def test_domains_of_the_same_operation_that_imitate_nobody_are_left_alone() -> None:
    wrong = [domain for domain, brand in labelled() if not brand and domain not in UNDECIDED and known_brands().find(domain)]
    assert wrong == ["rrn.world"]  # shares its name with rrn.media, which the list of media holds


def test_media_that_imitate_nobody_are_rarely_called_look_alikes() -> None:
    brands = list(read_brands(line for path in paths("brands.txt") for line in path.read_text().splitlines()))
    others, known = brands[1::2], Brands(brands[::2])
    found = [one for one in map(known.find, others) if one and one.technique != "other-suffix"]
    assert len(found) / len(others) <= 0.02


@pytest.mark.parametrize(
    ("domain", "technique"),
    [
        ("spiegel.ltd", "other-suffix"),
        ("bild.eu.com", "other-suffix"),
        ("blld.live", "homoglyph"),
        ("spi\u0435gel.com", "homoglyph"),
        ("xn--spigel-5of.de", "homoglyph"),
        ("spiegeli.live", "typo"),
        ("tonline.life", "hyphen"),
        ("bbcnews.top", "added-word"),
        ("spiegel-news.info", "added-word"),
        ("pravda-ua.com", "suffix-in-name"),
        ("www.spiegel.de.account-check.net", "subdomain"),
        ("https://www.SPIEGEL.ltd/artikel", "other-suffix"),
    ],
)
def test_each_technique(domain: str, technique: str) -> None:
    brands = Brands(["spiegel.de", "bild.de", "t-online.de", "bbc.com", "pravda.com.ua"])
    found = brands.find(domain)
    assert found is not None
    assert found.technique == technique


@pytest.mark.parametrize("domain", ["spiegel.de", "www.spiegel.de", "mirror-image.org", "de", "", "192.0.2.1", "not a domain"])
def test_the_brand_itself_and_unlike_names_imitate_nobody(domain: str) -> None:
    assert Brands(["spiegel.de"]).find(domain) is None


def test_what_would_imitate_a_brand_is_recognised_as_such() -> None:
    brands = Brands(["spiegel.de"])
    listed = list(permutations("spiegel.de"))
    assert len(listed) > 50
    assert all(brands.find(one.domain) for one in listed)
    named = {one.domain: one.technique for one in listed}
    assert named["spiegel-de.com"] == "suffix-in-name"
    assert named["s-piegel.de"] == "hyphen"
    assert named["xn--spegel-qvf.de"] == "homoglyph"  # with a Cyrillic i
    assert {one.domain: one.technique for one in permutations("le-parisien.fr")}["leparisien.fr"] == "hyphen"


@given(st.text(max_size=80))
def test_no_text_breaks_the_judgement(text: str) -> None:
    known_brands().find(text)
    skeleton(text)
