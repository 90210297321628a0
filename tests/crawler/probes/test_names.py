"""What the DNS probe asks, and what its record says of answers and of failures."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from crawler.probes import as_table, names
from crawler.probes.as_table import AsTable
from crawler.probes.dns_client import DnsClient
from fingerprints.probe_records import facts_of, head_of
from tests.crawler.probes.dns_server import Server, fails, says_nothing, serving

TABLE = "203.0.113.0\t203.0.113.255\t64500\tDE\tQuiet Harbour Hosting\n2001:db8::\t2001:db8:ffff::\t64501\tNone\tSix\n"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as served:
        yield served


def look(server: Server, table: AsTable | None = None) -> bytes:
    async def run() -> bytes:
        client = DnsClient([server.address], timeout=0.2)
        try:
            return await names.look_up(client, "harbour-news.com", ["www.harbour-news.com"], table or AsTable())
        finally:
            client.close()

    return asyncio.run(run())


def test_all_that_is_asked_of_a_zone(server: Server) -> None:
    server.site("harbour-news.com", "203.0.113.7", NS=["ns1.a.net."], MX=["10 mail.a.net."], AAAA=["2001:db8::7"])
    record = look(server, as_table.parse(TABLE.encode(), "2024-05-01"))
    asked = {(name, kind) for name, kind, _ in server.asked}
    zone = {("harbour-news.com", kind) for kind in ("A", "AAAA", "NS", "SOA", "MX", "TXT", "CAA")}
    assert zone | {("www.harbour-news.com", "A"), ("_dmarc.harbour-news.com", "TXT")} <= asked
    assert ("default._domainkey.harbour-news.com", "TXT") in asked
    assert head_of(record) == {"probe": "dns", "outcome": "read", "detail": ""}
    places = [line.fact for line in facts_of(record) if "address" in line.fact]
    assert [(place["address"], place["asn"], place["country"]) for place in places] == [
        ("203.0.113.7", 64500, "DE"),
        ("2001:db8::7", 64501, ""),
    ]
    assert {place["table"] for place in places} == {"2024-05-01"}


def test_no_mail_no_mail_keys(server: Server) -> None:
    server.site("harbour-news.com", "203.0.113.7")
    look(server)
    assert not [name for name, _, _ in server.asked if "_domainkey" in name]


def test_a_domain_that_does_not_exist_is_absent_and_asked_once(server: Server) -> None:
    head = head_of(look(server))
    assert (head["outcome"], len(server.asked)) == ("absent", 1)


def test_silence_is_a_failure_and_no_absence(server: Server) -> None:
    server.behaves["*"] = says_nothing
    head = head_of(look(server))
    assert head["outcome"] == "failed"
    assert "did not answer" in head["detail"]


def test_what_was_not_answered_is_told_beside_what_was(server: Server) -> None:
    server.site("harbour-news.com", "203.0.113.7")
    server.behaves["_dmarc.harbour-news.com"] = fails
    head = head_of(look(server))
    assert head["outcome"] == "read"
    assert head["detail"].startswith("Not answered: _dmarc.harbour-news.com TXT. The name server answered SERVFAIL")


@pytest.mark.parametrize("text", ["", "no table at all", "1.2.3.4\tx\n"])
def test_a_table_without_ranges_is_refused(text: str) -> None:
    with pytest.raises(as_table.TableError, match="no line of the form"):
        as_table.parse(text.encode(), "")
