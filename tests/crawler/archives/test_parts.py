"""The pure parts: what indexes answer, which captures are fetched, and what follows from them for the time."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from crawler.archives import sample
from crawler.archives.index import Capture, IndexAnswerError, captures
from crawler.archives.wayback import Wayback, span
from fingerprints.model import Coverage, Observation, Outcome, Role
from fingerprints.past import presences
from fingerprints.stores.base import Batch

ROW = ["org,example)/", "20150102030405", "http://example.org/", "text/html", "200", "ABC", "512"]
NAMES = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
RANGE = {"filename": "crawl/a.warc.gz", "offset": "77", "length": "512"}
OBJECT = {"urlkey": ROW[0], "timestamp": ROW[1], "url": ROW[2], "mime": ROW[3], "status": "200", "digest": "sha1:ABC"} | RANGE


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([NAMES, ROW]),
        json.dumps(OBJECT) + "\n{broken\n",
        " ".join(ROW),
        f"{ROW[0]} {ROW[1]} {json.dumps({key: value for key, value in OBJECT.items() if key not in ('urlkey', 'timestamp')})}",
    ],
)
def test_every_form_of_index_says_the_same(text: str) -> None:
    (one,) = captures(text)
    assert (one.url, one.at, one.status, one.media, one.digest) == (
        "http://example.org/",
        datetime(2015, 1, 2, 3, 4, 5, tzinfo=UTC),
        200,
        "text/html",
        "ABC",
    )


def test_common_crawl_says_where_a_record_lies_and_that_there_is_none() -> None:
    (one,) = captures(json.dumps(OBJECT))
    assert (one.file, one.offset, one.length) == ("crawl/a.warc.gz", 77, 512)
    assert captures('{"message": "No Captures found for: example.org"}') == []
    assert captures("[]") == captures("") == []
    with pytest.raises(IndexAnswerError, match="no list of captures"):
        captures("<html>Down for maintenance</html>")


def capture(
    year: int, url: str = "http://example.org/", digest: str = "", status: int = 200, media: str = "text/html"
) -> Capture:
    at = datetime(year, 1, 1, tzinfo=UTC)
    return Capture(url, at, f"{year}0101000000", status, media, digest or str(year))


def test_front_pages_are_spread_and_the_ends_are_kept() -> None:
    found = [capture(year) for year in range(1998, 2025)]
    chosen = sample.fronts(found, "example.org", 5)
    assert [one.at.year for one in chosen] == [1998, 2005, 2011, 2017, 2024]
    same = [capture(year, digest="A") for year in range(2000, 2010)] + [capture(2010)]
    assert [one.at.year for one in sample.fronts(same, "example.org", 24)] == [2000, 2009, 2010]
    strange = [capture(2001, "http://example.net/"), capture(2002, status=404), capture(2003, media="image/png")]
    assert sample.fronts(strange, "example.org", 24) == []


def test_other_documents_are_taken_once_the_telling_ones_first() -> None:
    paths = ("/ads.txt", "/imprint", "/style", *(f"/{year}/05/what-happened-on-a-day" for year in range(2010, 2020)))
    found = [capture(2010 + number, f"http://example.org{path}") for number, path in enumerate(paths)] * 2
    chosen = [one.url.removeprefix("http://example.org") for one in sample.others(found, "example.org", 6)]
    assert chosen[:2] == ["/ads.txt", "/imprint"]
    assert len(chosen) == len(set(chosen)) == 6
    assert chosen[-1] == "/2019/05/what-happened-on-a-day"


def test_dates_and_addresses_of_archives() -> None:
    assert [span(text) for text in ("", "2016", "2016-03", "2016-03-01")] == ["", "2016", "201603", "20160301"]
    for text in ("16", "2016-13", "yesterday"):
        with pytest.raises(ValueError, match="is no date"):
            span(text)
    assert Wayback.at("https://web.archive.org/cdx/search/cdx", "", 1).replay == "https://web.archive.org/web/"
    assert Wayback.at("http://h:8080/coll/cdx", "", 1).replay == "http://h:8080/coll/"


def look(year: int, *values: str, url: str = "http://example.org/") -> Batch:
    at = datetime(year, 1, 1, tzinfo=UTC)
    seen = tuple(Observation("email", value, "example.org", url, Role.FRONT, at, "text") for value in values)
    return Batch(seen, (Coverage("example.org", Role.FRONT, url, Outcome.READ, at, "c"),))


def test_a_value_comes_and_goes_between_two_captures_of_one_page() -> None:
    series = [look(2010), look(2012, "a"), look(2014, "a"), look(2016, url="https://www.example.org/"), look(2018, "a")]
    spans = [
        (one.since.year, one.missing_at and one.missing_at.year, one.seen.year, one.gone and one.gone.year)
        for one in presences(series)
    ]
    assert spans == [(2012, 2010, 2014, 2016), (2018, 2016, 2018, None)]


def test_a_page_that_was_captured_once_hides_no_end_and_makes_none() -> None:
    series = [
        look(2012, "a"),
        look(2012, "a", url="http://example.org/x"),
        look(2016),
        look(2015, "b", url="http://example.org/y"),
    ]
    spans = {one.value: (one.since.year, one.seen.year, one.gone and one.gone.year) for one in presences(series)}
    assert spans == {"a": (2012, 2012, 2016), "b": (2015, 2015, None)}
