"""What other services answered, read and kept with source and date."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fingerprints import answers
from tests.fingerprints.made_stores import store_of
from tests.fingerprints.samehand import rows, run

COF = [
    {"rrname": "www.nord-post.com.", "rrtype": "A", "rdata": ["203.0.113.7"], "time_first": 1520000000, "time_last": 1530000000},
    {"rrname": "nord-post.com", "rrtype": "SOA", "rdata": "ns1.x.net. olga.admin.ost-blick.net. 1 2 3 4 5", "count": 3},
    {"rrname": "nord-post.com", "rrtype": "TXT", "rdata": "v=spf1 -all"},
]
CRT = [{"common_name": "nord-post.com", "name_value": "nord-post.com\n*.ost-blick.net", "not_before": "2024-05-13T00:00:00"}]
SHODAN = {
    "ip_str": "203.0.113.7",
    "port": 443,
    "hostnames": ["nord-post.com"],
    "timestamp": "2024-05-01T10:00:00.000000",
    "ssl": {"jarm": "27d40d", "cert": {"fingerprint": {"sha256": "83ab"}}},
    "http": {"host": "nord-post.com", "favicon": {"hash": -1234}},
}
URLSCAN = {
    "results": [
        {
            "task": {"url": "https://old-post.com/", "time": "2024-05-01T10:00:00.000Z"},
            "page": {"url": "https://nord-post.com/", "ip": "203.0.113.7", "asn": "AS64500"},
        }
    ]
}


def found(text: str, **asked: str) -> set[tuple[str, str, str]]:
    return {(one.site, one.kind, one.value) for one in answers.read(text, **asked).found}


def test_passive_dns_in_the_common_output_format() -> None:
    read = answers.read("\n".join(map(json.dumps, COF)))
    assert (read.service, read.unread) == ("passive DNS", 1)
    assert {(one.kind, one.value) for one in read.found} == {("dns-a", "203.0.113.7"), ("soa-email", "olga@admin.ost-blick.net")}
    (address,) = (one for one in read.found if one.kind == "dns-a")
    assert (address.site, address.first) == ("nord-post.com", datetime.fromtimestamp(1520000000, UTC))


@pytest.mark.parametrize(
    ("text", "service", "wanted"),
    [
        (
            json.dumps(CRT),
            "crt.sh",
            {("nord-post.com", "ct-names", "ost-blick.net"), ("ost-blick.net", "ct-names", "nord-post.com")},
        ),
        (
            json.dumps(SHODAN),
            "Shodan",
            {("nord-post.com", kind, value) for kind, value in (("dns-a", "203.0.113.7"), ("jarm", "27d40d"))}
            | {("nord-post.com", "tls-certificate", "83ab"), ("nord-post.com", "favicon-mmh3", "-1234")},
        ),
        (
            json.dumps(URLSCAN),
            "urlscan",
            {("nord-post.com", "dns-a", "203.0.113.7"), ("nord-post.com", "ip-asn", "AS64500")}
            | {("old-post.com", "redirect", "nord-post.com")},
        ),
    ],
)
def test_formats_are_told_from_their_content(text: str, service: str, wanted: set[tuple[str, str, str]]) -> None:
    assert answers.read(text).service == service
    assert found(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "nord-post.com;12000\nost-blick.net;90000",  # PublicWWW
        "https://www.nord-post.com/a\nost-blick.net",
        'host,ip\n"www.nord-post.com:443",203.0.113.7\nost-blick.net,203.0.113.8',
        json.dumps(
            {"records": [{"hostname": "nord-post.com"}, {"hostname": "ost-blick.net"}], "record_count": 2}
        ),  # SecurityTrails
        json.dumps({"response": {"domains": [{"name": "nord-post.com"}, {"name": "ost-blick.net"}]}}),  # ViewDNS
        json.dumps({"results": [["https://nord-post.com", "203.0.113.7"], ["ost-blick.net", "203.0.113.8"]]}),  # FOFA
    ],
)
def test_lists_of_domains_carry_what_was_asked_for(text: str) -> None:
    asked = {"kind": "google-analytics", "value": "UA-48213977"}
    assert found(text, **asked) == {(site, *asked.values()) for site in ("nord-post.com", "ost-blick.net")}
    with pytest.raises(answers.AnswersError, match="--kind and --value"):
        answers.read(text)


@pytest.mark.parametrize("text", ["", "{}", "[]", "[" * 100_000, '{"rrname": 7, "rdata": {}}', "no domains here"])
def test_what_says_nothing_is_told(text: str) -> None:
    with pytest.raises(answers.AnswersError):
        answers.read(text, "email", "a@b.net")


def test_a_kind_that_does_not_exist_is_told() -> None:
    with pytest.raises(answers.AnswersError, match="samehand indicators"):
        answers.read("a.com", "no-such-kind", "x")


def test_answers_are_kept_with_source_and_date_and_pivot_finds_them(tmp_path: Path) -> None:
    store_of(tmp_path, {"nord-post.com": [("google-analytics", "UA-48213977")]}, strangers=9).close()
    (tmp_path / "hits.csv").write_text("domain;rank\nost-blick.net;90000\n", "utf-8")
    call = ["--kind", "google-analytics", "--value", "UA-48213977", "--source", "PublicWWW", "--store", "made.db"]
    said = run(tmp_path, "import", "answers", "hits.csv", *call).stderr
    assert "1 value of 1 site kept, by PublicWWW" in said
    (seen,) = rows(tmp_path, "observations", "--site", "ost-blick.net", "--store", "made.db")
    assert seen["where"] == "PublicWWW, hits.csv: listed"
    (answer,) = rows(tmp_path, "pivot", "nord-post.com", "--store", "made.db")
    assert [one["site"] for one in answer["candidates"]] == ["ost-blick.net"]
    (noted,) = (one for one in rows(tmp_path, "log", "--store", "made.db") if one["what"] == "import")
    assert "PublicWWW" in noted["about"]
    assert "--kind and --value" in run(tmp_path, "import", "answers", "hits.csv", "--store", "made.db", expect=2).stderr
